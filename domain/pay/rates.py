"""Which rate holds: a worker's own beats the category's, and the latest that has begun beats the ones before it."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from domain.orders.model import Category
from domain.pay.model import Rate

_NAMES_AT_ONCE: Final = 100
"""SQLite takes up to 500 parts of a UNION."""
_WORKERS_BY_NAME: Final = 1000
"""With more of them, reading everybody's rates is cheaper than naming them."""


class RateKey(NamedTuple):
    """Whose work of which kind, on which day of the organization's calendar."""

    category: str
    """The category's name, in any case."""
    worker_id: UUID
    day: date


async def rate_for(session: AsyncSession, category_name: str, worker_id: UUID, day: date) -> Decimal | None:
    """Money per approved submission, in the organization's currency.

    Args:
        session: Of the transaction that will rest on the answer.
        category_name: In any case.
        worker_id: Whose work it is.
        day: Of the submission, in the organization's calendar.

    Returns:
        None where no rate has been set: that is missing, not zero.
    """
    found = (
        select(Rate.amount)
        .join(Category, Category.id == Rate.category_id)
        .where(
            func.lower(Category.name) == func.lower(category_name),
            Rate.worker_id.is_(None) | (Rate.worker_id == worker_id),
            Rate.effective_from <= day,
            Rate.withdrawn_at.is_(None),
        )
        .order_by(Rate.worker_id.is_(None), Rate.effective_from.desc())
        .limit(1)
    )
    return (await session.scalars(found)).first()


async def rates_for(session: AsyncSession, keys: Collection[RateKey]) -> dict[RateKey, Decimal]:
    """`rate_for` for many at once, in two statements however many they are. A key without a rate is left out."""
    if not keys:
        return {}
    categories = await _ids_by_name(session, {key.category for key in keys})
    live = select(Rate.category_id, Rate.worker_id, Rate.effective_from, Rate.amount).where(
        Rate.category_id.in_(set(categories.values())), Rate.withdrawn_at.is_(None)
    )
    workers = {key.worker_id for key in keys}
    if len(workers) <= _WORKERS_BY_NAME:
        live = live.where(Rate.worker_id.is_(None) | Rate.worker_id.in_(workers))
    history = _History(await session.execute(live))
    found: dict[RateKey, Decimal] = {}
    for key in keys:
        category_id = categories.get(key.category)
        amount = history.at(category_id, key.worker_id, key.day) if category_id is not None else None
        if amount is not None:
            found[key] = amount
    return found


async def _ids_by_name(session: AsyncSession, names: Collection[str]) -> Mapping[str, UUID]:
    """The database compares: what it takes for the same letter in another case is what its unique index goes by."""
    wanted = sorted(names)
    found: dict[str, UUID] = {}
    for start in range(0, len(wanted), _NAMES_AT_ONCE):
        parts = [
            select(literal(name).label("name"), Category.id).where(func.lower(Category.name) == func.lower(name))
            for name in wanted[start : start + _NAMES_AT_ONCE]
        ]
        found.update((name, category_id) for name, category_id in (await session.execute(union_all(*parts))))
    return found


class _History:
    """Rates by category and worker (None: everyone), each in the order in which they begin."""

    def __init__(self, rows: Iterable[tuple[UUID, UUID | None, date, Decimal]]) -> None:
        self._amounts: defaultdict[tuple[UUID, UUID | None], list[tuple[date, Decimal]]] = defaultdict(list)
        for category_id, worker_id, effective_from, amount in rows:
            self._amounts[category_id, worker_id].append((effective_from, amount))
        for changes in self._amounts.values():
            changes.sort()

    def at(self, category_id: UUID, worker_id: UUID, day: date) -> Decimal | None:
        own = self._latest(self._amounts.get((category_id, worker_id)), day)
        return own if own is not None else self._latest(self._amounts.get((category_id, None)), day)

    @staticmethod
    def _latest(changes: list[tuple[date, Decimal]] | None, day: date) -> Decimal | None:
        if not changes:
            return None
        begun = bisect_right(changes, day, key=lambda change: change[0])
        return changes[begun - 1][1] if begun else None
