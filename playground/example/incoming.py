"""What handlers need of an update, without asking each time whether it is there: their filters have seen to that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram.ext import filters

if TYPE_CHECKING:
    from collections.abc import Callable

    from telegram import CallbackQuery, Message, Update

IN_PRIVATE = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE & ~filters.VIA_BOT
WORDS = IN_PRIVATE & filters.TEXT & ~filters.COMMAND


class Where(filters.MessageFilter):
    """The messages for which a function says so."""

    def __init__(self, test: Callable[[Message], bool]) -> None:
        super().__init__()
        self._test = test

    def filter(self, message: Message) -> bool:
        return self._test(message)


def message_of(update: Update) -> Message:
    if update.effective_message is None:
        raise ValueError("An update without a message came to a handler of messages.")
    return update.effective_message


def query_of(update: Update) -> CallbackQuery:
    if update.callback_query is None:
        raise ValueError("An update without a tap came to a handler of taps.")
    return update.callback_query
