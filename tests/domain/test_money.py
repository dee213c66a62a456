"""Amounts: what people type, what is rounded, what the column can hold."""

from decimal import ROUND_DOWN, Context, Decimal, localcontext

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
)
from domain.money import LIMIT, ZERO, line_amount, parse_amount, plain, rounded, share, total

amounts = st.decimals(min_value=-LIMIT, max_value=LIMIT, places=2)


class TestParsing:
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
    def test_numbers_as_people_write_them(self, typed: str, meant: str) -> None:
        assert plain(parse_amount(typed)) == meant

    @pytest.mark.parametrize(
        ("typed", "error"),
        [
            ("", NotAnAmount),
            ("ten", NotAnAmount),
            ("1e9", NotAnAmount),
            ("1E-2", NotAnAmount),
            ("12,50", NotAnAmount),  # twelve and a half, or a slip for 1,250
            ("1,23", NotAnAmount),
            ("1,2345", NotAnAmount),
            (",500", NotAnAmount),
            ("1,234 567", NotAnAmount),
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
            ("5\n6", NotAnAmount),
            ("1" * 41, NotAnAmount),
            ("0.005", AmountTooPrecise),
            ("1.000", AmountTooPrecise),  # a thousand, to many people
            ("-1", AmountNegative),
            ("\u22121.50", AmountNegative),
            ("0", AmountZero),
            ("-0", AmountZero),
            ("0.00", AmountZero),
            ("100000000", AmountOutOfRange),
            ("99999999999999999999", AmountOutOfRange),
        ],
    )
    def test_what_cannot_be_meant_is_refused_by_name(self, typed: str, error: type[DomainError]) -> None:
        with pytest.raises(InvalidAmount) as refused:
            parse_amount(typed)

        assert type(refused.value) is error

    @pytest.mark.parametrize("typed", ["PKR 300", "300 PKR", "pkr300", "PKR\u00a0300.00", "PKR ٣٠٠"])
    def test_the_organizations_currency_may_be_written(self, typed: str) -> None:
        assert parse_amount(typed, currency="PKR") == Decimal("300.00")

    @pytest.mark.parametrize("typed", ["PKR", "PKR 300 PKR", "USD 300", "P 300"])
    def test_no_other_word_may_be_written(self, typed: str) -> None:
        with pytest.raises(NotAnAmount):
            parse_amount(typed, currency="PKR")

    def test_zero_and_less_where_they_are_answers(self) -> None:
        assert plain(parse_amount("0", zero=True)) == "0.00"
        assert plain(parse_amount("-0", zero=True)) == "0.00"
        assert plain(parse_amount("-1,234.5", negative=True)) == "-1234.50"
        with pytest.raises(AmountOutOfRange):
            parse_amount("-100000000", negative=True)

    def test_the_refusal_repeats_what_was_typed(self) -> None:
        with pytest.raises(NotAnAmount) as refused:
            parse_amount(" ten ")

        assert refused.value.typed == " ten "

    @given(amounts)
    def test_every_amount_is_read_back(self, amount: Decimal) -> None:
        for written in (f"{amount:.2f}", f"{amount:,.2f}"):
            assert parse_amount(written, zero=True, negative=True) == amount

    @given(st.text())
    def test_any_text_is_an_amount_or_refused(self, typed: str) -> None:
        try:
            amount = parse_amount(typed, currency="PKR", zero=True, negative=True)
        except InvalidAmount:
            return
        assert money.checked(amount) == amount


class TestRounding:
    @pytest.mark.parametrize(
        ("exact", "half_up"),
        [("0.005", "0.01"), ("0.004999", "0.00"), ("2.675", "2.68"), ("-0.005", "-0.01"), ("1.115", "1.12")],
    )
    def test_half_goes_up(self, exact: str, half_up: str) -> None:
        """In binary, 2.675 is a little less than that, and 1.115 a little more."""
        assert plain(rounded(Decimal(exact))) == half_up

    def test_a_callers_context_changes_nothing(self) -> None:
        with localcontext(Context(prec=3, rounding=ROUND_DOWN)):
            assert rounded(Decimal("1234567.895")) == Decimal("1234567.90")
            assert line_amount(300, Decimal("7.98")) == Decimal("2394.00")
            assert total([Decimal("1234567.89"), Decimal("0.01")]) == Decimal("1234567.90")

    def test_nothing_becomes_minus_zero(self) -> None:
        assert plain(rounded(Decimal("-0.001"))) == "0.00"

    @given(st.decimals(min_value=-1_000_000, max_value=1_000_000, places=6))
    def test_never_further_away_than_half_a_cent(self, exact: Decimal) -> None:
        assert abs(rounded(exact) - exact) <= Decimal("0.005")


class TestLines:
    def test_a_rate_times_submissions(self) -> None:
        assert line_amount(300, Decimal("7.98")) == Decimal("2394.00")
        assert line_amount(0, Decimal("7.98")) == ZERO

    def test_beyond_the_column(self) -> None:
        with pytest.raises(AmountOutOfRange) as refused:
            line_amount(1_000_000, Decimal("100.00"))

        assert refused.value.limit == LIMIT

    def test_days_of_a_month(self) -> None:
        assert share(Decimal("50000.00"), 11, 31) == Decimal("17741.94")
        assert share(Decimal("50000.00"), 31, 31) == Decimal("50000.00")
        assert share(Decimal("50000.00"), 0, 31) == ZERO
        with pytest.raises(ValueError, match="no share"):
            share(Decimal(1), 32, 31)

    @given(st.lists(amounts, max_size=20))
    def test_a_total_is_the_exact_sum(self, lines: list[Decimal]) -> None:
        exact = sum(lines, Decimal(0))
        if abs(exact) > LIMIT:
            with pytest.raises(AmountOutOfRange):
                total(lines)
        else:
            assert total(lines) == exact

    def test_a_sum_over_many_people_may_be_larger_than_one_amount(self) -> None:
        payout = money.grand_total([LIMIT, LIMIT])

        assert plain(payout) == "199999999.98"
        with pytest.raises(AmountOutOfRange):
            total([LIMIT, LIMIT])

    @given(amounts)
    def test_hundredths_and_back(self, amount: Decimal) -> None:
        assert money.from_minor(money.to_minor(amount)) == amount
        assert money.to_minor(amount) == int(amount * 100)


class TestChecking:
    @pytest.mark.parametrize("wrong", [0.1, 1, "1.00", None])
    def test_nothing_but_decimals(self, wrong: Decimal) -> None:
        for function in (money.checked, rounded, plain):
            with pytest.raises(TypeError, match="money is a Decimal"):
                function(wrong)

    @pytest.mark.parametrize("wrong", ["NaN", "Infinity", "100000000", "1e30", "-100000000"])
    def test_out_of_range(self, wrong: str) -> None:
        for function in (money.checked, rounded):
            with pytest.raises(AmountOutOfRange):
                function(Decimal(wrong))

    def test_two_places_exactly(self) -> None:
        assert str(money.checked(Decimal("1E+2"))) == "100.00"
        assert str(money.checked(Decimal("1.5000"))) == "1.50"
        with pytest.raises(AmountTooPrecise):
            money.checked(Decimal("1.501"))
