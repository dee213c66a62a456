"""The gate: who is this chat, and may this update go further? Strangers, people who logged out, groups stop here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from telegram import Update
from telegram.constants import ChatType
from telegram.ext import Application, ApplicationHandlerStop, TypeHandler

from bot.screens.context import OpsContext
from bot.screens.drafts import Draft, Drafts
from bot.screens.form_payloads import BringBack, ContinueDraft, DeleteDraft, FormTap
from bot.screens.payloads import Payload
from bot.screens.screen import Screen
from domain.accounts.standing import StandingKind

GATE_GROUP = -1
"""Before all other handlers."""

Closed = Callable[[StandingKind], Screen]
"""The view of a closed gate: how to get in."""


class Gate:
    """Lets people who are logged in through, and everybody to what is open: entering, help.

    Args:
        commands: Open commands, without their slash.
        closed_commands: The others.
        payloads: Open buttons.
        is_open_form: Whether strangers may fill in a draft's form.
        closed: What others see.
    """

    def __init__(
        self,
        *,
        commands: frozenset[str],
        closed_commands: frozenset[str],
        payloads: frozenset[type[Payload]],
        is_open_form: Callable[[Draft | None], bool],
        closed: Closed,
    ) -> None:
        self._commands = commands
        self._closed_commands = closed_commands
        self._payloads = payloads
        self._is_open_form = is_open_form
        self._closed = closed

    def register(self, application: Application[Any, OpsContext, Any, Any, Any, Any]) -> None:
        application.add_handler(TypeHandler(Update, self._check), group=GATE_GROUP)

    def withhold(self, kind: StandingKind, drafts: Drafts) -> None:
        """Puts an open form away from whoever may not fill it in. It is there again after the log-in."""
        if kind is not StandingKind.LOGGED_IN and not self._is_open_form(drafts.open):
            drafts.withhold()

    async def _check(self, update: Update, context: OpsContext) -> None:
        chat = update.effective_chat
        if chat is not None and chat.type != ChatType.PRIVATE:
            # Pay and people are nothing for a group; an answer there would reach whoever is in it.
            raise ApplicationHandlerStop
        if update.my_chat_member is not None:
            # That the bot was blocked or unblocked is noted by now, and there is nothing to say.
            raise ApplicationHandlerStop
        kind = context.scope.standing.kind
        if kind is StandingKind.LOGGED_IN:
            return
        if kind is not StandingKind.DEACTIVATED and await self._is_open(update, context):
            return
        if chat is not None and update.edited_message is None:
            context.show(self._closed(kind))
        raise ApplicationHandlerStop

    async def _is_open(self, update: Update, context: OpsContext) -> bool:
        """Messages are: what strangers may say, such as a pasted link, the families' open routes decide."""
        if update.callback_query is not None:
            tapped = context.payload
            if isinstance(tapped, FormTap | ContinueDraft | DeleteDraft | BringBack):
                return self._is_open_form(await context.drafts.find(tapped.draft))
            return type(tapped) in self._payloads
        if update.edited_message is not None:
            return self._is_open_form(context.drafts.open)
        text = (update.message.text if update.message is not None else "") or ""
        words = text[1:].split() if text.startswith("/") else []
        if not words:
            return True
        command = words[0].partition("@")[0].lower()
        if command in self._closed_commands:
            return False
        # Text that begins with a slash and is no command may be a password.
        return command in self._commands or self._is_open_form(context.drafts.open)
