"""The delivery policy: what becomes of a notification after an attempt, and which ones start."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter, TimedOut

import bot.delivery.http  # noqa: F401 - it opts in to what RetryAfter gives
from bot.delivery.policy import (
    BACKOFF_SECONDS,
    MAX_AT_ONCE,
    MAX_ATTEMPTS,
    MIN_AT_ONCE,
    Dispatcher,
    NextLook,
    NextState,
    max_at_once,
    state_after_error,
    state_without_attempt,
)
from bot.delivery.queue import QueuedNotification
from bot.delivery.sender import UnreachableError
from domain.notifications.model import BLOCKED, BUG, NO_CHAT, NotificationState

DEAD, QUEUED = NotificationState.DEAD, NotificationState.QUEUED
KIND = "bonus_given"
PASSING = (
    NetworkError("Bad Gateway"),
    TimedOut(),
    OSError("disk full"),
    OperationalError("SELECT 1", None, Exception("gone")),
    asyncpg.InternalClientError(),
)


def queued(number: int, chat_id: int | None, *, kind: str = KIND, has_more: bool = False) -> QueuedNotification:
    return QueuedNotification(number, kind, {}, 0, chat_id, has_more=has_more)


@pytest.mark.parametrize(
    ("error", "next_state"),
    [
        (UnreachableError("bot was blocked by the user"), NextState(DEAD, BLOCKED, is_blocked=True)),
        (RetryAfter(timedelta(seconds=30)), NextState(None, is_paused=True)),
        (InvalidToken(), NextState(None)),
        (BadRequest("Can't parse entities"), NextState(DEAD, "Can't parse entities")),
        (KeyError("amount"), NextState(DEAD, f"{BUG}: KeyError")),
        (NetworkError("Bad Gateway"), NextState(QUEUED, "NetworkError", BACKOFF_SECONDS[0])),
        (TimedOut(), NextState(QUEUED, "TimedOut", BACKOFF_SECONDS[0])),
        (OSError("a path"), NextState(QUEUED, "OSError", BACKOFF_SECONDS[0])),
    ],
)
def test_what_becomes_of_a_notification_whose_first_attempt_failed(error: Exception, next_state: NextState) -> None:
    assert state_after_error(error, 0) == next_state


@given(st.sampled_from(PASSING), st.integers(0, MAX_ATTEMPTS * 2))
def test_what_may_pass_is_tried_again_until_the_attempts_are_used_up(error: Exception, attempts: int) -> None:
    next_state = state_after_error(error, attempts)
    if attempts + 1 >= MAX_ATTEMPTS:
        assert next_state == NextState(DEAD, type(error).__name__)
    else:
        assert next_state.state is QUEUED
        assert next_state.backoff is not None


def test_the_back_off_grows_up_to_an_hour_and_all_attempts_take_about_14_hours() -> None:
    pauses = [state_after_error(NetworkError("away"), attempts).backoff or 0 for attempts in range(MAX_ATTEMPTS - 1)]
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (5, 3600)
    assert 13 * 3600 <= sum(pauses) <= 15 * 3600


@given(st.sampled_from([RetryAfter(1), InvalidToken()]), st.integers(0, 10 * MAX_ATTEMPTS))
def test_a_wait_that_telegram_asks_for_and_a_revoked_token_are_no_attempts(error: Exception, attempts: int) -> None:
    assert state_after_error(error, attempts).state is None


@pytest.mark.parametrize(
    ("notification", "error"),
    [
        (QueuedNotification(1, KIND, {}, 0, None), NO_CHAT),
        (QueuedNotification(1, KIND, {}, 0, None, is_blocked=True), BLOCKED),
        (QueuedNotification(1, "unknown", {}, 0, 7), f"{BUG}: no view for unknown"),
    ],
)
def test_what_cannot_be_attempted_is_dead(notification: QueuedNotification, error: str) -> None:
    assert state_without_attempt(notification) == NextState(DEAD, error)
    reading = (dispatcher := Dispatcher({KIND}, lambda _: 0.0)).read(8)
    assert reading is not None
    assert dispatcher.plan(reading, [notification]).give_up == [(notification, NextState(DEAD, error))]


@pytest.mark.parametrize(("rate", "most"), [(0.5, MIN_AT_ONCE), (30, MIN_AT_ONCE), (100, 200), (9999, MAX_AT_ONCE)])
def test_what_goes_out_in_two_seconds_may_be_under_way(rate: float, most: int) -> None:
    assert max_at_once(rate) == most


def test_a_chat_that_may_not_be_written_to_yet_is_passed_over_and_looked_at_in_time() -> None:
    waits = {1: 3.0, 2: 0.0, 3: 1.5}
    dispatcher = Dispatcher({KIND}, waits.__getitem__)
    reading = dispatcher.read(8)
    assert reading is not None
    plan = dispatcher.plan(reading, [queued(10, 1), queued(11, 2), queued(12, 3)])
    assert [each.id for each, _ in plan.start] == [11]
    assert plan.next_look == NextLook(seconds=1.5)
    again = dispatcher.read(8)
    assert again is not None
    assert again.limit == 8 + 1 + 2 * 2  # enough to read what is behind those that wait


def test_without_half_of_the_room_the_queue_is_not_read_and_with_it_at_once() -> None:
    dispatcher = Dispatcher({KIND}, lambda _: 0.0)
    first = [queued(number, number) for number in range(5)]
    reading = dispatcher.read(8)
    assert reading is not None
    dispatcher.plan(reading, first)
    assert dispatcher.read(8) is None
    assert dispatcher.finish(first[0], 0, 8).now
    assert dispatcher.read(8) is not None


def test_what_is_sent_while_the_queue_is_read_does_not_start_again() -> None:
    dispatcher = Dispatcher({KIND}, lambda _: 2.0 if is_sent else 0.0)
    is_sent = False
    card = queued(1, 7, has_more=True)
    reading = dispatcher.read(8)
    assert reading is not None
    dispatcher.plan(reading, [card])
    slow = dispatcher.read(8)
    assert slow is not None
    is_sent = True
    dispatcher.finish(card, 7, 8)
    plan = dispatcher.plan(slow, [card])
    assert plan.start == []
    assert plan.next_look == NextLook(seconds=2.0)  # for what waits behind it


def test_what_is_queued_behind_the_last_one_while_that_is_sent_is_looked_at_after_it() -> None:
    dispatcher = Dispatcher({KIND}, lambda _: 0.0)
    last = queued(1, 7)
    for seen in (last, queued(1, 7, has_more=True)):
        reading = dispatcher.read(8)
        assert reading is not None
        dispatcher.plan(reading, [seen])
    assert dispatcher.finish(last, 7, 8) == NextLook(seconds=0.0)


def test_what_was_not_read_for_those_that_wait_is_read_at_once() -> None:
    dispatcher = Dispatcher({KIND}, lambda _: 60.0)
    reading = dispatcher.read(8)
    assert reading is not None
    plan = dispatcher.plan(reading, [queued(number, number) for number in range(reading.limit)])
    assert plan.next_look == NextLook(now=True, seconds=60.0)
    longer = dispatcher.read(8)
    assert longer is not None
    assert longer.limit == 3 * reading.limit


Stream = tuple[int, int]
"""A chat, and one of its two streams: what its person is told, and the edits of its cards."""


@dataclass
class World:
    """A queue, the readers' time, and a Telegram that wants a pause in each chat. There are no regular looks at all."""

    dispatcher: Dispatcher = field(init=False)
    waiting: dict[Stream, deque[int]]
    most: int
    gap: float
    now: float = 0.0
    free_at: dict[int, float] = field(default_factory=dict)
    sending: dict[int, tuple[QueuedNotification, Stream]] = field(default_factory=dict)
    """By chat."""
    sent: list[tuple[Stream, int]] = field(default_factory=list)
    looks: list[float] = field(default_factory=lambda: [0.0])

    def __post_init__(self) -> None:
        self.dispatcher = Dispatcher({KIND}, lambda chat: self.free_at.get(chat, 0.0) - self.now)

    def note(self, look: NextLook) -> None:
        if look.now:
            self.looks.append(self.now)
        if look.seconds is not None:
            self.looks.append(self.now + max(0.0, look.seconds))

    def read(self, limit: int) -> list[QueuedNotification]:
        """The first of each stream, as `read_queue` gives them."""
        heads = [(ids[0], stream[0], len(ids) > 1) for stream, ids in self.waiting.items() if ids]
        return [queued(number, chat, has_more=more) for number, chat, more in sorted(heads)[:limit]]

    def look(self, finish_meanwhile: int | None) -> None:
        reading = self.dispatcher.read(self.most)
        if reading is None:
            return
        found = self.read(reading.limit)
        if finish_meanwhile is not None:
            self.finish(finish_meanwhile)
        before = len(self.sending)
        plan = self.dispatcher.plan(reading, found)
        self.note(plan.next_look)
        for notification, chat in plan.start:
            assert chat not in self.sending, "two at a time in one chat"
            assert self.free_at.get(chat, 0.0) <= self.now, "before its chat's time"
            [stream] = [each for each, ids in self.waiting.items() if notification.id in ids]
            self.sending[chat] = notification, stream
        assert len(plan.start) <= reading.room
        assert before + len(plan.start) <= self.most
        numbers = [each.id for each, _ in plan.start]
        assert numbers == sorted(numbers)

    def finish(self, which: int, *, is_sent: bool = True) -> None:
        chat = list(self.sending)[which % len(self.sending)]
        notification, stream = self.sending.pop(chat)
        if is_sent:
            assert self.waiting[stream].popleft() == notification.id
            self.sent.append((stream, notification.id))
            self.free_at[chat] = self.now + self.gap
        else:  # Telegram asked to wait
            self.free_at[chat] = self.now + 5.0
            self.note(NextLook(seconds=5.0))
        self.note(self.dispatcher.finish(notification, chat, self.most))


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 1)), min_size=1, max_size=40),
    st.sampled_from([2, 4, 8]),
    st.sampled_from([0.0, 1.0]),
    st.data(),
)
def test_each_chat_gets_its_messages_in_order_and_none_is_left_lying(
    streams: list[Stream], most: int, gap: float, data: st.DataObject
) -> None:
    world = World({stream: deque() for stream in streams}, most, gap)
    to_come, refusals = deque(enumerate(streams)), 3
    while to_come or any(world.waiting.values()):
        due = [at for at in world.looks if at <= world.now]
        choices = ["look"] * bool(due) + ["finish", "refuse"] * bool(world.sending) + ["queue"] * bool(to_come)
        if not choices:
            assert world.looks, "something waits, and nobody looks any more"
            world.now = min(world.looks)
            continue
        match data.draw(st.sampled_from(choices)):
            case "look":
                world.looks = [at for at in world.looks if at > world.now]
                world.look(data.draw(st.none() | st.integers(0, 7)) if world.sending else None)
            case "queue":
                arrived = data.draw(st.integers(1, len(to_come)))
                for number, stream in [to_come.popleft() for _ in range(arrived)]:
                    world.waiting[stream].append(number)
                world.note(NextLook(now=True))  # whoever queues wakes the outbox
            case "refuse" if refusals:
                refusals -= 1
                world.finish(data.draw(st.integers(0, 7)), is_sent=False)
            case _:
                world.finish(data.draw(st.integers(0, 7)))
    for stream in world.waiting:
        numbers = [number for number, owner in enumerate(streams) if owner == stream]
        assert [number for owner, number in world.sent if owner == stream] == numbers
