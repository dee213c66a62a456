"""sendMessage, sendChatAction, and how any message reaches its chat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.api_json import message_json
from playground.errors import bad_request
from playground.keyboards import (
    ForceReply,
    InlineKeyboard,
    KeyboardLimits,
    Markup,
    RemoveKeyboard,
    ReplyKeyboard,
    check_links,
    check_markup,
    read_markup,
)
from playground.methods.call import (
    MAX_TEXT,
    Call,
    check_reachable,
    find_chat,
    read_link_preview,
    read_reply,
    read_text,
    replied_message,
    take_slot,
    tidy,
)
from playground.model import Message
from playground.world import ACTION_SECONDS

if TYPE_CHECKING:
    from playground.model import Chat, Media
    from playground.text import FormattedText

CHAT_ACTIONS = frozenset({
    "cancel", "typing", "record_video", "upload_video", "record_audio", "record_voice", "upload_audio", "upload_voice",
    "upload_photo", "upload_document", "choose_sticker", "pick_up_location", "find_location", "record_video_note",
    "upload_video_note",
})  # fmt: skip


async def send_message(call: Call) -> dict[str, Any]:
    link_preview = read_link_preview(call.params)
    raw = read_text(call.params)
    reply = read_reply(call.params)
    markup = read_markup(call.params.raw("reply_markup"))
    chat = find_chat(call, "write")
    replied = replied_message(chat, reply)
    markup = check_links(markup)
    text = tidy(raw, allow_empty=False)
    if len(text.text) > MAX_TEXT:
        raise bad_request("message is too long")
    await check_and_wait(call, chat, markup)
    message = new_message(call, chat, text, replied=replied)
    message.link_preview = link_preview
    put(call, message, markup)
    return message_json(message, call.world.users)


async def send_chat_action(call: Call) -> bool:
    action = call.params.raw("action").lower()
    if action not in CHAT_ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = find_chat(call, "write")
    check_reachable(chat)
    chat.action = None if action == "cancel" else (action, call.world.clock.monotonic() + ACTION_SECONDS)
    call.world.screen_changed(chat)
    if chat.action is not None:
        call.world.later(_end_action(call, chat, chat.action))
    return True


async def _end_action(call: Call, chat: Chat, action: tuple[str, float]) -> None:
    await call.world.clock.sleep(ACTION_SECONDS)
    if chat.action == action:
        chat.action = None
        call.world.screen_changed(chat)


def limits_of(call: Call) -> KeyboardLimits:
    settings = call.world.settings
    return KeyboardLimits(settings.inline_row_buttons, settings.inline_buttons, settings.markup_bytes)


async def check_and_wait(call: Call, chat: Chat, markup: Markup | None, messages: int = 1) -> None:
    """Telegram's own checks, after the server's, and the flood limits' wait."""
    check_markup(markup, limits_of(call))
    check_reachable(chat)
    await take_slot(call, chat, messages)
    check_reachable(chat)


def new_message(
    call: Call, chat: Chat, text: FormattedText, *, media: Media | None = None, replied: Message | None = None
) -> Message:
    """A message of the bot's, dated and numbered, not in its chat yet."""
    return Message(
        chat,
        call.world.next_message_id(chat),
        call.bot,
        call.world.clock.unix(),
        text,
        media=media,
        reply_to=replied,
        has_protected_content=call.params.boolean("protect_content"),
    )


def put(call: Call, message: Message, markup: Markup | None) -> None:
    """Puts a new message into its chat, with its keyboard."""
    chat = message.chat
    if isinstance(markup, InlineKeyboard):
        message.inline_keyboard = markup
    elif markup is not None:
        message.editable = False
        if isinstance(markup, ReplyKeyboard):
            chat.reply_keyboard = markup
        elif isinstance(markup, RemoveKeyboard):
            chat.reply_keyboard = None
        elif isinstance(markup, ForceReply):
            chat.force_reply = message
            chat.force_reply_placeholder = markup.placeholder
    call.world.put_message(message)
    if not message.editable:
        call.world.screen_changed(chat)
