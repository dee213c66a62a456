"""Payments: money that was paid out for an invoice, all of it or a part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from domain import money
from domain.access import Actor, Permission, use_case
from domain.audit.model import LogType
from domain.clock import local_day
from domain.errors import NotFound
from domain.errors.invoices import InvoiceVoid, PaidInFuture, PaymentTooLarge
from domain.notifications.kinds import NotificationKind
from domain.pay.amounts import above_zero
from domain.pay.invoices import paid_of
from domain.pay.locking import hold_invoice
from domain.pay.model import InvoicePayment, InvoiceStatus
from domain.pay.revocation import cancel
from domain.pay.use_cases import UseCases
from domain.typed_input.text import check_line, check_reason


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


class PaymentService(UseCases):
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
        note = check_line(reference, field="reference")
        today = local_day(self._unit.clock.now(), self._unit.organization.zone)
        if paid_on > today:
            raise PaidInFuture(today=today)
        invoice = await hold_invoice(self._session, invoice_id, actor)
        if invoice.status == InvoiceStatus.VOID:
            raise InvoiceVoid(number=invoice.number)
        paid = await paid_of(self._session, invoice_id)
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
        self._notify(NotificationKind.PAYMENT_RECORDED, state, {"paid_on": paid_on, "reference": note})
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
        why = check_reason(reason)
        found = select(InvoicePayment.invoice_id, InvoicePayment.amount).where(InvoicePayment.id == payment_id)
        payment = (await self._session.execute(found)).one_or_none()
        if payment is None:
            raise NotFound(what="payment")
        invoice = await hold_invoice(self._session, payment.invoice_id, actor)
        await cancel(
            self._unit,
            InvoicePayment,
            payment_id,
            why,
            LogType.PAYMENT_CANCELLED,
            f"Cancelled the payment of {payment.amount} of invoice {invoice.number}",
            actor=actor,
        )
        state = _state(payment_id, invoice, payment.amount, await paid_of(self._session, invoice.id))
        self._notify(NotificationKind.PAYMENT_CANCELLED, state, {"reason": why})
        return state

    def _notify(self, kind: NotificationKind, state: PaymentState, more: dict[str, object]) -> None:
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
        self._unit.notifications.notify(state.worker_id, kind, facts, dedupe_key=str(state.payment_id))


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
