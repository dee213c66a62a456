"""The bots of a storm: one life after another, each with its log."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
STARTS_IN = 60.0
ENDS_IN = 30.0
WORKERS_AT_ONCE = 4
"""In a batch of a closing: so few that a closing has many."""


@dataclass(slots=True)
class Life:
    """One bot, from its start to its end."""

    number: int
    log: Path
    began: float
    """In seconds since 1970, as the end: the playground's log of calls has them too."""
    point: str = ""
    ended: float = 0.0
    code: asyncio.Future[int] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    @property
    def was_killed(self) -> bool:
        return self.code.done() and self.code.result() == -signal.SIGKILL


class Lives:
    """Starts bots and ends them; see `forking`."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path) -> None:
        self._process = process
        self._folder = folder
        self.all: list[Life] = []

    def start(self, point: str = "", passing: int = 1, *, workers_at_once: int = WORKERS_AT_ONCE) -> Life:
        """A bot begins; with `point`, it dies when it gets there for that time."""
        number = len(self.all)
        life = Life(number, self._folder / f"bot-{number:03}.log", time.time(), point)
        life.log.touch()
        self.all.append(life)
        self._order({"log": str(life.log), "point": point, "passing": passing, "workers_at_once": workers_at_once})
        return life

    async def kill(self, life: Life) -> None:
        """SIGKILL, unless it has ended already."""
        await self._end(life, signal.SIGKILL)

    async def stop(self, life: Life) -> int:
        """SIGTERM; the exit code."""
        await self._end(life, signal.SIGTERM)
        return life.code.result()

    async def _end(self, life: Life, number: signal.Signals) -> None:
        if not life.code.done():
            self._order({"signal": number})
        await asyncio.wait_for(asyncio.shield(life.code), ENDS_IN)

    @property
    def kills(self) -> list[Life]:
        return [life for life in self.all if life.was_killed]

    def _order(self, order: Mapping[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")

    async def listen(self) -> None:
        """Takes note of the bots' ends, until it is cancelled."""
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            said = json.loads(line)
            if "ended" in said:
                life = self.all[-1]
                life.ended = time.time()
                life.code.set_result(said["ended"])


@asynccontextmanager
async def forking_bots(environment: Mapping[str, str], folder: Path) -> AsyncIterator[Lives]:
    """Bots with these environment variables. None is left at the end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.faults.storm.forking",
        cwd=ROOT,
        env=dict(environment),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    lives = Lives(process, folder)
    try:
        assert await asyncio.wait_for(process.stdout.readline(), STARTS_IN), "the program cannot be imported"
        async with asyncio.TaskGroup() as group:
            listening = group.create_task(lives.listen())
            yield lives
            process.stdin.close()
            await listening
    finally:
        process.stdin.close()
        await process.wait()
