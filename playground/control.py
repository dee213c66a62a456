"""The control API: JSON over HTTP to drive the phones, watch the chats, order faults and move the clock."""

from __future__ import annotations

import asyncio
import inspect
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from http import HTTPStatus
from typing import Any

import orjson
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import Route

from playground.errors import ApiError
from playground.fields import (
    INT64,
    exact_integer,
    optional_boolean,
    optional_integer,
    optional_string,
    required_integer,
    required_string,
)
from playground.files import KINDS, FileKind
from playground.model import BOT_STATUSES, Bot, Chat, User
from playground.params import Upload
from playground.people import Person, tell_membership
from playground.samples import SAMPLES, sample_upload
from playground.screens import bot_json, group_json, screen_json, user_json
from playground.world import World

ROOT = "/playground/api"
MAX_WAIT = 60.0
"""Seconds that a call may wait for something to happen."""
EVENTS_PING = 15.0
"""Seconds between two signs of life to a page that watches."""
STATE_CALLS = 100
LAST_DATE = (1 << 31) - 1
"""The Bot API's dates have 32 bits."""
SAFE_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain")
"""Shown in the browser as they are; anything else is only ever downloaded, so that a document cannot run as a page."""

Body = dict[str, Any]
Handler = Callable[[Request, World], Awaitable[Any]]
PhoneCall = Callable[[Person, Body], Any]


class NotFoundError(ValueError):
    """The path names a bot, person, chat or fault that does not exist."""


def json_response(content: Any, status: int = HTTPStatus.OK) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")


def control_routes(world: World) -> list[Route]:
    """The routes of one playground."""

    def route(path: str, handler: Handler, *methods: str) -> Route:
        async def endpoint(request: Request) -> Response:
            if not _is_own_origin(request):
                return json_response({"error": "Only the playground's own page may call this."}, HTTPStatus.FORBIDDEN)
            try:
                result = await handler(request, world)
            except NotFoundError as error:
                return json_response({"error": str(error)}, HTTPStatus.NOT_FOUND)
            except ApiError as error:
                return json_response({"error": error.description}, HTTPStatus.BAD_REQUEST)
            except ValueError as error:
                return json_response({"error": str(error)}, HTTPStatus.BAD_REQUEST)
            return result if isinstance(result, Response) else json_response(result)

        return Route(path if path.startswith("/") else f"{ROOT}/{path}", endpoint, methods=list(methods))

    phone = "bots/{bot_id:int}/phones/{user_id:int}"
    routes = [
        route("state", _state, "GET"),
        route("events", _events, "GET"),
        route("bots", _list_bots, "GET"),
        route("bots", _add_bot, "POST"),
        route("bots/{bot_id:int}", _change_bot, "PATCH"),
        route("users", _list_users, "GET"),
        route("users", _add_user, "POST"),
        route("users/{user_id:int}", _change_user, "PATCH"),
        route("bots/{bot_id:int}/groups", _add_group, "POST"),
        route("bots/{bot_id:int}/groups/{chat_id}", _change_group, "PATCH"),
        route("calls", _list_calls, "GET"),
        route("calls", _clear_calls, "DELETE"),
        route("clock", _get_clock, "GET"),
        route("clock", _move_clock, "POST"),
        route("faults", _list_faults, "GET"),
        route("faults", _order_fault, "POST"),
        route("faults", _remove_faults, "DELETE"),
        route("faults/{fault_id:int}", _remove_faults, "DELETE"),
        route("samples", _list_samples, "GET"),
        route("/playground/files/{key:int}/{name:path}", _file, "GET"),
        route(f"{phone}/screen", _screen, "GET"),
        route(f"{phone}/inline/{{query_id}}", _inline_results, "GET"),
    ]
    for name, act in PHONE_CALLS.items():
        routes.append(route(f"{phone}/{name}", _phone_call(act), "POST"))
    return routes


def _is_own_origin(request: Request) -> bool:
    """A page of another site that is open in the same browser must not drive the phones."""
    origin = request.headers.get("origin")
    return origin is None or origin.partition("://")[2] == request.headers.get("host")


# Reading requests


async def _json_body(request: Request) -> Body:
    content = await request.body()
    try:
        body = orjson.loads(content) if content else {}
    except orjson.JSONDecodeError:
        raise ValueError("The body is not JSON.") from None
    if not isinstance(body, dict):
        raise ValueError("The body is not a JSON object.")
    return {name: value for name, value in body.items() if value is not None}


def _bot(request: Request, world: World) -> Bot:
    bot = world.bots.get(request.path_params["bot_id"])
    if bot is None:
        raise NotFoundError("There is no such bot.")
    return bot


def _asked_bot(request: Request, world: World) -> Bot | None:
    """The bot of `?bot_id=`, or the first; None where there is none yet."""
    if "bot_id" not in request.query_params:
        return next(iter(world.bots.values()), None)
    bot = world.bots.get(_asked_id(request, "bot_id") or 0)
    if bot is None:
        raise NotFoundError("There is no such bot.")
    return bot


def _user(request: Request, world: World) -> User:
    user = world.users.get(request.path_params["user_id"])
    if user is None:
        raise NotFoundError("There is no such person.")
    return user


def _chat(bot: Bot, user: User, world: World, chat_id: int | None) -> Chat:
    if chat_id is None or chat_id == user.id:
        return world.private_chat(bot, user)
    chat = world.chats.get((bot.id, chat_id))
    if chat is None or user not in chat.members:
        raise NotFoundError("This person is in no such chat.")
    return chat


def _asked_id(request: Request, name: str) -> int | None:
    """The id in the query string, None where there is none."""
    asked = request.query_params.get(name)
    if not asked:
        return None
    number = exact_integer(asked, INT64)
    if number is None:
        raise ValueError(f"{name} is a whole number.")
    return number


def _number(request: Request, name: str, default: float) -> float:
    try:
        number = float(request.query_params.get(name, default))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"{name} is a number.")
    return number


# The whole


async def _state(request: Request, world: World) -> Body:
    bot = _asked_bot(request, world)
    phones = []
    if bot is not None:
        for user in world.users.values():
            chat = world.private_chat(bot, user)
            phones.append({"user": user_json(user), "screen": screen_json(world, chat, user)})
    return {
        "bots": [bot_json(each) for each in world.bots.values()],
        "bot_id": None if bot is None else bot.id,
        "event_id": world.events.last_id,
        "clock": _clock_json(world),
        "phones": phones,
        "groups": [group_json(chat) for chat in world.chats.values() if chat.bot is bot and chat.user is None],
        "faults": world.faults.to_json(),
        "samples": SAMPLES,
        "calls": [call for call in world.calls if bot is None or call["bot_id"] in {bot.id, None}][-STATE_CALLS:],
    }


async def _events(request: Request, world: World) -> Response:
    bot = _asked_bot(request, world)
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


async def _list_bots(_: Request, world: World) -> list[Body]:
    return [bot_json(bot) for bot in world.bots.values()]


async def _add_bot(request: Request, world: World) -> Body:
    body = await _json_body(request)
    bot = world.add_bot(
        optional_string(body, "token") or None,
        username=optional_string(body, "username") or None,
        first_name=optional_string(body, "first_name") or None,
    )
    bot.reads_all_group_messages = optional_boolean(body, "reads_all_group_messages")
    world.events.publish("bot", None, lambda: {"bot": bot_json(bot)})
    return bot_json(bot)


async def _change_bot(request: Request, world: World) -> Body:
    bot = _bot(request, world)
    body = await _json_body(request)
    if "revoked" in body:
        bot.revoked = optional_boolean(body, "revoked")
    world.events.publish("bot", None, lambda: {"bot": bot_json(bot)})
    return bot_json(bot)


async def _list_users(_: Request, world: World) -> list[Body]:
    return [user_json(user) for user in world.users.values()]


async def _add_user(request: Request, world: World) -> Body:
    body = await _json_body(request)
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


async def _change_user(request: Request, world: World) -> Body:
    user = _user(request, world)
    body = await _json_body(request)
    for name in ("first_name", "last_name", "username", "language_code"):
        value = optional_string(body, name)
        if value or (name in body and name in {"last_name", "username"}):
            setattr(user, name, value or None)
    if "deactivated" in body:
        user.deactivated = optional_boolean(body, "deactivated")
    world.user_changed(user)
    return user_json(user)


async def _add_group(request: Request, world: World) -> Body:
    bot = _bot(request, world)
    body = await _json_body(request)
    ids = body.get("member_ids")
    members = [user for user in world.users.values() if user.id in ids] if isinstance(ids, list) else []
    if not members or len(members) != len(ids or ()):
        raise ValueError("A group's member_ids are the ids of people who exist, one at least.")
    is_supergroup = optional_string(body, "type") == "supergroup"
    chat = world.add_group(bot, required_string(body, "title"), members, is_supergroup=is_supergroup)
    tell_membership(world, chat, members[0], "left", "member")
    return {**chat.to_json(), "bot": chat.bot_status}


async def _change_group(request: Request, world: World) -> Body:
    bot = _bot(request, world)
    chat_id = request.path_params["chat_id"]
    chat = world.chats.get((bot.id, int(chat_id))) if chat_id.removeprefix("-").isdigit() else None
    if chat is None or chat.user is not None:
        raise NotFoundError("There is no such group.")
    body = await _json_body(request)
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


async def _list_calls(request: Request, world: World) -> list[Body]:
    query = request.query_params
    found = [
        call
        for call in world.calls
        if call["id"] > _number(request, "after", 0)
        and ("bot_id" not in query or str(call["bot_id"]) == query["bot_id"])
        and ("method" not in query or call["method"].lower() == query["method"].lower())
        and ("chat_id" not in query or call["chat_id"] == query["chat_id"])
        and (query.get("failed") != "1" or not call["ok"])
    ]
    return found[-int(_number(request, "limit", len(found) or 1)) :]


async def _clear_calls(_: Request, world: World) -> Body:
    world.calls.clear()
    # Pages that watch load the state anew, and with it the empty log.
    world.events.publish("reset", None, dict)
    return {}


def _clock_json(world: World) -> Body:
    return {"now": world.clock.now(), "frozen": world.clock.frozen}


async def _get_clock(_: Request, world: World) -> Body:
    return _clock_json(world)


async def _move_clock(request: Request, world: World) -> Body:
    body = await _json_body(request)
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
    world.events.publish("clock", None, lambda: _clock_json(world))
    return _clock_json(world)


def _seconds(body: Body, name: str, most: float) -> float:
    value = body[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise ValueError(f"{name} is a number of seconds, 0 or more, that leads to no date after 2038.")
    return float(value)


async def _list_faults(_: Request, world: World) -> list[Body]:
    return world.faults.to_json()


async def _order_fault(request: Request, world: World) -> Body:
    fault = world.faults.order(await _json_body(request))
    world.faults_changed()
    return fault.to_json()


async def _remove_faults(request: Request, world: World) -> Body:
    fault_id = request.path_params.get("fault_id")
    if not world.faults.remove(fault_id) and fault_id is not None:
        raise NotFoundError("There is no such fault.")
    world.faults_changed()
    return {}


async def _list_samples(_: Request, __: World) -> list[Body]:
    return SAMPLES


async def _file(request: Request, world: World) -> Response:
    stored = world.files.get(request.path_params["key"])
    if stored is None:
        raise NotFoundError("This file is no longer kept.")
    is_safe = stored.mime_type in SAFE_TYPES
    return FileResponse(
        world.files.path(stored),
        media_type=stored.mime_type if is_safe else "application/octet-stream",
        filename=stored.file_name,
        content_disposition_type="inline" if is_safe and "download" not in request.query_params else "attachment",
        headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "private, max-age=3600"},
    )


# A phone


async def _screen(request: Request, world: World) -> Body:
    user = _user(request, world)
    chat = _chat(_bot(request, world), user, world, _asked_id(request, "chat_id"))
    since = _number(request, "since", -1)
    timeout = min(_number(request, "timeout", 0), MAX_WAIT)
    deadline = asyncio.get_running_loop().time() + timeout
    while (
        chat.version <= since and not world.events.closed and (left := deadline - asyncio.get_running_loop().time()) > 0
    ):
        await world.events.news(world.events.last_id, left)
    return screen_json(world, chat, user)


async def _inline_results(request: Request, world: World) -> Body:
    inline = world.inline_queries.get(request.path_params["query_id"])
    if inline is None:
        raise NotFoundError("There is no such inline query.")
    try:
        await asyncio.wait_for(inline.answered.wait(), min(_number(request, "timeout", 0), MAX_WAIT))
    except TimeoutError:
        raise ValueError("The bot has not answered.") from None
    shown = [
        {"id": each["id"], "type": each["type"], "title": each["title"], "description": each["description"]}
        for each in inline.results
    ]
    return {"results": shown, "button": inline.button, "next_offset": inline.next_offset}


def _phone_call(act: PhoneCall) -> Handler:
    async def handle(request: Request, world: World) -> Body:
        bot, user = _bot(request, world), _user(request, world)
        body = await _phone_body(request)
        chat_id = optional_integer(body, "chat_id") if body.get("chat_id") is not None else None
        result = act(Person(world, _chat(bot, user, world, chat_id), user), body)
        if inspect.isawaitable(result):
            result = await result
        if result is None or isinstance(result, dict):
            return result or {}
        messages = result if isinstance(result, list) else [result]
        return {"message_ids": [message.id for message in messages]}

    return handle


async def _phone_body(request: Request) -> Body:
    """A phone's call: JSON, or a form with files; `files` holds what is to be sent."""
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        form = await request.form(max_files=20)
        try:
            return await _form_body(form)
        finally:
            await form.close()
    body = await _json_body(request)
    names = body.get("samples", [body["sample"]] if "sample" in body else [])
    if not isinstance(names, list):
        raise ValueError("samples is a list of names.")
    return {**body, "files": [await asyncio.to_thread(sample_upload, str(name)) for name in names]}


async def _form_body(form: FormData) -> Body:
    body: Body = {"files": []}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            kind = value.content_type or "application/octet-stream"
            body["files"].append(Upload(value.filename or "file", kind, await value.read()))
        else:
            body[name] = value
    return body


def _one_file(body: Body) -> Upload:
    if len(body["files"]) != 1:
        raise ValueError("Give one file, or the name of one sample.")
    upload: Upload = body["files"][0]
    return upload


def _file_kind(body: Body) -> FileKind:
    kind = optional_string(body, "kind") or "photo"
    for known in KINDS:
        if kind == known:
            return known
    raise ValueError("An album's kind is photo or document.")


def _reply_to(body: Body) -> int | None:
    return optional_integer(body, "reply_to") or None


def _send_file(kind: FileKind) -> PhoneCall:
    return lambda person, body: person.send_file(
        kind, _one_file(body), optional_string(body, "caption"), _reply_to(body)
    )


def _delete(person: Person, body: Body) -> None:
    ids = body.get("message_ids", [])
    if not isinstance(ids, list) or not all(isinstance(each, int) for each in ids):
        raise ValueError("message_ids is a list of numbers.")
    person.delete(ids)


PHONE_CALLS: dict[str, PhoneCall] = {
    "open": lambda person, body: person.open(optional_string(body, "payload")),
    "say": lambda person, body: person.say(optional_string(body, "text"), _reply_to(body)),
    "photo": _send_file("photo"),
    "document": _send_file("document"),
    "album": lambda person, body: person.send_album(
        _file_kind(body), body["files"], optional_string(body, "caption"), _reply_to(body)
    ),
    "forward": lambda person, body: person.forward(
        optional_string(body, "from_name"),
        optional_string(body, "text"),
        optional_integer(body, "message_id") or None,
    ),
    "contact": lambda person, _: person.share_contact(),
    "tap": lambda person, body: person.tap(
        required_integer(body, "message_id"),
        required_integer(body, "row"),
        required_integer(body, "column"),
        optional_string(body, "text"),
    ),
    "inline": lambda person, body: {
        "inline_query_id": person.ask_inline(optional_string(body, "query"), optional_string(body, "offset"))
    },
    "choose": lambda person, body: person.choose_inline(
        required_string(body, "inline_query_id"), required_string(body, "result_id")
    ),
    "edit": lambda person, body: person.edit(required_integer(body, "message_id"), optional_string(body, "text")),
    "delete": _delete,
    "block": lambda person, _: person.block(blocked=True),
    "unblock": lambda person, _: person.block(blocked=False),
}
