"""aiogram's echo bot, as its documentation has it."""

from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message

from benchmarks.subjects.environment import API_URL, TOKEN


def bot() -> Bot:
    return Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(API_URL)))


def echo_router() -> Router:
    router = Router()

    @router.message(F.text)
    async def echo(message: Message) -> None:
        assert message.text is not None
        await message.answer(message.text)

    return router


if __name__ == "__main__":
    dispatcher = Dispatcher()
    dispatcher.include_router(echo_router())
    dispatcher.run_polling(bot())
