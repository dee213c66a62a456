"""Groups: making them, the bot's place in them, upgrading them."""

from __future__ import annotations

from starlette.requests import Request

from playground.control.reading import Body, NotFoundError, bot_of, json_body
from playground.fields import optional_boolean, optional_string, required_string
from playground.model import BOT_STATUSES
from playground.people import tell_membership
from playground.world import World


async def add(request: Request, world: World) -> Body:
    bot = bot_of(request, world)
    body = await json_body(request)
    ids = body.get("member_ids")
    members = [user for user in world.users.values() if user.id in ids] if isinstance(ids, list) else []
    if not members or len(members) != len(ids or ()):
        raise ValueError("A group's member_ids are the ids of people who exist, one at least.")
    is_supergroup = optional_string(body, "type") == "supergroup"
    chat = world.add_group(bot, required_string(body, "title"), members, is_supergroup=is_supergroup)
    tell_membership(world, chat, members[0], "left", "member")
    return {**chat.to_json(), "bot": chat.bot_status}


async def change(request: Request, world: World) -> Body:
    bot = bot_of(request, world)
    chat_id = request.path_params["chat_id"]
    chat = world.chats.get((bot.id, int(chat_id))) if chat_id.removeprefix("-").isdigit() else None
    if chat is None or chat.user is not None:
        raise NotFoundError("There is no such group.")
    body = await json_body(request)
    for status in BOT_STATUSES:
        if body.get("bot") == status != chat.bot_status:
            old, chat.bot_status = chat.bot_status, status
            tell_membership(world, chat, chat.members[0], old, status)
            world.group_changed(chat)
    if optional_boolean(body, "upgrade") and chat.type == "group" and chat.upgraded_to is None:
        upgraded = world.add_group(bot, chat.title, chat.members, is_supergroup=True)
        chat.upgraded_to = upgraded.id
        world.group_changed(chat)
        return {**upgraded.to_json(), "bot": upgraded.bot_status}
    return {**chat.to_json(), "bot": chat.bot_status}
