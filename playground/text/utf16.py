"""Lengths and offsets in UTF-16 code units, the unit of every offset that the Bot API shows."""

from __future__ import annotations

import re
from bisect import bisect_left

ASTRAL = re.compile("[\U00010000-\U0010ffff]")
"""The characters that take two units."""


def utf16_length(text: str) -> int:
    """How many UTF-16 code units `text` takes."""
    if text.isascii():
        return len(text)
    return len(text.encode("utf-16-le", "surrogatepass")) >> 1


def utf8_length(text: str) -> int:
    """How many bytes `text` takes in UTF-8; the byte offsets of Telegram's errors are such lengths."""
    if text.isascii():
        return len(text)
    return len(text.encode("utf-8", "surrogatepass"))


def has_lone_surrogates(text: str) -> bool:
    """Whether `text` holds half of a surrogate pair, so that it has no UTF-8 form."""
    if text.isascii():
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


class Utf16Index:
    """Converts between the code points of one text and their UTF-16 offsets."""

    __slots__ = ("_astral", "_mid", "length")

    def __init__(self, text: str) -> None:
        # Of every two-unit character: its index, and the UTF-16 offset between its units.
        self._astral = [] if text.isascii() else [found.start() for found in ASTRAL.finditer(text)]
        self._mid = [index + before + 1 for before, index in enumerate(self._astral)]
        self.length = len(text) + len(self._astral)
        """The text's length in UTF-16 code units."""

    def to_units(self, index: int) -> int:
        """The UTF-16 offset of the character at `index`."""
        return index + bisect_left(self._astral, index)

    def to_index(self, units: int) -> int:
        """The index of the character at UTF-16 offset `units`, which must not lie inside of one."""
        return units - bisect_left(self._mid, units)

    def is_inside_character(self, units: int) -> bool:
        """Whether UTF-16 offset `units` lies between the two units of one character."""
        at = bisect_left(self._mid, units)
        return at < len(self._mid) and self._mid[at] == units
