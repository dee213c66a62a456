"""A bot that is stopped cancels a unit of work that waits for its turn after slow work.

Whoever opened the unit releases what it held on the way out. When the unit had not got it back yet, that released
another's turn: two wrote at once where only one can, or the way out broke off with a RuntimeError.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from bot.database.transactions import Transactions
from domain.organization import Organization, QuietHours
from tests.support.clock import SetClock

AGENCY = Organization("MT Web Experts", ZoneInfo("Asia/Karachi"), "PKR", QuietHours(time(22), time(8)))
CLOCK = SetClock(datetime(2026, 11, 10, 7, tzinfo=UTC))


async def test_cancelled_before_its_turn_came_back_it_leaves_the_others_turn_alone() -> None:
    engine = create_async_engine("sqlite+aiosqlite://")
    transactions = Transactions(engine, CLOCK, AGENCY)
    assert transactions.writer is not None
    slot = asyncio.Semaphore(1)
    hash_begun, hash_done = asyncio.Event(), asyncio.Event()

    async def slow_hash() -> None:
        hash_begun.set()
        await hash_done.wait()

    async def log_in() -> None:
        async with slot, transactions.unit(slot) as unit:
            await unit.outside(slow_hash())

    login = asyncio.create_task(log_in())
    await hash_begun.wait()
    async with slot, transactions.writer:  # somebody else's turn
        hash_done.set()
        await asyncio.sleep(0)  # the login waits for its own now
        login.cancel()
        for _ in range(5):
            await asyncio.sleep(0)
        assert transactions.writer.locked()
        assert slot.locked()
    with pytest.raises(asyncio.CancelledError):
        await login

    assert not transactions.writer.locked()
    await slot.acquire()
    assert slot.locked(), "one turn, as at the start"
    await engine.dispose()
