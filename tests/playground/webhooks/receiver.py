"""A bot's web server on localhost: keeps what it gets, answers what it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

Json = dict[str, Any]
PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Received:
    """One request."""

    method: str
    headers: Mapping[str, str]
    update: Json

    @property
    def kind(self) -> str:
        return next(name for name in self.update if name != "update_id")

    @property
    def text(self) -> str:
        """The message's text, or the tapped button's data."""
        content = self.update[self.kind]
        return str(content.get("text") or content.get("data"))


Answer = Callable[[Received], Awaitable[web.StreamResponse] | web.StreamResponse]


class Receiver:
    def __init__(self) -> None:
        self.url = ""
        self.answer: Answer = lambda _: web.Response()
        self.active = 0
        self.most_active = 0
        self._received: asyncio.Queue[Received] = asyncio.Queue()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        received = Received(request.method, request.headers, await request.json())
        self.active += 1
        self.most_active = max(self.active, self.most_active)
        self._received.put_nowait(received)
        try:
            answer = self.answer(received)
            return await answer if isinstance(answer, Awaitable) else answer
        finally:
            self.active -= 1

    async def next(self) -> Received:
        """The next request that came, once there is one."""
        return await asyncio.wait_for(self._received.get(), PATIENCE)

    async def texts(self, count: int) -> list[str]:
        return [(await self.next()).text for _ in range(count)]

    @property
    def is_quiet(self) -> bool:
        """Nothing came that was not asked for."""
        return self._received.empty()

    def fail(self, status: int = 500, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answer = lambda _: web.Response(status=status, headers=named)

    def take(self) -> None:
        self.answer = lambda _: web.Response()


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_route("*", "/hook", receiver.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        yield receiver
    finally:
        await runner.cleanup()


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Gives way to everything else until the condition holds."""
    async with asyncio.timeout(PATIENCE):
        while not await condition():
            await _turn()


async def _turn() -> None:
    await asyncio.sleep(0)
