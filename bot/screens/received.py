"""Things that a person sent, as forms see them: the kind, the words, the file."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

from pydantic import BaseModel
from telegram import MessageEntity

from domain.files.naming import FileKind
from domain.orders.drafts import DraftFile

if TYPE_CHECKING:
    from telegram import Message


class Kind(StrEnum):
    TEXT = "text"
    PHOTO = "photo"
    DOCUMENT = "document"
    VIDEO = "video"
    VOICE = "voice"
    AUDIO = "audio"
    ANIMATION = "animation"
    STICKER = "sticker"
    CONTACT = "contact"
    LOCATION = "location"
    POLL = "poll"
    OTHER = "other"
    """A dice, a game, a story: what nobody sends to an office on purpose."""


class Received(BaseModel):
    """One message of a person's."""

    kind: Kind
    text: str = ""
    """What was typed, or the caption; links behind words are spelled out."""
    file: DraftFile | None = None
    """With photos and documents alone."""
    album: str = ""
    is_forwarded: bool = False
    message_id: int
    sent_at: int
    """Seconds since 1970, by Telegram's clock."""


# An animation comes with a `document` beside it, so it is asked for first.
_CONTENT: Final = (
    ("text", Kind.TEXT),
    ("photo", Kind.PHOTO),
    ("animation", Kind.ANIMATION),
    ("document", Kind.DOCUMENT),
    ("video", Kind.VIDEO),
    ("video_note", Kind.VIDEO),
    ("voice", Kind.VOICE),
    ("audio", Kind.AUDIO),
    ("sticker", Kind.STICKER),
    ("contact", Kind.CONTACT),
    ("venue", Kind.LOCATION),
    ("location", Kind.LOCATION),
    ("poll", Kind.POLL),
    ("dice", Kind.OTHER),
    ("game", Kind.OTHER),
    ("story", Kind.OTHER),
    ("paid_media", Kind.OTHER),
    ("checklist", Kind.OTHER),
    ("invoice", Kind.OTHER),
    ("giveaway", Kind.OTHER),
)


def received_of(message: Message) -> Received | None:
    """None for a service message (a pin, a timer, a wallpaper) and for kinds that Telegram may add."""
    kind = next((kind for name, kind in _CONTENT if getattr(message, name, None)), None)
    if kind is None:
        return None
    return Received(
        kind=kind,
        text=typed_text(message),
        file=file_of(message),
        album=message.media_group_id or "",
        is_forwarded=message.forward_origin is not None,
        message_id=message.message_id,
        sent_at=int(message.date.timestamp()),
    )


def typed_text(message: Message) -> str:
    """The text or caption, each link behind a word as "word (address)": otherwise its address would be lost."""
    text = message.text or message.caption or ""
    links = [
        entity
        for entity in (message.entities if message.text else message.caption_entities)
        if entity.type == MessageEntity.TEXT_LINK and entity.url
    ]
    if not links:
        return text
    # Telegram counts in units of UTF-16.
    units = text.encode("utf-16-le")
    for link in sorted(links, key=lambda each: each.offset, reverse=True):
        end = 2 * (link.offset + link.length)
        units = units[:end] + f" ({link.url})".encode("utf-16-le") + units[end:]
    return units.decode("utf-16-le")


def file_of(message: Message) -> DraftFile | None:
    """The photo, at its largest, or the document. An animation cannot be sent again as the document that it has."""
    if message.photo:
        photo = message.photo[-1]
        return DraftFile(photo.file_id, photo.file_unique_id, "", "image/jpeg", photo.file_size or 0, FileKind.PHOTO)
    document = message.document
    if document is None or message.animation is not None:
        return None
    return DraftFile(
        document.file_id,
        document.file_unique_id,
        document.file_name or "",
        document.mime_type,
        document.file_size or 0,
        FileKind.DOCUMENT,
    )
