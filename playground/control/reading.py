"""What a request asks for: its body, whom its path names, its query."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from starlette.requests import Request

from playground.fields import INT64, exact_integer
from playground.model import Bot, Chat, User
from playground.world import World

Body = dict[str, Any]
Handler = Callable[[Request, World], Awaitable[Any]]


class NotFoundError(ValueError):
    """The path names a bot, person, chat or fault that does not exist."""


async def json_body(request: Request) -> Body:
    """A body's fields; null is as good as absent."""
    content = await request.body()
    try:
        body = orjson.loads(content) if content else {}
    except orjson.JSONDecodeError:
        raise ValueError("The body is not JSON.") from None
    if not isinstance(body, dict):
        raise ValueError("The body is not a JSON object.")
    return {name: value for name, value in body.items() if value is not None}


def bot_of(request: Request, world: World) -> Bot:
    """The bot that the path names."""
    bot = world.bots.get(request.path_params["bot_id"])
    if bot is None:
        raise NotFoundError("There is no such bot.")
    return bot


def asked_bot(request: Request, world: World) -> Bot | None:
    """The bot of `?bot_id=`, or the first; None where there is none yet."""
    if "bot_id" not in request.query_params:
        return next(iter(world.bots.values()), None)
    bot = world.bots.get(asked_id(request, "bot_id") or 0)
    if bot is None:
        raise NotFoundError("There is no such bot.")
    return bot


def user_of(request: Request, world: World) -> User:
    """The person whom the path names."""
    user = world.users.get(request.path_params["user_id"])
    if user is None:
        raise NotFoundError("There is no such person.")
    return user


def chat_of(bot: Bot, user: User, world: World, chat_id: int | None) -> Chat:
    """The person's chat with this id; without one, the private chat with the bot."""
    if chat_id is None or chat_id == user.id:
        return world.private_chat(bot, user)
    chat = world.chats.get((bot.id, chat_id))
    if chat is None or user not in chat.members:
        raise NotFoundError("This person is in no such chat.")
    return chat


def asked_id(request: Request, name: str) -> int | None:
    """The id in the query string, None where there is none."""
    asked = request.query_params.get(name)
    if not asked:
        return None
    number = exact_integer(asked, INT64)
    if number is None:
        raise ValueError(f"{name} is a whole number.")
    return number


def asked_number(request: Request, name: str, default: float) -> float:
    """The finite number in the query string, or what it is where there is none."""
    try:
        number = float(request.query_params.get(name, default))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"{name} is a number.")
    return number
