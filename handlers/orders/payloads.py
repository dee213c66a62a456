"""The buttons of orders. `page` is the page of the list that Back leads to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from bot.screens.payloads import Payload, payload


class Which(StrEnum):
    """The filters of a list of orders."""

    ALL = "a"
    TO_DO = "t"
    """Sent back, rejected, assigned: the worker's turn."""
    WAITING = "w"
    """Under QA."""
    APPROVED = "p"


@payload("op")
@dataclass(frozen=True, slots=True)
class MyOrders(Payload):
    """A worker's own."""

    which: Which = Which.ALL
    page: int = 1


@payload("oa")
@dataclass(frozen=True, slots=True)
class AllOrders(Payload):
    """Everyone's, for admins."""

    which: Which = Which.ALL
    page: int = 1


@dataclass(frozen=True, slots=True)
class AboutOrder(Payload):
    """Something of one of the worker's orders."""

    order: UUID
    which: Which = Which.ALL
    page: int = 1


@payload("ov")
@dataclass(frozen=True, slots=True)
class ViewOrder(AboutOrder):
    """Its card."""


@payload("of")
@dataclass(frozen=True, slots=True)
class ShowOrderFiles(AboutOrder):
    version: int = 1
    """The submission whose files they are; 0: what the admin gave along."""


@payload("ot")
@dataclass(frozen=True, slots=True)
class ReadTexts(AboutOrder):
    """Its long texts, whole."""
