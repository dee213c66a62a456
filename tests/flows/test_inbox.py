"""An update is handed over once, whatever happens at the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.database.models import InboundUpdate, UpdateState
from bot.database.transactions import Transactions
from bot.updates.inbox import Inbox, StoredUpdate
from domain.unit_of_work import UnitOfWork
from tests.flows.stage import Stage

UPDATE = 900_000_000


class SlowTransactions(Transactions):
    """What was committed or read is known to whoever asked only when the test says so."""

    def __init__(self, like: Transactions) -> None:
        super().__init__(like.engine, like.clock, like.organization)
        self.stored, self.read = asyncio.Event(), asyncio.Event()
        self.may_store, self.may_read = asyncio.Event(), asyncio.Event()

    @asynccontextmanager
    async def unit(self, slot: asyncio.Semaphore | None = None) -> AsyncIterator[UnitOfWork]:
        async with super().unit(slot) as unit:
            yield unit
        self.stored.set()
        await self.may_store.wait()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        async with super().reading() as session:
            yield session
        self.read.set()
        await self.may_read.wait()


async def test_an_update_that_ends_while_others_are_looked_for(stage: Stage) -> None:
    """It was not handed over yet when it was looked for, and marked when the answer came: so it was answered twice."""
    transactions = SlowTransactions(stage.bot.transactions)
    transactions.may_read.set()
    inbox = Inbox(transactions)
    handed: list[StoredUpdate] = []
    await inbox.begin(handed.append)
    transactions.read.clear()
    transactions.may_read.clear()

    storing = asyncio.create_task(inbox.store([{"update_id": UPDATE}]))
    await transactions.stored.wait()
    looking = asyncio.create_task(inbox.catch_up())
    await transactions.read.wait()
    transactions.may_store.set()
    await storing
    assert [each.update_id for each in handed] == [UPDATE]
    inbox.mark_answered(UPDATE)
    await inbox.close()
    transactions.may_read.set()
    await looking
    assert [each.update_id for each in handed] == [UPDATE]
    async with stage.bot.transactions.reading() as session:
        state = await session.scalar(select(InboundUpdate.state).where(InboundUpdate.update_id == UPDATE))
    assert state == UpdateState.ANSWERED
