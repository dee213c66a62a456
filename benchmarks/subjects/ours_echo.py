"""The product's whole runtime, as `main.py run` starts it, with an echo in place of the back office's screens."""

import html

import uvloop
from telegram import Update
from telegram.ext import MessageHandler, filters

from bot.application import run_until_signal
from bot.screens.context import OpsContext
from bot.screens.interface import App, Interface
from bot.screens.screen import Screen
from bot.settings import read_settings
from handlers.registration import register


async def echo(update: Update, context: OpsContext) -> None:
    assert update.message is not None
    assert update.message.text is not None
    context.show(Screen(html.escape(update.message.text)))


def register_echo(app: App) -> Interface:
    """The real screens and their gate, which every chat passes by its session; the echo comes before them."""
    app.add_handler(MessageHandler(filters.TEXT, echo))
    return register(app)


if __name__ == "__main__":
    uvloop.run(run_until_signal(read_settings(), register_echo))
