"""Buttons of a card. All name the order; those that decide something, the version that they are about."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from bot.screens.payloads import Payload, payload


class Back(StrEnum):
    """The two ways to send work back."""

    REJECT = "r"
    CHANGES = "c"


@payload("rq")
@dataclass(frozen=True, slots=True)
class CheckWork(Payload):
    """The oldest order that waits."""


@dataclass(frozen=True, slots=True)
class OrderButton(Payload):
    """What every button of a card tells."""

    order: UUID
    queue: bool
    """Tapped in the queue: the next card follows."""


@payload("rb")
@dataclass(frozen=True, slots=True)
class ShowCard(OrderButton):
    """The card as it is now; a question about this order that is open is over."""


@payload("rf")
@dataclass(frozen=True, slots=True)
class ShowFiles(OrderButton):
    """The files, and the card below them."""


@payload("rp")
@dataclass(frozen=True, slots=True)
class ShowPictures(OrderButton):
    """What came with the reason that the card shows, and the card below it."""


@payload("rw")
@dataclass(frozen=True, slots=True)
class ShowTexts(OrderButton):
    """What is too long for the card, whole."""


@payload("rn")
@dataclass(frozen=True, slots=True)
class Skip(OrderButton):
    """The one behind this one."""


@dataclass(frozen=True, slots=True)
class VersionButton(OrderButton):
    version: int


@payload("ra")
@dataclass(frozen=True, slots=True)
class Approve(VersionButton):
    """All submissions."""


@payload("rs")
@dataclass(frozen=True, slots=True)
class AskHowMany(VersionButton):
    """Some of the submissions: how many?"""


@payload("rk")
@dataclass(frozen=True, slots=True)
class ApproveSome(VersionButton):
    approved: int


@payload("rr")
@dataclass(frozen=True, slots=True)
class AskReason(VersionButton):
    back: Back


@payload("rt")
@dataclass(frozen=True, slots=True)
class UseTemplate(VersionButton):
    back: Back
    template: UUID


@payload("ru")
@dataclass(frozen=True, slots=True)
class Undo(VersionButton):
    """Takes a decision back."""
