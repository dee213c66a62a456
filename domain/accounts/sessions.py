"""Sessions and the chats they belong to: one chat a user, one user a chat, one live session for the two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, delete, insert, or_, select, update

from domain.access import Actor
from domain.accounts.model import ChatLink, User, UserSession
from domain.accounts.people import Person
from domain.accounts.token_hasher import TokenHasher
from domain.audit.model import LogType
from domain.errors import ChangedMeanwhile
from domain.notifications.kinds import NotificationKind
from domain.persistence.db import insert_into
from domain.unit_of_work import UnitOfWork

IDLE_LIMIT: Final = timedelta(days=30)
"""After so long without use, a session has expired."""
_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class Entered:
    """A chat is a user's now, and logged in."""

    person: Person
    expires_at: datetime
    """Unless it is used."""
    was_elsewhere: bool
    """The user had another chat until now, which is being told."""
    replaced: str | None
    """The name of the user whose chat this was until now."""


@dataclass(frozen=True, slots=True)
class _Link:
    chat_id: int
    user_id: UUID
    name: str


def live(now: datetime) -> ColumnElement[bool]:
    return UserSession.ended_at.is_(None) & (UserSession.expires_at > now)


class Sessions:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    async def begin(self, person: Person, chat_id: int, keys: TokenHasher, *, proof: str) -> Entered:
        """Links a chat to a user who has just proved to be them, and begins a session.

        What either had with others ends: the user's old chat is told, and a user whose chat this was has none any more.

        Args:
            person: Their row is locked, so that two chats do not take the same user at once.
            chat_id: A private chat.
            keys: For the session's token.
            proof: "invite" or "password", for the log.
        """
        now = self._unit.clock.now()
        actor = Actor(person.id, person.name, person.role, chat_id)
        mine = or_(
            UserSession.chat_id == chat_id, (UserSession.user_id == person.id) & UserSession.chat_id.is_not(None)
        )
        # The links first: two chats that change places both lock the same links, in one order.
        parted = await self._link(person, chat_id)
        await self.end(mine, actor=actor, why=f"new log-in by {proof}")
        session_id, expires_at = uuid4(), now + IDLE_LIMIT
        await self._unit.session.execute(
            insert(UserSession).values(
                id=session_id,
                user_id=person.id,
                session_token=keys.new_session(),
                chat_id=chat_id,
                created_at=now,
                last_seen_at=now,
                expires_at=expires_at,
            )
        )
        self._unit.audit.record(
            LogType.LOGIN,
            f"{person.name} logged in by {proof}",
            actor=actor,
            entity_type="user_sessions",
            entity_id=session_id,
            new={"expires_at": expires_at},
        )
        old_chats = [link.chat_id for link in parted if link.user_id == person.id]
        for old_chat in old_chats:
            # That chat is nobody's any more; and it may be the owner's, who learns here that somebody else got in.
            self._unit.notifications.notify(
                None,
                NotificationKind.LINKED_ELSEWHERE,
                {"name": person.name, "at": now},
                dedupe_key=f"session {session_id}",
                urgent=True,
                chat_id=old_chat,
            )
        replaced = next((link.name for link in parted if link.user_id != person.id), None)
        return Entered(person=person, expires_at=expires_at, was_elsewhere=bool(old_chats), replaced=replaced)

    async def end(self, which: ColumnElement[bool], *, actor: Actor, why: str, log: bool = True) -> Sequence[UUID]:
        """Ends live sessions. Those that ran out have ended by themselves."""
        now = self._unit.clock.now()
        statement = update(UserSession).where(which, live(now)).values(ended_at=now).returning(UserSession.id)
        ended = (await self._unit.session.scalars(statement)).all()
        for session_id in ended if log else ():
            self._unit.audit.record(
                LogType.SESSION_ENDED,
                f"Session ended: {why}",
                actor=actor,
                entity_type="user_sessions",
                entity_id=session_id,
                old={"ended_at": None},
                new={"ended_at": now},
            )
        return ended

    async def _link(self, person: Person, chat_id: int) -> list[_Link]:
        """Returns the links that ended for it."""
        now = self._unit.clock.now()
        actor = Actor(person.id, person.name, person.role, chat_id)
        parted: list[_Link] = []
        for _ in range(_TRIES):
            links = await self._locked_links(person, chat_id)
            others = [link for link in links if (link.chat_id, link.user_id) != (chat_id, person.id)]
            if others:
                gone = [link.chat_id for link in others]
                await self._unit.session.execute(delete(ChatLink).where(ChatLink.chat_id.in_(gone)))
                parted += others
            if len(others) < len(links):
                mine = ChatLink.chat_id == chat_id
                await self._unit.session.execute(update(ChatLink).where(mine).values(blocked_at=None))
                return parted
            row = insert_into(self._unit.session, ChatLink).values(chat_id=chat_id, user_id=person.id, linked_at=now)
            if await self._unit.session.scalar(row.on_conflict_do_nothing().returning(ChatLink.chat_id)) is not None:
                self._log_link(parted, person, actor)
                return parted
            # Another transaction linked this chat between our look and our INSERT, and has committed: look again.
        raise ChangedMeanwhile

    async def _locked_links(self, person: Person, chat_id: int) -> list[_Link]:
        statement = (
            select(ChatLink.chat_id, ChatLink.user_id, User.name)
            .join(User, User.id == ChatLink.user_id)
            .where((ChatLink.chat_id == chat_id) | (ChatLink.user_id == person.id))
            .order_by(ChatLink.chat_id)
            .with_for_update(of=ChatLink)
        )
        return [_Link(row.chat_id, row.user_id, row.name) for row in await self._unit.session.execute(statement)]

    def _log_link(self, parted: list[_Link], person: Person, actor: Actor) -> None:
        old_chat = next((link.chat_id for link in parted if link.user_id == person.id), None)
        for link in parted:
            if link.user_id != person.id:
                self._unit.audit.record(
                    LogType.CHAT_UNLINKED,
                    f"{link.name}'s chat became {person.name}'s",
                    actor=actor,
                    entity_type="users",
                    entity_id=link.user_id,
                    old={"chat_id": link.chat_id},
                    new={"chat_id": None},
                )
        self._unit.audit.record(
            LogType.CHAT_LINKED,
            f"A chat was linked to {person.name}",
            actor=actor,
            entity_type="users",
            entity_id=person.id,
            old={"chat_id": old_chat},
            new={"chat_id": actor.chat_id},
        )
