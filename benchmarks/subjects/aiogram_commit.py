"""The same echo bot, which stores each update before it answers: one INSERT and commit on asyncpg's pool."""

from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
from aiogram import Dispatcher
from aiogram.types import TelegramObject, Update

from benchmarks.subjects.aiogram_echo import bot, echo_router
from benchmarks.subjects.environment import DATABASE_URL, INSERT

dispatcher = Dispatcher()


@dispatcher.startup()
async def open_pool() -> None:
    dispatcher["pool"] = await asyncpg.create_pool(DATABASE_URL)


async def store(
    handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]], update: TelegramObject, data: dict[str, Any]
) -> Any:
    assert isinstance(update, Update)
    assert update.message is not None
    body = update.model_dump_json(exclude_none=True)
    await dispatcher["pool"].execute(INSERT, update.update_id, update.message.chat.id, body)
    return await handler(update, data)


if __name__ == "__main__":
    dispatcher.update.outer_middleware(store)
    dispatcher.include_router(echo_router())
    dispatcher.run_polling(bot())
