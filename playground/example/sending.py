"""Sending to people who may be gone, under limits that may be reached."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from telegram.error import RetryAfter

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

T = TypeVar("T")
TRIES = 3


async def patiently(call: Callable[[], Awaitable[T]]) -> T:
    """Makes a call again where Telegram asks to wait.

    Raises:
        RetryAfter: it still asks after three tries.
    """
    for _ in range(TRIES - 1):
        try:
            return await call()
        except RetryAfter as error:
            wait = error.retry_after
            await asyncio.sleep(wait.total_seconds() if isinstance(wait, timedelta) else wait)
    return await call()


def cut(text: str, longest: int) -> str:
    """The text, or its beginning where it is too long to be quoted."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def file_size(size: int) -> str:
    if size < 1000:
        return f"{size} bytes"
    return f"{size / 1000:.1f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


def counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
