"""Sentences for refusals about one's own orders: looking is refused in the general words, submitting in its own."""

from __future__ import annotations

from bot.screens.errors import ErrorTexts

ERRORS = ErrorTexts()
