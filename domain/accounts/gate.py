"""Who a chat is. Asked at every update, so that what changed a second ago counts."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum, auto
from typing import Final
from uuid import UUID

from sqlalchemy import select, update

from domain.access import Actor
from domain.accounts.model import ChatLink, User, UserSession
from domain.accounts.sessions import IDLE_LIMIT
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


class Gate:
    """Asks on behalf of whoever writes, so there is no actor yet."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    async def actor_of_chat(self, chat_id: int) -> Standing:
        """What a private chat's writer may be taken for. One statement; once an hour of use, a second one.

        Never called with a group's id: groups are declined before.
        """
        now = self._unit.clock.now()
        live = (
            (UserSession.user_id == ChatLink.user_id)
            & (UserSession.chat_id == ChatLink.chat_id)
            & UserSession.ended_at.is_(None)
            & (UserSession.expires_at > now)
        )
        statement = (
            select(
                User.id,
                User.name,
                User.role,
                User.is_active,
                User.locale,
                ChatLink.blocked_at,
                UserSession.id.label("session_id"),
                UserSession.last_seen_at,
            )
            .select_from(ChatLink)
            .join(User, User.id == ChatLink.user_id)
            .outerjoin(UserSession, live)
            .where(ChatLink.chat_id == chat_id)
            .limit(1)
        )
        row = (await self._unit.session.execute(statement)).one_or_none()
        if row is None:
            return STRANGER
        if row.blocked_at is not None:
            # Who writes has unblocked the bot.
            await self._unit.session.execute(
                update(ChatLink).where(ChatLink.chat_id == chat_id).values(blocked_at=None)
            )
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
