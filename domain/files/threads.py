"""Threads for work that may get stuck, such as reading from a disk or a store on the network."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

R = TypeVar("R")


class Threads:
    """Runs blocking work beside the event loop, at most `most` pieces at once.

    `asyncio.to_thread` has a handful of threads for everything: a store that does not answer would take them all, and
    with them the hashing of passwords. And a program waits for those before it ends; it does not wait for these.
    """

    def __init__(self, most: int) -> None:
        self._free = asyncio.Semaphore(most)

    async def run(self, work: Callable[[], R]) -> R:
        """What `work` returns or raises. Cancelled, it is left to itself."""
        async with self._free:
            future: Future[R] = Future()
            Thread(target=_work, args=(future, work), name="storage", daemon=True).start()
            return await asyncio.wrap_future(future)


def _work(future: Future[R], work: Callable[[], R]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001 - whatever it is, it belongs to whoever waits
        future.set_exception(error)
    else:
        future.set_result(result)
