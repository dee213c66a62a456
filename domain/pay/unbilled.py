"""The orders that a closing bills, put together once in a temporary table of its transaction.

What follows reads that table instead of looking for the orders again, so all of it speaks of the very same orders:
those that are locked until the commit. One that is approved meanwhile is for a later invoice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Integer,
    MetaData,
    String,
    Table,
    Uuid,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.schema import CreateTable

from domain.clock import Month
from domain.orders.model import OrderStatus, WorkOrder
from domain.organization import Organization
from domain.pay.sources import ordinal, own_month, payable_orders
from domain.persistence.db import Base, Instant, Money, among, unindexed, utc_now

_TEMPORARY: Final[dict[str, Any]] = {"prefixes": ["TEMPORARY"], "postgresql_on_commit": "DELETE ROWS"}
_TABLES: Final = MetaData()
ORDERS: Final = Table(
    "closing_orders",
    _TABLES,
    Column("id", Uuid(), nullable=False),
    Column("version", Integer, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("worker", Uuid(), nullable=False),
    Column("submitted_at", Instant(), nullable=False),
    Column("category", String(100), nullable=False),
    Column("rate", Money()),
    Column("quantity", Integer, nullable=False),
    **_TEMPORARY,
)
_PLACES: Final = Table(
    "closing_places",
    _TABLES,
    Column("worker", Uuid(), primary_key=True),
    Column("month", Integer, primary_key=True, autoincrement=False),
    Column("category", String(100), primary_key=True),
    Column("rate", Money(), primary_key=True),
    Column("line_id", Uuid(), nullable=False),
    Column("invoice_id", Uuid(), nullable=False),
    **_TEMPORARY,
)


@dataclass(frozen=True, slots=True)
class Place:
    """On which line the orders of a worker, month of submission, category (as they spell it) and rate are."""

    worker_id: UUID
    month: Month
    category: str
    rate: Decimal
    line_id: UUID
    invoice_id: UUID


async def gather_orders(
    session: AsyncSession, organization: Organization, workers: Sequence[UUID], through: Month
) -> None:
    """Fills `ORDERS` with what these workers can be paid for, and locks that until the commit."""
    connection = await session.connection()
    for table in (ORDERS, _PLACES):
        await connection.execute(CreateTable(table, if_not_exists=True))
        # On SQLite, the rows of the transaction before; on PostgreSQL, those of an earlier call in this one.
        await connection.execute(delete(table))
    # By their numbers they lie in the table, which what follows then goes through once; ids are random.
    found = payable_orders(organization, workers, through).order_by(WorkOrder.number)
    found = found.with_for_update(of=WorkOrder, key_share=True)
    await connection.execute(insert(ORDERS).from_select([column.name for column in ORDERS.columns], found))


async def bill_gathered(
    session: AsyncSession, organization: Organization, through: Month, places: Iterable[Place]
) -> tuple[int, int]:
    """Puts the gathered orders on their lines, and completes them: in the database, as there may be many thousands.

    Returns:
        How many sources it wrote, and how many orders it completed.
    """
    rows = [
        {
            "worker": place.worker_id,
            "month": ordinal(place.month),
            "category": place.category,
            "rate": place.rate,
            "line_id": place.line_id,
            "invoice_id": place.invoice_id,
        }
        for place in places
    ]
    if not rows:
        return 0, 0
    oldest = min(place.month for place in places)
    connection = await session.connection()
    await connection.execute(insert(_PLACES), rows)
    here = _on_its_line(own_month(ORDERS.c.submitted_at, organization, oldest, through))
    behind = (
        select(
            _PLACES.c.line_id, _PLACES.c.invoice_id, ORDERS.c.id, ORDERS.c.version, ORDERS.c.quantity * ORDERS.c.rate
        )
        .join(_PLACES, here)
        # As the largest index of the sources is sorted: its pages are then gone through once.
        .order_by(ORDERS.c.id)
    )
    columns = ["line_id", "invoice_id", "order_id", "order_version", "amount"]
    # The ids are the database's: a default of ours would be computed once and given to every row.
    sources = insert(Base.metadata.tables["invoice_sources"]).from_select(columns, behind, include_defaults=False)
    taken = await connection.execute(sources)
    placed = among(WorkOrder.number, select(ORDERS.c.number).join(_PLACES, here))
    completed = await connection.execute(
        update(WorkOrder)
        .where(placed, unindexed(WorkOrder.status) == OrderStatus.APPROVED)
        .values(status=OrderStatus.COMPLETED, updated_at=utc_now())
    )
    return taken.rowcount, completed.rowcount


def _on_its_line(month: ColumnElement[int]) -> ColumnElement[bool]:
    return (
        (_PLACES.c.worker == ORDERS.c.worker)
        & (_PLACES.c.month == month)
        & (_PLACES.c.category == ORDERS.c.category)
        & (_PLACES.c.rate == ORDERS.c.rate)
    )
