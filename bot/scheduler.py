"""What happens by itself: the month's end, reminders."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy.exc import DBAPIError

from bot.transactions import finish_and_commit
from domain.access import SYSTEM
from domain.errors import ChangedMeanwhile
from domain.orders.reminders import OrderReminderService

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.transactions import Transactions
    from domain.clock import Month
    from domain.pay.closing import MonthEnd

logger = logging.getLogger(__name__)


class Scheduler:
    """Closes months at their time in the organization's zone, and at the start what was missed meanwhile.

    It looks at the clock every minute instead of sleeping until the 1st: a timer of weeks notices neither that the
    clock was set nor that the machine slept. Closing may run twice, on two machines, or days late: what it does is the
    same.
    """

    def __init__(
        self, settings: Settings, month_end: MonthEnd, transactions: Transactions, on_done: Callable[[], None]
    ) -> None:
        self._settings = settings
        self._month_end = month_end
        self._transactions = transactions
        self._clock = transactions.clock
        self._on_done = on_done
        self._organization = settings.organization
        self._scheduler = AsyncIOScheduler(timezone=self._organization.zone)
        self._closed: Month | None = None
        """The last month that this process has closed: looking at it again costs nothing."""

    async def start(self) -> None:
        zone = self._organization.zone
        for job, trigger in (
            (self.close_month, CronTrigger(second=0, timezone=zone)),
            (self.remind, CronTrigger(minute=0, timezone=zone)),
        ):
            self._scheduler.add_job(
                self._until_closed,
                trigger,
                args=(job,),
                id=job.__name__,
                next_run_time=datetime.now(zone),
                misfire_grace_time=None,
                coalesce=True,
                max_instances=1,
            )
        self._scheduler.start()

    def close(self) -> None:
        """Cuts off a closing that is under way: the invoices that it has written are whole, the next run goes on."""
        self._scheduler.shutdown(wait=False)

    async def _until_closed(self, job: Callable[[], Awaitable[None]]) -> None:
        """Runs a job. Being cut off at the bot's end is no failure that somebody should read of."""
        try:
            await job()
        except asyncio.CancelledError:
            logger.info("Cut off by the end: %s", job.__name__)

    def month_due(self, now: datetime) -> Month:
        """The newest month whose closing time has come."""
        local = now.astimezone(self._organization.zone)
        month = self._organization.month(now).previous()
        closes = (self._settings.closing_day, self._settings.closing_time)
        return month if (local.day, local.time()) >= closes else month.previous()

    async def remind(self) -> None:
        """Tells who should hear of work that is due or that waits; each reminder goes out once."""
        try:
            async with self._transactions.unit() as unit:
                await OrderReminderService(unit).remind(actor=SYSTEM)
                await finish_and_commit(unit)
        except (DBAPIError, OSError) as error:
            logger.warning("Reminders wait for the next hour: %s", type(error).__name__)
            return
        self._on_done()

    async def close_month(self) -> None:
        """Closes what is due, unless that is done. What fails is tried again a minute later."""
        month = self.month_due(self._clock.now())
        if month == self._closed:
            return
        try:
            result = await self._month_end.close(month, actor=SYSTEM)
        except (DBAPIError, OSError, ChangedMeanwhile) as error:
            logger.warning("Closing %s is tried again in a minute: %s", month, type(error).__name__)
            return
        self._closed = month
        logger.info("Closed %s: %s invoices issued, %s held up", month, len(result.issued), len(result.held_up))
        self._on_done()
