"""setWebhook, deleteWebhook and getWebhookInfo, and getUpdates beside them."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

import pytest

from playground import webhooks
from playground.settings import Settings
from tests.playground.webhooks.receiver import until

if TYPE_CHECKING:
    from playground.phone import BotAccount, Phone, PlaygroundClient
    from tests.playground.webhooks.conftest import Hook
    from tests.playground.webhooks.receiver import Receiver

ACTIVE = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
NOWHERE = "http://127.0.0.1:9/nobody-listens"


def refusal(answer: dict[str, Any]) -> tuple[int, str]:
    assert not answer["ok"]
    return answer["error_code"], answer["description"]


async def test_what_setting_and_deleting_say(hook: Hook, bot: BotAccount, client: PlaygroundClient) -> None:
    assert await hook.set() == {"ok": True, "result": True, "description": "Webhook was set"}
    assert (await hook.set())["description"] == "Webhook is already set"
    assert (await hook.set(secret_token="another"))["description"] == "Webhook was set"
    assert (await bot.call("deleteWebhook"))["description"] == "Webhook was deleted"
    assert (await bot.call("deleteWebhook"))["description"] == "Webhook is already deleted"
    assert (await hook.set())["description"] == "Webhook was set"
    await client.advance(1)
    assert (await bot.call("setWebhook", url=""))["description"] == "Webhook was deleted"


async def test_a_second_call_within_a_second(hook: Hook, bot: BotAccount, client: PlaygroundClient) -> None:
    await hook.set()
    answer = await bot.call("setWebhook", url=NOWHERE)
    assert answer == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 1",
        "parameters": {"retry_after": 1},
    }
    await client.advance(1)
    assert (await bot.call("setWebhook", url=NOWHERE))["ok"]


async def test_getting_updates_beside_it(hook: Hook, bot: BotAccount) -> None:
    await hook.set()
    assert refusal(await bot.call("getUpdates")) == (409, ACTIVE)
    await bot.call("deleteWebhook")
    assert (await bot.call("getUpdates"))["result"] == []


async def test_setting_it_ends_a_poll(hook: Hook, bot: BotAccount, phone: Phone, receiver: Receiver) -> None:
    poll = asyncio.create_task(bot.call("getUpdates", timeout=50))
    await asyncio.wait((poll,), timeout=0)
    await hook.set()
    assert refusal(await poll) == (409, "Conflict: terminated by setWebhook request")
    await phone.say("to the webhook")
    assert (await receiver.next()).text == "to the webhook"


async def test_a_poll_that_is_refused_late_gets_no_updates(
    hook: Hook, bot: BotAccount, phone: Phone, receiver: Receiver
) -> None:
    """A second conflict within 3 s is answered late. What comes meanwhile belongs to the webhook alone."""
    first = asyncio.create_task(bot.call("getUpdates", timeout=50))
    await asyncio.wait((first,), timeout=0)
    second = asyncio.create_task(bot.call("getUpdates", timeout=49))
    assert refusal(await first)[0] == 409
    await bot.call("setWebhook", url=receiver.url)
    await phone.say("to the webhook")
    assert (await receiver.next()).text == "to the webhook"
    assert not second.done()
    await hook.client.advance(3)
    assert refusal(await second) == (409, "Conflict: terminated by setWebhook request")


async def test_from_polling_to_the_webhook_and_back_nothing_is_lost(
    hook: Hook, bot: BotAccount, phone: Phone, receiver: Receiver
) -> None:
    for text in ("one", "two"):
        await phone.say(text)
    await hook.set()
    assert await receiver.texts(2) == ["one", "two"]
    await hook.is_empty()
    receiver.fail(500)
    for text in ("three", "four", "five"):
        await phone.say(text)
    assert await receiver.texts(2) == ["three", "three"]
    assert (await hook.info())["pending_update_count"] == 3
    await bot.call("deleteWebhook")
    updates = (await bot.call("getUpdates"))["result"]
    assert [update["message"]["text"] for update in updates] == ["three", "four", "five"]
    assert receiver.is_quiet


async def test_another_address_takes_over_what_is_pending(
    hook: Hook, bot: BotAccount, phone: Phone, receiver: Receiver, client: PlaygroundClient
) -> None:
    await bot.call("setWebhook", url=NOWHERE)
    for text in ("one", "two", "three"):
        await phone.say(text)
    await client.advance(1)
    assert (await hook.set())["description"] == "Webhook was set"
    assert await receiver.texts(3) == ["one", "two", "three"]


async def two_that_failed(hook: Hook, phone: Phone) -> None:
    """Two updates are pending: their first try met an error, which the server is over now."""
    await hook.set()
    hook.receiver.fail(500)
    for text in ("one", "two"):
        await phone.say(text)
    await hook.receiver.texts(2)
    await hook.failed_with(500)
    hook.receiver.take()


@pytest.mark.parametrize("method", ["setWebhook", "deleteWebhook"])
async def test_dropping_what_is_pending(
    hook: Hook, bot: BotAccount, phone: Phone, receiver: Receiver, method: str
) -> None:
    await two_that_failed(hook, phone)
    await hook.client.advance(1)
    await bot.call(method, url=receiver.url, secret_token="new", drop_pending_updates=True)
    assert (await hook.info())["pending_update_count"] == 0
    if method == "deleteWebhook":
        assert (await bot.call("getUpdates"))["result"] == []
        return
    await phone.say("three")
    assert (await receiver.next()).text == "three"


async def test_dropping_with_the_same_webhook(hook: Hook, phone: Phone, receiver: Receiver) -> None:
    await two_that_failed(hook, phone)
    assert (await hook.set(drop_pending_updates=True))["description"] == "Webhook is already set"
    await phone.say("three")
    await hook.client.advance(2)
    assert (await receiver.next()).text == "three"


async def test_allowed_updates(hook: Hook, phone: Phone, receiver: Receiver) -> None:
    await hook.set(allowed_updates=["edited_message"])
    message_id = await phone.say("not wanted")
    await phone.edit(message_id, "wanted")
    assert (await receiver.next()).kind == "edited_message"
    assert (await hook.info())["allowed_updates"] == ["edited_message"]
    await hook.set(allowed_updates=[])
    assert "allowed_updates" not in await hook.info()


async def test_information_without_a_webhook(hook: Hook, phone: Phone) -> None:
    await phone.say("waits")
    assert await hook.info() == {"url": "", "has_custom_certificate": False, "pending_update_count": 1}


async def test_information_about_failures(
    hook: Hook, phone: Phone, receiver: Receiver, client: PlaygroundClient
) -> None:
    await client.set_clock(1_700_000_000, freeze=True)
    await hook.set(max_connections=7, ip_address="203.0.113.7")
    fresh = {
        "url": receiver.url,
        "has_custom_certificate": False,
        "pending_update_count": 0,
        "max_connections": 7,
        "ip_address": "203.0.113.7",
    }
    assert await hook.info() == fresh
    receiver.fail(500)
    await phone.say("hello")
    await hook.failed_with(500)
    assert await hook.info() == {
        **fresh,
        "pending_update_count": 1,
        "last_error_date": 1_700_000_001,
        "last_error_message": "Wrong response from the webhook: 500 Internal Server Error",
    }
    receiver.take()
    await receiver.texts(2)
    await client.advance(2)
    await hook.is_empty()
    # The last error stays, whatever went well after it.
    assert (await hook.info())["last_error_date"] == 1_700_000_001


@pytest.mark.parametrize(("asked", "kept"), [(None, 40), (0, 1), (1000, 100)])
async def test_connections(hook: Hook, asked: int | None, kept: int) -> None:
    await hook.set(**({} if asked is None else {"max_connections": asked}))
    assert (await hook.info())["max_connections"] == kept


async def test_nobody_listens(hook: Hook, bot: BotAccount, phone: Phone) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/hook"
    await bot.call("setWebhook", url=url)
    await phone.say("hello")
    await error_message(hook, "Connection refused")


async def test_no_answer_comes(hook: Hook, phone: Phone, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "ANSWER_TIMEOUT", 0.05)

    async def never(_: object) -> Any:
        await asyncio.Event().wait()

    await hook.set()
    receiver.answer = never
    await phone.say("hello")
    await error_message(hook, "Read timeout expired")


async def error_message(hook: Hook, wanted: str) -> None:
    async def is_known() -> bool:
        return (await hook.info()).get("last_error_message") == wanted

    await until(is_known)
    assert (await hook.info())["pending_update_count"] == 1


async def test_a_certificate_is_noted(
    bot: BotAccount, client: PlaygroundClient, hook: Hook, receiver: Receiver
) -> None:
    files = {"certificate": ("own.pem", b"-----BEGIN CERTIFICATE-----")}
    await client.http.post(f"/bot{bot.token}/setWebhook", data={"url": receiver.url}, files=files)
    assert (await hook.info())["has_custom_certificate"] is True


@pytest.mark.parametrize(
    ("secret", "description"),
    [
        ("a" * 257, "Bad Request: secret token is too long"),
        ("with space", "Bad Request: secret token contains unallowed characters"),
        ("umlaut-ü", "Bad Request: secret token contains unallowed characters"),
        ("line\n", "Bad Request: secret token contains unallowed characters"),
    ],
)
async def test_a_wrong_secret(hook: Hook, secret: str, description: str) -> None:
    assert refusal(await hook.set(secret_token=secret)) == (400, description)
    assert (await hook.info())["url"] == ""


@pytest.mark.parametrize(
    "url", ["http://", "ftp://example.com/", "http://a b/", "http://example.com:port/", "https://[::"]
)
async def test_an_address_that_is_none(bot: BotAccount, url: str) -> None:
    assert refusal(await bot.call("setWebhook", url=url)) == (400, "Bad Request: invalid webhook URL specified")


class TestStrict:
    """As api.telegram.org: only HTTPS to public addresses."""

    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(flood=None, local=False)

    @pytest.mark.parametrize(
        ("url", "description"),
        [
            ("http://203.0.113.7/", "An HTTPS URL must be provided for webhook"),
            ("https://203.0.113.7:8081/", "Webhook can be set up only on ports 80, 88, 443 or 8443"),
            ("https://127.0.0.1/", "IP address 127.0.0.1 is reserved"),
            ("https://10.1.2.3:8443/", "IP address 10.1.2.3 is reserved"),
        ],
    )
    async def test_refused(self, bot: BotAccount, url: str, description: str) -> None:
        assert refusal(await bot.call("setWebhook", url=url)) == (400, f"Bad Request: bad webhook: {description}")

    async def test_accepted(self, bot: BotAccount) -> None:
        assert (await bot.call("setWebhook", url="https://8.8.8.8:8443/"))["ok"]
        assert (await bot.call("getWebhookInfo"))["result"]["ip_address"] == "8.8.8.8"
