"""The bots of a storm: one life after another, each with its log."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.warm import WarmProcess, start

ENDS_IN = 30.0
WORKERS_AT_ONCE = 4
"""In a batch of a closing: so few that a closing has many."""


@dataclass(slots=True)
class Life:
    """One bot, from its start to its end."""

    number: int
    process: WarmProcess
    log: Path
    began: float
    """In seconds since 1970, as the end: the playground's log of calls has them too."""
    point: str
    code: asyncio.Task[int] = field(init=False)
    ended: float = 0.0

    def __post_init__(self) -> None:
        self.code = asyncio.create_task(self._ends())

    async def _ends(self) -> int:
        code = await self.process.wait()
        self.ended = time.time()
        return code

    @property
    def was_killed(self) -> bool:
        return self.code.done() and self.code.result() == -signal.SIGKILL


class Lives:
    """Starts bots and ends them."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        self._environment = environment
        self._folder = folder
        self.all: list[Life] = []

    async def start(self, point: str = "", passing: int = 1, *, workers_at_once: int = WORKERS_AT_ONCE) -> Life:
        """A bot begins; with `point`, it dies when it gets there for that time."""
        number = len(self.all)
        log, began = self._folder / f"bot-{number:03}.log", time.time()
        dying = (point, str(passing)) if point else ()
        words = ("-m", "tests.faults.storm.bot", str(workers_at_once), *dying)
        life = Life(number, await start(*words, env=self._environment, output=log), log, began, point)
        self.all.append(life)
        return life

    async def kill(self, life: Life) -> None:
        """SIGKILL, unless it has ended already."""
        await self._end(life, signal.SIGKILL)

    async def stop(self, life: Life) -> int:
        """SIGTERM; the exit code."""
        return await self._end(life, signal.SIGTERM)

    async def _end(self, life: Life, number: signal.Signals) -> int:
        life.process.send_signal(number)
        return await asyncio.wait_for(asyncio.shield(life.code), ENDS_IN)

    @property
    def kills(self) -> list[Life]:
        return [life for life in self.all if life.was_killed]


@asynccontextmanager
async def lives_with(environment: Mapping[str, str], folder: Path) -> AsyncIterator[Lives]:
    """Bots with these environment variables. None is left at the end."""
    lives = Lives(environment, folder)
    try:
        yield lives
    finally:
        for life in lives.all:
            await lives.kill(life)
