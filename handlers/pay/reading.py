"""What is typed here and nowhere else: days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from re import compile as pattern
from typing import Final

from domain.clock import Month
from domain.errors import InvalidInput

_ISO: Final = pattern(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})")
_DAY_FIRST: Final = pattern(r"(?P<day>\d{1,2})[./](?P<month>\d{1,2})[./](?P<year>\d{4})")


@dataclass(eq=False, kw_only=True)
class InvalidDay(InvalidInput):
    """Not a day of the calendar."""

    typed: str
    """As the person wrote it."""


def parse_day(text: str) -> date:
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
