"""What no invoice has taken yet, read from the database in a handful of statements however many workers there are.

An order is its assignee's, or its creator's where nobody is assigned, and belongs to the month in which it was
submitted (where that is not known: created).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select, case, exists, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from domain.accounts.model import SYSTEM_USER_ID, User
from domain.clock import Month, local_day, month_of
from domain.notifications.model import ScheduledRun
from domain.orders.model import OrderStatus, WorkOrder
from domain.organization import Organization
from domain.pay.model import (
    AppealStatus,
    Bonus,
    Correction,
    Fine,
    FineAppeal,
    FixedPay,
    Invoice,
    InvoiceSource,
    InvoiceStatus,
    LineKind,
)
from domain.pay.rates import RateKey, rates_for
from domain.pay.statement import Account, Carried, FixedFrom, Item, MissingRate, Work
from domain.persistence.db import unindexed

MONTH_END: Final = "month_end"
"""The job's name in `scheduled_runs`, with a row for each month that was closed for everyone."""

paid_to: Final = func.coalesce(WorkOrder.assigned_to, WorkOrder.created_by)
submitted_at: Final = func.coalesce(WorkOrder.submitted_at, WorkOrder.created_at)
quantity_of: Final = func.coalesce(WorkOrder.approved_submissions, WorkOrder.total_submissions)

Workers = Sequence[UUID] | None
"""Some, or everyone. Hundreds at most: each is a parameter of each statement."""


@dataclass(frozen=True, slots=True)
class Unpriced:
    """An approved order without a rate, and the rate that has been set for it since; None where there still is none."""

    order_id: UUID
    version: int
    number: int
    worker_id: UUID
    category: str
    month: Month
    quantity: int
    rate: Decimal | None


def ordinal(month: Month) -> int:
    """Months as numbers without gaps, as the statements below compute with them."""
    return month.year * 12 + month.month - 1


def month_at(number: int) -> Month:
    return Month(number // 12, number % 12 + 1)


def payable_orders(organization: Organization, workers: Workers, through: Month) -> Select[*tuple[Any, ...]]:
    """Approved orders submitted up to and with a month that no invoice has, in the columns that are read of an order.

    An order of nothing earns nothing, and is on no invoice.
    """
    billed = exists().where(
        InvoiceSource.order_id == WorkOrder.id,
        InvoiceSource.order_version == WorkOrder.version,
        InvoiceSource.released_at.is_(None),
    )
    found = select(
        WorkOrder.id,
        WorkOrder.version,
        WorkOrder.number,
        paid_to.label("worker"),
        submitted_at.label("submitted_at"),
        WorkOrder.category,
        WorkOrder.rate,
        quantity_of.label("quantity"),
    ).where(
        WorkOrder.archived_at.is_(None),
        submitted_at < through.next().start(organization.zone),
        quantity_of > 0,
        ~billed,
    )
    if workers is None:
        return found.where(WorkOrder.status == OrderStatus.APPROVED)
    # Not paid_to.in_(…): there is an index on each of the two columns, and none on the expression.
    unassigned = WorkOrder.assigned_to.is_(None) & WorkOrder.created_by.in_(workers)
    return found.where(
        unindexed(WorkOrder.status) == OrderStatus.APPROVED, WorkOrder.assigned_to.in_(workers) | unassigned
    )


def own_month(
    submitted: ColumnElement[datetime], organization: Organization, oldest: Month, newest: Month
) -> ColumnElement[int]:
    """The month of an order's submission, as its ordinal. The bounds come from Python: the database has no zones."""
    numbers = range(ordinal(newest), ordinal(oldest), -1)
    starts = [(submitted >= month_at(number).start(organization.zone), literal(number)) for number in numbers]
    return case(*starts, else_=literal(ordinal(oldest))) if starts else literal(ordinal(oldest))


async def first_closed_month(session: AsyncSession) -> Month | None:
    """From when on fixed pay is owed here. What came before the first closing was paid by other means."""
    period = await session.scalar(select(func.min(ScheduledRun.period)).where(ScheduledRun.job == MONTH_END))
    return None if period is None else Month.parse(period)


async def unpriced_orders(
    session: AsyncSession, organization: Organization, workers: Workers, through: Month, *, lock: bool = False
) -> list[Unpriced]:
    """Approved orders without a rate, with the one that has been set for them since: as of the day of submission."""
    found = payable_orders(organization, workers, through).where(WorkOrder.rate.is_(None)).order_by(WorkOrder.id)
    if lock:
        found = found.with_for_update(of=WorkOrder, key_share=True)
    return await with_rates(session, organization, found)


async def with_rates(
    session: AsyncSession, organization: Organization, orders: Select[*tuple[Any, ...]]
) -> list[Unpriced]:
    """Those of the orders, in the columns of `payable_orders`, that have no rate, each with the one set since."""
    zone = organization.zone
    rows = (await session.execute(orders)).all()
    keys = {row.id: RateKey(row.category, row.worker, local_day(row.submitted_at, zone)) for row in rows}
    rates = await rates_for(session, set(keys.values()))
    return [
        Unpriced(
            order_id=row.id,
            version=row.version,
            number=row.number,
            worker_id=row.worker,
            category=row.category,
            month=month_of(row.submitted_at, zone),
            quantity=row.quantity,
            rate=rates.get(keys[row.id]),
        )
        for row in rows
    ]


async def load_accounts(
    session: AsyncSession,
    organization: Organization,
    through: Month,
    workers: Workers,
    *,
    unpriced: Iterable[Unpriced],
    orders: FromClause | None = None,
) -> list[Account]:
    """The accounts of workers up to and with a month, by worker id.

    Args:
        session: Of the transaction.
        organization: Whose months they are.
        through: Later items are left out.
        workers: Whose; None: everyone's.
        unpriced: As `unpriced_orders` found them. Those that have a rate by now count as work, so leave them out if
            that rate was written to the orders in this transaction.
        orders: Theirs, as `payable_orders` finds them, if they are gathered already.
    """
    people = select(User.id, User.name, User.joined_on, User.left_on).where(User.id != SYSTEM_USER_ID).order_by(User.id)
    if workers is not None:
        people = people.where(User.id.in_(workers))
    found = payable_orders(organization, workers, through).subquery() if orders is None else orders
    work = await _work(session, organization, through, found)
    missing: defaultdict[UUID, list[MissingRate]] = defaultdict(list)
    for order in unpriced:
        if order.rate is None:
            missing[order.worker_id].append(MissingRate(order.month, order.category, 1, order.quantity))
        else:
            work[order.worker_id].append(Work(order.month, order.category, order.rate, order.quantity, 1))
    items = await _items(session, organization, through, workers)
    carried = await _carried(session, through, workers)
    fixed = await _fixed(session, through, workers)
    issued = await _issued(session, workers)
    since = await first_closed_month(session)
    return [
        Account(
            worker_id=row.id,
            name=row.name,
            issued=frozenset(issued[row.id]),
            fixed_since=since,
            joined_on=row.joined_on,
            left_on=row.left_on,
            fixed=tuple(fixed[row.id]),
            work=tuple(work[row.id]),
            items=tuple(items[row.id]),
            carried=tuple(carried[row.id]),
            missing=_grouped(missing[row.id]),
        )
        for row in await session.execute(people)
    ]


async def lock_workers(session: AsyncSession, workers: Sequence[UUID]) -> None:
    """Makes whoever else bills or corrects these workers wait for our commit. In the order of ids, so that two closings
    do not wait for each other. SQLite has one writer anyway."""
    statement = select(User.id).where(User.id.in_(workers)).order_by(User.id).with_for_update(key_share=True)
    (await session.execute(statement)).all()


async def _work(
    session: AsyncSession, organization: Organization, through: Month, orders: FromClause
) -> defaultdict[UUID, list[Work]]:
    found: defaultdict[UUID, list[Work]] = defaultdict(list)
    first = await session.scalar(select(func.min(orders.c.submitted_at)))
    if first is None:
        return found
    month = own_month(orders.c.submitted_at, organization, month_of(first, organization.zone), through)
    priced = select(orders, month.label("month")).where(orders.c.rate.is_not(None)).subquery()
    groups = select(
        priced.c.worker,
        priced.c.month,
        priced.c.category,
        priced.c.rate,
        func.sum(priced.c.quantity).label("quantity"),
        func.count().label("orders"),
    ).group_by(priced.c.worker, priced.c.month, priced.c.category, priced.c.rate)
    for row in await session.execute(groups):
        found[row.worker].append(Work(month_at(row.month), row.category, row.rate, int(row.quantity), row.orders))
    return found


async def _items(
    session: AsyncSession, organization: Organization, through: Month, workers: Workers
) -> defaultdict[UUID, list[Item]]:
    zone = organization.zone
    before = through.next().start(zone)
    found: defaultdict[UUID, list[Item]] = defaultdict(list)

    bonuses = select(Bonus).where(
        Bonus.cancelled_at.is_(None),
        Bonus.year * 12 + Bonus.month - 1 <= ordinal(through),
        _untaken(InvoiceSource.bonus_id, Bonus.id),
    )
    for bonus in await session.scalars(_of(bonuses, Bonus.worker_id, workers)):
        month = Month(bonus.year, bonus.month)
        found[bonus.worker_id].append(Item(LineKind.BONUS, bonus.id, month, bonus.amount, bonus.reason))

    fines = select(Fine).where(
        Fine.cancelled_at.is_(None),
        Fine.created_at < before,
        ~exists().where(FineAppeal.fine_id == Fine.id, FineAppeal.status == AppealStatus.OPEN),
        _untaken(InvoiceSource.fine_id, Fine.id),
    )
    for fine in await session.scalars(_of(fines, Fine.worker_id, workers)):
        month = month_of(fine.created_at, zone)
        found[fine.worker_id].append(Item(LineKind.FINE, fine.id, month, -fine.amount, fine.reason))

    corrections = select(Correction).where(
        Correction.cancelled_at.is_(None),
        Correction.created_at < before,
        _untaken(InvoiceSource.correction_id, Correction.id),
    )
    for each in await session.scalars(_of(corrections, Correction.worker_id, workers)):
        month = month_of(each.created_at, zone)
        found[each.worker_id].append(Item(LineKind.CORRECTION, each.id, month, each.amount, each.reason))
    return found


async def _carried(session: AsyncSession, through: Month, workers: Workers) -> defaultdict[UUID, list[Carried]]:
    invoices = select(Invoice.id, Invoice.worker_id, Invoice.year, Invoice.month, Invoice.carried_forward).where(
        Invoice.status == InvoiceStatus.ISSUED,
        Invoice.carried_forward > Decimal(0),
        Invoice.year * 12 + Invoice.month - 1 < ordinal(through),
        _untaken(InvoiceSource.carried_invoice_id, Invoice.id),
    )
    found: defaultdict[UUID, list[Carried]] = defaultdict(list)
    for row in await session.execute(_of(invoices, Invoice.worker_id, workers)):
        found[row.worker_id].append(Carried(row.id, Month(row.year, row.month), -row.carried_forward))
    return found


async def _fixed(session: AsyncSession, through: Month, workers: Workers) -> defaultdict[UUID, list[FixedFrom]]:
    rows = select(FixedPay.worker_id, FixedPay.effective_from, FixedPay.amount).where(
        FixedPay.withdrawn_at.is_(None), FixedPay.effective_from <= through.last
    )
    found: defaultdict[UUID, list[FixedFrom]] = defaultdict(list)
    for row in await session.execute(_of(rows, FixedPay.worker_id, workers)):
        found[row.worker_id].append(FixedFrom(row.effective_from, row.amount))
    return found


async def _issued(session: AsyncSession, workers: Workers) -> defaultdict[UUID, set[Month]]:
    rows = select(Invoice.worker_id, Invoice.year, Invoice.month).where(Invoice.status == InvoiceStatus.ISSUED)
    found: defaultdict[UUID, set[Month]] = defaultdict(set)
    for row in await session.execute(_of(rows, Invoice.worker_id, workers)):
        found[row.worker_id].add(Month(row.year, row.month))
    return found


def _of(
    statement: Select[*tuple[Any, ...]], worker: InstrumentedAttribute[UUID], workers: Workers
) -> Select[*tuple[Any, ...]]:
    return statement if workers is None else statement.where(worker.in_(workers))


def _untaken(source: InstrumentedAttribute[UUID | None], of: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    return ~exists().where(source == of, InvoiceSource.released_at.is_(None))


def _grouped(missing: Iterable[MissingRate]) -> tuple[MissingRate, ...]:
    groups: defaultdict[tuple[Month, str], list[MissingRate]] = defaultdict(list)
    for each in missing:
        groups[each.month, each.category].append(each)
    return tuple(
        MissingRate(month, category, sum(each.orders for each in parts), sum(each.quantity for each in parts))
        for (month, category), parts in sorted(groups.items())
    )
