"""The composition root: makes a running bot of settings."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from telegram.error import InvalidToken, NetworkError, RetryAfter
from telegram.ext import Application, ContextTypes

from bot.database.connections import Connections
from bot.database.lease import LEASE_SECONDS, lease_of
from bot.database.transactions import Transactions
from bot.delivery.attachments import Attachments
from bot.delivery.documents import InvoiceDocuments
from bot.delivery.http import AiohttpRequest, NotTelegramError
from bot.delivery.outbox import Outbox
from bot.delivery.rate_limiter import RateLimiter
from bot.delivery.sender import Sender
from bot.leader import Leader
from bot.retry import retrying
from bot.scheduler import Scheduler
from bot.screens.context import OpsContext, Tools
from bot.screens.drafts import FormMessageStore
from bot.settings import TOKEN_HELP, Settings, SettingsError
from bot.startup import START_PAUSE, StartError, check_storage, migrate_when_there
from bot.tasks import cancel_and_wait
from bot.updates.chat_queues import ChatQueues
from bot.updates.inbox import Inbox
from bot.updates.poller import Poller
from bot.updates.processor import AT_ONCE, Processor
from bot.updates.receiver import Receiver
from bot.updates.update_store import update_store_of
from bot.updates.webhook import WebServer
from domain.accounts.passwords import Passwords
from domain.accounts.token_hasher import TokenHasher
from domain.clock import Clock, SystemClock
from domain.files.storage import FolderStorage, S3Storage, Storage
from domain.pay.closing import MonthEnd
from domain.persistence.db import create_engine, session_factory

if TYPE_CHECKING:
    from bot.screens.interface import App, Register

logger = logging.getLogger(__name__)

FILE_LIMIT_MB, LOCAL_FILE_LIMIT_MB = 20, 2000
"""The largest file that Telegram's servers hand out to a bot, and a Bot API server with `--local` (documented)."""

BUSY_SECONDS = 2.0
"""How long one try to write waits for another program that writes to SQLite. More would hold up the end of the bot."""
STOP_SECONDS = 6.0
"""How long what is under way may take to finish once the bot is asked to stop."""
CONNECTIONS = 192
"""To the Bot API, for everything but polling. Notifications take no more than two thirds of them."""
POOL_SIZE = AT_ONCE + 8
"""Connections to the database that stay open: for the updates that run at once, and what runs beside them. Those
beyond it are closed after each use, and making one costs as much as ten updates."""
COLLECT_AFTER = 20_000
"""New objects between two runs of the garbage collector."""


def storage_of(settings: Settings) -> Storage:
    """The file store: S3 where a bucket is named, else a folder."""
    if settings.file_storage_bucket:
        return S3Storage(
            settings.file_storage_bucket,
            settings.file_storage_region,
            settings.file_storage_endpoint or None,
            settings.storage_access,
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
        self.engine = create_engine(
            settings.database, pool_size=POOL_SIZE, busy_seconds=BUSY_SECONDS, abandoned_seconds=LEASE_SECONDS
        )
        connections = Connections()
        connections.watch(self.engine)
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
        month_end = MonthEnd(session_factory(self.engine), self._clock, organization, writer=self.transactions.writer)
        self.application.bot_data["tools"] = Tools(
            TokenHasher(secret),
            Passwords(settings.bcrypt_rounds),
            month_end,
            LOCAL_FILE_LIMIT_MB if settings.telegram_api_local else FILE_LIMIT_MB,
        )
        interface = register(self.application)
        interface.gate.register(self.application)
        self.application.add_error_handler(_keep_error)
        self._storage = storage_of(settings)
        rate_limiter = RateLimiter(float(settings.send_rate), float(settings.send_rate_per_chat))
        documents = InvoiceDocuments(self.transactions)
        sender = Sender(self.application.bot, rate_limiter, self._storage, documents, interface.menus)
        self.lease = lease_of(settings.database, connections)
        self.outbox = Outbox(
            self.transactions, sender, rate_limiter, interface.notices, self.lease, settings.org_language
        )
        self.attachments = Attachments(
            self.transactions, self.application.bot, self._storage, self.lease, self.outbox.wake
        )
        self.inbox = Inbox(self.transactions, FormMessageStore())
        self._update_store = update_store_of(self.engine, AT_ONCE, connections)
        revoked = asyncio.Event()
        processor = Processor(
            self.application,
            self.transactions,
            self.inbox,
            sender,
            interface,
            self._update_store,
            settings.org_language,
            on_news=self._on_news,
            on_revoked=revoked.set,
        )
        self._queues = ChatQueues(processor.process)
        self._poller = Poller(self._poll_request, f"{base_url}{token}", self.inbox)
        self._scheduler = Scheduler(settings, month_end, self.transactions, self.inbox, self.lease, self.outbox.wake)
        self._web = WebServer(
            settings, self.application.bot, self.inbox, self.transactions, self.lease, self.attachments
        )
        receiver = Receiver(
            settings,
            interface,
            self.application.bot,
            self.lease,
            self.inbox,
            self._queues,
            self._poller,
            self._web,
            revoked=revoked,
            on_begun=self._scheduler.run_missed,
        )
        self._leader = Leader(self.lease, receiver.run, receiver.stop)

    def _on_news(self) -> None:
        self.outbox.wake()
        self.attachments.wake()

    def is_busy(self) -> bool:
        """Whether an update or a notification is on its way."""
        return self._queues.is_busy or self.outbox.is_busy

    async def run(self, stop: asyncio.Event) -> None:
        """Runs the bot until `stop` is set, then finishes what is under way.

        Raises:
            StartError: the token, the address, the database or the file store is wrong.
        """
        has_begun = False
        try:
            has_begun = await self._begins_before(stop)
        finally:
            if not has_begun:
                await self._request.shutdown()
                await self._poll_request.shutdown()
                await self.engine.dispose()
        if not has_begun:
            return
        await self._scheduler.start()
        await self._web.start()
        tasks = [
            asyncio.create_task(self._watched(name, work))
            for name, work in (
                ("lease", self.lease.run()),
                ("outbox", self.outbox.run()),
                ("attachments", self.attachments.run()),
            )
        ]
        working = asyncio.create_task(self._leader.run())
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait((working, stopping, *tasks), return_when=asyncio.FIRST_COMPLETED)
            for task in (working, *tasks):
                if task.done():
                    task.result()
        finally:
            stopping.cancel()
            await self._close(working, tasks)

    async def _begins_before(self, stop: asyncio.Event) -> bool:
        """Whether the database and Telegram answered before the bot was asked to stop again."""
        beginning = asyncio.create_task(self._begin())
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait((beginning, stopping), return_when=asyncio.FIRST_COMPLETED)
            if not beginning.done():
                return False
            beginning.result()
            return True
        finally:
            await cancel_and_wait(beginning, stopping)

    async def _begin(self) -> None:
        await migrate_when_there(self._settings.database)
        await check_storage(self._storage)
        await self._connect()

    async def _connect(self) -> None:
        """Asks Telegram who the bot is, until it answers."""
        try:
            await self._poll_request.initialize()
            await retrying(
                self.application.initialize,
                on=(NetworkError, RetryAfter),
                unless=_is_not_telegram,
                pauses=(START_PAUSE,),
                say="Telegram does not answer",
                say_over="Telegram answers",
            )
        except InvalidToken:
            raise StartError(
                f"{self._settings.telegram_api_url} does not know this token. Check TELEGRAM_BOT_TOKEN and "
                "TELEGRAM_API_URL."
            ) from None
        except NotTelegramError as error:
            raise StartError(
                f"{self._settings.telegram_api_url} is no Bot API server: {error.message}. Check TELEGRAM_API_URL."
            ) from None

    async def _watched(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except asyncio.CancelledError:
            raise
        except Exception:
            logger.exception("%s broke", name)
            raise

    async def _close(self, working: asyncio.Task[None], tasks: list[asyncio.Task[None]]) -> None:
        """Stops receiving, lets running updates finish, and confirms to Telegram only what is stored."""
        await cancel_and_wait(working)
        await self._web.close()
        await self.inbox.finish_storing()
        await self._scheduler.close()
        await self._queues.drain(STOP_SECONDS)
        lease, *others = tasks
        await cancel_and_wait(*others)
        await self.inbox.close()
        if not self._settings.webhook_url and self.lease.is_held:
            await self._poller.confirm()
        # The lease goes last: whoever stands by begins now.
        await cancel_and_wait(lease)
        await self.application.shutdown()
        await self._poll_request.shutdown()
        await self._update_store.close()
        await self.engine.dispose()


def _is_not_telegram(error: Exception) -> bool:
    return isinstance(error, NotTelegramError)


async def _keep_error(_: object, context: OpsContext) -> None:
    """Keeps what a handler raised, which the library catches; the processor rolls back and decides."""
    context.scope.error = context.error


async def run_until_signal(settings: Settings, register: Register) -> None:
    """Runs the bot until SIGINT or SIGTERM."""
    # What is loaded by now stays for ever. An update leaves few cycles behind: looking for them after each 700 new
    # objects took a tenth of all time.
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await RunningBot(settings, register).run(stop)
