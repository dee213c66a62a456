"""Drivers: queries that run at every update, given to the database's own driver without SQLAlchemy's session.

A session takes ten times as long for them as PostgreSQL's driver alone: 256 µs against 23 for an UPDATE by its key. On
SQLite it goes a dozen times between the driver's thread and ours, where once is enough.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import BindParameter, Dialect
    from sqlalchemy.sql import ClauseElement


class PreparedQuery:
    """A statement as a driver takes it, compiled once."""

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        self.text = str(compiled)
        self.names: Sequence[str] = compiled.positiontup
        self.binds: Mapping[str, BindParameter[Any]] = compiled.binds
        self._constants: Mapping[str, Any] = compiled.params

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """The value of each parameter: from named values, or the statement's own constants."""
        return [values[name] if name in values else self._constants[name] for name in self.names]

    def read(self, row: Sequence[Any]) -> Sequence[Any]:
        """The values of a row that the driver gave."""
        return row


class Driver(ABC):
    """Runs prepared queries, each a transaction of its own. JSON is text, in what they take and in what they give."""

    @abstractmethod
    def prepare(self, statement: ClauseElement) -> PreparedQuery:
        """Compiles a SELECT for `fetch_one`, or an UPDATE for `execute`."""

    @abstractmethod
    async def fetch_one(self, query: PreparedQuery, values: Mapping[str, Any]) -> Sequence[Any]:
        """Runs a query; the one row that it gives.

        Raises:
            DBAPIError, OSError: what SQLAlchemy would raise.
        """

    @abstractmethod
    async def execute(self, query: PreparedQuery, values: Mapping[str, Any]) -> int:
        """Runs a query; how many rows it changed.

        Raises:
            DBAPIError, OSError: what SQLAlchemy would raise.
        """

    @abstractmethod
    async def close(self) -> None:
        """Closes all connections: those in use once they are free, but soon in any case."""
