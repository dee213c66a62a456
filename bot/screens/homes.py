"""Homes, menus, /help and Telegram's command menus: collected from what the families declare."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from telegram import BotCommand

from bot.screens import form_texts, form_view
from bot.screens.formatting import esc
from bot.screens.i18n import _
from bot.screens.menus import Entry, Menu, home_button
from bot.screens.screen import Button, Rows, Screen
from domain.accounts.model import Role

if TYPE_CHECKING:
    from bot.screens.context import OpsContext
    from bot.screens.drafts import Draft
    from bot.screens.form_engine import FormEngine
    from bot.screens.routes import CommandRoute, Family
    from domain.access import Actor
    from domain.organization import Organization
    from domain.unit_of_work import UnitOfWork

STRANGER: Final = "stranger"
MAX_UNFINISHED: Final = 3
MAX_COMMANDS: Final = 7
"""In Telegram's command menu of a role; /help has them all."""


class Homes:
    """The menus of all roles. No file knows all screens: each family adds its own entries."""

    def __init__(self, families: Sequence[Family], engine: FormEngine) -> None:
        self._engine = engine
        self._entries = [entry for family in families for entry in family.routes.entries]
        self._headlines = sorted(
            (line for family in families for line in family.routes.headlines), key=lambda line: line.order
        )
        self._commands = sorted(
            (command for family in families for command in family.routes.commands),
            key=lambda command: (command.order, command.name),
        )

    async def home(self, unit: UnitOfWork, actor: Actor, drafts: Sequence[Draft] = ()) -> Screen:
        """A role's home: what is new, what is not finished, and where to go."""
        lines = [each.line for each in self._headlines if each.role is actor.role]
        said = [text for line in lines if (text := await line(unit, actor)) is not None]
        rows: list[tuple[Button, ...]] = []
        unfinished = [(draft, name) for draft in drafts if (name := self._engine.called(draft)) is not None]
        for draft, name in unfinished[:MAX_UNFINISHED]:
            said.append(form_texts.not_finished(name))
            rows.append(form_view.continue_row(draft, name))
        rows.extend(await self._rows(Menu.HOME, unit, actor))
        return Screen("\n".join(said), rows=tuple(rows))

    async def home_of(self, context: OpsContext, *, above: str = "") -> Screen:
        """The home of whoever acts; `above` is said over it, as HTML."""
        screen = await self.home(context.unit, context.actor, await context.drafts.unfinished())
        return replace(screen, text=f"{above}\n\n{screen.text}") if above else screen

    async def menu(self, menu: Menu, title: str, unit: UnitOfWork, actor: Actor) -> Screen:
        """A menu below the home."""
        rows = await self._rows(menu, unit, actor)
        return Screen(title, rows=(*rows, (home_button(),)))

    async def _rows(self, menu: Menu, unit: UnitOfWork, actor: Actor) -> Rows:
        by_row: defaultdict[int, list[tuple[Entry, Button]]] = defaultdict(list)
        for entry in self._entries:
            if entry.menu is menu and entry.role is actor.role:
                button = await entry.button(unit, actor)
                if button is not None:
                    by_row[entry.row].append((entry, button))
        return tuple(
            tuple(button for _entry, button in sorted(by_row[row], key=lambda each: each[0].order))
            for row in sorted(by_row)
        )

    def _of(self, role: Role | None) -> list[CommandRoute]:
        return [each for each in self._commands if (role in each.roles if role is not None else each.is_open)]

    def _of_strangers(self) -> list[CommandRoute]:
        """The ways in, then what is open to all."""
        others = [each for each in self._commands if each.is_open and each.in_menu and not each.is_for_strangers]
        return [*(each for each in self._commands if each.is_for_strangers), *others]

    def command_menus(self) -> dict[str, list[BotCommand]]:
        """Telegram's command menu of each role and of strangers, in the language that is spoken now."""
        menus = {role.value: [each for each in self._of(role) if each.in_menu][:MAX_COMMANDS] for role in Role}
        menus[STRANGER] = self._of_strangers()
        return {name: [BotCommand(each.name, each.title()) for each in found] for name, found in menus.items()}

    def help_screen(self, role: Role | None, organization: Organization) -> Screen:
        """All commands of a role."""
        lines = [f"/{each.name} — {each.title()}" for each in self._of(role)]
        title = _("I am the back office of <b>{org}</b>.").format(org=esc(organization.name))
        return Screen("\n".join([title, "", *lines]), rows=((home_button(),),) if role is not None else ())
