"""Refusals about issued invoices and their payments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.errors import Conflict, InvalidInput
from domain.errors.amounts import AmountNegative, InvalidAmount


@dataclass(eq=False, kw_only=True)
class InvoiceVoid(Conflict):
    """The invoice was taken back: nothing can be paid on it, and it cannot be taken back again."""

    number: str | None
    """None for an invoice from elsewhere, which may have no number."""


@dataclass(eq=False, kw_only=True)
class InvoiceHasPayments(Conflict):
    """What was paid cannot be void: cancel the payments, or add a correction."""

    number: str | None
    """None for an invoice from elsewhere, which may have no number."""
    paid: Decimal
    """In the invoice's currency: the sum of the payments that stand."""


@dataclass(eq=False, kw_only=True)
class InvoiceBuiltUpon(Conflict):
    """A later invoice took what this one carried forward, or corrects it."""

    number: str
    """Of the later one."""


class NoLines(InvalidInput):
    """A manual invoice needs a line."""


class InvoiceBelowZero(AmountNegative):
    """The lines of a manual invoice add up to less than zero: nobody could be paid that."""


@dataclass(eq=False, kw_only=True)
class PaymentTooLarge(InvalidAmount):
    """More than is still to be paid."""

    outstanding: Decimal
    """In the invoice's currency: what is still to be paid."""


@dataclass(eq=False, kw_only=True)
class PaidInFuture(InvalidInput):
    """The day of payment is still to come."""

    today: date
    """In the organization's calendar."""
