"""Names and e-mail addresses as people type them."""

import unicodedata
from re import compile as pattern
from typing import Final

from domain.errors.accounts import InvalidEmail, InvalidName

LIMIT: Final = 255
"""Characters, of a name as of an address."""

_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Turn the direction of the text that follows, so that a name could rewrite the sentence around it."""
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_EMAIL: Final = pattern(rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+")


def clean_name(text: str) -> str:
    """A name without needless white space, in one Unicode form.

    Raises:
        InvalidName: Empty, over 255 characters, without a letter or digit, or with characters that are no text.
    """
    name = unicodedata.normalize("NFC", " ".join(text.split()))
    no_text = any(char in _TURNING or unicodedata.category(char) in {"Cc", "Cs"} for char in name)
    if no_text or not any(map(str.isalnum, name)) or len(name) > LIMIT:
        raise InvalidName(limit=LIMIT)
    return name


def clean_email(text: str) -> str:
    """An address without white space around it, in the case in which it was typed.

    ASCII alone: other letters have no one lower case on which both databases and Python agree, so that an address could
    be somebody's for one of them and nobody's for another.

    Raises:
        InvalidEmail: Over 255 characters, or not like name@example.com.
    """
    email = text.strip()
    if len(email) > LIMIT or not _EMAIL.fullmatch(email):
        raise InvalidEmail(limit=LIMIT)
    return email
