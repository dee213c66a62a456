"""Sentences for refusals to close a month, and about invoices, payments and corrections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.screens.errors import ErrorTexts
from bot.screens.formatting import cut, day, isolated, moment, money, month_name
from bot.screens.i18n import _
from domain.errors.invoices import (
    InvoiceBelowZero,
    InvoiceBuiltUpon,
    InvoiceHasPayments,
    InvoiceVoid,
    NoLines,
    PaidInFuture,
    PaymentTooLarge,
)
from domain.errors.months import (
    MonthAlreadyInvoiced,
    MonthInFuture,
    MonthNotClosable,
    MonthNotOver,
    PayOutOfRange,
    RateMissing,
)
from domain.errors.pay import AlreadyReversed, CorrectionInvoiced, NothingBilled, NotInvoiced

if TYPE_CHECKING:
    from bot.screens.context import OpsContext

MAX_QUOTE = 80
"""Characters of names inside a sentence."""

ERRORS = ErrorTexts()

# Closing a month

ERRORS.add(MonthNotClosable, lambda _error, _context: _("This month cannot be closed yet. Look at its checklist."))
ERRORS.add(
    MonthNotOver,
    lambda error, context: _("{month} is not over. Close it after {ends_at}.").format(
        month=month_name(error.month), ends_at=moment(error.ends_at, context.organization)
    ),
)
ERRORS.add(
    RateMissing,
    lambda error, _context: _(
        "{month} cannot be closed, because a rate is missing: {categories}. Set it, then close the month again."
    ).format(month=month_name(error.month), categories=isolated(cut(", ".join(error.categories), MAX_QUOTE))),
)
ERRORS.add(
    PayOutOfRange,
    lambda error, _context: _(
        "{month} cannot be closed, because an amount is too large. Look for a wrong rate or bonus."
    ).format(month=month_name(error.month)),
)
ERRORS.add(
    MonthInFuture,
    lambda error, _context: _("{month} has not begun. Choose this month or an earlier one.").format(
        month=month_name(error.month)
    ),
)


@ERRORS.explains(MonthAlreadyInvoiced)
def _already_invoiced(error: MonthAlreadyInvoiced, _context: OpsContext) -> str:
    if error.number is None:
        return _("This month has an invoice already. Take it back first, or add a correction.")
    text = _("This month has an invoice already: {number}. Take it back first, or add a correction.")
    return text.format(number=isolated(error.number))


# Invoices and payments

ERRORS.add(
    InvoiceVoid, lambda _error, _context: _("This invoice was taken back already. Open the worker’s newer invoice.")
)
ERRORS.add(
    InvoiceHasPayments,
    lambda error, context: _(
        "{paid} of this invoice is paid. Cancel the payments first, or add a correction instead."
    ).format(paid=money(error.paid, context.organization.currency)),
)
ERRORS.add(
    InvoiceBuiltUpon,
    lambda error, _context: _("A later invoice builds on this one: {number}. Take that one back first.").format(
        number=isolated(error.number)
    ),
)
ERRORS.add(NoLines, lambda _error, _context: _("Add a line first. An invoice needs at least one."))
ERRORS.add(InvoiceBelowZero, lambda _error, _context: _("The lines add up to less than zero. Make an amount larger."))
ERRORS.add(
    PaymentTooLarge,
    lambda error, context: _("Type {outstanding} or less. More is not to be paid.").format(
        outstanding=money(error.outstanding, context.organization.currency)
    ),
)
ERRORS.add(
    PaidInFuture,
    lambda error, _context: _("Choose {today} or an earlier day. A payment cannot be in the future.").format(
        today=day(error.today)
    ),
)

# Corrections of what is on an invoice

ERRORS.add(NotInvoiced, lambda _error, _context: _("This order is on no invoice yet. Undo its decision instead."))
ERRORS.add(AlreadyReversed, lambda _error, _context: _("This order was taken back already. Nothing was changed."))
ERRORS.add(
    NothingBilled, lambda _error, _context: _("Nothing was paid for this order, so there is nothing to take back.")
)
ERRORS.add(
    CorrectionInvoiced,
    lambda error, _context: _(
        "This correction is on an invoice already: {number}. Add another one with the opposite sign."
    ).format(number=isolated(error.number)),
)
