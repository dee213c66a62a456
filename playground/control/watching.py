"""The whole playground at one moment, and what happens from then on."""

from __future__ import annotations

from collections.abc import AsyncIterator

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from playground.control.clock import clock_json
from playground.control.reading import Body, asked_bot
from playground.fields import INT64, exact_integer
from playground.samples import SAMPLES
from playground.screens import bot_json, group_json, screen_json, user_json
from playground.world import World

EVENTS_PING = 15.0
"""Seconds between two signs of life to a page that watches."""
STATE_CALLS = 100


async def state(request: Request, world: World) -> Body:
    bot = asked_bot(request, world)
    phones = []
    if bot is not None:
        for user in world.users.values():
            chat = world.private_chat(bot, user)
            phones.append({"user": user_json(user), "screen": screen_json(world, chat, user)})
    return {
        "bots": [bot_json(each) for each in world.bots.values()],
        "bot_id": None if bot is None else bot.id,
        "event_id": world.events.last_id,
        "clock": clock_json(world),
        "phones": phones,
        "groups": [group_json(chat) for chat in world.chats.values() if chat.bot is bot and chat.user is None],
        "faults": world.faults.to_json(),
        "samples": SAMPLES,
        "calls": [call for call in world.calls if bot is None or call["bot_id"] in {bot.id, None}][-STATE_CALLS:],
    }


async def events(request: Request, world: World) -> Response:
    bot = asked_bot(request, world)
    asked = request.headers.get("last-event-id") or request.query_params.get("after") or str(world.events.last_id)
    last_id = exact_integer(asked, INT64)
    if last_id is None or last_id < 0:
        raise ValueError("The last event's id is a number.")
    stream = _event_stream(world, None if bot is None else bot.id, last_id)
    return StreamingResponse(stream, media_type="text/event-stream", headers={"Cache-Control": "no-store"})


async def _event_stream(world: World, bot_id: int | None, last_id: int) -> AsyncIterator[bytes]:
    yield b"retry: 1000\n\n"
    while not world.events.closed:
        found = world.events.after(last_id)
        if found is None:
            last_id = world.events.last_id
            yield b"id: %d\nevent: reset\ndata: {}\n\n" % last_id
        for event in found or ():
            last_id = event.id
            if event.bot_id in {None, bot_id}:
                yield b"id: %d\nevent: %s\ndata: %s\n\n" % (event.id, event.type.encode(), orjson.dumps(event.render()))
        if world.events.last_id == last_id:
            await world.events.news(last_id, EVENTS_PING)
            if world.events.last_id == last_id:
                yield b": still here\n\n"
