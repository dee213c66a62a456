"""Which amounts are answers: above zero, not below, not zero."""

from __future__ import annotations

from decimal import Decimal

from domain import money
from domain.errors.amounts import AmountNegative, AmountZero


def above_zero(amount: Decimal) -> Decimal:
    """The amount, with two places.

    Raises:
        AmountZero, AmountNegative, AmountTooPrecise, AmountOutOfRange: As they say.
    """
    exact = not_negative(amount)
    if not exact:
        raise AmountZero
    return exact


def not_negative(amount: Decimal) -> Decimal:
    exact = money.checked(amount)
    if exact < 0:
        raise AmountNegative
    return exact


def not_zero(amount: Decimal) -> Decimal:
    exact = money.checked(amount)
    if not exact:
        raise AmountZero
    return exact
