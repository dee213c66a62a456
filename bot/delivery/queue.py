"""The queue of notifications, as the outbox reads it: the first one for each person, the urgent ones before others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, or_, select

from domain.accounts.model import ChatLink, User
from domain.notifications.model import Notification, NotificationState

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True, slots=True)
class QueuedNotification:
    """A notification that may go out now, and where to."""

    id: int
    kind: str
    payload: dict[str, Any]
    attempts: int
    chat_id: int | None
    """None: the person has no chat, or blocked the bot."""
    is_blocked: bool = False
    language: str | None = None
    """That the person reads; None: the organization's."""
    has_more: bool = False
    """Whether others wait behind it for the same person."""


async def read_queue(session: AsyncSession, now: datetime, limit: int) -> list[QueuedNotification]:
    """The first notification that waits for each person; the urgent ones come first, then the oldest.

    A person with a thousand waiting takes one place here like everybody else. A notification that failed before keeps
    those behind it waiting; one that is held back for the night does not.
    """
    heads = (
        select(func.min(Notification.id).label("id"), func.count().label("waiting"))
        .where(
            Notification.state == NotificationState.QUEUED,
            or_(Notification.next_try_at <= now, Notification.attempts > 0),
        )
        .group_by(Notification.user_id, Notification.chat_id)
        .subquery()
    )
    # In two steps: payloads are read for the first ones only, and not sorted with all.
    first = (
        select(Notification.id, heads.c.waiting)
        .join(heads, heads.c.id == Notification.id)
        .where(Notification.next_try_at <= now)
        .order_by(Notification.urgent.desc(), Notification.id)
        .limit(limit)
        .subquery()
    )
    reachable = case((ChatLink.blocked_at.is_(None), ChatLink.chat_id))
    rows = (
        select(
            Notification.id,
            Notification.kind,
            Notification.payload,
            Notification.attempts,
            func.coalesce(Notification.chat_id, reachable).label("chat_id"),
            ChatLink.blocked_at,
            User.locale,
            first.c.waiting,
        )
        .join(first, first.c.id == Notification.id)
        .outerjoin(ChatLink, ChatLink.user_id == Notification.user_id)
        .outerjoin(User, User.id == Notification.user_id)
        .order_by(Notification.urgent.desc(), Notification.id)
    )
    return [
        QueuedNotification(
            row.id,
            row.kind,
            row.payload,
            row.attempts,
            row.chat_id,
            is_blocked=row.blocked_at is not None,
            language=row.locale,
            has_more=row.waiting > 1,
        )
        for row in await session.execute(rows)
    ]
