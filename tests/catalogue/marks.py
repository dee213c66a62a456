"""Marks in texts: of the pseudo-language, round what was translated, and of Unicode, round what was typed."""

from __future__ import annotations

import re
import unicodedata
from html import unescape
from typing import Final

from bot.screens.i18n import PSEUDO_MARKS, PSEUDO_VALUE_MARKS

ISOLATE: Final = re.compile("[\u2066\u2067\u2068][^\u2066-\u2069\n]*\u2069")
TAG: Final = re.compile(r"</?(?:b|i|u|s|a|code|pre|blockquote)(?: [^>]*)?>")
NO_WORDS: Final = re.compile(r"https?://\S+|/[a-z_]+\b|\bPKR\b(?!.?[\d-])")
"""Addresses, commands, the name of the currency alone."""
_OPEN, _CLOSE = PSEUDO_MARKS
_VALUE, _VALUE_END = PSEUDO_VALUE_MARKS
PIECE: Final = re.compile(
    f"{_OPEN}(?P<text>[^{_OPEN}{_CLOSE}{_VALUE}{_VALUE_END}]*){_CLOSE}"
    f"|{_VALUE}(?P<value>[^{_OPEN}{_CLOSE}{_VALUE}{_VALUE_END}]*){_VALUE_END}"
)
FIRST_LINE: Final = re.compile(f"{_VALUE}{_OPEN}[^{_OPEN}{_CLOSE}{_VALUE}{_VALUE_END}]*{_VALUE_END}")
"""Of a translated text of several, as a value of another."""
AMOUNT: Final = re.compile(r"[A-Z]{3}[ \u00a0][\d,.]*\d")


def plain(html: str) -> str:
    """A message's text without its tags."""
    return unescape(TAG.sub("", html))


def without_isolates(text: str) -> str:
    while ISOLATE.search(text):
        text = ISOLATE.sub("", text)
    return text


def unmarked(text: str) -> list[str]:
    """What passed through no translation: letters outside of all marks, and values of a translated text that are
    neither translated themselves, nor typed by somebody, nor a number or a day."""
    text = FIRST_LINE.sub("", NO_WORDS.sub("", without_isolates(text)))
    found = []
    while (piece := PIECE.search(text)) is not None:
        value = piece["value"]
        if value is not None and has_letters(value):
            found.append(value)
        text = text[: piece.start()] + text[piece.end() :]
    return [*found, text] if has_letters(text) else found


def has_letters(text: str) -> bool:
    return any(unicodedata.category(char).startswith("L") for char in text)


def is_right_to_left(char: str) -> bool:
    return unicodedata.bidirectional(char) in {"R", "AL"}


def not_isolated(text: str) -> list[str]:
    """Lines in which something right-to-left stands in the open, and turns round what is beside it."""
    return [line for line in without_isolates(text).split("\n") if any(map(is_right_to_left, line))]


def parted_amounts(text: str) -> list[str]:
    """Amounts whose currency and number a line may part, or that stand in the open."""
    apart = [found for found in AMOUNT.findall(text) if "\u00a0" not in found]
    return [*apart, *AMOUNT.findall(without_isolates(text))]
