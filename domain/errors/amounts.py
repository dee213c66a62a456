"""Refusals of an amount of money."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from domain.errors import InvalidInput


@dataclass(eq=False, kw_only=True)
class InvalidAmount(InvalidInput):
    """Not an amount of money that this system can hold, or not one that fits here."""

    typed: str | None = None
    """As the person wrote it; None where the amount was not typed."""
    amount: Decimal | None = None
    """In the organization's currency; None where no number could be read."""


class NotAnAmount(InvalidAmount):
    """No number could be read."""


class AmountTooPrecise(InvalidAmount):
    """More decimal places than are kept. Nothing is rounded behind a person's back."""


class AmountNegative(InvalidAmount):
    """Below zero, where only an amount above it, or zero, makes sense."""


class AmountZero(InvalidAmount):
    """Zero, where it would change nothing."""


@dataclass(eq=False, kw_only=True)
class AmountOutOfRange(InvalidAmount):
    """Beyond what the database's column holds, DECIMAL(10,2)."""

    limit: Decimal
    """The largest amount that it holds, in the organization's currency."""


@dataclass(eq=False, kw_only=True)
class OtherCurrency(NotAnAmount):
    """In a currency that is not the organization's. Both are ISO 4217 codes."""

    currency: str
    expected: str
