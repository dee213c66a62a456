"""What a bot's author relies on, seen through python-telegram-bot and aiogram, by polling and by webhook.

One playground and one bot serve all tests of a combination; each test has a phone of its own.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from PIL import Image

from playground.app import Playground
from playground.phone import BotAccount, Phone, PlaygroundClient
from playground.server import RunningPlayground
from playground.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.playground.frameworks.runners import Mode, Runner

pytestmark = pytest.mark.asyncio(loop_scope="module")

SAMPLES = ["backlink-screenshot.jpg", "citation-listing.jpg", "rankings-chart.jpg"]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served() -> AsyncIterator[PlaygroundClient]:
    playground = Playground(Settings(flood=None))
    async with RunningPlayground(playground) as running, PlaygroundClient(running.url) as client:
        yield client


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def runner(framework: type[Runner], mode: Mode, served: PlaygroundClient) -> AsyncIterator[Runner]:
    bot = await served.add_bot()
    made = framework(served.url, bot.token, mode)
    await made.start()
    yield made
    await made.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def stranger(served: PlaygroundClient, runner: Runner) -> Phone:
    """A phone that has not written to the bot yet."""
    bots = await served.request("GET", "bots")
    found = next(each for each in bots if each["token"] == runner.token)
    return await served.add_phone(BotAccount(served, found["id"], found["token"], found["username"]), "<Ayesha> & co")


@pytest_asyncio.fixture(loop_scope="module")
async def ayesha(stranger: Phone) -> Phone:
    await stranger.open()
    await stranger.wait_for("Hello")
    return stranger


async def test_start_and_deep_link(stranger: Phone, served: PlaygroundClient) -> None:
    await stranger.open()
    screen = await stranger.wait_for("Hello, <Ayesha> & co!")
    assert "ℹ️ About" in [button.text for button in screen.buttons]
    await stranger.open("invite-42_x")
    await stranger.wait_for("You came with invite-42_x.")
    assert not await served.calls(failed=1, chat_id=stranger.user_id)


async def test_the_menu_shows_the_commands_of_private_chats(ayesha: Phone) -> None:
    assert (await ayesha.screen()).commands[:2] == ["start", "quiz"]


async def test_an_alert(ayesha: Phone) -> None:
    await ayesha.tap("ℹ️ About")
    screen = await ayesha.wait_for("A small bot")
    assert screen.toast is not None
    assert screen.toast["alert"]
    assert not any(button.waiting for button in screen.buttons)


async def test_an_edited_message_edits_its_card(ayesha: Phone) -> None:
    message_id = await ayesha.say("a typo")
    card = (await ayesha.wait_for("a typo")).last
    await ayesha.edit(message_id, "no typo")
    screen = await ayesha.wait_for("no typo")
    assert screen.last.id == card.id
    assert screen.last.buttons[0].text == "Share"


async def test_a_photo_in_and_out(ayesha: Phone, served: PlaygroundClient, runner: Runner) -> None:
    await ayesha.send_photo()
    screen = await ayesha.wait_for("Share 1 photo")
    shown, back = screen.messages[-2:]
    assert back.media is not None
    assert shown.media is not None
    assert (back.media["width"], back.media["height"]) == (shown.media["width"], shown.media["height"])
    sent = (await served.calls(method="sendPhoto", chat_id=ayesha.user_id))[-1]
    content = await runner.download(sent["params"]["photo"])
    with Image.open(BytesIO(content)) as picture:
        assert picture.format == "JPEG"
        assert picture.size == (back.media["width"], back.media["height"])
    assert f"{back.media['width']} × {back.media['height']}" in back.text
    assert content == (await served.http.get(back.media["url"])).content


async def test_an_album_in(ayesha: Phone) -> None:
    sent = await ayesha.send_album(list(SAMPLES), caption="three")
    assert len(sent) == 3
    await ayesha.wait_for("3 photos so far.")
    await ayesha.tap("3 photos · Done")
    await ayesha.wait_for("Share 3 photos with the others?")


async def test_an_album_out(ayesha: Phone) -> None:
    await ayesha.say("/album")
    screen = await ayesha.wait_for(lambda screen: screen.last.text == "Dusk")
    album = screen.messages[-3:]
    assert [message.text for message in album] == ["Dawn", "Noon", "Dusk"]
    assert len({message.json["media_group_id"] for message in album}) == 1
    assert all(message.media is not None and message.media["width"] == 480 for message in album)


async def test_a_document_in_and_out(ayesha: Phone, served: PlaygroundClient, runner: Runner) -> None:
    content = bytes(range(256)) * 40
    await ayesha.send_document(("Überblick <1>.bin", content))
    screen = await ayesha.wait_for("Share 1 document")
    assert "Überblick <1>.bin" in screen.last.text
    assert screen.last.media is not None
    assert (screen.last.media["file_name"], screen.last.media["file_size"]) == ("Überblick <1>.bin", len(content))
    sent = (await served.calls(method="sendDocument", chat_id=ayesha.user_id))[-1]
    assert await runner.download(sent["params"]["document"]) == content


async def test_a_reply_keyboard(ayesha: Phone) -> None:
    await ayesha.say("/quiz")
    screen = await ayesha.wait_for("Which planet is nearest to the Sun?")
    assert screen.reply_buttons[:3] == ["Mars", "Mercury", "Venus"]
    await ayesha.tap("Mercury")
    await ayesha.wait_for("Right!")


async def test_a_forced_reply(ayesha: Phone) -> None:
    await ayesha.say("/name")
    screen = await ayesha.wait_for("What shall I call you?")
    assert screen.json["force_reply"]["message_id"] == screen.last.id
    await ayesha.say("A. <K>", reply_to=screen.last.id)
    screen = await ayesha.wait_for("Nice to meet you, A. <K>.")
    assert screen.json["force_reply"] is None


async def test_inline_results(ayesha: Phone) -> None:
    found = await ayesha.inline("a < b")
    assert found["results"][0]["title"] == "Bold"
    await ayesha.choose(found["inline_query_id"], "bold")
    screen = await ayesha.wait_for(
        lambda screen: screen.messages[-1].text == "a < b" or screen.messages[-2].text == "a < b"
    )
    chosen = next(message for message in screen.messages if message.text == "a < b")
    assert chosen.json["entities"] == [{"offset": 0, "length": 5, "type": "bold"}]
    assert chosen.json["via_bot"] == ayesha.bot.username


async def test_flooding(ayesha: Phone, runner: Runner, served: PlaygroundClient) -> None:
    await served.order_fault("429", method="sendMessage", chat_id=ayesha.user_id, retry_after=7)
    with pytest.raises(runner.flooded) as caught:
        await runner.send(ayesha.user_id, "too fast")
    error: Any = caught.value
    wait = error.retry_after
    assert getattr(wait, "total_seconds", lambda: wait)() == 7
