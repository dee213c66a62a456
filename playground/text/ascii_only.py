"""The C-like notions of text that Telegram's parsers work with: they know ASCII only."""

from __future__ import annotations

import re
import string

_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_EXACT_INTEGER = re.compile(r"0|-?[1-9][0-9]*")


def lower(text: str) -> str:
    """`text` with A–Z lowered and every other letter left alone."""
    return text.lower() if text.isascii() else text.translate(_LOWER)


def exact_integer(text: str, bits: int) -> int | None:
    """The signed integer of `bits` bits that `text` is the plain decimal form of: no plus, spaces or leading zeros."""
    if _EXACT_INTEGER.fullmatch(text) is None:
        return None
    # The length comes first: int() refuses thousands of digits.
    if len(text) > bits:
        return None
    value = int(text)
    return value if -(1 << (bits - 1)) <= value < 1 << (bits - 1) else None
