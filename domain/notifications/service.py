"""Queueing what people are to be told: written with the change that it tells of, sent after the commit by the edge."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select, update

from domain.accounts.model import Role, User
from domain.audit.service import jsonable
from domain.clock import local_day
from domain.notifications.kinds import NotificationKind
from domain.notifications.model import BLOCKED, Notification, NotificationState
from domain.persistence.db import insert_into

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from sqlalchemy.ext.asyncio import AsyncSession

    from domain.clock import Clock
    from domain.organization import Organization


DIGEST_DELAY: Final = timedelta(minutes=10)
"""A closing finds them one after another."""


class Notifications:
    """The notifications of one transaction: collected while it works, written by `flush` before it commits."""

    def __init__(self, session: AsyncSession, clock: Clock, organization: Organization) -> None:
        self._session = session
        self._clock = clock
        self._organization = organization
        self._pending: list[dict[str, Any]] = []

    @property
    def has_pending(self) -> bool:
        return bool(self._pending)

    def notify(
        self,
        user_id: UUID | None,
        kind: NotificationKind,
        payload: Mapping[str, object],
        *,
        dedupe_key: str,
        urgent: bool = False,
        chat_id: int | None = None,
        delay: timedelta = timedelta(),
    ) -> None:
        """Queues one message for a person.

        Args:
            user_id: Who; None only with a `chat_id` that belongs to nobody any more.
            kind: Which view makes the message.
            payload: What the view needs: ids and values as of now.
            dedupe_key: Names the event, such as "order 17 v2 approved". A second notification of the same kind, for the
                same person and with the same key, is dropped.
            urgent: Sent in quiet hours too.
            chat_id: Another chat than the person's own.
            delay: It waits so long at least, for what others may be told of with it.
        """
        now = self._clock.now()
        not_before = now + delay if urgent else self._organization.speaking_time(now + delay)
        self._pending.append(
            {
                "user_id": user_id,
                "chat_id": chat_id,
                "kind": kind.value,
                "payload": jsonable(payload),
                "dedupe_key": f"{user_id or chat_id}:{kind.value}:{dedupe_key}",
                "urgent": urgent,
                "not_before": not_before if not_before != now else None,
                "next_try_at": not_before,
                "created_at": now,
            }
        )

    async def notify_admins(
        self,
        kind: NotificationKind,
        payload: Mapping[str, object],
        *,
        dedupe_key: str,
        urgent: bool = False,
        exclude: UUID | None = None,
        delay: timedelta = timedelta(),
    ) -> None:
        """Queues the same for every active admin; `exclude` is the one who did it, and knows."""
        admins = select(User.id).where(User.role == Role.ADMIN, User.is_active).order_by(User.created_at, User.id)
        for user_id in await self._session.scalars(admins):
            if user_id != exclude:
                self.notify(user_id, kind, payload, dedupe_key=dedupe_key, urgent=urgent, delay=delay)

    async def notify_blocked(self) -> None:
        """Tells the admins that somebody blocked the bot: once a day, with all who did so until it is sent."""
        today = local_day(self._clock.now(), self._organization.zone)
        kind = NotificationKind.BLOCKED_TODAY
        await self.notify_admins(kind, {"day": today}, dedupe_key=str(today), delay=DIGEST_DELAY)

    async def notify_return(self, user_id: UUID, since: datetime) -> None:
        """Tells somebody who had blocked the bot what they missed. Dozens of messages late would help nobody."""
        missed = update(Notification).where(
            Notification.user_id == user_id,
            Notification.state == NotificationState.DEAD,
            Notification.last_error == BLOCKED,
        )
        cancelled = missed.values(state=NotificationState.CANCELLED).returning(Notification.kind)
        kinds = list(await self._session.scalars(cancelled))
        if kinds:
            facts = {"missed": len(kinds), "invoices": kinds.count(NotificationKind.INVOICE_ISSUED)}
            self.notify(user_id, NotificationKind.CAME_BACK, facts, dedupe_key=since.isoformat(), urgent=True)

    async def flush(self) -> None:
        """Writes what was collected; what was queued before under the same key stays as it is."""
        if not self._pending:
            return
        rows, self._pending = self._pending, []
        statement = insert_into(self._session, Notification).on_conflict_do_nothing(index_elements=["dedupe_key"])
        await self._session.execute(statement, rows)
