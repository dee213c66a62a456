"""Voiding: a whole invoice is taken back, and what it billed is free for the next one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import aliased

from domain.access import Actor, Permission, use_case
from domain.audit.model import LogType
from domain.clock import Month
from domain.errors import ChangedMeanwhile
from domain.errors.invoices import InvoiceBuiltUpon, InvoiceHasPayments, InvoiceVoid
from domain.notifications.kinds import NotificationKind
from domain.orders.model import OrderStatus, OrderVersion, WorkOrder
from domain.pay.invoices import paid_of
from domain.pay.locking import hold_invoice
from domain.pay.model import Correction, Invoice, InvoiceLine, InvoiceSource, InvoiceStatus
from domain.pay.use_cases import UseCases
from domain.typed_input.text import check_reason


@dataclass(frozen=True, slots=True)
class Voided:
    invoice_id: UUID
    number: str
    worker_id: UUID
    worker_name: str
    month: Month
    orders_released: int
    """Back to Approved: the next closing of the month bills them again."""
    orders_reopened: int
    """Back to Under QA: they had been reversed, and without the invoice that means that nothing was decided."""


class Voiding(UseCases):
    @use_case(Permission.MANAGE_PAY)
    async def void(self, invoice_id: UUID, reason: str, *, actor: Actor) -> Voided:
        """Takes back a whole invoice while nothing of it is paid. It keeps its number; what it billed can be billed
        again, by closing the worker's month again. Tells the worker.

        What was taken back from it by corrections that no invoice has yet is settled by this: they are cancelled. An
        order that had been reversed goes back to Under QA, as its undone decision would have taken it.

        Raises:
            NotFound: No such invoice.
            OwnPay: It is the actor's own.
            InvoiceVoid: It is void.
            InvoiceHasPayments: Something was paid: cancel the payments first, or add a correction instead.
            InvoiceBuiltUpon: A later invoice took what it carried forward, or corrects it: void that one first.
            TextMissing, TextTooLong: Of the reason.
        """
        why = check_reason(reason)
        invoice = await hold_invoice(self._session, invoice_id, actor)
        if invoice.status == InvoiceStatus.VOID:
            raise InvoiceVoid(number=invoice.number)
        paid = await paid_of(self._session, invoice_id)
        if paid:
            raise InvoiceHasPayments(number=invoice.number, paid=paid)
        await self._nothing_builds_on(invoice_id)
        now = self._unit.clock.now()
        voided = await self._session.execute(
            update(Invoice)
            .where(Invoice.id == invoice_id, Invoice.status == InvoiceStatus.ISSUED)
            .values(status=InvoiceStatus.VOID, voided_at=now, voided_by=actor.user_id, void_reason=why)
            .returning(Invoice.id)
        )
        if voided.one_or_none() is None:
            raise ChangedMeanwhile
        reopened = await self._reopen_reversed(invoice_id, invoice.number, actor)
        released = await self._release(invoice_id)
        month = Month(invoice.year, invoice.month)
        self._unit.audit.record(
            LogType.INVOICE_VOIDED,
            f"Voided invoice {invoice.number} of {invoice.worker_name} for {month}",
            actor=actor,
            entity_type="invoices",
            entity_id=invoice_id,
            old={"status": InvoiceStatus.ISSUED},
            new={"status": InvoiceStatus.VOID, "reason": why, "orders_released": released, "orders_reopened": reopened},
        )
        facts = {
            "invoice_id": invoice_id,
            "number": invoice.number,
            "month": str(month),
            "total": invoice.total_amount,
            "currency": invoice.currency,
            "reason": why,
        }
        self._unit.notifications.notify(
            invoice.worker_id, NotificationKind.INVOICE_VOIDED, facts, dedupe_key=str(invoice_id)
        )
        return Voided(invoice_id, invoice.number, invoice.worker_id, invoice.worker_name, month, released, reopened)

    async def _nothing_builds_on(self, invoice_id: UUID) -> None:
        reversals = select(Correction.id).where(*_reversals(invoice_id))
        number = await self._session.scalar(
            select(Invoice.number)
            .join(InvoiceSource, InvoiceSource.invoice_id == Invoice.id)
            .where(
                InvoiceSource.released_at.is_(None),
                (InvoiceSource.carried_invoice_id == invoice_id) | InvoiceSource.correction_id.in_(reversals),
            )
            .limit(1)
        )
        if number is not None:
            raise InvoiceBuiltUpon(number=number)

    async def _reopen_reversed(self, invoice_id: UUID, number: str, actor: Actor) -> int:
        """Cancels the corrections that took something back from this invoice, and reopens the orders among that."""
        now = self._unit.clock.now()
        cancelled = await self._session.execute(
            update(Correction)
            .where(*_reversals(invoice_id))
            .values(cancelled_at=now, cancelled_by=actor.user_id, cancel_reason=f"{number} was voided")
            .returning(Correction.id, Correction.amount, Correction.order_id, Correction.order_version)
        )
        rows = cancelled.all()
        for row in rows:
            self._unit.audit.record(
                LogType.CORRECTION_CANCELLED,
                f"Cancelled the correction of {row.amount}, as {number} was voided",
                actor=actor,
                entity_type="corrections",
                entity_id=row.id,
                old={"cancel_reason": None},
                new={"cancel_reason": f"{number} was voided"},
            )
        reversed_orders = [row.order_id for row in rows if row.order_id is not None]
        if not reversed_orders:
            return 0
        undecided = {"decided_at": None, "decided_by": None, "approved_submissions": None, "rate": None}
        await self._session.execute(
            update(WorkOrder)
            .where(WorkOrder.id.in_(reversed_orders), WorkOrder.status == OrderStatus.COMPLETED)
            .values(status=OrderStatus.UNDER_QA, decision_note=None, **undecided)
        )
        same_version = exists().where(WorkOrder.id == OrderVersion.order_id, WorkOrder.version == OrderVersion.version)
        await self._session.execute(
            update(OrderVersion)
            .where(OrderVersion.order_id.in_(reversed_orders), same_version)
            .values(decision=None, note=None, **undecided)
        )
        for order_id in reversed_orders:
            self._unit.audit.record(
                LogType.ORDER_REOPENED,
                f"Reopened a reversed order, as {number} was voided",
                actor=actor,
                entity_type="work_orders",
                entity_id=order_id,
                old={"status": OrderStatus.COMPLETED},
                new={"status": OrderStatus.UNDER_QA},
            )
        return len(reversed_orders)

    async def _release(self, invoice_id: UUID) -> int:
        """Frees what the invoice billed, for the next one. Returns how many orders that are."""
        lines = select(InvoiceLine.id).where(InvoiceLine.invoice_id == invoice_id)
        source = aliased(InvoiceSource)
        mine = exists().where(
            source.line_id.in_(lines),
            source.order_id == WorkOrder.id,
            source.order_version == WorkOrder.version,
            source.released_at.is_(None),
        )
        approved = await self._session.execute(
            update(WorkOrder)
            .where(mine, WorkOrder.status == OrderStatus.COMPLETED)
            .values(status=OrderStatus.APPROVED)
            .returning(WorkOrder.id)
        )
        released = len(approved.all())
        await self._session.execute(
            update(InvoiceSource)
            .where(InvoiceSource.line_id.in_(lines), InvoiceSource.released_at.is_(None))
            .values(released_at=self._unit.clock.now())
        )
        return released


def _reversals(invoice_id: UUID) -> tuple[Any, ...]:
    """Corrections that take back an order, a bonus or a fine of this invoice."""
    return (
        Correction.from_invoice_id == invoice_id,
        Correction.cancelled_at.is_(None),
        func.coalesce(Correction.order_id, Correction.bonus_id, Correction.fine_id).is_not(None),
    )
