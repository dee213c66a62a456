"""Scheduled jobs: month-end closing, reminders, clean-up."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger

from bot.database.transactions import finish_and_commit
from bot.screens.drafts import forget_closed
from bot.tasks import cancel_and_wait
from domain.access import SYSTEM
from domain.errors import ChangedMeanwhile
from domain.orders.reminders import OrderReminderService
from domain.persistence.db import DATABASE_AWAY

if TYPE_CHECKING:
    from bot.database.lease import Lease
    from bot.database.transactions import Transactions
    from bot.settings import Settings
    from bot.updates.inbox import Inbox
    from domain.clock import Month
    from domain.pay.closing import MonthEnd

logger = logging.getLogger(__name__)

CLOCK_CHECK_SECONDS = 60.0
"""Between two looks at whether the machine's clock was set back; not measured by that clock."""
KEEP_UPDATES = timedelta(days=7)
"""How long the ids of answered updates are kept."""


class Scheduler:
    """Runs jobs at their time in the organization's zone, while this instance leads; at the start, those it missed.

    Whether a month is to be closed is checked every minute, instead of sleeping until the 1st: a timer of weeks notices
    neither that the clock was set nor that the machine slept. Closing may run twice, on two machines, or days late: it
    does the same.
    """

    def __init__(
        self,
        settings: Settings,
        month_end: MonthEnd,
        transactions: Transactions,
        inbox: Inbox,
        lease: Lease,
        on_done: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._month_end = month_end
        self._transactions = transactions
        self._clock = transactions.clock
        self._inbox = inbox
        self._lease = lease
        self._on_done = on_done
        self._organization = settings.organization
        self._scheduler = AsyncIOScheduler(timezone=self._organization.zone)
        self._running: set[asyncio.Task[None]] = set()
        self._closed: Month | None = None
        """The last month that this process has closed: looking at it again costs nothing."""

    async def start(self) -> None:
        zone = self._organization.zone
        for job, trigger in (
            (self.close_month, CronTrigger(second=0, timezone=zone)),
            (self.remind, CronTrigger(minute=0, timezone=zone)),
            (self.tidy, CronTrigger(hour=4, minute=30, timezone=zone)),
        ):
            self._scheduler.add_job(
                self._run_if_leading,
                trigger,
                args=(job,),
                id=job.__name__,
                misfire_grace_time=None,
                coalesce=True,
                max_instances=1,
            )
        self._scheduler.start()
        self._following = asyncio.create_task(self._follow_clock_regularly())

    async def _follow_clock_regularly(self) -> None:
        while True:
            await asyncio.sleep(CLOCK_CHECK_SECONDS)
            self.follow_clock()

    def follow_clock(self) -> None:
        """Plans anew after the machine's clock was set back: APScheduler would wait for the old time to come again."""
        now = datetime.now(self._organization.zone)
        for job in self._scheduler.get_jobs():
            due = job.trigger.get_next_fire_time(None, now)
            if job.next_run_time > due:
                job.modify(next_run_time=due)

    def run_missed(self) -> None:
        """Runs all jobs now. A new leader does not leave what was missed to the next minute or hour."""
        for job in self._scheduler.get_jobs():
            job.modify(next_run_time=datetime.now(self._organization.zone))

    async def close(self) -> None:
        """Stops the jobs. A closing is cut off: the invoices it has written are whole, and the next run goes on."""
        self._following.cancel()
        self._scheduler.shutdown(wait=False)
        # It cancels what runs and does not wait: a rollback would go on after the database was left.
        await cancel_and_wait(*self._running)

    async def _run_if_leading(self, job: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Runs a job, where this instance leads. Being cut off at the bot's end is not logged as a failure."""
        if not self._lease.is_held:
            return
        running = asyncio.create_task(job())
        self._running.add(running)
        running.add_done_callback(self._running.discard)
        try:
            await running
        except asyncio.CancelledError:
            logger.info("Cut off by the bot's end: %s", job.__name__)

    def month_due(self, now: datetime) -> Month:
        """The newest month whose closing time has come."""
        local = now.astimezone(self._organization.zone)
        month = self._organization.month(now).previous()
        closes = (self._settings.closing_day, self._settings.closing_time)
        return month if (local.day, local.time()) >= closes else month.previous()

    async def remind(self) -> None:
        """Queues reminders of work that is due or that waits; each goes out once."""
        try:
            async with self._transactions.unit() as unit:
                await OrderReminderService(unit).remind(actor=SYSTEM)
                await finish_and_commit(unit)
        except DATABASE_AWAY as error:
            logger.warning("Reminders wait for the next hour: %s", type(error).__name__)
            return
        self._on_done()

    async def tidy(self) -> None:
        """Removes old updates, and forms that were closed long ago."""
        try:
            count = await self._inbox.forget(self._clock.now() - KEEP_UPDATES)
            async with self._transactions.unit() as unit:
                await forget_closed(unit.session, self._clock.now())
                await finish_and_commit(unit)
        except DATABASE_AWAY as error:
            logger.warning("Tidying up waits for the next night: %s", type(error).__name__)
        else:
            logger.info("Forgot %s answered updates", count)

    async def close_month(self) -> None:
        """Closes the month that is due, unless that is done. What fails is tried again a minute later."""
        month = self.month_due(self._clock.now())
        if month == self._closed:
            return
        try:
            result = await self._month_end.close(month, actor=SYSTEM)
        except (*DATABASE_AWAY, ChangedMeanwhile) as error:
            logger.warning("Closing %s is tried again in a minute: %s", month, type(error).__name__)
            return
        self._closed = month
        logger.info("Closed %s: %s invoices issued, %s held up", month, len(result.issued), len(result.held_up))
        self._on_done()
