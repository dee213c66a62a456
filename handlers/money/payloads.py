"""The buttons of a worker's money."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from bot.screens.payloads import Payload, payload


@payload("pe")
@dataclass(frozen=True, slots=True)
class ShowEarnings(Payload):
    """What was earned in a month; empty: in this one."""

    month: str = ""
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
    """What a line is made of; Back leads to its invoice's lines."""

    line_id: UUID
    invoice_id: UUID
    page: int = 1
