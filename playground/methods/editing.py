"""Editing and deleting messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from playground.api_json import message_json
from playground.errors import bad_request
from playground.fields import INT32, exact_integer
from playground.keyboards import check_markup, inline_only, read_markup
from playground.methods.call import (
    MAX_CAPTION,
    MAX_TEXT,
    Call,
    check_reachable,
    find_chat,
    read_caption,
    read_link_preview,
    read_text,
    take_slot,
    tidy,
)
from playground.methods.media import AMONG_THEMSELVES, check_file, read_input_media, resolve_media
from playground.methods.sending import limits_of
from playground.model import Clip, Document
from playground.text import FormattedText

if TYPE_CHECKING:
    from playground.keyboards import InlineKeyboard
    from playground.methods.media import InputMedia
    from playground.model import Chat, FileKind, Media, Message

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)
DELETABLE_SECONDS = 48 * 3600
MAX_DELETED = 100


async def edit_message_text(call: Call) -> dict[str, Any] | bool:
    link_preview = read_link_preview(call.params)
    raw = read_text(call.params)
    markup = read_markup(call.params.raw("reply_markup"))
    message = _message_to_edit(call)
    if message.media is not None:
        raise bad_request("there is no text in the message to edit")
    text = tidy(raw, allow_empty=False)
    keyboard = inline_only(markup)
    if len(text.text) > MAX_TEXT:
        raise bad_request("MESSAGE_TOO_LONG")
    if (text, keyboard, link_preview) == (message.text, message.inline_keyboard, message.link_preview):
        raise bad_request(NOT_MODIFIED)
    await _check_and_wait(call, message, keyboard)
    message.link_preview = link_preview
    return _edited(call, message, keyboard, text=text)


async def edit_message_caption(call: Call) -> dict[str, Any] | bool:
    markup = read_markup(call.params.raw("reply_markup"))
    raw = read_caption(call.params)
    message = _message_to_edit(call)
    if not message.has_caption:
        raise bad_request("there is no caption in the message to edit")
    text = tidy(raw, allow_empty=True)
    keyboard = inline_only(markup)
    if len(text.text) > MAX_CAPTION:
        raise bad_request("MEDIA_CAPTION_TOO_LONG")
    if (text, keyboard) == (message.text, message.inline_keyboard):
        raise bad_request(NOT_MODIFIED)
    await _check_and_wait(call, message, keyboard)
    message.caption_above = call.params.boolean("show_caption_above_media")
    return _edited(call, message, keyboard, text=text)


async def edit_message_media(call: Call) -> dict[str, Any] | bool:
    markup = read_markup(call.params.raw("reply_markup"))
    call.params.required("media")
    item = read_input_media(call, call.params.json("media", "input media JSON object"), in_album=False)
    message = _message_to_edit(call)
    caption = tidy(item.caption, allow_empty=True)
    if message.media_group_id is not None:
        _check_album_type(message, item)
    check_file(call, item.file)
    keyboard = inline_only(markup)
    if len(caption.text) > MAX_CAPTION:
        raise bad_request("MEDIA_CAPTION_TOO_LONG")
    media = await resolve_media(call, item.file, has_spoiler=item.has_spoiler)
    if (media, caption, keyboard) == (message.media, message.text, message.inline_keyboard):
        raise bad_request(NOT_MODIFIED)
    await _check_and_wait(call, message, keyboard)
    message.caption_above = item.caption_above
    return _edited(call, message, keyboard, text=caption, media=media)


def _check_album_type(message: Message, item: InputMedia) -> None:
    """Of photos and videos one may take the other's place; documents and audio files stay among themselves."""
    if item.file.kind == "animation":
        raise bad_request("message content type can't be used in an album")
    now: FileKind = "photo"
    if isinstance(message.media, Document):
        now = "document"
    elif isinstance(message.media, Clip):
        now = message.media.kind
    if item.file.kind != now and (item.file.kind in AMONG_THEMSELVES or now in AMONG_THEMSELVES):
        raise bad_request("can't change media type in the album")


async def edit_message_reply_markup(call: Call) -> dict[str, Any] | bool:
    markup = read_markup(call.params.raw("reply_markup"))
    message = _message_to_edit(call)
    keyboard = inline_only(markup)
    if keyboard == message.inline_keyboard:
        raise bad_request(NOT_MODIFIED)
    await _check_and_wait(call, message, keyboard)
    return _edited(call, message, keyboard)


def _message_to_edit(call: Call) -> Message:
    """The bot's own message that a call names, by chat and number or by its inline id.

    Raises:
        ApiError: 400, none is named, it does not exist, or it can never be edited; 403 as for sending.
    """
    message_id = max(0, call.params.integer("message_id"))
    if not call.params.raw("chat_id") and not message_id:
        inline_id = call.params.raw("inline_message_id")
        if not inline_id:
            raise bad_request("message identifier is not specified")
        inline = call.world.inline_messages.get(inline_id)
        if inline is None or inline.via_bot is not call.bot or inline.deleted:
            raise bad_request("MESSAGE_ID_INVALID")
        return inline
    chat = find_chat(call, "edit")
    message = chat.messages.get(message_id)
    if message is None:
        raise bad_request("message to edit not found")
    if message.sender is not call.bot or not message.editable or message.forward_origin is not None:
        raise bad_request("message can't be edited")
    return message


async def _check_and_wait(call: Call, message: Message, keyboard: InlineKeyboard | None) -> None:
    check_markup(keyboard, limits_of(call))
    check_reachable(message.chat)
    await take_slot(call, message.chat)
    if message.deleted:
        raise bad_request("message to edit not found")


def _edited(
    call: Call,
    message: Message,
    keyboard: InlineKeyboard | None,
    *,
    text: FormattedText | None = None,
    media: Media | None = None,
) -> dict[str, Any] | bool:
    """Changes the message. The keyboard is always the new one: an edit without one removes the old."""
    if text is not None:
        message.text = text
    if media is not None:
        message.media = media
    message.inline_keyboard = keyboard
    message.waiting.clear()
    message.edit_date = call.world.clock.unix()
    call.world.message_changed(message)
    if message.sender is not call.bot:
        return True
    return message_json(message, call.world.users)


async def delete_message(call: Call) -> bool:
    if not call.params.raw("chat_id"):
        raise bad_request("chat identifier is not specified")
    message_id = max(0, call.params.integer("message_id"))
    if not message_id:
        raise bad_request("message identifier is not specified")
    chat = find_chat(call, "write")
    message = chat.messages.get(message_id)
    if message is None:
        raise bad_request("message to delete not found")
    _check_deletable(call, chat, message)
    call.world.delete_messages(chat, [message])
    return True


async def delete_messages(call: Call) -> bool:
    message_ids = _message_ids(call)
    chat = find_chat(call, "write")
    found = [chat.messages[message_id] for message_id in message_ids if message_id in chat.messages]
    for message in found:
        _check_deletable(call, chat, message)
    if found:
        call.world.delete_messages(chat, found)
    return True


def _message_ids(call: Call) -> list[int]:
    value = call.params.raw("message_ids")
    if not value:
        raise bad_request("message identifiers are not specified")
    try:
        ids = orjson.loads(value)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        raise bad_request("can't parse message_ids JSON object") from None
    if not isinstance(ids, list):
        raise bad_request("expected an Array of message identifiers")
    if len(ids) > MAX_DELETED:
        raise bad_request("too many message identifiers specified")
    if not ids:
        raise bad_request("message identifiers are not specified")
    return list(dict.fromkeys(map(_message_id, ids)))


def _message_id(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise bad_request("message identifier must be a Number")
    message_id = exact_integer(value, INT32)
    if message_id is None:
        raise bad_request("can't parse message identifier as Number")
    if message_id <= 0:
        raise bad_request("invalid message identifier specified")
    return message_id


def _check_deletable(call: Call, chat: Chat, message: Message) -> None:
    if call.world.clock.unix() - message.date > DELETABLE_SECONDS:
        raise bad_request("message can't be deleted for everyone")
    if chat.type != "private" and message.sender is not call.bot:
        raise bad_request("message can't be deleted")
