"""Queueing what people are to be told: written with the change that it tells of, sent after the commit by the edge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from domain.accounts.model import Role, User
from domain.audit.service import jsonable
from domain.notifications.model import Notification

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from sqlalchemy.ext.asyncio import AsyncSession

    from domain.clock import Clock
    from domain.organization import Organization


class Notifications:
    """The notifications of one transaction: collected while it works, written by `flush` before it commits."""

    def __init__(self, session: AsyncSession, clock: Clock, organization: Organization) -> None:
        self._session = session
        self._clock = clock
        self._organization = organization
        self._pending: list[dict[str, Any]] = []

    def tell(
        self,
        user_id: UUID | None,
        kind: str,
        payload: Mapping[str, object],
        *,
        occasion: str,
        urgent: bool = False,
        chat_id: int | None = None,
    ) -> None:
        """Queues one message for a person.

        Args:
            user_id: Who; None only with a `chat_id` that belongs to nobody any more.
            kind: Which view makes the message.
            payload: What the view needs: ids and values as of now.
            occasion: Names the event, such as "order 17 v2 approved": with the person it is the key by which a second
                notification of the same event is dropped.
            urgent: Sent in quiet hours too.
            chat_id: Another chat than the person's own.
        """
        now = self._clock.now()
        not_before = None if urgent else self._organization.speaking_time(now)
        self._pending.append(
            {
                "user_id": user_id,
                "chat_id": chat_id,
                "kind": kind,
                "payload": jsonable(payload),
                "dedupe_key": f"{user_id or chat_id}:{kind}:{occasion}",
                "urgent": urgent,
                "not_before": not_before if not_before != now else None,
                "next_try_at": not_before or now,
                "created_at": now,
            }
        )

    async def tell_admins(
        self, kind: str, payload: Mapping[str, object], *, occasion: str, urgent: bool = False, but: UUID | None = None
    ) -> None:
        """Queues the same for every active admin, without the one who did it."""
        admins = select(User.id).where(User.role == Role.ADMIN, User.is_active).order_by(User.created_at, User.id)
        for user_id in await self._session.scalars(admins):
            if user_id != but:
                self.tell(user_id, kind, payload, occasion=occasion, urgent=urgent)

    async def flush(self) -> None:
        """Writes what was collected; what was queued before under the same key stays as it is."""
        if not self._pending:
            return
        rows, self._pending = self._pending, []
        dialect = postgresql if self._session.get_bind().dialect.name == "postgresql" else sqlite
        statement = dialect.insert(Notification).on_conflict_do_nothing(index_elements=["dedupe_key"])
        await self._session.execute(statement, rows)
