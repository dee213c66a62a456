"""Months as office people write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.clock import Month
from domain.errors.months import InvalidMonth
from domain.errors.texts import Ambiguous
from domain.typed_input.calendar_words import MONTHS
from domain.typed_input.months import parse_month
from tests.domain.typed_input.spelling import either, outcome

TODAY = date(2026, 11, 10)
ENGLISH = ["January", "February", "March", "April", "May", "June", "July", "August", "September"]
ENGLISH += ["October", "November", "December"]
URDU = ["جنوری", "فروری", "مارچ", "اپریل", "مئی", "جون", "جولائی", "اگست", "ستمبر", "اکتوبر", "نومبر", "دسمبر"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-10", "2026-10"),
        ("2026-1", "2026-01"),
        ("2026/10", "2026-10"),
        ("2026 10", "2026-10"),
        ("10/2026", "2026-10"),
        ("10-2026", "2026-10"),
        ("10.2026", "2026-10"),
        ("1 / 2026", "2026-01"),
        ("Oct 2026", "2026-10"),
        ("oct. 2026", "2026-10"),
        ("OCTOBER, 2026", "2026-10"),
        ("Oct2026", "2026-10"),
        ("2026 Oct", "2026-10"),
        ("Sept 2025", "2025-09"),
        ("Oct-26", "2026-10"),
        ("Oct '26", "2026-10"),
        ("Oct’26", "2026-10"),
        ("Oct 26", "2026-10"),  # the 26th of this October, too
        ("اکتوبر ۲۰۲۶", "2026-10"),
        ("اكتوبر ٢٠٢٦", "2026-10"),  # an Arabic keyboard
        ("اکتوبر ۲۰۲۶ء", "2026-10"),
        ("۲۰۲۶-۱۰", "2026-10"),
        ("oct", "2026-10"),
        ("November", "2026-11"),
        ("june", "2026-06"),
        ("جولائی", "2026-07"),
        ("this month", "2026-11"),
        ("Last Month", "2026-10"),
        ("next month", "2026-12"),
        ("اس ماہ", "2026-11"),
        ("پچھلے مہینے", "2026-10"),
        ("اگلے ماہ", "2026-12"),
        ("\ufeff2026\u200b-\u206610\u2069", "2026-10"),
    ],
)
def test_months(typed: str, meant: str) -> None:
    assert parse_month(typed, TODAY) == Month.parse(meant)


@pytest.mark.parametrize(
    ("typed", "candidates"),
    [
        ("jan", "2026-01 2027-01"),
        ("May", "2026-05 2027-05"),  # six months back, six ahead
        ("دسمبر", "2025-12 2026-12"),
        ("10", "2026-10"),
        ("3", "2026-03 2027-03"),
        ("10/26", "2026-10"),
        ("9/11", "2011-09 2026-11"),
        ("Oct 25", "2025-10 2026-10"),
        ("31/10", "2026-10"),
    ],
)
def test_what_can_be_read_twice_is_asked_back(typed: str, candidates: str) -> None:
    with pytest.raises(Ambiguous) as doubt:
        parse_month(typed, TODAY)

    assert doubt.value.candidates == tuple(map(Month.parse, candidates.split()))


def test_a_side_settles_a_name_without_a_year() -> None:
    assert parse_month("jan", TODAY, future=False) == Month(2026, 1)
    assert parse_month("jan", TODAY, future=True) == Month(2027, 1)
    assert parse_month("nov", TODAY, future=True) == parse_month("nov", TODAY, future=False) == Month(2026, 11)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "2026",
        "13/2026",
        "2026-00",
        "0001-01",
        "202-10",
        "Octo 2026",
        "Oct 2026 2027",
        "last",
        "31/13",
        "0",
        "13",
        "-10",
        "2026-10-01",
    ],
)
def test_what_is_no_month_is_refused(typed: str) -> None:
    with pytest.raises(InvalidMonth) as refused:
        parse_month(typed, TODAY)
    assert vars(refused.value) == {"typed": typed}


days = st.dates(date(1901, 1, 1), date(2998, 12, 31))
months = st.builds(Month, st.integers(1900, 2999), st.integers(1, 12))


@given(months, days, st.data())
def test_every_spelling_of_a_month_is_that_month(month: Month, today: date, data: st.DataObject) -> None:
    english, urdu = ENGLISH[month.month - 1], URDU[month.month - 1]
    spellings = [
        str(month),
        f"{month.month}/{month.year}",
        f"{month.month:02}-{month.year}",
        f"{month.year}.{month.month}",
    ]
    for name in (english, english[:3], english.upper(), urdu):
        spellings += [f"{name} {month.year}", f"{name}-{month.year}", f"{name}, {month.year}", f"{month.year} {name}"]
    assert parse_month(data.draw(either(*spellings)), today) == month


@given(days, st.sampled_from(sorted(MONTHS)))
def test_a_name_alone_is_within_five_months_or_asked_back(today: date, name: str) -> None:
    read = outcome(lambda: parse_month(name, today))
    if isinstance(read, Ambiguous):
        assert {each.month for each in read.candidates if isinstance(each, Month)} == {MONTHS[name]}
    else:
        assert isinstance(read, Month)
        assert read.month == MONTHS[name]
        assert 0 <= 12 * (today.year - read.year) + today.month - read.month <= 5


@given(st.text() | st.text("0123456789۱۲octjanmay'-/. ", max_size=12), days, st.sampled_from([None, True, False]))
def test_any_text_is_a_month_or_refused(typed: str, today: date, future: bool | None) -> None:
    read = outcome(lambda: parse_month(typed, today, future=future))
    match read:
        case Ambiguous():
            assert read.candidates
            for each in read.candidates:
                assert isinstance(each, Month)
                assert parse_month(f"{ENGLISH[each.month - 1]} {each.year}", today) == each
        case InvalidMonth():
            assert vars(read) == {"typed": typed}
        case _:
            assert isinstance(read, Month)
