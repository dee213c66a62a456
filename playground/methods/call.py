"""A call under way, and what most methods begin with: its chat, its text, the message it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import orjson

from playground.errors import ApiError, bad_request
from playground.fields import INT32, optional_boolean, optional_string, required_integer
from playground.params import lenient_integer
from playground.text import FormattedText, TextError, parse_text, store_text

if TYPE_CHECKING:
    from playground.model import Bot, Chat, Message, User
    from playground.params import Params
    from playground.world import World

MAX_RAW_TEXT = 32_768
"""Bytes of a text before its parsing."""
MAX_TEXT = 4096
MAX_CAPTION = 1024
"""Code points after parsing."""

Access = Literal["read", "edit", "write"]
"""What a call wants to do in a chat."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of one bot."""

    world: World
    bot: Bot
    params: Params


@dataclass(frozen=True, slots=True)
class Done:
    """A result with the remark that a few methods add."""

    result: Any
    description: str


@dataclass(frozen=True, slots=True)
class ReplyParameters:
    message_id: int = 0
    allow_without: bool = False


def formatted(text: str, parse_mode: str, entities: Any) -> FormattedText:
    """A text with its formatting, before it is tidied.

    Raises:
        ApiError: 400, too long, an unknown parse_mode or bad formatting.
    """
    if len(text) * 4 > MAX_RAW_TEXT and len(text.encode("utf-8", "surrogateescape")) > MAX_RAW_TEXT:
        raise bad_request("Text is too long")
    try:
        return parse_text(text, parse_mode, entities if isinstance(entities, list) else None)
    except TextError as error:
        raise _refused(error) from None


def tidy(text: FormattedText, *, allow_empty: bool) -> FormattedText:
    """The text as it is stored: cleaned, trimmed, with the entities that Telegram finds itself."""
    try:
        return store_text(text, allow_empty=allow_empty)
    except TextError as error:
        raise _refused(error) from None


def _refused(error: TextError) -> ApiError:
    """With the capital that the text keeps inside another error's text (`can't parse InputMedia: Can't parse …`)."""
    text = str(error)
    return bad_request(text[:1].upper() + text[1:])


def read_text(params: Params) -> FormattedText:
    """`text` with `parse_mode` and `entities`."""
    text = params.raw("text")
    if not text:
        raise bad_request("Message text is empty")
    return formatted(text, params.raw("parse_mode"), _json_or_nothing(params.raw("entities")))


def read_caption(params: Params) -> FormattedText:
    """`caption` with `parse_mode` and `caption_entities`."""
    entities = _json_or_nothing(params.raw("caption_entities"))
    return formatted(params.raw("caption"), params.raw("parse_mode"), entities)


def _json_or_nothing(value: str) -> Any:
    """Explicit entities that are no JSON are ignored."""
    if not value:
        return None
    try:
        return orjson.loads(value)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return None


def read_link_preview(params: Params) -> dict[str, Any] | None:
    """`link_preview_options`, as the message will show them."""
    options = params.json("link_preview_options", "link preview options JSON object")
    if not params.raw("link_preview_options"):
        return {"is_disabled": True} if params.boolean("disable_web_page_preview") else None
    if not isinstance(options, dict):
        raise bad_request("object expected as link preview options")
    shown: dict[str, Any] = {}
    for name in ("is_disabled", "prefer_small_media", "prefer_large_media", "show_above_text"):
        if optional_boolean(options, name):
            shown[name] = True
    if url := optional_string(options, "url"):
        shown["url"] = url
    return shown or None


def read_reply(params: Params) -> ReplyParameters:
    """`reply_parameters`, or the older `reply_to_message_id`."""
    if "reply_parameters" not in params.values:
        message_id = max(0, lenient_integer(params.raw("reply_to_message_id")))
        return ReplyParameters(message_id, params.boolean("allow_sending_without_reply"))
    reply = params.json("reply_parameters", "reply parameters JSON object")
    if not params.raw("reply_parameters"):
        return ReplyParameters()
    if not isinstance(reply, dict):
        raise bad_request("object expected as reply parameters")
    if not reply:
        return ReplyParameters()
    message_id = max(0, required_integer(reply, "message_id", INT32))
    return ReplyParameters(message_id, optional_boolean(reply, "allow_sending_without_reply"))


def replied_message(chat: Chat, reply: ReplyParameters) -> Message | None:
    if not reply.message_id:
        return None
    found = chat.messages.get(reply.message_id)
    if found is None and not reply.allow_without:
        raise bad_request("message to be replied not found")
    return found


def find_chat(call: Call, access: Access, name: str | None = None) -> Chat:
    """The chat that `chat_id` (or `name`) names, where the bot knows it and may do there what it wants.

    Raises:
        ApiError: 400, there is none; with `migrate_to_chat_id` where the group became a supergroup; 403, the bot is out
            of the group, or the person deactivated.
    """
    name = call.params.raw("chat_id") if name is None else name
    if not name:
        raise bad_request("chat_id is empty")
    chat = None if name.startswith("@") else call.world.chats.get((call.bot.id, lenient_integer(name)))
    if chat is None or (chat.user is not None and not chat.started and not _shares_group(call, chat.user)):
        raise bad_request("chat not found")
    if chat.user is not None:
        if chat.user.deactivated and access != "read":
            raise ApiError(403, "user is deactivated")
    elif chat.upgraded_to is not None:
        if access == "write":
            raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.upgraded_to)
    elif access != "read" or chat.type == "supergroup":
        _check_membership(chat)
    return chat


def find_user(call: Call, parameter: str = "user_id") -> User:
    """The person whose id the parameter holds.

    Raises:
        ApiError: 400, it is no id, or nobody's.
    """
    user_id = max(0, lenient_integer(call.params.raw(parameter)))
    if not user_id:
        raise bad_request(f"invalid {parameter} specified")
    user = call.world.users.get(user_id)
    if user is None:
        raise bad_request("user not found")
    return user


def _shares_group(call: Call, user: User) -> bool:
    chats = call.world.chats.values()
    return any(chat.bot is call.bot and chat.user is None and user in chat.members for chat in chats)


def _check_membership(chat: Chat) -> None:
    if chat.bot_status == "kicked":
        raise ApiError(403, f"bot was kicked from the {chat.type} chat")
    if chat.bot_status == "left":
        raise ApiError(403, f"bot is not a member of the {chat.type} chat")


def check_reachable(chat: Chat) -> None:
    """What only Telegram's backend knows, so it comes after all other checks.

    Raises:
        ApiError: 403, the person never started the bot, or blocked it.
    """
    if chat.user is not None and not chat.started:
        raise ApiError(403, "bot can't initiate conversation with a user")
    if chat.blocked:
        raise ApiError(403, "bot was blocked by the user")


async def take_slot(call: Call, chat: Chat, messages: int = 1) -> None:
    """Waits for the flood limits of sending and editing."""
    flood = call.world.floods.get(call.bot.id)
    if flood is not None:
        await flood.slot(chat.id, messages)
