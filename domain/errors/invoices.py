"""Refusals about issued invoices and their payments."""

from domain.errors.amounts import InvalidAmount
from domain.errors.base import Conflict, InvalidInput


class InvoiceVoid(Conflict):
    """Facts: `number`."""

    code = "invoice_void"


class InvoiceHasPayments(Conflict):
    """What was paid cannot be void: cancel the payment, or add a correction. Facts: `number`, `paid`."""

    code = "invoice_has_payments"


class InvoiceBuiltUpon(Conflict):
    """A later invoice took what this one carried forward, or corrects it. Facts: `number` of the later one."""

    code = "invoice_built_upon"


class NoLines(InvalidInput):
    """A manual invoice needs a line."""

    code = "no_lines"


class PaymentTooLarge(InvalidAmount):
    """More than is still to be paid. Facts: `outstanding`."""

    code = "payment_too_large"


class PaidInFuture(InvalidInput):
    """The day of payment is still to come. Facts: `today`."""

    code = "paid_in_future"
