"""Days as office people write them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors.days import DayAfterMonth, InvalidDay
from domain.errors.texts import Ambiguous
from domain.typed_input.days import CLOSE_DAYS, parse_day
from tests.domain.typed_input.spelling import either, outcome
from tests.domain.typed_input.test_months import ENGLISH, URDU

TODAY = date(2026, 11, 10)
"""A Tuesday."""


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-11-15", "2026-11-15"),
        ("2026/1/5", "2026-01-05"),
        ("15-11-2026", "2026-11-15"),
        ("15.11.2026", "2026-11-15"),
        ("15/11/2026", "2026-11-15"),
        ("15 11 2026", "2026-11-15"),
        ("15 / 11 / 2026", "2026-11-15"),
        ("11/12/2026", "2026-12-11"),  # the day comes first
        ("15/11/26", "2026-11-15"),
        ("15 Nov 2026", "2026-11-15"),
        ("15th November, 2026", "2026-11-15"),
        ("15-Nov-26", "2026-11-15"),
        ("1st of Nov 2026", "2026-11-01"),
        ("Nov 15, 2026", "2026-11-15"),
        ("2026 Nov 15", "2026-11-15"),
        ("Sun, 15 Nov 2026", "2026-11-15"),
        ("۱۵ نومبر ۲۰۲۶", "2026-11-15"),
        ("۱۵/۱۱/۲۰۲۶", "2026-11-15"),
        ("15 Nov", "2026-11-15"),
        ("Nov. 15", "2026-11-15"),
        ("8 nov", "2026-11-08"),
        ("1/1", "2027-01-01"),
        ("Sun 15 Nov", "2026-11-15"),
        ("today", "2026-11-10"),
        ("Tomorrow", "2026-11-11"),
        ("yesterday", "2026-11-09"),
        ("day after tomorrow", "2026-11-12"),
        ("آج", "2026-11-10"),
        ("last Friday", "2026-11-06"),
        ("last tuesday", "2026-11-03"),
        ("this Friday", "2026-11-13"),
        ("\u200f15\u200b/1\u20601/2026\ufeff", "2026-11-15"),
    ],
)
def test_days_on_whatever_side(typed: str, meant: str) -> None:
    assert parse_day(typed, TODAY) == date.fromisoformat(meant)


@pytest.mark.parametrize(
    ("typed", "due", "past"),
    [
        ("Friday", "2026-11-13", "2026-11-06"),
        ("fri", "2026-11-13", "2026-11-06"),
        ("جمعہ", "2026-11-13", "2026-11-06"),
        ("کل", "2026-11-11", "2026-11-09"),
        ("kal", "2026-11-11", "2026-11-09"),
        ("پرسوں", "2026-11-12", "2026-11-08"),
        ("15 Mar", "2027-03-15", "2026-03-15"),
        ("29 Feb", "2028-02-29", "2024-02-29"),
    ],
)
def test_what_lies_on_both_sides(typed: str, due: str, past: str) -> None:
    ahead, back = date.fromisoformat(due), date.fromisoformat(past)

    assert parse_day(typed, TODAY, future=True) == ahead
    assert parse_day(typed, TODAY, future=False) == back
    with pytest.raises(Ambiguous) as doubt:
        parse_day(typed, TODAY)
    assert set(doubt.value.candidates) == {ahead, back}


@pytest.mark.parametrize(
    ("typed", "future", "candidates"),
    [
        ("Tuesday", True, "2026-11-10 2026-11-17"),
        ("Tuesday", False, "2026-11-10 2026-11-03"),
        ("next Friday", None, "2026-11-13 2026-11-20"),
        ("next Tuesday", None, "2026-11-17 2026-11-24"),
        ("8 Nov", True, "2027-11-08 2026-11-08"),  # next year, or two days ago?
        ("15 Nov", False, "2025-11-15 2026-11-15"),
        ("15", None, "2026-11-15 2026-10-15"),
        ("15th", True, "2026-11-15"),
        ("31", True, "2026-12-31 2026-10-31"),
    ],
)
def test_what_can_be_read_twice_is_asked_back(typed: str, future: bool | None, candidates: str) -> None:
    with pytest.raises(Ambiguous) as doubt:
        parse_day(typed, TODAY, future=future)

    assert doubt.value.candidates == tuple(map(date.fromisoformat, candidates.split()))


@pytest.mark.parametrize("typed", ["12/25/2026", "12-25-2026", "12.25.26", "12/25"])
def test_the_month_first_is_refused_and_not_swapped(typed: str) -> None:
    with pytest.raises(DayAfterMonth) as refused:
        parse_day(typed, TODAY)
    assert vars(refused.value) == {"typed": typed, "day": date(2026, 12, 25)}


@pytest.mark.parametrize(
    "typed",
    [
        "", "soon", "31/11/2026", "31.11.2026", "0001-01-01", "15/11/202", "2026-13-01", "13/13/2026", "0/11/2026",
        "Nov 2026", "2026", "32", "0", "-5", "Mon 15 Nov 2026", "15 Nov 2026 9am", "30 Feb", "next", "15-11/2026",
        "15 Nov 2026 2027", "1/32", "2/30", "2/30/2026",
    ],
)  # fmt: skip
def test_what_is_no_day_is_refused(typed: str) -> None:
    with pytest.raises(InvalidDay) as refused:
        parse_day(typed, TODAY)
    assert vars(refused.value) == {"typed": typed}
    assert type(refused.value) is InvalidDay


days = st.dates(date(1900, 1, 1), date(2999, 12, 31))
sides = st.sampled_from([None, True, False])


@given(days, days, sides, st.data())
def test_every_spelling_of_a_day_is_that_day(day: date, today: date, future: bool | None, data: st.DataObject) -> None:
    english, urdu = ENGLISH[day.month - 1], URDU[day.month - 1]
    spellings = [day.isoformat(), f"{day.year}/{day.month}/{day.day}"]
    spellings += [f"{day.day:02}{sign}{day.month}{sign}{day.year}" for sign in "-/."]
    for name in (english, english[:3], english.upper(), urdu):
        spellings += [f"{day.day} {name} {day.year}", f"{day.day}-{name}-{day.year}", f"{name} {day.day}, {day.year}"]
    spellings.append(f"{day:%a} {day.day} {english} {day.year}")
    assert parse_day(data.draw(either(*spellings)), today, future=future) == day


@given(st.dates(date(1910, 1, 1), date(2980, 12, 31)), st.integers(-183, 183), sides)
def test_without_a_year_it_is_a_close_day_or_asked_back(today: date, offset: int, future: bool | None) -> None:
    day = today + timedelta(days=offset)
    read = outcome(lambda: parse_day(f"{day.day} {ENGLISH[day.month - 1]}", today, future=future))
    if isinstance(read, Ambiguous):
        assert day in read.candidates
        return
    assert isinstance(read, date)
    if future is None:
        assert read == day
        assert abs(offset) <= CLOSE_DAYS
    else:
        assert (read.month, read.day) == (day.month, day.day)
        assert read >= today if future else read <= today
        assert read == day or abs(offset) > CLOSE_DAYS


@given(st.text() | st.text("0123456789۱۲novjanfri'-/. ,", max_size=14), days, sides)
def test_any_text_is_a_day_or_refused(typed: str, today: date, future: bool | None) -> None:
    read = outcome(lambda: parse_day(typed, today, future=future))
    match read:
        case Ambiguous():
            assert read.candidates
            for each in read.candidates:
                assert isinstance(each, date)
                assert parse_day(f"{each:%d %b} {each.year}", today) == each
        case InvalidDay():
            assert read.typed == typed
        case _:
            assert isinstance(read, date)
