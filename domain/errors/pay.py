"""Refusals about what pay is made of: rates, fixed pay, bonuses, fines and their appeals, corrections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from domain.errors import Conflict, NotAllowed

if TYPE_CHECKING:
    from domain.orders.model import OrderStatus
    from domain.pay.model import AppealStatus


class OwnPay(NotAllowed):
    """Nobody decides about their own pay."""


@dataclass(eq=False, kw_only=True)
class RateExists(Conflict):
    """A rate for the same category, worker and day: withdraw it first."""

    effective_from: date
    """In the organization's calendar."""
    amount: Decimal
    """Per submission, in the organization's currency."""


@dataclass(eq=False, kw_only=True)
class FixedPayExists(Conflict):
    """Fixed pay of the same worker from the same day on: withdraw it first."""

    effective_from: date
    """In the organization's calendar."""
    amount: Decimal
    """Per month, in the organization's currency."""


@dataclass(eq=False, kw_only=True)
class AlreadyWithdrawn(Conflict):
    """The rate or fixed pay was taken back before."""

    withdrawn_at: datetime


@dataclass(eq=False, kw_only=True)
class AlreadyCancelled(Conflict):
    """The bonus, fine, correction or payment was taken back before."""

    cancelled_at: datetime
    reason: str | None
    """Why, in the words of who cancelled it; None where there are none."""


@dataclass(eq=False, kw_only=True)
class AppealTooLate(Conflict):
    """A fine can be appealed within 7 days."""

    until: datetime
    """The last instant at which it could be."""


@dataclass(eq=False, kw_only=True)
class AlreadyAppealed(Conflict):
    """A fine is appealed once."""

    status: AppealStatus
    """What has come of that appeal."""


@dataclass(eq=False, kw_only=True)
class AppealAlreadyDecided(Conflict):
    """Another admin was first, or the same one tapped twice."""

    status: AppealStatus
    """What was decided."""
    decided_by: str
    """The admin's name."""
    decided_at: datetime | None
    """None where nobody knows."""
    by_you: bool
    """Whether it was the one who tries it now."""


@dataclass(eq=False, kw_only=True)
class NotInvoiced(Conflict):
    """The order is on no issued invoice: its decision is undone, not reversed."""

    status: OrderStatus
    """As it is now."""


class AlreadyReversed(Conflict):
    """The order was taken back from its invoice before."""


class NothingBilled(Conflict):
    """The order was billed at a rate of zero: there is nothing to take back."""


@dataclass(eq=False, kw_only=True)
class CorrectionInvoiced(Conflict):
    """The correction is on an issued invoice."""

    number: str
    """Of the invoice."""
