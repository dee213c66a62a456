"""Who a chat is. Asked at every update, so that what changed a second ago counts."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum, auto
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, bindparam, select, update

from domain.access import Actor
from domain.accounts.model import ChatLink, User, UserSession
from domain.accounts.sessions import IDLE_LIMIT
from domain.db import tables_of
from domain.unit import Unit

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
"""What `Gate.judge` needs, of a `chat` and `now`. Made once: putting it together takes longer than running it."""


class Gate:
    """Asks on behalf of whoever writes, so there is no actor yet."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def actor_of_chat(self, chat_id: int) -> Standing:
        """What a private chat's writer may be taken for. One statement; once an hour of use, a second one.

        Never called with a group's id: groups are declined before.
        """
        found = await self._unit.session.execute(STANDING, {"chat": chat_id, "now": self._unit.clock.now()})
        return await self.judge(found.one_or_none(), chat_id)

    async def judge(self, row: Row[*tuple[Any, ...]] | None, chat_id: int, *, is_farewell: bool = False) -> Standing:
        """The same of a row that `STANDING` gave, which may have been asked for together with something else.

        `is_farewell`: the chat has just blocked the bot.
        """
        now = self._unit.clock.now()
        if row is None or row.id is None:
            return STRANGER
        if row.blocked_at is not None and not is_farewell:
            # Who writes has unblocked the bot.
            await self._unit.session.execute(
                update(ChatLink).where(ChatLink.chat_id == chat_id).values(blocked_at=None)
            )
            await self._unit.notifications.tell_of_return(row.id, row.blocked_at)
        if not row.is_active:
            return Standing(StandingKind.DEACTIVATED, None, row.id, row.name, row.locale)
        if row.session_id is None:
            return Standing(StandingKind.LOGGED_OUT, None, row.id, row.name, row.locale)
        if now - row.last_seen_at >= _NOTED_EVERY:
            # Both ends of the condition: a session that was ended in this moment stays ended.
            still = (UserSession.id == row.session_id) & UserSession.ended_at.is_(None)
            moved = update(UserSession).where(still).values(last_seen_at=now, expires_at=now + IDLE_LIMIT)
            if await self._unit.session.scalar(moved.returning(UserSession.id)) is None:
                return Standing(StandingKind.LOGGED_OUT, None, row.id, row.name, row.locale)
        actor = Actor(row.id, row.name, row.role, chat_id)
        return Standing(StandingKind.LOGGED_IN, actor, row.id, row.name, row.locale)
