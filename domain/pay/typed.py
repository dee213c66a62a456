"""What people type about money, checked: amounts and reasons."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from domain import money
from domain.errors.amounts import AmountNegative, AmountZero
from domain.errors.texts import TextMissing, TextTooLong

MAX_REASON: Final = 1000
"""Characters: fits into a message together with what it is about."""
MAX_LABEL: Final = 255


def reason_of(text: str, *, field: str = "reason", limit: int = MAX_REASON) -> str:
    """The text without the space around it.

    Raises:
        TextMissing, TextTooLong: As they say, with `field`.
    """
    tidy = text.strip()
    if not tidy:
        raise TextMissing(field=field)
    if len(tidy) > limit:
        raise TextTooLong(field=field, limit=limit, length=len(tidy))
    return tidy


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
