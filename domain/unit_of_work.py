"""One transaction and what a use case needs in it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import TYPE_CHECKING, TypeVar

from domain.audit.service import AuditLog
from domain.notifications.service import Notifications

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from domain.clock import Clock
    from domain.organization import Organization


R = TypeVar("R")


async def _take_back(held: Sequence[asyncio.Lock | asyncio.Semaphore]) -> None:
    """Waits for each, also where it is cancelled: whoever opened the unit releases them all on the way out."""
    cancelled: asyncio.CancelledError | None = None
    for each in held:
        while True:
            try:
                await each.acquire()
                break
            except asyncio.CancelledError as error:
                cancelled = error
    if cancelled is not None:
        raise cancelled


class UnitOfWork:
    """Given to every service. Whoever opened the transaction calls `finish` before the commit, and nothing after it."""

    def __init__(
        self,
        session: AsyncSession,
        clock: Clock,
        organization: Organization,
        *,
        held: Sequence[asyncio.Lock | asyncio.Semaphore] = (),
    ) -> None:
        """`held`: what others wait for while this unit has it, in the order in which it was taken."""
        self._held = held
        self.session = session
        self.clock = clock
        self.organization = organization
        self.audit = AuditLog(session, clock)
        self.notifications = Notifications(session, clock, organization)
        self.has_news = False
        """Once it is finished: something was changed or is to be told, here or by slow work outside."""

    @property
    def has_begun(self) -> bool:
        """Whether anything was read or written here, or is to be: otherwise there is no transaction yet."""
        return self.session.in_transaction() or self.audit.has_pending or self.notifications.has_pending

    async def outside(self, work: Awaitable[R]) -> R:
        """Waits for slow work, such as a password's hash, without a transaction and all that others wait for.

        What was read before may have changed after it: read again what the decision rests on.

        Raises:
            RuntimeError: something was written already, so the transaction cannot be left.
        """
        if self.session.new or self.session.dirty or self.session.deleted or self.audit.has_pending:
            raise RuntimeError("slow work must come before the first change of a transaction")
        await self.session.rollback()
        for each in reversed(self._held):
            each.release()
        try:
            return await work
        finally:
            # A closing has transactions of its own, and queues messages in them.
            self.has_news = True
            await _take_back(self._held)

    async def finish(self) -> None:
        """Writes the notifications, then the log rows: their chain is locked from then until the commit."""
        self.has_news = self.has_news or self.audit.has_pending or self.notifications.has_pending
        await self.session.flush()
        await self.notifications.flush()
        await self.audit.flush()
