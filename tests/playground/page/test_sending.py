"""What a person does with a phone, as the bot gets it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from playground.samples import FOLDER as SAMPLES
from tests.playground.page.conftest import BILAL

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.playground.page.conftest import Desk

pytestmark = pytest.mark.asyncio(loop_scope="module")

PICTURE = SAMPLES / "backlink-screenshot.jpg"
PICTURES = [PICTURE, SAMPLES / "receipt-with-gps.jpg", SAMPLES / "citation-listing.jpg"]


async def test_start_begins_the_chat(fresh_desk: Desk) -> None:
    desk = fresh_desk
    await desk.bot("setMyDescription", description="I count work and pay for it.")
    await expect(desk.phone.get_by_text("What can this bot do?")).to_be_visible()
    await expect(desk.phone.get_by_text("I count work and pay for it.")).to_be_visible()
    await expect(desk.input).to_be_hidden()
    await desk.phone.get_by_role("button", name="Start", exact=True).click()
    assert (await desk.bot.update("message"))["text"] == "/start"
    await expect(desk.input).to_be_focused()
    await expect(desk.bubble("/start")).to_be_visible()
    await expect(desk.phone.get_by_text("What can this bot do?")).to_be_hidden()


async def test_enter_sends_and_shift_enter_breaks_the_line(desk: Desk) -> None:
    await desk.input.fill("one")
    await desk.input.press("Shift+Enter")
    await desk.page.keyboard.type("two")
    await desk.input.press("Enter")
    assert (await desk.last_said())["text"] == "one\ntwo"
    await expect(desk.input).to_be_empty()
    await expect(desk.phone.locator(".message.is-out").last.locator(".body")).to_have_text("one\ntwo")


async def test_a_refused_text_comes_back_with_the_reason(desk: Desk) -> None:
    await desk.input.fill("x" * 4097)
    await desk.input.press("Enter")
    await expect(desk.phone.locator(".toast.is-error")).to_contain_text("4096")
    await expect(desk.input).to_have_value("x" * 4097)


async def test_a_picture_from_disk_goes_as_a_photo(desk: Desk) -> None:
    await choose_files(desk, "Photo", [PICTURE])
    dialog = desk.page.get_by_role("dialog", name="Send 1 photo")
    await dialog.get_by_label("Caption").fill("Backlink 1")
    await dialog.get_by_role("button", name="Send").click()
    message = await desk.last_said()
    assert message["caption"] == "Backlink 1"
    assert message["photo"]
    await expect(desk.phone.get_by_role("button", name="Photo from you: Backlink 1")).to_be_visible()


async def test_a_picture_goes_without_compression_if_asked(desk: Desk) -> None:
    await choose_files(desk, "Photo", [PICTURE])
    dialog = desk.page.get_by_role("dialog", name="Send 1 photo")
    await dialog.get_by_label("Send without compression, as a file").check()
    await dialog.get_by_role("button", name="Send").click()
    document = (await desk.last_said())["document"]
    assert isinstance(document, dict)
    assert (document["file_name"], document["file_size"]) == (PICTURE.name, PICTURE.stat().st_size)


async def test_several_pictures_go_as_an_album(desk: Desk) -> None:
    await choose_files(desk, "Photo", PICTURES)
    dialog = desk.page.get_by_role("dialog", name="Send 3 photos")
    await dialog.get_by_label("Caption").fill("Three")
    await dialog.get_by_label("Caption").press("Enter")
    groups = [(await desk.last_said())["media_group_id"] for _ in PICTURES]
    assert len(set(groups)) == 1
    await expect(desk.bubble("Three").locator(".photo")).to_have_count(3)


async def test_a_document_goes_as_it_is(desk: Desk) -> None:
    await choose_files(desk, "File", [SAMPLES / "work-report.pdf"])
    await desk.page.get_by_role("dialog", name="Send 1 file").get_by_role("button", name="Send").click()
    document = (await desk.last_said())["document"]
    assert isinstance(document, dict)
    assert document["mime_type"] == "application/pdf"
    await expect(desk.phone.get_by_role("link", name=re.compile("work-report.pdf.*open"))).to_be_visible()


async def test_samples_go_alone_and_as_an_album(desk: Desk) -> None:
    dialog = desk.page.get_by_role("dialog", name="Send a sample")
    await attach(desk, "Sample")
    await dialog.get_by_role("button", name="Send").click()
    await expect(dialog.get_by_role("alert")).to_have_text("Choose at least one.")
    await dialog.get_by_label("rankings-chart.jpg").check()
    await dialog.get_by_role("button", name="Send").click()
    assert (await desk.last_said())["photo"]
    await attach(desk, "Sample")
    await dialog.get_by_label("rankings-chart.jpg").check()
    await dialog.get_by_label("receipt-with-gps.jpg").check()
    await dialog.get_by_role("button", name="Send").click()
    assert (await desk.last_said())["media_group_id"] == (await desk.last_said())["media_group_id"]


async def test_own_messages_are_edited_in_place(desk: Desk) -> None:
    await desk.stage.on_phone(desk.user_id, "say", text="12 backlinsk")
    await act(desk, "12 backlinsk", "Edit")
    await expect(desk.phone.locator(".mode-bar")).to_contain_text("Edit message")
    await expect(desk.input).to_have_value("12 backlinsk")
    await desk.input.fill("12 backlinks")
    await desk.input.press("Enter")
    assert (await desk.bot.update("edited_message"))["text"] == "12 backlinks"
    await expect(desk.bubble("12 backlinks").locator(".meta")).to_contain_text("edited")
    await expect(desk.bubble("12 backlinsk")).to_have_count(0)
    await desk.input.press("ArrowUp")
    await expect(desk.input).to_have_value("12 backlinks")
    await desk.input.press("Escape")
    await expect(desk.input).to_be_empty()


async def test_messages_are_deleted_replied_to_and_forwarded(desk: Desk) -> None:
    message_id = await desk.say("Which business?")
    await act(desk, "Which business?", "Reply")
    await desk.input.fill("Oakline")
    await desk.input.press("Enter")
    message = await desk.last_said()
    assert isinstance(message["reply_to_message"], dict)
    assert message["reply_to_message"]["message_id"] == message_id
    await desk.bubbles.filter(has_text="Oakline").get_by_role("button", name="Which business?").click()
    question = desk.phone.locator(f"[data-message-id='{message_id}']")
    await expect(question).to_be_focused()
    await desk.page.keyboard.press("Enter")
    await desk.page.get_by_role("menuitem", name="Forward to this chat").click()
    assert (await desk.last_said())["forward_origin"]
    await expect(desk.phone.locator(".forward-from")).to_have_text("Forwarded from Checks")
    await act(desk, "Oakline", "Delete")
    await expect(desk.phone.locator(".message.is-out .body").filter(has_text="Oakline")).to_have_count(0)


async def test_a_foreign_text_is_forwarded(desk: Desk) -> None:
    await phone_menu(desk, "Forward a text…")
    dialog = desk.page.get_by_role("dialog", name="Forward a text")
    await dialog.get_by_label("Text").fill("Please pay me")
    await dialog.get_by_label("Written by").fill("Sana")
    await dialog.get_by_role("button", name="Forward").click()
    message = await desk.last_said()
    assert message["text"] == "Please pay me"
    assert isinstance(message["forward_origin"], dict)
    assert message["forward_origin"]["sender_user_name"] == "Sana"


async def test_a_deep_link_opens_from_the_phones_menu(desk: Desk) -> None:
    await phone_menu(desk, "Open a link…")
    dialog = desk.page.get_by_role("dialog", name="Open a link")
    await dialog.get_by_label("Link, or its start payload").fill("https://t.me/other_bot?start=x")
    await dialog.get_by_role("button", name="Open").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("Not a link to @checks_bot")
    await dialog.get_by_label("Link, or its start payload").fill("https://t.me/checks_bot?start=invite_7")
    await dialog.get_by_role("button", name="Open").click()
    assert (await desk.last_said())["text"] == "/start invite_7"


async def test_a_tapped_deep_link_opens_in_the_phone_of_ones_choice(desk: Desk) -> None:
    await desk.say("Your invite: https://t.me/checks_bot?start=abc")
    link = desk.phone.get_by_role("link", name="https://t.me/checks_bot?start=abc")
    await link.click()
    await desk.page.get_by_role("menuitem", name=f"Open as {BILAL}").click()
    message = await desk.last_said()
    assert message["text"] == "/start abc"
    assert isinstance(message["from"], dict)
    assert message["from"]["first_name"] == "Bilal"
    await desk.say(
        "Again", reply_markup={"inline_keyboard": [[{"text": "Go", "url": "https://t.me/checks_bot?start=d"}]]}
    )
    await desk.phone.get_by_role("button", name="Go (link)").click()
    await desk.page.get_by_role("menuitem", name="Open here").click()
    message = await desk.last_said()
    assert message["text"] == "/start d"
    assert isinstance(message["from"], dict)
    assert message["from"]["id"] == desk.user_id


async def test_a_blocked_bot_cannot_write_until_it_is_unblocked(desk: Desk) -> None:
    await phone_menu(desk, "Block the bot")
    await desk.page.get_by_role("dialog", name="Block this bot?").get_by_role("button", name="Block").click()
    assert (await desk.bot.update("my_chat_member"))["new_chat_member"]["status"] == "kicked"
    await expect(desk.input).to_be_hidden()
    answer = await desk.bot.raw("sendMessage", chat_id=desk.user_id, text="Hello?")
    assert answer["error_code"] == 403
    await desk.phone.get_by_role("button", name="Unblock", exact=True).click()
    assert (await desk.bot.update("my_chat_member"))["new_chat_member"]["status"] == "member"
    await expect(desk.input).to_be_visible()


async def test_inline_results_stand_above_the_input(desk: Desk) -> None:
    await desk.input.fill("@checks_bot oak")
    query = await desk.bot.update("inline_query")
    assert query["query"] == "oak"
    results = [
        {"type": "article", "id": str(n), "title": f"Oakline {n}", "description": "Leeds",
         "input_message_content": {"message_text": f"Order of Oakline {n}"}} for n in range(3)
    ]  # fmt: skip
    await desk.bot("answerInlineQuery", inline_query_id=query["id"], results=results, cache_time=0)
    await expect(desk.phone.get_by_role("option")).to_have_text([re.compile(f"Oakline {n}.*Leeds") for n in range(3)])
    await desk.input.press("ArrowDown")
    await desk.input.press("ArrowDown")
    await desk.input.press("Enter")
    bubble = desk.bubble("Order of Oakline 1")
    await expect(bubble.locator(".via-bot")).to_have_text("via @checks_bot")
    await expect(desk.input).to_be_empty()
    await expect(desk.phone.get_by_role("option")).to_have_count(0)


async def test_a_switch_button_begins_an_inline_query(desk: Desk) -> None:
    await desk.say(
        "Search", reply_markup={"inline_keyboard": [[{"text": "Find", "switch_inline_query_current_chat": "leeds"}]]}
    )
    await desk.phone.get_by_role("button", name="Find (inline search)").click()
    await expect(desk.input).to_have_value("@checks_bot leeds")
    assert (await desk.bot.update("inline_query"))["query"] == "leeds"


async def choose_files(desk: Desk, item: str, files: Sequence[Path]) -> None:
    async with desk.page.expect_file_chooser() as chooser:
        await attach(desk, item)
    await (await chooser.value).set_files([str(each) for each in files])


async def attach(desk: Desk, item: str) -> None:
    await desk.phone.get_by_role("button", name="Attach").click()
    await desk.page.get_by_role("menuitem", name=item, exact=True).click()


async def phone_menu(desk: Desk, item: str) -> None:
    await desk.phone.get_by_role("button", name="Phone menu").click()
    await desk.page.get_by_role("menuitem", name=item).click()


async def act(desk: Desk, text: str, item: str) -> None:
    """Chooses from the menu of the newest message with that text."""
    bubble = desk.bubble(text).last
    await bubble.hover()
    await bubble.get_by_role("button", name="Message actions").click()
    await desk.page.get_by_role("menuitem", name=item, exact=True).click()
