"""An invite link that is pasted counts as opened: people copy links more often than they tap them."""

from __future__ import annotations

import pytest

from handlers.account.routes import token_in
from tests.flows.account_help import CLOSED, accept, kept_in_the_database, to_password, token_for
from tests.flows.reading import labels
from tests.flows.stage import Stage

WAYS = (
    "https://t.me/office_bot?start={token}",
    "http://T.ME/Office_Bot?start={token}",
    "t.me/office_bot?start={token}.",
    "telegram.me/office_bot?start={token}",
    "tg://resolve?domain=office_bot&start={token}",
    "tg://resolve?start={token}&domain=office_bot",
    "Bilal, this link lets you into MT Web Experts (https://t.me/office_bot?start={token}). It works once.",
    "first https://t.me/other_bot?start=abc, then https://t.me/office_bot?start={token}!",
)


@pytest.mark.parametrize("way", WAYS)
def test_a_link_is_found_among_words(way: str) -> None:
    assert token_in(way.format(token="aB-3_x"), "office_bot") == "aB-3_x"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "t.me/office_bot",
        "https://t.me/office_bot?start=",
        "https://t.me/other_bot?start=abc",
        "?start=abc",
    ],
)
def test_other_texts_are_none(text: str) -> None:
    assert token_in(text, "office_bot") is None


async def test_a_stranger_pastes_a_link(stage: Stage) -> None:
    token = await token_for(stage)
    phone = await stage.stranger()
    await phone.open()
    await phone.wait_for("or paste it here")
    await phone.say(f"I got this: https://t.me/office_bot?start={token} ok?")
    await phone.wait_for("Is that you?")
    await phone.tap("✅ Accept")
    await phone.wait_for("Hello Bilal")
    await stage.restart()
    assert token not in await kept_in_the_database(stage)


async def test_a_link_behind_a_word_and_one_below_a_photo(stage: Stage) -> None:
    link = f"https://t.me/office_bot?start={await token_for(stage)}"
    phone = await stage.stranger()
    await phone.say("Your invite", links={"invite": link})
    await phone.wait_for("Is that you?")
    await phone.send_photo(caption=link)
    await phone.wait_for("Is that you?")


async def test_who_is_in_pastes_a_link(stage: Stage) -> None:
    admin = await stage.admin("Nadia")
    await admin.phone.say(f"t.me/office_bot?start={await token_for(stage)}")
    await admin.phone.wait_for("This chat is Nadia’s.")


async def test_a_pasted_link_that_does_not_work_says_why(stage: Stage) -> None:
    phone = await stage.stranger()
    await phone.say("https://t.me/office_bot?start=abc")
    screen = await phone.wait_for("A part of this link is missing.")
    assert labels(screen.last) == ["🔑 Log in"]
    await phone.say("https://t.me/other_bot?start=abc")
    await phone.wait_for(CLOSED)


async def test_a_link_ends_the_log_in_that_was_under_way(stage: Stage) -> None:
    """Otherwise the next message would be taken for the password, and deleted."""
    phone = await stage.stranger()
    await to_password(phone, "bilal@example.com")
    await accept(phone, await token_for(stage))
    await phone.wait_for("Hello Bilal")
    await stage.settled()
    assert "Now type the password" not in str(await phone.screen())
    said = await phone.say("good morning")
    screen = await phone.wait_for("I do not know what to do with that.")
    assert any(message.id == said for message in screen.messages)
