"""The levels of menus that families put their entries on, and the buttons that lead there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.screens.i18n import _
from bot.screens.payloads import Payload, payload
from bot.screens.screen import Button

if TYPE_CHECKING:
    from domain.access import Actor
    from domain.accounts.model import Role
    from domain.unit_of_work import UnitOfWork


class Menu(StrEnum):
    HOME = "h"
    PAY = "p"
    MORE = "m"


@payload("m")
@dataclass(frozen=True, slots=True)
class OpenMenu(Payload):
    menu: Menu


@payload("mh")
@dataclass(frozen=True, slots=True)
class ShowHelp(Payload):
    """What the bot can do."""


EntryButton = Callable[["UnitOfWork", "Actor"], Awaitable[Button | None]]
"""Makes an entry's button for its reader; None: it is not needed now."""
Line = Callable[["UnitOfWork", "Actor"], Awaitable[str | None]]
"""Makes a line above a menu's buttons, as HTML; None: there is nothing to say."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A button on a menu."""

    menu: Menu
    role: Role
    row: int
    """Entries of the same row stand side by side."""
    button: EntryButton
    order: int = 0
    """Their place in it."""


@dataclass(frozen=True, slots=True)
class Headline:
    """A line at the top of a role's home."""

    role: Role
    order: int
    line: Line


def home_button() -> Button:
    return Button.of(_("🏠 Home"), OpenMenu(Menu.HOME))


def back_to(label: str, target: Payload) -> Button:
    """One level up, by the name of where it goes."""
    return Button.of(_("‹ {name}").format(name=label), target)


def constant(make: Callable[[], Button]) -> EntryButton:
    """An entry that is always there and always the same."""

    async def button(_unit: UnitOfWork, _actor: Actor) -> Button:
        return make()

    return button
