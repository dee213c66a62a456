"""Long lists, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import Row, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

T = TypeVar("T")
PAGE_SIZE: Final = 8
"""Rows of buttons that fit on a phone."""
MAX_COUNTED: Final = 10_000
"""Nobody leafs further; and counting a million orders would take longer than reading a page of them."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    items: tuple[T, ...]
    number: int
    """From 1."""
    pages: int
    """At least 1: an empty list has one empty page."""
    total: int
    """Items on all pages: up to `MAX_COUNTED`."""
    more: bool
    """Whether there are still others, which only a filter or their number finds."""


async def paged(
    session: AsyncSession,
    statement: Select[*tuple[Any, ...]],
    counted: Select[*tuple[Any, ...]],
    number: int,
    size: int = PAGE_SIZE,
) -> tuple[list[Row[*tuple[Any, ...]]], Page[Any]]:
    """One page's rows, and the page without its items.

    A number beyond the list's ends, as on a button from before the list got shorter, gives the nearest page.

    Args:
        session: The transaction.
        statement: The rows, ordered by something unique.
        counted: The same rows without what is joined only to be shown.
        number: From 1.
        size: Rows on a page.
    """
    some = counted.order_by(None).limit(MAX_COUNTED + 1).subquery()
    found = (await session.scalar(select(func.count()).select_from(some))) or 0
    total = min(found, MAX_COUNTED)
    pages = max(1, -(-total // size))
    number = min(max(number, 1), pages)
    rows = (await session.execute(statement.limit(size).offset((number - 1) * size))).all() if total else []
    return list(rows), Page((), number, pages, total, found > total)
