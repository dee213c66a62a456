"""The clock: reading, setting, freezing it."""

from __future__ import annotations

import asyncio

from starlette.requests import Request

from playground.control.reading import Body, json_body
from playground.fields import optional_boolean
from playground.world import World

LAST_DATE = (1 << 31) - 1
"""The Bot API's dates have 32 bits."""


def clock_json(world: World) -> Body:
    return {"now": world.clock.now(), "frozen": world.clock.frozen}


async def show(_: Request, world: World) -> Body:
    return clock_json(world)


async def move(request: Request, world: World) -> Body:
    body = await json_body(request)
    freeze = optional_boolean(body, "freeze")
    await asyncio.sleep(0)  # who was just about to wait begins to, so that it is shortened too
    if freeze:
        world.clock.freeze()
    if "set" in body:
        world.clock.set(_seconds(body, "set", LAST_DATE))
    if "advance" in body:
        world.clock.advance(_seconds(body, "advance", LAST_DATE - world.clock.now()))
    if "freeze" in body and not freeze:
        world.clock.resume()
    world.events.publish("clock", None, lambda: clock_json(world))
    return clock_json(world)


def _seconds(body: Body, name: str, most: float) -> float:
    value = body[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise ValueError(f"{name} is a number of seconds, 0 or more, that leads to no date after 2038.")
    return float(value)
