"""A socket before a PostgreSQL's own, which breaks a connection in the moment that hurts most: at a COMMIT."""

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
Moment = Literal["before", "after"]


@dataclass
class Break:
    """One broken connection: that of the first transaction which sends `mark`, at its COMMIT."""

    mark: bytes
    moment: Moment
    """Before the server gets to know of the COMMIT, or after it has done it: the client hears the same, nothing."""
    happened: asyncio.Event = field(default_factory=asyncio.Event)


class PostgresWire:
    """Passes on what a client and the server say to each other."""

    def __init__(self, server: Postgres, folder: Path) -> None:
        self._server = server
        self.folder = folder
        self._break: Break | None = None

    def url(self, url: str) -> str:
        """The same database, through this socket."""
        return url.replace(str(self._server.folder), str(self.folder))

    def break_at_commit(self, mark: str, moment: Moment) -> Break:
        """Breaks the next transaction that sends this text as a value, once."""
        self._break = Break(mark.encode(), moment)
        return self._break

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client's connection."""
        try:
            there, away = await asyncio.open_unix_connection(str(self._server.folder / SOCKET))
        except OSError:
            writer.close()
            return
        answers = asyncio.create_task(_copy(there, writer))
        try:
            await self._pass_on(reader, away)
        except OSError:
            pass
        finally:
            answers.cancel()
            for each in (away, writer):
                each.transport.abort()
            await asyncio.gather(answers, return_exceptions=True)

    async def _pass_on(self, reader: asyncio.StreamReader, away: asyncio.StreamWriter) -> None:
        is_marked = False
        while content := await reader.read(1 << 16):
            planned = self._break
            is_marked = is_marked or (planned is not None and planned.mark in content)
            if planned is None or not is_marked or b"COMMIT" not in content:
                is_marked = is_marked and b"COMMIT" not in content and b"ROLLBACK" not in content
                away.write(content)
                await away.drain()
                continue
            self._break = None
            if planned.moment == "after":
                away.write(content)
                await away.drain()
                # PostgreSQL finishes what it was told, though nobody listens any more.
                away.write_eof()
            planned.happened.set()
            return


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while content := await reader.read(1 << 16):
            writer.write(content)
            await writer.drain()
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
        shutil.rmtree(folder)
