"""Months as office people write them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from re import compile as pattern
from typing import Final

from domain.clock import Month
from domain.errors.months import InvalidMonth
from domain.errors.texts import Ambiguous
from domain.typed_input.calendar_words import MONTHS, calendar_text, one_of
from domain.typed_input.letters import words

CLOSE_MONTHS: Final = 5
"""A month without a year that is at most so many months back is meant; the one ahead is then 7 months off or more."""

_THIS: Final = words(
    "this month", "current month", "is month", "is mahine", "is mah", "اس ماہ", "اس مہینے", "یہ مہینہ", "رواں ماہ"
)
_LAST: Final = words(
    *("last month", "previous month", "prev month", "pichle mahine", "pichlay mahine", "pichle month"),
    *("پچھلے ماہ", "پچھلے مہینے", "پچھلا مہینہ", "گزشتہ ماہ", "گذشتہ ماہ"),
)
_NEXT: Final = words(
    *("next month", "coming month", "agle mahine", "aglay mahine", "agle month"),
    *("اگلے ماہ", "اگلے مہینے", "اگلا مہینہ", "آئندہ ماہ"),
)
_NAME: Final = one_of(MONTHS)
_YEAR_FIRST: Final = pattern(rf"(?P<year>\d{{4}})(?:[-/. ](?P<number>\d{{1,2}})|[-/. ]?(?P<name>{_NAME}))")
_YEAR_LAST: Final = pattern(rf"(?:(?P<number>\d{{1,2}})[-/. ]|(?P<name>{_NAME})[-/. ]?)(?P<year>\d{{4}})")
_SHORT_YEAR: Final = pattern(rf"(?P<name>{_NAME})(?P<sign> ?'|[-/. ]?)(?P<year>\d\d)")
_NO_YEAR: Final = pattern(rf"(?P<number>\d{{1,2}})|(?P<name>{_NAME})")
_TWO_NUMBERS: Final = pattern(r"(?P<first>\d{1,2})[-/. ](?P<second>\d{1,2})")


def parse_month(text: str, today: date, *, future: bool | None = None) -> Month:
    """The month that a person typed: "2026-10", "10/2026", "Oct 2026", "Oct-26", "oct", "last month", "اکتوبر ۲۰۲۶".

    A name without a year is this month or one of the five before; any other may be the last or the next of that name,
    and is asked back.

    Args:
        text: What was typed.
        today: In the organization's calendar.
        future: Which side a name without a year means: True, this month or later; False, this one or earlier.

    Raises:
        Ambiguous: Such as "jan" in November, "10", "10/26", "Oct 26"; candidates are Month.
        InvalidMonth: Anything else.
    """
    shown, this = calendar_text(text), Month.containing(today)
    if shown in _THIS:
        return this
    if shown in _LAST:
        return this.previous()
    if shown in _NEXT:
        return this.next()
    if match := _YEAR_FIRST.fullmatch(shown) or _YEAR_LAST.fullmatch(shown):
        return _month(int(match["year"]), MONTHS[match["name"]] if match["name"] else int(match["number"]), text)
    if match := _SHORT_YEAR.fullmatch(shown):
        month = _month(2000 + int(match["year"]), MONTHS[match["name"]], text)
        if match["sign"].strip():
            return month
        # "Oct 26" may also be a day of October.
        is_day = 1 <= int(match["year"]) <= month.days
        return _only((month, *_of_number(month.month, this, future)) if is_day else (month,), text)
    if match := _NO_YEAR.fullmatch(shown):
        candidates = _of_number(MONTHS[match["name"]] if match["name"] else int(match["number"]), this, future)
        return _only(candidates, text, is_clear=match["name"] is not None)
    if match := _TWO_NUMBERS.fullmatch(shown):
        first, second = int(match["first"]), int(match["second"])
        as_year = (Month(2000 + second, first),) if 1 <= first <= 12 else ()
        as_day = tuple(month for month in _of_number(second, this, future) if 1 <= first <= month.days)
        return _only((*as_year, *as_day), text, is_clear=False)
    raise InvalidMonth(typed=text)


def _month(year: int, number: int, text: str) -> Month:
    try:
        return Month(year, number)
    except InvalidMonth:
        raise InvalidMonth(typed=text) from None


def _of_number(number: int, this: Month, future: bool | None) -> tuple[Month, ...]:
    """The months of that number which may be meant, the likeliest first."""
    if not 1 <= number <= 12:
        return ()
    if number == this.month:
        return (this,)
    last_year = this.year if number < this.month else this.year - 1
    back = 12 * (this.year - last_year) + this.month - number
    if future is False or (future is None and back <= CLOSE_MONTHS):
        years: tuple[int, ...] = (last_year,)
    else:
        years = (last_year + 1,) if future else (last_year, last_year + 1)
    found = []
    for year in years:
        with suppress(InvalidMonth):  # before 1900, after 2999
            found.append(Month(year, number))
    return tuple(found)


def _only(candidates: Iterable[Month], text: str, *, is_clear: bool = True) -> Month:
    found = tuple(dict.fromkeys(candidates))
    if not found:
        raise InvalidMonth(typed=text)
    if len(found) > 1 or not is_clear:
        raise Ambiguous(typed=text, candidates=found)
    return found[0]
