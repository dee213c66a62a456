"""The people who have phones."""

from __future__ import annotations

from starlette.requests import Request

from playground.control.reading import Body, json_body, user_of
from playground.fields import optional_boolean, optional_integer, optional_string
from playground.screens import user_json
from playground.world import World


async def show(_: Request, world: World) -> list[Body]:
    return [user_json(user) for user in world.users.values()]


async def add(request: Request, world: World) -> Body:
    body = await json_body(request)
    first_name = optional_string(body, "first_name").strip()
    if not first_name:
        raise ValueError("A person needs a first_name.")
    user_id = optional_integer(body, "id")
    if user_id < 0:
        raise ValueError("A person's id is a positive number.")
    user = world.add_user(
        first_name,
        last_name=optional_string(body, "last_name") or None,
        username=optional_string(body, "username") or None,
        language_code=optional_string(body, "language_code") or "en",
        user_id=user_id or None,
    )
    return user_json(user)


async def change(request: Request, world: World) -> Body:
    user = user_of(request, world)
    body = await json_body(request)
    for name in ("first_name", "last_name", "username", "language_code"):
        value = optional_string(body, name)
        if value or (name in body and name in {"last_name", "username"}):
            setattr(user, name, value or None)
    if "deactivated" in body:
        user.deactivated = optional_boolean(body, "deactivated")
    world.user_changed(user)
    return user_json(user)
