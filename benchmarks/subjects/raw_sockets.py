"""The least that a bot can do: one poll at a time, one hand-made request an update, nothing parsed that is not needed.

What it reaches is what the load generator can measure at all.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from typing import cast
from urllib.parse import urlsplit

import uvloop

from benchmarks.load import CHATS
from benchmarks.subjects.environment import API_URL, TOKEN

UPDATE = re.compile(rb'"chat":\{"id":(\d+).*?"text":"([^"]*)"')
LENGTH = re.compile(rb"Content-Length: (\d+)")
POLL = f"POST /bot{TOKEN}/getUpdates HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n".encode()
SEND = f"POST /bot{TOKEN}/sendMessage HTTP/1.1\r\nHost: localhost\r\n".encode()


class Sender(asyncio.Protocol):
    """A connection that sends one message after another."""

    def __init__(self, waiting: deque[bytes], idle: list[Sender]) -> None:
        self._waiting = waiting
        self._idle = idle
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own are none by inheritance
        self._idle.append(self)

    def send(self, request: bytes) -> None:
        assert self._transport is not None
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:  # noqa: ARG002 - an answer is small enough for one packet
        if self._waiting:
            self.send(self._waiting.popleft())
        else:
            self._idle.append(self)


async def run() -> None:
    address = urlsplit(API_URL)
    host, port = address.hostname or "", address.port or 80
    waiting: deque[bytes] = deque()
    idle: list[Sender] = []
    loop = asyncio.get_running_loop()
    for _ in range(CHATS):
        await loop.create_connection(lambda: Sender(waiting, idle), host, port)
    reader, writer = await asyncio.open_connection(host, port, limit=2**20)
    while True:
        writer.write(POLL)
        head = await reader.readuntil(b"\r\n\r\n")
        found = LENGTH.search(head)
        assert found is not None
        for chat, text in UPDATE.findall(await reader.readexactly(int(found[1]))):
            body = b"chat_id=%b&text=%b" % (chat, text.replace(b" ", b"+"))
            request = b"%bContent-Length: %d\r\n\r\n%b" % (SEND, len(body), body)
            if idle:
                idle.pop().send(request)
            else:
                waiting.append(request)


if __name__ == "__main__":
    uvloop.run(run())
