"""Refusals in words: what is wrong, and what to do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from bot.screens.formatting import esc
from bot.screens.i18n import _
from bot.screens.screen import Screen
from handlers.places import home_button

if TYPE_CHECKING:
    from bot.screens.context import OpsContext
    from domain.errors import DomainError

Words = Callable[["DomainError", "OpsContext"], str]
TruthScreen = Callable[["DomainError", "OpsContext"], Awaitable[Screen | None]]


class Explanations:
    """Each family of screens adds the words for its refusals, and what it shows beside them."""

    def __init__(self) -> None:
        self._words: dict[str, Words] = {}
        self._truths: list[TruthScreen] = []

    def add(self, words: dict[str, Words]) -> None:
        """Words by the error's code. A code that nobody explains falls back to its family's."""
        self._words.update(words)

    def add_truth(self, truth: TruthScreen) -> None:
        """A screen that shows the record as it is now, where the tapped button tells which one; else None."""
        self._truths.append(truth)

    async def explain(self, error: DomainError, context: OpsContext) -> Screen:
        words = self._find(error)(error, context)
        if context.scope.update.callback_query is None:
            return Screen(esc(words), rows=() if context.conversation.name else ((home_button(),),))
        for truth in self._truths:
            screen = await truth(error, context)
            if screen is not None:
                return screen.with_toast(words, is_alert=True)
        return Screen(toast=words, is_alert=True)

    def _find(self, error: DomainError) -> Words:
        for family in type(error).__mro__:
            code = family.__dict__.get("code")
            if code in self._words:
                return self._words[code]
        return lambda _error, _context: _("That did not work, and nothing was changed.")


def fixed(text: str) -> Words:
    """Words without facts."""
    return lambda _error, _context: _(text)


def filled(text: str, **defaults: Any) -> Words:
    """Words with the error's facts in braces; toasts and messages show them as plain text."""
    return lambda error, _context: _(text).format(**{**defaults, **error.facts})


GENERAL: dict[str, Words] = {
    "refused": fixed("That is not possible now, and nothing was changed."),
    "invalid_input": fixed("I could not read that. Please type it again."),
    "not_an_amount": fixed("I cannot read that as an amount. Type a number such as 1500 or 7.98."),
    "amount_too_precise": fixed("An amount has at most two digits after the point."),
    "amount_negative": fixed("The amount must be above zero: type it without the minus."),
    "amount_zero": fixed("The amount must be above zero."),
    "amount_out_of_range": fixed("That is too large: the most I can hold is 99,999,999.99."),
    "invalid_month": fixed("Type a month such as 2026-10."),
    "not_found": fixed("I cannot find that. It may have been removed."),
    "not_allowed": fixed("Your role does not include this."),
    "conflict": fixed("That changed in the meantime, and nothing was done."),
    "changed_meanwhile": fixed("That changed in the meantime. Please try again."),
}
