"""What the three conversations have in common: Back, Cancel, buttons of older prompts, what is no text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from telegram import Update
from telegram.ext import CallbackQueryHandler, MessageHandler, filters

from bot.screens.context import OpsContext
from bot.screens.conversations import Handler
from bot.screens.screen import Screen
from handlers.account import views
from handlers.account.buttons import StepButton, Way
from handlers.home import handlers as home

TYPED = filters.TEXT & ~filters.COMMAND & filters.UpdateType.MESSAGE

Prompt = Callable[[OpsContext], Screen]
"""Asks what the step, at which the conversation is, needs."""


def typed_text(update: Update) -> str:
    message = update.effective_message
    return message.text or "" if message is not None else ""


def chat_id_of(update: Update) -> int:
    """The gate has let it through, so there is a private chat."""
    chat = update.effective_chat
    if chat is None:
        raise RuntimeError("an update without a chat reached a handler")
    return chat.id


def step_buttons(prompt: Prompt, back: Callable[[OpsContext], None]) -> Handler:
    """Back and Cancel at any step; `back` moves the conversation."""

    async def tapped(update: Update, context: OpsContext) -> None:
        payload = context.payload
        if not isinstance(payload, StepButton):
            await home.old_button(update, context)
        elif (payload.flow, payload.step) != (context.conversation.name, context.conversation.step):
            context.show(prompt(context).with_toast(views.earlier_step()))
        elif payload.way is Way.CANCEL:
            await home.cancel(update, context)
        else:
            back(context)
            context.show(prompt(context))

    return CallbackQueryHandler(tapped, pattern=StepButton.matches)


def only_text(prompt: Prompt) -> Handler:
    """Whatever else is sent: pictures, stickers, files."""

    async def sent(_update: Update, context: OpsContext) -> None:
        screen = prompt(context)
        context.show(replace(screen, text=f"{views.only_text()}\n\n{screen.text}"))

    return MessageHandler(filters.ALL & ~filters.COMMAND & filters.UpdateType.MESSAGE, sent)
