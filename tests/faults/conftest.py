"""The bot as a process of its own, which can be killed, or on a stage as the flow tests have it."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import time as clock_time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from domain.organization import Organization, QuietHours
from playground.app import Playground
from playground.phone import BotAccount, PlaygroundClient
from playground.server import RunningPlayground
from playground.settings import Settings
from tests.flows.stage import Stage, staged
from tests.support.fixtures import *  # noqa: F403
from tests.support.warm import WarmProcess, start

ENDS_IN = 30.0


def organization() -> Organization:
    """As the bots of these tests have it."""
    return Organization("MT Web Experts", ZoneInfo("Asia/Karachi"), "PKR", QuietHours(clock_time(0), clock_time(0)))


@dataclass(frozen=True, slots=True)
class BotProcess:
    process: WarmProcess

    async def killed(self) -> None:
        """Waits until it has died where it was to die.

        Raises:
            AssertionError: it ended in another way.
        """
        code = await asyncio.wait_for(self.process.wait(), ENDS_IN)
        assert code == -9, (await self.output()).decode()

    async def stopped(self) -> float:
        """Ends it as SIGTERM does; how many seconds it took.

        Raises:
            AssertionError: its exit code is not 0.
        """
        began = time.monotonic()
        self.process.terminate()
        code = await asyncio.wait_for(self.process.wait(), ENDS_IN)
        assert code == 0, (await self.output()).decode()
        return time.monotonic() - began

    async def output(self) -> bytes:
        return await self.process.stdout.read()


@dataclass(frozen=True, slots=True)
class Machine:
    """Where the bot runs: what it finds there survives its process."""

    playground: PlaygroundClient
    account: BotAccount
    environment: dict[str, str]

    @asynccontextmanager
    async def bot(self, *, dying: str | None = None) -> AsyncIterator[BotProcess]:
        """A bot that runs until the end of the block; `dying` names the point at which it is killed."""
        command = ["main.py", "run"] if dying is None else ["-m", "tests.faults.crashing_bot", dying]
        process = await start(*command, env={**os.environ, **self.environment})
        try:
            yield BotProcess(process)
        finally:
            if process.returncode is None:
                process.terminate()
                await asyncio.wait_for(process.communicate(), ENDS_IN)


@asynccontextmanager
async def machine_with(settings: Settings, database_url: str, folder: Path) -> AsyncIterator[Machine]:
    """A playground, and what a bot needs to know to run against it."""
    async with RunningPlayground(Playground(settings)) as served, PlaygroundClient(served.url) as client:
        account = await client.add_bot(username="office_bot")
        yield Machine(
            client,
            account,
            {
                "TELEGRAM_BOT_TOKEN": account.token,
                "TELEGRAM_API_URL": served.url,
                "DATABASE_URL": database_url,
                "DATA_FOLDER": str(folder),
                "BCRYPT_ROUNDS": "4",
                "SEND_RATE": "1000",
                "SEND_RATE_PER_CHAT": "30",
                "QUIET_HOURS": "00:00-00:00",
                "CLOSING_TIME": "00:00",  # so that last month is over and due on any day and at any hour
            },
        )


@pytest.fixture
async def machine(database_url: str, tmp_path: Path) -> AsyncIterator[Machine]:
    async with machine_with(Settings(flood=None), database_url, tmp_path) as made:
        yield made


@pytest.fixture
async def stage(database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """A bot in this process."""
    async with staged(database_url, tmp_path) as made:
        yield made
