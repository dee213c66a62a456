"""`python -m tests.faults.storm.forking`: starts one bot after another, each a fork of itself.

A bot spends most of its start on imports. Here they are done once: each bot begins as a copy of a process that has
imported everything and done nothing yet, runs the command line from there, and is a process of its own in every way.

A line of JSON on the input is an order: `{"log", "point", "passing", "workers_at_once"}` starts a bot, `{"signal"}`
goes to the one that runs. Lines on the output: `{"ready"}`, and `{"ended": exit code}` for each bot, negative for a
signal. The end of the input ends everything.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import traceback
from functools import partial
from typing import Any

import aiosqlite.core
import asyncpg.pool
import sqlalchemy.dialects.postgresql.asyncpg
import sqlalchemy.dialects.sqlite.aiosqlite

from bot import application
from domain.pay.closing import MonthEnd
from main import app  # noqa: TID251 - this is the command line, started in another way
from tests.faults.crashing_bot import arm

LOADED_LATE = (
    aiosqlite.core,
    asyncpg.pool,
    sqlalchemy.dialects.postgresql.asyncpg,
    sqlalchemy.dialects.sqlite.aiosqlite,
)
"""What the program imports when it opens its database."""


class Forker:
    """Reads orders, and has one bot at a time."""

    def __init__(self) -> None:
        self._child = 0
        self._unread = b""
        self._died, died = os.pipe()
        os.set_blocking(died, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # without a handler there is no wakeup
        signal.set_wakeup_fd(died)

    def serve(self) -> None:
        _say({"ready": True})
        while True:
            ready, _, _ = select.select([0, self._died], [], [])
            if self._died in ready:
                os.read(self._died, 100)
                self._reap()
            if 0 in ready and not self._read():
                return

    def _read(self) -> bool:
        """Whether the input goes on."""
        received = os.read(0, 65_536)
        if not received:
            self._signal(signal.SIGKILL)
            return False
        *lines, self._unread = (self._unread + received).split(b"\n")
        for line in lines:
            order = json.loads(line)
            if "signal" in order:
                self._signal(order["signal"])
            else:
                self._start(order)
        return True

    def _signal(self, number: int) -> None:
        # Not reaped yet, so the number is still that bot's.
        if self._child:
            os.kill(self._child, number)

    def _start(self, order: dict[str, Any]) -> None:
        self._child = os.fork()
        if self._child == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os._exit(_run(order))

    def _reap(self) -> None:
        if not self._child:
            return
        ended, status = os.waitpid(self._child, os.WNOHANG)
        if ended:
            self._child = 0
            _say({"ended": os.waitstatus_to_exitcode(status)})


def _say(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def _run(order: dict[str, Any]) -> int:
    """The bot's whole life; its exit code."""
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    if order["point"]:
        arm(order["point"], order["passing"])
    vars(application)["MonthEnd"] = partial(MonthEnd, workers_at_once=order["workers_at_once"])
    try:
        app(["run"])
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 - as the interpreter's own end does
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    Forker().serve()
