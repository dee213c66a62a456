"""The connections of an instance to PostgreSQL, to be broken off together when it no longer answers."""

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
    """Knows all connections of an instance.

    Neither a machine that vanished nor a firewall says that a connection leads nowhere, and a statement waits for its
    answer as long as TCP believes in it: two hours, or for ever. A limit of time for a statement does not help, since
    the driver then asks the server, over the same network, to cancel it. When the connection is broken off, the
    statement fails at once, and whoever wanted it tries again on a new one.
    """

    def __init__(self) -> None:
        self._open: WeakSet[asyncpg.Connection] = WeakSet()

    def watch(self, engine: AsyncEngine) -> None:
        """Adds each connection that an engine makes from now on. Those to SQLite use no network."""
        if engine.dialect.name != "postgresql":
            return

        # Inserted as the first listener: nothing is said over a connection before it is known.
        @event.listens_for(engine.sync_engine, "connect", insert=True)
        def connected(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
            self.add(connection.driver_connection)

    def add(self, connection: asyncpg.Connection) -> None:
        self._open.add(connection)

    def break_off(self) -> None:
        """Ends all connections without a word to the server, which may not be there."""
        for connection in tuple(self._open):
            connection.terminate()
        self._open.clear()
