"""The example bot between two phones. What every framework's bot does is in `frameworks/`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from playground.example.sending import cut, file_size
from tests.playground.frameworks.runners import PythonTelegramBot

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playground.phone import BotAccount, Phone, PlaygroundClient

LISTS_MODULES = "import sys, playground.example.bot; print(*(name for name in sys.modules if 'playground' in name))"


@pytest.fixture
async def bot(served: PlaygroundClient) -> AsyncIterator[BotAccount]:
    made = await served.add_bot(username="example_bot")
    runner = PythonTelegramBot(served.url, made.token, "webhook")
    await runner.start()
    yield made
    await runner.stop()


@pytest.fixture
async def ayesha(served: PlaygroundClient, bot: BotAccount) -> Phone:
    return await started(await served.add_phone(bot, "Ayesha"))


@pytest.fixture
async def bilal(served: PlaygroundClient, bot: BotAccount) -> Phone:
    return await started(await served.add_phone(bot, "Bilal"))


async def started(phone: Phone) -> Phone:
    await phone.open()
    await phone.wait_for("Hello")
    return phone


async def share(phone: Phone) -> None:
    await phone.tap("Share")
    await phone.wait_for("Shared with 1 person.")


def test_it_knows_nothing_of_the_server() -> None:
    root = Path(__file__).parents[2]
    listed = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", LISTS_MODULES], cwd=root, capture_output=True, text=True, check=True
    )
    assert {name for name in listed.stdout.split() if not name.startswith("playground.example")} == {"playground"}


async def test_an_edit_reaches_the_other_phone(ayesha: Phone, bilal: Phone) -> None:
    message_id = await ayesha.say("Met at 5 & <late>")
    await ayesha.wait_for("Share this")
    await share(ayesha)
    copy = (await bilal.wait_for("Ayesha\nMet at 5 & <late>")).last
    await ayesha.edit(message_id, "Met at 6 & <late>")
    await ayesha.wait_for("Shared with 1 person.\nMet at 6 & <late>")
    screen = await bilal.wait_for("Ayesha\nMet at 6 & <late>")
    assert (screen.last.id, screen.last.is_edited) == (copy.id, True)


async def test_albums_and_files_reach_the_other_phone(ayesha: Phone, bilal: Phone) -> None:
    await ayesha.send_album(["work-report.pdf", "backlinks.csv"], kind="document", caption="Two files")
    await ayesha.wait_for("2 documents · Done")
    await ayesha.tap("2 documents · Done")
    await ayesha.wait_for("Share 2 documents with the others?")
    await share(ayesha)
    screen = await bilal.wait_for("Ayesha\nTwo files")
    assert [message.media and message.media["file_name"] for message in screen.messages[-2:]] == [
        "work-report.pdf",
        "backlinks.csv",
    ]
    message_id = await bilal.send_document("backlinks.csv", caption="One")
    await bilal.wait_for("Share 1 document")
    await share(bilal)
    await ayesha.wait_for("Bilal\nOne")
    await bilal.edit(message_id, "One, corrected")
    await ayesha.wait_for("Bilal\nOne, corrected")
    await ayesha.say("/wall")
    screen = await ayesha.wait_for("2 posts")
    assert screen.last.media is not None
    wall = (await ayesha.client.http.get(screen.last.media["url"])).text
    assert wall == "Ayesha: Two files\nBilal: One, corrected\n"


async def test_nothing_is_a_dead_end(ayesha: Phone, bot: BotAccount, served: PlaygroundClient) -> None:
    await ayesha.say("/wall")
    await ayesha.wait_for("Nothing was shared yet.")
    await ayesha.say("alone")
    await ayesha.wait_for("Share this")
    await ayesha.tap("Share")
    screen = await ayesha.wait_for("Nobody else is here yet.")
    assert screen.toast is not None
    assert screen.toast["alert"]
    await ayesha.tap("Discard")
    await ayesha.wait_for("Discarded. Nobody else saw it.")
    await ayesha.say("/frobnicate")
    await ayesha.wait_for("I know texts, photos and files")
    await ayesha.share_contact()
    await ayesha.wait_for("I know texts, photos and files")
    old = {"inline_keyboard": [[{"text": "Old", "callback_data": "share:999"}]]}
    await bot.call("sendMessage", chat_id=ayesha.user_id, text="From before the restart", reply_markup=old)
    await ayesha.tap("Old")
    await ayesha.wait_for("I was restarted and forgot this one.")
    await ayesha.wait_for(lambda screen: not screen.last.buttons)
    assert not await served.calls(failed=1)


async def test_somebody_who_blocked_the_bot_is_left_out(ayesha: Phone, bilal: Phone, served: PlaygroundClient) -> None:
    await served.order_fault("late", method="my_chat_member", seconds=60)
    await bilal.block()
    await ayesha.say("anybody?")
    await ayesha.wait_for("Share this")
    await ayesha.tap("Share")
    screen = await ayesha.wait_for("Nobody else is here yet.")
    assert [button.text for button in screen.buttons][:2] == ["Share", "Discard"]


async def test_it_waits_when_it_is_told_to(ayesha: Phone, bilal: Phone, served: PlaygroundClient) -> None:
    await ayesha.say("patience")
    await ayesha.wait_for("Share this")
    await served.order_fault("429", method="sendMessage", chat_id=bilal.user_id, retry_after=1)
    await share(ayesha)
    await bilal.wait_for("patience")
    first, second = await served.calls(method="sendMessage", chat_id=bilal.user_id, after=await last_greeting(bilal))
    assert (first["error_code"], second["ok"]) == (429, True)
    assert second["at"] - first["at"] >= 1


async def last_greeting(phone: Phone) -> int:
    calls = await phone.client.calls(method="sendMessage", chat_id=phone.user_id)
    return next(int(call["id"]) for call in calls if call["params"]["text"].startswith("Hello"))


async def test_the_whole_quiz(ayesha: Phone) -> None:
    await ayesha.tap("🎯 Quiz")
    await ayesha.wait_for("Which planet")
    await ayesha.say("No answer, a post")
    await ayesha.wait_for("Share this")
    await ayesha.tap("Venus")
    await ayesha.wait_for("It is Mercury.")
    await ayesha.tap("100")
    await ayesha.wait_for("Right!")
    await ayesha.tap("4096 characters")
    screen = await ayesha.wait_for("Right! That was the last one.")
    assert not screen.reply_buttons


async def test_a_name_of_ones_own(ayesha: Phone, bilal: Phone) -> None:
    await ayesha.tap("✏️ Name")
    question = (await ayesha.wait_for("What shall I call you?")).last
    await ayesha.say("A\nvery <b>long</b> name " + "n" * 60, reply_to=question.id)
    await ayesha.wait_for("Nice to meet you, A very <b>long</b> name nnnnnnnnnnnnnnn….")
    await ayesha.say("hello")
    await ayesha.wait_for("Share this")
    await share(ayesha)
    await bilal.wait_for("A very <b>long</b> name nnnnnnnnnnnnnnn…\nhello")


async def test_texts_as_long_as_a_phone_sends(ayesha: Phone, bilal: Phone) -> None:
    await ayesha.say("&" * 4096)
    await ayesha.wait_for("Share this")
    await share(ayesha)
    await bilal.wait_for("&" * 3799 + "…")
    await ayesha.send_photo(caption="<" * 1024)
    await ayesha.wait_for("Share 1 photo")
    await share(ayesha)
    await bilal.wait_for("<" * 899 + "…")


def test_sizes() -> None:
    assert [file_size(size) for size in (0, 999, 1000, 1_234_567)] == ["0 bytes", "999 bytes", "1.0 kB", "1.2 MB"]
    assert (cut("abc", 3), cut("abcd", 3)) == ("abc", "ab…")
