"""Amounts of money as office people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import money
from domain.errors import DomainError
from domain.errors.amounts import (
    AmountNegative,
    AmountOutOfRange,
    AmountTooPrecise,
    AmountZero,
    InvalidAmount,
    NotAnAmount,
    OtherCurrency,
)
from domain.errors.texts import Ambiguous
from domain.money import LIMIT, plain
from domain.typed_input.amounts import parse_amount
from tests.domain.typed_input.spelling import either, grouped_in_lakhs, in_script, outcome, scripts

amounts = st.decimals(min_value=-LIMIT, max_value=LIMIT, places=2)
above_zero = st.decimals(min_value=Decimal("0.01"), max_value=LIMIT, places=2)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1", "1.00"),
        ("7.98", "7.98"),
        ("7.9", "7.90"),
        ("7.", "7.00"),
        (".5", "0.50"),
        ("+5", "5.00"),
        (" 300 ", "300.00"),
        ("007", "7.00"),
        ("1,234.50", "1234.50"),
        ("1,234,567", "1234567.00"),
        ("12,34,567.89", "1234567.89"),  # lakhs, as in Pakistan
        ("1 234 567", "1234567.00"),
        ("1\u202f234", "1234.00"),
        ("1'234", "1234.00"),
        ("1\u2019234", "1234.00"),
        ("٣٠٠", "300.00"),  # Arabic
        ("۱۲۳۴٫۵۰", "1234.50"),  # Urdu, with its decimal separator
        ("١٬٢٣٤٫٥٠", "1234.50"),
        ("\u200f٣٠٠\u200f", "300.00"),  # pasted, with direction marks
        ("३००", "300.00"),  # Devanagari
        ("３００", "300.00"),  # full width
        ("99999999.99", "99999999.99"),
        ("0.01", "0.01"),
    ],
)
def test_numbers_as_people_write_them(typed: str, meant: str) -> None:
    assert plain(parse_amount(typed)) == meant


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("", NotAnAmount),
        ("ten", NotAnAmount),
        ("1e9", NotAnAmount),
        ("1E-2", NotAnAmount),
        ("1,2345", NotAnAmount),
        (",500", NotAnAmount),
        ("1.234.567", NotAnAmount),
        ("1.2.3", NotAnAmount),
        (".", NotAnAmount),
        ("-", NotAnAmount),
        ("--1", NotAnAmount),
        ("0x10", NotAnAmount),
        ("1_000", NotAnAmount),
        ("½", NotAnAmount),
        ("2²", NotAnAmount),
        ("NaN", NotAnAmount),
        ("Infinity", NotAnAmount),
        ("$5", NotAnAmount),
        ("5 USD", NotAnAmount),
        ("1" * 41, NotAnAmount),
        ("0.005", AmountTooPrecise),
        ("1.005", AmountTooPrecise),
        ("1.0000", AmountTooPrecise),
        ("Rs 500", NotAnAmount),  # no currency was given
        ("-1", AmountNegative),
        ("\u22121.50", AmountNegative),
        ("0", AmountZero),
        ("-0", AmountZero),
        ("0.00", AmountZero),
        ("100000000", AmountOutOfRange),
        ("99999999999999999999", AmountOutOfRange),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(typed: str, error: type[DomainError]) -> None:
    with pytest.raises(InvalidAmount) as refused:
        parse_amount(typed)

    assert type(refused.value) is error


@pytest.mark.parametrize("typed", ["PKR 300", "300 PKR", "pkr300", "PKR\u00a0300.00", "PKR ٣٠٠"])
def test_the_organizations_currency_may_be_written(typed: str) -> None:
    assert parse_amount(typed, currency="PKR") == Decimal("300.00")


@pytest.mark.parametrize("typed", ["PKR", "PKR 300 PKR", "USD 300", "P 300"])
def test_no_other_word_may_be_written(typed: str) -> None:
    with pytest.raises(NotAnAmount):
        parse_amount(typed, currency="PKR")


def test_zero_and_less_where_they_are_answers() -> None:
    assert plain(parse_amount("0", zero=True)) == "0.00"
    assert plain(parse_amount("-0", zero=True)) == "0.00"
    assert plain(parse_amount("-1,234.5", negative=True)) == "-1234.50"
    with pytest.raises(AmountOutOfRange):
        parse_amount("-100000000", negative=True)


def test_the_refusal_repeats_what_was_typed() -> None:
    with pytest.raises(NotAnAmount) as refused:
        parse_amount(" ten ")

    assert refused.value.typed == " ten "


@given(amounts)
def test_every_amount_is_read_back(amount: Decimal) -> None:
    for written in (f"{amount:.2f}", f"{amount:,.2f}"):
        assert parse_amount(written, zero=True, negative=True) == amount


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Rs 500", "500.00"),
        ("Rs. 500", "500.00"),
        ("Rs.500", "500.00"),
        ("rs500", "500.00"),
        ("Rs: 500", "500.00"),
        ("500 rs", "500.00"),
        ("500rs.", "500.00"),
        ("₨500", "500.00"),
        ("500/-", "500.00"),
        ("500 / -", "500.00"),
        ("500/=", "500.00"),
        ("Rs. 1,500/-", "1500.00"),
        ("500.50/-", "500.50"),
        ("500/- only", "500.00"),
        ("500 only.", "500.00"),
        ("500 rupees", "500.00"),
        ("۵۰۰ روپے", "500.00"),
        ("۵۰۰ روپئے صرف", "500.00"),
        ("روپے ۵۰۰", "500.00"),
        ("۱۲۔۵۰", "12.50"),  # the Urdu full stop
        ("1k", "1000.00"),
        ("1.5k", "1500.00"),
        ("Rs 10K", "10000.00"),
        ("10k rs", "10000.00"),
        ("1.5 lakh", "150000.00"),
        ("2 lac", "200000.00"),
        ("۲ لاکھ", "200000.00"),
        ("2 lakh 50 hazar", "250000.00"),
        ("1 crore", "10000000.00"),
        ("1.25555k", "1255.55"),
        ("0,50", "0.50"),  # a comma that parts nothing
        ("۵ ہزار روپے", "5000.00"),
        ("R\u200bs\u00a05\ufeff00\u202c", "500.00"),
    ],
)
def test_amounts_as_office_people_write_them(typed: str, meant: str) -> None:
    assert plain(parse_amount(typed, currency="PKR")) == meant


@pytest.mark.parametrize(
    ("typed", "candidates"),
    [
        ("12,50", "12.50 1250.00"),  # twelve and a half, or a slip for 1,250
        ("Rs 12,50/-", "12.50 1250.00"),
        ("۱۲،۵۰", "12.50 1250.00"),
        ("1,23", "1.23 123.00"),
        ("0,500", "0.50 500.00"),
        ("1.500", "1.50 1500.00"),  # dots part thousands, to many people
        ("1.000", "1.00 1000.00"),
        ("1,5k", "1500.00 15000.00"),
        ("500-600", "500.00 600.00"),
        ("Rs 500 to Rs 600", "500.00 600.00"),
        ("500/600", "500.00 600.00"),
        ("500 or 0", "500.00"),
        ("5\n6", "5.00 6.00"),
        ("1,234 567", "1234.00 567.00"),
        ("2 lakh 500", "200500.00 200000.00"),
    ],
)
def test_what_can_be_read_twice_is_asked_back(typed: str, candidates: str) -> None:
    with pytest.raises(Ambiguous) as doubt:
        parse_amount(typed, currency="PKR")

    assert doubt.value.candidates == tuple(map(Decimal, candidates.split()))


@pytest.mark.parametrize(
    ("typed", "currency"),
    [
        ("$5", "USD"),
        ("5 dollars", "USD"),
        ("US$ 5", "USD"),
        ("USD 300", "USD"),
        ("₹500", "INR"),
        ("500 euro", "EUR"),
        ("AED 20", "AED"),
        ("20 ریال", "SAR"),
        ("5-6 $", "USD"),
    ],
)
def test_another_currency_is_refused_by_name(typed: str, currency: str) -> None:
    with pytest.raises(OtherCurrency) as refused:
        parse_amount(typed, currency="PKR")

    error = refused.value
    assert (error.typed, error.currency, error.expected) == (typed, currency, "PKR")


@pytest.mark.parametrize(("typed", "currency"), [("$5", "USD"), ("$5", "CAD"), ("5 dirham", "AED"), ("SEK 5", "SEK")])
def test_the_organizations_own_words(typed: str, currency: str) -> None:
    assert parse_amount(typed, currency=currency) == 5


@pytest.mark.parametrize(
    "typed", ["500 per link", "5%", "Rs 500 PKR", "-Rs -5", "Rs. .", "(500)", "500-", "1 2 3", "x" * 300]
)
def test_no_other_sign_or_word(typed: str) -> None:
    with pytest.raises(NotAnAmount):
        parse_amount(typed, currency="PKR", negative=True)


@given(above_zero, st.data())
def test_every_spelling_of_an_amount_is_that_amount(amount: Decimal, data: st.DataObject) -> None:
    whole, cents = f"{amount:.2f}".split(".")
    numbers = [f"{amount:.2f}", f"{amount:,.2f}", f"{grouped_in_lakhs(whole)}.{cents}", f"{whole}٫{cents}"]
    if amount < 1000:
        numbers.append(f"{amount.normalize():f}")
    number = data.draw(st.sampled_from(numbers))
    spellings = (number, f"Rs {number}", f"Rs.{number}", f"PKR {number}", f"₨{number}", f"{number} rs", f"{number}/-")
    written = data.draw(either(*spellings, f"Rs {number}/-", f"{number} روپے", f"{number} only", f"+{number}"))
    assert parse_amount(written, currency="PKR") == amount


@given(st.integers(1, 9_999), st.sampled_from([("k", 3), (" lakh", 5), (" لاکھ", 5), (" ہزار", 3)]), st.data())
def test_scales(number: int, scale: tuple[str, int], data: st.DataObject) -> None:
    word, places = scale
    written = f"{(Decimal(number) / 100).normalize():f}{word}"
    assert parse_amount(data.draw(either(written))) == Decimal(number).scaleb(places - 2)


@given(st.integers(1, 999_999), st.integers(0, 99), scripts)
def test_a_decimal_comma_is_never_taken(whole: int, cents: int, zero: str) -> None:
    with pytest.raises(Ambiguous) as doubt:
        parse_amount(in_script(f"{whole},{cents:02}", zero))

    assert Decimal(f"{whole}.{cents:02}") in doubt.value.candidates


@given(st.text() | st.text("0123456789٣۳,.'-+/ krsRl₨$=\u200b\u00a0", max_size=15))
def test_any_text_is_an_amount_or_refused(typed: str) -> None:
    read = outcome(lambda: parse_amount(typed, currency="PKR", zero=True, negative=True))
    match read:
        case Decimal():
            assert money.checked(read) == read
        case Ambiguous():
            assert read.candidates
            for candidate in read.candidates:
                assert parse_amount(f"{candidate:,.2f}", zero=True, negative=True) == candidate
        case _:
            assert isinstance(read, InvalidAmount)
