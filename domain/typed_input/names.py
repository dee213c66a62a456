"""People's names: cleaned to be stored, folded to be found."""

from __future__ import annotations

import unicodedata
from re import compile as pattern
from typing import Final

from domain.errors.accounts import InvalidName
from domain.typed_input.letters import INVISIBLE, SHAPING, ascii_digits, same_signs, unified, visible

NAME_LIMIT: Final = 255
"""Characters."""

_SPELLING: Final = pattern("(?<=[^\\x00-\\x7f\\s])([\u200c\u200d])[\u200c\u200d]*(?=[^\\x00-\\x7f\\s])|[\u200c\u200d]")
"""A joiner between two letters of another script is spelling; any other is noise."""


def clean_name(text: str) -> str:
    """A name without needless white space and invisible characters, in one Unicode form.

    Raises:
        InvalidName: Empty, over 255 characters, without a letter or digit, or with characters that are no text.
    """
    shown = INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    name = unicodedata.normalize("NFC", " ".join(_SPELLING.sub(r"\1", " ".join(shown.split())).split()))
    no_text = any(unicodedata.category(char) in {"Cc", "Cs"} for char in name)
    if no_text or not any(map(str.isalnum, name)) or len(name) > NAME_LIMIT:
        raise InvalidName(limit=NAME_LIMIT)
    return name


def fold(text: str) -> str:
    """The search key of a name, a title, a business: equal for all spellings that people take for the same.

    No case, accents, harakat, tatweel, joiners or invisible characters; one letter for the variants of Urdu and Arabic
    keyboards (ي ى ے ئ: ی, ك: ک, ه ھ ۃ ة: ہ, أ إ آ ٱ: ا, ؤ: و, ں: ن); digits of any script as 0-9; single spaces. Empty
    where nothing of that is left.

    Folding a key again changes nothing. The keys in `users.name_key` were made by this function: a change to it needs a
    migration that makes them again.
    """
    key = text
    while (folded := _folded(key)) != key:
        key = folded
    return key


def _folded(text: str) -> str:
    compatible = unicodedata.normalize("NFKD", SHAPING.sub("", INVISIBLE.sub("", text)))
    folded = unified(same_signs(ascii_digits(compatible)))
    kept = (" " if char.isspace() else char for char in folded)
    return visible("".join(char for char in kept if unicodedata.category(char) not in {"Cc", "Cs"}))
