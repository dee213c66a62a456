"""The log of the bots' calls."""

from __future__ import annotations

from starlette.requests import Request

from playground.control.reading import Body, asked_number
from playground.world import World


async def show(request: Request, world: World) -> list[Body]:
    query = request.query_params
    found = [
        call
        for call in world.calls
        if call["id"] > asked_number(request, "after", 0)
        and ("bot_id" not in query or str(call["bot_id"]) == query["bot_id"])
        and ("method" not in query or call["method"].lower() == query["method"].lower())
        and ("chat_id" not in query or call["chat_id"] == query["chat_id"])
        and (query.get("failed") != "1" or not call["ok"])
    ]
    return found[-int(asked_number(request, "limit", len(found) or 1)) :]


async def clear(_: Request, world: World) -> Body:
    world.calls.clear()
    # Pages that watch load the state anew, and with it the empty log.
    world.events.publish("reset", None, dict)
    return {}
