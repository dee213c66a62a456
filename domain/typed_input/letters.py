"""Characters that mean the same: invisible ones, digits of any script, variants of letters and of separators."""

from __future__ import annotations

import unicodedata
from re import compile as pattern
from typing import Final

INVISIBLE: Final = pattern(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001]"
)
"""What nobody sees and no spelling needs: zero-width spaces, byte-order marks, direction marks, fillers."""
SHAPING: Final = pattern("[\u200c\u200d\ufe00-\ufe0f\U000e0020-\U000e007f\U000e0100-\U000e01ef]")
"""Joiners, variation selectors and tags: invisible too, but words and emoji are spelled with them."""

_SAME_SIGNS: Final = str.maketrans(
    {
        "٫": ".",  # Arabic decimal separator
        "۔": ".",  # Urdu full stop
        "．": ".",
        "٬": ",",  # Arabic thousands separator
        "،": ",",  # Arabic comma, which Urdu keyboards type in its place
        "，": ",",
        **dict.fromkeys("−‐‑‒–—－", "-"),
        **dict.fromkeys("⁄∕／", "/"),
        **dict.fromkeys("\u2018\u2019\u02bc´`＇", "'"),
        "＋": "+",
        "：": ":",
        "×": "x",
    }
)
_SAME_LETTERS: Final = str.maketrans(
    {
        **dict.fromkeys("\u064a\u0649\u06d2\u06cd\u06d0", "\u06cc"),  # yeh, alef maksura, yeh barree: ی
        **dict.fromkeys("\u0643\u06aa", "\u06a9"),  # kaf: ک
        **dict.fromkeys("\u0647\u06be\u06c3\u0629\u06d5", "\u06c1"),  # heh, doachashmee, teh marbuta: ہ
        "\u0671": "\u0627",  # alef wasla: ا
        "\u06ba": "\u0646",  # noon ghunna: ن
        **dict.fromkeys("\u0640\u0621\u0674", ""),  # tatweel, and hamza on its own
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ħ": "h",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "ð": "d",
    }
)
_MARKS: Final = frozenset({"Mn", "Me"})


def visible(text: str) -> str:
    """What remains of a text for matching: no invisible characters, single ordinary spaces, none around it."""
    return " ".join(SHAPING.sub("", INVISIBLE.sub("", text)).split())


def ascii_digits(text: str) -> str:
    """Digits of any script as 0-9; a fraction or a superscript is no digit and stays as it is."""
    return "".join(str(unicodedata.decimal(char)) if unicodedata.category(char) == "Nd" else char for char in text)


def unified(text: str) -> str:
    """Folded case, no accents or harakat, one letter for the variants that Urdu and Arabic keyboards type.

    Hamza as a mark goes away with the other marks: أ إ آ are ا, ؤ is و, ئ is ی.
    """
    bare = unicodedata.normalize("NFD", text.casefold())
    return "".join(char for char in bare if unicodedata.category(char) not in _MARKS).translate(_SAME_LETTERS)


def same_signs(text: str) -> str:
    """Dashes, slashes, apostrophes and decimal and thousands separators of any script as - / ' . and comma."""
    return text.translate(_SAME_SIGNS)


_ABBREVIATION: Final = pattern(r"(?<=[^\W\d_])[.:](?=[ \d]|$)")


def plain(text: str) -> str:
    """A typed number, amount or date, ready for its grammar: visible, ASCII digits and signs, unified letters.

    A dot or colon after a letter ("Rs. 500", "15 Nov.") is left out.
    """
    shown = _ABBREVIATION.sub(" ", unified(same_signs(ascii_digits(visible(text)))))
    return " ".join(shown.split())


def words(*written: str) -> frozenset[str]:
    """Words as `plain` leaves them, to compare with."""
    return frozenset(map(plain, written))
