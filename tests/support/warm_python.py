"""`python -m tests.support.warm_python SOCKET`: a Python that has imported the program, and copies itself.

A process of the bot spends most of its start on imports, and a test run starts hundreds. Here they are done once. Each
copy runs what `python` would with the same arguments, and is a process of its own in every way: with its own id,
environment, folder and streams, ended by signals, and otherwise by the interpreter as it always ends.

Who connects sends an order, `{"arguments", "environment", "folder"}`, with the file descriptors of the output and of
the errors, and closes its half. It gets the copy's process id in a line, and once it has ended its exit code, negative
for a signal. The end of the input ends this process and all copies.
"""

from __future__ import annotations

import gc
import json
import os
import runpy
import select
import signal
import socket
import sys
from contextlib import suppress
from typing import Any

import aiosqlite.core
import asyncpg.pool
import sqlalchemy.dialects.postgresql.asyncpg
import sqlalchemy.dialects.sqlite.aiosqlite

import main  # noqa: TID251 - this is the command line, started in another way
from tests.faults.storm import bot

IMPORTED = (
    main,
    bot,
    aiosqlite.core,
    asyncpg.pool,
    sqlalchemy.dialects.postgresql.asyncpg,
    sqlalchemy.dialects.sqlite.aiosqlite,
)
"""The drivers are what the program imports when it opens its database."""


class Copies:
    """Takes orders, and tells how copies end."""

    def __init__(self, place: str) -> None:
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(place)
        self._listening.listen(64)
        self._callers: dict[int, socket.socket] = {}
        self._died, self._wake = os.pipe()
        os.set_blocking(self._wake, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # without a handler there is no wakeup
        signal.set_wakeup_fd(self._wake)

    def serve(self) -> list[str] | None:
        """Until the input ends. In a copy it returns what that one is to run."""
        while True:
            ready, _, _ = select.select([0, self._died, self._listening.fileno()], [], [])
            if 0 in ready:
                for process in self._callers:
                    os.kill(process, signal.SIGKILL)
                return None
            if self._died in ready:
                os.read(self._died, 100)
                self._reap()
            if self._listening.fileno() in ready:
                arguments = self._copy()
                if arguments is not None:
                    return arguments

    def _copy(self) -> list[str] | None:
        caller, _ = self._listening.accept()
        received, streams, _, _ = socket.recv_fds(caller, 1 << 16, 2)
        while more := caller.recv(1 << 16):
            received += more
        order = json.loads(received)
        process = os.fork()
        if process == 0:
            self._become(order, streams, caller)
            arguments: list[str] = order["arguments"]
            return arguments
        for stream in streams:
            os.close(stream)
        self._callers[process] = caller
        caller.sendall(f"{process}\n".encode())
        return None

    def _become(self, order: dict[str, Any], streams: list[int], caller: socket.socket) -> None:
        """In the copy: nothing is left of where it comes from."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.close(self._died)
        os.close(self._wake)
        for each in (self._listening, caller, *self._callers.values()):
            each.close()
        nothing = os.open(os.devnull, os.O_RDONLY)
        for stream, number in ((nothing, 0), (streams[0], 1), (streams[1], 2)):
            os.dup2(stream, number)
            os.close(stream)
        os.chdir(order["folder"])
        os.environ.clear()
        os.environ.update(order["environment"])

    def _reap(self) -> None:
        for process, caller in tuple(self._callers.items()):
            ended, status = os.waitpid(process, os.WNOHANG)
            if ended:
                del self._callers[process]
                with caller, suppress(OSError):  # who asked for it may be gone
                    caller.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())


def run(arguments: list[str]) -> None:
    """What `python` does with them: `-m MODULE …` or `FILE …`."""
    if arguments[0] == "-m":
        sys.argv = arguments[1:]
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = arguments
        runpy.run_path(arguments[0], run_name="__main__")


if __name__ == "__main__":
    copies = Copies(sys.argv[1])
    gc.freeze()
    print("ready", flush=True)
    to_run = copies.serve()
    if to_run is not None:
        run(to_run)
