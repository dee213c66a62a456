"""The clock: dates that can be set and frozen, waits that can be passed."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import pytest

from playground.clock import Clock
from playground.phone import Phone, PlaygroundClient, PlaygroundError

if TYPE_CHECKING:
    from tests.playground.api.raw import Api

NOON = 1_800_000_000


async def test_the_clock_runs_with_the_real_one(client: PlaygroundClient) -> None:
    clock = await client.request("GET", "clock")
    assert abs(clock["now"] - time.time()) < 5
    assert clock["frozen"] is False


async def test_a_frozen_clock_stands_still(client: PlaygroundClient, api: Api, phone: Phone) -> None:
    await client.set_clock(NOON, freeze=True)
    dates = [(await api.send(phone))["date"] for _ in range(3)]
    assert dates == [NOON] * 3
    await client.advance(90)
    assert await client.request("GET", "clock") == {"now": NOON + 90, "frozen": True}
    await client.set_clock(NOON - 1000)
    assert await client.request("GET", "clock") == {"now": NOON - 1000, "frozen": True}


async def test_a_resumed_clock_runs_on_from_where_it_was(client: PlaygroundClient) -> None:
    await client.set_clock(NOON, freeze=True)
    clock = await client.request("POST", "clock", json={"freeze": False})
    assert clock["frozen"] is False
    assert NOON <= clock["now"] < NOON + 5


@pytest.mark.parametrize(
    "change", [{"advance": -1}, {"advance": "x"}, {"set": True}, {"freeze": 1}, {"set": [NOON]}, {"advance": {}}]
)
async def test_a_change_that_makes_no_sense(client: PlaygroundClient, change: dict[str, object]) -> None:
    with pytest.raises(PlaygroundError):
        await client.request("POST", "clock", json=change)


async def test_advancing_passes_waits() -> None:
    clock = Clock()
    sleepers = [asyncio.create_task(clock.sleep(seconds)) for seconds in (10, 100)]
    await asyncio.sleep(0)
    clock.advance(10)
    await sleepers[0]
    assert not sleepers[1].done()
    clock.advance(90)
    await sleepers[1]


async def test_setting_the_date_passes_no_waits() -> None:
    clock = Clock()
    event = asyncio.Event()
    waiter = asyncio.create_task(clock.wait(event, 100))
    await asyncio.sleep(0)
    clock.set(clock.now() + 1000)
    clock.freeze()
    await asyncio.sleep(0)
    assert not waiter.done()
    event.set()
    assert await waiter is True


async def test_a_wait_tells_whether_its_event_came() -> None:
    clock = Clock()
    assert await clock.wait(asyncio.Event(), 0) is False
    waiter = asyncio.create_task(clock.wait(asyncio.Event(), 5))
    await asyncio.sleep(0)
    clock.advance(5)
    assert await waiter is False
