"""Sentences for what every family may be refused with."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.screens.errors import ErrorTexts
from bot.screens.formatting import day, isolated, month_name, number
from bot.screens.i18n import _
from domain.clock import Month
from domain.errors import ChangedMeanwhile, Conflict, DomainError, InvalidInput, NotAllowed, NotFound
from domain.errors.amounts import (
    AmountNegative,
    AmountOutOfRange,
    AmountTooPrecise,
    AmountZero,
    InvalidAmount,
    NotAnAmount,
    OtherCurrency,
)
from domain.errors.days import DayAfterMonth, InvalidDay
from domain.errors.months import InvalidMonth
from domain.errors.texts import Ambiguous, TextMissing, TextTooLong

if TYPE_CHECKING:
    from bot.screens.context import OpsContext

ERRORS = ErrorTexts()
ERRORS.add(DomainError, lambda _error, _context: _("That is not possible now. Nothing was changed."))
ERRORS.add(InvalidInput, lambda _error, _context: _("I cannot read that. Type it again."))
ERRORS.add(NotFound, lambda _error, _context: _("I cannot find that. It may have been removed."))
ERRORS.add(NotAllowed, lambda _error, _context: _("Your role does not include this. /menu shows what you can do."))
ERRORS.add(Conflict, lambda _error, _context: _("Somebody changed this in the meantime. Nothing was done."))
ERRORS.add(
    ChangedMeanwhile,
    lambda _error, _context: _("Somebody changed this at the same moment. Nothing was done. Try again."),
)

# What is typed in many places

ERRORS.add(InvalidAmount, lambda _error, _context: _("Type another amount, for example 1500 or 7.98."))
ERRORS.add(
    NotAnAmount, lambda _error, _context: _("I cannot read that as an amount. Type a number, for example 1500 or 7.98.")
)
ERRORS.add(AmountTooPrecise, lambda _error, _context: _("Type at most two digits after the point, for example 7.98."))
ERRORS.add(AmountNegative, lambda _error, _context: _("Type the amount without the minus. It cannot be below zero."))
ERRORS.add(AmountZero, lambda _error, _context: _("The amount is zero. Type another one, for example 1500."))
ERRORS.add(
    AmountOutOfRange,
    lambda error, _context: _("That amount is too large. The most is {limit:,}.").format(limit=error.limit),
)
ERRORS.add(
    OtherCurrency,
    lambda error, _context: _("All pay is in {expected} here. Type how much it is in {expected}.").format(
        expected=isolated(error.expected)
    ),
)
ERRORS.add(InvalidMonth, lambda _error, _context: _("I cannot read that as a month. Type one, for example Oct 2026."))
ERRORS.add(InvalidDay, lambda _error, _context: _("I cannot read that as a day. Type one, for example 15 Nov 2026."))
ERRORS.add(
    DayAfterMonth,
    lambda error, _context: _("The day comes first here. Do you mean {day}? Then type it like that.").format(
        day=day(error.day)
    ),
)


@ERRORS.explains(Ambiguous)
def _ambiguous(error: Ambiguous, _context: OpsContext) -> str:
    """Which reading is meant; where a form asks, each is a button too."""
    readings = [_reading(each) for each in error.candidates]
    if len(readings) == 1:
        return _("Do you mean {reading}? Tap it, or type it like that.").format(reading=readings[0])
    *others, last = readings
    return _("Do you mean {others} or {last}? Tap the right one, or type it like that.").format(
        others=", ".join(others), last=last
    )


def _reading(value: object) -> str:
    """A candidate, written so that it has no other reading."""
    match value:
        case Month():
            return month_name(value)
        case date():
            return day(value)
        case Decimal():
            return number(value)
    return f"{value:,}"


ERRORS.add(TextMissing, lambda _error, _context: _("There is nothing to read in that. Type some words."))
ERRORS.add(
    TextTooLong,
    lambda error, _context: _("That has {length:,} characters. The most is {limit:,}. Shorten it.").format(
        length=error.length, limit=error.limit
    ),
)
