"""People who come and go, tokens that end, second instances and restarts: a bot of its own for each test."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playground.phone import BotAccount, Phone, PlaygroundClient, ShownMessage
    from tests.playground.frameworks.runners import Mode, Runner

POLL_CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
PAUSE = 4
"""Seconds after which a repeated offset, or a second conflict, makes nobody wait any more."""


@pytest.fixture
async def bot(served: PlaygroundClient) -> BotAccount:
    return await served.add_bot()


@pytest.fixture
async def runner(
    framework: type[Runner], mode: Mode, served: PlaygroundClient, bot: BotAccount
) -> AsyncIterator[Runner]:
    made = framework(served.url, bot.token, mode)
    await made.start()
    yield made
    await stop(made, served)


async def stop(runner: Runner, client: PlaygroundClient) -> None:
    """Stops a bot. Its last poll has the offset of the one before, and would wait for 3 s if these were not over."""
    await client.advance(PAUSE)
    await runner.stop()


@pytest.fixture
async def ayesha(served: PlaygroundClient, bot: BotAccount, runner: Runner) -> Phone:  # noqa: ARG001 - runs
    return await started(await served.add_phone(bot, "Ayesha"))


@pytest.fixture
async def bilal(served: PlaygroundClient, bot: BotAccount, runner: Runner) -> Phone:  # noqa: ARG001 - runs
    return await started(await served.add_phone(bot, "Bilal"))


async def started(phone: Phone) -> Phone:
    await phone.open()
    await phone.wait_for("Hello")
    return phone


async def all_taken(bot: BotAccount) -> None:
    """Waits until no update is left to be fetched or delivered."""
    async with asyncio.timeout(10):
        while (await bot.call("getWebhookInfo"))["result"]["pending_update_count"]:
            pass


async def poll_refused(client: PlaygroundClient) -> dict[str, Any]:
    """The first getUpdates that was refused, once there is one."""
    async with asyncio.timeout(10):
        while not (found := await client.calls(method="getUpdates", failed=1)):
            pass
    return found[0]


async def test_two_phones_a_card_a_toast_an_edit_in_place(ayesha: Phone, bilal: Phone) -> None:
    await ayesha.say("1 < 2 & <b>true</b>")
    card = (await ayesha.wait_for("Share this")).last
    assert card.json["reply_to"]["text"] == "1 < 2 & <b>true</b>"
    await ayesha.tap("Share")
    screen = await ayesha.wait_for("Shared with 1 person.")
    assert (screen.last.id, screen.last.is_edited) == (card.id, True)
    assert not screen.last.buttons
    assert screen.toast is not None
    assert (screen.toast["text"], screen.toast["alert"]) == ("Sharing it …", False)
    await bilal.wait_for("1 < 2 & <b>true</b>")


async def test_blocked_by_the_user(
    ayesha: Phone, bilal: Phone, bot: BotAccount, runner: Runner, served: PlaygroundClient
) -> None:
    await bilal.block()
    with pytest.raises(runner.forbidden, match=r"(?i)bot was blocked by the user"):
        await runner.send(bilal.user_id, "Are you there?")
    await all_taken(bot)
    await ayesha.say("anybody?")
    await ayesha.wait_for("Share this")
    await ayesha.tap("Share")
    # The bot was told by my_chat_member, so it does not even try.
    await ayesha.wait_for("Nobody else is here yet.")
    assert len(await served.calls(failed=1)) == 1


async def test_a_revoked_token(bot: BotAccount, ayesha: Phone, runner: Runner, served: PlaygroundClient) -> None:
    await bot.revoke()
    with pytest.raises(runner.unauthorized):
        await runner.send(ayesha.user_id, "hello?")
    refused = (await served.calls(method="sendMessage", failed=1))[-1]
    assert (refused["error_code"], refused["description"]) == (401, "Unauthorized")


async def test_a_restart_loses_and_repeats_nothing(
    ayesha: Phone, bot: BotAccount, runner: Runner, served: PlaygroundClient
) -> None:
    await ayesha.say("zero")
    await ayesha.wait_for("zero")
    await all_taken(bot)
    await stop(runner, served)
    for text in ("one", "two", "three"):
        await ayesha.say(text)
    await runner.start()
    screen = await ayesha.wait_for(lambda screen: cards(screen.messages) == ["zero", "one", "two", "three"])
    await all_taken(bot)
    await stop(runner, served)
    await runner.start()
    await ayesha.say("four")
    screen = await ayesha.wait_for("four")
    assert cards(screen.messages) == ["zero", "one", "two", "three", "four"]


@pytest.mark.parametrize("mode", ["polling"])
async def test_a_second_poller(ayesha: Phone, bot: BotAccount, served: PlaygroundClient) -> None:
    await all_taken(bot)
    second = asyncio.create_task(bot.call("getUpdates", timeout=50))
    # It ends the bot's own poll. The bot polls again, and so ends the second one.
    assert (await poll_refused(served))["error_code"] == 409
    await served.advance(PAUSE)
    answer = await second
    assert (answer["error_code"], answer["description"]) == (409, POLL_CONFLICT)
    await ayesha.say("still there?")
    await ayesha.wait_for("still there?")


@pytest.mark.parametrize("mode", ["polling"])
async def test_a_webhook_set_elsewhere_pauses_a_poller(
    ayesha: Phone, bot: BotAccount, served: PlaygroundClient
) -> None:
    await bot.call("setWebhook", url="http://127.0.0.1:9/nobody-listens")
    assert (await poll_refused(served))["error_code"] == 409
    await ayesha.say("while it was set")
    await bot.call("deleteWebhook")
    await ayesha.wait_for("while it was set")


def cards(messages: list[ShownMessage]) -> list[str]:
    """The texts of the cards, in the order in which they came."""
    return [
        message.text.removeprefix("Share this with the others?\n")
        for message in messages
        if not message.is_mine and message.text.startswith("Share this")
    ]
