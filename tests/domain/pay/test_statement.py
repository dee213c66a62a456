"""The rules of pay by themselves: worked examples, and what must hold for any account."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.clock import Month
from domain.money import LIMIT, ZERO, total
from domain.pay.model import LineKind
from domain.pay.statement import (
    NOT_YET,
    Account,
    Carried,
    FixedFrom,
    Item,
    Line,
    MissingRate,
    Problem,
    Statement,
    Work,
    paying_month,
    settle,
)

AUGUST, SEPTEMBER, OCTOBER, NOVEMBER = (Month(2026, month) for month in (8, 9, 10, 11))
WORKER = UUID(int=7)


def account(**values: object) -> Account:
    return replace(Account(WORKER, "Bilal"), **values)  # type: ignore[arg-type]


def work(month: Month, rate: str, quantity: int, category: str = "Link Building") -> Work:
    return Work(month, category, Decimal(rate), quantity, 1)


def item(kind: LineKind, month: Month, amount: str) -> Item:
    return Item(kind, uuid4(), month, Decimal(amount), "why")


def read(statement: Statement) -> list[tuple[str, str]]:
    return [(line.label, f"{line.amount:.2f}") for line in statement.lines]


def fixed(month: Month, *changes: tuple[date, str], **values: object) -> list[tuple[int | None, str]]:
    """Paid days and amount of each fixed line of a month."""
    pays = tuple(FixedFrom(day, Decimal(amount)) for day, amount in changes)
    statements = settle(account(fixed=pays, **values), month)
    return [(line.quantity, f"{line.amount:.2f}") for statement in statements for line in statement.lines]


# Work


def test_a_line_for_each_category_and_rate() -> None:
    pieces = (
        work(OCTOBER, "7.98", 300),
        work(OCTOBER, "9.00", 10),
        work(OCTOBER, "7.98", 5, "LINK building"),
        work(OCTOBER, "500.00", 2, "Content Writing"),
    )
    [statement] = settle(account(work=pieces), OCTOBER)
    assert read(statement) == [
        ("Content Writing", "1000.00"),
        ("LINK building", "2433.90"),
        ("Link Building", "90.00"),
    ]
    assert statement.totals.submissions == 317
    assert statement.totals.total == statement.totals.work == Decimal("3523.90")


def test_work_of_a_month_that_is_invoiced_is_late_in_the_first_open_one() -> None:
    pieces = (work(AUGUST, "1.00", 1), work(SEPTEMBER, "1.00", 2), work(OCTOBER, "1.00", 4))
    [statement] = settle(account(work=pieces, issued=frozenset({AUGUST, SEPTEMBER})), OCTOBER)
    assert read(statement) == [
        ("Link Building", "4.00"),
        ("Link Building, late from 2026-08", "1.00"),
        ("Link Building, late from 2026-09", "2.00"),
    ]
    assert [line.late_from for line in statement.lines] == [None, AUGUST, SEPTEMBER]


def test_work_of_an_open_month_pays_in_that_month_however_late_it_is_closed() -> None:
    pieces = (work(AUGUST, "1.00", 1), work(OCTOBER, "1.00", 4))
    august, october = settle(account(work=pieces), OCTOBER)
    assert (august.month, read(august)) == (AUGUST, [("Link Building", "1.00")])
    assert (october.month, read(october)) == (OCTOBER, [("Link Building", "4.00")])


def test_what_belongs_to_a_later_month_waits() -> None:
    assert settle(account(work=(work(NOVEMBER, "1.00", 1),)), OCTOBER) == ()
    issued = frozenset({OCTOBER})
    assert settle(account(work=(work(OCTOBER, "1.00", 1),), issued=issued), OCTOBER) == ()


def test_no_lines_no_statement() -> None:
    assert settle(account(), OCTOBER) == ()


# Fixed pay


def test_fixed_pay_of_a_whole_month_is_the_amount_itself() -> None:
    for month in (Month(2026, 2), Month(2028, 2), Month(2026, 4), OCTOBER):
        assert fixed(month, (date(2020, 1, 1), "30000.01")) == [(month.days, "30000.01")]


@pytest.mark.parametrize(
    ("month", "joined", "left", "days", "amount"),
    [
        (OCTOBER, date(2026, 10, 16), None, 16, "15483.87"),  # 30000 x 16 / 31 = 15483.870…
        (OCTOBER, None, date(2026, 10, 16), 16, "15483.87"),
        (OCTOBER, date(2026, 10, 31), None, 1, "967.74"),
        (OCTOBER, date(2026, 10, 5), date(2026, 10, 5), 1, "967.74"),
        (Month(2026, 2), date(2026, 2, 15), None, 14, "15000.00"),
        (Month(2028, 2), date(2028, 2, 15), None, 15, "15517.24"),  # 29 days; 15517.241…
        (OCTOBER, date(2026, 10, 1), date(2026, 10, 31), 31, "30000.00"),
    ],
)
def test_who_joins_or_leaves_is_paid_by_calendar_days(
    month: Month, joined: date | None, left: date | None, days: int, amount: str
) -> None:
    assert fixed(month, (date(2020, 1, 1), "30000.00"), joined_on=joined, left_on=left) == [(days, amount)]


def test_who_is_not_there_is_not_paid() -> None:
    assert fixed(OCTOBER, (date(2020, 1, 1), "30000.00"), joined_on=date(2026, 11, 1)) == []
    assert fixed(OCTOBER, (date(2020, 1, 1), "30000.00"), left_on=date(2026, 9, 30)) == []
    assert fixed(OCTOBER, (date(2026, 11, 1), "30000.00")) == []


def test_a_change_within_the_month_makes_two_lines() -> None:
    changes = ((date(2026, 10, 16), "31000.00"), (date(2020, 1, 1), "30000.00"))
    assert fixed(OCTOBER, *changes) == [(15, "14516.13"), (16, "16000.00")]


def test_the_same_amount_set_again_is_one_stretch() -> None:
    assert fixed(OCTOBER, (date(2026, 1, 1), "100.00"), (date(2026, 10, 11), "100.00")) == [(31, "100.00")]


def test_fixed_pay_of_zero_ends_it() -> None:
    assert fixed(OCTOBER, (date(2026, 1, 1), "3100.00"), (date(2026, 10, 11), "0.00")) == [(10, "1000.00")]
    assert fixed(OCTOBER, (date(2026, 1, 1), "3100.00"), (date(2026, 9, 1), "0.00")) == []


def test_fixed_pay_of_months_that_nobody_closed_is_not_lost() -> None:
    pays = (FixedFrom(date(2020, 1, 1), Decimal("100.00")),)
    statements = settle(account(fixed=pays, fixed_since=AUGUST, issued=frozenset({SEPTEMBER})), NOVEMBER)
    assert [each.month for each in statements] == [AUGUST, OCTOBER, NOVEMBER]


def test_fixed_pay_from_before_the_first_closing_was_paid_elsewhere() -> None:
    pays = (FixedFrom(date(2020, 1, 1), Decimal("100.00")),)
    old, new = settle(account(fixed=pays, work=(work(Month(2024, 3), "1.00", 1),)), OCTOBER)
    assert (old.month, read(old)) == (Month(2024, 3), [("Link Building", "1.00")])
    assert (new.month, read(new)) == (OCTOBER, [("Fixed pay", "100.00")])


# Fines above pay


def test_fines_above_pay_stop_at_zero_and_the_rest_comes_first_next_month() -> None:
    items = (item(LineKind.FINE, SEPTEMBER, "-700.00"),)
    pieces = (work(SEPTEMBER, "1.00", 200), work(OCTOBER, "1.00", 1000))
    september, october = settle(account(items=items, work=pieces), OCTOBER)
    assert (september.totals.total, september.totals.carried_forward) == (ZERO, Decimal("500.00"))
    assert read(october) == [("Carried forward", "-500.00"), ("Link Building", "1000.00")]
    assert october.totals.total == Decimal("500.00")
    assert october.lines[0].source_id == NOT_YET


def test_a_debt_alone_makes_no_invoice_and_waits_for_pay() -> None:
    debt = Carried(UUID(int=1), AUGUST, Decimal("-500.00"))
    assert settle(account(carried=(debt,), issued=frozenset({AUGUST})), OCTOBER) == ()
    [statement] = settle(account(carried=(debt,), work=(work(OCTOBER, "1.00", 100),)), OCTOBER)
    assert read(statement) == [("Carried forward", "-500.00"), ("Link Building", "100.00")]
    assert (statement.totals.total, statement.totals.carried_forward) == (ZERO, Decimal("400.00"))


def test_a_debt_of_a_later_month_is_not_taken_by_an_earlier_one() -> None:
    """Voiding September while October stands: October's rest must not turn up in the September made anew."""
    debt = Carried(UUID(int=1), OCTOBER, Decimal("-500.00"))
    [statement] = settle(
        account(carried=(debt,), issued=frozenset({OCTOBER}), work=(work(SEPTEMBER, "1.00", 9),)), OCTOBER
    )
    assert read(statement) == [("Link Building", "9.00")]


# What holds a month up


def test_a_missing_rate_holds_up_the_month_and_those_after_it() -> None:
    missing = MissingRate(SEPTEMBER, "Link Building", 2, 30)
    pieces = (work(AUGUST, "1.00", 1), work(SEPTEMBER, "1.00", 2), work(OCTOBER, "1.00", 3))
    august, september, october = settle(account(work=pieces, missing=(missing,)), OCTOBER)
    assert august.problem is None
    assert (september.problem, september.missing) == (Problem.RATE_MISSING, (missing,))
    assert september.totals.total == Decimal("2.00")
    assert october.problem == Problem.EARLIER_MONTH


def test_a_line_beyond_the_column_holds_up_the_month() -> None:
    [statement] = settle(account(work=(work(OCTOBER, "99999999.99", 2),)), OCTOBER)
    assert (statement.problem, statement.lines) == (Problem.OUT_OF_RANGE, ())


def test_a_total_beyond_the_column_holds_up_the_month() -> None:
    bonuses = (item(LineKind.BONUS, OCTOBER, str(LIMIT)), item(LineKind.BONUS, OCTOBER, "0.01"))
    [statement] = settle(account(items=bonuses), OCTOBER)
    assert statement.problem == Problem.OUT_OF_RANGE


# What holds for every account

MONTHS = st.sampled_from([Month(2026, month) for month in range(6, 12)])
AMOUNTS = st.decimals(min_value=Decimal("0.01"), max_value=Decimal(50_000), places=2)
WORKS = st.builds(Work, MONTHS, st.sampled_from(["Links", "LINKS", "Texts"]), AMOUNTS, st.integers(1, 500), st.just(1))
POSITIVE = st.builds(Item, st.just(LineKind.BONUS), st.uuids(), MONTHS, AMOUNTS, st.just(""))
NEGATIVE = st.builds(
    Item,
    st.sampled_from([LineKind.FINE, LineKind.CORRECTION]),
    st.uuids(),
    MONTHS,
    AMOUNTS.map(lambda x: -x),
    st.just(""),
)
DAYS = st.dates(date(2026, 5, 1), date(2026, 12, 31))
ACCOUNTS = st.builds(
    Account,
    worker_id=st.just(WORKER),
    name=st.just("Bilal"),
    issued=st.frozensets(MONTHS),
    fixed_since=st.none() | MONTHS,
    joined_on=st.none() | DAYS,
    left_on=st.none() | DAYS,
    fixed=st.lists(st.builds(FixedFrom, DAYS, AMOUNTS), max_size=3, unique_by=lambda each: each.effective_from).map(
        tuple
    ),
    work=st.lists(WORKS, max_size=8).map(tuple),
    items=st.lists(POSITIVE | NEGATIVE, max_size=8, unique_by=lambda each: each.source_id).map(tuple),
)
THROUGH = Month(2027, 12)
"""Long enough for everything to find an open month."""


@given(ACCOUNTS)
def test_nothing_is_lost_and_nothing_is_paid_twice(given_account: Account) -> None:
    lines = [line for statement in settle(given_account, THROUGH) for line in statement.lines]
    billed = Counter(
        line.source_id for line in lines if line.kind in {LineKind.BONUS, LineKind.FINE, LineKind.CORRECTION}
    )
    assert billed == Counter(each.source_id for each in given_account.items)
    assert sum(line.orders for line in lines) == len(given_account.work)
    earned = total(line.amount for line in lines if line.kind == LineKind.WORK)
    assert earned == total(each.rate * each.quantity for each in given_account.work)


@given(ACCOUNTS)
def test_every_statement_adds_up_and_what_is_carried_arrives(given_account: Account) -> None:
    expected = ZERO
    for statement in settle(given_account, THROUGH):
        sums = statement.totals
        assert sums.total == (
            sums.fixed + sums.work + sums.bonus - sums.fine + sums.carried + sums.correction + sums.carried_forward
        )
        assert sums.total == max(total(line.amount for line in statement.lines), ZERO)
        assert sums.total >= ZERO
        assert not (sums.total and sums.carried_forward)
        assert sums.carried == -expected
        assert statement.lines[0].kind == LineKind.CARRIED or not expected
        expected = sums.carried_forward
        assert statement.month not in given_account.issued


@given(ACCOUNTS)
def test_late_lines_and_only_they_come_from_a_month_with_an_invoice(given_account: Account) -> None:
    for statement in settle(given_account, THROUGH):
        for line in statement.lines:
            if line.late_from is not None:
                assert line.late_from in given_account.issued
                assert paying_month(line.late_from, given_account.issued) == statement.month
                assert line.label.endswith(f"late from {line.late_from}")


@given(ACCOUNTS, st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_read_means_nothing(given_account: Account, chance: random.Random) -> None:
    other = replace(
        given_account,
        work=tuple(chance.sample(given_account.work, len(given_account.work))),
        items=tuple(chance.sample(given_account.items, len(given_account.items))),
        fixed=tuple(chance.sample(given_account.fixed, len(given_account.fixed))),
    )
    assert settle(other, THROUGH) == settle(given_account, THROUGH)


@given(ACCOUNTS, MONTHS)
def test_looking_ahead_says_what_closing_month_by_month_makes(given_account: Account, through: Month) -> None:
    """One long settlement, or a closing each month with what is left of the account: the same statements."""
    ahead = settle(given_account, through)
    left, one_by_one = given_account, []
    month = Month(2026, 5)
    while month <= through:
        for statement in settle(replace(left, fixed_since=given_account.fixed_since or through), month):
            one_by_one.append(statement)
            left = _without(left, statement)
        month = month.next()
    assert [_essence(each) for each in one_by_one] == [_essence(each) for each in ahead]


def _without(before: Account, statement: Statement) -> Account:
    """The account after the statement became an invoice."""
    own = {line.source_id for line in statement.lines}
    rest = statement.totals.carried_forward
    debt = (
        (Carried(UUID(int=statement.month.year * 12 + statement.month.month), statement.month, -rest),) if rest else ()
    )
    return replace(
        before,
        issued=before.issued | {statement.month},
        work=tuple(each for each in before.work if paying_month(each.month, before.issued) != statement.month),
        items=tuple(each for each in before.items if each.source_id not in own),
        carried=tuple(each for each in before.carried if each.invoice_id not in own) + debt,
    )


def _essence(statement: Statement) -> tuple[Month, object, list[Line]]:
    return statement.month, statement.totals, [replace(line, source_id=None) for line in statement.lines]
