"""A playground that serves in this process, a bot that speaks raw HTTP to it, and Chromium to look at the page."""

from __future__ import annotations

import json
import ssl
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
from playwright.async_api import expect

from playground.app import Playground
from playground.server import RunningPlayground
from playground.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, BrowserContext, Locator, Page

TOKEN = "7000000001:playground-needs-no-secret"
BOT_NAME = "checks_bot"
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Everything here is plain HTTP: a client that reads the system's certificates takes a tenth of a second to make."""


class RawBot:
    """A bot as a few HTTP calls, without a library between the test and the wire."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._next_update = 0

    async def raw(self, method: str, **parameters: Any) -> dict[str, Any]:
        files = {name: value for name, value in parameters.items() if isinstance(value, tuple)}
        data = {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in parameters.items()
            if name not in files
        }
        response = await self._http.post(f"/bot{TOKEN}/{method}", data=data, files=files or None)
        answer: dict[str, Any] = response.json()
        return answer

    async def __call__(self, method: str, **parameters: Any) -> Any:
        """The call's result."""
        answer = await self.raw(method, **parameters)
        assert answer["ok"], answer
        return answer["result"]

    async def update(self, kind: str) -> Any:
        """The content of the next update of that kind; others before it are skipped."""
        for _ in range(20):
            for update in await self("getUpdates", offset=self._next_update, limit=1, timeout=5):
                self._next_update = update["update_id"] + 1
                if kind in update:
                    return update[kind]
        raise AssertionError(f"no {kind} came")


@dataclass
class Stage:
    """One playground with people, and what a test does with it besides looking at the page."""

    running: RunningPlayground
    http: httpx.AsyncClient
    bot: RawBot
    people: list[int]

    @property
    def url(self) -> str:
        return self.running.url

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    @property
    def page_url(self) -> str:
        return f"{self.url}/playground/"

    async def control(self, method: str, path: str, **body: Any) -> Any:
        """A call of the control API, as a test in another language would make it."""
        response = await self.http.request(method, f"/playground/api/{path}", json=body or None)
        assert response.is_success, response.text
        return response.json()

    async def on_phone(self, user_id: int, call: str, **body: Any) -> Any:
        bots = await self.control("GET", "bots")
        return await self.control("POST", f"bots/{bots[0]['id']}/phones/{user_id}/{call}", **body)

    def cut_connections(self) -> None:
        """Every connection of the server breaks, as when a laptop wakes up elsewhere."""
        for connection in list(self.running._server.server_state.connections):
            connection.transport.abort()


@asynccontextmanager
async def stage(*names: str, started: bool = True, port: int = 0) -> AsyncIterator[Stage]:
    """A playground with these people, each of whom has written /start unless told otherwise."""
    playground = Playground(Settings(flood=None))
    playground.world.add_bot(TOKEN, username=BOT_NAME, first_name="Checks")
    people = []
    for name in names:
        first_name, _, last_name = name.partition(" ")
        people.append(playground.world.add_user(first_name, last_name=last_name or None).id)
    async with (
        RunningPlayground(playground, port=port) as running,
        httpx.AsyncClient(base_url=running.url, timeout=10, verify=NO_TLS) as http,
    ):
        set_up = Stage(running, http, RawBot(http), people)
        if started:
            for user_id in people:
                await set_up.on_phone(user_id, "open")
        yield set_up


@asynccontextmanager
async def window(browser: Browser, **options: Any) -> AsyncIterator[BrowserContext]:
    """A browser window with a storage and a cache of its own."""
    defaults = {
        "viewport": {"width": 1100, "height": 760},
        "locale": "en-GB",
        "timezone_id": "UTC",
        "permissions": ["clipboard-read", "clipboard-write"],
        "reduced_motion": "reduce",
    }
    context = await browser.new_context(**(defaults | options))
    context.set_default_timeout(5000)
    try:
        yield context
    finally:
        await context.close()


@asynccontextmanager
async def open_page(context: BrowserContext, set_up: Stage) -> AsyncIterator[Page]:
    """The page in that window.

    Raises:
        AssertionError: on leaving, if a script failed in it or something broke its security policy.
    """
    page = await context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    try:
        await page.goto(set_up.page_url)
        await expect(page.locator(".phone")).to_have_count(len(set_up.people))
        yield page
    finally:
        await context.unroute_all()
        for each in context.pages:
            await each.close()
    # What the browser says about refused calls and lost connections is the test's own doing.
    assert [text for text in problems if "Failed to load resource" not in text and "net::ERR" not in text] == []


def phone(page: Page, name: str) -> Locator:
    """The phone of that person."""
    return page.get_by_role("region", name=name, exact=True)
