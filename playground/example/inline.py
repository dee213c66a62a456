"""Inline mode: the bot's name and a few words, in any chat, become a message in one of three dresses."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from telegram import InlineQueryResultArticle, InputTextMessageContent, Update
from telegram.constants import ParseMode
from telegram.ext import InlineQueryHandler

from playground.example.sending import cut

if TYPE_CHECKING:
    from playground.example.bot import AnyHandler, Context

DRESSES = {
    "Bold": "<b>{}</b>",
    "Quoted": "<blockquote>{}</blockquote>",
    "Whispered": "<tg-spoiler>{}</tg-spoiler>",
}
NOTHING_YET = "Hello from the example bot"


def inline_handlers() -> list[AnyHandler]:
    return [InlineQueryHandler(dress_up)]


async def dress_up(update: Update, _: Context) -> None:
    if update.inline_query is None:
        return
    words = update.inline_query.query.strip() or NOTHING_YET
    results = [
        InlineQueryResultArticle(
            id=title.lower(),
            title=title,
            description=cut(words, 80),
            input_message_content=InputTextMessageContent(dress.format(escape(words)), parse_mode=ParseMode.HTML),
        )
        for title, dress in DRESSES.items()
    ]
    await update.inline_query.answer(results, cache_time=0)
