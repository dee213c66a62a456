"""What the fault tests stand on: a bot in this process, whose log can be read, and what its people see."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.interface import Register
from handlers.registration import register
from playground.app import Playground
from playground.phone import Phone, PlaygroundClient
from playground.server import RunningPlayground
from playground.settings import Settings as PlaygroundSettings
from tests.flows.stage import START, Stage, stage_settings
from tests.support.clock import SetClock


@asynccontextmanager
async def staged(
    database_url: str, folder: Path, *, handlers: Register = register, **settings: Any
) -> AsyncIterator[Stage]:
    """A running bot without people."""
    playground = Playground(PlaygroundSettings(flood=None))
    async with RunningPlayground(playground) as served, PlaygroundClient(served.url) as client:
        account = await client.add_bot(username="office_bot", first_name="Office")
        values = stage_settings(served.url, account, database_url, folder, **settings)
        made = Stage(client, account, values, SetClock(START), handlers)
        await made.start()
        try:
            yield made
        finally:
            await made.stop()


async def said(phone: Phone) -> list[str]:
    """What the bot wrote in the chat, oldest first."""
    return [each.text for each in (await phone.screen()).messages if not each.is_mine]


async def shown(phone: Phone, text: str) -> int:
    """How many of the bot's messages hold a text."""
    return sum(text in each for each in await said(phone))
