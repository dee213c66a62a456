"""SIGTERM: what is under way is finished, what is not is left whole for the next run, and the end comes in 10 s."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot.database.models import InboundUpdate, UpdateState
from domain.audit.service import verify
from domain.pay.model import Invoice
from playground.phone import Phone
from tests.faults.conftest import Machine
from tests.faults.storm.lives import lives_with
from tests.faults.storm.office import Office, open_office
from tests.faults.storm.round import settled
from tests.faults.test_kills import ANSWER, STARTS_IN, answers

ENDS_WITHIN = 10.0
INVOICE = "Your invoice for"


async def shown(phone: Phone, words: str) -> int:
    return sum(words in message.text for message in (await phone.screen()).messages if not message.is_mine)


async def test_it_confirms_what_it_stored(machine: Machine) -> None:
    phone = await machine.playground.add_phone(machine.account, "Ayesha")
    async with machine.bot() as bot:
        await phone.say("/help")
        await phone.wait_for(ANSWER, timeout=STARTS_IN)
        assert await bot.stopped() < ENDS_WITHIN
    async with machine.bot():
        await phone.say("/cancel")
        await phone.wait_for("invite link", timeout=STARTS_IN)
    assert await answers(phone) == 1


async def test_answers_and_notifications_under_way_come_once(
    machine: Machine, sessions: async_sessionmaker[AsyncSession]
) -> None:
    """Telegram is slow, a month's invoices are going out, and everybody asks for something."""
    office = await open_office(machine, sessions)
    for method in ("sendMessage", "sendDocument"):
        await machine.playground.order_fault("delay", method=method, seconds=0.5, times=0)
    for phone in office.phones:
        await phone.say("/help")
    async with machine.bot() as bot:
        await office.phones[0].wait_for(ANSWER, timeout=STARTS_IN)
        assert await bot.stopped() < ENDS_WITHIN
    async with sessions() as session:
        begun = select(func.count()).where(InboundUpdate.state == UpdateState.DONE)
        assert await session.scalar(begun) == 0, "an update was changed, but not answered"
    await machine.playground.remove_faults()
    async with machine.bot() as bot:
        for phone in office.phones:
            await phone.say("/menu")
            await phone.wait_for("⚙️ More", timeout=STARTS_IN)
        await settled(sessions)
        assert await bot.stopped() < ENDS_WITHIN
    assert [await shown(phone, ANSWER) for phone in office.phones] == [1] * len(office.phones)
    assert await invoices_shown(office) == invoices_due(office)


def invoices_due(office: Office) -> dict[str, int]:
    return {owed.name: int(not owed.is_held_up) for owed in office.owed}


async def invoices_shown(office: Office) -> dict[str, int]:
    return {owed.name: await shown(owed.phone, INVOICE) for owed in office.owed}


@pytest.mark.parametrize("fault", ["delay", "drop"])
async def test_a_telegram_that_hangs_holds_nothing_up(
    machine: Machine, sessions: async_sessionmaker[AsyncSession], fault: str
) -> None:
    phone = await machine.playground.add_phone(machine.account, "Ayesha")
    await machine.playground.order_fault(fault, method="sendMessage", seconds=300, times=0)
    await phone.say("/help")
    async with machine.bot() as bot:
        async with asyncio.timeout(STARTS_IN), sessions() as session:
            committed = select(func.count()).where(InboundUpdate.state == UpdateState.DONE)
            while not await session.scalar(committed):
                await session.rollback()
                await asyncio.sleep(0.05)
        # From now on nothing answers: neither the call under way, nor the poll that would confirm.
        await machine.playground.order_fault(fault, seconds=300, times=0)
        assert await bot.stopped() < ENDS_WITHIN
    await machine.playground.remove_faults()
    async with machine.bot():
        await phone.wait_for(ANSWER, timeout=STARTS_IN)
        await settled(sessions)
    assert await answers(phone) == 1


async def test_a_closing_that_is_cut_off_is_finished_by_the_next_run(
    machine: Machine, sessions: async_sessionmaker[AsyncSession], tmp_path: Path
) -> None:
    office = await open_office(machine, sessions)
    due = invoices_due(office)
    async with lives_with({**os.environ, **machine.environment}, tmp_path) as lives:
        life = await lives.start(workers_at_once=1)
        async with asyncio.timeout(STARTS_IN):
            while not await issued(sessions):
                await asyncio.sleep(0.002)
        async with asyncio.timeout(ENDS_WITHIN):
            assert await lives.stop(life) == 0, life.log.read_text()
        before = await issued(sessions)
        life = await lives.start()
        async with asyncio.timeout(STARTS_IN):
            while await invoices_shown(office) != due:
                await asyncio.sleep(0.1)
        await settled(sessions)
        assert await lives.stop(life) == 0, life.log.read_text()
    assert 0 < before < sum(due.values()), "the closing was not under way"
    assert await invoices_shown(office) == due
    async with sessions() as session:
        numbers = list(await session.scalars(select(Invoice.number).order_by(Invoice.number)))
        assert numbers == [f"INV-{office.month.year}-{count:06}" for count in range(1, sum(due.values()) + 1)]
        assert await verify(session) == []
    for each in lives.all:
        assert "Traceback" not in each.log.read_text()


async def issued(sessions: async_sessionmaker[AsyncSession]) -> int:
    async with sessions() as session:
        return await session.scalar(select(func.count()).select_from(Invoice)) or 0
