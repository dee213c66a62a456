"""Queued notifications to Telegram: in order per chat, at its pace, at least once."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter

from bot.delivery.queue import QueuedNotification, read_queue
from bot.delivery.results import SendResult, SendResults
from bot.delivery.sender import UnreachableError, messages_of
from bot.tasks import finish_or_cancel
from domain.audit.service import NEWEST
from domain.notifications.model import BLOCKED, BUG, NO_CHAT, NotificationState
from domain.persistence.db import DATABASE_AWAY

if TYPE_CHECKING:
    from bot.database.lease import Lease
    from bot.database.transactions import Transactions
    from bot.delivery.rate_limiter import RateLimiter
    from bot.delivery.sender import Sender
    from bot.screens.screen import Screen
    from domain.unit_of_work import UnitOfWork

logger = logging.getLogger(__name__)

FEWEST_AT_ONCE, MOST_AT_ONCE = 64, 2048
"""On their way at the same time, waiting for their slot included: what goes out in about two seconds."""
CALLS_AT_ONCE = 128
"""To Telegram. Fewer than there are connections: the others are for direct answers."""
RENDERED_TOGETHER = 25
"""In one transaction that reads."""
POLL_SECONDS = 2.0
"""How often the queue is looked at without being told: for what the command line or another machine queued."""
READ_PAUSE = 0.02
READ_SHARE = 0.2
"""Seconds between two looks at the queue, and the share of the time that they may take: a long queue is read longer."""
CLOSE_SECONDS = 2.0
"""How long a call under way may take when the bot stops."""
BACKOFF_SECONDS = (5, 15, 60, 300, 900, 3600)
MAX_ATTEMPTS = 20
"""About 14 hours of an unreachable Telegram; then the notification is dead, and admins see it."""

Notice = Callable[["UnitOfWork", Mapping[str, Any]], Awaitable["Screen | None"]]
"""A view: from a notification's payload to what is shown; None where it is no longer true."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """What notifications show, read together."""

    screens: Mapping[int, Screen | Exception | None]
    """By notification; an exception where its view failed."""
    seen: int = 0
    """Place in the log up to which they are true."""


class Outbox:
    """Sends what is due, while this instance is the one that works.

    The one window in which a message can go out twice lies between Telegram's answer and our mark.
    """

    def __init__(
        self,
        transactions: Transactions,
        sender: Sender,
        rate_limiter: RateLimiter,
        notices: Mapping[str, Notice],
        lease: Lease,
    ) -> None:
        self._transactions = transactions
        self._sender = sender
        self._rate_limiter = rate_limiter
        self._notices = notices
        self._lease = lease
        self._results = SendResults(transactions, self.wake)
        self._news = asyncio.Event()
        self._sending: dict[int, asyncio.Task[None]] = {}
        """By notification, until its result is written."""
        self._waiting: set[asyncio.Task[None]] = set()
        """Those of them that have sent nothing yet."""
        self._busy_chats: set[int] = set()
        self._calls = asyncio.Semaphore(CALLS_AT_ONCE)
        self._passed_over = 0
        """Of the last that were read, how many have to wait for their chat."""
        self._is_read_out = True
        """Nothing was left unread by the last look, or unsent for want of room."""
        self._wanted_chats: set[int] = set()
        """Busy ones for which something else waits."""
        self._timer: asyncio.TimerHandle | None = None
        self._look_at = 0.0
        """When the timer rings, by the loop's clock."""
        self._rendering: set[asyncio.Task[Rendered]] = set()

    @property
    def is_busy(self) -> bool:
        return bool(self._sending)

    @property
    def _most(self) -> int:
        return min(max(FEWEST_AT_ONCE, round(2 * self._rate_limiter.rate)), MOST_AT_ONCE)

    def wake(self) -> None:
        """Something may have been queued."""
        self._news.set()

    async def run(self) -> None:
        """Works until it is cancelled; then lets what is being sent finish."""
        is_told = False
        try:
            while True:
                await self._lease.held()
                self._news.clear()
                began = time.monotonic()
                try:
                    await self._start_due()
                    is_told = False
                except DATABASE_AWAY as error:
                    if not is_told:
                        logger.warning("The outbox waits for the database: %s", type(error).__name__)
                        is_told = True
                    self._news.clear()
                await asyncio.sleep(max(READ_PAUSE, (time.monotonic() - began) * (1 / READ_SHARE - 1)))
                try:
                    # Not wait_for: in Python 3.11 it loses a cancellation that arrives together with the news.
                    async with asyncio.timeout(POLL_SECONDS):
                        await self._news.wait()
                except TimeoutError:
                    continue
        finally:
            await self._close()

    async def _close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        for task in self._waiting:
            task.cancel()
        await finish_or_cancel(*self._sending.values(), *self._rendering, seconds=CLOSE_SECONDS)
        await self._results.close()

    async def _start_due(self) -> None:
        room = self._most - len(self._sending)
        if room < self._most // 2:
            self._is_read_out = False
            return
        # What is sent and marked while the queue is read still looks queued to the reader.
        under_way = set(self._sending)
        found = await self._due()
        self._passed_over = 0
        ready: list[tuple[QueuedNotification, int]] = []
        for due in found:
            if due.id in under_way or due.id in self._sending:
                if due.has_more and due.chat_id is not None:
                    self._come_back(due.id, due.chat_id)
            elif len(ready) == room:
                self._is_read_out = False
            elif due.chat_id is None or due.kind not in self._notices:
                self._start(due, self._give_up(due))
            elif due.chat_id in self._busy_chats:
                self._passed_over += 1
                self._wanted_chats.add(due.chat_id)
            elif (wait := self._rate_limiter.chat_wait(due.chat_id)) > 0:
                self._passed_over += 1
                self._look_again(wait)
            else:
                self._busy_chats.add(due.chat_id)
                ready.append((due, due.chat_id))
        if not self._is_read_out and len(ready) < room:
            self._news.set()
        for start in range(0, len(ready), RENDERED_TOGETHER):
            together = ready[start : start + RENDERED_TOGETHER]
            screens = self._render([due for due, _ in together])
            for due, chat_id in together:
                self._start(due, self._send(due, chat_id, screens), chat_id)

    def _come_back(self, notification: int, chat_id: int) -> None:
        """For what waits behind one that is being sent or marked: when that one was read, it may have been the last."""
        if notification in self._sending:
            self._wanted_chats.add(chat_id)
        else:
            self._look_again(self._rate_limiter.chat_wait(chat_id))

    async def _due(self) -> list[QueuedNotification]:
        """Enough of the queue to find something to do behind what is under way or has to wait."""
        limit = self._most + len(self._sending) + 2 * self._passed_over
        async with self._transactions.reading() as session:
            found = await read_queue(session, self._transactions.clock.now(), limit)
        self._is_read_out = len(found) < limit
        return found

    def _look_again(self, seconds: float) -> None:
        """No later than so many seconds from now."""
        loop = asyncio.get_running_loop()
        at = loop.time() + max(0.0, seconds)
        if self._timer is not None:
            if self._look_at <= at:
                return
            self._timer.cancel()
        self._look_at = at
        self._timer = loop.call_at(at, self._look)

    def _look(self) -> None:
        self._timer = None
        self._news.set()

    def _render(self, together: list[QueuedNotification]) -> asyncio.Task[Rendered]:
        task = asyncio.create_task(self._rendered(together))
        self._rendering.add(task)
        task.add_done_callback(self._rendering.discard)
        return task

    async def _rendered(self, together: list[QueuedNotification]) -> Rendered:
        """What they show now. One that fails costs the others nothing but a transaction of their own."""
        try:
            async with self._transactions.reading() as session:
                unit = self._transactions.reading_unit(session)
                seen = await session.scalar(NEWEST)
                screens = {due.id: _kept(await self._notices[due.kind](unit, due.payload)) for due in together}
                return Rendered(screens, seen or 0)
        except Exception as error:  # noqa: BLE001 - `_send` raises it again, for the one that it belongs to
            if len(together) == 1:
                return Rendered({together[0].id: error})
        alone = [await self._rendered([due]) for due in together]
        of_all = {due: screen for each in alone for due, screen in each.screens.items()}
        return Rendered(of_all, min(each.seen for each in alone))

    def _start(self, due: QueuedNotification, work: Awaitable[None], chat_id: int | None = None) -> None:
        task = asyncio.create_task(self._watched(due, work, chat_id))
        self._sending[due.id] = task
        self._waiting.add(task)

    async def _watched(self, due: QueuedNotification, work: Awaitable[None], chat_id: int | None) -> None:
        try:
            await work
        except Exception as error:
            logger.exception("Notification %s (%s) failed", due.id, due.kind)
            await self._finish(due, NotificationState.DEAD, error=f"{BUG}: {type(error).__name__}")
        finally:
            del self._sending[due.id]
            self._begins()
            is_wanted = due.has_more or chat_id in self._wanted_chats
            if chat_id is not None:
                self._busy_chats.discard(chat_id)
                self._wanted_chats.discard(chat_id)
            if is_wanted:
                self._look_again(self._rate_limiter.chat_wait(chat_id) if chat_id is not None else 0.0)
            if not self._is_read_out and len(self._sending) <= self._most // 2:
                self._news.set()

    def _begins(self) -> None:
        """From here on the task is let finish when the bot stops."""
        task = asyncio.current_task()
        if task is not None:
            self._waiting.discard(task)

    async def _send(self, due: QueuedNotification, chat_id: int, screens: asyncio.Task[Rendered]) -> None:
        # Shielded: it is the others' too.
        rendered = await asyncio.shield(screens)
        screen = rendered.screens[due.id]
        if screen is None:
            self._begins()
            await self._finish(due, NotificationState.CANCELLED)
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
        except UnreachableError:
            await self._finish(due, NotificationState.DEAD, error=BLOCKED, blocked_chat=chat_id)
        except RetryAfter:
            self._look_again(self._rate_limiter.chat_wait(chat_id))
        except InvalidToken:
            # Left as it is, for the next start with the new token.
            return
        except BadRequest as error:
            logger.exception("Telegram refused notification %s (%s)", due.id, due.kind)
            await self._finish(due, NotificationState.DEAD, error=error.message)
        except (NetworkError, *DATABASE_AWAY) as error:
            await self._try_later(due, type(error).__name__)
        else:
            await self._finish(due, NotificationState.SENT, card=screen.card, sent=sent, seen=rendered.seen)

    async def _finish(self, due: QueuedNotification, state: NotificationState, **more: Any) -> None:
        await self._results.write(SendResult(due.id, state, due.attempts + 1, **more))

    async def _give_up(self, due: QueuedNotification) -> None:
        """Nobody can be told, or nothing: the person is out of reach, or there is no view."""
        error = f"{BUG}: no view for {due.kind}" if due.chat_id is not None else BLOCKED if due.is_blocked else NO_CHAT
        self._begins()
        await self._finish(due, NotificationState.DEAD, error=error)

    async def _try_later(self, due: QueuedNotification, error: str) -> None:
        if due.attempts + 1 >= MAX_ATTEMPTS:
            await self._finish(due, NotificationState.DEAD, error=error)
            return
        pause = BACKOFF_SECONDS[min(due.attempts, len(BACKOFF_SECONDS) - 1)]
        later = self._transactions.clock.now() + timedelta(seconds=pause)
        await self._finish(due, NotificationState.QUEUED, error=error, again_at=later)


def _kept(screen: Screen | None) -> Screen | None:
    """A notice stays where it is when it is tapped. Only a card is changed in place, as its record is."""
    if screen is None or screen.card is not None or screen.edit_message_id is not None:
        return screen
    return replace(screen, keep=True)
