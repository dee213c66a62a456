"""Days as office people write them. In numbers the day comes first here: 11/12/2026 is 11 December."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date, timedelta
from re import Match
from re import compile as pattern
from typing import Final

from domain.clock import Month
from domain.errors.days import DayAfterMonth, InvalidDay
from domain.errors.months import InvalidMonth
from domain.errors.texts import Ambiguous
from domain.typed_input.calendar_words import MONTHS, WEEKDAYS, calendar_text, one_of
from domain.typed_input.letters import plain, words

CLOSE_DAYS: Final = 60
"""A day without a year that is at most so far from today is meant; the same day of other years is 300 days off."""
_YEARS_AROUND: Final = 8
"""The 29th of February may be as far away as that."""

_OFFSETS: Final[Mapping[str, int]] = {
    plain(word): offset
    for offset, listed in (
        (0, ("today", "aaj", "aj", "آج")),
        (1, ("tomorrow", "tomorow", "tmrw", "tmr", "آنے والا کل", "آئندہ کل")),
        (-1, ("yesterday", "گزشتہ کل", "گذشتہ کل", "گزشتہ روز")),
        (2, ("day after tomorrow", "the day after tomorrow")),
        (-2, ("day before yesterday", "the day before yesterday")),
    )
    for word in listed
}
_EITHER_SIDE: Final = dict.fromkeys(words("kal", "کل"), 1) | dict.fromkeys(words("parson", "parsoon", "پرسوں"), 2)
"""Words that mean so many days ahead and so many days ago alike."""

_NAME: Final = one_of(MONTHS)
_YEAR: Final = r"(?P<year>\d{4}|'?\d\d)"
_DAY: Final = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_NUMBERS: Final = pattern(r"(?P<full_year>\d{4})(?P<between>[-/. ])(?P<month>\d{1,2})(?P=between)(?P<day>\d{1,2})")
_DAY_FIRST: Final = pattern(
    rf"(?P<day>\d{{1,2}})(?P<between>[-/.])(?P<month>\d{{1,2}})(?:(?P=between){_YEAR})?"
    r"|(?P<day_>\d{1,2}) (?P<month_>\d{1,2}) (?P<year_>\d{4})"
)
_NAMED: Final = (
    pattern(rf"{_DAY}(?:[-/. ]| of |)(?P<name>{_NAME})(?:[-/. ]?{_YEAR})?"),
    pattern(rf"(?P<name>{_NAME})[-/. ]?{_DAY}(?:[-/. ](?P<year>\d{{4}}))?"),
    pattern(rf"(?P<year>\d{{4}})[-/. ](?P<name>{_NAME})[-/. ]{_DAY}"),
)
_NUMBER: Final = pattern(r"(?P<day>\d{1,2})(?:st|nd|rd|th)?")
_WHICH: Final = one_of(
    words("last", "previous", "next", "this", "coming", "پچھلے", "گزشتہ", "اگلے", "اس", "آئندہ"),
)
_WEEKDAY: Final = pattern(rf"(?:(?P<which>{_WHICH}) )?(?P<weekday>{one_of(WEEKDAYS)})")
_WEEKDAY_BEFORE: Final = pattern(rf"(?P<weekday>{one_of(WEEKDAYS)}) (?P<rest>.*\d.*)")
_LAST: Final = words("last", "previous", "پچھلے", "گزشتہ")
_THIS: Final = words("this", "اس")


def parse_day(text: str, today: date, *, future: bool | None = None) -> date:
    """The day that a person typed: "2026-11-15", "15/11/2026", "15 Nov", "tomorrow", "Friday", "۱۵ نومبر", "آج".

    Numbers are read day first. A day without a year is the one within 60 days of today, else it is asked back. A
    weekday is the next or the last one, as `future` says.

    Args:
        text: What was typed.
        today: In the organization's calendar.
        future: On which side of today the day lies where it is not said: True, today or later (a due day); False, today
            or earlier (a day of payment); None, either. What is said is taken whatever the side.

    Raises:
        Ambiguous: Such as "15 Mar" in November, "next Friday", "15", "کل" on either side; candidates are date.
        DayAfterMonth: "12/25/2026".
        InvalidDay: Anything else, such as the 31st of November or the year 202.
    """
    reader = _Reader(text, today, future)
    shown = calendar_text(text)
    if weekday := _WEEKDAY_BEFORE.fullmatch(shown):
        candidates = reader.candidates(weekday["rest"])
        return reader.only(day for day in candidates if day.weekday() == WEEKDAYS[weekday["weekday"]])
    if _NUMBER.fullmatch(shown):
        return reader.only(reader.candidates(shown), is_clear=False)
    return reader.only(reader.candidates(shown))


class _Reader:
    def __init__(self, text: str, today: date, future: bool | None) -> None:
        self._text = text
        self._today = today
        self._future = future

    def only(self, candidates: Iterable[date], *, is_clear: bool = True) -> date:
        found = tuple(dict.fromkeys(candidates))
        if not found:
            raise self._invalid()
        if len(found) > 1 or not is_clear:
            raise Ambiguous(typed=self._text, candidates=found)
        return found[0]

    def candidates(self, shown: str) -> tuple[date, ...]:
        """What may be meant, the likeliest first; none: it is no day."""
        if shown in _OFFSETS:
            return self._after_today(_OFFSETS[shown])
        if shown in _EITHER_SIDE:
            days = _EITHER_SIDE[shown]
            sides = {True: (days,), False: (-days,), None: (days, -days)}
            return self._after_today(*sides[self._future])
        if match := _WEEKDAY.fullmatch(shown):
            return self._on_weekday(WEEKDAYS[match["weekday"]], match["which"])
        if match := _NUMBERS.fullmatch(shown):
            return (self._day(int(match["full_year"]), int(match["month"]), int(match["day"])),)
        if match := _DAY_FIRST.fullmatch(shown):
            return self._day_first(match)
        for form in _NAMED:
            if match := form.fullmatch(shown):
                return self._dated(match["year"], MONTHS[match["name"]], int(match["day"]))
        if match := _NUMBER.fullmatch(shown):
            return self._of_any_month(int(match["day"]))
        return ()

    def _day_first(self, match: Match[str]) -> tuple[date, ...]:
        day, month = int(match["day"] or match["day_"]), int(match["month"] or match["month_"])
        year = match["year"] or match["year_"]
        if month > 12 and 1 <= day <= 12:
            self._refuse_month_first(year, day, month)
        return self._dated(year, month, day)

    def _refuse_month_first(self, year: str | None, month: int, day: int) -> None:
        try:
            swapped = self._dated(year, month, day)
        except InvalidDay:
            return
        if swapped:
            raise DayAfterMonth(typed=self._text, day=swapped[0])

    def _dated(self, year: str | None, month: int, day: int) -> tuple[date, ...]:
        if year is not None:
            written = year.removeprefix("'")
            return (self._day(int(written) + (2000 if len(written) == 2 else 0), month, day),)
        years = range(self._today.year - _YEARS_AROUND, self._today.year + _YEARS_AROUND + 1)
        return self._around_today(lambda number: self._day(years[number], month, day), len(years))

    def _of_any_month(self, day: int) -> tuple[date, ...]:
        months = [Month.containing(self._today)]
        with suppress(InvalidMonth):
            before, after = months[0].previous(), months[0].next()
            months = [before.previous(), before, *months, after, after.next()]
        return self._around_today(
            lambda number: self._day(months[number].year, months[number].month, day), len(months), is_clear=False
        )

    def _around_today(self, day_of: Callable[[int], date], count: int, *, is_clear: bool = True) -> tuple[date, ...]:
        """Of the same day in several years or months: those that may be meant."""
        days = []
        for number in range(count):
            with suppress(InvalidDay):
                days.append(day_of(number))
        ahead = [day for day in days if day >= self._today][:1]
        back = [day for day in days if day <= self._today][-1:]
        near = sorted({*ahead, *back}, key=lambda day: abs((day - self._today).days))
        asked = {True: ahead, False: back, None: near}[self._future]
        close = [day for day in near[:1] if abs((day - self._today).days) <= CLOSE_DAYS]
        if self._future is None:
            return tuple((close if is_clear else ()) or near)
        # Whoever types the day before yesterday as a due day does not mean next year's.
        return tuple(dict.fromkeys((*asked, *close)))

    def _on_weekday(self, weekday: int, which: str | None) -> tuple[date, ...]:
        ahead = (weekday - self._today.weekday()) % 7
        """Days until the next one; 0: today is one."""
        if which in _LAST:
            return self._after_today(ahead - 7)
        if which in _THIS:
            return self._after_today(ahead)
        if which is not None:
            # For some that is the coming one, for some the one after it.
            return self._after_today(ahead or 7, (ahead or 7) + 7)
        if ahead == 0:
            return self._after_today(*{True: (0, 7), False: (0, -7), None: (0, 7, -7)}[self._future])
        return self._after_today(*{True: (ahead,), False: (ahead - 7,), None: (ahead, ahead - 7)}[self._future])

    def _after_today(self, *offsets: int) -> tuple[date, ...]:
        try:
            days = [self._today + timedelta(days=offset) for offset in offsets]
            return tuple(self._day(day.year, day.month, day.day) for day in days)
        except OverflowError:
            raise self._invalid() from None

    def _day(self, year: int, month: int, day: int) -> date:
        try:
            return date(Month(year, month).year, month, day)
        except (ValueError, InvalidMonth):
            raise self._invalid() from None

    def _invalid(self) -> InvalidDay:
        return InvalidDay(typed=self._text)
