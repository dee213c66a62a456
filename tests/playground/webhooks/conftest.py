"""A bot's server, and people with a started chat whose updates all come there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.playground.conftest import start
from tests.playground.webhooks.receiver import Receiver, receiving, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playground.phone import BotAccount, Phone, PlaygroundClient


class Hook:
    """A webhook under test: the bot that set it and the server that it names."""

    def __init__(self, client: PlaygroundClient, bot: BotAccount, receiver: Receiver) -> None:
        self.client = client
        self.bot = bot
        self.receiver = receiver

    async def set(self, **options: Any) -> Any:
        """Sets it once more, a while after the last time."""
        await self.client.advance(1)
        return await self.bot.call("setWebhook", {"url": self.receiver.url, **options})

    async def info(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.bot.call("getWebhookInfo"))["result"]
        return found

    async def failed_with(self, status: int) -> None:
        """Waits until the delivery knows of that answer; from then on it pauses."""

        async def is_known() -> bool:
            return f" {status} " in str((await self.info()).get("last_error_message"))

        await until(is_known)

    async def failed_just_now(self) -> None:
        """The same where the statuses are all alike, and the tries far apart."""

        async def is_known() -> bool:
            now: float = (await self.client.request("GET", "clock"))["now"]
            return float((await self.info()).get("last_error_date", 0)) > now - 60

        await until(is_known)

    async def is_empty(self) -> None:
        """Waits until all updates are taken."""

        async def nothing_pending() -> bool:
            return not (await self.info())["pending_update_count"]

        await until(nothing_pending)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as made:
        yield made


@pytest.fixture
async def hook(client: PlaygroundClient, bot: BotAccount, receiver: Receiver) -> Hook:
    """Not set yet."""
    return Hook(client, bot, receiver)


@pytest.fixture
async def bilal(client: PlaygroundClient, bot: BotAccount, phone: Phone) -> Phone:  # noqa: ARG001 - comes after it
    made = await client.add_phone(bot, "Bilal")
    await start(made)
    return made
