"""sendPhoto, sendDocument, sendVideo and the like, sendMediaGroup, getFile: files from and to the bot."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from playground.api_json import message_json
from playground.errors import ApiError, bad_request
from playground.fields import INT32, optional_boolean, optional_integer, optional_string, required_string
from playground.files import KIND_NAMES, decode_file_id, file_id, file_path, file_unique_id
from playground.keyboards import check_links, read_markup
from playground.methods.call import (
    MAX_CAPTION,
    Call,
    find_chat,
    formatted,
    read_caption,
    read_reply,
    replied_message,
    tidy,
)
from playground.methods.sending import check_and_wait, new_message, put
from playground.model import CAPTIONLESS, Clip, ClipFacts, FileKind, Media, Photo
from playground.params import Upload
from playground.remote import fetch
from playground.storing import NOTHING_SAID, store_media
from playground.text import FormattedText
from playground.world import random_id

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from playground.world import World

ATTACHED = "attach://"
MAX_ALBUM = 10
INPUT_KINDS: tuple[FileKind, ...] = ("photo", "document", "video", "animation", "audio")
"""The types of InputMedia."""
AMONG_THEMSELVES: tuple[FileKind, ...] = ("audio", "document")
"""Kinds that an album holds nothing else beside."""
SPOILED: frozenset[FileKind] = frozenset({"photo", "video", "animation"})
"""Kinds that may be hidden until they are tapped."""
MAX_SECONDS = 24 * 3600
MAX_SIDE = 10_000
BACKEND_WORDS = {
    "wrong file identifier/HTTP URL specified": "MEDIA_EMPTY",
    "wrong HTTP URL specified": "EXTERNAL_URL_INVALID",
    "failed to get HTTP URL content": "WEBPAGE_CURL_FAILED",
    "wrong type of the web page content": "WEBPAGE_MEDIA_EMPTY",
}
"""Telegram's own words, which the server translates for a single message and passes on as they are for an album's."""


@dataclass(frozen=True, slots=True)
class InputFile:
    """What a call names as a file: an upload, or a string that is a file_id or an address."""

    kind: FileKind
    upload: Upload | None
    reference: str
    facts: ClipFacts = NOTHING_SAID
    cover: Upload | None = None


@dataclass(frozen=True, slots=True)
class InputMedia:
    """One InputMedia."""

    file: InputFile
    caption: FormattedText
    has_spoiler: bool
    caption_above: bool


def sender(kind: FileKind) -> Callable[[Call], Awaitable[dict[str, Any]]]:
    """The method that sends a file of that kind."""

    async def send(call: Call) -> dict[str, Any]:
        return await _send_file(call, kind)

    return send


async def _send_file(call: Call, kind: FileKind) -> dict[str, Any]:
    file = _input_file(call, kind, kind, call.params.raw(kind))
    if file is None:
        raise bad_request(f"there is no {kind} in the request")
    file = replace(file, facts=_facts(call), cover=call.params.files.get("thumbnail"))
    raw_caption = read_caption(call.params)
    reply = read_reply(call.params)
    markup = read_markup(call.params.raw("reply_markup"))
    chat = find_chat(call, "write")
    replied = replied_message(chat, reply)
    markup = check_links(markup)
    caption = tidy_caption(raw_caption)
    check_file(call, file)
    media = await resolve_media(call, file, has_spoiler=call.params.boolean("has_spoiler"))
    await check_and_wait(call, chat, markup)
    if isinstance(media, Clip) and media.kind in CAPTIONLESS:
        caption = FormattedText("")
    message = new_message(call, chat, caption, media=media, replied=replied)
    message.caption_above = call.params.boolean("show_caption_above_media")
    put(call, message, markup)
    return message_json(message, call.world.users)


def _facts(call: Call) -> ClipFacts:
    return ClipFacts(
        duration=call.params.integer("duration", 0, 0, MAX_SECONDS),
        width=call.params.integer("width", 0, 0, MAX_SIDE),
        height=call.params.integer("height", 0, 0, MAX_SIDE),
        title=call.params.text("title"),
        performer=call.params.text("performer"),
    )


async def send_media_group(call: Call) -> list[dict[str, Any]]:
    reply = read_reply(call.params)
    call.params.required("media")
    items = call.params.json("media", "media JSON object")
    if not isinstance(items, list):
        raise bad_request("expected an Array of InputMedia")
    album = [read_input_media(call, item, in_album=True) for item in items]
    chat = find_chat(call, "write")
    replied = replied_message(chat, reply)
    if len(album) > MAX_ALBUM:
        raise bad_request("too many messages to send as an album")
    if not album:
        raise bad_request("there are no messages to send")
    captions = []
    for item in album:
        captions.append(tidy_caption(item.caption))
        check_file(call, item.file)
    kinds = {item.file.kind for item in album}
    for kind in AMONG_THEMSELVES:
        if kind in kinds and len(kinds) > 1:
            raise bad_request(f"{kind} can't be mixed with other media types")
    media = [await _resolve_item(call, number, item) for number, item in enumerate(album, 1)]
    await check_and_wait(call, chat, None, len(album))
    group_id = random_id() if len(album) > 1 else None
    sent = []
    for item, caption, content in zip(album, captions, media, strict=True):
        message = new_message(call, chat, caption, media=content, replied=replied)
        message.media_group_id = group_id
        message.caption_above = item.caption_above
        put(call, message, None)
        sent.append(message_json(message, call.world.users))
    return sent


async def _resolve_item(call: Call, number: int, item: InputMedia) -> Media:
    try:
        return await resolve_media(call, item.file, has_spoiler=item.has_spoiler)
    except ApiError as error:
        reason = BACKEND_WORDS.get(error.message, error.message)
        text = f'Failed to send message #{number} with the error message "{reason}"'
        raise ApiError(error.code, text) from None


async def get_file(call: Call) -> dict[str, Any]:
    identifier = call.params.raw("file_id").strip()
    if not identifier:
        raise bad_request("file_id not specified")
    try:
        _, key = decode_file_id(call.bot, identifier)
    except ApiError:
        raise bad_request("invalid file_id") from None
    stored = call.world.files.get(key)
    if stored is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    settings = call.world.settings
    if stored.size > settings.download_bytes:
        raise bad_request("file is too big")
    return {
        "file_id": file_id(call.bot, stored),
        "file_unique_id": file_unique_id(stored),
        "file_size": stored.size,
        "file_path": str(call.world.files.path(stored)) if settings.local_paths else file_path(stored),
    }


def read_input_media(call: Call, item: Any, *, in_album: bool) -> InputMedia:
    """One decoded InputMedia.

    Raises:
        ApiError: 400 `can't parse InputMedia: …`.
    """
    try:
        if not isinstance(item, dict):
            raise bad_request("expected an Object")
        entities = item.get("caption_entities")
        caption = formatted(optional_string(item, "caption"), optional_string(item, "parse_mode"), entities)
        caption_above = optional_boolean(item, "show_caption_above_media")
        has_spoiler = optional_boolean(item, "has_spoiler")
        reference = optional_string(item, "media")
        file = _input_file(call, "photo", "", reference)
        if file is None:
            raise bad_request("media not found")
        kind = required_string(item, "type")
        if in_album and kind == "animation":
            raise bad_request('type "animation" can\'t be used in sendMediaGroup')
        file = replace(file, kind=_input_kind(kind), facts=_item_facts(item))
    except ApiError as error:
        raise bad_request(f"can't parse InputMedia: {error.message}") from None
    return InputMedia(file, caption, has_spoiler, caption_above)


def _input_kind(name: str) -> FileKind:
    for kind in INPUT_KINDS:
        if kind == name:
            return kind
    raise bad_request(f'type "{name}" is unsupported')


def _item_facts(item: dict[str, Any]) -> ClipFacts:
    def number(name: str, most: int) -> int:
        return max(0, min(optional_integer(item, name, bound=INT32), most))

    return ClipFacts(
        duration=number("duration", MAX_SECONDS),
        width=number("width", MAX_SIDE),
        height=number("height", MAX_SIDE),
        title=optional_string(item, "title"),
        performer=optional_string(item, "performer"),
    )


def _input_file(call: Call, kind: FileKind, field: str, reference: str) -> InputFile | None:
    """The file that a parameter names: `attach://…` and the parameter's own field are uploads."""
    if reference.startswith(ATTACHED):
        field, reference = reference.removeprefix(ATTACHED), ""
    if reference:
        return InputFile(kind, None, reference)
    upload = call.params.files.get(field)
    return None if upload is None else InputFile(kind, upload, "")


def tidy_caption(caption: FormattedText) -> FormattedText:
    tidied = tidy(caption, allow_empty=True)
    if len(tidied.text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return tidied


def check_file(call: Call, file: InputFile) -> None:
    """What the server itself finds wrong with a file, before it sends anything.

    Raises:
        ApiError: 400, an empty upload, one too big for a photo, a mangled file_id or one of another kind; 413, too big.
    """
    if file.upload is not None:
        _check_upload(call.world, file.kind, len(file.upload.content))
    elif "." not in file.reference:
        kind, _ = decode_file_id(call.bot, file.reference)
        if (kind == "photo") != (file.kind == "photo"):
            # All but photos are documents to Telegram: one is sent as what it was, whatever method sends it.
            raise bad_request(f"can't use file of type {KIND_NAMES[kind]} as {KIND_NAMES[file.kind]}")


async def resolve_media(call: Call, file: InputFile, *, has_spoiler: bool) -> Media:
    """The stored form of a checked file that is to be sent.

    Raises:
        ApiError: 400, the file is unknown, cannot be fetched, or is no picture.
    """
    has_spoiler = has_spoiler and file.kind in SPOILED
    if file.upload is not None:
        upload = file.upload
    elif "." in file.reference:
        upload = await fetch(file.reference, file.kind)
    else:
        return _known_media(call, file, has_spoiler=has_spoiler)
    return await store_media(call.world, file.kind, upload, has_spoiler=has_spoiler, facts=file.facts, cover=file.cover)


def _check_upload(world: World, kind: FileKind, size: int) -> None:
    settings = world.settings
    if not size:
        raise bad_request("file must be non-empty")
    if kind == "photo" and size > settings.photo_bytes:
        raise bad_request(
            f"file of size {size} bytes is too big for a photo; the maximum size is {settings.photo_bytes} bytes"
        )
    if size > settings.upload_bytes:
        raise ApiError(413, "Request Entity Too Large")


def _known_media(call: Call, file: InputFile, *, has_spoiler: bool) -> Media:
    _, key = decode_file_id(call.bot, file.reference)
    stored = call.world.files.get(key)
    media = None if stored is None else call.world.files.media.get(stored.key)
    if media is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return replace(media, has_spoiler=has_spoiler) if isinstance(media, Photo | Clip) else media
