"""The bot as a whole: its handlers in their order, its commands, and what happens to errors."""

from __future__ import annotations

import logging
import os
from typing import Any

from telegram import BotCommand, BotCommandScopeAllPrivateChats, Update
from telegram.error import BadRequest, Forbidden, NetworkError, TelegramError
from telegram.ext import Application, ApplicationBuilder, BaseHandler, ContextTypes, MessageHandler, TypeHandler

from playground.example.greeting import Greeting
from playground.example.incoming import IN_PRIVATE, message_of
from playground.example.inline import inline_handlers
from playground.example.people import People
from playground.example.quiz import Quiz
from playground.example.wall import Wall

Context = ContextTypes.DEFAULT_TYPE
AnyHandler = BaseHandler[Any, Any, Any]
App = Application[Any, Any, Any, Any, Any, Any]

# RetryAfter.retry_after as a timedelta: the form that the library will keep.
os.environ.setdefault("PTB_TIMEDELTA", "true")

logger = logging.getLogger("example")

BEFORE_ALL = -1
COMMANDS = (
    BotCommand("start", "Begin, or see the menu again"),
    BotCommand("quiz", "Three questions"),
    BotCommand("album", "Three pictures"),
    BotCommand("wall", "All that was shared, as a file"),
    BotCommand("name", "Choose another name"),
    BotCommand("help", "What I can do"),
)
DESCRIPTION = "Write something or send photos, and share it with everybody else who is here. Press START."
OOPS = "Something went wrong with that. Try it once more, or /start anew."


def build(api_url: str, token: str) -> App:
    """The bot, ready to be run by polling or behind a webhook."""
    application = (
        ApplicationBuilder()
        .token(token)
        .base_url(f"{api_url}/bot")
        .base_file_url(f"{api_url}/file/bot")
        .local_mode(False)
        .post_init(introduce)
        .build()
    )
    people = People()
    application.add_handler(TypeHandler(Update, people.notice), group=BEFORE_ALL)
    application.add_handlers(
        [
            *Greeting(people).handlers(),
            *Quiz(people).handlers(),
            *inline_handlers(),
            *Wall(people).handlers(),
            MessageHandler(IN_PRIVATE, not_understood),
        ]
    )
    application.add_error_handler(on_error)
    return application


async def introduce(application: App) -> None:
    """Tells Telegram what the menu and the empty chat show."""
    await application.bot.set_my_commands(COMMANDS, scope=BotCommandScopeAllPrivateChats())
    await application.bot.set_my_description(DESCRIPTION)


async def not_understood(update: Update, _: Context) -> None:
    await message_of(update).reply_text("I know texts, photos and files, and the commands that /help lists.")


async def on_error(update: object, context: Context) -> None:
    """Logs one line without what people wrote, and leaves nobody without an answer."""
    error = context.error
    logger.warning("%s: %s", type(error).__name__, error)
    if not isinstance(update, Update) or isinstance(error, Forbidden):
        return
    if isinstance(error, NetworkError) and not isinstance(error, BadRequest):
        return
    try:
        if update.effective_message is not None:
            await update.effective_message.reply_text(OOPS)
        if update.callback_query is not None:
            await update.callback_query.answer()
    except TelegramError as second:
        logger.warning("Could not say so: %s", second)
