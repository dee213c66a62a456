"""Messages as the Bot API writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.files import file_id, file_unique_id
from playground.model import Clip, Photo

if TYPE_CHECKING:
    from playground.model import Bot, Document, Message, PhotoSize, User
    from playground.text import FormattedText


def message_json(message: Message, people: dict[int, User], *, with_reply: bool = True) -> dict[str, Any]:
    """A message for its bot; `people` are looked up for text mentions. A reply shows what it answers, one level."""
    shown: dict[str, Any] = {
        "message_id": message.id,
        "from": message.sender.to_json(),
        "chat": message.chat.to_json(),
        "date": message.date,
    }
    if message.edit_date is not None:
        shown["edit_date"] = message.edit_date
    if message.forward_origin is not None:
        shown["forward_origin"] = message.forward_origin
        if "sender_user" in message.forward_origin:
            shown["forward_from"] = message.forward_origin["sender_user"]
        else:
            shown["forward_sender_name"] = message.forward_origin["sender_user_name"]
        shown["forward_date"] = message.forward_origin["date"]
    if message.via_bot is not None:
        shown["via_bot"] = message.via_bot.to_json()
    if message.reply_to is not None and with_reply and not message.reply_to.deleted:
        shown["reply_to_message"] = message_json(message.reply_to, people, with_reply=False)
    if message.media_group_id is not None:
        shown["media_group_id"] = message.media_group_id
    if message.has_protected_content:
        shown["has_protected_content"] = True
    if message.media is None:
        _add_text(shown, message.text, people, "text", "entities")
        if message.link_preview is not None:
            shown["link_preview_options"] = message.link_preview
    else:
        shown.update(_media_json(message))
        _add_text(shown, message.text, people, "caption", "caption_entities")
        if message.caption_above:
            shown["show_caption_above_media"] = True
    shown.update(message.special)
    if message.inline_keyboard is not None:
        shown["reply_markup"] = message.inline_keyboard.to_json()
    return shown


def _add_text(
    shown: dict[str, Any], text: FormattedText, people: dict[int, User], text_name: str, entities_name: str
) -> None:
    if not text.text:
        return
    shown[text_name] = text.text
    if text.entities:
        shown[entities_name] = entities_json(text, people)


def entities_json(text: FormattedText, people: dict[int, User]) -> list[dict[str, Any]]:
    """A text's entities; a mention of somebody unknown is left out, as the real server does."""
    shown = []
    for entity in text.entities:
        form = entity.to_json()
        if entity.user_id is not None:
            person = people.get(entity.user_id)
            if person is None:
                continue
            form["user"] = person.to_json()
        shown.append(form)
    return shown


def _media_json(message: Message) -> dict[str, Any]:
    bot, media = message.chat.bot, message.media
    if isinstance(media, Photo):
        shown: dict[str, Any] = {"photo": [photo_size_json(bot, size) for size in media.sizes]}
        if media.has_spoiler:
            shown["has_media_spoiler"] = True
        return shown
    assert media is not None  # noqa: S101 - the caller asked for a message with media
    if isinstance(media, Clip):
        return _clip_message_json(bot, media)
    return {"document": document_json(bot, media)}


def _clip_message_json(bot: Bot, clip: Clip) -> dict[str, Any]:
    """A clip under the name of its kind; an animation is shown as a document too, for bots older than animations."""
    shown: dict[str, Any] = {clip.kind: clip_json(bot, clip)}
    if clip.kind == "animation":
        shown["document"] = document_json(bot, clip)
    if clip.has_spoiler:
        shown["has_media_spoiler"] = True
    return shown


def clip_json(bot: Bot, clip: Clip) -> dict[str, Any]:
    """Each kind with the members that the Bot API has for it."""
    facts = clip.facts
    shown: dict[str, Any] = {}
    if clip.kind == "sticker":
        ending = clip.file.file_name.rpartition(".")[2]
        shown.update(width=facts.width, height=facts.height, emoji=facts.emoji, set_name="PlaygroundStickers")
        shown.update(is_animated=ending == "tgs", is_video=ending == "webm", type="regular")
    else:
        shown["duration"] = facts.duration
    if clip.kind in {"video", "animation"}:
        shown.update(width=facts.width, height=facts.height)
    if clip.kind in {"video", "animation", "audio"}:
        shown["file_name"] = clip.file.file_name
    if clip.kind == "video_note":
        shown["length"] = facts.width
    if clip.kind not in {"video_note", "sticker"}:
        shown["mime_type"] = clip.file.mime_type
    if facts.title:
        shown["title"] = facts.title
    if facts.performer:
        shown["performer"] = facts.performer
    return {**shown, **_file_json(bot, clip)}


def photo_size_json(bot: Bot, size: PhotoSize) -> dict[str, Any]:
    return {
        "file_id": file_id(bot, size.file),
        "file_unique_id": file_unique_id(size.file),
        "file_size": size.file.size,
        "width": size.width,
        "height": size.height,
    }


def document_json(bot: Bot, document: Document | Clip) -> dict[str, Any]:
    file = document.file
    return {"file_name": file.file_name, "mime_type": file.mime_type, **_file_json(bot, document)}


def _file_json(bot: Bot, media: Document | Clip) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    if media.thumbnail is not None:
        shown["thumbnail"] = shown["thumb"] = photo_size_json(bot, media.thumbnail)
    shown["file_id"] = file_id(bot, media.file)
    shown["file_unique_id"] = file_unique_id(media.file)
    shown["file_size"] = media.file.size
    return shown
