"""The same echo bot, which stores each update before it answers: one INSERT and commit on asyncpg's pool."""

from typing import Any

import asyncpg
from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, TypeHandler, filters

from benchmarks.subjects.environment import API_URL, DATABASE_URL, INSERT, TOKEN
from benchmarks.subjects.ptb_echo import echo


async def open_pool(application: Application[Any, Any, Any, Any, Any, Any]) -> None:
    application.bot_data["pool"] = await asyncpg.create_pool(DATABASE_URL)


async def store(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.effective_chat is not None
    await context.bot_data["pool"].execute(INSERT, update.update_id, update.effective_chat.id, update.to_json())


if __name__ == "__main__":
    application = Application.builder().token(TOKEN).base_url(f"{API_URL}/bot").post_init(open_pool).build()
    application.add_handler(TypeHandler(Update, store), group=-1)
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.run_polling()
