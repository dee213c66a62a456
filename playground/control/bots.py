"""The bots: making them, revoking their tokens."""

from __future__ import annotations

from starlette.requests import Request

from playground.control.reading import Body, bot_of, json_body
from playground.fields import optional_boolean, optional_string
from playground.screens import bot_json
from playground.world import World


async def show(_: Request, world: World) -> list[Body]:
    return [bot_json(bot) for bot in world.bots.values()]


async def add(request: Request, world: World) -> Body:
    body = await json_body(request)
    bot = world.add_bot(
        optional_string(body, "token") or None,
        username=optional_string(body, "username") or None,
        first_name=optional_string(body, "first_name") or None,
    )
    bot.reads_all_group_messages = optional_boolean(body, "reads_all_group_messages")
    world.events.publish("bot", None, lambda: {"bot": bot_json(bot)})
    return bot_json(bot)


async def change(request: Request, world: World) -> Body:
    bot = bot_of(request, world)
    body = await json_body(request)
    if "revoked" in body:
        bot.revoked = optional_boolean(body, "revoked")
    world.events.publish("bot", None, lambda: {"bot": bot_json(bot)})
    return bot_json(bot)
