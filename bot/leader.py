"""Leader election: one instance works, the others stand by."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from bot.tasks import cancel_and_wait

if TYPE_CHECKING:
    from bot.database.lease import Lease


class Leader:
    """Runs the bot only while this instance holds the leader lease.

    It starts and stops the work, and stands in no update's way.

    Args:
        work: What only the leader does; it is cancelled when the lease is lost.
        stop: Called when the work ends, before it is cancelled: nothing new begins after that.
    """

    def __init__(self, lease: Lease, work: Callable[[], Coroutine[Any, Any, None]], stop: Callable[[], None]) -> None:
        self._lease = lease
        self._work = work
        self._stop = stop

    async def run(self) -> None:
        """Works each time that the lease is held, until it is cancelled or the work fails."""
        while True:
            await self._lease.held()
            working = asyncio.create_task(self._work())
            lost = asyncio.create_task(self._lease.lost())
            try:
                await asyncio.wait((working, lost), return_when=asyncio.FIRST_COMPLETED)
                if working.done():
                    working.result()
            finally:
                self._stop()
                await cancel_and_wait(working, lost)
