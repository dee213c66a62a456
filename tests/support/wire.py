"""A connection that a test can cut: what is called through it is gone for its caller, until it is mended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Wire:
    """A port of its own, which leads to another one of this machine."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._passes = asyncio.Event()
        self._passes.set()
        self._calls: set[asyncio.Task[None]] = set()
        self.port = 0
        self.passed = 0
        """Bytes, in both directions."""
        self.swallowed = 0
        """Pieces of calls that wait for it to be mended."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def mend(self) -> None:
        """It leads there, from now on."""
        self._passes.set()
        if self._server is None:
            self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Connections are refused, and open ones end."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in self._open:
            writer.transport.abort()
        self._passes.set()

    def swallow(self) -> None:
        """Connections are taken, and nothing comes through them."""
        self._passes.clear()

    async def close(self) -> None:
        await self.cut()
        for call in self._calls:
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        call = asyncio.create_task(self._call(reader, writer))
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)

    async def _call(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            there, away = await asyncio.open_connection("127.0.0.1", self._target)
            self._open.add(away)
            await asyncio.gather(self._pass(reader, away), self._pass(there, writer))
            self._open.discard(away)
        except OSError:
            return
        finally:
            self._open.discard(writer)
            writer.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while content := await reader.read(1 << 16):
                self.swallowed += not self._passes.is_set()
                await self._passes.wait()
                writer.write(content)
                await writer.drain()
                self.passed += len(content)
        writer.close()


@asynccontextmanager
async def wire_to(port: int) -> AsyncIterator[Wire]:
    """A whole wire to a port of this machine."""
    wire = Wire(port)
    await wire.mend()
    try:
        yield wire
    finally:
        await wire.close()
