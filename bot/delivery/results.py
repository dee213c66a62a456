"""Results of sending, written to the database: those of all notifications that end within a moment by one commit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from sqlalchemy import bindparam, func, update

from bot.database.transactions import finish_and_commit
from bot.retry import retrying
from bot.screens.card_copies import Card, note_sent_cards, refresh_late_cards
from bot.tasks import cancel_and_wait
from domain.accounts.model import ChatLink
from domain.notifications.model import Notification, NotificationState
from domain.persistence.db import DATABASE_AWAY

if TYPE_CHECKING:
    from sqlalchemy import Table

    from bot.database.transactions import Transactions
    from bot.screens.screen import Sent
    from domain.unit_of_work import UnitOfWork

MARK_PAUSE = 0.03
"""Seconds in which results are collected."""
RETRY_PAUSE = 1.0
"""Seconds between two tries to reach a database that is gone."""

_table = cast("Table", Notification.__table__)
_MARK = (
    update(_table)
    .where(_table.c.id == bindparam("notification"), _table.c.state == NotificationState.QUEUED)
    .values(
        state=bindparam("becomes"),
        attempts=bindparam("tries"),
        last_error=bindparam("error"),
        next_try_at=func.coalesce(bindparam("again_at", type_=_table.c.next_try_at.type), _table.c.next_try_at),
        sent_at=bindparam("at"),
        message_id=bindparam("message"),
    )
)


@dataclass(frozen=True, slots=True)
class SendResult:
    """What became of a notification after an attempt. Where it is still queued, the next one is at `again_at`."""

    id: int
    state: NotificationState
    attempts: int
    error: str | None = None
    again_at: datetime | None = None
    card: Card | None = None
    sent: Sent | None = None
    seen: int = 0
    """Place in the log up to which the card is true."""
    blocked_chat: int | None = None
    """The chat whose owner was found to have blocked the bot."""


class SendResults:
    """Collects results and writes them."""

    def __init__(self, transactions: Transactions, on_news: Callable[[], None]) -> None:
        """`on_news` is called when writing has queued something else."""
        self._transactions = transactions
        self._on_news = on_news
        self._waiting: list[tuple[SendResult, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def write(self, result: SendResult) -> None:
        """Returns once the result is committed. A database that is gone is waited for."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((result, done))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_waiting())
        await done

    async def close(self) -> None:
        """Gives up results that are not written yet: their notifications are sent again."""
        if self._writing is not None:
            await cancel_and_wait(self._writing)

    async def _write_waiting(self) -> None:
        while self._waiting:
            await asyncio.sleep(MARK_PAUSE)
            batch, self._waiting = self._waiting, []
            await self._write_all([result for result, _ in batch])
            for _, done in batch:
                if not done.done():
                    done.set_result(None)

    async def _write_all(self, results: list[SendResult]) -> None:
        async def commit() -> None:
            async with self._transactions.unit() as unit:
                await _write(unit, results)
                await finish_and_commit(unit)
            if unit.has_news:
                self._on_news()

        await retrying(
            commit,
            on=DATABASE_AWAY,
            pauses=(RETRY_PAUSE,),
            say="What was sent is not marked yet: the database does not answer",
            say_over="What was sent is marked",
        )


async def _write(unit: UnitOfWork, results: list[SendResult]) -> None:
    now = unit.clock.now()
    connection = await unit.session.connection()
    await connection.execute(_MARK, [_row(result, now) for result in results])
    copies: list[tuple[Card, Sent]] = []
    seen: dict[UUID, int] = {}
    for result in results:
        if result.card is not None and result.sent is not None:
            copies.append((result.card, result.sent))
            record = UUID(result.card[1])
            seen[record] = min(result.seen, seen.get(record, result.seen))
    await note_sent_cards(unit.session, copies)
    await refresh_late_cards(unit, seen)
    chats = [result.blocked_chat for result in results if result.blocked_chat is not None]
    if chats:
        found = update(ChatLink).where(ChatLink.chat_id.in_(chats), ChatLink.blocked_at.is_(None))
        newly = await unit.session.scalars(found.values(blocked_at=now).returning(ChatLink.user_id))
        if newly.all():
            await unit.notifications.notify_blocked()


def _row(result: SendResult, now: datetime) -> dict[str, Any]:
    is_sent = result.state is NotificationState.SENT
    return {
        "notification": result.id,
        "becomes": result.state,
        "tries": result.attempts,
        "error": result.error,
        "again_at": result.again_at,
        "at": now if is_sent else None,
        "message": result.sent.message_id if is_sent and result.sent is not None else None,
    }
