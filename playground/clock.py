"""The server's time: the real one, until a test freezes or advances it."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Coroutine


class Clock:
    """Two clocks in one.

    `now()` is the date of messages, updates and links, in seconds since 1970; it can be set and frozen.
    `monotonic()` paces waits and flood limits; it never stands still, and advancing moves it too: so a test passes a
    wait of an hour without waiting.
    """

    def __init__(self) -> None:
        self._offset = 0.0
        self._advanced = 0.0
        self._frozen_at: float | None = None
        self._moved = asyncio.Event()

    def now(self) -> float:
        return time.time() + self._offset if self._frozen_at is None else self._frozen_at

    def unix(self) -> int:
        """`now()` as the Bot API writes dates."""
        return int(self.now())

    def monotonic(self) -> float:
        return time.monotonic() + self._advanced

    @property
    def frozen(self) -> bool:
        return self._frozen_at is not None

    def freeze(self) -> None:
        self._frozen_at = self.now()

    def resume(self) -> None:
        """Lets time run on from where it was frozen."""
        if self._frozen_at is not None:
            self._offset = self._frozen_at - time.time()
            self._frozen_at = None

    def set(self, unix_time: float) -> None:
        """Jumps to that date; waits that are under way are not shortened or lengthened by it."""
        if self._frozen_at is None:
            self._offset = unix_time - time.time()
        else:
            self._frozen_at = unix_time

    def advance(self, seconds: float) -> None:
        """Moves the date and all waits forward.

        Raises:
            ValueError: `seconds` is negative: waits cannot be undone.
        """
        if seconds < 0:
            raise ValueError("time is advanced by zero or more seconds; `set` can go back")
        self.set(self.now() + seconds)
        self._advanced += seconds
        self._moved.set()
        self._moved = asyncio.Event()

    def sleep(self, seconds: float) -> Coroutine[Any, Any, bool]:
        """Waits that long by `monotonic()`: an advance shortens the wait."""
        return self.wait(asyncio.Event(), seconds)

    def wait(self, event: asyncio.Event, timeout: float) -> Coroutine[Any, Any, bool]:
        """Waits for `event`, at most `timeout` seconds of `monotonic()`; tells whether it came.

        The time runs from the call, not from when the event loop first turns to it.
        """
        return self._wait_until(event, self.monotonic() + timeout)

    async def _wait_until(self, event: asyncio.Event, deadline: float) -> bool:
        while not event.is_set() and (left := deadline - self.monotonic()) > 0:
            waiters = [asyncio.ensure_future(event.wait()), asyncio.ensure_future(self._moved.wait())]
            try:
                await asyncio.wait(waiters, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for waiter in waiters:
                    waiter.cancel()
        return event.is_set()
