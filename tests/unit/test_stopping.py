"""Stopping the parts of the bot that wait for news."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, cast

import pytest

from bot.database.lease import FileLease
from bot.delivery.attachments import Attachments
from bot.delivery.outbox import Outbox
from bot.delivery.rate_limiter import RateLimiter


class Unreachable:
    """A database that is away: both wait for it."""

    def __getattr__(self, name: str) -> Any:
        raise OSError(name)


@pytest.mark.parametrize("kind", [Attachments, Outbox])
async def test_news_in_the_moment_of_stopping_does_not_keep_it_running(kind: type[Any]) -> None:
    """The bot hung at its end: `asyncio.wait_for` of Python 3.11 took the news and forgot the cancellation."""
    nothing = cast("Any", None)
    held = FileLease(Path())
    held._hold()
    made = (
        Attachments(cast("Any", Unreachable()), nothing, nothing, held, nothing)
        if kind is Attachments
        else Outbox(cast("Any", Unreachable()), nothing, RateLimiter(30, 1), {}, held)
    )
    running = asyncio.create_task(made.run())
    for _ in range(5):
        await asyncio.sleep(0)
    made.wake()
    running.cancel()
    done, _pending = await asyncio.wait([running], timeout=2)
    assert done
    assert running.cancelled()
