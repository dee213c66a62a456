"""Two transactions at once: when does the one wait for the other?"""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


async def until_blocked(sessions: async_sessionmaker[AsyncSession], late: asyncio.Future[Any]) -> None:
    """Gives the second transaction its time: until it waits for a lock on PostgreSQL, or begins to wait on SQLite.

    Returns as well when `late` is done without having waited.
    """
    async with sessions() as session:
        if session.get_bind().dialect.name == "sqlite":
            await asyncio.sleep(0)  # its BEGIN IMMEDIATE waits in its own thread
            return
        while not late.done():
            if await session.scalar(WAITING):
                return
            await session.rollback()  # within a transaction the server answers from a snapshot
