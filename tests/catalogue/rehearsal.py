"""Rehearsals: what a tap would do now, on a copy of the database, without doing it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from telegram import Update

from bot.application import RunningBot
from bot.screens.context import OpsContext
from bot.screens.payloads import KEPT_MARK
from bot.screens.scope import enter_scope
from bot.screens.screen import Answer, Button
from bot.settings import Settings
from bot.updates.processor import Processor, origin_of
from domain.errors import DomainError
from handlers.registration import register
from tests.catalogue.recorder import Recorder, Shown
from tests.support.clock import SetClock


@dataclass
class Rehearsal:
    """A second bot that nobody writes to, on a copy of the first one's database."""

    bot: RunningBot
    processor: Processor
    original: Path
    copy: Path
    _taken: tuple[int, ...] = ()

    async def tap(self, shown: Shown, button: Button) -> Answer:
        """What would be shown after that tap. Nothing of it stays.

        Raises:
            Exception: What a handler raised that is no refusal.
        """
        return await asyncio.create_task(self._tapped(_tap(shown, button)))

    async def _tapped(self, body: dict[str, Any]) -> Answer:
        error = await self._run(body, None)
        return error if isinstance(error, Answer) else await self._refused(body, error)

    async def _refused(self, body: dict[str, Any], error: DomainError) -> Answer:
        answer = await self._run(body, error)
        assert isinstance(answer, Answer)
        return answer

    async def _run(self, body: dict[str, Any], error: DomainError | None) -> Answer | DomainError:
        """As the processor runs an update, or explains its refusal, but for the commit."""
        processor, application = self.processor, self.bot.application
        update = Update.de_json(body, application.bot)
        origin = origin_of(update)
        async with self.bot.transactions.unit() as unit:
            scope = await processor._scope(update, unit, origin)
            enter_scope(scope)
            if error is None:
                await application.process_update(update)
                if isinstance(scope.error, DomainError):
                    return scope.error
                if scope.error is not None:
                    raise scope.error
                screens = scope.screens
            else:
                context = OpsContext.from_update(update, application)
                screens = list(await processor._interface.explain(error, context))
            await scope.drafts.save()
            await unit.finish()
            return Answer(origin, tuple(screens), scope.seen)

    def refresh(self) -> None:
        """Takes a new copy where the database has changed, or a rehearsal has changed its copy: closing a month commits
        by itself."""
        now = (*_stamp(self.original), *_stamp(self.copy))
        if now == self._taken:
            return
        with closing(sqlite3.connect(self.original)) as source, closing(sqlite3.connect(self.copy)) as target:
            source.backup(target)
        self._taken = (*_stamp(self.original), *_stamp(self.copy))


def _stamp(file: Path) -> tuple[int, ...]:
    parts = (file, file.with_name(f"{file.name}-wal"))
    return tuple(number for part in parts if part.exists() for number in (part.stat().st_mtime_ns, part.stat().st_size))


def _tap(shown: Shown, button: Button) -> dict[str, Any]:
    """The update of a tap, as Telegram tells it."""
    assert shown.sent is not None
    person = {"id": shown.chat_id, "is_bot": False, "first_name": "P"}
    message: dict[str, Any] = {
        "message_id": shown.sent.message_id,
        "date": 1_700_000_000,
        "chat": {"id": shown.chat_id, "type": "private", "first_name": "P"},
        "from": {"id": 1, "is_bot": True, "first_name": "Bot"},
    }
    if shown.sent.has_media:
        photo = {"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}
        message |= {"photo": [photo], "caption": "…"}
    else:
        message["text"] = "…"
    data = f"{KEPT_MARK}{button.data}" if shown.screen.keep else button.data
    query = {"id": "1", "from": person, "chat_instance": "1", "message": message, "data": data}
    return {"update_id": 1, "callback_query": query}


@asynccontextmanager
async def rehearsing(
    settings: Settings, original: Path, clock: SetClock, recorder: Recorder
) -> AsyncIterator[Rehearsal]:
    copy = original.with_name(f"{original.stem}-rehearsal.db")
    bot = RunningBot(settings.model_copy(update={"database_url": f"sqlite:///{copy}"}), register, clock)
    made = Rehearsal(bot, recorder.processors[-1], original, copy)
    made.refresh()
    await bot.application.initialize()
    try:
        yield made
    finally:
        await bot.application.shutdown()
        await bot._update_store.close()
        await bot._poll_request.shutdown()
        await bot.engine.dispose()
        for file in (copy, *copy.parent.glob(f"{copy.name}-*")):
            file.unlink(missing_ok=True)
