"""`python -m tests.faults.crashing_bot POINT`: the bot as it is, but killed as by a power cut when it gets to a point.

Only where it dies is put in; everything before and after that point is the real program.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from bot import processing
from bot.lanes import ChatLanes
from bot.outbox import Outbox
from bot.processing import Processor
from bot.speaker import Speaker


def die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dying_before(owner: Any, name: str) -> None:
    setattr(owner, name, die)


def dying_after(owner: Any, name: str) -> None:
    original = getattr(owner, name)

    async def wrapped(*args: Any, **kwargs: Any) -> Any:
        await original(*args, **kwargs)
        die()

    setattr(owner, name, wrapped)


POINTS: dict[str, Callable[[], None]] = {
    "update stored": lambda: dying_before(ChatLanes, "add"),
    "before the commit": lambda: dying_before(processing, "finish_and_commit"),
    "after the commit": lambda: dying_before(Processor, "_send"),
    "answered, not marked": lambda: dying_after(Processor, "_send"),
    "notification sent, not marked": lambda: dying_after(Speaker, "notify"),
    "notification about to be sent": lambda: dying_before(Outbox, "_send"),
}


if __name__ == "__main__":
    POINTS[sys.argv[1]]()
    from main import app  # noqa: TID251 - this is the command line, with a point at which it dies

    app(["run"])
