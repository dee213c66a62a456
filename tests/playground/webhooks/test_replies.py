"""A call in the answer to an update: run like any other, its result lost."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp import web

from playground.settings import FloodLimits, Settings
from tests.playground.webhooks.receiver import until

if TYPE_CHECKING:
    from playground.phone import BotAccount, Phone, PlaygroundClient
    from tests.playground.webhooks.conftest import Hook
    from tests.playground.webhooks.receiver import Receiver


async def test_json(hook: Hook, phone: Phone, receiver: Receiver) -> None:
    await hook.set()
    keyboard = {"inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}]]}
    reply = {"method": "sendMessage", "chat_id": phone.user_id, "text": "From the answer", "reply_markup": keyboard}
    receiver.answer = lambda _: web.json_response(reply)
    await phone.say("hello")
    screen = await phone.wait_for("From the answer")
    assert [button.text for button in screen.buttons] == ["Yes"]


async def test_urlencoded(hook: Hook, phone: Phone, receiver: Receiver) -> None:
    await hook.set()
    reply = urlencode({"method": "SENDMESSAGE", "chat_id": phone.user_id, "text": "Über & aus"})
    receiver.answer = lambda _: web.Response(text=reply, content_type="application/x-www-form-urlencoded")
    await phone.say("hello")
    await phone.wait_for("Über & aus")


async def test_multipart_with_a_file(hook: Hook, phone: Phone, receiver: Receiver) -> None:
    await hook.set()

    def reply(_: object) -> web.Response:
        form = aiohttp.FormData({"method": "sendDocument", "chat_id": str(phone.user_id), "document": "attach://it"})
        form.add_field("it", b"some bytes", filename="some.txt", content_type="text/plain")
        return web.Response(body=form())

    receiver.answer = reply
    await phone.say("hello")
    screen = await phone.wait_for(lambda screen: screen.last.media is not None)
    assert screen.last.media is not None
    assert (screen.last.media["file_name"], screen.last.media["file_size"]) == ("some.txt", 10)


@pytest.mark.parametrize(
    "method", ["getMe", "GETUPDATES", "getWebhookInfo", "setWebhook", "deleteWebhook", "close", "logOut", ""]
)
async def test_ignored(hook: Hook, phone: Phone, receiver: Receiver, client: PlaygroundClient, method: str) -> None:
    await hook.set()
    before = (await client.calls())[-1]["id"]
    receiver.answer = lambda _: web.json_response({"method": method, "url": ""})
    await phone.say("hello")
    await receiver.next()
    await hook.is_empty()
    receiver.answer = lambda _: web.json_response({"method": "sendMessage", "chat_id": phone.user_id, "text": "after"})
    await phone.say("again")
    await phone.wait_for("after")
    assert [call["method"] for call in await client.calls(after=before) if call["method"] != "getWebhookInfo"] == [
        "sendMessage"
    ]
    assert (await hook.info())["url"] == receiver.url


@pytest.mark.parametrize(
    ("content", "content_type"),
    [("ok", "text/plain"), ("{", "application/json"), ("[]", "application/json"), ("x", "multipart/form-data")],
)
async def test_an_answer_that_is_no_call_takes_the_update(
    hook: Hook, phone: Phone, receiver: Receiver, content: str, content_type: str
) -> None:
    await hook.set()
    receiver.answer = lambda _: web.Response(text=content, content_type=content_type)
    await phone.say("one")
    await phone.say("two")
    assert await receiver.texts(2) == ["one", "two"]
    await hook.is_empty()


async def test_a_refused_call_is_in_the_log_and_not_repeated(
    hook: Hook, phone: Phone, receiver: Receiver, client: PlaygroundClient
) -> None:
    await hook.set()
    receiver.answer = lambda _: web.json_response({"method": "sendMessage", "chat_id": phone.user_id, "text": " "})
    await phone.say("one")
    await phone.say("two")
    assert await receiver.texts(2) == ["one", "two"]
    await hook.is_empty()

    async def both_are_logged() -> bool:
        return len(await client.calls(failed=1)) == 2

    await until(both_are_logged)
    refused = await client.calls(failed=1)
    assert [(call["method"], call["error_code"]) for call in refused] == [("sendMessage", 400)] * 2


class TestSlow:
    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(flood=FloodLimits(per_chat=0.2, per_chat_burst=1))

    async def test_a_slow_call_holds_up_nothing(
        self, hook: Hook, bot: BotAccount, phone: Phone, receiver: Receiver
    ) -> None:
        """The update is taken when its answer has come, not when the call in it is done, and stays so."""
        await hook.set()
        receiver.answer = lambda received: web.json_response(
            {"method": "sendMessage", "chat_id": phone.user_id, "text": f"Re: {received.text}"}
        )
        await phone.say("one")
        await phone.wait_for("Re: one")
        await phone.say("two")
        await hook.is_empty()
        await phone.say("three")
        assert await receiver.texts(3) == ["one", "two", "three"]
        await bot.call("deleteWebhook")
        await hook.client.advance(5)
        await phone.wait_for("Re: two")
