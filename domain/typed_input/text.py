"""Typed text: titles, notes, reasons. What no database takes, and what turns lines round, is left out."""

from __future__ import annotations

import unicodedata
from typing import Final

from domain.errors.texts import TextMissing, TextTooLong
from domain.typed_input.letters import INVISIBLE, visible

__all__ = [
    "LINE_LIMIT",
    "REASON_LIMIT",
    "TEXT_LIMIT",
    "check_line",
    "check_note",
    "check_reason",
    "check_text",
    "check_title",
    "visible",
]

LINE_LIMIT: Final = 255
"""Characters of a title, a business, a folder: the columns' width."""
REASON_LIMIT: Final = 1000
"""Characters of a reason about money: fits into a message together with what it is about."""
TEXT_LIMIT: Final = 4000
"""Characters of a note, a comment: about one Telegram message."""


def check_title(text: str, *, field: str = "title", limit: int = LINE_LIMIT) -> str:
    """One line of 1 to `limit` characters, its white space tidied.

    Raises:
        TextMissing: Nothing that can be read.
        TextTooLong: It is longer.
    """
    return _present(check_line(text, field=field, limit=limit), field)


def check_line(text: str | None, *, field: str, limit: int = LINE_LIMIT) -> str | None:
    """One line of at most `limit` characters, its white space tidied; None: nothing that can be read.

    Raises:
        TextTooLong: It is longer.
    """
    return _limited(" ".join(_storable(text or "").split()), limit, field)


def check_text(text: str | None, *, field: str, limit: int = TEXT_LIMIT) -> str:
    """Lines of 1 to `limit` characters together: a reason, a comment.

    Raises:
        TextMissing: Nothing that can be read.
        TextTooLong: It is longer.
    """
    return _present(check_note(text, field=field, limit=limit), field)


def check_note(text: str | None, *, field: str = "note", limit: int = TEXT_LIMIT) -> str | None:
    """Lines of at most `limit` characters together; None: nothing that can be read.

    Raises:
        TextTooLong: It is longer.
    """
    return _limited(_storable(text or "").strip(), limit, field)


def check_reason(text: str | None, *, field: str = "reason") -> str:
    """Why money is given or taken: 1 to `REASON_LIMIT` characters.

    Raises:
        TextMissing, TextTooLong: As for `check_text`.
    """
    return check_text(text, field=field, limit=REASON_LIMIT)


def _present(text: str | None, field: str) -> str:
    if text is None:
        raise TextMissing(field=field)
    return text


def _limited(text: str, limit: int, field: str) -> str | None:
    if len(text) > limit:
        raise TextTooLong(field=field, limit=limit, length=len(text))
    # Joiners and other characters that only shape their neighbours are no text by themselves.
    return text if any(unicodedata.category(char)[0] not in "CZM" for char in text) else None


def _storable(text: str) -> str:
    """Without what the database refuses (NUL, halves of surrogate pairs), controls and invisible characters."""
    shown = INVISIBLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in shown if char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cs"})
