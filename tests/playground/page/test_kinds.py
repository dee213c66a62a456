"""What a person sends beside texts and files, and what the page shows of it; links, captions, directions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.playground.page.test_sending import act, attach, phone_menu

if TYPE_CHECKING:
    from playwright.async_api import FilePayload

    from tests.playground.page.conftest import Desk

pytestmark = pytest.mark.asyncio(loop_scope="module")

LINE_STARTS = """(body) => {
  const text = body.firstChild;
  const box = body.closest(".text").getBoundingClientRect();
  const lines = text.data.split("\\n");
  let at = 0;
  return lines.map((line) => {
    const range = document.createRange();
    range.setStart(text, at);
    range.setEnd(text, at + line.length);
    at += line.length + 1;
    const { left, right } = range.getBoundingClientRect();
    return left - box.left < box.right - right ? "left" : "right";
  });
}"""


@pytest.mark.parametrize(
    ("item", "kind", "selector"),
    [
        ("Voice message", "voice", ".document-name"),
        ("Music", "audio", ".document-name"),
        ("Video", "video", ".clip.is-video"),
        ("Round video", "video_note", ".clip.is-video_note"),
        ("GIF", "animation", ".clip.is-animation"),
        ("Sticker", "sticker", ".sticker"),
    ],
)
async def test_a_clip_is_made_up_and_shown(desk: Desk, item: str, kind: str, selector: str) -> None:
    await attach(desk, item)
    dialog = desk.page.get_by_role("dialog", name=item, exact=True)
    captioned = kind not in {"video_note", "sticker"}
    await expect(dialog.get_by_label("Caption")).to_have_count(int(captioned))
    if captioned:
        await dialog.get_by_label("Caption").fill("With words")
    await dialog.get_by_role("button", name="Send").click()
    message = await desk.last_said()
    assert kind in message
    assert message.get("caption") == ("With words" if captioned else None)
    bubble = desk.phone.locator(".message.is-out").last
    await expect(bubble.locator(selector)).to_be_visible()
    if captioned:
        await expect(bubble.locator(".body")).to_have_text("With words")


async def test_a_clip_from_disk(desk: Desk) -> None:
    message_id = await desk.say("What does it sound like?")
    await act(desk, "What does it sound like?", "Reply")
    await attach(desk, "Voice message")
    dialog = desk.page.get_by_role("dialog", name="Voice message")
    file: FilePayload = {"name": "hum.ogg", "mimeType": "audio/ogg", "buffer": b"OggS and more"}
    await dialog.get_by_label("File").set_input_files(file)
    await dialog.get_by_role("button", name="Send").click()
    message = await desk.last_said()
    assert isinstance(message["voice"], dict)
    assert isinstance(message["reply_to_message"], dict)
    assert (message["voice"]["file_size"], message["reply_to_message"]["message_id"]) == (13, message_id)


async def test_a_place_and_a_poll(desk: Desk) -> None:
    await attach(desk, "Location")
    dialog = desk.page.get_by_role("dialog", name="Location")
    await dialog.get_by_label("Place").select_option("Lahore")
    await dialog.get_by_role("button", name="Send").click()
    assert (await desk.last_said())["location"] == {"latitude": 31.5204, "longitude": 74.3587}
    await expect(desk.phone.get_by_role("link", name="31.5204, 74.3587")).to_be_visible()
    await attach(desk, "Poll")
    dialog = desk.page.get_by_role("dialog", name="Poll")
    await dialog.get_by_label("Question").fill("Tea?")
    await dialog.get_by_label("Options").fill("Yes")
    await dialog.get_by_role("button", name="Send").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("2 to 12 options")
    await dialog.get_by_label("Options").fill("Yes\nNo")
    await dialog.get_by_role("button", name="Send").click()
    poll = (await desk.last_said())["poll"]
    assert isinstance(poll, dict)
    assert [option["text"] for option in poll["options"]] == ["Yes", "No"]
    await expect(desk.phone.locator(".poll-options li")).to_have_text(["Yes", "No"])


async def test_what_the_app_reports(desk: Desk) -> None:
    message_id = await desk.say("Read this")
    await act(desk, "Read this", "Pin")
    pinned = (await desk.last_said())["pinned_message"]
    assert isinstance(pinned, dict)
    assert pinned["message_id"] == message_id
    await expect(desk.phone.locator(".service").last).to_have_text(
        "\u2068Ayesha Khan\u2069 pinned “\u2068Read this\u2069”"
    )
    await phone_menu(desk, "Something the app reports…")
    dialog = desk.page.get_by_role("dialog", name="Something the app reports")
    await dialog.get_by_label("What happens").select_option("Set the auto-delete timer to a day")
    await dialog.get_by_role("button", name="Do it").click()
    assert "message_auto_delete_timer_changed" in await desk.last_said()


async def test_words_are_linked(desk: Desk) -> None:
    await desk.input.fill("Here is the page")
    await desk.input.evaluate("input => input.setSelectionRange(8, 16)")
    await desk.input.press("Control+k")
    dialog = desk.page.get_by_role("dialog", name="Link")
    await expect(dialog.get_by_label("Words")).to_have_value("the page")
    await dialog.get_by_label("Address").fill("javascript:alert(1)")
    await dialog.get_by_role("button", name="Link").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("no address")
    await dialog.get_by_label("Address").fill("https://example.com/a")
    await dialog.get_by_role("button", name="Link").click()
    await expect(desk.phone.locator(".word-links li")).to_have_text("the pagehttps://example.com/a")
    await desk.input.press("Enter")
    link = {"type": "text_link", "offset": 8, "length": 8, "url": "https://example.com/a"}
    message = await desk.last_said()
    assert (message["text"], message["entities"]) == ("Here is the page", [link])
    await expect(desk.phone.locator(".word-links")).to_be_hidden()
    await expect(desk.phone.get_by_role("link", name="the page")).to_be_visible()
    # An edit keeps the link, unless it is taken away.
    await act(desk, "Here is the page", "Edit")
    await desk.input.fill("So the page it is")
    await desk.input.press("Enter")
    edited = await desk.bot.update("edited_message")
    assert edited["entities"] == [{**link, "offset": 3}]
    await act(desk, "So the page it is", "Edit")
    await desk.phone.get_by_role("button", name="No link for the page").click()
    await desk.input.press("Enter")
    assert "entities" not in await desk.bot.update("edited_message")


async def test_an_address_pasted_over_words_links_them(desk: Desk) -> None:
    await desk.page.evaluate("navigator.clipboard.writeText('https://example.com/')")
    await desk.input.fill("Proof")
    await desk.input.press("Control+a")
    await desk.input.press("Control+v")
    await expect(desk.input).to_have_value("Proof")
    await desk.input.press("Enter")
    message = await desk.last_said()
    assert isinstance(message["entities"], list)
    assert (message["text"], message["entities"][0]["url"]) == ("Proof", "https://example.com/")


async def test_a_caption_is_edited_and_taken_away(desk: Desk) -> None:
    await desk.stage.on_phone(desk.user_id, "photo", sample="receipt-with-gps.jpg", caption="Recept")
    await act(desk, "Recept", "Edit caption")
    await expect(desk.phone.locator(".mode-bar")).to_contain_text("Edit caption")
    await desk.input.fill("Receipt")
    await desk.input.press("Enter")
    assert (await desk.bot.update("edited_message"))["caption"] == "Receipt"
    await act(desk, "Receipt", "Edit caption")
    await desk.input.fill("")
    await desk.input.press("Enter")
    assert "caption" not in await desk.bot.update("edited_message")
    await desk.stage.on_phone(desk.user_id, "sticker")
    sticker = desk.phone.locator(".message.is-out").last
    await sticker.hover()
    await sticker.get_by_role("button", name="Message actions").click()
    await expect(desk.page.get_by_role("menuitem", name="Reply")).to_be_visible()
    await expect(desk.page.get_by_role("menuitem", name=re.compile("^Edit"))).to_have_count(0)


async def test_each_line_has_its_own_direction(desk: Desk) -> None:
    await desk.say("Order 12\nکام مکمل\nدو 2 links\n300 PKR\nThis line is longer than all of the others")
    body = desk.bubble("Order 12").locator(".body")
    assert (await body.evaluate(LINE_STARTS))[:-1] == ["left", "right", "right", "left"]


async def test_pictures_wait_until_they_are_near(desk: Desk) -> None:
    await desk.stage.on_phone(desk.user_id, "photo", sample="receipt-with-gps.jpg")
    await desk.stage.on_phone(desk.user_id, "video")
    await expect(desk.phone.locator(".message img")).to_have_count(2)
    await expect(desk.phone.locator(".message img:not([loading=lazy])")).to_have_count(0)
