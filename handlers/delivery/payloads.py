"""The buttons about undelivered messages."""

from __future__ import annotations

from dataclasses import dataclass

from bot.screens.payloads import Payload, payload


@payload("ub")
@dataclass(frozen=True, slots=True)
class ShowUndelivered(Payload):
    """Who is out of reach."""

    page: int = 1


@payload("ud")
@dataclass(frozen=True, slots=True)
class ShowGivenUp(Payload):
    """Messages that were given up."""

    page: int = 1


@payload("ut")
@dataclass(frozen=True, slots=True)
class TryAgain(Payload):
    notification: int
    page: int
    """Of the list that is shown afterwards."""
