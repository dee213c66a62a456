"""Stopping while an update is being stored."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from types import SimpleNamespace
from typing import Any, cast

from bot.updates.inbox import Inbox, StoredUpdate


class SlowDatabase:
    """Takes one update, once it is let."""

    def __init__(self) -> None:
        self.asked, self.answers = asyncio.Event(), asyncio.Event()
        self.engine = SimpleNamespace(dialect=SimpleNamespace(name="sqlite"))

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[Any]:
        yield SimpleNamespace(session=self)

    async def scalars(self, statement: object, _values: object = None) -> list[int]:
        if "INSERT" not in str(statement):
            return []
        self.asked.set()
        await self.answers.wait()
        return [7]

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Any]:
        yield self

    async def commit(self) -> None:
        pass


async def test_an_update_that_is_being_stored_at_the_stop_starts_before_the_rest_is_closed() -> None:
    """It started after the application was shut down, failed for that, and its person was told of a mistake of ours.

    Receiving is cancelled at the stop, but the commit goes on in a task of its own.
    """
    database, started = SlowDatabase(), list[StoredUpdate]()
    inbox = Inbox(cast("Any", database))
    await inbox.begin(started.append)
    receiving = asyncio.create_task(inbox.store([{"update_id": 7}]))
    await database.asked.wait()
    receiving.cancel()
    with suppress(asyncio.CancelledError):
        await receiving
    asyncio.get_running_loop().call_later(0.05, database.answers.set)
    await inbox.finish_storing()
    assert [update.update_id for update in started] == [7]
