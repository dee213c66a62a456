"""Refusals of a day as it was typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.errors import InvalidInput


@dataclass(eq=False, kw_only=True)
class InvalidDay(InvalidInput):
    """Not a day of the calendar."""

    typed: str
    """As the person wrote it."""


@dataclass(eq=False, kw_only=True)
class DayAfterMonth(InvalidDay):
    """The month is written before the day, in numbers ("12/25/2026")."""

    day: date
    """That it would then be."""
