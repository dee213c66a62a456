"""Refusals in words: what is wrong, and what to do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bot.screens.formatting import day, esc, month_name
from bot.screens.i18n import _
from bot.screens.screen import Screen
from domain.clock import Month
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


def _ambiguous(error: DomainError, _context: OpsContext) -> str:
    candidates = error.facts["candidates"]
    readings = [_reading(each) for each in candidates] if isinstance(candidates, tuple) else []
    if len(readings) == 1:
        return _("Do you mean {reading}? Then please type it like that.").format(reading=readings[0])
    *others, last = readings
    return _("That can mean {others} or {last}. Please type the one that you mean.").format(
        others=", ".join(others), last=last
    )


def _reading(value: object) -> str:
    """A candidate, so that typed like that it has no other reading."""
    match value:
        case Month():
            return month_name(value)
        case date():
            return day(value)
        case Decimal():
            return f"{value:,.2f}"
    return f"{value:,}"


def _day_after_month(error: DomainError, _context: OpsContext) -> str:
    meant = error.facts["day"]
    text = _("The day comes first here. If you mean {day}, please type it like that.")
    return text.format(day=_reading(meant))


def fixed(text: str) -> Words:
    """Words without facts."""
    return lambda _error, _context: _(text)


def filled(text: str, **defaults: Any) -> Words:
    """Words with the error's facts in braces; toasts and messages show them as plain text."""
    return lambda error, _context: _(text).format(**{**defaults, **error.facts})


GENERAL: dict[str, Words] = {
    "refused": fixed("That is not possible now, and nothing was changed."),
    "invalid_input": fixed("I could not read that. Please type it again."),
    "ambiguous": _ambiguous,
    "not_an_amount": fixed("I cannot read that as an amount. Type a number such as 1500 or 7.98."),
    "amount_too_precise": fixed("An amount has at most two digits after the point."),
    "amount_negative": fixed("The amount must be above zero: type it without the minus."),
    "amount_zero": fixed("The amount must be above zero."),
    "amount_out_of_range": fixed("That is too large: the most I can hold is 99,999,999.99."),
    "other_currency": filled("All pay is in {expected} here. How much is it in {expected}, not in {currency}?"),
    "invalid_month": fixed("I cannot read that as a month. Type one such as Oct 2026 or 2026-10."),
    "invalid_day": fixed("I cannot read that as a day. Type one such as 15 Nov 2026 or 15/11/2026."),
    "day_after_month": _day_after_month,
    "not_found": fixed("I cannot find that. It may have been removed."),
    "not_allowed": fixed("Your role does not include this."),
    "conflict": fixed("That changed in the meantime, and nothing was done."),
    "changed_meanwhile": fixed("That changed in the meantime. Please try again."),
}
