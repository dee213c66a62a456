"""getUpdates: confirming, long polls, conflicts, wanted kinds, and the updates themselves."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from playground.clock import Clock
from playground.updates import RESPONSE_BYTES, UpdateQueue
from tests.playground.api.raw import Api, assert_refused, button, inline, until

if TYPE_CHECKING:
    from playground.app import Playground
    from playground.phone import Json, Phone, PlaygroundClient

POLL_CONFLICT = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_CONFLICT = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
DAY = 86_400


def texts(updates: list[Json]) -> list[str]:
    return [update["message"]["text"] for update in updates]


def is_polled(api: Api, playground: Playground) -> bool:
    return playground.world.bots[api.bot.id].updates._poller is not None


async def say_all(phone: Phone, *lines: str) -> None:
    for line in lines:
        await phone.say(line)


# Confirming


async def test_nothing_is_forgotten_without_an_offset(api: Api, phone: Phone, client: PlaygroundClient) -> None:
    await say_all(phone, "one", "two")
    for params in ({}, {"offset": 0}, {"offset": "junk"}):
        await client.advance(4)
        assert texts(await api.ok("getUpdates", params)) == ["one", "two"]


async def test_an_offset_forgets_everything_below_it(api: Api, phone: Phone, client: PlaygroundClient) -> None:
    await say_all(phone, "one", "two", "three")
    await client.advance(4)
    first = (await api.ok("getUpdates"))[0]["update_id"]
    assert texts(await api.ok("getUpdates", {"offset": first + 2})) == ["three"]
    await client.advance(4)
    assert texts(await api.ok("getUpdates", {"offset": first})) == ["three"]


async def test_a_negative_offset_keeps_the_last_ones(api: Api, phone: Phone, client: PlaygroundClient) -> None:
    await say_all(phone, "one", "two", "three")
    assert texts(await api.ok("getUpdates", {"offset": -2})) == ["two", "three"]
    await client.advance(4)
    assert texts(await api.ok("getUpdates")) == ["two", "three"]
    assert texts(await api.ok("getUpdates", {"offset": -100})) == ["two", "three"]


@pytest.mark.parametrize("distance", [12, 1000])
async def test_an_offset_far_beyond_the_end_counts_as_none(
    api: Api, phone: Phone, client: PlaygroundClient, distance: int
) -> None:
    await say_all(phone, "one", "two")
    await client.advance(4)
    last = (await api.ok("getUpdates"))[-1]["update_id"]
    assert texts(await api.ok("getUpdates", {"offset": last + distance})) == ["one", "two"]


async def test_an_offset_just_beyond_the_end_confirms_all(api: Api, phone: Phone) -> None:
    await say_all(phone, "one", "two")
    last = (await api.ok("getUpdates"))[-1]["update_id"]
    assert await api.ok("getUpdates", {"offset": last + 10}) == []
    assert await api.ok("getUpdates", {"offset": 0}) == []


async def test_an_offset_far_in_the_past_confirms_nothing(api: Api, phone: Phone) -> None:
    await say_all(phone, "one", "two")
    assert texts(await api.ok("getUpdates", {"offset": 1})) == ["one", "two"]


async def test_at_most_a_hundred_updates_come_at_once(api: Api, phone: Phone) -> None:
    await say_all(phone, *map(str, range(101)))
    assert texts(await api.ok("getUpdates", {"offset": 1, "limit": 500})) == [str(number) for number in range(100)]
    assert texts(await api.ok("getUpdates", {"offset": 2, "limit": 2})) == ["0", "1"]
    assert texts(await api.ok("getUpdates", {"offset": 3, "limit": -5})) == ["0"]


async def test_update_ids_begin_at_random_and_count_up(api: Api, phone: Phone) -> None:
    await say_all(phone, "one", "two", "three")
    ids = [update["update_id"] for update in await api.updates()]
    assert 2_000_000 <= ids[0] <= 1_000_000_010
    assert ids == list(range(ids[0], ids[0] + 3))


async def test_after_a_week_without_updates_the_ids_begin_anew(
    api: Api, phone: Phone, client: PlaygroundClient
) -> None:
    await phone.say("one")
    before = (await api.update())["update_id"]
    await client.advance(6 * DAY)
    await phone.say("two")
    assert (await api.update())["update_id"] == before + 1
    await client.advance(7 * DAY + 10)
    await phone.say("three")
    assert (await api.update())["update_id"] != before + 2


async def test_an_answer_is_cut_at_four_mebibytes() -> None:
    queue = UpdateQueue(Clock(), 100)
    for _ in range(5):
        queue.add("message", {"text": "x" * (1 << 20)}, ("message", 1), 60)
    found = await queue.fetch(0, 100, 0)
    assert len(found) == 3
    assert sum(map(len, found)) < RESPONSE_BYTES
    assert len(await queue.fetch(1, 100, 0)) == 3


async def test_one_update_comes_however_long_it_is() -> None:
    queue = UpdateQueue(Clock(), 100)
    queue.add("message", {"text": "x" * (RESPONSE_BYTES + 1)}, ("message", 1), 60)
    assert len(await queue.fetch(0, 100, 0)) == 1


# Waiting


async def test_a_poll_waits_for_the_next_update(api: Api, phone: Phone, playground: Playground) -> None:
    poll = asyncio.create_task(api.ok("getUpdates", {"offset": 5, "timeout": 50}))
    await until(lambda: is_polled(api, playground))
    await phone.say("at last")
    assert texts(await poll) == ["at last"]


@pytest.mark.parametrize(("timeout", "seconds"), [(7, 7), (1000, 50)])
async def test_a_poll_ends_after_its_timeout_of_at_most_fifty_seconds(
    api: Api, playground: Playground, client: PlaygroundClient, timeout: int, seconds: int
) -> None:
    poll = asyncio.create_task(api.ok("getUpdates", {"offset": 5, "timeout": timeout}))
    await until(lambda: is_polled(api, playground))
    await client.advance(seconds - 1)
    assert not poll.done()
    await client.advance(1)
    assert await poll == []


@pytest.mark.parametrize("timeout", [0, -1, "junk"])
async def test_without_a_timeout_a_poll_ends_at_once(api: Api, timeout: Any) -> None:
    assert await api.ok("getUpdates", {"offset": 5, "timeout": timeout}) == []


async def test_a_poll_repeated_with_the_same_offset_waits_three_seconds(
    api: Api, playground: Playground, client: PlaygroundClient
) -> None:
    assert await api.ok("getUpdates", {"offset": 5}) == []
    poll = asyncio.create_task(api.ok("getUpdates", {"offset": 5}))
    await until(lambda: is_polled(api, playground))
    await client.advance(2)
    assert not poll.done()
    await client.advance(1)
    assert await poll == []
    await client.advance(3)
    assert await api.ok("getUpdates", {"offset": 5}) == []


async def test_a_poll_repeated_within_half_a_second_gets_one_update(
    api: Api, phone: Phone, client: PlaygroundClient
) -> None:
    await say_all(phone, "one", "two")
    assert len(await api.ok("getUpdates", {"offset": 5})) == 2
    assert texts(await api.ok("getUpdates", {"offset": 5})) == ["one"]
    await client.advance(0.5)
    assert len(await api.ok("getUpdates", {"offset": 5})) == 2


# Conflicts


async def test_a_second_poller_ends_the_first(
    api: Api, phone: Phone, playground: Playground, client: PlaygroundClient
) -> None:
    first = asyncio.create_task(api.post("getUpdates", {"offset": 5, "timeout": 50}))
    await until(lambda: is_polled(api, playground))
    second = asyncio.create_task(api.post("getUpdates", {"offset": 6, "timeout": 50}))
    assert_refused(await first, POLL_CONFLICT, code=409)
    await until(lambda: is_polled(api, playground))
    third = asyncio.create_task(api.post("getUpdates", {"offset": 7, "timeout": 50}))
    await until(lambda: playground.world.bots[api.bot.id].updates._last_offset == 7 and is_polled(api, playground))
    await client.advance(2)
    assert not second.done()
    await client.advance(1)
    assert_refused(await second, POLL_CONFLICT, code=409)
    await phone.say("to the third")
    assert texts((await third).json()["result"]) == ["to the third"]


async def test_a_call_that_need_not_wait_ends_nobody(api: Api, phone: Phone, playground: Playground) -> None:
    poll = asyncio.create_task(api.ok("getUpdates", {"offset": 5, "timeout": 50}))
    await until(lambda: is_polled(api, playground))
    assert await api.ok("getUpdates", {"offset": 6}) == []
    assert not poll.done()
    await phone.say("hello")
    assert texts(await poll) == ["hello"]


async def test_a_webhook_excludes_polling(api: Api, playground: Playground) -> None:
    poll = asyncio.create_task(api.post("getUpdates", {"offset": 5, "timeout": 50}))
    await until(lambda: is_polled(api, playground))
    await api.ok("setWebhook", {"url": "http://127.0.0.1:9/"})
    assert_refused(await poll, "terminated by setWebhook request", code=409)
    await api.refuses("getUpdates", {}, WEBHOOK_CONFLICT, code=409)
    await api.ok("deleteWebhook")
    assert await api.ok("getUpdates", {"offset": 6}) == []


# Lifetimes


async def test_a_message_waits_a_day(api: Api, phone: Phone, client: PlaygroundClient) -> None:
    await phone.say("old")
    await client.advance(DAY - 60)
    assert texts(await api.ok("getUpdates")) == ["old"]
    await client.advance(60)
    assert await api.ok("getUpdates", {"offset": 1}) == []
    assert (await api.ok("getWebhookInfo"))["pending_update_count"] == 0


async def test_a_tap_waits_150_seconds(api: Api, phone: Phone, client: PlaygroundClient) -> None:
    await api.send(phone, reply_markup=inline([button()]))
    await phone.tap("Approve")
    await client.advance(145)
    assert "callback_query" in (await api.ok("getUpdates"))[0]
    await phone.say("later")
    await client.advance(5)
    assert texts(await api.ok("getUpdates", {"offset": 1})) == ["later"]


async def test_what_a_bot_never_fetched_is_no_update_of_its_own_messages(api: Api, phone: Phone) -> None:
    await api.send(phone, "mine")
    assert await api.updates() == []


# Wanted kinds


async def sends_three_kinds(api: Api, phone: Phone) -> set[str]:
    """What arrives of a message, an edit and a block."""
    number = await phone.say("hello")
    await phone.edit(number, "hello!")
    await phone.block()
    await phone.unblock()
    return {kind for update in await api.updates() for kind in update if kind != "update_id"}


@pytest.mark.parametrize(
    ("wanted", "kinds"),
    [
        pytest.param(None, {"message", "edited_message", "my_chat_member"}, id="absent"),
        pytest.param(["message"], {"message"}, id="one"),
        pytest.param(["edited_message", "nonsense", 7], {"edited_message"}, id="unknown ones ignored"),
        pytest.param([], {"message", "edited_message", "my_chat_member"}, id="empty: the default"),
        pytest.param(["nonsense"], {"message", "edited_message", "my_chat_member"}, id="only unknown: the default"),
        pytest.param("[broken", {"message", "edited_message", "my_chat_member"}, id="unparsable: ignored"),
        pytest.param({"message": 1}, {"message", "edited_message", "my_chat_member"}, id="no array: ignored"),
    ],
)
async def test_allowed_updates(api: Api, phone: Phone, wanted: Any, kinds: set[str]) -> None:
    await api.ok("getUpdates", {"offset": 5} if wanted is None else {"offset": 5, "allowed_updates": wanted})
    assert await sends_three_kinds(api, phone) == kinds


async def test_allowed_updates_persist_until_others_are_given(api: Api, phone: Phone) -> None:
    await api.ok("getUpdates", {"offset": 5, "allowed_updates": ["message"]})
    await api.ok("getUpdates", {"offset": 6})
    await api.ok("getUpdates", {"offset": 7, "allowed_updates": "nonsense"})
    assert await sends_three_kinds(api, phone) == {"message"}
    assert (await api.ok("getWebhookInfo"))["allowed_updates"] == ["message"]
    await api.ok("getUpdates", {"offset": 8, "allowed_updates": []})
    assert await sends_three_kinds(api, phone) == {"message", "edited_message", "my_chat_member"}
    assert "allowed_updates" not in await api.ok("getWebhookInfo")


async def test_allowed_updates_apply_when_an_update_is_made(api: Api, phone: Phone) -> None:
    await phone.say("before")
    await api.ok("getUpdates", {"offset": 1, "limit": 1, "allowed_updates": ["callback_query"]})
    await phone.say("after")
    assert texts(await api.updates()) == ["before"]


# The webhook's methods, as far as they need no receiver


@pytest.mark.parametrize("method", ["setWebhook", "deleteWebhook"])
async def test_there_is_no_webhook_to_delete(api: Api, method: str) -> None:
    answer = await api.post(method)
    assert answer.json() == {"ok": True, "result": True, "description": "Webhook is already deleted"}
    assert await api.ok("getWebhookInfo") == {
        "url": "",
        "has_custom_certificate": False,
        "pending_update_count": 0,
    }


async def test_pending_updates_are_dropped_on_request(api: Api, phone: Phone) -> None:
    await say_all(phone, "one", "two")
    assert (await api.ok("getWebhookInfo"))["pending_update_count"] == 2
    await api.ok("deleteWebhook", {"drop_pending_updates": True})
    assert (await api.ok("getWebhookInfo"))["pending_update_count"] == 0
    assert await api.updates() == []
