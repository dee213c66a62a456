"""What the inbox remembers of answered updates."""

from __future__ import annotations

import asyncio

from sqlalchemy import func, select, update

from bot.tables import InboundUpdate, UpdateState
from tests.flows.stage import Stage


async def test_a_mark_under_way_when_the_bot_stops_is_written(stage: Stage) -> None:
    """It was cancelled half way: the update was answered again at the next start."""
    await stage.worker()
    await stage.settled()
    inbox = stage.bot.inbox
    while inbox._answered or (inbox._marking is not None and not inbox._marking.done()):
        await asyncio.sleep(0.01)
    async with stage.bot.transactions.unit() as unit:
        newest = (await unit.session.scalar(select(func.max(InboundUpdate.update_id)))) or 0
        row = InboundUpdate.update_id == newest
        await unit.session.execute(update(InboundUpdate).where(row).values(state=UpdateState.DONE))
        inbox.mark_answered(newest)
        while inbox._answered:
            await asyncio.sleep(0.01)
        closing = asyncio.create_task(inbox.close())  # while the mark waits for this transaction
        await asyncio.sleep(0)
        await unit.session.commit()
    await closing
    async with stage.bot.transactions.reading() as session:
        assert await session.scalar(select(InboundUpdate.state).where(row)) is UpdateState.ANSWERED
