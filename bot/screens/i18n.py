"""Languages: every text that a person reads passes through here, in its reader's language."""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Final

from bot.languages import LOCALE_FOLDER, PSEUDO_LANGUAGE, SOURCE_LANGUAGE

PSEUDO_MARKS: Final = ("⟦", "⟧")
"""Round a text that passed through here."""
PSEUDO_VALUE_MARKS: Final = ("⟨", "⟩")
"""Round each value that was put into it: a value that has letters needs marks of its own, or is what a person typed."""
DOMAIN: Final = "bot"


PLACEHOLDER: Final = re.compile(r"\{[^{}]*\}")


class PseudoTranslations(gettext.NullTranslations):
    """A language without a catalogue: each text in brackets, and each of its placeholders in others."""

    def gettext(self, message: str) -> str:
        return PLACEHOLDER.sub(lambda found: found[0].join(PSEUDO_VALUE_MARKS), message).join(PSEUDO_MARKS)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


@cache
def translations_for(language: str) -> gettext.NullTranslations:
    """The catalogue of a language such as "ur"; English where there is none."""
    if language == PSEUDO_LANGUAGE:
        return PseudoTranslations()
    return gettext.translation(DOMAIN, LOCALE_FOLDER, languages=[language], fallback=True)


_language: ContextVar[str] = ContextVar("language", default=SOURCE_LANGUAGE)


def current_language() -> str:
    return _language.get()


def speak(language: str | None) -> None:
    """Renders in a language for the rest of this task; None: in English."""
    _language.set(language or SOURCE_LANGUAGE)


@contextmanager
def speaking(language: str | None) -> Iterator[None]:
    """Renders in a language for the length of a block; None: in English."""
    token = _language.set(language or SOURCE_LANGUAGE)
    try:
        yield
    finally:
        _language.reset(token)


def _(text: str) -> str:
    """A text in the reader's language. Only ever called with a literal, so that extraction finds it."""
    return translations_for(_language.get()).gettext(text)


def count(one: str, many: str, number: int) -> str:
    """The form of a text that fits a number; `{n}` in it is the number, with thousands grouped."""
    return translations_for(_language.get()).ngettext(one, many, number).format(n=f"{number:,}")
