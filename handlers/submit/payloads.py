"""The buttons of submitting, beside those of the form itself."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from bot.screens.payloads import Payload, payload


@payload("su")
@dataclass(frozen=True, slots=True)
class StartSubmit(Payload):
    """Opens the form of a new order."""


@payload("sr")
@dataclass(frozen=True, slots=True)
class StartResubmit(Payload):
    """Opens the form for an order that was assigned, sent back or rejected."""

    order: UUID
    version: int
