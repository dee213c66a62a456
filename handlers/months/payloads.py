"""The buttons of months."""

from __future__ import annotations

from dataclasses import dataclass

from bot.screens.payloads import Payload, payload


@payload("pp")
@dataclass(frozen=True, slots=True)
class ShowPreview(Payload):
    """What closing a month would do; empty: the last one."""

    month: str = ""
    page: int = 1


@payload("px")
@dataclass(frozen=True, slots=True)
class CloseMonth(Payload):
    month: str
