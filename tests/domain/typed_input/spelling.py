"""How people spell what they type: digits of other scripts, and what nobody sees."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from sys import maxunicode
from typing import TypeVar

from hypothesis import strategies as st

from domain.errors import InvalidInput

Value = TypeVar("Value")

ZEROS = [chr(code) for code in range(maxunicode + 1) if unicodedata.decimal(chr(code), None) == 0]
"""Each is followed by the other nine digits of its script."""
NOISE = [
    *"\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u061c\ufeff\u00ad\ufe0f"
]
"""Characters that nobody sees."""
SPACES = [*" \t\n\u00a0\u2007\u2009\u202f\u3000"]

scripts = st.sampled_from(ZEROS)
noise = st.lists(st.sampled_from(NOISE), max_size=3).map("".join)


def in_script(text: str, zero: str) -> str:
    return "".join(chr(ord(zero) + int(char)) if char in "0123456789" else char for char in text)


@st.composite
def noisy(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> str:
    """The text with invisible characters anywhere, other spaces for its spaces, and space around it."""
    shown: str = draw(texts)
    spaced = (draw(st.sampled_from(SPACES)) if char == " " else char for char in shown)
    around = draw(st.lists(st.sampled_from(SPACES), min_size=2, max_size=2))
    written = "".join(draw(noise) + char for char in spaced) + draw(noise)
    return f"{around[0]}{written}{around[1]}"


def outcome(read: Callable[[], Value]) -> Value | InvalidInput:
    """What was read, or why nothing was. Anything else that is raised is a bug."""
    try:
        return read()
    except InvalidInput as refused:
        return refused


def either(*texts: str) -> st.SearchStrategy[str]:
    """One of the spellings, in digits of any script, with noise."""
    return noisy(st.builds(in_script, st.sampled_from(texts), scripts))


def grouped_in_lakhs(digits: str) -> str:
    """12,34,567"""
    head, tail = digits[:-3], digits[-3:]
    pairs: Sequence[str] = [head[max(end - 2, 0) : end] for end in range(len(head), 0, -2)]
    return ",".join([*reversed(pairs), tail])
