"""What a worker has earned, month by month: rules alone, no database.

An account holds everything of a worker that no invoice has taken yet. `settle` says which invoices it makes. Closing a
month, looking ahead to it, and showing a worker the month so far are all this one function.

- An item (approved work, bonus, fine, correction) has a month of its own. It pays in that month if the worker has no
  invoice for it yet; otherwise in the first month after it that has none, and its line says from when it is late.
- Months settle in order, so that what fines leave over one month is there for the next.
- A line is rounded once; a total is the sum of its lines, and stops at zero.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain import money
from domain.clock import Month
from domain.errors.amounts import AmountOutOfRange
from domain.money import ZERO
from domain.pay.model import LineKind

MAX_LABEL: Final = 255
LABELS: Final[Mapping[LineKind, str]] = {
    LineKind.FIXED: "Fixed pay",
    LineKind.BONUS: "Bonus",
    LineKind.FINE: "Fine",
    LineKind.CARRIED: "Carried forward",
    LineKind.CORRECTION: "Correction",
}
"""Written into the invoice, which must say the same for ever. A work line is called as its category."""

_ON_PAPER: Final = (LineKind.CARRIED, LineKind.FIXED, LineKind.WORK, LineKind.BONUS, LineKind.FINE, LineKind.CORRECTION)
_PLACES: Final = {kind: place for place, kind in enumerate(_ON_PAPER)}


# What there is


@dataclass(frozen=True, slots=True)
class Work:
    """Approved orders of one category, rate and month of submission, added up."""

    month: Month
    category: str
    rate: Decimal
    """Per submission."""
    quantity: int
    """Approved submissions, above zero."""
    orders: int


@dataclass(frozen=True, slots=True)
class Item:
    """A bonus, a fine or a correction."""

    kind: LineKind
    source_id: UUID
    month: Month
    amount: Decimal
    """Signed: a fine's is negative."""
    reason: str


@dataclass(frozen=True, slots=True)
class Carried:
    """What fines left over on an invoice, and no later one has taken."""

    invoice_id: UUID
    month: Month
    amount: Decimal
    """Negative."""


@dataclass(frozen=True, slots=True)
class FixedFrom:
    """From this day on, this much a month."""

    effective_from: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class MissingRate:
    """Approved orders that nobody has set a rate for."""

    month: Month
    category: str
    orders: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Account:
    """Everything of a worker that no invoice has taken yet. The order within each tuple means nothing."""

    worker_id: UUID
    name: str
    issued: frozenset[Month] = frozenset()
    """Months with an invoice that is not void."""
    fixed_since: Month | None = None
    """The first month with fixed pay to be paid here; before it, others paid. None: the last one only."""
    joined_on: date | None = None
    left_on: date | None = None
    """First and last day of fixed pay, both paid."""
    fixed: tuple[FixedFrom, ...] = ()
    work: tuple[Work, ...] = ()
    items: tuple[Item, ...] = ()
    carried: tuple[Carried, ...] = ()
    missing: tuple[MissingRate, ...] = ()


# What it makes


@dataclass(frozen=True, slots=True)
class Line:
    kind: LineKind
    label: str
    amount: Decimal
    """Signed."""
    category: str | None = None
    quantity: int | None = None
    """Approved submissions of a work line; paid days of a fixed line."""
    rate: Decimal | None = None
    """Per submission of a work line; for the whole month of a fixed line."""
    late_from: Month | None = None
    reason: str | None = None
    source_id: UUID | None = None
    """The bonus, fine, correction or earlier invoice that the line is."""
    parts: tuple[Work, ...] = ()
    """What a work line adds up: more than one where a category is spelled in several ways."""

    @property
    def orders(self) -> int:
        return sum(part.orders for part in self.parts)


class Problem(StrEnum):
    """Why a month cannot be closed."""

    RATE_MISSING = "rate_missing"
    OUT_OF_RANGE = "amount_out_of_range"
    EARLIER_MONTH = "earlier_month_held_up"
    """Months are closed in order, and one before this cannot be."""


@dataclass(frozen=True, slots=True)
class Totals:
    fixed: Decimal = ZERO
    work: Decimal = ZERO
    bonus: Decimal = ZERO
    fine: Decimal = ZERO
    """Above zero, though its lines are negative."""
    carried: Decimal = ZERO
    correction: Decimal = ZERO
    total: Decimal = ZERO
    carried_forward: Decimal = ZERO
    """Above zero: what the fines are more than the pay, left for a later month. Then `total` is zero."""
    submissions: int = 0


@dataclass(frozen=True, slots=True)
class Statement:
    """What the worker's invoice of the month says, or would say.

    total = fixed + work + bonus - fine + carried + correction + carried_forward
    """

    worker_id: UUID
    worker_name: str
    month: Month
    lines: tuple[Line, ...]
    totals: Totals
    missing: tuple[MissingRate, ...] = ()
    problem: Problem | None = None
    """Set: the month cannot be closed as it is. The lines are what can be said all the same."""


@dataclass(slots=True)
class _Share:
    """What one month gets of an account."""

    work: list[Work] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    missing: list[MissingRate] = field(default_factory=list)
    fixed: bool = False
    """Whether fixed pay of this month is to be paid here."""


def paying_month(own: Month, issued: Iterable[Month]) -> Month:
    """Its own month, or the first after it that has no invoice yet."""
    taken = set(issued)
    while own in taken:
        own = own.next()
    return own


def settle(account: Account, through: Month) -> tuple[Statement, ...]:
    """The invoices that closing all months up to and with `through` makes, in order.

    A month without lines has none, nor has one in which nothing happened but that a debt is still there: it waits for
    the next month that has something to set it against.
    """
    shares = _shares(account, through)
    debts = sorted(account.carried, key=lambda each: (each.month, each.invoice_id))
    statements: list[Statement] = []
    held_up = False
    for month in sorted(shares):
        due = [debt for debt in debts if debt.month < month]
        statement = _statement(account, month, shares[month], due)
        if statement is None:
            continue
        if statement.problem is None and held_up:
            statement = _with_problem(statement, Problem.EARLIER_MONTH)
        held_up = held_up or statement.problem is not None
        statements.append(statement)
        debts = [debt for debt in debts if debt.month >= month]
        if statement.totals.carried_forward:
            # Stands for the invoice that is still to be made; whoever writes it knows the id.
            debts.append(Carried(NOT_YET, month, -statement.totals.carried_forward))
    return tuple(statements)


NOT_YET: Final = UUID(int=0)
"""The invoice of the statement before, which has no id yet."""


def _shares(account: Account, through: Month) -> dict[Month, _Share]:
    shares: defaultdict[Month, _Share] = defaultdict(_Share)
    for work in account.work:
        month = paying_month(work.month, account.issued)
        if month <= through:
            shares[month].work.append(work)
    for item in account.items:
        month = paying_month(item.month, account.issued)
        if month <= through:
            shares[month].items.append(item)
    for missing in account.missing:
        month = paying_month(missing.month, account.issued)
        if month <= through:
            shares[month].missing.append(missing)
    if account.fixed:
        begins = Month.containing(min(each.effective_from for each in account.fixed))
        month = max(account.fixed_since or through, begins)
        while month <= through:
            if month not in account.issued:
                shares[month].fixed = True
            month = month.next()
    return shares


def _statement(account: Account, month: Month, share: _Share, due: Sequence[Carried]) -> Statement | None:
    try:
        lines = fixed_lines(account, month) if share.fixed else []
        lines += work_lines(share.work, month)
        lines += [_item_line(item, month) for item in share.items]
        if not lines and not share.missing:
            return None
        lines += [
            Line(LineKind.CARRIED, LABELS[LineKind.CARRIED], debt.amount, source_id=debt.invoice_id) for debt in due
        ]
        lines.sort(key=_place)
        totals = add_up(lines)
    except AmountOutOfRange:
        return Statement(account.worker_id, account.name, month, (), Totals(), problem=Problem.OUT_OF_RANGE)
    missing = tuple(sorted(share.missing, key=lambda each: (each.month, each.category)))
    problem = Problem.RATE_MISSING if missing else None
    return Statement(account.worker_id, account.name, month, tuple(lines), totals, missing, problem)


def _with_problem(statement: Statement, problem: Problem) -> Statement:
    return replace(statement, problem=problem)


def fixed_lines(account: Account, month: Month) -> list[Line]:
    """A line for each stretch of the month with the same fixed pay, by calendar days."""
    changes = sorted(account.fixed, key=lambda each: each.effective_from)
    first = max(month.first, account.joined_on or month.first)
    last = min(month.last, account.left_on or month.last)
    starts = sorted({first, *(change.effective_from for change in changes if first < change.effective_from <= last)})
    stretches: list[tuple[Decimal, int]] = []
    for start, end in zip(starts, [*starts[1:], last + timedelta(days=1)], strict=True):
        days = (end - start).days
        amount = _in_effect(changes, start)
        if stretches and stretches[-1][0] == amount:
            # The same amount set twice is one stretch: cutting it in two could change a cent.
            stretches[-1] = (amount, stretches[-1][1] + days)
        else:
            stretches.append((amount, days))
    return [
        Line(LineKind.FIXED, LABELS[LineKind.FIXED], money.share(amount, days, month.days), quantity=days, rate=amount)
        for amount, days in stretches
        if amount and days > 0
    ]


def _in_effect(changes: Sequence[FixedFrom], day: date) -> Decimal:
    begun = [change.amount for change in changes if change.effective_from <= day]
    return begun[-1] if begun else ZERO


def work_lines(work: Iterable[Work], month: Month) -> list[Line]:
    """One for each category, rate and month of submission. A category is the same one in any case."""
    groups: defaultdict[tuple[Month, str, Decimal], list[Work]] = defaultdict(list)
    for each in work:
        groups[each.month, each.category.lower(), each.rate].append(each)
    lines = []
    for (own, _, rate), parts in groups.items():
        category = min(part.category for part in parts)
        quantity = sum(part.quantity for part in parts)
        late_from = own if own != month else None
        lines.append(
            Line(
                LineKind.WORK,
                _label(category, late_from),
                money.line_amount(quantity, rate),
                category=category,
                quantity=quantity,
                rate=rate,
                late_from=late_from,
                parts=tuple(sorted(parts, key=lambda part: (part.category, part.quantity, part.orders))),
            )
        )
    return lines


def _item_line(item: Item, month: Month) -> Line:
    late_from = item.month if item.month != month else None
    return Line(
        item.kind,
        _label(LABELS[item.kind], late_from),
        item.amount,
        late_from=late_from,
        reason=item.reason,
        source_id=item.source_id,
    )


def _label(name: str, late_from: Month | None) -> str:
    return name if late_from is None else f"{name}, late from {late_from}"


def _place(line: Line) -> tuple[int, bool, str, str, Decimal, str]:
    """The order of lines on an invoice: the same for the same account, however the database returned it."""
    return (
        _PLACES[line.kind],
        line.late_from is not None,
        str(line.late_from or ""),
        (line.category or "").lower(),
        line.rate if line.kind == LineKind.WORK and line.rate is not None else ZERO,
        str(line.source_id or ""),
    )


def add_up(lines: Iterable[Line]) -> Totals:
    """The sums that stand on the invoice.

    Raises:
        AmountOutOfRange: One of them is beyond the column.
    """
    amounts: defaultdict[LineKind, list[Decimal]] = defaultdict(list)
    submissions = 0
    for line in lines:
        amounts[line.kind].append(line.amount)
        submissions += (line.quantity or 0) if line.kind == LineKind.WORK else 0
    sums = {kind: money.total(amounts[kind]) for kind in LineKind}
    balance = money.total(sums.values())
    return Totals(
        fixed=sums[LineKind.FIXED],
        work=sums[LineKind.WORK],
        bonus=sums[LineKind.BONUS],
        fine=money.checked(-sums[LineKind.FINE]),
        carried=sums[LineKind.CARRIED],
        correction=money.total((sums[LineKind.CORRECTION], sums[LineKind.MANUAL])),
        total=max(balance, ZERO),
        carried_forward=max(money.checked(-balance), ZERO),
        submissions=submissions,
    )
