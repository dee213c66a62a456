"""Invoices written by hand, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID, uuid4

from domain.access import Actor, Permission, use_case
from domain.clock import Month
from domain.errors.invoices import InvoiceBelowZero, NoLines
from domain.errors.months import MonthAlreadyInvoiced, MonthInFuture
from domain.pay.amounts import not_zero
from domain.pay.invoices import issued_invoice
from domain.pay.issuing import Draft, IssuedInvoice, number_invoices, write_invoices
from domain.pay.model import LineKind
from domain.pay.payees import payee_of
from domain.pay.sources import lock_workers
from domain.pay.statement import Line, add_up
from domain.pay.use_cases import UseCases
from domain.typed_input.text import check_reason, check_title


@dataclass(frozen=True, slots=True)
class ManualLine:
    label: str
    amount: Decimal
    """Signed."""
    reason: str


class ManualInvoices(UseCases):
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
            InvoiceBelowZero: The sum is.
            AmountZero, AmountTooPrecise, AmountOutOfRange, TextMissing, TextTooLong: As they say.
        """
        why = check_reason(reason)
        if not lines:
            raise NoLines
        if month > self._unit.organization.month(self._unit.clock.now()):
            raise MonthInFuture(month=month)
        written = tuple(
            Line(
                LineKind.MANUAL,
                check_title(line.label, field="label"),
                not_zero(line.amount),
                reason=check_reason(line.reason),
            )
            for line in lines
        )
        totals = add_up(written)
        if totals.carried_forward:
            raise InvoiceBelowZero
        name = (await payee_of(self._session, worker_id)).name
        await lock_workers(self._session, [worker_id])
        existing = await issued_invoice(self._session, worker_id, month)
        if existing is not None:
            raise MonthAlreadyInvoiced(number=existing.number)
        draft = Draft(uuid4(), worker_id, name, month, written, totals, is_manual=True, manual_reason=why)
        await write_invoices(self._unit, [draft], actor=actor)
        [issued] = await number_invoices(self._unit, [draft], actor=actor)
        return issued
