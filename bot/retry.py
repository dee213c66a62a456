"""`retrying`: repeats work while what it needs is away, such as the database or Telegram.

Not tenacity: an update passes here on its way, and a call through that library costs 36 µs where this one costs 0.2; it
has no hook for "it works again" either, so logging once would have to be written beside it all the same.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from telegram.error import TelegramError

from domain.persistence.db import reason_of

logger = logging.getLogger(__name__)
T = TypeVar("T")


async def retrying(
    work: Callable[[], Awaitable[T]],
    *,
    on: tuple[type[Exception], ...],
    pauses: Sequence[float],
    say: str,
    say_over: str,
    unless: Callable[[Exception], bool] | None = None,
) -> T:
    """Repeats work until it succeeds, and returns what it gave. A cancellation ends it at once.

    Args:
        work: Called anew for each try.
        on: What is waited out. Everything else is raised.
        pauses: Seconds between two tries; the last one is repeated.
        say: Logged with the reason when it begins to wait, and not again.
        say_over: Logged once it worked after all.
        unless: Says of an error in `on` that waiting does not help: it is raised too.
    """
    failures = 0
    while True:
        try:
            result = await work()
        except on as error:
            if unless is not None and unless(error):
                raise
            if not failures:
                logger.warning("%s (%s); trying again until it works", say, _reason(error))
            await asyncio.sleep(pauses[min(failures, len(pauses) - 1)])
            failures += 1
        else:
            if failures:
                logger.info(say_over)
            return result


def _reason(error: Exception) -> str:
    """Without anything that a person typed, and without the token."""
    return error.message if isinstance(error, TelegramError) else reason_of(error)
