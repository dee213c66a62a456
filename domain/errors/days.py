"""Refusals of a day as it was typed."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import InvalidInput


@dataclass(eq=False, kw_only=True)
class InvalidDay(InvalidInput):
    """Not a day of the calendar."""

    typed: str
    """As the person wrote it."""
