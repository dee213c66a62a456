"""Notifications at Telegram's pace, with its limits on: none refused, none twice, none late, and answers meanwhile."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot.delivery.rate_limiter import SPARE
from domain.accounts.model import ChatLink
from domain.notifications.model import BLOCKED, Notification, NotificationState
from playground.app import Playground
from playground.phone import PlaygroundClient
from playground.server import RunningPlayground
from playground.settings import FloodLimits, Settings
from tests.faults.conftest import Machine
from tests.faults.crowd import Answers, Crowd

RATE = 100
"""Messages a second to all chats, in these tests: so they last seconds instead of minutes."""
TWO = ("first", "second")


@pytest.fixture
async def crowd(database_url: str, tmp_path: Path, sessions: async_sessionmaker[AsyncSession]) -> AsyncIterator[Crowd]:
    playground = Playground(Settings(flood=FloodLimits(overall=RATE), kept_calls=20_000))
    async with RunningPlayground(playground) as served, PlaygroundClient(served.url) as client:
        account = await client.add_bot(username="office_bot")
        environment = {
            "TELEGRAM_BOT_TOKEN": account.token,
            "TELEGRAM_API_URL": served.url,
            "DATABASE_URL": database_url,
            "DATA_FOLDER": str(tmp_path),
            "BCRYPT_ROUNDS": "4",
            "SEND_RATE": str(RATE),
            "QUIET_HOURS": "00:00-00:00",
        }
        yield Crowd(Machine(client, account, environment), playground, sessions)


async def test_they_go_out_at_the_allowed_rate_and_answers_come_at_once(crowd: Crowd) -> None:
    people = await crowd.add(400)
    reader, *others = people
    phone = await crowd.phone(reader)
    await crowd.tell(others, TWO)
    messages = len(others) * len(TWO)
    async with crowd.machine.bot() as bot:
        await crowd.until_called(bot, 1)
        answers = Answers(crowd, phone)
        asking = asyncio.create_task(answers.measure())
        await crowd.until_done(bot)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    assert crowd.refused() == []
    assert Counter(tuple(crowd.shown(person)) for person in others) == {TWO: len(others)}
    sent = [call["at"] for call in crowd.calls()]
    lasted = max(sent) - min(sent)
    # As long as the rate says. A quarter more is for a machine that is busy with other tests.
    assert messages / RATE * 0.95 < lasted < (messages + len(answers.went_before)) / (RATE * (1 - SPARE)) * 1.25
    assert len(answers.went_before) > 3
    assert answers.p95 < RATE, "no more than a second's messages go before an answer"


async def test_after_a_kill_it_goes_on_where_it_was(crowd: Crowd) -> None:
    """Twice comes only what was sent and not yet marked when the kill fell."""
    people = await crowd.add(250)
    await crowd.tell(people, TWO)
    async with crowd.machine.bot() as bot:
        await crowd.until_called(bot, len(people))
        bot.process.kill()
        await bot.killed()
    async with crowd.sessions() as session:
        marked = set(
            await session.execute(
                select(Notification.user_id, Notification.dedupe_key).where(
                    Notification.state == NotificationState.SENT
                )
            )
        )
    in_the_window = {
        (person.user_id, text)
        for person in people
        for text in crowd.shown(person)
        if (person.user_id, f"{person.user_id}:bonus_given:{text}") not in marked
    }
    async with crowd.machine.bot() as bot:
        await crowd.until_done(bot)
    assert crowd.refused() == []
    assert 0 < len(marked) < len(people) * len(TWO)
    seen = {person.user_id: Counter(crowd.shown(person)) for person in people}
    assert all(set(texts) == set(TWO) for texts in seen.values())
    twice = {(user_id, text) for user_id, texts in seen.items() for text, times in texts.items() if times > 1}
    assert twice == in_the_window
    assert max(times for texts in seen.values() for times in texts.values()) <= 2
    assert [list(dict.fromkeys(crowd.shown(person))) for person in people] == [list(TWO)] * len(people)


async def test_who_blocked_the_bot_is_asked_once_and_holds_up_nobody(crowd: Crowd) -> None:
    people = await crowd.add(60)
    gone, here = people[:50], people[50:]
    chats = crowd.playground.world.chats
    for person in gone:
        chats[crowd.machine.account.id, person.chat_id].blocked = True
    await crowd.tell(gone, TWO)
    await crowd.tell(here, TWO)
    async with crowd.machine.bot() as bot:
        await crowd.until_done(bot)
    assert Counter(tuple(crowd.shown(person)) for person in here) == {TWO: len(here)}
    tries = Counter(call["chat_id"] for call in crowd.calls(failed=True))
    assert tries == {str(person.chat_id): 1 for person in gone}
    async with crowd.sessions() as session:
        marked = set(await session.scalars(select(ChatLink.chat_id).where(ChatLink.blocked_at.is_not(None))))
        dead = select(Notification.last_error).where(Notification.state == NotificationState.DEAD)
        assert Counter(await session.scalars(dead)) == {BLOCKED: len(gone) * len(TWO)}
    assert marked == {person.chat_id for person in gone}


async def test_a_chat_that_is_to_wait_waits_alone_and_keeps_its_order(crowd: Crowd) -> None:
    people = await crowd.add(40)
    slow, *others = people
    await crowd.machine.playground.order_fault("429", chat_id=slow.chat_id, retry_after=3)
    await crowd.tell(people, TWO)
    async with crowd.machine.bot() as bot:
        await crowd.until_done(bot)
    [refused] = crowd.refused()
    sent = {
        person: [call["at"] for call in crowd.calls(failed=False) if call["chat_id"] == str(person.chat_id)]
        for person in people
    }
    assert min(sent[slow]) - refused["at"] >= 3
    assert max(max(sent[person]) for person in others) < min(sent[slow])
    assert crowd.shown(slow) == list(TWO)


async def test_the_whole_bot_waits_where_telegram_asks_it_to(crowd: Crowd) -> None:
    """Two chats that are refused at once: the limit is the bot's. Answers wait as well."""
    people = await crowd.add(150)
    reader, *others = people
    phone = await crowd.phone(reader)
    await crowd.tell(others, ["one"])
    async with crowd.machine.bot() as bot:
        await crowd.until_called(bot, 20)
        await crowd.machine.playground.order_fault("429", method="sendMessage", retry_after=3, times=2)
        await crowd.until_refused(bot, 2)
        await phone.say("/menu")
        await phone.wait_for("⚙️ More", timeout=20)
        await crowd.until_done(bot)
    refused = max(call["at"] for call in crowd.refused())
    # What was on its way in that moment arrives yet.
    on_the_way = 0.5
    after = [call["at"] - refused for call in crowd.calls(failed=False) if call["at"] > refused + on_the_way]
    assert min(after) >= 3
    assert len(crowd.refused()) == 2
    assert Counter(tuple(crowd.shown(person)) for person in others) == {("one",): len(others)}


async def test_restarts_one_after_another_make_no_burst(crowd: Crowd) -> None:
    """Each process begins without knowing what the one before it sent."""
    people = await crowd.add(150)
    # Next to nothing is let wait: what comes too early is refused. Half a second is for a playground that was held up
    # itself, and finds all that came meanwhile at once.
    flood = crowd.playground.world.floods[crowd.machine.account.id]
    flood._limits = replace(flood._limits, absorbed=0.5)
    await crowd.tell(people, TWO)
    for already in (0, 30, 60):
        async with crowd.machine.bot() as bot:
            await crowd.until_called(bot, already + 30)
            bot.process.kill()
            await bot.killed()
    async with crowd.machine.bot() as bot:
        await crowd.until_done(bot)
    assert crowd.refused() == []
