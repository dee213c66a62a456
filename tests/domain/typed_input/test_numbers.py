"""Counts as office people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Ambiguous, InvalidInput
from domain.typed_input.numbers import MOST_SUBMISSIONS, parse_approved, parse_count
from tests.domain.typed_input.spelling import either, grouped_in_lakhs, in_script, outcome, scripts


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1", 1),
        ("300", 300),
        (" 300 \n", 300),
        ("+5", 5),
        ("1,500", 1500),
        ("1 500", 1500),
        ("1,00,000", 100_000),
        ("007", 7),
        ("٣٠٠", 300),
        ("۳۰۰", 300),
        ("١٬٥٠٠", 1500),
        ("\u200f۳۰۰\u200e", 300),
        ("100000", 100_000),
        ("300.", 300),
        ("30 links", 30),
        ("30 backlinks", 30),
        ("30 do-follow links.", 30),
        ("30links", 30),
        ("30 pcs", 30),
        ("۳۰ لنکس", 30),
        ("30 عدد", 30),
        ("x30", 30),
        ("×30", 30),
        ("30x", 30),
        ("total: 30", 30),
        ("کل 30", 30),
        ("1k", 1000),
        ("1 K links", 1000),
        ("1.5k", 1500),
        ("۱ ہزار", 1000),
        ("۱ هزار", 1000),
        ("1 lakh", 100_000),
        ("1 thousand 5 hundred", 1500),
        ("3\ufe0f\u20e30\ufe0f\u20e3", 30),
        ("\ufeff3\u200b0\u00a0links", 30),
        ("30 kms", 30),
    ],
)
def test_a_number_of_submissions_in_any_hand(typed: str, number: int) -> None:
    assert parse_count(typed) == number


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("0", "submissions_zero"),
        ("-0", "submissions_zero"),
        ("٠", "submissions_zero"),
        ("-1", "submissions_negative"),
        ("−1", "submissions_negative"),
        ("- 3", "submissions_negative"),
        ("-1.5", "submissions_negative"),
        ("1.5", "submissions_not_whole"),
        ("1.0", "submissions_not_whole"),
        (".5", "submissions_not_whole"),
        ("1,5", "submissions_not_whole"),
        ("١٫٥", "submissions_not_whole"),
        ("1e9", "submissions_exponent"),
        ("1E+9", "submissions_exponent"),
        ("2.5e3", "submissions_exponent"),
        ("ten", "submissions_not_a_number"),
        ("", "submissions_not_a_number"),
        (".", "submissions_not_a_number"),
        ("-", "submissions_not_a_number"),
        ("½", "submissions_not_a_number"),
        ("²", "submissions_not_a_number"),
        ("nan", "submissions_not_a_number"),
        ("inf", "submissions_not_a_number"),
        ("0x10", "submissions_not_a_number"),
        ("1_000", "submissions_not_a_number"),
        ("30 ½", "submissions_not_a_number"),
        ("30%", "submissions_not_a_number"),
        ("30 percent", "submissions_not_a_number"),
        ("30 dozen", "submissions_not_a_number"),
        ("30 million", "submissions_not_a_number"),
        ("30 and more", "submissions_not_a_number"),
        ("30+", "submissions_not_a_number"),
        ("~30", "submissions_not_a_number"),
        ("5th", "submissions_not_a_number"),
        ("2x15", "submissions_not_a_number"),
        ("30 links for Kitchen World", "submissions_not_a_number"),
        ("15-11-2026", "submissions_not_a_number"),
        ("1,2345", "submissions_not_a_number"),
        ("1.2345k", "submissions_not_whole"),
        ("-3 links", "submissions_negative"),
        ("0 links", "submissions_zero"),
        ("2 lakh", "submissions_too_many"),
        ("101k", "submissions_too_many"),
        ("100001", "submissions_too_many"),
        ("9" * 5000, "submissions_too_many"),
    ],
)
def test_anything_else_is_refused_by_name(typed: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_count(typed)

    assert refused.value.code == code
    assert refused.value.facts["typed"] == typed


@given(st.text() | st.text("0123456789٣۳,.'-+/ kx%eofا\u200b\u00a0", max_size=15))
def test_a_number_comes_back_or_a_refusal_does(typed: str) -> None:
    read = outcome(lambda: parse_count(typed))
    match read:
        case int():
            assert 1 <= read <= MOST_SUBMISSIONS
        case Ambiguous():
            assert read.candidates
            for candidate in read.candidates:
                assert parse_count(f"{candidate:,}") == candidate
        case _:
            assert read.facts["typed"] == typed


@given(st.integers(1, MOST_SUBMISSIONS))
def test_every_number_in_range_is_read_as_it_is_written(number: int) -> None:
    assert parse_count(str(number)) == number
    assert parse_count(f"{number:,}") == number
    assert parse_count(str(number).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))) == number


@pytest.mark.parametrize(
    ("typed", "candidates"),
    [
        ("30 of 40", (30, 40)),
        ("30 out of 40 links", (30, 40)),
        ("5-6", (5, 6)),
        ("30 – 40", (30, 40)),
        ("30/40", (30, 40)),
        ("40 میں سے 30", (40, 30)),
        ("30 or 40", (30, 40)),
        ("30 links and 20 citations", (30, 20)),
        ("30 links 3 days", (30, 3)),
        ("5\n6", (5, 6)),
        ("5 5", (5,)),
        ("30/200000", (30,)),
        ("1,5k", (1500, 15_000)),
        ("1.500k", (1500,)),
        ("30k 20", (30_020, 30_000)),
    ],
)
def test_what_can_be_read_twice_is_asked_back(typed: str, candidates: tuple[int, ...]) -> None:
    with pytest.raises(Ambiguous) as doubt:
        parse_count(typed)

    assert doubt.value.candidates == candidates
    assert doubt.value.facts == {"typed": typed, "candidates": candidates}


@given(st.integers(1, MOST_SUBMISSIONS), st.data())
def test_every_spelling_of_a_number_is_that_number(number: int, data: st.DataObject) -> None:
    plain = str(number)
    spellings = [plain, f"{number:,}", f"{number:,}".replace(",", " "), f"{number:,}".replace(",", "'"), f"+{plain}"]
    spellings += [
        grouped_in_lakhs(plain),
        f"{plain} links",
        f"{plain} guest posts",
        f"x{plain}",
        f"{plain}x",
        f"{plain} لنکس",
    ]
    spellings.append(f"{Decimal(number) / 1000:f}k")
    assert parse_count(data.draw(either(*spellings))) == number


@given(st.integers(1, 9999), st.integers(1, 9999), st.sampled_from([" of ", "-", " - ", "/", " to ", " یا "]), scripts)
def test_two_numbers_are_never_one(first: int, second: int, between: str, zero: str) -> None:
    with pytest.raises(Ambiguous) as doubt:
        parse_count(in_script(f"{first}{between}{second}", zero))

    assert set(doubt.value.candidates) == {first, second}


def test_approved_is_from_one_to_all() -> None:
    assert [parse_approved(typed, 3) for typed in "123"] == [1, 2, 3]
    with pytest.raises(InvalidInput) as refused:
        parse_approved("4", 3)
    assert (refused.value.code, refused.value.facts) == ("approved_out_of_range", {"total": 3})


@pytest.mark.parametrize("typed", ["3 of 5", "3/5", "3 out of 5 links", "5 میں سے 3", "۳/۵"])
def test_approved_of_all(typed: str) -> None:
    assert parse_approved(typed, 5) == 3
    with pytest.raises(Ambiguous):
        parse_approved(typed, 7)


def test_approved_more_of_all_than_there_are() -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_approved("6 of 5", 5)
    assert refused.value.code == "approved_out_of_range"


def test_approved_more_than_all() -> None:
    with pytest.raises(Ambiguous) as doubt:
        parse_approved("3-9", 5)
    assert doubt.value.candidates == (3,)
