"""Amounts: what is rounded, what the column can hold."""

from decimal import ROUND_DOWN, Context, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import money
from domain.errors.amounts import AmountOutOfRange, AmountTooPrecise
from domain.money import LIMIT, ZERO, line_amount, plain, rounded, share, total

amounts = st.decimals(min_value=-LIMIT, max_value=LIMIT, places=2)


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
