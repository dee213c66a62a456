"""Texts cut by their length as Telegram counts it, in units of UTF-16."""

from __future__ import annotations

from bot.screens.screen import text_length


def short(text: str, most: int) -> str:
    """The beginning of a text; what is left out shows as "…", and the card has a button for all of it."""
    if text_length(text) <= most:
        return text
    return text.encode("utf-16-le")[: (most - 1) * 2].decode("utf-16-le", errors="ignore").rstrip() + "…"


def in_parts(text: str, most: int) -> list[str]:
    """All of a text, in order; no letter is cut in two."""
    parts = []
    while text:
        part = text.encode("utf-16-le")[: most * 2].decode("utf-16-le", errors="ignore")
        parts.append(part)
        text = text[len(part) :]
    return parts
