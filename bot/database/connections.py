"""Connections to PostgreSQL that may lead nowhere: neither a machine that vanished nor a firewall says so."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakSet

import asyncpg
from sqlalchemy import event

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.ext.asyncio import AsyncEngine
    from sqlalchemy.pool import ConnectionPoolEntry


class Connections:
    """All that an instance has, so that they can be broken off together.

    A statement waits for its answer as long as TCP believes in the connection: two hours, or for ever. No limit of time
    for a statement helps, since the driver then asks the server, over the same network, to cancel it. Broken off, it
    fails at once, and whoever wanted it tries again on a new connection.
    """

    def __init__(self) -> None:
        self._open: WeakSet[asyncpg.Connection] = WeakSet()

    def watch(self, engine: AsyncEngine) -> None:
        """Knows each connection that an engine makes from now on; those to SQLite lead nowhere else."""
        if engine.dialect.name != "postgresql":
            return

        # Before whatever else is said over a new one.
        @event.listens_for(engine.sync_engine, "connect", insert=True)
        def connected(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
            self.add(connection.driver_connection)

    def add(self, connection: asyncpg.Connection) -> None:
        self._open.add(connection)

    def break_off(self) -> None:
        """Ends each without a word to the server, which may not be there."""
        for connection in tuple(self._open):
            connection.terminate()
        self._open.clear()
