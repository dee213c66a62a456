"""Text with formatting, as the server stores it and as the Bot API writes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class TextError(ValueError):
    """A text that the server refuses; `str(error)` is the description without its `Bad Request: ` prefix."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One formatted stretch of a text.

    `offset` and `length` count UTF-16 code units, as all of the Bot API's entities do.
    """

    type: str
    offset: int
    length: int
    url: str | None = None
    """Of `text_link`."""
    user_id: int | None = None
    """Of `text_mention`; the server shows the whole user where it knows them."""
    language: str | None = None
    """Of `pre`."""
    custom_emoji_id: str | None = None
    unix_time: int | None = None
    """Of `date_time` (`<tg-time>`)."""
    date_time_format: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The entity as the Bot API writes it; a `text_mention` gets its `user` from the caller."""
        shown: dict[str, Any] = {"offset": self.offset, "length": self.length, "type": self.type}
        for name in ("url", "language", "custom_emoji_id", "unix_time", "date_time_format"):
            value = getattr(self, name)
            if value is not None:
                shown[name] = value
        return shown


@dataclass(frozen=True, slots=True)
class FormattedText:
    """A text and its entities, sorted by offset, the longer first."""

    text: str
    entities: tuple[Entity, ...] = ()
