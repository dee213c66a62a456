"""What every family may be refused with, in words; and what is shown beside the words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from bot.screens.errors import ErrorTexts
from bot.screens.formatting import cut, esc
from bot.screens.i18n import _
from bot.screens.screen import MAX_TOAST, Screen
from domain.errors import ChangedMeanwhile, Conflict, DomainError, InvalidInput, NotAllowed, NotFound
from domain.errors.amounts import (
    AmountNegative,
    AmountOutOfRange,
    AmountTooPrecise,
    AmountZero,
    InvalidAmount,
    NotAnAmount,
)
from domain.errors.months import InvalidMonth
from domain.errors.texts import TextMissing, TextTooLong
from handlers.places import home_button

if TYPE_CHECKING:
    from bot.screens.context import OpsContext

TruthScreen = Callable[[DomainError, "OpsContext"], Awaitable[Screen | None]]

GENERAL = ErrorTexts()
GENERAL.add(DomainError, lambda _error, _context: _("That is not possible now. Nothing was changed."))
GENERAL.add(InvalidInput, lambda _error, _context: _("I cannot read that. Type it again."))
GENERAL.add(NotFound, lambda _error, _context: _("I cannot find that. It may have been removed."))
GENERAL.add(NotAllowed, lambda _error, _context: _("Your role does not include this. /menu shows what you can do."))
GENERAL.add(Conflict, lambda _error, _context: _("Somebody changed this in the meantime. Nothing was done."))
GENERAL.add(
    ChangedMeanwhile,
    lambda _error, _context: _("Somebody changed this at the same moment. Nothing was done. Try again."),
)

# What is typed in many places

GENERAL.add(InvalidAmount, lambda _error, _context: _("Type another amount, for example 1500 or 7.98."))
GENERAL.add(
    NotAnAmount, lambda _error, _context: _("I cannot read that as an amount. Type a number, for example 1500 or 7.98.")
)
GENERAL.add(AmountTooPrecise, lambda _error, _context: _("Type at most two digits after the point, for example 7.98."))
GENERAL.add(AmountNegative, lambda _error, _context: _("Type the amount without the minus. It cannot be below zero."))
GENERAL.add(AmountZero, lambda _error, _context: _("The amount is zero. Type another one, for example 1500."))
GENERAL.add(
    AmountOutOfRange,
    lambda error, _context: _("That amount is too large. The most is {limit:,}.").format(limit=error.limit),
)
GENERAL.add(InvalidMonth, lambda _error, _context: _("I cannot read that as a month. Type one, for example 2026-10."))
GENERAL.add(TextMissing, lambda _error, _context: _("There is nothing to read in that. Type some words."))
GENERAL.add(
    TextTooLong,
    lambda error, _context: _("That has {length:,} characters. The most is {limit:,}. Shorten it.").format(
        length=error.length, limit=error.limit
    ),
)


class Explanations:
    """Each family of screens adds the words for its refusals, and what it shows beside them."""

    def __init__(self) -> None:
        self.texts = ErrorTexts(GENERAL)
        self._truths: list[TruthScreen] = []

    def add_truth(self, truth: TruthScreen) -> None:
        """A screen that shows the record as it is now, where the tapped button tells which one; else None."""
        self._truths.append(truth)

    async def explain(self, error: DomainError, context: OpsContext) -> Screen:
        words = self.texts.text_of(error, context)
        toast = cut(words, MAX_TOAST)
        if context.scope.update.callback_query is None:
            return Screen(esc(words), rows=() if context.conversation.name else ((home_button(),),))
        for truth in self._truths:
            screen = await truth(error, context)
            if screen is not None:
                return screen.with_toast(toast, is_alert=True)
        return Screen(toast=toast, is_alert=True)
