"""What each test of the page gets: a playground of its own with two people, and the page open in Chromium."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.playground.page.stage import RawBot, Stage, open_page, phone, stage, window
from tests.support.browser import NoChromiumError, chromium

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, BrowserContext, Locator, Page

AYESHA = "Ayesha Khan"
BILAL = "Bilal Ahmed"


@dataclass
class Desk:
    """The page, and what is behind it."""

    page: Page
    stage: Stage

    @property
    def bot(self) -> RawBot:
        return self.stage.bot

    @property
    def user_id(self) -> int:
        """Ayesha's, whose private chat has the same id."""
        return self.stage.people[0]

    @property
    def phone(self) -> Locator:
        return phone(self.page, AYESHA)

    @property
    def other(self) -> Locator:
        return phone(self.page, BILAL)

    @property
    def input(self) -> Locator:
        return self.phone.get_by_role("textbox", name="Message as")

    @property
    def bubbles(self) -> Locator:
        return self.phone.locator(".message")

    def bubble(self, text: str) -> Locator:
        return self.bubbles.filter(has_text=text)

    async def say(self, text: str, **parameters: object) -> int:
        """The bot writes to Ayesha; the message's id, once the page shows it."""
        sent = await self.bot("sendMessage", chat_id=self.user_id, text=text, **parameters)
        message_id: int = sent["message_id"]
        await expect(self.phone.locator(f"[data-message-id='{message_id}']")).to_be_attached()
        return message_id

    async def last_said(self) -> dict[str, object]:
        """The next message that the bot gets, /start aside."""
        while True:
            message: dict[str, object] = await self.bot.update("message")
            if message.get("text") != "/start":
                return message


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    try:
        async with chromium() as started:
            yield started
    except NoChromiumError as error:
        pytest.fail(str(error), pytrace=False)


@dataclass
class Place:
    """Where a module's tests open the page: one window and one port, so that scripts are not loaded for each test."""

    context: BrowserContext
    port: int = 0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def place(browser: Browser) -> AsyncIterator[Place]:
    async with window(browser) as context:
        yield Place(context)


@asynccontextmanager
async def open_desk(place: Place, *, started: bool) -> AsyncIterator[Desk]:
    async with stage(AYESHA, BILAL, started=started, port=place.port) as set_up:
        place.port = set_up.port
        async with open_page(place.context, set_up) as page:
            yield Desk(page, set_up)


@pytest_asyncio.fixture(loop_scope="module")
async def desk(place: Place) -> AsyncIterator[Desk]:
    """Both people have started the bot, and the page shows it."""
    async with open_desk(place, started=True) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def fresh_desk(place: Place) -> AsyncIterator[Desk]:
    """Nobody has started the bot."""
    async with open_desk(place, started=False) as opened:
        yield opened
