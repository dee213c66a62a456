"""Transactions: units of work on one engine, with a queue for SQLite's one writer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from typing import TYPE_CHECKING

from domain.persistence.db import for_reading, session_factory
from domain.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

    from domain.clock import Clock
    from domain.organization import Organization


class Transactions:
    """Opens units of work. Each is one transaction, committed by whoever opened it and rolled back otherwise.

    SQLite takes one writer at a time, and those who wait for it poll the file with growing pauses. Waiting for each
    other here instead keeps their order and costs nothing.
    """

    def __init__(self, engine: AsyncEngine, clock: Clock, organization: Organization) -> None:
        self.engine = engine
        self.clock = clock
        self.organization = organization
        self._sessions = session_factory(engine)
        self._reading = session_factory(for_reading(engine))
        self._unused: list[AsyncSession] = []
        self.writer = asyncio.Lock() if engine.dialect.name == "sqlite" else None
        """Held by whoever writes, where only one can: on SQLite."""

    @asynccontextmanager
    async def unit(self, slot: asyncio.Semaphore | None = None) -> AsyncIterator[UnitOfWork]:
        """A transaction that writes. `finish_and_commit` ends it; leaving without that rolls it back.

        `slot`: held by the caller, and left to others while the unit waits for slow work.
        """
        held = [each for each in (slot, self.writer) if each is not None]
        async with self.writer or nullcontext(), self._session() as session:
            yield UnitOfWork(session, self.clock, self.organization, held=held)

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[AsyncSession]:
        """A session, kept for the next one once nothing is left in it: making and closing one costs more."""
        session = self._unused.pop() if self._unused else self._sessions()
        try:
            yield session
        finally:
            if session.in_transaction() or session.identity_map:
                async with session:
                    pass  # its own way out is let finish by whoever cancels us
        self._unused.append(session)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session that only reads: no writer waits for it."""
        async with self._reading() as session:
            yield session

    def reading_unit(self, session: AsyncSession) -> UnitOfWork:
        """A unit of work for queries, on a session that only reads."""
        return UnitOfWork(session, self.clock, self.organization)


async def finish_and_commit(unit: UnitOfWork) -> None:
    """Writes what the unit collected, and commits. A unit that did nothing has nothing to commit."""
    if not unit.has_begun:
        return
    await unit.finish()
    await unit.session.commit()
