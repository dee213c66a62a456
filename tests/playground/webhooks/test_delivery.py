"""In which order updates come to a webhook, when they come again, and when they do not."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from playground import webhooks
from tests.playground.webhooks.receiver import until

if TYPE_CHECKING:
    from playground.phone import BotAccount, Phone, PlaygroundClient
    from tests.playground.webhooks.conftest import Hook
    from tests.playground.webhooks.receiver import Received, Receiver

KEYBOARD = {"inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}, {"text": "No", "callback_data": "no"}]]}
HOUR = 3600


async def test_one_update_in_each_request_with_the_secret(hook: Hook, phone: Phone, receiver: Receiver) -> None:
    await hook.set(secret_token="S3cret_-")
    await phone.say("hello")
    received = await receiver.next()
    assert received.method == "POST"
    assert received.headers["Content-Type"] == "application/json"
    assert received.headers["X-Telegram-Bot-Api-Secret-Token"] == "S3cret_-"
    assert set(received.update) == {"update_id", "message"}
    assert received.text == "hello"


async def test_without_a_secret_there_is_no_header(hook: Hook, phone: Phone, receiver: Receiver) -> None:
    await hook.set()
    await phone.say("hello")
    assert "X-Telegram-Bot-Api-Secret-Token" not in (await receiver.next()).headers


async def test_serial_in_a_chat_parallel_elsewhere(
    hook: Hook, bot: BotAccount, phone: Phone, bilal: Phone, receiver: Receiver
) -> None:
    await bot.call("sendMessage", chat_id=phone.user_id, text="Well?", reply_markup=KEYBOARD)
    await hook.set()
    gate = asyncio.Event()

    async def hold_the_first(received: Received) -> web.Response:
        if received.text == "one":
            await gate.wait()
        return web.Response()

    receiver.answer = hold_the_first
    first = await phone.say("one")
    assert (await receiver.next()).text == "one"
    await phone.say("two")
    await phone.edit(first, "one, edited")
    # Another chat, a tap of the same person, and a change of membership wait for nothing.
    await bilal.say("meanwhile")
    assert (await receiver.next()).text == "meanwhile"
    await phone.tap("Yes")
    assert (await receiver.next()).text == "yes"
    await bilal.block()
    assert (await receiver.next()).kind == "my_chat_member"
    assert receiver.is_quiet
    gate.set()
    assert await receiver.texts(2) == ["two", "one, edited"]


async def test_taps_of_one_person_are_serial(hook: Hook, bot: BotAccount, phone: Phone, receiver: Receiver) -> None:
    await bot.call("sendMessage", chat_id=phone.user_id, text="Well?", reply_markup=KEYBOARD)
    await hook.set()
    receiver.fail(503)
    await phone.tap("Yes")
    assert await receiver.texts(2) == ["yes", "yes"]
    await hook.failed_with(503)
    await phone.tap("No")
    await phone.say("overtakes")
    assert (await receiver.next()).text == "overtakes"
    receiver.take()
    await hook.client.advance(2)
    assert set(await receiver.texts(3)) == {"overtakes", "yes", "no"}


async def test_at_most_max_connections_at_once(
    hook: Hook, bot: BotAccount, client: PlaygroundClient, receiver: Receiver
) -> None:
    phones = [await client.add_phone(bot, f"Person {number}") for number in range(6)]
    await hook.set(max_connections=2)
    gate = asyncio.Event()

    async def hold(_: Received) -> web.Response:
        await gate.wait()
        return web.Response()

    receiver.answer = hold
    for phone in phones:
        await phone.open()
    await receiver.texts(2)
    gate.set()
    await receiver.texts(4)
    await hook.is_empty()
    assert receiver.most_active == 2


async def test_retries_at_once_then_ever_later(hook: Hook, phone: Phone, bilal: Phone, receiver: Receiver) -> None:
    def only_bilal(status: int) -> None:
        """Each failure has a status of its own, by which the test sees that the delivery knows of it."""
        receiver.answer = lambda received: web.Response(status=200 if received.text == "still?" else status)

    await hook.set()
    only_bilal(500)
    await phone.say("hello")
    assert (await receiver.next()).text == "hello"
    assert (await receiver.next()).text == "hello"
    status = 500
    for pause in (2, 4, 8, 16):
        only_bilal(status + 1)  # What the next try will get.
        await hook.failed_with(status)
        await hook.client.advance(pause - 1)
        await bilal.say("still?")
        assert (await receiver.next()).text == "still?"
        assert receiver.is_quiet
        await hook.client.advance(1)
        assert (await receiver.next()).text == "hello"
        status += 1
    receiver.take()
    await hook.failed_with(status)
    await hook.client.advance(32)
    assert (await receiver.next()).text == "hello"
    await hook.is_empty()


async def test_pauses_grow_to_a_minute_or_two(
    hook: Hook, phone: Phone, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "RETRY_CAP", (5.0, 5.0))
    await hook.set()
    receiver.fail(500)
    await phone.say("hello")
    await receiver.texts(2)
    for status, pause in ((500, 2), (501, 4), (502, 5), (503, 5), (504, 5)):
        receiver.fail(status + 1)
        await hook.failed_with(status)
        await hook.client.advance(pause)
        await receiver.next()


async def test_retry_after_is_obeyed(hook: Hook, phone: Phone, bilal: Phone, receiver: Receiver) -> None:
    def busy(received: Received) -> web.Response:
        if received.text == "still?":
            return web.Response()
        return web.Response(status=429, headers={"Retry-After": "30"})

    await hook.set()
    receiver.answer = busy
    await phone.say("hello")
    await receiver.next()
    await hook.failed_with(429)
    await hook.client.advance(28)
    await bilal.say("still?")
    assert (await receiver.next()).text == "still?"
    assert receiver.is_quiet
    await hook.client.advance(2)
    assert (await receiver.next()).text == "hello"


@pytest.mark.parametrize("asked", ["999999", "3600"])
async def test_retry_after_is_an_hour_at_most(hook: Hook, phone: Phone, receiver: Receiver, asked: str) -> None:
    await hook.set()
    receiver.fail(503, Retry_After=asked)
    await phone.say("hello")
    await receiver.next()
    await hook.failed_with(503)
    receiver.take()
    await hook.client.advance(HOUR)
    assert (await receiver.next()).text == "hello"


@pytest.mark.parametrize("asked", ["soon", "-5", "nan", ""])
async def test_a_retry_after_that_is_no_number_is_none(
    hook: Hook, phone: Phone, receiver: Receiver, asked: str
) -> None:
    await hook.set()
    receiver.fail(503, Retry_After=asked)
    await phone.say("hello")
    await receiver.texts(2)
    await hook.failed_with(503)
    assert receiver.is_quiet


@pytest.mark.parametrize("status", [202, 204, 299])
async def test_any_2xx_takes_the_update(hook: Hook, phone: Phone, receiver: Receiver, status: int) -> None:
    await hook.set()
    receiver.fail(status)
    await phone.say("one")
    await phone.say("two")
    assert await receiver.texts(2) == ["one", "two"]
    await hook.is_empty()


async def test_redirects_are_not_followed(hook: Hook, phone: Phone, receiver: Receiver) -> None:
    await hook.set()
    receiver.fail(302, Location=receiver.url)
    await phone.say("hello")
    await receiver.texts(2)
    await hook.failed_with(302)
    assert (await hook.info())["pending_update_count"] == 1
    assert receiver.is_quiet


async def test_an_update_expires_between_two_tries(
    hook: Hook, bot: BotAccount, phone: Phone, receiver: Receiver
) -> None:
    await bot.call("sendMessage", chat_id=phone.user_id, text="Well?", reply_markup=KEYBOARD)
    await hook.set()
    # A tap lives for 150 s: this next try would come too late, so that the tap is dropped at once.
    receiver.fail(503, Retry_After="151")
    await phone.tap("Yes")
    assert (await receiver.next()).text == "yes"
    await hook.is_empty()
    receiver.take()
    await phone.tap("No")
    assert (await receiver.next()).text == "no"


async def test_a_webhook_that_is_gone_for_a_day_is_removed(
    hook: Hook, bot: BotAccount, phone: Phone, receiver: Receiver
) -> None:
    await hook.set()
    receiver.fail(410, Retry_After=str(HOUR))
    await phone.say("This will be a day old.")
    await receiver.next()
    for _ in range(23):
        await hook.failed_just_now()
        assert (await hook.info())["url"] == receiver.url
        await hook.client.advance(HOUR)
        await receiver.next()
    await phone.say("This is fresh.")

    async def is_removed() -> bool:
        return not (await hook.info())["url"]

    await until(is_removed)
    assert [each["message"]["text"] for each in (await bot.call("getUpdates"))["result"]] == ["This is fresh."]


async def test_another_failure_in_between_keeps_the_webhook(hook: Hook, phone: Phone, receiver: Receiver) -> None:
    await hook.set()
    receiver.fail(410, Retry_After=str(HOUR))
    await phone.say("Is anybody there?")
    await receiver.next()
    for hour in range(23):
        await hook.failed_just_now()
        receiver.fail(500 if hour == 11 else 410, Retry_After=str(HOUR))
        await hook.client.advance(HOUR)
        await receiver.next()
    await hook.failed_just_now()
    assert (await hook.info())["url"] == receiver.url


async def test_a_duplicate_comes_twice_even_while_the_first_fails(
    hook: Hook, client: PlaygroundClient, phone: Phone, receiver: Receiver
) -> None:
    await hook.set()
    await client.order_fault("duplicate", method="message", seconds=0)
    receiver.fail(500)
    await phone.say("hello")
    await receiver.texts(2)
    await hook.failed_with(500)
    receiver.take()
    await client.advance(2)
    first, second = await receiver.next(), await receiver.next()
    assert first.update == second.update
    await hook.is_empty()
    await phone.say("once")
    assert (await receiver.next()).text == "once"
    assert receiver.is_quiet
