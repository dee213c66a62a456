"""Serving a playground over HTTP: uvicorn, with connections that can be cut on purpose."""

from __future__ import annotations

import asyncio
import socket
from typing import Self

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from playground.api import ABORT
from playground.app import Playground

PORTS_TRIED = 50
SHUTDOWN_SECONDS = 2


class CuttableProtocol(HttpToolsProtocol):
    """Lets the app cut the connection it is called on: ASGI itself has no word for that."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {ABORT: {"abort": self._abort}}

    def _abort(self) -> None:
        if self.transport is not None:
            self.transport.abort()


def free_socket(host: str, port: int) -> socket.socket:
    """A listening socket on the port or, where it is busy, on the next free one; port 0 is any.

    Raises:
        OSError: none of the next ports is free either.
    """
    last = port if port == 0 else min(port + PORTS_TRIED, 65_535)
    for candidate in range(port, last + 1):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        # With its protocol named: only then asyncio sets TCP_NODELAY, without which each answer takes 40 ms more.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, candidate))
            listener.listen(2048)
        except OSError:
            listener.close()
            if candidate == last:
                raise
        else:
            return listener
    raise OSError("no free port")


class Server(uvicorn.Server):
    """Ends waiting polls and watching pages first: they would hold up the shutdown."""

    def __init__(self, config: uvicorn.Config, playground: Playground) -> None:
        super().__init__(config)
        self._playground = playground

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._playground.world.stop()
        await super().shutdown(sockets)


def uvicorn_server(playground: Playground) -> Server:
    config = uvicorn.Config(
        playground,
        http=CuttableProtocol,
        ws="none",
        lifespan="on",
        access_log=False,
        log_level="warning",
        timeout_keep_alive=75,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        server_header=False,
    )
    return Server(config, playground)


class RunningPlayground:
    """A playground that serves in the current event loop: `async with RunningPlayground(settings) as running`."""

    def __init__(self, playground: Playground, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.playground = playground
        self._host = host
        self._port = port
        self._server = uvicorn_server(playground)
        self._serving: asyncio.Task[None] | None = None
        self.url = ""

    async def __aenter__(self) -> Self:
        listener = free_socket(self._host, self._port)
        self.url = f"http://{self._host}:{listener.getsockname()[1]}"
        self._serving = asyncio.create_task(self._server._serve([listener]))  # noqa: SLF001 - without its signal handlers
        while not self._server.started:
            if self._serving.done():
                self._serving.result()
            await asyncio.sleep(0.005)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.should_exit = True
        if self._serving is not None:
            await self._serving
