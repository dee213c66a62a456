"""A socket before a PostgreSQL's own: a network that breaks where it hurts most, at a COMMIT, or falls silent."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from tests.support.keeping import short_root
from tests.support.postgres import Postgres

SOCKET = ".s.PGSQL.5432"
Moment = Literal["before", "after", "silent"]


@dataclass
class Break:
    """One broken connection: that of the first transaction which sends `mark`, at its COMMIT."""

    mark: bytes
    moment: Moment
    """Before the server gets to know of the COMMIT, or after it has done it: the client hears the same, nothing. Or the
    network falls silent with it, for all who are connected, and neither side gets to know."""
    at: bytes = b"COMMIT"
    happened: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(eq=False)
class _Call:
    """One client's connection."""

    is_silent: bool


class PostgresWire:
    """Passes on what a client and the server say to each other."""

    def __init__(self, server: Postgres, folder: Path) -> None:
        self._server = server
        self.folder = folder
        self._break: Break | None = None
        self._calls: set[_Call] = set()
        self._closed = asyncio.Event()
        self._is_silent = False

    def close(self) -> None:
        self._closed.set()

    def fall_silent(self) -> None:
        """Connections are taken; nothing comes through them, nor through those that are open, ever again."""
        self._is_silent = True
        self._silence_open()

    def speak_again(self) -> None:
        """New connections lead to the server. Those before never will: the machine between forgot them."""
        self._is_silent = False

    def _silence_open(self) -> None:
        for call in self._calls:
            call.is_silent = True

    def url(self, url: str) -> str:
        """The same database, through this socket."""
        return url.replace(str(self._server.folder), str(self.folder))

    def break_at_commit(self, mark: str, moment: Moment) -> Break:
        """Breaks the next transaction that sends this text as a value, once."""
        self._break = Break(mark.encode(), moment)
        return self._break

    def break_at(self, statement: str) -> Break:
        """Breaks the connection that sends this statement next, before the server gets to know of it."""
        self._break = Break(statement.encode(), "before", statement.encode())
        return self._break

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client's connection."""
        try:
            there, away = await asyncio.open_unix_connection(str(self._server.folder / SOCKET))
        except OSError:
            writer.close()
            return
        call = _Call(self._is_silent)
        self._calls.add(call)
        answers = asyncio.create_task(_copy(there, writer, call))
        try:
            await self._pass_on(reader, away, call)
            if call.is_silent:
                # The client is gone, and the server does not get to know.
                await self._closed.wait()
        except OSError:
            pass
        finally:
            self._calls.discard(call)
            answers.cancel()
            for each in (away, writer):
                each.transport.abort()
            await asyncio.gather(answers, return_exceptions=True)

    async def _pass_on(self, reader: asyncio.StreamReader, away: asyncio.StreamWriter, call: _Call) -> None:
        is_marked = False
        while content := await reader.read(1 << 16):
            if call.is_silent:
                continue
            planned = self._break
            is_marked = is_marked or (planned is not None and planned.mark in content)
            if planned is None or not is_marked or planned.at not in content:
                is_marked = is_marked and b"COMMIT" not in content and b"ROLLBACK" not in content
                away.write(content)
                await away.drain()
                continue
            self._break = None
            if planned.moment == "silent":
                self._silence_open()
                planned.happened.set()
                continue
            if planned.moment == "after":
                away.write(content)
                await away.drain()
                # PostgreSQL finishes what it was told, though nobody listens any more.
                away.write_eof()
            planned.happened.set()
            return


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, call: _Call) -> None:
    with suppress(OSError):
        while content := await reader.read(1 << 16):
            if not call.is_silent:
                writer.write(content)
                await writer.drain()
    if not call.is_silent:
        writer.close()


@asynccontextmanager
async def wire_to(server: Postgres) -> AsyncIterator[PostgresWire]:
    """A folder with a socket that leads to the server's."""
    folder = Path(tempfile.mkdtemp(prefix="mtwe-wire-", dir=short_root()))
    wire = PostgresWire(server, folder)
    listening = await asyncio.start_unix_server(wire.serve, folder / SOCKET)
    try:
        yield wire
    finally:
        listening.close()
        wire.close()
        shutil.rmtree(folder)
