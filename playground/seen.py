"""A text as a person sees it, and as they mark it: direction marks are for the app, an entity's offsets too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DIRECTION_MARKS = "\u200e\u200f\u061c\u2066\u2067\u2068\u2069"
AS_SEEN = {**dict.fromkeys(map(ord, DIRECTION_MARKS)), 0xA0: " "}


def as_seen(text: str) -> str:
    """The text without its direction marks and isolates, a no-break space being a space."""
    return text.translate(AS_SEEN)


def marked_links(text: str, links: Mapping[str, str]) -> list[dict[str, Any]]:
    """The text_link entities that make words of the text, where each first stands, lead somewhere.

    Raises:
        ValueError: a word is not in the text.
    """
    marks = []
    for word, url in links.items():
        at = text.find(word)
        if at < 0 or not word:
            raise ValueError(f"“{word}” is not in the text.")
        marks.append({"type": "text_link", "offset": _units(text[:at]), "length": _units(word), "url": url})
    return marks


def _units(text: str) -> int:
    """UTF-16 code units, in which Telegram counts."""
    return len(text.encode("utf-16-le")) // 2
