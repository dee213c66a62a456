"""Helpers for asyncio tasks: ending them, running them side by side, waiting for an event."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


async def cancel_and_wait(*tasks: asyncio.Task[Any]) -> None:
    """Cancels tasks and waits until they have ended, in whatever way."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def finish_or_cancel(*tasks: asyncio.Task[Any], seconds: float) -> None:
    """Lets tasks finish, for at most so long; cancels what is left then, and waits until that has ended too."""
    if tasks:
        await asyncio.wait(tasks, timeout=seconds)
    await cancel_and_wait(*tasks)


async def until_first(*works: Coroutine[Any, Any, Any]) -> None:
    """Runs works side by side until one of them ends, and cancels the others. What one raised is raised."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            if task.done():
                task.result()
    finally:
        await cancel_and_wait(*tasks)


async def wait_at_most(seconds: float, event: asyncio.Event) -> None:
    """Waits for an event, but no longer than so many seconds.

    Not `asyncio.wait_for`: in Python 3.11 it loses a cancellation that arrives together with the event.
    """
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
