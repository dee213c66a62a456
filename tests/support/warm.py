"""Processes of the program, started as `python …` would, but without the time that imports take: see `warm_python`."""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Final

from tests.support.keeping import ROOT, short_root

_LOCK: Final = Lock()
_served: list[Path] = []


class WarmProcess:
    """As asyncio has it: `asyncio.subprocess.Process`."""

    def __init__(
        self, pid: int, stdout: asyncio.StreamReader, stderr: asyncio.StreamReader, ended: asyncio.Task[int]
    ) -> None:
        self.pid = pid
        self.stdout = stdout
        self.stderr = stderr
        self._ended = ended

    @property
    def returncode(self) -> int | None:
        return self._ended.result() if self._ended.done() else None

    async def wait(self) -> int:
        return await asyncio.shield(self._ended)

    async def communicate(self) -> tuple[bytes, bytes]:
        """What it wrote: its output, with its errors where they go the same way, and its errors alone."""
        out, errors = await asyncio.gather(self.stdout.read(), self.stderr.read())
        await self.wait()
        return out, errors

    def send_signal(self, number: signal.Signals) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


async def start(
    *arguments: str,
    env: Mapping[str, str],
    cwd: Path = ROOT,
    errors_apart: bool = False,
    output: Path | None = None,
) -> WarmProcess:
    """Starts what `python` would start with these arguments: `-m MODULE …` or `FILE …`.

    Args:
        env: All of its environment.
        cwd: Its folder.
        errors_apart: Its errors are to be read apart from its output.
        output: A file that gets both instead.
    """
    place = await asyncio.to_thread(_server)
    out, written_out = os.pipe() if output is None else (None, os.open(output, os.O_WRONLY | os.O_CREAT, 0o600))
    errors, written_errors = os.pipe() if errors_apart else (None, written_out)
    order = {"arguments": arguments, "environment": dict(env), "folder": str(cwd)}
    caller = socket.socket(socket.AF_UNIX)
    caller.connect(str(place))
    content = json.dumps(order).encode()
    sent = socket.send_fds(caller, [content], [written_out, written_errors])
    caller.sendall(content[sent:])
    caller.shutdown(socket.SHUT_WR)
    for each in {written_out, written_errors}:
        os.close(each)
    said, saying = await asyncio.open_connection(sock=caller)
    pid = int(await said.readline())
    ended = asyncio.create_task(_exit_code(said, saying))
    return WarmProcess(pid, await _reader(out), await _reader(errors), ended)


async def _exit_code(said: asyncio.StreamReader, saying: asyncio.StreamWriter) -> int:
    try:
        return int(await said.readline())
    finally:
        saying.close()


async def _reader(file: int | None) -> asyncio.StreamReader:
    """Of a pipe; without one there is nothing to read."""
    reader = asyncio.StreamReader()
    if file is None:
        reader.feed_eof()
        return reader
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, os.fdopen(file, "rb"))
    return reader


def _server() -> Path:
    """The one of this process, until it ends."""
    with _LOCK:
        if not _served:
            folder = Path(tempfile.mkdtemp(prefix="mtwe-warm-", dir=short_root()))
            place = folder / "socket"
            command = [sys.executable, "-m", "tests.support.warm_python", str(place)]
            server = subprocess.Popen(  # noqa: S603
                command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
            atexit.register(_end, server, folder)
            assert server.stdout is not None
            assert server.stdout.readline(), "the program cannot be imported"
            _served.append(place)
        return _served[0]


def _end(server: subprocess.Popen[bytes], folder: Path) -> None:
    server.communicate()
    shutil.rmtree(folder)
