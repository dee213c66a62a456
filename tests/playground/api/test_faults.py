"""Faults that a test orders, between a bot and Telegram."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from playground.phone import BotAccount, Json, Phone, PlaygroundClient, PlaygroundError
from tests.playground.api.raw import Api, assert_refused, button, inline, until

if TYPE_CHECKING:
    from playground.app import Playground


@pytest.fixture
async def far_bot(served: PlaygroundClient) -> BotAccount:
    return await served.add_bot()


@pytest.fixture
async def far_phone(served: PlaygroundClient, far_bot: BotAccount) -> Phone:
    phone = await served.add_phone(far_bot)
    await phone.open()
    return phone


async def texts(phone: Phone) -> list[str]:
    return [message.text for message in (await phone.screen()).messages if not message.is_mine]


async def send(bot: BotAccount, phone: Phone, text: str = "x") -> Json:
    return await bot.call("sendMessage", chat_id=phone.user_id, text=text)


@pytest.mark.parametrize(
    ("kind", "was_done"), [("drop", False), ("half", True), ("cut", True)], ids=["drop", "half", "cut"]
)
async def test_a_connection_that_is_cut(
    served: PlaygroundClient, far_bot: BotAccount, far_phone: Phone, kind: str, was_done: bool
) -> None:
    await served.order_fault(kind, method="sendMessage")
    with pytest.raises(httpx.TransportError):
        await send(far_bot, far_phone, "first")
    assert await texts(far_phone) == (["first"] if was_done else [])
    (call,) = await served.calls(method="sendMessage")
    assert call["fault"] == kind
    assert (await send(far_bot, far_phone, "second"))["ok"] is True
    assert (await texts(far_phone))[-1] == "second"


async def test_half_of_an_answer_is_half_of_it(served: PlaygroundClient, far_bot: BotAccount) -> None:
    await served.order_fault("half", method="getMe")
    received = bytearray()

    async def read_into(answer: httpx.Response) -> None:
        async for chunk in answer.aiter_bytes():
            received.extend(chunk)

    async with served.http.stream("GET", f"/bot{far_bot.token}/getMe") as answer:
        length = int(answer.headers["content-length"])
        with pytest.raises(httpx.TransportError):
            await read_into(answer)
    assert len(received) == length // 2
    assert received.startswith(b'{"ok":true')


async def test_a_webhook_bot_in_the_same_process_sees_a_cut_too(client: PlaygroundClient, api: Api) -> None:
    await client.order_fault("drop")
    with pytest.raises(ConnectionAbortedError):
        await api.post("getMe")
    await api.ok("getMe")


async def test_429_and_500(client: PlaygroundClient, api: Api, phone: Phone) -> None:
    await client.order_fault("429", method="sendMessage", retry_after=17)
    answer = await api.post("sendMessage", {"chat_id": phone.user_id, "text": "x"})
    assert_refused(answer, "retry after 17", code=429, parameters={"retry_after": 17})
    assert answer.headers["retry-after"] == "17"
    await client.order_fault("429")
    answer = await api.post("getMe")
    assert_refused(answer, "retry after 3", code=429, parameters={"retry_after": 3})
    await client.order_fault("500")
    assert_refused(await api.post("getMe"), "Internal Server Error", code=500)
    assert await texts(phone) == []
    assert [call["fault"] for call in await client.calls(failed=1)] == ["429", "429", "500"]


async def test_a_delayed_call_is_done_later(
    client: PlaygroundClient, api: Api, phone: Phone, playground: Playground
) -> None:
    await client.order_fault("delay", seconds=30, method="sendMessage")
    slow = asyncio.create_task(api.send(phone, "at last"))
    await until(lambda: not playground.world.faults.to_json())
    await client.advance(29)
    assert not slow.done()
    assert await texts(phone) == []
    await client.advance(1)
    await slow
    assert await texts(phone) == ["at last"]


# Which calls


async def test_a_fault_meets_the_calls_it_is_meant_for(
    client: PlaygroundClient, api: Api, phone: Phone, bot: BotAccount
) -> None:
    other = await client.add_phone(bot, "Bilal")
    await other.open()
    await client.order_fault("500", method="SENDmessage", chat_id=phone.user_id, times=2)
    await api.ok("getMe")
    await api.send(other)
    await api.ok("sendChatAction", {"chat_id": phone.user_id, "action": "typing"})
    for _ in range(2):
        answer = await api.post("sendMessage", {"chat_id": phone.user_id, "text": "x"})
        assert_refused(answer, "Internal Server Error", code=500)
    await api.send(phone)
    assert await client.request("GET", "faults") == []


async def test_a_fault_without_end_stays_until_it_is_removed(client: PlaygroundClient, api: Api) -> None:
    first = await client.order_fault("500", method="getMe", times=0)
    await client.order_fault("429", method="logOut")
    for _ in range(3):
        assert_refused(await api.post("getMe"), "Internal Server Error", code=500)
    await client.request("DELETE", f"faults/{first}")
    await api.ok("getMe")
    assert [fault["kind"] for fault in await client.request("GET", "faults")] == ["429"]
    await client.remove_faults()
    assert await client.request("GET", "faults") == []
    with pytest.raises(PlaygroundError, match="no such fault"):
        await client.request("DELETE", f"faults/{first}")


async def test_the_oldest_fault_comes_first(client: PlaygroundClient, api: Api) -> None:
    await client.order_fault("429")
    await client.order_fault("500")
    assert [(await api.post("getMe")).status_code for _ in range(3)] == [429, 500, 200]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "earthquake"},
        {},
        {"kind": 7},
        {"kind": "delay", "seconds": -1},
        {"kind": "delay", "seconds": "soon"},
        {"kind": "delay", "seconds": True},
        {"kind": "500", "times": "many"},
        {"kind": "500", "chat_id": "x"},
        {"kind": "500", "method": []},
    ],
)
async def test_a_fault_that_makes_no_sense(client: PlaygroundClient, fault: Json) -> None:
    with pytest.raises(PlaygroundError):
        await client.request("POST", "faults", json=fault)
    assert await client.request("GET", "faults") == []


# Updates


async def poll(api: Api, offset: int, **more: Any) -> list[Json]:
    found: list[Json] = await api.ok("getUpdates", {"offset": offset, **more})
    return found


async def test_an_update_is_delivered_twice(client: PlaygroundClient, api: Api, phone: Phone) -> None:
    await client.order_fault("duplicate", seconds=5)
    await phone.say("once")
    (first,) = await poll(api, 1)
    assert await poll(api, first["update_id"] + 1) == []
    waits = asyncio.create_task(poll(api, first["update_id"] + 2, timeout=50))
    await asyncio.sleep(0)
    await client.advance(5)
    assert await waits == [first]
    await client.advance(4)
    assert await poll(api, first["update_id"] + 2) == []


async def test_an_update_is_late(client: PlaygroundClient, api: Api, phone: Phone, playground: Playground) -> None:
    await client.order_fault("late", seconds=60)
    await phone.say("late")
    await phone.say("in time")
    await until(lambda: len(playground.world._later) == 1)
    (update,) = await poll(api, 1)
    assert update["message"]["text"] == "in time"
    waits = asyncio.create_task(poll(api, update["update_id"] + 1, timeout=50))
    await asyncio.sleep(0)
    await client.advance(30)
    assert not waits.done()
    await client.advance(30)
    assert [each["message"]["text"] for each in await waits] == ["late"]


async def test_a_tap_overtakes_messages(client: PlaygroundClient, api: Api, phone: Phone) -> None:
    await api.send(phone, reply_markup=inline([button()]))
    await client.order_fault("overtake", seconds=60)
    await phone.say("first")
    await phone.tap("Approve")
    (update,) = await poll(api, 1)
    assert update["callback_query"]["data"] == "yes"
    waits = asyncio.create_task(poll(api, update["update_id"] + 1, timeout=50))
    await asyncio.sleep(0)
    await client.advance(60)
    assert [each["message"]["text"] for each in await waits] == ["first"]


async def test_a_fault_of_updates_meets_its_kind_and_chat(
    client: PlaygroundClient, api: Api, phone: Phone, bot: BotAccount
) -> None:
    other = await client.add_phone(bot, "Bilal")
    await client.order_fault("late", seconds=600, method="edited_message", chat_id=phone.user_id)
    await other.open()
    number = await phone.say("hello")
    await phone.edit(number, "hello!")
    kinds = [kind for update in await api.updates() for kind in update if kind != "update_id"]
    assert kinds == ["message", "message"]
