"""A playground for each test: in-process where only the answers matter, served where a bot or a browser connects."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from playground.app import Playground
from playground.phone import BotAccount, Phone, PlaygroundClient
from playground.server import RunningPlayground
from playground.settings import Settings


@pytest.fixture
def settings() -> Settings:
    """Without flood limits; a test that wants others overrides this fixture."""
    return Settings(flood=None)


@pytest.fixture
async def playground(settings: Settings) -> AsyncIterator[Playground]:
    made = Playground(settings)
    yield made
    made.world.stop()
    await made.close()


@pytest.fixture
async def client(playground: Playground) -> AsyncIterator[PlaygroundClient]:
    async with PlaygroundClient.in_process(playground) as made:
        yield made


@pytest.fixture
async def bot(client: PlaygroundClient) -> BotAccount:
    return await client.add_bot(username="example_bot", first_name="Example")


@pytest.fixture
async def phone(client: PlaygroundClient, bot: BotAccount) -> Phone:
    """Ayesha's phone, with the bot's chat started and its first update fetched."""
    made = await client.add_phone(bot, "Ayesha", last_name="Khan", username="ayesha")
    await start(made)
    return made


async def start(phone: Phone) -> None:
    """Starts the chat with the bot, and fetches the update that tells of it."""
    await phone.open()
    updates = (await phone.bot.call("getUpdates"))["result"]
    await phone.bot.call("getUpdates", offset=updates[-1]["update_id"] + 1)


@pytest.fixture
async def served(settings: Settings) -> AsyncIterator[PlaygroundClient]:
    """A client of a playground on a port of its own."""
    async with RunningPlayground(Playground(settings)) as running, PlaygroundClient(running.url) as made:
        yield made
