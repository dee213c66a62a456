"""What happened, for the pages that watch: a bounded log that a page can resume after a lost connection."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Render = Callable[[], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Event:
    """`render` is called when somebody reads the event: it shows the state of that moment, which is what a page wants,
    and costs nothing while nobody watches."""

    id: int
    type: str
    bot_id: int | None
    """None: of interest to the pages of all bots."""
    render: Render


class Events:
    def __init__(self, kept: int) -> None:
        self._log: deque[Event] = deque(maxlen=kept)
        self._last_id = 0
        self._news = asyncio.Event()
        self.closed = False

    @property
    def last_id(self) -> int:
        return self._last_id

    def publish(self, event_type: str, bot_id: int | None, render: Render) -> None:
        self._last_id += 1
        self._log.append(Event(self._last_id, event_type, bot_id, render))
        if not self._news.is_set():
            self._news.set()

    def after(self, event_id: int) -> list[Event] | None:
        """The events since that one; None where some of them are no longer kept."""
        if event_id > self._last_id or (self._log and event_id < self._log[0].id - 1):
            return None
        missed = self._last_id - event_id
        return list(self._log)[len(self._log) - missed :] if missed else []

    def close(self) -> None:
        """Wakes all who wait, so that the server can stop."""
        self.closed = True
        self._news.set()

    async def news(self, event_id: int, timeout: float) -> None:
        """Waits until there is an event after that one, at most `timeout` seconds."""
        if self._last_id > event_id or self.closed:
            return
        self._news.clear()
        try:
            await asyncio.wait_for(self._news.wait(), timeout)
        except TimeoutError:
            return
