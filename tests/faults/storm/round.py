"""One storm over one office, from its first kill to the verdict."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot.database.models import InboundUpdate, UpdateState
from domain.files.model import FileState, FileUpload
from domain.notifications.model import Notification, NotificationState
from playground.phone import WHOLE_CHAT
from playground.settings import Settings
from tests.faults.conftest import machine_with
from tests.faults.storm.chats import judge_chats, stale_cards
from tests.faults.storm.judge import Evidence, judge_database
from tests.faults.storm.lives import lives_with
from tests.faults.storm.office import Office, open_office
from tests.faults.storm.scripts import Scripts
from tests.faults.storm.weather import Kill, storm

SETTLES_IN: Final = 60.0
PLAYGROUND: Final = Settings(flood=None, kept_calls=20_000, callback_answer_seconds=120)
"""What it remembers, the judge reads; a tap may be answered as late as the bot comes back."""


async def weather_round(
    kills: Iterator[Kill],
    count: int,
    seed: int,
    *,
    database_url: str,
    sessions: async_sessionmaker[AsyncSession],
    folder: Path,
) -> None:
    """Lets people work through so many kills, then in calm until all is done, and judges.

    Raises:
        AssertionError: Something was lost, done twice, or left half done; with all that was found, and the seed.
    """
    async with machine_with(PLAYGROUND, database_url, folder) as machine:
        office = await open_office(machine, sessions)
        scripts = Scripts(office, seed)
        async with lives_with({**os.environ, **machine.environment}, folder) as lives:
            working = asyncio.create_task(scripts.run())
            try:
                await storm(machine, lives, kills, count)
                calm = await lives.start()
                scripts.end()
                await working
                await _go_home(office)
                await settled(sessions)
                stale = await _look_at_stale_cards(office, sessions)
            finally:
                working.cancel()
                await asyncio.gather(working, return_exceptions=True)
            code = await lives.stop(calm)
        evidence = Evidence(office, scripts.book, machine, lives.all)
        found = await judge_database(evidence, sessions)
        more, repeated = await judge_chats(evidence, sessions)
    points = sorted({life.point for life in lives.kills} - {""})
    print(
        f"{len(lives.kills)} kills, seed {seed}: {len(scripts.book.handed)} orders, {len(scripts.book.adjusted)} "
        f"adjustments, {scripts.book.log_ins} log-ins; {repeated} messages came twice, {stale} cards were left behind. "
        f"Points: {', '.join(points)}"
    )
    if stale > repeated:
        # One that arrived and was not noted has arrived twice.
        found.append(f"{stale} cards were left behind, and only {repeated} messages came twice")
    found += more
    assert code == 0
    assert not found, f"seed {seed}:\n" + "\n".join(found)


async def _look_at_stale_cards(office: Office, sessions: async_sessionmaker[AsyncSession]) -> int:
    """A kill may leave a copy of a card behind the order that it shows: the first tap on it brings the truth."""
    async with sessions() as session:
        stale = await stale_cards(office, session)
    for card in stale:
        shown = next(
            each for each in (await card.phone.screen(newest=WHOLE_CHAT)).messages if each.id == card.message_id
        )
        await card.phone.tap(shown.buttons[0].text, message_id=card.message_id)
        await card.phone.wait_for(card.headline.strip(), timeout=SETTLES_IN)
    await settled(sessions)
    return len(stale)


async def _go_home(office: Office) -> None:
    """Each phone can begin anew."""
    for phone in office.phones:
        await phone.say("/menu")
        await phone.wait_for("⚙️ More", timeout=SETTLES_IN)


async def settled(sessions: async_sessionmaker[AsyncSession]) -> None:
    """Waits until nothing is on its way."""
    open_rows = (
        select(func.count()).where(InboundUpdate.state != UpdateState.ANSWERED),
        select(func.count()).where(Notification.state == NotificationState.QUEUED),
        select(func.count()).where(FileUpload.state == FileState.PENDING),
    )
    deadline = time.monotonic() + SETTLES_IN
    left = [1]
    while any(left):
        assert time.monotonic() < deadline, f"updates, notifications and files that are still open: {left}"
        await asyncio.sleep(0.1)
        async with sessions() as session:
            left = [await session.scalar(each) or 0 for each in open_rows]
