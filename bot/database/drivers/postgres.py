"""PostgreSQL's driver."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import asyncpg
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.database.drivers.base import Driver, Statement
from domain.persistence.db import CONNECT_SECONDS, DATABASE_AWAY, SERVER_SETTINGS, database_url

if TYPE_CHECKING:
    from sqlalchemy.engine import URL
    from sqlalchemy.sql import ClauseElement

    from bot.database.connections import Connections

_dialect: Any = PGDialect_asyncpg()  # type: ignore[no-untyped-call]

CLOSE_SECONDS = 2.0


class PostgresDriver(Driver):
    """Connections for statements each of which is a transaction.

    None is opened before it is needed. None is reset between two uses either, which would be another way to the server
    and back: a single statement leaves neither a transaction nor a setting behind.
    """

    def __init__(self, url: URL, at_once: int, connections: Connections) -> None:
        """For so many statements at once, over connections that are known to `connections`."""
        _, self._arguments = _dialect.create_connect_args(database_url(url))
        self._at_once = at_once
        self._connections = connections
        self._pool: asyncpg.Pool | None = None

    def prepare(self, statement: ClauseElement) -> Statement:
        """Its own constants must be of types that the driver knows: no JSON, no amounts of money."""
        return Statement(statement, _dialect)

    async def row(self, statement: Statement, values: Mapping[str, Any]) -> Sequence[Any]:
        found: Sequence[Any] = await self._run("fetchrow", statement, values)
        return found

    async def changed(self, statement: Statement, values: Mapping[str, Any]) -> int:
        said: str = await self._run("execute", statement, values)
        return int(said.rpartition(" ")[2])

    async def _run(self, method: str, statement: Statement, values: Mapping[str, Any]) -> Any:
        try:
            pool = self._pool or await self._opened()
            return await getattr(pool, method)(statement.text, *statement.arguments(values))
        except asyncpg.InterfaceError as error:
            raise OperationalError(statement.text, None, error) from error
        except asyncpg.PostgresError as error:
            raise DBAPIError(statement.text, None, error) from error

    async def _opened(self) -> asyncpg.Pool:
        """Without a connection yet, so nobody else comes between."""
        self._pool = await asyncpg.create_pool(
            min_size=0,
            max_size=self._at_once,
            timeout=CONNECT_SECONDS,
            init=self._connected,
            reset=_left_as_it_is,
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


async def _left_as_it_is(_connection: object) -> None:
    return
