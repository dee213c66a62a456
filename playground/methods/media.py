"""sendPhoto, sendDocument, sendMediaGroup, getFile: files from and to the bot."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playground.api_json import message_json
from playground.errors import ApiError, bad_request
from playground.fields import optional_boolean, optional_string, required_string
from playground.files import KIND_NAMES, FileKind, decode_file_id, file_id, file_path, file_unique_id
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
from playground.model import Document, Media, Photo, PhotoSize, StoredFile
from playground.params import Upload
from playground.pictures import photo_sizes, thumbnail
from playground.remote import fetch
from playground.world import World, random_id

if TYPE_CHECKING:
    from playground.text import FormattedText

ATTACHED = "attach://"
MAX_ALBUM = 10
UNBUILT_TYPES = frozenset({"video", "animation", "audio"})
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


@dataclass(frozen=True, slots=True)
class InputMedia:
    """One InputMediaPhoto or InputMediaDocument."""

    file: InputFile
    caption: FormattedText
    has_spoiler: bool
    caption_above: bool
    unbuilt: str = ""
    """The type that the real server would take and the playground does not have; "" where it has it."""


async def send_photo(call: Call) -> dict[str, Any]:
    return await _send_file(call, "photo")


async def send_document(call: Call) -> dict[str, Any]:
    return await _send_file(call, "document")


async def _send_file(call: Call, kind: FileKind) -> dict[str, Any]:
    file = _input_file(call, kind, kind, call.params.raw(kind))
    if file is None:
        raise bad_request(f"there is no {kind} in the request")
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
    message = new_message(call, chat, caption, media=media, replied=replied)
    message.caption_above = call.params.boolean("show_caption_above_media")
    put(call, message, markup)
    return message_json(message, call.world.users)


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
        check_built(item)
        captions.append(tidy_caption(item.caption))
        check_file(call, item.file)
    if len({item.file.kind for item in album}) > 1:
        raise bad_request("document can't be mixed with other media types")
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
        found = _input_file(call, "photo", "", reference)
        if found is None:
            raise bad_request("media not found")
        kind = required_string(item, "type")
        if in_album and kind == "animation":
            raise bad_request('type "animation" can\'t be used in sendMediaGroup')
        if kind not in {"photo", "document"} | UNBUILT_TYPES:
            raise bad_request(f'type "{kind}" is unsupported')
    except ApiError as error:
        raise bad_request(f"can't parse InputMedia: {error.message}") from None
    file = replace(found, kind="photo" if kind == "photo" else "document")
    unbuilt = kind if kind in UNBUILT_TYPES else ""
    return InputMedia(file, caption, has_spoiler, caption_above, unbuilt)


def check_built(item: InputMedia) -> None:
    """Refuses, with 501, a type that the playground does not have."""
    if item.unbuilt:
        raise ApiError(501, f'the type "{item.unbuilt}" is not built in this playground')


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
        if kind != file.kind:
            raise bad_request(f"can't use file of type {KIND_NAMES[kind]} as {KIND_NAMES[file.kind]}")


async def resolve_media(call: Call, file: InputFile, *, has_spoiler: bool) -> Media:
    """The stored form of a checked file that is to be sent.

    Raises:
        ApiError: 400, the file is unknown, cannot be fetched, or is no picture.
    """
    if file.upload is not None:
        upload = file.upload
    elif "." in file.reference:
        upload = await fetch(file.reference, file.kind)
    else:
        return _known_media(call, file, has_spoiler=has_spoiler)
    return await store_media(call.world, file.kind, upload, has_spoiler=has_spoiler)


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
    return replace(media, has_spoiler=has_spoiler) if isinstance(media, Photo) else media


async def store_media(world: World, kind: FileKind, upload: Upload, *, has_spoiler: bool = False) -> Media:
    """Keeps a new photo in its sizes, or a document as it is.

    Raises:
        ApiError: 400, a photo that cannot be read.
    """
    if kind == "photo":
        pictures = await asyncio.to_thread(photo_sizes, upload.content)
        sizes = [
            PhotoSize(await world.files.put(each.content, "photo", "photo.jpg", "image/jpeg"), each.width, each.height)
            for each in pictures
        ]
        photo = Photo(tuple(sizes), has_spoiler)
        for size in sizes:
            world.files.media[size.file.key] = photo
        return photo
    name = Path(upload.file_name.replace("\\", "/")).name
    if name in {"", ".."}:
        name = "file"
    declared = "" if upload.content_type == "application/octet-stream" else upload.content_type
    stored = await world.files.put(upload.content, "document", name, declared)
    document = Document(stored, await _thumbnail(world, stored, upload.content))
    world.files.media[stored.key] = document
    return document


async def _thumbnail(world: World, stored: StoredFile, content: bytes) -> PhotoSize | None:
    if not stored.mime_type.startswith("image/"):
        return None
    small = await asyncio.to_thread(thumbnail, content)
    if small is None:
        return None
    file = await world.files.put(small.content, "photo", "thumbnail.jpg", "image/jpeg")
    return PhotoSize(file, small.width, small.height)
