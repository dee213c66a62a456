"""The composition root: settings to a running bot."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Coroutine
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from telegram.error import InvalidToken, NetworkError
from telegram.ext import Application, ContextTypes

from bot.attachments import Attachments
from bot.context import OpsContext, Tools
from bot.documents import InvoiceDocuments
from bot.inbox import Inbox
from bot.lanes import ChatLanes
from bot.outbox import Outbox
from bot.pace import Pace
from bot.poller import Poller
from bot.processing import Processor
from bot.request import AiohttpRequest
from bot.scheduler import Scheduler
from bot.settings import TOKEN_HELP, Settings, SettingsError
from bot.speaker import Speaker
from bot.transactions import Transactions
from bot.web import WebServer
from domain.accounts.keys import Keys
from domain.accounts.passwords import Passwords
from domain.clock import Clock, SystemClock
from domain.db import create_engine, session_factory
from domain.files.storage import FolderStorage, S3Storage, Storage
from domain.pay.closing import MonthEnd
from domain.schema import upgrade

if TYPE_CHECKING:
    from bot.inbox import StoredUpdate
    from bot.interface import App, Register

logger = logging.getLogger(__name__)

STOP_SECONDS = 6.0
"""How long what is under way may take to finish once the bot is asked to stop."""
CONNECTIONS = 64
"""To the Bot API, for everything but polling."""
START_PAUSE = 3.0


class StartError(Exception):
    """The bot cannot start; `str(error)` says what to do."""


def storage_of(settings: Settings) -> Storage:
    """S3 where a bucket is named, else a folder."""
    if settings.file_storage_bucket:
        return S3Storage(
            settings.file_storage_bucket, settings.file_storage_region, settings.file_storage_endpoint or None
        )
    return FolderStorage(settings.data_folder / "files")


class RunningBot:
    """A bot between its start and its end."""

    def __init__(self, settings: Settings, register: Register, clock: Clock | None = None) -> None:
        """Puts the parts together; nothing is opened yet.

        Raises:
            SettingsError: there is no token.
        """
        token = settings.telegram_bot_token.get_secret_value()
        if not token:
            raise SettingsError(TOKEN_HELP)
        self._settings = settings
        self._clock = clock or SystemClock()
        organization = settings.organization
        self.engine = create_engine(settings.database)
        self.transactions = Transactions(self.engine, self._clock, organization)
        secret = settings.secret()
        base_url = f"{settings.telegram_api_url}/bot"
        self._request = AiohttpRequest(connections=CONNECTIONS)
        self._poll_request = AiohttpRequest(connections=2)
        self.application: App = (
            Application.builder()
            .token(token)
            .base_url(base_url)
            .base_file_url(f"{settings.telegram_api_url}/file/bot")
            .request(self._request)
            .get_updates_request(self._poll_request)
            .updater(None)
            .context_types(ContextTypes(context=OpsContext))
            .build()
        )
        month_end = MonthEnd(session_factory(self.engine), self._clock, organization)
        self.application.bot_data["tools"] = Tools(
            Keys(secret), Passwords(settings.bcrypt_rounds), month_end, settings.telegram_api_local
        )
        interface = register(self.application)
        interface.gate.register(self.application)
        self.application.add_error_handler(_keep_error)
        storage = storage_of(settings)
        pace = Pace(float(settings.send_rate), float(settings.send_rate_per_chat))
        documents = InvoiceDocuments(self.transactions)
        speaker = Speaker(self.application.bot, pace, storage, documents, dict(interface.menus))
        self.outbox = Outbox(self.transactions, speaker, pace, interface.notices)
        self.attachments = Attachments(self.transactions, self.application.bot, storage)
        self._lanes = ChatLanes(self._process)
        self.inbox = Inbox(self.transactions, self._lanes.add)
        self._processor = Processor(self.application, self.transactions, self.inbox, speaker, interface)
        self._poller = Poller(self._poll_request, f"{base_url}{token}", self.inbox)
        self._scheduler = Scheduler(settings, month_end, self.transactions, self.outbox.wake)
        self._web = WebServer(settings, self.application.bot, self.inbox, self.transactions)
        self._menus = interface.menus
        self._interface = interface

    async def _process(self, stored: StoredUpdate) -> None:
        await self._processor.process(stored)
        self.outbox.wake()
        self.attachments.wake()

    def is_busy(self) -> bool:
        """Whether an update or a notification is on its way."""
        return self._lanes.is_busy or self.outbox.is_busy

    async def run(self, stop: asyncio.Event) -> None:
        """Works until `stop` is set, then finishes what is under way.

        Raises:
            StartError: the token or the address is wrong.
        """
        await asyncio.to_thread(upgrade, self._settings.database)
        if not await self._connects_before(stop):
            await self._request.shutdown()
            await self._poll_request.shutdown()
            await self.engine.dispose()
            return
        await self._set_default_menu()
        tasks = [
            asyncio.create_task(self._watched(name, work))
            for name, work in (("outbox", self.outbox.run()), ("attachments", self.attachments.run()))
        ]
        for stored in await self.inbox.recover():
            self._lanes.add(stored)
        await self._scheduler.start()
        await self._web.start()
        receiving = asyncio.create_task(self._receive())
        stopping = asyncio.create_task(stop.wait())
        logger.info("The bot @%s is running", self.application.bot.username)
        try:
            await asyncio.wait((receiving, stopping, *tasks), return_when=asyncio.FIRST_COMPLETED)
            if receiving.done():
                receiving.result()
        finally:
            stopping.cancel()
            await self._close(receiving, tasks)

    async def _connects_before(self, stop: asyncio.Event) -> bool:
        """Whether Telegram answered before the bot was asked to stop again."""
        connecting = asyncio.create_task(self._connect())
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait((connecting, stopping), return_when=asyncio.FIRST_COMPLETED)
            if not connecting.done():
                return False
            connecting.result()
            return True
        finally:
            connecting.cancel()
            stopping.cancel()
            await asyncio.gather(connecting, stopping, return_exceptions=True)

    async def _connect(self) -> None:
        """Asks Telegram who the bot is, until it answers."""
        while True:
            try:
                await self._poll_request.initialize()
                await self.application.initialize()
            except InvalidToken:
                raise StartError(
                    f"{self._settings.telegram_api_url} does not know this token. Check TELEGRAM_BOT_TOKEN and "
                    "TELEGRAM_API_URL."
                ) from None
            except NetworkError as error:
                logger.warning("Telegram does not answer (%s); next try in %s s", error, START_PAUSE)
                await asyncio.sleep(START_PAUSE)
            else:
                return

    async def _set_default_menu(self) -> None:
        with suppress(NetworkError):
            await self.application.bot.set_my_commands(self._menus["stranger"])
            await self.application.bot.set_my_description(self._interface.description(self._settings.organization))

    async def _receive(self) -> None:
        """Polls, or has Telegram call."""
        if self._settings.webhook_url:
            await self._web.set_webhook()
            await asyncio.Event().wait()
        await self.application.bot.delete_webhook()
        try:
            await self._poller.run()
        except InvalidToken:
            raise StartError(
                "Telegram no longer knows this token: it was revoked. Put the new one into .env."
            ) from None

    async def _watched(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except asyncio.CancelledError:
            raise
        except Exception:
            logger.exception("%s broke", name)
            raise

    async def _close(self, receiving: asyncio.Task[None], tasks: list[asyncio.Task[None]]) -> None:
        """Stops receiving, lets the updates under way finish, and confirms only what is stored."""
        receiving.cancel()
        await asyncio.gather(receiving, return_exceptions=True)
        await self._web.close()
        await self.inbox.finish_storing()
        self._scheduler.close()
        await self._lanes.drain(STOP_SECONDS)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.inbox.close()
        if not self._settings.webhook_url:
            await self._poller.confirm()
        await self.application.shutdown()
        await self._poll_request.shutdown()
        await self.engine.dispose()


async def _keep_error(_: object, context: OpsContext) -> None:
    """The library calls this with what a handler raised; the processor rolls back and decides."""
    context.scope.error = context.error


async def run_until_signal(settings: Settings, register: Register) -> None:
    """Runs the bot until SIGINT or SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await RunningBot(settings, register).run(stop)
