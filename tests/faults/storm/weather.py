"""When the bots of a storm are killed: a plan that its seed repeats."""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tests.faults.crashing_bot import POINTS

if TYPE_CHECKING:
    from tests.faults.conftest import Machine
    from tests.faults.storm.lives import Life, Lives

SHORTEST, LONGEST = 0.005, 2.0
"""Seconds until a random kill."""
POINT_WAITS = 5.0
"""Seconds in which a point is to be passed. If it is not, as there was nothing to do there, the bot ends in peace."""
MAX_PASSINGS: Final = {"closing: before a batch": 6, "closing: between": 6, "file": 3, "album": 2}
"""By how the names of points begin."""
ONCE: Final = ("about to", "migrated", "connected", "recovered", "closing: before its", "closing: done")
"""Points that a life passes once."""
OFTEN: Final = 8


@dataclass(frozen=True, slots=True)
class Kill:
    """At the PASSING-th passing of a point; or, without one, after so many seconds.

    Those are counted from the start, or from the first call to Telegram, when the database is open and work begins.
    """

    point: str = ""
    passing: int = 1
    after: float = 0.0
    from_start: bool = False


def random_kills(seed: int) -> Iterator[Kill]:
    """Without end, at moments that are as often early as late."""
    chance = random.Random(seed)
    while True:
        after = math.exp(chance.uniform(math.log(SHORTEST), math.log(LONGEST)))
        yield Kill(after=after, from_start=chance.random() < 0.25)


def kills_at_points(seed: int) -> Iterator[Kill]:
    """Without end; each point once before one comes again, and those of a closing first, while there is one to do."""
    chance = random.Random(seed)
    names = [*POINTS]
    while True:
        chance.shuffle(names)
        for name in sorted(names, key=lambda each: not each.startswith("closing")):
            yield Kill(name, passing=chance.randint(1, _most_passings(name)))


def _most_passings(name: str) -> int:
    if name.startswith(ONCE):
        return 1
    return next((most for begin, most in MAX_PASSINGS.items() if name.startswith(begin)), OFTEN)


async def storm(machine: Machine, lives: Lives, kills: Iterator[Kill], count: int) -> None:
    """Starts bots and kills them, so many."""
    while len(lives.kills) < count:
        kill = next(kills)
        life = await lives.start(kill.point, kill.passing)
        if kill.point:
            await asyncio.wait((life.code,), timeout=POINT_WAITS)
            if not life.code.done():
                await lives.stop(life)
        else:
            if not kill.from_start:
                await _first_call(machine, life)
            await asyncio.sleep(kill.after)
            await lives.kill(life)
        assert life.was_killed or life.code.result() == 0, life.log.read_text()


async def _first_call(machine: Machine, life: Life) -> None:
    before = await machine.playground.calls(limit=1)
    while not life.code.done():
        calls = await machine.playground.calls(after=before[-1]["id"] if before else 0, limit=1)
        if calls and calls[-1]["at"] > life.began:
            return
        await asyncio.sleep(0.02)
