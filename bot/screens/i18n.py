"""Words: every text that a person reads passes through here, so that a translation can take its place."""

from __future__ import annotations

from contextvars import ContextVar
from gettext import NullTranslations

_ENGLISH = NullTranslations()
_translations: ContextVar[NullTranslations] = ContextVar("translations", default=_ENGLISH)


def _(text: str) -> str:
    """A text in the reader's language."""
    return _translations.get().gettext(text)


def count(one: str, many: str, number: int) -> str:
    """The form that fits a number; `{n}` in it is the number."""
    return _translations.get().ngettext(one, many, number).format(n=f"{number:,}")
