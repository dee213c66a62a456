"""Chat queues: the updates of a chat run in order, chats run side by side."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from bot.tasks import finish_or_cancel

if TYPE_CHECKING:
    from bot.updates.inbox import StoredUpdate

logger = logging.getLogger(__name__)


class ChatQueues:
    """Runs the updates of one lane one after another, and all lanes at once.

    How many may be in a transaction at the same time is up to the processor: a lane that waits for Telegram costs
    nothing.
    """

    def __init__(self, process: Callable[[StoredUpdate], Awaitable[None]]) -> None:
        self._process = process
        self._lanes: dict[str, deque[StoredUpdate]] = {}
        self._running: set[asyncio.Task[None]] = set()

    def add(self, stored: StoredUpdate) -> None:
        lane = self._lanes.get(stored.lane)
        if lane is not None:
            lane.append(stored)
            return
        self._lanes[stored.lane] = deque([stored])
        self._start(stored)

    def _start(self, stored: StoredUpdate) -> None:
        # Each update has a task of its own: what one sets in its context must not reach the next one.
        task = asyncio.create_task(self._run(stored), name=f"update {stored.update_id}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _run(self, stored: StoredUpdate) -> None:
        try:
            await self._process(stored)
        except Exception:
            # The processor handles what can go wrong. This update stays stored and runs again at the next start.
            logger.exception("Update %s broke off", stored.update_id)
        finally:
            lane = self._lanes[stored.lane]
            lane.popleft()
            if lane:
                self._start(lane[0])
            else:
                del self._lanes[stored.lane]

    @property
    def is_busy(self) -> bool:
        return bool(self._lanes)

    def drop_waiting(self) -> list[int]:
        """Drops the updates that are not running yet, and returns their ids: they stay stored."""
        dropped: list[int] = []
        for lane in self._lanes.values():
            while len(lane) > 1:
                dropped.append(lane.pop().update_id)
        return dropped

    async def drain(self, seconds: float) -> None:
        """Lets running updates finish, for at most so long. The rest stays stored and runs at the next start."""
        self.drop_waiting()
        await finish_or_cancel(*self._running, seconds=seconds)
