"""The delivery policy: which notifications start when, and what becomes of one after an attempt. Without any I/O."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter

from bot.delivery.sender import UnreachableError
from domain.notifications.model import BLOCKED, BUG, NO_CHAT, NotificationState
from domain.persistence.db import DATABASE_AWAY

if TYPE_CHECKING:
    from bot.delivery.queue import QueuedNotification

MIN_AT_ONCE, MAX_AT_ONCE = 64, 2048
"""Bounds of `max_at_once`."""
BACKOFF_SECONDS: Final = (5, 15, 60, 300, 900, 3600)
"""Pauses after failed attempts; the last one is repeated."""
MAX_ATTEMPTS: Final = 20
"""About 14 hours of an unreachable Telegram. Then the notification is dead, and admins see it."""


@dataclass(frozen=True, slots=True)
class NextState:
    """What becomes of a notification after an attempt."""

    state: NotificationState | None
    """None: its row stays as it is, and the attempt does not count."""
    error: str | None = None
    backoff: float | None = None
    """Seconds until the next attempt, where it stays queued."""
    is_blocked: bool = False
    """The person was found to have blocked the bot."""
    is_paused: bool = False
    """Telegram asked to wait: the rate limiter knows how long."""


def state_after_error(error: Exception, attempts: int) -> NextState:
    """What becomes of a notification whose attempt failed, after so many earlier attempts."""
    if isinstance(error, RetryAfter):
        return NextState(None, is_paused=True)
    if isinstance(error, InvalidToken):
        # The next start, with the new token, sends it.
        return NextState(None)
    if isinstance(error, UnreachableError):
        return NextState(NotificationState.DEAD, BLOCKED, is_blocked=True)
    if isinstance(error, BadRequest):
        return NextState(NotificationState.DEAD, error.message)
    name = type(error).__name__
    if not isinstance(error, (NetworkError, *DATABASE_AWAY)):
        return NextState(NotificationState.DEAD, f"{BUG}: {name}")
    if attempts + 1 >= MAX_ATTEMPTS:
        return NextState(NotificationState.DEAD, name)
    return NextState(NotificationState.QUEUED, name, BACKOFF_SECONDS[min(attempts, len(BACKOFF_SECONDS) - 1)])


def state_without_attempt(notification: QueuedNotification) -> NextState:
    """What becomes of a notification that cannot be attempted: it has no chat to go to, or no view."""
    if notification.chat_id is None:
        return NextState(NotificationState.DEAD, BLOCKED if notification.is_blocked else NO_CHAT)
    return NextState(NotificationState.DEAD, f"{BUG}: no view for {notification.kind}")


def max_at_once(rate: float) -> int:
    """How many notifications may be under way, waiting for their slot included: what goes out in about two seconds.

    Args:
        rate: Messages a second to all chats together.
    """
    return min(max(MIN_AT_ONCE, round(2 * rate)), MAX_AT_ONCE)


@dataclass(frozen=True, slots=True)
class NextLook:
    """When the queue is to be read again, beside the regular looks."""

    now: bool = False
    seconds: float | None = None
    """From now."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How much of the queue is read, and what was under way before."""

    room: int
    """How many notifications may start."""
    limit: int
    """How many are read."""
    under_way: frozenset[int]


@dataclass(slots=True)
class Plan:
    """What begins after a reading of the queue."""

    start: list[tuple[QueuedNotification, int]] = field(default_factory=list)
    """Notifications to send, with their chats."""
    give_up: list[tuple[QueuedNotification, NextState]] = field(default_factory=list)
    next_look: NextLook = NextLook()


class Dispatcher:
    """Decides which notifications start: one at a time in each chat, in the queue's order, within room and rate.

    Args:
        kinds: The kinds of notifications that have a view.
        chat_wait: The rate limiter's: seconds until a chat may get a notification.
    """

    def __init__(self, kinds: Container[str], chat_wait: Callable[[int], float]) -> None:
        self._kinds = kinds
        self._chat_wait = chat_wait
        self._under_way: set[int] = set()
        """Notifications that began, until their result is written."""
        self._busy_chats: set[int] = set()
        self._wanted_chats: set[int] = set()
        """Busy chats for which something else waits."""
        self._passed_over = 0
        """How many of the last reading have to wait for their chat."""
        self._is_read_out = True
        """Nothing was left unread by the last reading, or unsent for want of room."""

    def read(self, max_at_once: int) -> Reading | None:
        """What to read of the queue; None while less than half of the room is free."""
        room = max_at_once - len(self._under_way)
        if room < max_at_once // 2:
            self._is_read_out = False
            return None
        # Enough to find something to do behind what is under way or has to wait.
        limit = max_at_once + len(self._under_way) + 2 * self._passed_over
        # What is sent and marked while the queue is read still looks queued to the reader.
        return Reading(room, limit, frozenset(self._under_way))

    def plan(self, reading: Reading, queue: Sequence[QueuedNotification]) -> Plan:
        """Takes what may begin now out of a queue that was just read. All of it is under way from here on."""
        self._is_read_out = len(queue) < reading.limit
        self._passed_over = 0
        plan, waits = Plan(), list[float]()
        for each in queue:
            if each.id in reading.under_way or each.id in self._under_way:
                if each.has_more and each.chat_id is not None:
                    waits += self._come_back(each.id, each.chat_id)
            elif len(plan.start) == reading.room:
                self._is_read_out = False
            elif each.chat_id is None or each.kind not in self._kinds:
                plan.give_up.append((each, state_without_attempt(each)))
            elif each.chat_id in self._busy_chats:
                self._passed_over += 1
                self._wanted_chats.add(each.chat_id)
            elif (wait := self._chat_wait(each.chat_id)) > 0:
                self._passed_over += 1
                waits.append(wait)
            else:
                self._busy_chats.add(each.chat_id)
                plan.start.append((each, each.chat_id))
        self._under_way.update(each.id for each, _ in (*plan.start, *plan.give_up))
        plan.next_look = NextLook(
            now=not self._is_read_out and len(plan.start) < reading.room, seconds=min(waits, default=None)
        )
        return plan

    def _come_back(self, notification_id: int, chat_id: int) -> list[float]:
        """Sees to what waits behind one that is being sent or marked: that one may have been read as the last.

        Returns:
            Seconds until the next can go, where that one is marked by now.
        """
        if notification_id in self._under_way:
            self._wanted_chats.add(chat_id)
            return []
        return [self._chat_wait(chat_id)]

    def finish(self, notification: QueuedNotification, chat_id: int | None, max_at_once: int) -> NextLook:
        """Notes that a notification has come to its end, or goes back into the queue as it was."""
        self._under_way.discard(notification.id)
        is_wanted = notification.has_more or chat_id in self._wanted_chats
        if chat_id is not None:
            self._busy_chats.discard(chat_id)
            self._wanted_chats.discard(chat_id)
        wait = self._chat_wait(chat_id) if chat_id is not None else 0.0
        has_room = not self._is_read_out and len(self._under_way) <= max_at_once // 2
        return NextLook(now=has_room, seconds=wait if is_wanted else None)
