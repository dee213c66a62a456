"""Counts as office people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput
from domain.errors.submissions import (
    ApprovedOutOfRange,
    SubmissionsExponent,
    SubmissionsNegative,
    SubmissionsNotANumber,
    SubmissionsNotWhole,
    SubmissionsTooMany,
    SubmissionsZero,
)
from domain.errors.texts import Ambiguous
from domain.typed_input.numbers import MAX_SUBMISSIONS, parse_approved, parse_count
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
    ("typed", "kind"),
    [
        ("0", SubmissionsZero),
        ("-0", SubmissionsZero),
        ("٠", SubmissionsZero),
        ("-1", SubmissionsNegative),
        ("−1", SubmissionsNegative),
        ("- 3", SubmissionsNegative),
        ("-1.5", SubmissionsNegative),
        ("1.5", SubmissionsNotWhole),
        ("1.0", SubmissionsNotWhole),
        (".5", SubmissionsNotWhole),
        ("1,5", SubmissionsNotWhole),
        ("١٫٥", SubmissionsNotWhole),
        ("1e9", SubmissionsExponent),
        ("1E+9", SubmissionsExponent),
        ("2.5e3", SubmissionsExponent),
        ("ten", SubmissionsNotANumber),
        ("", SubmissionsNotANumber),
        (".", SubmissionsNotANumber),
        ("-", SubmissionsNotANumber),
        ("½", SubmissionsNotANumber),
        ("²", SubmissionsNotANumber),
        ("nan", SubmissionsNotANumber),
        ("inf", SubmissionsNotANumber),
        ("0x10", SubmissionsNotANumber),
        ("1_000", SubmissionsNotANumber),
        ("30 ½", SubmissionsNotANumber),
        ("30%", SubmissionsNotANumber),
        ("30 percent", SubmissionsNotANumber),
        ("30 dozen", SubmissionsNotANumber),
        ("30 million", SubmissionsNotANumber),
        ("30 and more", SubmissionsNotANumber),
        ("30+", SubmissionsNotANumber),
        ("~30", SubmissionsNotANumber),
        ("5th", SubmissionsNotANumber),
        ("2x15", SubmissionsNotANumber),
        ("30 links for Kitchen World", SubmissionsNotANumber),
        ("15-11-2026", SubmissionsNotANumber),
        ("1,2345", SubmissionsNotANumber),
        ("1.2345k", SubmissionsNotWhole),
        ("-3 links", SubmissionsNegative),
        ("0 links", SubmissionsZero),
        ("2 lakh", SubmissionsTooMany),
        ("101k", SubmissionsTooMany),
        ("100001", SubmissionsTooMany),
        ("9" * 5000, SubmissionsTooMany),
    ],
)
def test_anything_else_is_refused_by_name(typed: str, kind: type[InvalidInput]) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_count(typed)

    assert type(refused.value) is kind
    assert vars(refused.value)["typed"] == typed


@given(st.text() | st.text("0123456789٣۳,.'-+/ kx%eofا\u200b\u00a0", max_size=15))
def test_a_number_comes_back_or_a_refusal_does(typed: str) -> None:
    read = outcome(lambda: parse_count(typed))
    match read:
        case int():
            assert 1 <= read <= MAX_SUBMISSIONS
        case Ambiguous():
            assert read.candidates
            for candidate in read.candidates:
                assert parse_count(f"{candidate:,}") == candidate
        case _:
            assert vars(read)["typed"] == typed


@given(st.integers(1, MAX_SUBMISSIONS))
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
    assert vars(doubt.value) == {"typed": typed, "candidates": candidates}


@given(st.integers(1, MAX_SUBMISSIONS), st.data())
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
    assert (type(refused.value), vars(refused.value)) == (ApprovedOutOfRange, {"total": 3})


@pytest.mark.parametrize("typed", ["3 of 5", "3/5", "3 out of 5 links", "5 میں سے 3", "۳/۵"])
def test_approved_of_all(typed: str) -> None:
    assert parse_approved(typed, 5) == 3
    with pytest.raises(Ambiguous):
        parse_approved(typed, 7)


def test_approved_more_of_all_than_there_are() -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_approved("6 of 5", 5)
    assert type(refused.value) is ApprovedOutOfRange


def test_approved_more_than_all() -> None:
    with pytest.raises(Ambiguous) as doubt:
        parse_approved("3-9", 5)
    assert doubt.value.candidates == (3,)
