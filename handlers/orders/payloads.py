"""What the buttons of a worker's orders carry. `page` is the page of the list that Back leads to."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from bot.screens.payloads import Payload, payload


@payload("op")
@dataclass(frozen=True, slots=True)
class OrdersPage(Payload):
    page: int


@dataclass(frozen=True, slots=True)
class AboutOrder(Payload):
    """Something of one order."""

    order: UUID
    page: int


@payload("ov")
@dataclass(frozen=True, slots=True)
class ViewOrder(AboutOrder):
    """Its card."""


@payload("of")
@dataclass(frozen=True, slots=True)
class ShowFiles(AboutOrder):
    version: int
    """The submission whose files they are; 0: what the admin gave along."""


@payload("ot")
@dataclass(frozen=True, slots=True)
class ReadTexts(AboutOrder):
    """Its long texts, whole."""
