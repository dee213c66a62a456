"""The sender's own ways: messages whose place is taken, and messages that stay when they are tapped."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from telegram import Bot, Update

from bot.delivery.http import AiohttpRequest
from bot.delivery.rate_limiter import RateLimiter
from bot.delivery.sender import Sender
from bot.screens.screen import Answer, Button, Origin, Screen
from bot.updates.processor import origin_of
from domain.files.storage import FolderStorage
from playground.phone import BotAccount, Phone
from tests.flows.stage import telegram

TWO_DAYS = 48 * 3600 + 60
BUTTONS = ((Button("Open", data="x:1"), Button("Site", url="https://example.com")),)


@dataclass
class Desk:
    """A sender, and a phone that it sends to."""

    account: BotAccount
    sender: Sender
    phone: Phone

    async def send(self, screen: Screen, origin: Origin | None = None) -> int:
        """The number of the message that was sent or edited."""
        shown = await self.sender.answer(Answer(origin or Origin(self.phone.user_id), (screen,)))
        return shown[0][1].message_id if shown else 0

    async def shown(self) -> dict[int, list[str]]:
        """The buttons below each message of the bot's, by its number."""
        screen = await self.phone.screen()
        return {each.id: [button.text for button in each.buttons] for each in screen.messages if not each.is_mine}

    async def tapped(self, message_id: int) -> Origin:
        """What the next answer goes to, once "Open" below that message was tapped."""
        await self.phone.tap("Open", message_id=message_id)
        [*_, newest] = (await self.account.call("getUpdates"))["result"]
        return origin_of(Update.de_json(newest, None))


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with telegram() as account:
        request = AiohttpRequest(connections=4)
        async with Bot(account.token, f"{account.client.url}/bot", request=request) as bot:
            phone = await account.client.add_phone(account)
            await phone.open()
            nothing: Any = None
            sender = Sender(bot, RateLimiter(1000, 1000), FolderStorage(tmp_path), nothing, dict)
            yield Desk(account, sender, phone)


async def test_a_message_whose_place_is_taken_is_deleted(desk: Desk) -> None:
    old = await desk.send(Screen("Which month?", BUTTONS))
    new = await desk.send(Screen("Which day?", BUTTONS, retire=(old,)))
    assert list(await desk.shown()) == [new]


async def test_one_that_telegram_does_not_delete_any_more_loses_its_buttons(desk: Desk) -> None:
    old, bare = await desk.send(Screen("Which month?", BUTTONS)), await desk.send(Screen("No buttons"))
    await desk.account.client.advance(TWO_DAYS)
    new = await desk.send(Screen("Which day?", BUTTONS, retire=(old, bare)))
    assert await desk.shown() == {old: [], bare: [], new: ["Open", "Site"]}


async def test_one_that_is_gone_already_is_fine(desk: Desk) -> None:
    old = await desk.send(Screen("Which month?", BUTTONS))
    await desk.phone.delete(old)
    new = await desk.send(Screen("Which day?", BUTTONS, retire=(old, 999)))
    assert list(await desk.shown()) == [new]


async def test_what_was_edited_in_place_is_not_deleted_for_taking_its_own_place(desk: Desk) -> None:
    old = await desk.send(Screen("Which month?", BUTTONS))
    new = await desk.send(Screen("Which day?", BUTTONS, retire=(old,)), await desk.tapped(old))
    assert new == old
    assert list(await desk.shown()) == [old]


async def test_a_tap_below_a_kept_message_is_answered_below_it(desk: Desk) -> None:
    kept = await desk.send(Screen("You get a bonus", BUTTONS, keep=True))
    origin = await desk.tapped(kept)
    assert origin.is_kept
    new = await desk.send(Screen("Earnings", BUTTONS), origin)
    assert await desk.shown() == {kept: ["Open", "Site"], new: ["Open", "Site"]}
    assert not (await desk.tapped(new)).is_kept


async def test_a_copy_of_a_card_is_edited_whatever_was_tapped(desk: Desk) -> None:
    card, kept = await desk.send(Screen("Order", BUTTONS)), await desk.send(Screen("Notice", BUTTONS, keep=True))
    assert await desk.send(Screen("Order, changed", BUTTONS, edit_message_id=card), await desk.tapped(kept)) == card
    assert await desk.shown() == {card: ["Open", "Site"], kept: ["Open", "Site"]}
