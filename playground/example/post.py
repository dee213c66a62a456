"""A post: what one person sent, its card, and how the others read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Literal

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from playground.example.sending import counted, cut, file_size

if TYPE_CHECKING:
    from telegram import Message

    from playground.example.people import Person

Kind = Literal["text", "photo", "document"]

LONGEST_TEXT = 3800
LONGEST_CAPTION = 900
"""What leaves room for a name below Telegram's 4096 and 1024."""
LONGEST_QUOTE = 300


@dataclass(slots=True)
class Post:
    """What one person sent: a text, a file or an album."""

    number: int
    author: Person
    kind: Kind
    text: str
    group_id: str | None = None
    """Of an album."""
    details: str = ""
    """Of a single file, as HTML: its name, its size."""
    files: list[str] = field(default_factory=list)
    message_ids: list[int] = field(default_factory=list)
    card_id: int | None = None
    is_collecting: bool = False
    """An album of which more may come."""
    shared_with: int = 0
    copies: list[tuple[int, int]] = field(default_factory=list)
    """Chat and message of what bears the text on the others' phones."""

    @property
    def is_single_file(self) -> bool:
        """Its card is the file itself; other cards are texts."""
        return self.kind != "text" and self.group_id is None

    @property
    def title(self) -> str:
        return "this" if self.kind == "text" else counted(len(self.files), self.kind, f"{self.kind}s")

    def bears(self, message: Message) -> bool:
        """Whether the text stands in that message: an album's in its first."""
        return self.author.id == message.chat.id and self.message_ids[0] == message.id

    def for_others(self) -> str:
        """The text, or the caption, as the others read it."""
        longest = LONGEST_TEXT if self.kind == "text" else LONGEST_CAPTION
        return f"{self.author.html}\n{escape(cut(self.text, longest))}".strip()

    def card(self) -> tuple[str, InlineKeyboardMarkup | None]:
        """What the author sees of it, with the buttons that make sense now."""
        quote = f"<blockquote>{escape(cut(self.text, LONGEST_QUOTE))}</blockquote>" if self.text else ""
        discard = InlineKeyboardButton("Discard", callback_data=f"discard:{self.number}")
        rows = None
        if self.shared_with:
            says = f"Shared with {counted(self.shared_with, 'person', 'people')}."
        elif self.is_collecting:
            says = f"{self.title} so far."
            rows = [[InlineKeyboardButton(f"{self.title} · Done", callback_data=f"done:{self.number}")], [discard]]
        else:
            says = f"Share {self.title} with the others?"
            rows = [[InlineKeyboardButton("Share", callback_data=f"share:{self.number}"), discard]]
        text = "\n".join(filter(None, (self.details, says, quote)))
        return text, None if rows is None else InlineKeyboardMarkup(rows)


def file_of(message: Message) -> tuple[str, Kind, str]:
    """A message's file_id, its kind and, as HTML, its details."""
    if message.document is not None:
        name = message.document.file_name or "A file"
        return (
            message.document.file_id,
            "document",
            f"<b>{escape(name)}</b> · {file_size(message.document.file_size or 0)}",
        )
    largest = message.photo[-1]
    details = f"{largest.width} × {largest.height} · {file_size(largest.file_size or 0)}"
    return largest.file_id, "photo", details
