"""Fines: issued, taken back with a reason. What comes of an appeal is in `appeals`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access import Actor, Permission, use_case
from domain.audit.model import LogType
from domain.errors import NotFound
from domain.notifications.kinds import NotificationKind
from domain.orders.paging import PAGE_SIZE, Page, paged
from domain.pay.adjustments import Adjusted, notify_worker
from domain.pay.amounts import above_zero
from domain.pay.corrections import take_back
from domain.pay.locking import hold_worker
from domain.pay.model import AppealStatus, Fine, FineAppeal, Invoice, InvoiceSource
from domain.pay.payees import payee_of
from domain.pay.revocation import cancel
from domain.pay.use_cases import UseCases
from domain.typed_input.text import check_reason
from domain.unit_of_work import UnitOfWork

APPEAL_PERIOD: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class FineView:
    fine_id: UUID
    worker_id: UUID
    amount: Decimal
    reason: str
    created_at: datetime
    cancelled_at: datetime | None
    cancel_reason: str | None
    appeal_id: UUID | None
    appeal: AppealStatus | None
    appeal_text: str | None
    appeal_until: datetime
    invoice_number: str | None


@dataclass(frozen=True, slots=True)
class HeldFine:
    """Its worker is held until the commit."""

    id: UUID
    worker_id: UUID
    worker_name: str
    amount: Decimal


class FineService(UseCases):
    @use_case(Permission.MANAGE_PAY)
    async def fine(self, worker_id: UUID, amount: Decimal, reason: str, *, actor: Actor) -> Adjusted:
        """Takes from the worker's pay, in the month in which it is issued. Tells the worker, who can appeal for 7 days.

        Raises:
            As for `BonusService.give_bonus`.
        """
        sum_, why = above_zero(amount), check_reason(reason)
        name = (await payee_of(self._session, worker_id)).name
        now = self._unit.clock.now()
        fine = Fine(id=uuid4(), worker_id=worker_id, amount=sum_, reason=why, created_by=actor.user_id, created_at=now)
        self._session.add(fine)
        self._unit.audit.record(
            LogType.FINE_ISSUED,
            f"Fined {name} {sum_}",
            actor=actor,
            entity_type="fines",
            entity_id=fine.id,
            new={"worker_id": worker_id, "amount": sum_, "reason": why},
        )
        facts = {"amount": sum_, "reason": why, "appeal_until": now + APPEAL_PERIOD}
        notify_worker(self._unit, worker_id, NotificationKind.FINE_ISSUED, fine.id, facts, "fine_id")
        return Adjusted(fine.id, worker_id, name, sum_)

    @use_case(Permission.MANAGE_PAY)
    async def cancel_fine(self, fine_id: UUID, reason: str, *, actor: Actor) -> Adjusted:
        """Takes back a fine that was a mistake, and closes its appeal.

        If it has been invoiced, a later invoice pays the amount back.

        Raises:
            As for `BonusService.cancel_bonus`.
        """
        why = check_reason(reason)
        fine = await hold_fine(self._session, fine_id, actor)
        correction = await cancel_held(self._unit, fine, why, actor)
        await self._session.execute(
            update(FineAppeal)
            .where(FineAppeal.fine_id == fine_id, FineAppeal.status == AppealStatus.OPEN)
            .values(
                status=AppealStatus.CANCELLED,
                decided_at=self._unit.clock.now(),
                decided_by=actor.user_id,
                decision_note=why,
            )
        )
        facts = {"amount": fine.amount, "reason": why}
        notify_worker(self._unit, fine.worker_id, NotificationKind.FINE_CANCELLED, fine_id, facts, "fine_id")
        return Adjusted(fine_id, fine.worker_id, fine.worker_name, fine.amount, correction)

    @use_case(Permission.SEE_OWN_PAY)
    async def my_fines(self, *, page: int = 1, size: int = PAGE_SIZE, actor: Actor) -> Page[FineView]:
        """The actor's fines, the newest first."""
        return await self._fines(page, size, Fine.worker_id == actor.user_id)

    @use_case(Permission.SEE_ALL_PAY)
    async def fines(
        self,
        *,
        worker_id: UUID | None = None,
        appealed: bool = False,
        page: int = 1,
        size: int = PAGE_SIZE,
        actor: Actor,  # noqa: ARG002
    ) -> Page[FineView]:
        """Fines, the newest first: of one worker or all, or only those with an open appeal."""
        conditions: list[ColumnElement[bool]] = [] if worker_id is None else [Fine.worker_id == worker_id]
        if appealed:
            conditions.append(FineAppeal.status == AppealStatus.OPEN)
        return await self._fines(page, size, *conditions)

    async def _fines(self, page: int, size: int, *conditions: ColumnElement[bool]) -> Page[FineView]:
        # A fine is appealed once, so the join does not multiply it.
        found = (
            select(Fine, FineAppeal, Invoice.number)
            .outerjoin(FineAppeal, FineAppeal.fine_id == Fine.id)
            .outerjoin(InvoiceSource, (InvoiceSource.fine_id == Fine.id) & InvoiceSource.released_at.is_(None))
            .outerjoin(Invoice, Invoice.id == InvoiceSource.invoice_id)
            .where(*conditions)
            .order_by(Fine.created_at.desc(), Fine.id)
        )
        counted = select(Fine.id).outerjoin(FineAppeal, FineAppeal.fine_id == Fine.id).where(*conditions)
        rows, listed = await paged(self._session, found, counted, page, size)
        return replace(listed, items=tuple(_view(fine, appeal, number) for fine, appeal, number in rows))


async def hold_fine(session: AsyncSession, fine_id: UUID, actor: Actor) -> HeldFine:
    """Keeps closings of the fined worker waiting until our commit.

    Raises:
        NotFound: No such fine.
        OwnPay: It is the actor's own.
    """
    found = await session.execute(select(Fine.worker_id, Fine.amount).where(Fine.id == fine_id))
    row = found.one_or_none()
    if row is None:
        raise NotFound(what="fine")
    return HeldFine(fine_id, row.worker_id, await hold_worker(session, row.worker_id, actor), row.amount)


async def cancel_held(unit: UnitOfWork, fine: HeldFine, why: str, actor: Actor) -> UUID | None:
    """Cancels a fine. Returns the correction that pays it back, if it was billed.

    Raises:
        AlreadyCancelled: It has been.
    """
    sentence = f"Cancelled the fine of {fine.amount} of {fine.worker_name}"
    await cancel(unit, Fine, fine.id, why, LogType.FINE_CANCELLED, sentence, actor=actor)
    return await take_back(unit, fine.worker_id, why, actor, fine_id=fine.id)


def _view(fine: Fine, appeal: FineAppeal | None, number: str | None) -> FineView:
    return FineView(
        fine_id=fine.id,
        worker_id=fine.worker_id,
        amount=fine.amount,
        reason=fine.reason,
        created_at=fine.created_at,
        cancelled_at=fine.cancelled_at,
        cancel_reason=fine.cancel_reason,
        appeal_id=appeal.id if appeal else None,
        appeal=appeal.status if appeal else None,
        appeal_text=appeal.text if appeal else None,
        appeal_until=fine.created_at + APPEAL_PERIOD,
        invoice_number=number,
    )
