"""SQLite's driver."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Select, Update, literal_column
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.database.drivers.base import Driver, Statement

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
    from sqlalchemy.sql import ClauseElement
    from sqlalchemy.types import TypeEngine

Change = Callable[[Any], Any]

_dialect: Any = SQLiteDialect_aiosqlite()


class SqliteStatement(Statement):
    """With what makes instants, ids and truth values of text and numbers, and back: SQLite has none of them."""

    def __init__(self, statement: ClauseElement) -> None:
        if isinstance(statement, Update):
            # Counted with what they give, rows need no second way to the thread.
            statement = statement.returning(literal_column("1"))
        super().__init__(statement, _dialect)
        self._writing = [_changes(self.binds[name].type)[0] for name in self.names]
        given = statement.selected_columns if isinstance(statement, Select) else ()
        self._reading = [_changes(column.type)[1] for column in given]

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        return [write(value) for write, value in zip(self._writing, super().arguments(values), strict=True)]

    def read(self, row: Sequence[Any]) -> Sequence[Any]:
        return [read(value) for read, value in zip(self._reading, row, strict=True)]


class SqliteDriver(Driver):
    """One connection of an engine's, and one statement at a time on it."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._turn = asyncio.Lock()
        self._connection: AsyncConnection | None = None
        self._driver: Any = None
        self._is_closed = False

    def prepare(self, statement: ClauseElement) -> Statement:
        return SqliteStatement(statement)

    async def row(self, statement: Statement, values: Mapping[str, Any]) -> Sequence[Any]:
        [row] = await self._rows(statement, values)
        return statement.read(row)

    async def changed(self, statement: Statement, values: Mapping[str, Any]) -> int:
        return len(await self._rows(statement, values))

    async def _rows(self, statement: Statement, values: Mapping[str, Any]) -> list[Sequence[Any]]:
        async with self._turn:
            if self._driver is None:
                await self._open()
            try:
                return list(await self._driver.execute_fetchall(statement.text, statement.arguments(values)))
            except sqlite3.Error as error:
                raise DBAPIError.instance(statement.text, None, error, sqlite3.Error) from error

    async def _open(self) -> None:
        if self._is_closed:
            raise OperationalError(None, None, sqlite3.OperationalError("the connection is closed"))
        self._connection = await self._engine.connect()
        self._driver = (await self._connection.get_raw_connection()).driver_connection

    async def close(self) -> None:
        async with self._turn:
            self._is_closed, self._driver = True, None
            if self._connection is not None:
                await self._connection.close()


def _changes(kind: TypeEngine[Any]) -> tuple[Change, Change]:
    """On the way to the database, and back. JSON goes as the text that it is."""
    own = kind.dialect_impl(_dialect)
    if isinstance(own, JSON):
        return _as_it_is, _as_it_is
    return own.bind_processor(_dialect) or _as_it_is, own.result_processor(_dialect, None) or _as_it_is


def _as_it_is(value: Any) -> Any:
    return value
