"""Slots for messages: one budget, in which answers go first."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from types import SimpleNamespace

import pytest

from bot.delivery.rate_limiter import CATCH_UP, SPARE, RateLimiter
from bot.delivery.sender import messages_of
from bot.screens.screen import MediaItem, Origin, Screen

NEW_CHATS = count(100)
PHOTO, DOCUMENT = MediaItem("photo", file_id="p"), MediaItem("document", file_id="d")


@dataclass(frozen=True, slots=True)
class Clock:
    now: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Time that passes only while the limiter sleeps."""
    now = 1000.0

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    monkeypatch.setattr("bot.delivery.rate_limiter.time", SimpleNamespace(monotonic=lambda: now))
    monkeypatch.setattr("bot.delivery.rate_limiter.asyncio", SimpleNamespace(sleep=sleep, Lock=asyncio.Lock))
    return Clock(lambda: now, sleep)


async def lasts(clock: Clock, work: Awaitable[None]) -> float:
    began = clock.now()
    await work
    return clock.now() - began


async def send(limiter: RateLimiter, messages: int) -> None:
    """To a chat each, none of which got anything before."""
    for _ in range(messages):
        await limiter.notification(next(NEW_CHATS), 1)


async def test_notifications_go_out_at_the_rate_from_the_first_second_on(clock: Clock) -> None:
    limiter = RateLimiter(30, 1)
    assert await lasts(clock, send(limiter, 300)) == pytest.approx(299 / (30 * (1 - SPARE)), rel=0.001)


async def test_an_answer_goes_at_once_and_takes_its_slots_from_notifications(clock: Clock) -> None:
    limiter = RateLimiter(30, 1)
    await send(limiter, 30)
    assert await lasts(clock, limiter.direct(1, 15)) == 0
    assert await lasts(clock, send(limiter, 1)) == pytest.approx(16 / (30 * (1 - SPARE)), rel=0.001)


async def test_slots_of_a_busy_moment_are_made_up_for_but_not_those_of_an_idle_hour(
    clock: Clock,
) -> None:
    limiter = RateLimiter(100, 1)
    await send(limiter, 1)
    await clock.sleep(0.2)
    assert await lasts(clock, send(limiter, 19)) == pytest.approx(0, abs=0.001)
    await clock.sleep(3600)
    burst = int(100 * (1 - SPARE) * CATCH_UP)
    assert await lasts(clock, send(limiter, burst + 100)) == pytest.approx(99 / (100 * (1 - SPARE)), abs=0.02)


async def test_a_chat_gets_one_a_second_and_answers_count(clock: Clock) -> None:
    limiter = RateLimiter(1000, 1)
    await limiter.notification(1, 1)
    assert await lasts(clock, limiter.notification(1, 1)) == pytest.approx(1)
    await limiter.direct(1, 4)
    assert await lasts(clock, limiter.notification(2, 1)) == 0
    assert await lasts(clock, limiter.notification(1, 1)) == pytest.approx(5)


async def test_a_chat_that_telegram_holds_back_waits_alone_and_two_at_once_mean_everybody(
    clock: Clock,
) -> None:
    limiter = RateLimiter(1000, 1)
    limiter.refused(1, 30)
    assert await lasts(clock, limiter.notification(2, 1)) == 0
    assert await lasts(clock, limiter.direct(3, 1)) == 0
    assert await lasts(clock, limiter.direct(1, 1)) == pytest.approx(30)
    limiter.refused(1, 20)
    limiter.refused(2, 20)
    assert await lasts(clock, limiter.direct(3, 1)) == pytest.approx(20)


async def test_an_answer_in_the_meantime_pushes_a_waiting_notification_of_its_chat_back() -> None:
    limiter = RateLimiter(5, 10)
    await limiter.direct(1, 1)
    waiting = asyncio.create_task(limiter.notification(2, 1))
    await asyncio.sleep(0)
    began = time.monotonic()
    await limiter.direct(2, 5)
    await waiting
    assert time.monotonic() - began >= 0.5


@pytest.mark.parametrize(
    ("screen", "origin", "messages"),
    [
        (Screen("text"), None, 1),
        (Screen(toast="only a toast"), Origin(1, "tap", 5), 0),
        (Screen(delete=(1, 2)), None, 0),
        (Screen("caption", media=(DOCUMENT,)), None, 1),
        (Screen("text", media=(PHOTO,)), None, 2),
        (Screen("text", media=(PHOTO,) * 10), None, 11),
        (Screen("x" * 2000, media=(DOCUMENT,)), None, 2),
        (Screen("edited"), Origin(1, "tap", 5), 1),
        (Screen("below the picture"), Origin(1, "tap", 5, has_media=True), 2),
        (Screen("below it"), Origin(1, "tap", 5, has_media=True, is_kept=True), 1),
        (Screen("anew", as_new=True), Origin(1, "tap", 5, has_media=True), 1),
    ],
)
def test_messages_are_counted_as_telegram_counts_them(screen: Screen, origin: Origin | None, messages: int) -> None:
    assert messages_of(screen, origin) == messages
