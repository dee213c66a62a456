"""`python -m tests.faults.crashing_bot POINT [PASSING]`: the bot as it is, but killed as by a power cut when it gets to
a point, or when it gets there for the PASSING-th time.

Only where it dies is put in; everything before and after that point is the real program.
"""

from __future__ import annotations

import inspect
import os
import signal
import sys
from dataclasses import dataclass
from itertools import count
from typing import Any, Final, Literal

from telegram.ext import ExtBot

from bot import application
from bot.application import RunningBot
from bot.delivery.sender import Sender
from bot.updates import processor
from bot.updates.chat_queues import ChatQueues
from bot.updates.inbox import Inbox
from bot.updates.processor import Processor
from domain.files.service import FileService
from domain.files.storage import FolderStorage
from domain.pay import closing
from domain.pay.closing import MonthEnd


@dataclass(frozen=True, slots=True)
class Point:
    """Right before or right after a function of the program."""

    moment: Literal["before", "after"]
    owner: Any
    """A class or a module."""
    name: str


POINTS: Final[dict[str, Point]] = {
    "about to migrate": Point("before", application, "migrate_when_there"),
    "migrated": Point("after", application, "migrate_when_there"),
    "connected": Point("after", RunningBot, "_connect"),
    "about to recover": Point("before", Inbox, "begin"),
    "recovered": Point("after", Inbox, "begin"),
    "updates fetched": Point("before", Inbox, "store"),
    "update stored": Point("before", ChatQueues, "add"),
    "before the commit": Point("before", processor, "finish_and_commit"),
    "after the commit": Point("before", Processor, "_send"),
    "answered, not marked": Point("after", Processor, "_send"),
    "album sent, card not": Point("after", ExtBot, "send_media_group"),
    "notification about to be sent": Point("before", Sender, "notify"),
    "notification sent, not marked": Point("after", Sender, "notify"),
    "file fetched": Point("before", FolderStorage, "put"),
    "file half written": Point("before", os, "fsync"),
    "file written, not marked": Point("before", FileService, "mark_stored"),
    "closing: before a batch's commit": Point("after", closing, "close_workers"),
    "closing: between two batches": Point("after", MonthEnd, "_close_some"),
    "closing: before its report": Point("before", MonthEnd, "_report"),
    "closing: done, its caller not": Point("after", MonthEnd, "close"),
}


def arm(name: str, passing: int = 1) -> None:
    """Has this process die at a point."""
    point = POINTS[name]
    original = getattr(point.owner, point.name)
    passings = count(1)

    def pass_(moment: str) -> None:
        if moment == point.moment and next(passings) == passing:
            os.kill(os.getpid(), signal.SIGKILL)

    async def awaited(*args: Any, **kwargs: Any) -> Any:
        pass_("before")
        result = await original(*args, **kwargs)
        pass_("after")
        return result

    def called(*args: Any, **kwargs: Any) -> Any:
        pass_("before")
        result = original(*args, **kwargs)
        pass_("after")
        return result

    setattr(point.owner, point.name, awaited if inspect.iscoroutinefunction(original) else called)


if __name__ == "__main__":
    arm(sys.argv[1], *map(int, sys.argv[2:]))
    from main import app  # noqa: TID251 - this is the command line, with a point at which it dies

    app(["run"])
