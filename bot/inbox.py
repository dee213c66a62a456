"""Updates are in the database before anybody is told that they arrived."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, case, literal, null, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from bot.tables import InboundUpdate, UpdateState

if TYPE_CHECKING:
    from bot.transactions import Transactions

logger = logging.getLogger(__name__)

MARK_PAUSE = 0.05
"""Seconds in which answered updates are collected, to be marked by one commit."""
RETRY_PAUSE = 1.0
"""Seconds between two tries to reach a database that is gone."""
CLOSE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class StoredUpdate:
    """An update that is in the database."""

    update_id: int
    lane: str
    body: dict[str, Any]
    answer: dict[str, Any] | None = None
    """What is still to be sent, where its transaction was committed before a crash."""


class Inbox:
    """Stores updates, gives each new one to `on_stored`, and marks those that are answered."""

    def __init__(self, transactions: Transactions, on_stored: Callable[[StoredUpdate], None]) -> None:
        self._transactions = transactions
        self._on_stored = on_stored
        self._waiting: list[tuple[dict[str, Any], asyncio.Future[None]]] = []
        self._storing: asyncio.Task[None] | None = None
        self._answered: list[int] = []
        self._marking: asyncio.Task[None] | None = None

    async def store(self, bodies: Sequence[dict[str, Any]]) -> None:
        """Returns once the updates are committed. Calls at the same time share a commit; a redelivery changes nothing.

        A database that is gone is waited for: until then nothing is confirmed, so nothing is lost.
        """
        loop = asyncio.get_running_loop()
        done = [loop.create_future() for _ in bodies]
        self._waiting.extend(zip(bodies, done, strict=True))
        if self._storing is None or self._storing.done():
            self._storing = asyncio.create_task(self._store_waiting())
        await asyncio.gather(*done)

    async def _store_waiting(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            updates = [StoredUpdate(body["update_id"], lane_of(body), body) for body, _ in batch]
            new = await self._insert(updates)
            for each in updates:
                if each.update_id in new:
                    new.discard(each.update_id)
                    self._on_stored(each)
            for _, done in batch:
                if not done.done():
                    done.set_result(None)

    async def _insert(self, updates: list[StoredUpdate]) -> set[int]:
        """The ids of those that were not there yet."""
        rows = [{"update_id": each.update_id, "lane": each.lane, "body": each.body} for each in updates]
        is_postgres = self._transactions.engine.dialect.name == "postgresql"
        insert = (postgresql if is_postgres else sqlite).insert(InboundUpdate).values(rows)
        statement = insert.on_conflict_do_nothing(index_elements=["update_id"]).returning(InboundUpdate.update_id)
        while True:
            try:
                async with self._transactions.unit() as unit:
                    found = set(await unit.session.scalars(statement))
                    await unit.session.commit()
            except (DBAPIError, OSError) as error:
                logger.warning("The database does not answer; updates wait at Telegram: %s", type(error).__name__)
                await asyncio.sleep(RETRY_PAUSE)
            else:
                return found

    async def finish_storing(self) -> None:
        """Lets a commit under way finish, whoever waited for it is gone: after this, no update is new any more.

        Otherwise one could start when everything around it is closed, and fail for no reason of its own.
        """
        if self._storing is not None:
            await asyncio.wait((self._storing,), timeout=CLOSE_SECONDS)
            self._storing.cancel()
            await asyncio.gather(self._storing, return_exceptions=True)

    async def recover(self) -> list[StoredUpdate]:
        """What an earlier run left: updates to run again from the start, and answers to send again, in order."""
        columns = (InboundUpdate.update_id, InboundUpdate.lane, InboundUpdate.body, InboundUpdate.screen)
        open_updates = (
            select(*columns, InboundUpdate.state)
            .where(InboundUpdate.state != UpdateState.ANSWERED)
            .order_by(InboundUpdate.update_id)
        )
        async with self._transactions.reading() as session:
            rows = (await session.execute(open_updates)).all()
        return [
            StoredUpdate(row.update_id, row.lane, row.body, row.screen if row.state == UpdateState.DONE else None)
            for row in rows
        ]

    def mark_answered(self, update_id: int) -> None:
        """Notes that an update is finished; written a moment later, together with others."""
        self._answered.append(update_id)
        if self._marking is None or self._marking.done():
            self._marking = asyncio.create_task(self._mark_soon())

    async def _mark_soon(self) -> None:
        while self._answered:
            await asyncio.sleep(MARK_PAUSE)
            await self._mark()

    async def _mark(self) -> None:
        ids, self._answered = self._answered, []
        # Only the id is still needed, against a redelivery. Links that let somebody in stood in the rest.
        done = (
            update(InboundUpdate)
            .where(InboundUpdate.update_id.in_(ids))
            .values(
                state=UpdateState.ANSWERED,
                screen=null(),
                body=case((InboundUpdate.error.is_(None), literal({}, JSON())), else_=InboundUpdate.body),
            )
        )
        try:
            async with self._transactions.unit() as unit:
                await unit.session.execute(done)
                await unit.session.commit()
        except (DBAPIError, OSError):
            self._answered = ids + self._answered
            await asyncio.sleep(RETRY_PAUSE)

    async def close(self) -> None:
        """Writes the last marks. Those under way are let finish: cancelled, they would be lost, and answered again."""
        if self._marking is not None:
            await asyncio.wait((self._marking,), timeout=CLOSE_SECONDS)
            self._marking.cancel()
            await asyncio.gather(self._marking, return_exceptions=True)
        if self._answered:
            await self._mark()


def lane_of(body: dict[str, Any]) -> str:
    """The chat that an update belongs to, or the person where there is no chat: one lane, one update at a time."""
    for name, content in body.items():
        if name == "update_id" or not isinstance(content, dict):
            continue
        message = content.get("message") if name == "callback_query" else content
        chat = message.get("chat") if isinstance(message, dict) else None
        if isinstance(chat, dict):
            return f"chat:{chat['id']}"
        person = content.get("from")
        if isinstance(person, dict):
            return f"user:{person['id']}"
    return "none"
