"""Running a framework's bot in the test's event loop, by polling or behind a webhook."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import Literal

from aiogram.exceptions import TelegramForbiddenError, TelegramRetryAfter, TelegramUnauthorizedError
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web
from telegram import Update
from telegram.error import Forbidden, InvalidToken, RetryAfter

from playground.example import bot as ptb_bot
from tests.playground.frameworks import aiogram_bot

Mode = Literal["polling", "webhook"]
SECRET = "a-secret_of-the-webhook"


class Runner(ABC):
    """One bot of one framework."""

    forbidden: type[Exception]
    flooded: type[Exception]
    unauthorized: type[Exception]

    def __init__(self, api_url: str, token: str, mode: Mode) -> None:
        self.api_url = api_url
        self.token = token
        self.mode = mode
        self._site: web.AppRunner | None = None

    @abstractmethod
    async def start(self) -> None: ...

    @abstractmethod
    async def stop(self) -> None:
        """Stops as the framework does it on SIGTERM; the webhook stays set, for the next start."""

    @abstractmethod
    async def send(self, chat_id: int, text: str) -> None: ...

    @abstractmethod
    async def download(self, file_id: str) -> bytes: ...

    async def listen(self, app: web.Application) -> str:
        """Serves a webhook on any free port; its address."""
        self._site = web.AppRunner(app, shutdown_timeout=1)
        await self._site.setup()
        await web.TCPSite(self._site, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._site.addresses[0][1]}/hook"

    async def stop_listening(self) -> None:
        if self._site is not None:
            await self._site.cleanup()
            self._site = None


class PythonTelegramBot(Runner):
    forbidden = Forbidden
    flooded = RetryAfter
    unauthorized = InvalidToken

    async def start(self) -> None:
        self.app = app = ptb_bot.build(self.api_url, self.token)
        await app.initialize()
        await ptb_bot.introduce(app)
        await app.start()
        if self.mode == "polling":
            assert app.updater is not None
            await app.updater.start_polling(error_callback=lambda _: None)
        else:
            hook = web.Application()
            hook.router.add_post("/hook", self._receive)
            await app.bot.set_webhook(await self.listen(hook), secret_token=SECRET)

    async def _receive(self, request: web.Request) -> web.Response:
        if request.headers.get("X-Telegram-Bot-Api-Secret-Token") != SECRET:
            return web.Response(status=403)
        await self.app.update_queue.put(Update.de_json(await request.json(), self.app.bot))
        return web.Response()

    async def stop(self) -> None:
        if self.app.updater is not None and self.app.updater.running:
            await self.app.updater.stop()
        await self.stop_listening()
        await self.app.stop()
        await self.app.shutdown()

    async def send(self, chat_id: int, text: str) -> None:
        await self.app.bot.send_message(chat_id, text)

    async def download(self, file_id: str) -> bytes:
        file = await self.app.bot.get_file(file_id)
        return bytes(await file.download_as_bytearray())


class Aiogram(Runner):
    forbidden = TelegramForbiddenError
    flooded = TelegramRetryAfter
    unauthorized = TelegramUnauthorizedError

    async def start(self) -> None:
        self.bot = aiogram_bot.build(self.api_url, self.token)
        self.dispatcher = aiogram_bot.dispatcher()
        self.polling: asyncio.Task[None] | None = None
        await aiogram_bot.introduce(self.bot)
        if self.mode == "polling":
            polling = self.dispatcher.start_polling(self.bot, handle_signals=False, close_bot_session=False)
            self.polling = asyncio.create_task(polling)
        else:
            hook = web.Application()
            # In the foreground, so that what a handler returns is the answer to the update.
            handler = SimpleRequestHandler(self.dispatcher, self.bot, handle_in_background=False, secret_token=SECRET)
            handler.register(hook, "/hook")
            await self.bot.set_webhook(await self.listen(hook), secret_token=SECRET)

    async def stop(self) -> None:
        if self.polling is not None:
            await self.dispatcher.stop_polling()
            await self.polling
        await self.stop_listening()
        await self.bot.session.close()

    async def send(self, chat_id: int, text: str) -> None:
        await self.bot.send_message(chat_id, text)

    async def download(self, file_id: str) -> bytes:
        content = await self.bot.download(file_id)
        assert content is not None
        return content.read()
