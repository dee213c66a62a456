"""`preview` and `close`: show what closing a month would do, and close it, without a running bot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from bot.database.transactions import Transactions
from bot.startup import StartError
from domain.access import SYSTEM
from domain.clock import Clock, SystemClock
from domain.pay.closing import Closing, ClosingResult, MonthEnd, Preview
from domain.persistence.db import create_engine, session_factory
from domain.persistence.schema import upgrade

if TYPE_CHECKING:
    from bot.settings import Settings
    from domain.clock import Month


@asynccontextmanager
async def _transactions(settings: Settings, clock: Clock | None) -> AsyncIterator[Transactions]:
    engine = create_engine(settings.database)
    try:
        await asyncio.to_thread(upgrade, settings.database)
        yield Transactions(engine, clock or SystemClock(), settings.organization)
    except (DBAPIError, OSError) as error:
        raise StartError(
            f"The database does not answer ({type(error).__name__}). Check DATABASE_URL, or DB_HOST and its companions."
        ) from None
    finally:
        await engine.dispose()


async def preview_month(settings: Settings, month: Month, clock: Clock | None = None) -> Preview:
    """Shows what closing would do now."""
    async with _transactions(settings, clock) as transactions, transactions.reading() as session:
        return await Closing(transactions.reading_unit(session)).preview(month, actor=SYSTEM)


async def close_month(settings: Settings, month: Month, clock: Clock | None = None) -> ClosingResult:
    """Issues what is missing. The bot, wherever it runs, sends the messages.

    Raises:
        MonthNotOver: The month is not.
        StartError: The database does not answer.
    """
    async with _transactions(settings, clock) as transactions:
        month_end = MonthEnd(session_factory(transactions.engine), transactions.clock, transactions.organization)
        return await month_end.close(month, actor=SYSTEM)
