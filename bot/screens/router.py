"""From an update to the route of a family: built on python-telegram-bot's handlers, one table for all buttons."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.screens.albums import AnsweredAlbums
from bot.screens.errors import ErrorTexts
from bot.screens.form_engine import FormEngine
from bot.screens.form_payloads import BringBack, ContinueDraft, DeleteDraft, FormTap
from bot.screens.i18n import _
from bot.screens.menus import home_button
from bot.screens.payloads import Payload, unpack
from bot.screens.received import received_of
from bot.screens.routes import ButtonRoute, CommandRoute, Family
from bot.screens.screen import Screen
from domain.accounts.standing import StandingKind

if TYPE_CHECKING:
    from telegram import Message

    from bot.screens.context import OpsContext
    from bot.screens.form import Shown
    from bot.screens.interface import App
    from domain.errors import DomainError


class Router:
    """Finds the route of each update among those that the families declare."""

    def __init__(self, families: Sequence[Family], engine: FormEngine) -> None:
        """Raises:
        ValueError: two families have the same command or the same payload.
        """
        self._engine = engine
        self._commands: dict[str, CommandRoute] = {}
        self._buttons: dict[type[Payload], ButtonRoute] = {}
        for family in families:
            for command in family.routes.commands:
                if self._commands.setdefault(command.name, command) is not command:
                    raise ValueError(f"/{command.name} has two routes")
            for button in family.routes.buttons:
                if self._buttons.setdefault(button.payload, button) is not button:
                    raise ValueError(f"{button.payload.__name__} has two routes")
        self._messages = sorted(
            (route for family in families for route in family.routes.messages), key=lambda route: route.order
        )
        self._truths = {kind: truth for family in families for kind, truth in family.routes.truths.items()}
        self._errors = ErrorTexts(*(family.errors for family in families))
        self._albums = AnsweredAlbums()

    @property
    def open_commands(self) -> frozenset[str]:
        """For strangers too."""
        return frozenset(name for name, route in self._commands.items() if route.is_open)

    @property
    def closed_commands(self) -> frozenset[str]:
        """For who is logged in alone."""
        return frozenset(self._commands) - self.open_commands

    @property
    def open_payloads(self) -> frozenset[type[Payload]]:
        """Buttons for strangers too."""
        return frozenset(kind for kind, route in self._buttons.items() if route.is_open)

    @property
    def payloads(self) -> frozenset[type[Payload]]:
        """All that have a route."""
        return frozenset(self._buttons) | {FormTap, ContinueDraft, DeleteDraft, BringBack}

    def register(self, app: App) -> None:
        # An edited command never runs again.
        for name in self._commands:
            app.add_handler(CommandHandler(name, self._command, filters.UpdateType.MESSAGE))
        app.add_handler(CallbackQueryHandler(self._tap))
        app.add_handler(MessageHandler(filters.UpdateType.MESSAGE, self._message))
        app.add_handler(MessageHandler(filters.UpdateType.EDITED_MESSAGE, self._edit))

    # Handlers

    async def _command(self, update: Update, context: OpsContext) -> None:
        text = (update.message.text if update.message is not None else "") or ""
        route = self._commands[text.split()[0][1:].partition("@")[0].lower()]
        self._show(context, await route.handler(context))
        self._cover(context)

    async def _tap(self, _update: Update, context: OpsContext) -> None:
        tapped = context.payload
        match tapped:
            case None:
                shown: Shown = old_button()
            case FormTap():
                shown = await self._engine.on_tap(context, tapped)
            case ContinueDraft():
                shown = await self._engine.continue_draft(context, tapped)
            case BringBack():
                shown = await self._engine.bring_back(context, tapped)
            case DeleteDraft():
                instead = await self._engine.delete_draft(context, tapped)
                shown = await self._route(context, unpack(instead) if instead is not None else None)
            case _:
                shown = await self._route(context, tapped)
        self._show(context, shown)
        if not isinstance(tapped, FormTap):
            self._cover(context)

    async def _route(self, context: OpsContext, payload: Payload | None) -> Shown:
        route = self._buttons.get(type(payload)) if payload is not None else None
        return old_button() if route is None else await route.handler(context, payload)

    async def _message(self, update: Update, context: OpsContext) -> None:
        message = update.message
        if message is None:
            return
        if self._engine.takes_messages(context):
            self._show(context, await self._engine.on_message(context, message))
            return
        received = received_of(message)
        chat_id = context.scope.origin.chat_id
        if received is None or (received.album and not self._albums.is_new(chat_id, received.album)):
            return
        is_stranger = context.scope.standing.kind is not StandingKind.LOGGED_IN
        for route in self._messages:
            if is_stranger and not route.is_open:
                continue
            shown = await route.handler(context, message)
            if shown is not None:
                self._show(context, shown)
                self._cover(context)
                return
        context.show(not_understood())

    async def _edit(self, update: Update, context: OpsContext) -> None:
        message = update.edited_message
        if message is not None:
            self._show(context, await self._engine.on_edit(context, message))

    # Refusals

    async def explain(self, error: DomainError, context: OpsContext) -> list[Screen]:
        """A refusal in words, with what is true now. Runs in a transaction of its own that changes drafts alone."""
        said = self._errors.text_of(error, context)
        update = context.scope.update
        message = update.message or update.edited_message
        tapped = context.payload if update.callback_query is not None else None
        is_command = message is not None and self._is_command(message)
        shown: Shown | None = None
        if isinstance(tapped, FormTap):
            shown = await self._engine.refused(context, error, said, is_tap=True)
        elif message is not None and not is_command:
            shown = await self._engine.refused_message(context, message, error, said)
        if shown is not None:
            return [shown] if isinstance(shown, Screen) else list(shown)
        if update.callback_query is None:
            return [Screen(escape(said, quote=False), rows=((home_button(),),), as_new=True)]
        truth = self._truths.get(type(tapped)) if tapped is not None else None
        screen = await truth(context, tapped, error) if truth is not None else None
        return [(screen or Screen()).with_toast(said, is_alert=True)]

    def _is_command(self, message: Message) -> bool:
        text = message.text or ""
        return (
            text.startswith("/") and len(text) > 1 and text.split()[0][1:].partition("@")[0].lower() in self._commands
        )

    # Showing

    @staticmethod
    def _show(context: OpsContext, shown: Shown | None) -> None:
        for screen in (shown,) if isinstance(shown, Screen) else shown or ():
            context.show(screen)

    @staticmethod
    def _cover(context: OpsContext) -> None:
        """Notes that something else stands below the open form's question now."""
        draft = context.drafts.open
        shows = any(screen.text or screen.media for screen in context.scope.screens)
        if draft is None or draft.memory.is_covered or not shows:
            return
        if any(screen.form == str(draft.id) for screen in context.scope.screens):
            return
        draft.memory.is_covered = True
        context.drafts.touch(draft)


def old_button() -> Screen:
    return Screen(toast=_("This button is old. /menu opens the menu."), is_alert=True)


def not_understood() -> Screen:
    return Screen(_("I do not know what to do with that. Choose here:"), rows=((home_button(),),), as_new=True)
