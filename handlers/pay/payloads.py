"""The buttons of pay."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from bot.screens.payloads import Payload, payload


@payload("pb")
@dataclass(frozen=True, slots=True)
class GiveBonus(Payload):
    """Opens the form of a bonus."""


@payload("pn")
@dataclass(frozen=True, slots=True)
class IssueFine(Payload):
    """Opens the form of a fine."""


@payload("pg")
@dataclass(frozen=True, slots=True)
class BonusFor(Payload):
    """The same for one person, whom nobody asks for again."""

    worker_id: UUID


@payload("ph")
@dataclass(frozen=True, slots=True)
class FineFor(Payload):
    worker_id: UUID


@payload("pr")
@dataclass(frozen=True, slots=True)
class SetRate(Payload):
    """Opens the form of a rate. From the closing of a month, the result leads back there."""

    month: str = ""


@payload("pt")
@dataclass(frozen=True, slots=True)
class RateFor(Payload):
    """The same for one category, which nobody asks for again."""

    category_id: UUID
    month: str = ""


@payload("pq")
@dataclass(frozen=True, slots=True)
class SetFixedPay(Payload):
    """Opens the form of fixed pay."""
