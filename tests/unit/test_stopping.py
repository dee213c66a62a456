"""Stopping the parts of the bot that wait for news."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from bot.delivery.attachments import Attachments
from bot.delivery.outbox import Outbox
from bot.delivery.rate_limiter import RateLimiter


async def nothing_to_do() -> float:
    return 0.0


@pytest.mark.parametrize("kind", [Attachments, Outbox])
async def test_news_in_the_moment_of_stopping_does_not_keep_it_running(
    kind: type[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bot hung at its end: `asyncio.wait_for` of Python 3.11 took the news and forgot the cancellation."""
    nothing = cast("Any", None)
    made = (
        Attachments(nothing, nothing, nothing, nothing, nothing)
        if kind is Attachments
        else Outbox(nothing, nothing, RateLimiter(30, 1), {}, nothing, "en")
    )
    for name in ("_resume", "_start_next"):
        monkeypatch.setattr(made, name, nothing_to_do, raising=False)
    running = asyncio.create_task(made.run())
    await asyncio.sleep(0.05)  # it waits for news by now
    made.wake()
    running.cancel()
    done, _pending = await asyncio.wait([running], timeout=2)
    assert done
    assert running.cancelled()
