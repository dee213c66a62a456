"""kill -9 at each point of an update's way: nothing is lost, and nothing is done twice."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot.database.models import InboundUpdate, UpdateState
from playground.phone import Phone
from tests.faults.conftest import Machine

STARTS_IN = 30.0
ANSWER = "back office"
"""A word of the answer to /help."""


async def answers(phone: Phone) -> int:
    return sum(ANSWER in message.text for message in (await phone.screen()).messages if not message.is_mine)


@pytest.mark.parametrize(
    ("point", "most"),
    [
        ("update stored", 1),
        ("before the commit", 1),
        ("after the commit", 1),
        # Between Telegram's answer and our mark it cannot be known whether the answer arrived: better twice than never.
        ("answered, not marked", 2),
    ],
)
async def test_an_update_is_answered_after_a_kill(
    machine: Machine, sessions: async_sessionmaker[AsyncSession], point: str, most: int
) -> None:
    phone = await machine.playground.add_phone(machine.account, "Ayesha")
    async with machine.bot(dying=point) as bot:
        await phone.say("/help")
        await bot.killed()
    async with machine.bot():
        await phone.wait_for(ANSWER, timeout=STARTS_IN)
        await phone.say("/cancel")
        await phone.wait_for("invite link")
    assert 1 <= await answers(phone) <= most
    async with sessions() as session:
        left = select(func.count()).where(InboundUpdate.state != UpdateState.ANSWERED)
        assert await session.scalar(left) == 0


async def test_what_telegram_was_not_told_of_comes_again_and_changes_nothing(machine: Machine) -> None:
    """A batch is stored, the bot dies before its next poll confirms it, and Telegram sends it again."""
    phone = await machine.playground.add_phone(machine.account, "Ayesha")
    await phone.say("/help")
    async with machine.bot(dying="update stored") as bot:
        await bot.killed()
    await machine.playground.order_fault("duplicate", method="message", seconds=0)
    async with machine.bot():
        await phone.wait_for(ANSWER, timeout=STARTS_IN)
        await phone.say("/cancel")
        await phone.wait_for("invite link")
    assert await answers(phone) == 1
