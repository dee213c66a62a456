"""A chat as a phone shows it, in the control API's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from playground.api_json import entities_json
from playground.keyboards import kind_of
from playground.model import Clip, CommandScope, Photo

if TYPE_CHECKING:
    from playground.model import Bot, Chat, ClipKind, Media, Message, StoredFile, Toast, User
    from playground.world import World

SHOWN_MESSAGES = 200
CLIP_NAMES: dict[ClipKind, str] = {
    "voice": "Voice message",
    "audio": "Audio",
    "video": "Video",
    "video_note": "Video message",
    "animation": "GIF",
    "sticker": "Sticker",
}


def user_json(user: User) -> dict[str, Any]:
    return {**user.to_json(), "deactivated": user.deactivated, "name": user.name}


def bot_json(bot: Bot) -> dict[str, Any]:
    return {"id": bot.id, "username": bot.username, "first_name": bot.name, "token": bot.token, "revoked": bot.revoked}


def group_json(chat: Chat) -> dict[str, Any]:
    ids = [member.id for member in chat.members]
    return {"chat_id": chat.id, "title": chat.title, "type": chat.type, "bot": chat.bot_status, "member_ids": ids}


def screen_json(world: World, chat: Chat, viewer: User, *, newest: int = SHOWN_MESSAGES) -> dict[str, Any]:
    """The screen of one person's phone, with at most so many messages; with 0, without that field."""
    keyboard = chat.reply_keyboard
    screen: dict[str, Any] = {
        "bot_id": chat.bot.id,
        "user_id": viewer.id,
        "chat_id": chat.id,
        "version": chat.version,
        "started": chat.started or chat.user is None,
        "blocked": chat.blocked,
        "reply_keyboard": None
        if keyboard is None
        else {
            "rows": keyboard.rows,
            "resize": keyboard.resize,
            "one_time": keyboard.one_time,
            "persistent": keyboard.persistent,
            "placeholder": keyboard.placeholder,
        },
        "force_reply": None
        if chat.force_reply is None
        else {"message_id": chat.force_reply.id, "placeholder": chat.force_reply_placeholder},
        "action": chat.action[0] if chat.action is not None and chat.action[1] > world.clock.monotonic() else None,
        "commands": commands_for(chat, viewer),
        "menu_button": _menu_button(chat.bot, viewer),
        "bot_description": localized(chat.bot.profile.descriptions, viewer.language_code),
        "toast": None if chat.toast is None else toast_json(chat.toast),
    }
    if newest:
        screen["messages"] = [
            shown_message(world, message, viewer) for message in list(chat.messages.values())[-newest:]
        ]
    return screen


def _menu_button(bot: Bot, viewer: User) -> dict[str, Any]:
    button = bot.profile.menu_buttons.get(viewer.id) or bot.profile.menu_buttons.get(None) or {"type": "default"}
    return {**button, "url": button["web_app"]["url"]} if "web_app" in button else button


def toast_json(toast: Toast) -> dict[str, Any]:
    return {
        "message_id": toast.message_id,
        "text": toast.text,
        "alert": toast.alert,
        "url": toast.url,
        "at": toast.at,
        "version": toast.version,
    }


def localized(texts: dict[str, str], language_code: str) -> str:
    return texts.get(language_code[:2]) or texts.get("", "")


def commands_for(chat: Chat, viewer: User) -> list[dict[str, str]]:
    """The commands in the phone's menu: of the narrowest scope that has any, in the person's language or in none."""
    if chat.user is not None:
        scopes = [CommandScope("chat", chat.id), CommandScope("all_private_chats"), CommandScope("default")]
    else:
        scopes = [
            CommandScope("chat_member", chat.id, viewer.id),
            CommandScope("chat", chat.id),
            CommandScope("all_group_chats"),
            CommandScope("default"),
        ]
    for scope in scopes:
        for language in (viewer.language_code[:2], ""):
            if commands := chat.bot.profile.commands.get((scope, language)):
                return commands
    return []


def shown_message(world: World, message: Message, viewer: User) -> dict[str, Any]:
    now = world.clock.monotonic()
    keyboard = message.inline_keyboard
    return {
        "message_id": message.id,
        "version": message.version,
        "date": message.date,
        "edit_date": message.edit_date,
        "outgoing": message.sender is viewer,
        "from_name": message.sender.name,
        "text": message.text.text,
        "entities": entities_json(message.text, world.users),
        "media": None if message.media is None else _media(message.media),
        "media_group_id": message.media_group_id,
        "reply_to": _reply(message.reply_to),
        "forward_from": _forward_name(message.forward_origin),
        "via_bot": message.via_bot.username if message.via_bot is not None else None,
        "inline_keyboard": []
        if keyboard is None
        else [
            [
                _button(button, waiting=message.waiting.get((row, column), 0) > now)
                for column, button in enumerate(buttons)
            ]
            for row, buttons in enumerate(keyboard.rows)
        ],
        "special": _special(message),
        "service": message.service or None,
    }


def _button(button: dict[str, Any], *, waiting: bool) -> dict[str, Any]:
    shown = {"text": button["text"], "kind": kind_of(button), "waiting": waiting}
    if "url" in button:
        shown["url"] = button["url"]
    return shown


def _media(media: Media) -> dict[str, Any]:
    if isinstance(media, Photo):
        largest = media.sizes[-1]
        small = next((size for size in media.sizes if max(size.width, size.height) >= 320), largest)
        return {
            "kind": "photo",
            "url": file_url(largest.file),
            "thumb_url": file_url(small.file),
            "width": largest.width,
            "height": largest.height,
            "has_spoiler": media.has_spoiler,
        }
    if isinstance(media, Clip):
        return _clip(media)
    return {
        "kind": "document",
        "url": file_url(media.file),
        "thumb_url": file_url(media.thumbnail.file) if media.thumbnail else None,
        "file_name": media.file.file_name,
        "file_size": media.file.size,
        "mime_type": media.file.mime_type,
    }


def _clip(clip: Clip) -> dict[str, Any]:
    facts = clip.facts
    return {
        "kind": clip.kind,
        "url": file_url(clip.file),
        "thumb_url": file_url(clip.thumbnail.file) if clip.thumbnail else None,
        "file_name": clip.file.file_name,
        "file_size": clip.file.size,
        "mime_type": clip.file.mime_type,
        "duration": facts.duration,
        "width": facts.width,
        "height": facts.height,
        "title": " – ".join(filter(None, (facts.performer, facts.title))),
        "emoji": facts.emoji,
        "has_spoiler": clip.has_spoiler,
    }


def file_url(stored: StoredFile) -> str:
    return f"/playground/files/{stored.key}/{quote(stored.file_name, safe='')}"


def _reply(message: Message | None) -> dict[str, Any] | None:
    if message is None or message.deleted:
        return None
    return {"message_id": message.id, "from_name": message.sender.name, "text": message.text.text or _kind(message)}


def _kind(message: Message) -> str:
    """What a message is that has no text to quote."""
    media = message.media
    if media is None:
        return message.service or next(iter(message.special), "").capitalize()
    if isinstance(media, Photo):
        return "Photo"
    return CLIP_NAMES[media.kind] if isinstance(media, Clip) else media.file.file_name


def _forward_name(origin: dict[str, Any] | None) -> str | None:
    if origin is None:
        return None
    sender = origin.get("sender_user")
    if sender is None:
        return str(origin["sender_user_name"])
    return " ".join(filter(None, (sender["first_name"], sender.get("last_name"))))


def _special(message: Message) -> dict[str, Any] | None:
    """A contact, a location or a poll; of a service message a phone shows only what it says."""
    if message.service or not message.special:
        return None
    ((kind, content),) = message.special.items()
    return {"kind": kind, **content}
