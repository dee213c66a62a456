"""Who a chat is. Asked at every update, so that what changed a second ago counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto
from typing import Any, Final, NamedTuple, Self
from uuid import UUID

from sqlalchemy import bindparam, select, update

from domain.access import Actor, open_to_strangers
from domain.accounts.model import ChatLink, Role, User, UserSession
from domain.accounts.sessions import IDLE_LIMIT
from domain.persistence.db import tables_of
from domain.unit_of_work import UnitOfWork

_NOTED_EVERY: Final = timedelta(hours=1)
"""How exactly a session's last use is known. Once an update would be a write for each tap."""


class StandingKind(StrEnum):
    STRANGER = auto()
    LOGGED_OUT = auto()
    """Somebody's chat without a live session: invoices still arrive, acting takes a log-in."""
    DEACTIVATED = auto()
    LOGGED_IN = auto()


@dataclass(frozen=True, slots=True)
class Standing:
    kind: StandingKind
    actor: Actor | None = None
    """With LOGGED_IN alone."""
    user_id: UUID | None = None
    """Whose chat it is; None for a stranger's."""
    name: str | None = None
    locale: str | None = None
    """The language that the user chose."""


STRANGER: Final = Standing(StandingKind.STRANGER)


class KnownChat(NamedTuple):
    """What the database knows of a linked chat, as `STANDING` finds it."""

    user_id: UUID
    name: str
    role: Role
    is_active: bool
    locale: str | None
    blocked_at: datetime | None
    session_id: UUID | None
    last_seen_at: datetime | None

    @classmethod
    def of(cls, columns: Sequence[Any]) -> Self | None:
        """From the columns of `STANDING`, which are empty for a stranger's chat."""
        user_id, name, role, *others = columns
        return None if user_id is None else cls(user_id, name, Role(role), *others)


_users, _links, _sessions = tables_of(User, ChatLink, UserSession)
STANDING: Final = (
    select(
        _users.c.id,
        _users.c.name,
        _users.c.role,
        _users.c.is_active,
        _users.c.locale,
        _links.c.blocked_at,
        _sessions.c.id.label("session_id"),
        _sessions.c.last_seen_at,
    )
    .select_from(_links)
    .join(_users, _users.c.id == _links.c.user_id)
    .outerjoin(
        _sessions,
        (_sessions.c.user_id == _links.c.user_id)
        & (_sessions.c.chat_id == _links.c.chat_id)
        & _sessions.c.ended_at.is_(None)
        & (_sessions.c.expires_at > bindparam("now")),
    )
    .where(_links.c.chat_id == bindparam("chat"))
    .limit(1)
)
"""What `StandingService.judge` needs, of a `chat` and `now`. Made once: that takes longer than running it."""


class StandingService:
    """Asks on behalf of whoever writes, so there is no actor yet."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    @open_to_strangers("It finds out who writes: before it, there is no actor.")
    async def actor_of_chat(self, chat_id: int) -> Standing:
        """What a private chat's writer may be taken for. One statement; once an hour of use, a second one.

        Never called with a group's id: groups are declined before.
        """
        found = await self._unit.session.execute(STANDING, {"chat": chat_id, "now": self._unit.clock.now()})
        row = found.one_or_none()
        return await self.judge(None if row is None else KnownChat.of(row), chat_id)

    @open_to_strangers("It finds out who writes: before it, there is no actor.")
    async def judge(self, known: KnownChat | None, chat_id: int, *, is_farewell: bool = False) -> Standing:
        """The same of what `STANDING` found, which may have been asked for together with something else.

        `is_farewell`: the chat has just blocked the bot.
        """
        now = self._unit.clock.now()
        if known is None:
            return STRANGER
        if is_farewell is (known.blocked_at is None):
            await self._note_reach(known, chat_id, blocked_at=now if is_farewell else None)
        if not known.is_active:
            return Standing(StandingKind.DEACTIVATED, None, known.user_id, known.name, known.locale)
        logged_out = Standing(StandingKind.LOGGED_OUT, None, known.user_id, known.name, known.locale)
        if known.session_id is None or known.last_seen_at is None:
            return logged_out
        if now - known.last_seen_at >= _NOTED_EVERY:
            # Both ends of the condition: a session that was ended in this moment stays ended.
            still = (UserSession.id == known.session_id) & UserSession.ended_at.is_(None)
            moved = update(UserSession).where(still).values(last_seen_at=now, expires_at=now + IDLE_LIMIT)
            if await self._unit.session.scalar(moved.returning(UserSession.id)) is None:
                return logged_out
        actor = Actor(known.user_id, known.name, known.role, chat_id)
        return Standing(StandingKind.LOGGED_IN, actor, known.user_id, known.name, known.locale)

    async def _note_reach(self, known: KnownChat, chat_id: int, blocked_at: datetime | None) -> None:
        """Whether anything can be sent there. Who writes has unblocked the bot."""
        link = update(ChatLink).where(ChatLink.chat_id == chat_id)
        await self._unit.session.execute(link.values(blocked_at=blocked_at))
        if known.blocked_at is not None:
            await self._unit.notifications.notify_return(known.user_id, known.blocked_at)
        elif known.is_active:
            await self._unit.notifications.notify_blocked()
