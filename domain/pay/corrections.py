"""Corrections: lines of a later invoice, because an issued one stays as it is."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access import Actor, Permission, use_case
from domain.audit.model import LogType
from domain.errors import NotFound
from domain.errors.pay import AlreadyReversed, CorrectionInvoiced, NothingBilled, NotInvoiced
from domain.notifications.kinds import NotificationKind
from domain.orders.model import WorkOrder
from domain.pay.adjustments import Adjusted, notify_worker
from domain.pay.amounts import not_zero
from domain.pay.locking import hold_worker
from domain.pay.model import Correction, Invoice, InvoiceSource
from domain.pay.payees import payee_of
from domain.pay.revocation import cancel
from domain.pay.use_cases import UseCases
from domain.typed_input.text import check_reason
from domain.unit_of_work import UnitOfWork


class CorrectionService(UseCases):
    @use_case(Permission.MANAGE_PAY)
    async def correct(
        self, worker_id: UUID, amount: Decimal, reason: str, *, invoice_id: UUID | None = None, actor: Actor
    ) -> Adjusted:
        """Adds to the worker's next invoice, or takes from it, because an issued one stays as it is.

        Args:
            worker_id: Whose.
            amount: Signed.
            reason: Stands on the invoice.
            invoice_id: Which issued invoice it corrects, if any: one of the same worker.
            actor: Who corrects.

        Raises:
            NotFound: No such worker, or no such invoice of theirs.
            AmountZero, AmountTooPrecise, AmountOutOfRange, TextMissing, TextTooLong: As they say.
        """
        sum_, why = not_zero(amount), check_reason(reason)
        name = (await payee_of(self._session, worker_id)).name
        if invoice_id is not None:
            owner = await self._session.scalar(select(Invoice.worker_id).where(Invoice.id == invoice_id))
            if owner != worker_id:
                raise NotFound(what="invoice")
        made = await _add(self._unit, worker_id, sum_, why, actor, from_invoice_id=invoice_id)
        facts = {"amount": sum_, "reason": why}
        notify_worker(self._unit, worker_id, NotificationKind.CORRECTION_ADDED, made, facts, "correction_id")
        return Adjusted(made, worker_id, name, sum_)

    @use_case(Permission.MANAGE_PAY)
    async def cancel_correction(self, correction_id: UUID, reason: str, *, actor: Actor) -> Adjusted:
        """Takes back a correction that no invoice has yet.

        Raises:
            NotFound: No such correction.
            OwnPay: It is the actor's own.
            AlreadyCancelled: It has been.
            CorrectionInvoiced: It is on an invoice: make another one with the opposite sign.
        """
        why = check_reason(reason)
        found = (
            await self._session.execute(
                select(Correction.worker_id, Correction.amount).where(Correction.id == correction_id)
            )
        ).one_or_none()
        if found is None:
            raise NotFound(what="correction")
        name = await hold_worker(self._session, found.worker_id, actor)
        number = await self._session.scalar(
            select(Invoice.number)
            .join(InvoiceSource, InvoiceSource.invoice_id == Invoice.id)
            .where(InvoiceSource.correction_id == correction_id, InvoiceSource.released_at.is_(None))
        )
        if number is not None:
            raise CorrectionInvoiced(number=number)
        await cancel(
            self._unit,
            Correction,
            correction_id,
            why,
            LogType.CORRECTION_CANCELLED,
            f"Cancelled the correction of {found.amount} of {name}",
            actor=actor,
        )
        return Adjusted(correction_id, found.worker_id, name, found.amount)

    @use_case(Permission.MANAGE_PAY)
    async def reverse_order(self, order_id: UUID, reason: str, *, actor: Actor) -> Adjusted:
        """Takes back an order that is on an issued invoice: a later invoice takes off the amount actually billed.

        The order stays Completed, and its invoice stays as it is.

        Raises:
            NotFound: No such order.
            OwnPay: It is the actor's own.
            NotInvoiced: It is on no issued invoice: undo its decision instead.
            AlreadyReversed: It has been.
            NothingBilled: It was billed at a rate of zero.
            TextMissing, TextTooLong: Of the reason.
        """
        why = check_reason(reason)
        order = (
            await self._session.execute(
                select(
                    WorkOrder.number,
                    WorkOrder.title,
                    WorkOrder.status,
                    func.coalesce(WorkOrder.assigned_to, WorkOrder.created_by).label("worker_id"),
                ).where(WorkOrder.id == order_id)
            )
        ).one_or_none()
        if order is None:
            raise NotFound(what="order")
        name = await hold_worker(self._session, order.worker_id, actor)
        billed = await _billed(self._session, InvoiceSource.order_id == order_id)
        if billed is None:
            raise NotInvoiced(status=order.status)
        done = select(Correction.id).where(
            Correction.order_id == order_id,
            Correction.order_version == billed.order_version,
            Correction.cancelled_at.is_(None),
        )
        if await self._session.scalar(done) is not None:
            raise AlreadyReversed
        if not billed.amount:
            raise NothingBilled
        made = await _add(
            self._unit,
            order.worker_id,
            -billed.amount,
            why,
            actor,
            from_invoice_id=billed.invoice_id,
            order_id=order_id,
            order_version=billed.order_version,
        )
        facts = {"order_id": order_id, "number": order.number, "title": order.title}
        facts |= {"amount": -billed.amount, "reason": why}
        notify_worker(self._unit, order.worker_id, NotificationKind.ORDER_REVERSED, made, facts, "correction_id")
        return Adjusted(order_id, order.worker_id, name, billed.amount, made)


async def take_back(
    unit: UnitOfWork,
    worker_id: UUID,
    why: str,
    actor: Actor,
    *,
    bonus_id: UUID | None = None,
    fine_id: UUID | None = None,
) -> UUID | None:
    """A correction of the amount actually billed, if it was billed."""
    source = InvoiceSource.bonus_id == bonus_id if bonus_id else InvoiceSource.fine_id == fine_id
    billed = await _billed(unit.session, source)
    if billed is None:
        return None
    return await _add(
        unit,
        worker_id,
        -billed.amount,
        why,
        actor,
        from_invoice_id=billed.invoice_id,
        bonus_id=bonus_id,
        fine_id=fine_id,
    )


async def _billed(session: AsyncSession, source: Any) -> Any:
    found = select(InvoiceSource.invoice_id, InvoiceSource.amount, InvoiceSource.order_version).where(
        source, InvoiceSource.released_at.is_(None)
    )
    return (await session.execute(found)).one_or_none()


async def _add(unit: UnitOfWork, worker_id: UUID, amount: Decimal, why: str, actor: Actor, **references: Any) -> UUID:
    correction = Correction(
        id=uuid4(),
        worker_id=worker_id,
        amount=amount,
        reason=why,
        created_by=actor.user_id,
        created_at=unit.clock.now(),
        **references,
    )
    unit.session.add(correction)
    unit.audit.record(
        LogType.CORRECTION_ADDED,
        f"Added a correction of {amount}",
        actor=actor,
        entity_type="corrections",
        entity_id=correction.id,
        new={"worker_id": worker_id, "amount": amount, "reason": why}
        | {name: value for name, value in references.items() if value is not None},
    )
    return correction.id
