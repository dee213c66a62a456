"""How tasks are brought to their end: at once, or after some seconds in which they may finish by themselves."""

from __future__ import annotations

import asyncio
from typing import Any


async def cancel_and_wait(*tasks: asyncio.Task[Any]) -> None:
    """Cancels tasks and waits until they have ended, in whatever way."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def finish_or_cancel(*tasks: asyncio.Task[Any], seconds: float) -> None:
    """Lets tasks finish, at most so long; then cancels what is left, and waits until that has ended too."""
    if tasks:
        await asyncio.wait(tasks, timeout=seconds)
    await cancel_and_wait(*tasks)
