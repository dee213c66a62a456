"""Files of orders: from Telegram to the storage, after the commit that named them."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError
from telegram.error import NetworkError, TelegramError

from bot.cards import refresh_cards
from domain.access import SYSTEM
from domain.files.images import strip_metadata
from domain.files.service import FileService

if TYPE_CHECKING:
    from telegram import Bot

    from bot.transactions import Transactions
    from domain.files.service import PendingFile
    from domain.files.storage import Storage

logger = logging.getLogger(__name__)

AT_ONCE = 4
POLL_SECONDS = 5.0


class Attachments:
    """Copies what is pending until it is cancelled. The order is safe meanwhile; a copy that fails is tried again."""

    def __init__(self, transactions: Transactions, bot: Bot, storage: Storage) -> None:
        self._transactions = transactions
        self._bot = bot
        self._storage = storage
        self._news = asyncio.Event()

    def wake(self) -> None:
        """A file may have been named."""
        self._news.set()

    async def run(self) -> None:
        while True:
            self._news.clear()
            try:
                while await self._copy_some():
                    pass
            except (DBAPIError, OSError) as error:
                logger.warning("Copying files waits for the database: %s", type(error).__name__)
            try:
                # Not wait_for: in Python 3.11 it loses a cancellation that arrives together with the news.
                async with asyncio.timeout(POLL_SECONDS):
                    await self._news.wait()
            except TimeoutError:
                continue

    async def _copy_some(self) -> bool:
        async with self._transactions.unit() as unit:
            pending = await FileService(unit).claim_pending(limit=AT_ONCE, actor=SYSTEM)
            await unit.session.commit()
        await asyncio.gather(*(self._copy(each) for each in pending))
        return bool(pending)

    async def _copy(self, pending: PendingFile) -> None:
        try:
            file = await self._bot.get_file(pending.telegram_file_id)
            content = bytes(await file.download_as_bytearray())
            kept = await strip_metadata(content, pending.mime_type)
            await self._storage.put(pending.storage_key, kept)
        except (TelegramError, NetworkError, OSError) as error:
            logger.warning("File %s could not be copied yet: %s", pending.id, type(error).__name__)
            async with self._transactions.unit() as unit:
                await FileService(unit).mark_failed(pending.id, type(error).__name__, actor=SYSTEM)
                await unit.finish()
                await unit.session.commit()
            return
        async with self._transactions.unit() as unit:
            stored = await FileService(unit).mark_stored(
                pending.id,
                sha256=hashlib.sha256(content).hexdigest(),
                size=len(kept),
                key=pending.storage_key,
                actor=SYSTEM,
            )
            if stored.duplicate is not None and stored.entity_id is not None:
                # Known only now that the bytes are here: the admins' cards say it.
                await refresh_cards(unit, [stored.entity_id])
            await unit.finish()
            await unit.session.commit()
