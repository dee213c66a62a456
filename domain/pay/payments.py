"""What happens to an invoice after it was issued: paid, in parts or whole, or voided; and invoices written by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import aliased

from domain import money
from domain.access import Actor, Permission, use_case
from domain.accounts.model import Role, User
from domain.audit.model import LogType
from domain.clock import Month, local_day
from domain.errors import (
    AlreadyCancelled,
    AmountNegative,
    ChangedMeanwhile,
    InvoiceBuiltUpon,
    InvoiceHasPayments,
    InvoiceVoid,
    MonthAlreadyInvoiced,
    MonthInFuture,
    NoLines,
    NotFound,
    OwnPay,
    PaidInFuture,
    PaymentTooLarge,
)
from domain.orders.model import OrderStatus, OrderVersion, WorkOrder
from domain.pay.issuing import Draft, IssuedInvoice, number_invoices, write_invoices
from domain.pay.model import Correction, Invoice, InvoiceLine, InvoicePayment, InvoiceSource, InvoiceStatus, LineKind
from domain.pay.sources import lock_workers
from domain.pay.statement import Line, add_up
from domain.pay.typed import LONGEST_LABEL, above_zero, not_zero, reason_of
from domain.unit import Unit


@dataclass(frozen=True, slots=True)
class PaymentState:
    """After a payment was recorded or cancelled."""

    payment_id: UUID
    invoice_id: UUID
    number: str
    worker_id: UUID
    worker_name: str
    amount: Decimal
    """Of this payment."""
    paid: Decimal
    """Of the invoice, all payments that stand."""
    outstanding: Decimal
    currency: str


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


@dataclass(frozen=True, slots=True)
class ManualLine:
    label: str
    amount: Decimal
    """Signed."""
    reason: str


class PaymentService:
    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._session = unit.session

    @use_case(Permission.MANAGE_PAY)
    async def record_payment(
        self, invoice_id: UUID, amount: Decimal, paid_on: date, reference: str | None = None, *, actor: Actor
    ) -> PaymentState:
        """Notes money that was paid out for an invoice, all of it or a part. Tells the worker.

        Args:
            invoice_id: Which.
            amount: In the invoice's currency; at most what is outstanding.
            paid_on: In the organization's calendar; today at the latest.
            reference: The bank's or the cash book's.
            actor: Who notes it.

        Raises:
            NotFound: No such invoice.
            OwnPay: It is the actor's own.
            InvoiceVoid: There is nothing to pay.
            PaymentTooLarge: More than is outstanding.
            PaidInFuture, AmountZero, AmountNegative, AmountTooPrecise, AmountOutOfRange, TextTooLong: As they say.
        """
        sum_ = above_zero(amount)
        note = reason_of(reference, field="reference", limit=255) if reference and reference.strip() else None
        today = local_day(self._unit.clock.now(), self._unit.organization.zone)
        if paid_on > today:
            raise PaidInFuture(today=today)
        invoice = await self._hold(invoice_id, actor)
        if invoice.status == InvoiceStatus.VOID:
            raise InvoiceVoid(number=invoice.number)
        paid = await self._paid(invoice_id)
        outstanding = money.checked(invoice.total_amount - paid)
        if sum_ > outstanding:
            raise PaymentTooLarge(outstanding=outstanding)
        payment = InvoicePayment(
            id=uuid4(),
            invoice_id=invoice_id,
            amount=sum_,
            paid_on=paid_on,
            reference=note,
            created_by=actor.user_id,
            created_at=self._unit.clock.now(),
        )
        self._session.add(payment)
        self._unit.audit.record(
            LogType.PAYMENT_ADDED,
            f"Paid {sum_} of invoice {invoice.number}",
            actor=actor,
            entity_type="invoice_payments",
            entity_id=payment.id,
            new={"invoice_id": invoice_id, "amount": sum_, "paid_on": paid_on, "reference": note},
        )
        state = _state(payment.id, invoice, sum_, money.total((paid, sum_)))
        self._tell_of_payment("payment_recorded", state, {"paid_on": paid_on, "reference": note})
        return state

    @use_case(Permission.MANAGE_PAY)
    async def cancel_payment(self, payment_id: UUID, reason: str, *, actor: Actor) -> PaymentState:
        """Takes back a payment that was noted by mistake. Tells the worker.

        Raises:
            NotFound: No such payment.
            OwnPay: It is the actor's own.
            AlreadyCancelled: It has been.
            TextMissing, TextTooLong: Of the reason.
        """
        why = reason_of(reason)
        found = select(InvoicePayment.invoice_id, InvoicePayment.amount).where(InvoicePayment.id == payment_id)
        payment = (await self._session.execute(found)).one_or_none()
        if payment is None:
            raise NotFound(what="payment")
        invoice = await self._hold(payment.invoice_id, actor)
        cancelled = await self._session.execute(
            update(InvoicePayment)
            .where(InvoicePayment.id == payment_id, InvoicePayment.cancelled_at.is_(None))
            .values(cancelled_at=self._unit.clock.now(), cancelled_by=actor.user_id, cancel_reason=why)
            .returning(InvoicePayment.id)
        )
        if cancelled.one_or_none() is None:
            before = select(InvoicePayment.cancelled_at, InvoicePayment.cancel_reason)
            at, was = (await self._session.execute(before.where(InvoicePayment.id == payment_id))).one()
            raise AlreadyCancelled(cancelled_at=at, reason=was)
        self._unit.audit.record(
            LogType.PAYMENT_CANCELLED,
            f"Cancelled the payment of {payment.amount} of invoice {invoice.number}",
            actor=actor,
            entity_type="invoice_payments",
            entity_id=payment_id,
            old={"cancel_reason": None},
            new={"cancel_reason": why},
        )
        state = _state(payment_id, invoice, payment.amount, await self._paid(payment.invoice_id))
        self._tell_of_payment("payment_cancelled", state, {"reason": why})
        return state

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
        why = reason_of(reason)
        invoice = await self._hold(invoice_id, actor)
        if invoice.status == InvoiceStatus.VOID:
            raise InvoiceVoid(number=invoice.number)
        paid = await self._paid(invoice_id)
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
        self._unit.notifications.tell(invoice.worker_id, "invoice_voided", facts, occasion=str(invoice_id))
        return Voided(invoice_id, invoice.number, invoice.worker_id, invoice.worker_name, month, released, reopened)

    @use_case(Permission.MANAGE_PAY)
    async def issue_manual(
        self, worker_id: UUID, month: Month, lines: Sequence[ManualLine], reason: str, *, actor: Actor
    ) -> IssuedInvoice:
        """An invoice of free lines, in place of the one that closing the month would make.

        Orders and all else of that month are then late, and on the next month's invoice; fixed pay is not, as that
        month has had its invoice.

        Raises:
            NotFound: No such worker.
            MonthInFuture: The month has not begun.
            MonthAlreadyInvoiced: The worker has an invoice for it.
            NoLines: There is nothing to bill.
            AmountNegative: The sum is below zero.
            AmountZero, AmountTooPrecise, AmountOutOfRange, TextMissing, TextTooLong: As they say.
        """
        why = reason_of(reason)
        if not lines:
            raise NoLines
        if month > self._unit.organization.month(self._unit.clock.now()):
            raise MonthInFuture(month=str(month))
        written = tuple(
            Line(
                LineKind.MANUAL,
                reason_of(line.label, field="label", limit=LONGEST_LABEL),
                not_zero(line.amount),
                reason=reason_of(line.reason),
            )
            for line in lines
        )
        totals = add_up(written)
        if totals.carried_forward:
            raise AmountNegative
        name = await self._session.scalar(select(User.name).where(User.id == worker_id, User.role == Role.WORKER))
        if name is None:
            raise NotFound(what="worker")
        await lock_workers(self._session, [worker_id])
        existing = await self._session.scalar(
            select(Invoice.number).where(
                Invoice.worker_id == worker_id,
                Invoice.year == month.year,
                Invoice.month == month.month,
                Invoice.status == InvoiceStatus.ISSUED,
            )
        )
        if existing is not None:
            raise MonthAlreadyInvoiced(number=existing)
        draft = Draft(uuid4(), worker_id, name, month, written, totals, is_manual=True, manual_reason=why)
        await write_invoices(self._unit, [draft], actor=actor)
        [issued] = await number_invoices(self._unit, [draft], actor=actor)
        return issued

    async def _hold(self, invoice_id: UUID, actor: Actor) -> Any:
        """The invoice, with its worker held until the commit: of a payment and a voiding at the same moment, one waits
        and then sees the other."""
        worker_id = await self._session.scalar(select(Invoice.worker_id).where(Invoice.id == invoice_id))
        if worker_id is None:
            raise NotFound(what="invoice")
        if worker_id == actor.user_id:
            raise OwnPay
        await lock_workers(self._session, [worker_id])
        found = select(
            Invoice.id,
            Invoice.number,
            Invoice.worker_id,
            func.coalesce(Invoice.worker_name, User.name).label("worker_name"),
            Invoice.year,
            Invoice.month,
            Invoice.status,
            Invoice.total_amount,
            Invoice.currency,
        )
        statement = found.join(User, User.id == Invoice.worker_id).where(Invoice.id == invoice_id)
        return (await self._session.execute(statement)).one()

    async def _paid(self, invoice_id: UUID) -> Decimal:
        found = select(func.sum(InvoicePayment.amount)).where(
            InvoicePayment.invoice_id == invoice_id, InvoicePayment.cancelled_at.is_(None)
        )
        return (await self._session.scalar(found)) or money.ZERO

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

    def _tell_of_payment(self, kind: str, state: PaymentState, more: dict[str, object]) -> None:
        facts = {
            "payment_id": state.payment_id,
            "invoice_id": state.invoice_id,
            "number": state.number,
            "amount": state.amount,
            "paid": state.paid,
            "outstanding": state.outstanding,
            "currency": state.currency,
            **more,
        }
        self._unit.notifications.tell(state.worker_id, kind, facts, occasion=str(state.payment_id))


def _state(payment_id: UUID, invoice: Any, amount: Decimal, paid: Decimal) -> PaymentState:
    return PaymentState(
        payment_id=payment_id,
        invoice_id=invoice.id,
        number=invoice.number,
        worker_id=invoice.worker_id,
        worker_name=invoice.worker_name,
        amount=amount,
        paid=paid,
        outstanding=money.checked(invoice.total_amount - paid),
        currency=invoice.currency,
    )


def _reversals(invoice_id: UUID) -> tuple[Any, ...]:
    """Corrections that take back an order, a bonus or a fine of this invoice."""
    return (
        Correction.from_invoice_id == invoice_id,
        Correction.cancelled_at.is_(None),
        func.coalesce(Correction.order_id, Correction.bonus_id, Correction.fine_id).is_not(None),
    )
