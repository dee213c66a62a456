"""Flood limits: a bot that sends too fast is slowed, then refused."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from playground.errors import too_many_requests

if TYPE_CHECKING:
    from playground.clock import Clock
    from playground.settings import FloodLimits

GUARD_RETRY_AFTER = 60
"""Seconds that the server asks for where too many calls wait."""
FORGET_EVERY = 1024
"""Reservations between two clean-ups of chats that have been silent."""


class Pace:
    """One limit of `rate` a second with bursts of `burst`, kept as the time at which the next slot is free (GCRA)."""

    __slots__ = ("_free_at", "_interval", "_tolerance")

    def __init__(self, rate: float, burst: float) -> None:
        self._interval = 1 / rate
        self._tolerance = self._interval * (max(1.0, burst) - 1)
        self._free_at = -math.inf

    def wait(self, now: float) -> float:
        """Seconds until the next slot."""
        return max(0.0, self._free_at - self._tolerance - now)

    def take(self, now: float) -> None:
        self._free_at = max(self._free_at, now) + self._interval

    def idle(self, now: float) -> bool:
        return self._free_at <= now


class Flood:
    """The limits of one bot. Sending and editing share them; other methods are not limited."""

    def __init__(self, limits: FloodLimits, clock: Clock) -> None:
        self._limits = limits
        self._clock = clock
        self._overall = Pace(limits.overall, limits.overall)
        self._chats: dict[int, Pace] = {}
        self._waiting: Counter[int] = Counter()
        self._active = 0
        self._taken = 0

    @asynccontextmanager
    async def request(self) -> AsyncIterator[None]:
        """Around any call of the bot.

        Raises:
            ApiError: 429, too many calls are under way.
        """
        if self._active >= self._limits.active_requests:
            await self._clock.sleep(self._limits.guard_pause)
            raise too_many_requests(GUARD_RETRY_AFTER)
        self._active += 1
        try:
            yield
        finally:
            self._active -= 1

    async def slot(self, chat_id: int, messages: int = 1) -> None:
        """Before `messages` are sent to a chat: waits as long as the server would.

        Raises:
            ApiError: 429 with the seconds to wait, where that is too long for a slow answer.
        """
        if self._waiting[chat_id] >= self._limits.unsent_per_chat:
            await self._clock.sleep(self._limits.guard_pause)
            raise too_many_requests(GUARD_RETRY_AFTER)
        now = self._clock.monotonic()
        chat = self._chat(chat_id, now)
        wait = max(chat.wait(now), self._overall.wait(now))
        if wait > self._limits.absorbed:
            raise too_many_requests(math.ceil(wait))
        for _ in range(messages):
            chat.take(now)
            self._overall.take(now)
        if wait:
            self._waiting[chat_id] += 1
            try:
                await self._clock.sleep(wait)
            finally:
                self._waiting[chat_id] -= 1
                if not self._waiting[chat_id]:
                    del self._waiting[chat_id]

    def _chat(self, chat_id: int, now: float) -> Pace:
        self._taken += 1
        if self._taken % FORGET_EVERY == 0:
            self._chats = {known: pace for known, pace in self._chats.items() if not pace.idle(now)}
        pace = self._chats.get(chat_id)
        if pace is None:
            is_group = chat_id < 0
            rate = self._limits.per_group_minute / 60 if is_group else self._limits.per_chat
            burst = self._limits.per_group_minute if is_group else self._limits.per_chat_burst
            pace = self._chats[chat_id] = Pace(rate, burst)
        return pace
