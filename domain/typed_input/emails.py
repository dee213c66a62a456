"""E-mail addresses."""

from __future__ import annotations

from re import compile as pattern
from typing import Final

from domain.errors.accounts import InvalidEmail
from domain.typed_input.letters import visible

EMAIL_LIMIT: Final = 255
"""Characters."""

_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_EMAIL: Final = pattern(rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+")
_NO_BREAK: Final = dict.fromkeys(map(ord, "\u00a0\u2007\u202f"))


def bare_address(text: str) -> str:
    """The text without invisible characters, no-break spaces and white space around it; not yet checked."""
    return visible(text.translate(_NO_BREAK))


def clean_email(text: str) -> str:
    """An address without what nobody sees, in the case in which it was typed.

    ASCII alone: other letters have no one lower case on which both databases and Python agree, so that an address could
    be somebody's for one of them and nobody's for another.

    Raises:
        InvalidEmail: Over 255 characters, or not like name@example.com.
    """
    email = bare_address(text)
    if len(email) > EMAIL_LIMIT or not _EMAIL.fullmatch(email):
        raise InvalidEmail(limit=EMAIL_LIMIT)
    return email
