"""Where a button can lead without anything else to know: the homes of each role and what hangs on them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.screens.i18n import _
from bot.screens.payloads import Payload, payload
from bot.screens.screen import Button


class Place(StrEnum):
    HOME = "h"
    HELP = "?"
    SUBMIT = "s"
    ORDERS = "o"
    EARNINGS = "e"
    INVOICES = "i"
    QUEUE = "q"
    INVITE = "v"
    CLOSE = "c"
    BONUS = "b"
    FINE = "f"
    RATE = "r"
    FIXED_PAY = "x"
    PASSWORD = "p"
    LOG_IN = "l"
    UNDELIVERED = "u"


@payload("go")
@dataclass(frozen=True, slots=True)
class Go(Payload):
    """To a place; whatever conversation was under way there ends or begins anew."""

    place: Place


def home_button() -> Button:
    return Button.of(_("🏠 Home"), Go(Place.HOME))
