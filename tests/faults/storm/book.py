"""What the people of a storm have seen done: the judge compares it with what the bot has."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class Way(StrEnum):
    """What becomes of an order."""

    APPROVE = "approve"
    SOME = "some, tapped"
    SOME_TYPED = "some, typed"
    REJECT = "reject, tapped"
    REJECT_TYPED = "reject, typed"
    CHANGES = "changes"
    """It comes back as version 2, which is approved."""
    RACE = "race"
    """Two admins approve at the same moment: one all of it, the other all but one."""


@dataclass(slots=True)
class Handed:
    """An order that a worker saw confirmed."""

    worker: str
    number: int
    title: str
    quantity: int
    photos: int
    way: Way


@dataclass(slots=True)
class Adjustment:
    """A bonus or a fine that an admin saw confirmed; its reason is like no other."""

    kind: str
    worker: str
    amount: Decimal
    reason: str


@dataclass(slots=True)
class Book:
    handed: list[Handed] = field(default_factory=list)
    adjusted: list[Adjustment] = field(default_factory=list)
    log_ins: int = 0
    closings: int = 0
    """Seen by the admin who closed."""
    rates: int = 0
