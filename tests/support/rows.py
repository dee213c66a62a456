"""Rows for tests that are about the database itself: raw SQL, as any other program would write them."""

# ruff: noqa: S608 - tables and columns are named by tests

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from domain.persistence.db import Instant, Money

_TYPES: Final[Mapping[type, TypeEngine[Any]]] = {UUID: Uuid(), Decimal: Money(), datetime: Instant()}


async def execute(connection: AsyncConnection, sql: str, **values: object) -> None:
    """Runs a statement; ids, instants and amounts are written as each engine stores them."""
    typed = [bindparam(name, type_=_TYPES[type(value)]) for name, value in values.items() if type(value) in _TYPES]
    await connection.execute(text(sql).bindparams(*typed), values)


async def add(connection: AsyncConnection, table: str, **values: object) -> UUID:
    """Inserts a row with these columns and no others besides `id`."""
    values = {"id": uuid4(), **values}
    names = ", ".join(values)
    places = ", ".join(f":{name}" for name in values)
    await execute(connection, f"INSERT INTO {table} ({names}) VALUES ({places})", **values)
    made = values["id"]
    assert isinstance(made, UUID)
    return made


async def add_user(connection: AsyncConnection, name: str, role: str = "Worker", **values: object) -> UUID:
    fixed = {"email": f"{name.lower()}@example.com", "password_hash": "!", "name": name, "role": role}
    return await add(connection, "users", **{**fixed, **values})


async def add_order(connection: AsyncConnection, created_by: UUID, **values: object) -> UUID:
    fixed: dict[str, object] = {"title": "Order", "category": "Link Building", "created_by": created_by}
    return await add(connection, "work_orders", **{**fixed, **values})
