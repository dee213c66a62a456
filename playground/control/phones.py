"""A phone: what it shows, and what its owner does with it."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from playground.control.reading import (
    Body,
    Handler,
    NotFoundError,
    asked_id,
    asked_number,
    bot_of,
    chat_of,
    json_body,
    user_of,
)
from playground.fields import optional_integer, optional_string, required_integer, required_string
from playground.model import CLIP_KINDS, ClipFacts, FileKind
from playground.params import Upload
from playground.people import Person
from playground.samples import sample_upload
from playground.screens import SHOWN_MESSAGES, screen_json
from playground.world import World

MAX_WAIT = 60.0
"""Seconds that a call may wait for something to happen."""

ALBUM_KINDS: tuple[FileKind, ...] = ("photo", "document")
PhoneCall = Callable[[Person, Body], Any]


async def screen(request: Request, world: World) -> Body:
    user = user_of(request, world)
    chat = chat_of(bot_of(request, world), user, world, asked_id(request, "chat_id"))
    since = asked_number(request, "since", -1)
    timeout = min(asked_number(request, "timeout", 0), MAX_WAIT)
    deadline = asyncio.get_running_loop().time() + timeout
    while (
        chat.version <= since and not world.events.closed and (left := deadline - asyncio.get_running_loop().time()) > 0
    ):
        await world.events.news(world.events.last_id, left)
    return screen_json(world, chat, user, newest=max(int(asked_number(request, "newest", SHOWN_MESSAGES)), 1))


async def inline_results(request: Request, world: World) -> Body:
    inline = world.inline_queries.get(request.path_params["query_id"])
    if inline is None:
        raise NotFoundError("There is no such inline query.")
    try:
        await asyncio.wait_for(inline.answered.wait(), min(asked_number(request, "timeout", 0), MAX_WAIT))
    except TimeoutError:
        raise ValueError("The bot has not answered.") from None
    shown = [
        {"id": each["id"], "type": each["type"], "title": each["title"], "description": each["description"]}
        for each in inline.results
    ]
    return {"results": shown, "button": inline.button, "next_offset": inline.next_offset}


def phone_call(act: PhoneCall) -> Handler:
    """A call that lets the person of the path act; it answers with the messages that came of it."""

    async def handle(request: Request, world: World) -> Body:
        bot, user = bot_of(request, world), user_of(request, world)
        body = await _phone_body(request)
        chat_id = optional_integer(body, "chat_id") if body.get("chat_id") is not None else None
        result = act(Person(world, chat_of(bot, user, world, chat_id), user), body)
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
    body = await json_body(request)
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
    for known in ALBUM_KINDS:
        if kind == known:
            return known
    raise ValueError("An album's kind is photo or document.")


def _reply_to(body: Body) -> int | None:
    return optional_integer(body, "reply_to") or None


def _send_file(kind: FileKind) -> PhoneCall:
    return lambda person, body: person.send_file(
        kind, _one_file(body), optional_string(body, "caption"), _reply_to(body)
    )


def _send_clip(kind: FileKind) -> PhoneCall:
    """Sends a file as that kind of clip; without one, a made-up clip."""

    def send(person: Person, body: Body) -> Any:
        facts = ClipFacts(
            duration=max(0, optional_integer(body, "duration")),
            title=optional_string(body, "title"),
            performer=optional_string(body, "performer"),
            emoji=optional_string(body, "emoji"),
        )
        upload = _one_file(body) if body["files"] else None
        return person.send_file(kind, upload, optional_string(body, "caption"), _reply_to(body), facts)

    return send


def _entities(body: Body) -> list[object]:
    entities = body.get("entities", [])
    if not isinstance(entities, list):
        raise ValueError("entities is a list.")
    return entities


def _edit(person: Person, body: Body) -> Any:
    message_id = required_integer(body, "message_id")
    if "caption" in body:
        return person.edit_caption(message_id, optional_string(body, "caption"))
    return person.edit(message_id, optional_string(body, "text"), _entities(body))


def _location(person: Person, body: Body) -> Any:
    place = [body.get(name) for name in ("latitude", "longitude")]
    if not all(isinstance(each, int | float) and not isinstance(each, bool) for each in place):
        raise ValueError("latitude and longitude are numbers.")
    latitude, longitude = (float(each or 0) for each in place)
    return person.send_location(latitude, longitude, _reply_to(body))


def _poll(person: Person, body: Body) -> Any:
    options = body.get("options", [])
    if not isinstance(options, list) or not all(isinstance(each, str) for each in options):
        raise ValueError("options is a list of texts.")
    return person.send_poll(optional_string(body, "question"), options, _reply_to(body))


def _delete(person: Person, body: Body) -> None:
    ids = body.get("message_ids", [])
    if not isinstance(ids, list) or not all(isinstance(each, int) for each in ids):
        raise ValueError("message_ids is a list of numbers.")
    person.delete(ids)


PHONE_CALLS: dict[str, PhoneCall] = {
    "open": lambda person, body: person.open(optional_string(body, "payload")),
    "say": lambda person, body: person.say(optional_string(body, "text"), _reply_to(body), _entities(body)),
    "photo": _send_file("photo"),
    "document": _send_file("document"),
    **{kind: _send_clip(kind) for kind in CLIP_KINDS},
    "album": lambda person, body: person.send_album(
        _file_kind(body), body["files"], optional_string(body, "caption"), _reply_to(body)
    ),
    "forward": lambda person, body: person.forward(
        optional_string(body, "from_name"),
        optional_string(body, "text"),
        optional_integer(body, "message_id") or None,
    ),
    "contact": lambda person, body: person.share_contact(
        optional_string(body, "first_name"), optional_string(body, "phone_number")
    ),
    "location": _location,
    "poll": _poll,
    "service": lambda person, body: person.do_service(
        required_string(body, "kind"), optional_integer(body, "message_id") or None, optional_integer(body, "seconds")
    ),
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
    "edit": _edit,
    "delete": _delete,
    "block": lambda person, _: person.block(blocked=True),
    "unblock": lambda person, _: person.block(blocked=False),
}
