"""Leader election starts and stops the work, and does nothing else."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.database.lease import FileLease
from bot.leader import Leader


class SwitchedLease(FileLease):
    """A lease that the test gives and takes."""

    def __init__(self) -> None:
        super().__init__(Path())

    def give(self) -> None:
        self._hold()

    def take(self) -> None:
        self._let_go()


class Work:
    """Notes when it begins, is stopped and is cancelled."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.fails = asyncio.Event()

    async def run(self) -> None:
        self.log.append("begins")
        try:
            await self.fails.wait()
            raise ValueError("the work broke")
        except asyncio.CancelledError:
            self.log.append("cancelled")
            raise

    def stop(self) -> None:
        self.log.append("stop")


async def steps() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_it_works_whenever_the_lease_is_held_and_stops_before_it_cancels() -> None:
    lease, work = SwitchedLease(), Work()
    running = asyncio.create_task(Leader(lease, work.run, work.stop).run())
    await steps()
    assert work.log == []
    for _ in range(2):
        work.log.clear()
        lease.give()
        await steps()
        assert work.log == ["begins"]
        lease.take()
        await steps()
        assert work.log == ["begins", "stop", "cancelled"]
    running.cancel()
    await asyncio.wait([running])
    assert work.log == ["begins", "stop", "cancelled"]


async def test_the_bots_end_stops_the_work_too() -> None:
    lease, work = SwitchedLease(), Work()
    lease.give()
    running = asyncio.create_task(Leader(lease, work.run, work.stop).run())
    await steps()
    running.cancel()
    await asyncio.wait([running])
    assert work.log == ["begins", "stop", "cancelled"]


async def test_work_that_fails_ends_it_with_its_error() -> None:
    lease, work = SwitchedLease(), Work()
    lease.give()
    running = asyncio.create_task(Leader(lease, work.run, work.stop).run())
    await steps()
    work.fails.set()
    with pytest.raises(ValueError, match="the work broke"):
        await running
    assert work.log == ["begins", "stop"]
