"""Prepared queries through asyncpg, for PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import asyncpg
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.database.drivers.base import Driver, PreparedQuery
from domain.persistence.db import CONNECT_SECONDS, DATABASE_AWAY, SERVER_SETTINGS, database_url

if TYPE_CHECKING:
    from sqlalchemy.engine import URL
    from sqlalchemy.sql import ClauseElement

    from bot.database.connections import Connections

_dialect: Any = PGDialect_asyncpg()  # type: ignore[no-untyped-call]

CLOSE_SECONDS = 2.0
"""Seconds that queries under way get to finish when the bot stops."""


class PostgresDriver(Driver):
    """Runs prepared queries over a pool of connections.

    A connection is opened when it is first needed. It is not reset between two uses, which would be another way to the
    server and back: a single statement leaves neither a transaction nor a setting behind.
    """

    def __init__(self, url: URL, at_once: int, connections: Connections) -> None:
        """For so many queries at once, over connections that `connections` knows."""
        _, self._arguments = _dialect.create_connect_args(database_url(url))
        self._at_once = at_once
        self._connections = connections
        self._pool: asyncpg.Pool | None = None

    def prepare(self, statement: ClauseElement) -> PreparedQuery:
        """Compiles a statement. Its constants must be of types that the driver knows: no JSON, no amounts of money."""
        return PreparedQuery(statement, _dialect)

    async def fetch_one(self, query: PreparedQuery, values: Mapping[str, Any]) -> Sequence[Any]:
        found: Sequence[Any] = await self._run("fetchrow", query, values)
        return found

    async def execute(self, query: PreparedQuery, values: Mapping[str, Any]) -> int:
        status: str = await self._run("execute", query, values)
        return int(status.rpartition(" ")[2])

    async def _run(self, method: str, query: PreparedQuery, values: Mapping[str, Any]) -> Any:
        try:
            pool = self._pool or await self._open_pool()
            return await getattr(pool, method)(query.text, *query.arguments(values))
        except asyncpg.InterfaceError as error:
            raise OperationalError(query.text, None, error) from error
        except asyncpg.PostgresError as error:
            raise DBAPIError(query.text, None, error) from error

    async def _open_pool(self) -> asyncpg.Pool:
        """The pool, made without a connection yet: nobody else comes between."""
        self._pool = await asyncpg.create_pool(
            min_size=0,
            max_size=self._at_once,
            timeout=CONNECT_SECONDS,
            init=self._connected,
            reset=_keep_as_it_is,
            server_settings=SERVER_SETTINGS,
            **self._arguments,
        )
        return self._pool

    async def _connected(self, connection: asyncpg.Connection) -> None:
        self._connections.add(connection)

    async def close(self) -> None:
        if self._pool is None:
            return
        try:
            await asyncio.wait_for(self._pool.close(), CLOSE_SECONDS)
        except (TimeoutError, *DATABASE_AWAY):
            self._pool.terminate()


async def _keep_as_it_is(_connection: object) -> None:
    return
