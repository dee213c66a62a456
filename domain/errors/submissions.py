"""Refusals of a number of submissions: of those handed in, or of those approved."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import InvalidInput


@dataclass(eq=False, kw_only=True)
class InvalidSubmissions(InvalidInput):
    """Not a number of submissions."""

    typed: str
    """As the person wrote it."""


class SubmissionsNotANumber(InvalidSubmissions):
    """Words ("ten"), or a number with more than what it counts: "5 or more"."""


class SubmissionsNotWhole(InvalidSubmissions):
    """A fraction; "1.0" too, as whoever types that may mean something else."""


class SubmissionsExponent(InvalidSubmissions):
    """Scientific notation, such as "1e9"."""


class SubmissionsZero(InvalidSubmissions):
    """None at all."""


class SubmissionsNegative(InvalidSubmissions):
    """Below zero."""


@dataclass(eq=False, kw_only=True)
class SubmissionsTooMany(InvalidSubmissions):
    """More than one order may have."""

    limit: int
    """The most submissions of an order."""


@dataclass(eq=False, kw_only=True)
class ApprovedOutOfRange(InvalidInput):
    """Not between 1 and what was submitted; to approve none is to reject."""

    total: int
    """Submissions of the order."""
