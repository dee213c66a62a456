"""The leader lease: one of several instances holds it and leads. The others store webhooks, and stand by."""

from __future__ import annotations

import asyncio
import fcntl
import logging
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import asyncpg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from bot.tasks import wait_at_most
from domain.persistence.db import DATABASE_AWAY, create_engine

if TYPE_CHECKING:
    from sqlalchemy import URL
    from sqlalchemy.ext.asyncio import AsyncConnection

    from bot.database.connections import Connections

logger = logging.getLogger(__name__)

RETRY_SECONDS: Final = 1.0
"""Between two tries to take the lease."""
RENEW_SECONDS: Final = 1.5
"""Between two renewals."""
ANSWER_SECONDS: Final = 2.5
"""Seconds after which PostgreSQL counts as not answering. Together with `RENEW_SECONDS` it is shorter than the lease: a
holder that cannot renew it stops before another one begins."""
LEASE_SECONDS: Final = 6
"""After this long without a sign of life PostgreSQL ends the holder's session, and with it the lock: the holder may be
frozen, or its machine cut off. A process that dies gives the lock back at once."""
NEWS: Final = "inbound_updates"
"""The channel on which an instance that stands by says that it has stored updates."""
_LOCK: Final = 0x4D54_574C  # any number that nobody else locks; this is "MTWL"


class Lease(ABC):
    """A lease that one instance holds at a time. `run` takes it, keeps it, and takes it again where it was lost."""

    def __init__(self) -> None:
        self._held = asyncio.Event()
        self._free = asyncio.Event()
        self._free.set()
        self._news = asyncio.Event()

    @property
    def is_held(self) -> bool:
        return self._held.is_set()

    async def held(self) -> None:
        """Returns once this instance holds the lease."""
        await self._held.wait()

    async def lost(self) -> None:
        """Returns once this instance does not hold the lease."""
        await self._free.wait()

    async def news(self, seconds: float) -> None:
        """Returns when another instance has stored updates, or after so many seconds."""
        await wait_at_most(seconds, self._news)
        self._news.clear()

    @abstractmethod
    async def run(self) -> None:
        """Takes and keeps the lease until it is cancelled, and gives it back then."""

    def _hold(self) -> None:
        self._free.clear()
        self._held.set()

    def _let_go(self) -> None:
        self._held.clear()
        self._free.set()


class FileLease(Lease):
    """For SQLite: a lock on a file beside the database, which the kernel drops with its process."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    async def run(self) -> None:
        with self._path.open("a") as file:
            if not _locks(file.fileno()):
                logger.info("Another process works with this database; this one stands by")
                while not _locks(file.fileno()):
                    await asyncio.sleep(RETRY_SECONDS)
            self._hold()
            try:
                await asyncio.Event().wait()
            finally:
                self._let_go()


def _locks(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


class PostgresLease(Lease):
    """An advisory lock of a session of its own. Needs PostgreSQL 14, and no pooler that shares sessions in between."""

    def __init__(self, url: URL, connections: Connections) -> None:
        """Breaks off all of `connections` when PostgreSQL does not answer the session of the lease in time."""
        super().__init__()
        self._engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        self._connections = connections
        connections.watch(self._engine)
        self._stands_by = False

    async def run(self) -> None:
        try:
            while True:
                await self._session()
                await asyncio.sleep(RETRY_SECONDS)
        finally:
            await self._engine.dispose()

    async def _session(self) -> None:
        """One session, from its first try to take the lock until it breaks."""
        ended = asyncio.Event()
        connection: AsyncConnection | None = None
        try:
            with self._answered_in_time():
                # A connection that is being made cannot be broken off yet.
                async with asyncio.timeout(ANSWER_SECONDS):
                    connection = await self._engine.connect()
                await self._prepare(connection, ended)
            while not await self._takes(connection):
                if not self._stands_by:
                    logger.info("Another instance works; this one stands by")
                    self._stands_by = True
                await wait_at_most(RETRY_SECONDS, ended)
            self._stands_by = False
            self._hold()
            while not ended.is_set():
                await wait_at_most(RENEW_SECONDS, ended)
                await self._renew(connection)
        except DATABASE_AWAY as error:
            if self.is_held:
                logger.warning("Lost the lease (%s); taking it again", type(error).__name__)
        finally:
            self._let_go()
            if connection is not None:
                await _close(connection)

    async def _prepare(self, connection: AsyncConnection, ended: asyncio.Event) -> None:
        await connection.execute(text(f"SET idle_session_timeout = '{LEASE_SECONDS}s'"))
        session: Any = (await connection.get_raw_connection()).driver_connection
        session.add_termination_listener(lambda _: ended.set())
        try:
            await session.add_listener(NEWS, lambda *_: self._news.set())
        except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            # As SQLAlchemy would raise it: the driver's own error would end the bot.
            raise DBAPIError("LISTEN", None, error) from error

    async def _takes(self, connection: AsyncConnection) -> bool:
        with self._answered_in_time():
            taken = await connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _LOCK})
        return bool(taken)

    async def _renew(self, connection: AsyncConnection) -> None:
        with self._answered_in_time():
            await connection.execute(text("SELECT 1"))

    @contextmanager
    def _answered_in_time(self) -> Iterator[None]:
        """Breaks the connections off where the calls within are not answered in time.

        Cancelling a call would wait for the server too.
        """
        timer = asyncio.get_running_loop().call_later(ANSWER_SECONDS, self._break_off)
        try:
            yield
        finally:
            timer.cancel()

    def _break_off(self) -> None:
        log = logger.warning if self.is_held else logger.debug
        log("PostgreSQL says nothing; the connections to it are broken off")
        self._connections.break_off()


async def _close(connection: AsyncConnection) -> None:
    """Closes a connection that may be broken already: whatever that raises, it is gone."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            await connection.close()
    except DATABASE_AWAY as error:
        logger.debug("The lease's session ended badly: %s", type(error).__name__)


def lease_of(url: URL, connections: Connections) -> Lease:
    """The lease of everyone who works with a database."""
    if url.get_backend_name() == "postgresql":
        return PostgresLease(url, connections)
    return FileLease(Path(f"{url.database}.lock"))
