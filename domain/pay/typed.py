"""What people type about money, checked: amounts and reasons."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from re import compile as pattern
from typing import Final

from domain import money
from domain.clock import Month
from domain.errors import InvalidInput
from domain.errors.amounts import AmountNegative, AmountZero
from domain.errors.days import InvalidDay
from domain.errors.texts import TextMissing, TextTooLong

MAX_REASON: Final = 1000
"""Characters: fits into a message together with what it is about."""
MAX_LABEL: Final = 255
_ISO: Final = pattern(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})")
_DAY_FIRST: Final = pattern(r"(?P<day>\d{1,2})[./](?P<month>\d{1,2})[./](?P<year>\d{4})")


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


def parse_day(text: str, today: date) -> date:  # noqa: ARG001
    """The day that a person typed: 2026-11-15, 15.11.2026 or 15/11/2026.

    Raises:
        InvalidDay: Anything else, such as the 31st of November or the year 202.
    """
    typed = text.strip()
    match = _ISO.fullmatch(typed) or _DAY_FIRST.fullmatch(typed)
    if match is None:
        raise InvalidDay(typed=text)
    year, month, day = (int(match[name]) for name in ("year", "month", "day"))
    try:
        return date(Month(year, month).year, month, day)
    except (ValueError, InvalidInput):
        raise InvalidDay(typed=text) from None


def parse_month(text: str, today: date) -> Month:  # noqa: ARG001
    return Month.parse(text)
