"""The gate: who is this chat, and may this update go further? Strangers, people who logged out, groups stop here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from telegram import Update
from telegram.constants import ChatType
from telegram.ext import Application, ApplicationHandlerStop, TypeHandler

from bot.screens.context import OpsContext
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
        conversations: Open conversations, by name.
        payloads: Open buttons: all of a kind, or one of several of a kind.
        closed: What others see.
    """

    def __init__(
        self,
        *,
        commands: frozenset[str],
        conversations: frozenset[str],
        payloads: frozenset[type[Payload] | Payload],
        closed: Closed,
    ) -> None:
        self._commands = commands
        self._conversations = conversations
        self._payloads = payloads
        self._closed = closed

    def register(self, application: Application[Any, OpsContext, Any, Any, Any, Any]) -> None:
        application.add_handler(TypeHandler(Update, self._check), group=GATE_GROUP)

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
        if kind is not StandingKind.DEACTIVATED and self._is_open(update, context):
            return
        context.conversation.end()
        if chat is not None:
            context.show(self._closed(kind))
        raise ApplicationHandlerStop

    def _is_open(self, update: Update, context: OpsContext) -> bool:
        if update.callback_query is not None:
            return context.payload in self._payloads or type(context.payload) in self._payloads
        message = update.effective_message
        text = message.text if message is not None and message.text else ""
        if text.startswith("/"):
            return text[1:].split()[0].partition("@")[0].lower() in self._commands if len(text) > 1 else False
        return context.conversation.name in self._conversations
