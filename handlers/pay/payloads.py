"""What the buttons of this family carry."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from bot.screens.payloads import Payload, payload


@dataclass(frozen=True, slots=True)
class Asked(Payload):
    """A button below a question: `token` says of which."""

    token: str


class Key(StrEnum):
    BACK = "b"
    CANCEL = "x"
    CONFIRM = "y"
    EVERYONE = "e"
    NEW_CATEGORY = "n"
    EVERY_NAME = "a"


@payload("pk")
@dataclass(frozen=True, slots=True)
class Press(Asked):
    key: Key


@payload("pw")
@dataclass(frozen=True, slots=True)
class PickWorker(Asked):
    worker_id: UUID


@payload("pc")
@dataclass(frozen=True, slots=True)
class PickCategory(Asked):
    category_id: UUID


@payload("pm")
@dataclass(frozen=True, slots=True)
class PickMonth(Asked):
    month: str


@payload("pd")
@dataclass(frozen=True, slots=True)
class PickDay(Asked):
    day: str


@payload("pl")
@dataclass(frozen=True, slots=True)
class Leaf(Asked):
    page: int


@payload("pe")
@dataclass(frozen=True, slots=True)
class ShowEarnings(Payload):
    month: str
    page: int = 1


@payload("pi")
@dataclass(frozen=True, slots=True)
class ShowInvoices(Payload):
    page: int = 1


@payload("pv")
@dataclass(frozen=True, slots=True)
class ShowInvoice(Payload):
    invoice_id: UUID
    page: int = 1


@payload("pf")
@dataclass(frozen=True, slots=True)
class SendPdf(Payload):
    invoice_id: UUID


@payload("py")
@dataclass(frozen=True, slots=True)
class ShowWhy(Payload):
    """An invoice's lines as buttons."""

    invoice_id: UUID
    page: int = 1


@payload("ps")
@dataclass(frozen=True, slots=True)
class ShowSources(Payload):
    """What a line is made of."""

    line_id: UUID
    page: int = 1


@payload("pp")
@dataclass(frozen=True, slots=True)
class ShowPreview(Payload):
    month: str
    page: int = 1


@payload("px")
@dataclass(frozen=True, slots=True)
class CloseMonth(Payload):
    month: str
