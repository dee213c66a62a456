"""What the inbox remembers of answered updates."""

from __future__ import annotations

import asyncio

from sqlalchemy import ColumnElement, func, select, update

from bot.database.models import InboundUpdate, UpdateState
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


async def test_answered_updates_are_forgotten_after_a_week_and_what_ended_in_a_bug_is_not(stage: Stage) -> None:
    worker = await stage.worker()
    await stage.settled()
    while await _count(stage, InboundUpdate.state != UpdateState.ANSWERED):
        await asyncio.sleep(0.01)
    async with stage.bot.transactions.unit() as unit:
        newest = (await unit.session.scalar(select(func.max(InboundUpdate.update_id)))) or 0
        await unit.session.execute(update(InboundUpdate).values(received_at=stage.clock.now()))
        row = InboundUpdate.update_id == newest
        await unit.session.execute(update(InboundUpdate).where(row).values(error="ValueError: a bug"))
        await unit.session.commit()
    before = await _count(stage)
    stage.clock.advance(days=6)
    await stage.bot._scheduler.tidy()
    assert await _count(stage) == before
    stage.clock.advance(days=2)
    await stage.bot._scheduler.tidy()
    assert await _count(stage) == 1
    await worker.phone.say("/menu")  # and the bot goes on
    await worker.phone.wait_for("⚙️ More")


async def _count(stage: Stage, *conditions: ColumnElement[bool]) -> int:
    async with stage.bot.transactions.reading() as session:
        return (await session.scalar(select(func.count()).select_from(InboundUpdate).where(*conditions))) or 0
