"""The names of months and weekdays, in English and Urdu, as `plain` leaves them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from re import escape
from typing import Final

from domain.typed_input.letters import plain

_MONTHS: Final = (
    ("january", "jan", "جنوری"),
    ("february", "feb", "فروری"),
    ("march", "mar", "مارچ"),
    ("april", "apr", "اپریل"),
    ("may", "مئی"),
    ("june", "jun", "جون"),
    ("july", "jul", "جولائی"),
    ("august", "aug", "اگست"),
    ("september", "sept", "sep", "ستمبر"),
    ("october", "oct", "اکتوبر"),
    ("november", "nov", "نومبر"),
    ("december", "dec", "دسمبر"),
)
_WEEKDAYS: Final = (
    ("monday", "mon", "پیر", "سوموار"),
    ("tuesday", "tues", "tue", "منگل"),
    ("wednesday", "wed", "بدھ"),
    ("thursday", "thurs", "thur", "thu", "جمعرات"),
    ("friday", "fri", "جمعہ"),
    ("saturday", "sat", "ہفتہ", "سنیچر"),
    ("sunday", "sun", "اتوار"),
)

MONTHS: Final[Mapping[str, int]] = {plain(word): number for number, row in enumerate(_MONTHS, 1) for word in row}
"""1 to 12."""
WEEKDAYS: Final[Mapping[str, int]] = {plain(word): number for number, row in enumerate(_WEEKDAYS) for word in row}
"""0 to 6, from Monday, as `date.weekday` counts."""


def one_of(words: Iterable[str]) -> str:
    """A regular expression for one of the words; the longest that fits."""
    return "|".join(map(escape, sorted(words, key=len, reverse=True)))


def calendar_text(text: str) -> str:
    """A typed month or day, ready for its grammar: commas are spaces, none around - / and dots; no dot at the end."""
    shown = " ".join(plain(text).replace(",", " ").split())
    for sign in "-/.":
        shown = sign.join(part.strip() for part in shown.split(sign))
    return shown.rstrip(".")
