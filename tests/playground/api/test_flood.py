"""Flood limits: waits that are absorbed, then 429; and the guards against calls that pile up."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from playground.settings import FloodLimits, Settings
from tests.playground.api.raw import Api, assert_refused, picture, until

if TYPE_CHECKING:
    from playground.app import Playground
    from playground.phone import BotAccount, Json, Phone, PlaygroundClient


@pytest.fixture
def limits() -> FloodLimits:
    return FloodLimits()


@pytest.fixture
def settings(limits: FloodLimits) -> Settings:
    return Settings(flood=limits)


def waiting(api: Api, playground: Playground, chat_id: int) -> int:
    return playground.world.floods[api.bot.id]._waiting[chat_id]


def text_to(chat_id: int) -> Json:
    return {"chat_id": chat_id, "text": "x"}


async def refused_for(api: Api, chat_id: int, seconds: int) -> None:
    answer = await api.post("sendMessage", text_to(chat_id))
    assert_refused(answer, f"retry after {seconds}", code=429, parameters={"retry_after": seconds})
    assert answer.headers["retry-after"] == str(seconds)


async def test_a_short_burst_passes_then_waits_are_absorbed_then_429(
    api: Api, phone: Phone, playground: Playground, client: PlaygroundClient
) -> None:
    for _ in range(5):
        await api.ok("sendMessage", text_to(phone.user_id))
    slow = [asyncio.create_task(api.ok("sendMessage", text_to(phone.user_id))) for _ in range(8)]
    await until(lambda: waiting(api, playground, phone.user_id) == 8)
    await refused_for(api, phone.user_id, 9)
    await client.advance(1.5)
    await until(slow[0].done)
    assert not any(task.done() for task in slow[2:])
    await client.advance(7)
    await asyncio.gather(*slow)
    await client.advance(10)
    await api.ok("sendMessage", text_to(phone.user_id))


async def test_another_chat_need_not_wait(api: Api, phone: Phone, client: PlaygroundClient) -> None:
    other = await client.add_phone(api.bot, "Bilal")
    await other.open()
    for _ in range(5):
        await api.ok("sendMessage", text_to(phone.user_id))
    async with asyncio.timeout(0.5):
        await api.ok("sendMessage", text_to(other.user_id))


class TestWithoutAbsorbing:
    """What counts is seen at once where nothing is absorbed."""

    @pytest.fixture
    def limits(self) -> FloodLimits:
        return FloodLimits(absorbed=0)

    async def test_edits_share_the_limit_of_sending(self, api: Api, phone: Phone) -> None:
        sent = await api.ok("sendMessage", text_to(phone.user_id))
        where = {"chat_id": phone.user_id, "message_id": sent["message_id"]}
        for number in range(4):
            await api.ok("editMessageText", {**where, "text": str(number)})
        await refused_for(api, phone.user_id, 1)
        params = {**where, "text": "9"}
        await api.refuses("editMessageText", params, "retry after 1", code=429, parameters={"retry_after": 1})

    async def test_each_item_of_an_album_counts(self, api: Api, phone: Phone) -> None:
        files = {name: (f"{name}.jpg", picture()) for name in "abcde"}
        media = [{"type": "photo", "media": f"attach://{name}"} for name in files]
        await api.ok("sendMediaGroup", {"chat_id": phone.user_id, "media": media}, files=files)
        await refused_for(api, phone.user_id, 1)

    async def test_other_methods_are_not_limited(self, api: Api, phone: Phone) -> None:
        sent = [await api.ok("sendMessage", text_to(phone.user_id)) for _ in range(5)]
        for message in sent:
            await api.ok("sendChatAction", {"chat_id": phone.user_id, "action": "typing"})
            await api.ok("deleteMessage", {"chat_id": phone.user_id, "message_id": message["message_id"]})
            await api.ok("getMe")
        await refused_for(api, phone.user_id, 1)

    async def test_what_is_refused_for_itself_is_not_counted(self, api: Api, phone: Phone) -> None:
        for _ in range(20):
            await api.refuses("sendMessage", {**text_to(phone.user_id), "text": " "}, "text must be non-empty")
        for _ in range(5):
            await api.ok("sendMessage", text_to(phone.user_id))

    async def test_twenty_messages_a_minute_to_a_group(self, api: Api, phone: Phone, client: PlaygroundClient) -> None:
        group = {"title": "The desk", "type": "group", "member_ids": [phone.user_id]}
        chat_id = (await client.request("POST", f"bots/{api.bot.id}/groups", json=group))["id"]
        for _ in range(20):
            await api.ok("sendMessage", text_to(chat_id))
        await refused_for(api, chat_id, 3)
        await client.advance(3)
        await api.ok("sendMessage", text_to(chat_id))
        await refused_for(api, chat_id, 3)


class TestBroadcast:
    @pytest.fixture
    def limits(self) -> FloodLimits:
        return FloodLimits(overall=2, absorbed=0)

    async def test_all_chats_together_have_a_limit(self, api: Api, client: PlaygroundClient) -> None:
        phones = [await client.add_phone(api.bot, f"Person {number}") for number in range(3)]
        for phone in phones:
            await phone.open()
        for phone in phones[:2]:
            await api.ok("sendMessage", text_to(phone.user_id))
        await refused_for(api, phones[2].user_id, 1)
        other = Api(await client.add_bot())
        await phones[2].open()
        stranger = await client.add_phone(other.bot, "Bilal")
        await stranger.open()
        await other.ok("sendMessage", text_to(stranger.user_id))


class TestGuards:
    @pytest.fixture
    def limits(self) -> FloodLimits:
        return FloodLimits(per_chat_burst=1, unsent_per_chat=2, active_requests=4)

    async def test_too_many_unsent_messages_in_a_chat(
        self, api: Api, phone: Phone, playground: Playground, client: PlaygroundClient
    ) -> None:
        await api.ok("sendMessage", text_to(phone.user_id))
        slow = [asyncio.create_task(api.ok("sendMessage", text_to(phone.user_id))) for _ in range(2)]
        await until(lambda: waiting(api, playground, phone.user_id) == 2)
        refused = asyncio.create_task(refused_for(api, phone.user_id, 60))
        await until(lambda: playground.world.floods[api.bot.id]._active == 3)
        await client.advance(3)
        await refused
        await asyncio.gather(*slow)

    async def test_too_many_calls_under_way(
        self, api: Api, phone: Phone, playground: Playground, client: PlaygroundClient, bot: BotAccount
    ) -> None:
        others = [await client.add_phone(bot, f"Person {number}") for number in range(4)]
        for other in others:
            await other.open()
            await api.ok("sendMessage", text_to(other.user_id))
        slow = [asyncio.create_task(api.ok("sendMessage", text_to(other.user_id))) for other in others]
        await until(lambda: playground.world.floods[bot.id]._active == 4)
        refused = asyncio.create_task(refused_for(api, phone.user_id, 60))
        await asyncio.sleep(0)
        assert await api.ok("getUpdates", {"offset": -1})
        assert not refused.done()
        await client.advance(3)
        await refused
        await asyncio.gather(*slow)


def test_the_limits_that_the_documentation_speaks_of() -> None:
    limits = FloodLimits()
    assert (limits.per_chat, limits.per_group_minute, limits.overall, limits.absorbed) == (1, 20, 30, 8)
    assert (limits.unsent_per_chat, limits.active_requests, limits.guard_pause) == (310, 1000, 3)
