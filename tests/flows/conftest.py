"""A stage for each test, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from playground.app import Playground
from playground.phone import PlaygroundClient
from playground.server import RunningPlayground
from playground.settings import Settings as PlaygroundSettings
from tests.flows.stage import START, Stage, stage_settings
from tests.support.clock import SetClock
from tests.support.fixtures import *  # noqa: F403


@pytest.fixture
async def stage(database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """A running bot without people, on a playground without flood limits."""
    playground = Playground(PlaygroundSettings(flood=None))
    async with RunningPlayground(playground) as served, PlaygroundClient(served.url) as client:
        account = await client.add_bot(username="office_bot", first_name="Office")
        settings = stage_settings(served.url, account, database_url, tmp_path)
        made = Stage(client, account, settings, SetClock(START))
        await made.start()
        try:
            yield made
        finally:
            await made.stop()
