"""Attachments: copies files of orders from Telegram to the storage, after the commit that named them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from telegram.error import BadRequest, TelegramError

from bot.database.transactions import finish_and_commit
from bot.retry import retrying
from bot.screens.card_copies import refresh_changed_cards
from bot.tasks import cancel_and_wait, wait_at_most
from domain.access import SYSTEM
from domain.files.images import Kept, prepare, prepared_file
from domain.files.service import FileService
from domain.files.storage import StorageError
from domain.persistence.db import DATABASE_AWAY

if TYPE_CHECKING:
    from telegram import Bot

    from bot.database.lease import Lease
    from bot.database.transactions import Transactions
    from domain.files.service import PendingFile
    from domain.files.storage import Storage

logger = logging.getLogger(__name__)

AT_ONCE: Final = 4
POLL_SECONDS: Final = 5.0
COPY_SECONDS: Final = 300
MIN_SPEED: Final = 1 << 20
"""Bytes a second: a download, or a copy to the store, may take `COPY_SECONDS` and the time that its size needs at this
speed. A byte now and then would hold the place for ever."""
MAX_REFUSALS: Final = 5
"""Telegram says "wrong file_id or the file is temporarily unavailable": after so many tries it is not temporary."""


class Attachments:
    """Copies pending files while this instance leads.

    Their orders are safe meanwhile. A copy that fails is tried again.
    """

    def __init__(
        self, transactions: Transactions, bot: Bot, storage: Storage, lease: Lease, on_news: Callable[[], None]
    ) -> None:
        """`on_news` is called when something was queued for the outbox."""
        self._transactions = transactions
        self._bot = bot
        self._storage = storage
        self._lease = lease
        self._on_news = on_news
        self._news = asyncio.Event()
        self._copying: set[asyncio.Task[None]] = set()
        self.problem: str | None = None
        """Why the storage did not take the last file, in words that anybody may read; None: it did."""

    def wake(self) -> None:
        """A file may have been named."""
        self._news.set()

    async def run(self) -> None:
        """Copies until it is cancelled."""
        try:
            await self._while_database_away(self._resume)
            while True:
                await self._while_database_away(self._start_next)
                await wait_at_most(POLL_SECONDS, self._news)
        finally:
            await cancel_and_wait(*self._copying)

    @staticmethod
    async def _while_database_away(work: Callable[[], Awaitable[None]]) -> None:
        await retrying(
            work,
            on=DATABASE_AWAY,
            pauses=(POLL_SECONDS,),
            say="Copying files waits for the database",
            say_over="Files are copied again",
        )

    async def _resume(self) -> None:
        """Takes up again what an earlier run left half done."""
        await self._lease.held()
        async with self._transactions.unit() as unit:
            await FileService(unit).resume(actor=SYSTEM)
            await finish_and_commit(unit)

    async def _start_next(self) -> None:
        await self._lease.held()
        self._news.clear()
        free = AT_ONCE - len(self._copying)
        if free <= 0:
            return
        async with self._transactions.reading() as session:
            # Most updates name no file: then no writer waits for this.
            if not await FileService(self._transactions.reading_unit(session)).has_due(actor=SYSTEM):
                return
        async with self._transactions.unit() as unit:
            claimed = await FileService(unit).claim_pending(limit=free, actor=SYSTEM)
            await finish_and_commit(unit)
        for pending in claimed:
            task = asyncio.create_task(self._copy(pending))
            self._copying.add(task)
            task.add_done_callback(self._copied)

    def _copied(self, task: asyncio.Task[None]) -> None:
        self._copying.discard(task)
        self._news.set()

    async def _copy(self, pending: PendingFile) -> None:
        """Makes one try. What the database does not take about it is found out by the next one."""
        try:
            async with self._fetched(pending) as kept:
                was_away = await self._put(pending, kept)
        except TelegramError as error:
            final = isinstance(error, BadRequest) and pending.attempt >= MAX_REFUSALS
            await self._failed(pending, f"Telegram: {error.message}", final=final)
        except OSError as error:
            await self._failed(pending, str(error) or type(error).__name__)
        except Exception as error:
            logger.exception("File %s could not be copied", pending.id)
            await self._failed(pending, type(error).__name__)
        else:
            await self._stored(pending, kept, was_away=was_away)

    @asynccontextmanager
    async def _fetched(self, pending: PendingFile) -> AsyncIterator[Kept]:
        """The file as it is to be stored."""
        async with _in_time(pending.size):
            file = await self._bot.get_file(pending.telegram_file_id)
            path = Path(file.file_path or "")
            # A Bot API server of our own has it on its disk, which is ours too, and up to 2 GB of it.
            content = None if path.is_absolute() else bytes(await file.download_as_bytearray())
        if content is not None:
            yield await prepare(content, pending.mime_type)
            return
        async with prepared_file(path, pending.mime_type) as kept:
            yield kept

    async def _put(self, pending: PendingFile, kept: Kept) -> bool:
        """Stores a file; whether the storage had refused the one before."""
        try:
            async with _in_time(kept.size):
                await self._storage.put(pending.storage_key, kept.content)
        except OSError as error:
            reason = _reason(error)
            if self.problem is None:
                logger.warning("Files cannot be stored, and are tried again: %s", reason)
            self.problem = reason
            raise
        was_away, self.problem = self.problem is not None, None
        if was_away:
            logger.info("Files are stored again")
        return was_away

    async def _failed(self, pending: PendingFile, error: str, *, final: bool = False) -> None:
        logger.info("Try %s to copy file %s failed: %s", pending.attempt, pending.id, error)
        try:
            async with self._transactions.unit() as unit:
                await FileService(unit).mark_failed(pending.id, error, final=final, actor=SYSTEM)
                await finish_and_commit(unit)
            self._on_news()
        except DATABASE_AWAY as reason:
            logger.warning("A failed copy of a file could not be noted: %s", type(reason).__name__)

    async def _stored(self, pending: PendingFile, kept: Kept, *, was_away: bool) -> None:
        try:
            async with self._transactions.unit() as unit:
                files = FileService(unit)
                await files.mark_stored(
                    pending.id, sha256=kept.sha256, size=kept.size, key=pending.storage_key, actor=SYSTEM
                )
                if was_away:
                    await files.hurry(actor=SYSTEM)
                # That the bytes came with an earlier order is known only now: the admins' cards say it.
                await refresh_changed_cards(unit)
                await finish_and_commit(unit)
            self._on_news()
        except DATABASE_AWAY as reason:
            # The bytes are there; the next try writes the same ones under the same key, and notes them.
            logger.warning("A copied file could not be noted: %s", type(reason).__name__)


def _in_time(size: int) -> asyncio.Timeout:
    return asyncio.timeout(COPY_SECONDS + size / MIN_SPEED)


def _reason(error: OSError) -> str:
    """In the storage's own words, or the system's without the path: it names an order's files."""
    if isinstance(error, TimeoutError) and not error.args:
        return "the store does not take a file in time"
    return str(error) if isinstance(error, StorageError) else error.strerror or type(error).__name__
