"""Prepared queries through sqlite3, for SQLite."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Select, Update, literal_column
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.database.drivers.base import Driver, PreparedQuery

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
    from sqlalchemy.sql import ClauseElement
    from sqlalchemy.types import TypeEngine

Convert = Callable[[Any], Any]

_dialect: Any = SQLiteDialect_aiosqlite()


class SqliteQuery(PreparedQuery):
    """Converts instants, ids and truth values to text and numbers, and back: SQLite has none of them."""

    def __init__(self, statement: ClauseElement) -> None:
        if isinstance(statement, Update):
            # What it returns is counted: a row count would need a second way to the driver's thread.
            statement = statement.returning(literal_column("1"))
        super().__init__(statement, _dialect)
        self._writing = [_converters(self.binds[name].type)[0] for name in self.names]
        given = statement.selected_columns if isinstance(statement, Select) else ()
        self._reading = [_converters(column.type)[1] for column in given]

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        return [write(value) for write, value in zip(self._writing, super().arguments(values), strict=True)]

    def read(self, row: Sequence[Any]) -> Sequence[Any]:
        return [read(value) for read, value in zip(self._reading, row, strict=True)]


class SqliteDriver(Driver):
    """Runs prepared queries over one connection of an engine's, one at a time."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._lock = asyncio.Lock()
        self._connection: AsyncConnection | None = None
        self._driver: Any = None
        self._is_closed = False

    def prepare(self, statement: ClauseElement) -> PreparedQuery:
        return SqliteQuery(statement)

    async def fetch_one(self, query: PreparedQuery, values: Mapping[str, Any]) -> Sequence[Any]:
        [row] = await self._rows(query, values)
        return query.read(row)

    async def execute(self, query: PreparedQuery, values: Mapping[str, Any]) -> int:
        return len(await self._rows(query, values))

    async def _rows(self, query: PreparedQuery, values: Mapping[str, Any]) -> list[Sequence[Any]]:
        async with self._lock:
            if self._driver is None:
                await self._open()
            try:
                return list(await self._driver.execute_fetchall(query.text, query.arguments(values)))
            except sqlite3.Error as error:
                raise DBAPIError.instance(query.text, None, error, sqlite3.Error) from error

    async def _open(self) -> None:
        if self._is_closed:
            raise OperationalError(None, None, sqlite3.OperationalError("the connection is closed"))
        self._connection = await self._engine.connect()
        self._driver = (await self._connection.get_raw_connection()).driver_connection

    async def close(self) -> None:
        async with self._lock:
            self._is_closed, self._driver = True, None
            if self._connection is not None:
                await self._connection.close()


def _converters(kind: TypeEngine[Any]) -> tuple[Convert, Convert]:
    """The conversions of a type: on the way to the database, and back. JSON goes as the text that it is."""
    own = kind.dialect_impl(_dialect)
    if isinstance(own, JSON):
        return _as_it_is, _as_it_is
    return own.bind_processor(_dialect) or _as_it_is, own.result_processor(_dialect, None) or _as_it_is


def _as_it_is(value: Any) -> Any:
    return value
