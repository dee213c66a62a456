"""Refusals of typed text, whatever it is for."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import InvalidInput


@dataclass(eq=False, kw_only=True)
class TextMissing(InvalidInput):
    """Nothing that can be read was typed."""

    field: str
    """What it was typed for, for the log: "title", "reason"."""


@dataclass(eq=False, kw_only=True)
class TextTooLong(InvalidInput):
    """More characters than are kept. Nothing is cut behind a person's back."""

    field: str
    """What it was typed for, for the log: "title", "reason"."""
    limit: int
    """The most characters that are kept."""
    length: int
    """Characters that it has."""


@dataclass(eq=False, kw_only=True)
class Ambiguous(InvalidInput):
    """What was typed can be read in more than one way; or in one, which is too doubtful to be taken without asking."""

    typed: str
    """As the person wrote it."""
    candidates: tuple[object, ...]
    """At least one, the likeliest first: int, Decimal, Month or date, as was asked for."""
