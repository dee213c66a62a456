"""The outbox: sends queued notifications, in order per chat, within Telegram's limits, at least once."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.delivery.policy import Dispatcher, NextLook, NextState, max_at_once, state_after_error
from bot.delivery.queue import QueuedNotification, read_queue
from bot.delivery.results import SendResult, SendResults
from bot.delivery.sender import UnreachableError, messages_of
from bot.retry import retrying
from bot.screens.i18n import speaking
from bot.tasks import finish_or_cancel, wait_at_most
from domain.audit.service import NEWEST
from domain.notifications.model import NotificationState
from domain.persistence.db import DATABASE_AWAY

if TYPE_CHECKING:
    from bot.database.lease import Lease
    from bot.database.transactions import Transactions
    from bot.delivery.rate_limiter import RateLimiter
    from bot.delivery.sender import Sender
    from bot.screens.interface import Notice
    from bot.screens.screen import Screen
    from domain.unit_of_work import UnitOfWork

logger = logging.getLogger(__name__)

CALLS_AT_ONCE = 128
"""To Telegram. Fewer than there are connections: the others are for direct answers."""
RENDER_BATCH = 25
"""Notifications that are rendered in one transaction, which reads."""
POLL_SECONDS = 2.0
"""Between two regular looks at the queue: for what the command line or another machine queued."""
READ_PAUSE = 0.02
READ_SHARE = 0.2
"""Seconds between two readings of the queue, and the share of the time that reading may take: a long queue is read less
often."""
CLOSE_SECONDS = 2.0
"""How long a call under way may take when the bot stops."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """What notifications show, read together."""

    screens: Mapping[int, Screen | Exception | None]
    """By notification; an exception where its view failed."""
    seen: int = 0
    """Place in the log up to which they are true."""


class Outbox:
    """Sends queued notifications while this instance leads.

    The dispatcher decides what starts and when the queue is read again; the outbox reads, renders, sends and writes.
    A message can go out twice where the bot dies between Telegram's answer and our mark, and only there.
    """

    def __init__(
        self,
        transactions: Transactions,
        sender: Sender,
        rate_limiter: RateLimiter,
        notices: Mapping[str, Notice],
        lease: Lease,
        language: str,
    ) -> None:
        """`language`: of people who have not chosen one."""
        self._language = language
        self._transactions = transactions
        self._sender = sender
        self._rate_limiter = rate_limiter
        self._notices = notices
        self._lease = lease
        self._dispatcher = Dispatcher(notices, rate_limiter.chat_wait)
        self._results = SendResults(transactions, self.wake)
        self._news = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()
        """Each until its result is written."""
        self._waiting: set[asyncio.Task[None]] = set()
        """Those of them that have sent nothing yet."""
        self._rendering: set[asyncio.Task[Rendered]] = set()
        self._calls = asyncio.Semaphore(CALLS_AT_ONCE)
        self._timer: asyncio.TimerHandle | None = None
        """Wakes the outbox when the dispatcher asked for it."""
        self._rings_at = 0.0
        """By the loop's clock. The timer itself does not tell: uvloop's has no `when` where the time has come."""

    @property
    def is_busy(self) -> bool:
        return bool(self._sending)

    @property
    def _max_at_once(self) -> int:
        return max_at_once(self._rate_limiter.rate)

    def wake(self) -> None:
        """Has the queue read soon: something may be in it."""
        self._news.set()

    async def run(self) -> None:
        """Sends until it is cancelled; then lets what is being sent finish."""
        try:
            while True:
                seconds = await retrying(
                    self._start_next,
                    on=DATABASE_AWAY,
                    pauses=(POLL_SECONDS,),
                    say="Notifications wait for the database",
                    say_over="Notifications go out again",
                )
                await asyncio.sleep(max(READ_PAUSE, seconds * (1 / READ_SHARE - 1)))
                await wait_at_most(POLL_SECONDS, self._news)
        finally:
            await self._close()

    async def _close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        for task in self._waiting:
            task.cancel()
        await finish_or_cancel(*self._sending, *self._rendering, seconds=CLOSE_SECONDS)
        await self._results.close()

    async def _start_next(self) -> float:
        """Reads the queue, and starts what may begin now; the seconds that it took."""
        await self._lease.held()
        self._news.clear()
        began = time.monotonic()
        reading = self._dispatcher.read(self._max_at_once)
        if reading is None:
            return 0.0
        plan = self._dispatcher.plan(reading, await self._read(reading.limit))
        self._look_again(plan.next_look)
        for notification, next_state in plan.give_up:
            self._start(notification, None, self._write(notification, next_state))
        for start in range(0, len(plan.start), RENDER_BATCH):
            batch = plan.start[start : start + RENDER_BATCH]
            rendering = self._render([notification for notification, _ in batch])
            for notification, chat_id in batch:
                self._start(notification, chat_id, self._send(notification, chat_id, rendering))
        return time.monotonic() - began

    async def _read(self, limit: int) -> list[QueuedNotification]:
        async with self._transactions.reading() as session:
            return await read_queue(session, self._transactions.clock.now(), limit)

    def _look_again(self, look: NextLook) -> None:
        """Wakes the outbox now, and no later than after so many seconds."""
        if look.now:
            self.wake()
        if look.seconds is None:
            return
        loop = asyncio.get_running_loop()
        at = loop.time() + max(0.0, look.seconds)
        if self._timer is not None:
            if self._rings_at <= at:
                return
            self._timer.cancel()
        self._rings_at = at
        self._timer = loop.call_at(at, self._ring)

    def _ring(self) -> None:
        self._timer = None
        self.wake()

    def _render(self, batch: Sequence[QueuedNotification]) -> asyncio.Task[Rendered]:
        task = asyncio.create_task(self._rendered(batch))
        self._rendering.add(task)
        task.add_done_callback(self._rendering.discard)
        return task

    async def _rendered(self, batch: Sequence[QueuedNotification]) -> Rendered:
        """What notifications show now. One whose view fails costs the others a transaction of their own, no more."""
        try:
            async with self._transactions.reading() as session:
                unit = self._transactions.reading_unit(session)
                seen = await session.scalar(NEWEST)
                shown = {each.id: await self._view(unit, each) for each in batch}
                return Rendered(shown, seen or 0)
        except Exception as error:  # noqa: BLE001 - `_send` raises it again, for the one that it belongs to
            if len(batch) == 1:
                return Rendered({batch[0].id: error})
        alone = [await self._rendered([each]) for each in batch]
        screens = {notification: screen for each in alone for notification, screen in each.screens.items()}
        return Rendered(screens, min(each.seen for each in alone))

    async def _view(self, unit: UnitOfWork, notification: QueuedNotification) -> Screen | None:
        """A notification in its reader's language."""
        language = notification.language or self._language
        with speaking(language):
            screen = await self._notices[notification.kind](unit, notification.payload)
        return _kept(screen if screen is None or not screen.menu else replace(screen, language=language))

    def _start(self, notification: QueuedNotification, chat_id: int | None, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(self._run(notification, chat_id, work))
        self._sending.add(task)
        self._waiting.add(task)
        task.add_done_callback(self._sending.discard)

    async def _run(
        self, notification: QueuedNotification, chat_id: int | None, work: Coroutine[Any, Any, None]
    ) -> None:
        try:
            await work
        finally:
            self._begins()
            self._look_again(self._dispatcher.finish(notification, chat_id, self._max_at_once))

    def _begins(self) -> None:
        """Has the current task let finish when the bot stops, from here on."""
        task = asyncio.current_task()
        if task is not None:
            self._waiting.discard(task)

    async def _send(self, notification: QueuedNotification, chat_id: int, rendering: asyncio.Task[Rendered]) -> None:
        # Shielded: it is the others' too.
        rendered = await asyncio.shield(rendering)
        screen = rendered.screens[notification.id]
        if screen is None:
            await self._write(notification, NextState(NotificationState.CANCELLED))
            return
        try:
            if isinstance(screen, Exception):
                raise screen
            async with self._calls:
                await self._rate_limiter.notification(chat_id, messages_of(screen))
                if not self._lease.is_held:
                    return
                self._begins()
                sent = await self._sender.notify(chat_id, screen)
        except Exception as error:  # noqa: BLE001 - the policy decides what becomes of it
            await self._fail(notification, chat_id, error)
        else:
            shown = {"card": screen.card, "sent": sent, "seen": rendered.seen}
            await self._write(notification, NextState(NotificationState.SENT), **shown)

    async def _fail(self, notification: QueuedNotification, chat_id: int, error: Exception) -> None:
        next_state = state_after_error(error, notification.attempts)
        if next_state.state is NotificationState.DEAD and not isinstance(error, UnreachableError):
            logger.error("Notification %s (%s) failed", notification.id, notification.kind, exc_info=error)
        if next_state.is_paused:
            self._look_again(NextLook(seconds=self._rate_limiter.chat_wait(chat_id)))
        await self._write(notification, next_state, blocked_chat=chat_id if next_state.is_blocked else None)

    async def _write(self, notification: QueuedNotification, next_state: NextState, **more: Any) -> None:
        """Writes what became of a notification, where that is more than a wait."""
        if next_state.state is None:
            return
        self._begins()
        again_at = None
        if next_state.backoff is not None:
            again_at = self._transactions.clock.now() + timedelta(seconds=next_state.backoff)
        await self._results.write(
            SendResult(notification.id, next_state.state, notification.attempts + 1, next_state.error, again_at, **more)
        )


def _kept(screen: Screen | None) -> Screen | None:
    """A notice stays where it is when it is tapped. Only a card is changed in place, as its record is."""
    if screen is None or screen.card is not None or screen.edit_message_id is not None:
        return screen
    return replace(screen, keep=True)
