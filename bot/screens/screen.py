"""Screens as values: made by the views, stored with their update, sent after the commit."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal, Self

from bot.screens.payloads import Payload

MediaKind = Literal["photo", "document"]
MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_TOAST = 200
"""What Telegram shows of a text, a caption, and an answer to a tap."""


def text_length(text: str) -> int:
    """As Telegram counts, in UTF-16 code units; tags and entities count too here, so it is never less than theirs."""
    return len(text.encode("utf-16-le")) // 2


@dataclass(frozen=True, slots=True)
class Button:
    """One inline button: `data` is a packed payload, or `url` an address."""

    text: str
    data: str = ""
    url: str = ""

    @classmethod
    def of(cls, text: str, payload: Payload) -> Self:
        return cls(text, data=payload.pack())


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class MediaItem:
    """A picture or document: by Telegram's own id where it is known, else by its key in the storage.

    With `invoice_id`, that invoice's PDF, made when it is sent.
    """

    kind: MediaKind
    file_id: str = ""
    storage_key: str = ""
    file_name: str = ""
    invoice_id: str = ""


@dataclass(frozen=True, slots=True)
class Screen:
    """One answer to an update, or one notification.

    `text` is HTML, at most 4096 characters when it is read. Several `media` go out as an album before the text; one
    `document` with the text as its caption where it fits.
    """

    text: str = ""
    rows: Rows = ()
    media: tuple[MediaItem, ...] = ()
    toast: str = ""
    """Answers the tap; with `is_alert` as a box that must be closed."""
    is_alert: bool = False
    as_new: bool = False
    """A new message, even where the tapped one could be edited."""
    delete: tuple[int, ...] = ()
    """Messages that go away first: one with a password."""
    retire: tuple[int, ...] = ()
    """Messages whose place this one takes: deleted once it is shown, or at least without buttons from then on."""
    keep: bool = False
    """The message stays as it is when one of its buttons is tapped: a receipt, a notice."""
    menu: str = ""
    """Sets the chat's command menu: a role's name, or "stranger"."""
    language: str = ""
    """In which the menu's commands are described."""
    card: tuple[str, str, int] | None = None
    """(entity type, id, version) of the record that this shows: its copies are kept up to date."""
    edit_message_id: int | None = None
    """This message is edited, whatever was tapped: an older copy of a card."""
    form: str = ""
    """The draft whose question this shows: where it stands is noted, as it goes away when the form goes on."""

    def with_toast(self, toast: str, *, is_alert: bool = False) -> Screen:
        return replace(self, toast=toast, is_alert=is_alert)

    def to_json(self) -> dict[str, Any]:
        """As it is stored: only what differs from an empty screen."""
        stored = {name: value for name in _NAMES if (value := getattr(self, name)) != getattr(_EMPTY, name)}
        for name in ("rows", "media"):
            if name in stored:
                stored[name] = asdict(self)[name]
        return stored

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        values = dict(stored)
        values["rows"] = tuple(tuple(Button(**button) for button in row) for row in stored.get("rows", ()))
        values["media"] = tuple(MediaItem(**item) for item in stored.get("media", ()))
        values["delete"] = tuple(stored.get("delete", ()))
        values["retire"] = tuple(stored.get("retire", ()))
        if card := stored.get("card"):
            values["card"] = (card[0], card[1], card[2])
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Origin:
    """What a screen answers: where it goes, and the message whose button was tapped."""

    chat_id: int
    callback_query_id: str = ""
    message_id: int | None = None
    has_media: bool = False
    is_kept: bool = False
    """The tapped message stays as it is, and the answer goes below it: see `Screen.keep`."""

    @property
    def own_message_id(self) -> int | None:
        """The tapped message, where the answer may take its place."""
        return None if self.is_kept else self.message_id

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in _ORIGIN_NAMES}


@dataclass(frozen=True, slots=True)
class Sent:
    """Where a screen stands after it was sent."""

    chat_id: int
    message_id: int
    has_media: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """The screens of one update and what they answer, as `inbound_updates.screen` holds them."""

    origin: Origin
    screens: tuple[Screen, ...] = field(default=())
    seen: int = 0
    """Place in the log up to which they are true."""

    @property
    def edit(self) -> Screen | None:
        """The screen that takes the place of the tapped message; None where none does."""
        if self.origin.own_message_id is None or self.origin.has_media:
            return None
        shown = (screen for screen in self.screens if screen.text or screen.media)
        first = next((screen for screen in shown if screen.edit_message_id is None), None)
        if first is None or first.as_new or first.media:
            return None
        return first

    def to_json(self) -> dict[str, Any]:
        screens = [screen.to_json() for screen in self.screens]
        return {"origin": self.origin.to_json(), "screens": screens, "seen": self.seen}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        screens = tuple(Screen.from_json(screen) for screen in stored["screens"])
        return cls(Origin(**stored["origin"]), screens, stored.get("seen", 0))


_EMPTY = Screen()
_NAMES = tuple(each.name for each in fields(Screen))
_ORIGIN_NAMES = tuple(each.name for each in fields(Origin))
