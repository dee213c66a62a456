"""Refusals about pay, in words: what goes into it, closing a month, invoices, payments and objections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.screens.errors import ErrorTexts
from bot.screens.formatting import cut, day, moment, money, month_name
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
from domain.errors.orders import CategoryExists
from domain.errors.pay import (
    AlreadyAppealed,
    AlreadyCancelled,
    AlreadyReversed,
    AlreadyWithdrawn,
    AppealAlreadyDecided,
    AppealTooLate,
    CorrectionInvoiced,
    FixedPayExists,
    NothingBilled,
    NotInvoiced,
    OwnPay,
    RateExists,
)
from domain.pay.model import AppealStatus
from handlers.pay.reading import InvalidDay

if TYPE_CHECKING:
    from bot.screens.context import OpsContext

MAX_QUOTE = 80
"""Characters of a person's words inside a sentence."""

WORDS = ErrorTexts()
WORDS.add(OwnPay, lambda _error, _context: _("This is about your own pay, so another admin has to do it."))

# What pay is made of

WORDS.add(
    InvalidDay,
    lambda _error, _context: _("I cannot read that as a day. Type one, for example 15.11.2026 or 2026-11-15."),
)
WORDS.add(
    CategoryExists,
    lambda error, _context: _("There is a category {category} already. Type another name.").format(
        category=error.category
    ),
)
WORDS.add(
    RateExists,
    lambda error, context: _("From {day} on there is a rate already: {amount}. Go back and choose another day.").format(
        day=day(error.effective_from), amount=money(error.amount, context.organization.currency)
    ),
)
WORDS.add(
    FixedPayExists,
    lambda error, context: _(
        "From {day} on there is fixed pay already: {amount}. Go back and choose another day."
    ).format(day=day(error.effective_from), amount=money(error.amount, context.organization.currency)),
)
WORDS.add(
    AlreadyWithdrawn,
    lambda error, context: _("This was taken back already, on {at}. Nothing was changed.").format(
        at=moment(error.withdrawn_at, context.organization)
    ),
)


@WORDS.explains(AlreadyCancelled)
def _cancelled(error: AlreadyCancelled, context: OpsContext) -> str:
    at = moment(error.cancelled_at, context.organization)
    if not error.reason:
        return _("This was cancelled already, on {at}. Nothing was changed.").format(at=at)
    text = _("This was cancelled already, on {at}. Nothing was changed.\nReason: {reason}")
    return text.format(at=at, reason=cut(error.reason, MAX_QUOTE))


# Objections to fines

WORDS.add(
    AppealTooLate,
    lambda error, context: _("It is too late to object: that was possible until {until}. Write to your admin.").format(
        until=moment(error.until, context.organization)
    ),
)


@WORDS.explains(AlreadyAppealed)
def _appealed(error: AlreadyAppealed, _context: OpsContext) -> str:
    return {
        AppealStatus.OPEN: _("You objected to this fine already. An admin will decide."),
        AppealStatus.UPHELD: _("You objected to this fine already. An admin decided that it stays."),
        AppealStatus.CANCELLED: _("You objected to this fine already. An admin cancelled it."),
    }[error.status]


@WORDS.explains(AppealAlreadyDecided)
def _appeal_decided(error: AppealAlreadyDecided, _context: OpsContext) -> str:
    if error.status is AppealStatus.UPHELD:
        text = (
            _("You decided this already: the fine stays. Nothing was changed.")
            if error.by_you
            else _("{name} decided this already: the fine stays. Nothing was changed.")
        )
    else:
        text = (
            _("You decided this already: the fine is cancelled. Nothing was changed.")
            if error.by_you
            else _("{name} decided this already: the fine is cancelled. Nothing was changed.")
        )
    return text.format(name=cut(error.decided_by, MAX_QUOTE))


# Closing a month

WORDS.add(MonthNotClosable, lambda _error, _context: _("This month cannot be closed yet. Look at its checklist."))
WORDS.add(
    MonthNotOver,
    lambda error, context: _("{month} is not over. Close it after {ends_at}.").format(
        month=month_name(error.month), ends_at=moment(error.ends_at, context.organization)
    ),
)
WORDS.add(
    RateMissing,
    lambda error, _context: _(
        "{month} cannot be closed, because a rate is missing: {categories}. Set it, then close the month again."
    ).format(month=month_name(error.month), categories=cut(", ".join(error.categories), MAX_QUOTE)),
)
WORDS.add(
    PayOutOfRange,
    lambda error, _context: _(
        "{month} cannot be closed, because an amount is too large. Look for a wrong rate or bonus."
    ).format(month=month_name(error.month)),
)
WORDS.add(
    MonthInFuture,
    lambda error, _context: _("{month} has not begun. Choose this month or an earlier one.").format(
        month=month_name(error.month)
    ),
)


@WORDS.explains(MonthAlreadyInvoiced)
def _already_invoiced(error: MonthAlreadyInvoiced, _context: OpsContext) -> str:
    if error.number is None:
        return _("This month has an invoice already. Take it back first, or add a correction.")
    text = _("This month has an invoice already: {number}. Take it back first, or add a correction.")
    return text.format(number=error.number)


# Invoices and payments

WORDS.add(
    InvoiceVoid, lambda _error, _context: _("This invoice was taken back already. Open the worker’s newer invoice.")
)
WORDS.add(
    InvoiceHasPayments,
    lambda error, context: _(
        "{paid} of this invoice is paid. Cancel the payments first, or add a correction instead."
    ).format(paid=money(error.paid, context.organization.currency)),
)
WORDS.add(
    InvoiceBuiltUpon,
    lambda error, _context: _("A later invoice builds on this one: {number}. Take that one back first.").format(
        number=error.number
    ),
)
WORDS.add(NoLines, lambda _error, _context: _("Add a line first. An invoice needs at least one."))
WORDS.add(InvoiceBelowZero, lambda _error, _context: _("The lines add up to less than zero. Make an amount larger."))
WORDS.add(
    PaymentTooLarge,
    lambda error, context: _("Type {outstanding} or less. More is not to be paid.").format(
        outstanding=money(error.outstanding, context.organization.currency)
    ),
)
WORDS.add(
    PaidInFuture,
    lambda error, _context: _("Choose {today} or an earlier day. A payment cannot be in the future.").format(
        today=day(error.today)
    ),
)

# Corrections of what is on an invoice

WORDS.add(NotInvoiced, lambda _error, _context: _("This order is on no invoice yet. Undo its decision instead."))
WORDS.add(AlreadyReversed, lambda _error, _context: _("This order was taken back already. Nothing was changed."))
WORDS.add(
    NothingBilled, lambda _error, _context: _("Nothing was paid for this order, so there is nothing to take back.")
)
WORDS.add(
    CorrectionInvoiced,
    lambda error, _context: _(
        "This correction is on an invoice already: {number}. Add another one with the opposite sign."
    ).format(number=error.number),
)
