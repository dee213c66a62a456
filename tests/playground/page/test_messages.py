"""What the bot sends, as a phone shows it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from playground.samples import FOLDER as SAMPLES

if TYPE_CHECKING:
    from tests.playground.page.conftest import Desk

pytestmark = pytest.mark.asyncio(loop_scope="module")

PHOTO = ("backlink.jpg", (SAMPLES / "backlink-screenshot.jpg").read_bytes(), "image/jpeg")
OTHER_PHOTO = ("receipt.jpg", (SAMPLES / "receipt-with-gps.jpg").read_bytes(), "image/jpeg")


async def test_every_kind_of_formatting_is_shown(desk: Desk) -> None:
    html = (
        "<b>bold</b> <i>italic</i> <u>underline</u> <s>strike</s> <code>code</code> "
        '<a href="https://example.com/a">link</a> #orders $PKR @somebody_else /help me@example.com https://example.org '
        '<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji> <tg-time unix="1795500000" format="Dt">then</tg-time>\n'
        '<pre><code class="language-python">print(1)</code></pre>\n'
        "<blockquote>quoted</blockquote>"
    )
    await desk.say(html, parse_mode="HTML")
    body = desk.bubble("italic").locator(".body")
    for selector, text in (
        ("strong", "bold"), ("em", "italic"), ("u", "underline"), ("s", "strike"), (".code code", "code"),
        (".command", "/help"), ("pre code", "print(1)"), ("blockquote", "quoted"), (".custom-emoji", "👍"),
    ):  # fmt: skip
        await expect(body.locator(selector)).to_have_text(text)
    await expect(body.locator(".tag")).to_have_text(["#orders", "$PKR"])
    await expect(body.locator("pre")).to_have_attribute("data-language", "python")
    await expect(body.locator("time")).to_have_text(re.compile(r"24 November 2026.*06:00"))
    links = body.get_by_role("link")
    await expect(links).to_have_text(["link", "@somebody_else", "me@example.com", "https://example.org"])
    await expect(links.first).to_have_attribute("href", "https://example.com/a")
    await expect(links.first).to_have_attribute("rel", "noopener noreferrer")
    await expect(links.first).to_have_attribute("target", "_blank")


async def test_nested_formatting_and_astral_characters_keep_their_places(desk: Desk) -> None:
    await desk.say("😀 <b>bold <i>both 😀</i></b> <i>after</i> اردو", parse_mode="HTML")
    body = desk.bubble("after").locator(".body")
    await expect(body.locator("strong")).to_have_text(["bold ", "both 😀"])  # the server splits them so
    await expect(body.locator("em")).to_have_text(["both 😀", "after"])
    await expect(body).to_have_text("😀 bold both 😀 after اردو")


async def test_urdu_runs_from_right_to_left(desk: Desk) -> None:
    await desk.say("آپ کا کام موصول ہو گیا۔")
    text = desk.bubble("موصول").locator(".text")
    await expect(text).to_have_css("direction", "rtl")


async def test_a_spoiler_is_hidden_until_it_is_tapped(desk: Desk) -> None:
    await desk.say(
        "The code is <tg-spoiler>4821</tg-spoiler>, keep it <tg-spoiler>secret</tg-spoiler>", parse_mode="HTML"
    )
    bubble = desk.bubble("The code")
    hidden = bubble.get_by_role("button", name="Hidden text, show it")
    await expect(hidden).to_have_count(2)
    await expect(bubble.get_by_text("4821")).not_to_be_visible()
    await hidden.first.click()
    await expect(bubble.get_by_text("4821")).to_be_visible()
    await hidden.focus()
    await desk.page.keyboard.press("Enter")
    await expect(bubble.get_by_text("secret")).to_be_visible()
    await expect(hidden).to_have_count(0)


async def test_a_long_quote_opens_and_closes(desk: Desk) -> None:
    await desk.say(f"<blockquote expandable>{'a long line of a quote ' * 20}</blockquote>", parse_mode="HTML")
    bubble = desk.bubble("a long line")
    folded = await bubble.evaluate("node => node.offsetHeight")
    await bubble.get_by_role("button", name="Show more").click()
    await expect(bubble.get_by_role("button", name="Show less")).to_have_attribute("aria-expanded", "true")
    assert await bubble.evaluate("node => node.offsetHeight") > folded + 60


async def test_a_command_in_a_text_is_sent_when_tapped(desk: Desk) -> None:
    await desk.say("Try /pay_slip now")
    await desk.phone.get_by_role("button", name="/pay_slip").click()
    assert (await desk.last_said())["text"] == "/pay_slip"


async def test_an_edit_happens_in_place_and_is_marked(desk: Desk) -> None:
    message_id = await desk.say("Under QA")
    bubble = desk.phone.locator(f"[data-message-id='{message_id}']")
    await bubble.evaluate("node => { node.isTheSame = true; }")
    await expect(bubble.locator(".meta")).not_to_contain_text("edited")
    await desk.bot("editMessageText", chat_id=desk.user_id, message_id=message_id, text="Approved")
    await expect(bubble.locator(".body")).to_have_text("Approved")
    await expect(bubble.locator(".meta")).to_have_text(re.compile(r"^edited \d\d:\d\d$"))
    assert await bubble.evaluate("node => node.isTheSame")


async def test_a_deleted_message_goes(desk: Desk) -> None:
    message_id = await desk.say("Only for a moment")
    await desk.bot("deleteMessage", chat_id=desk.user_id, message_id=message_id)
    await expect(desk.bubble("Only for a moment")).to_have_count(0)


async def test_a_tapped_button_waits_for_the_bot_and_a_toast_answers(desk: Desk) -> None:
    await desk.say("Decide", reply_markup=keyboard([("Approve", "yes")]))
    approve = desk.phone.get_by_role("button", name="Approve")
    await approve.click()
    await expect(approve).to_have_attribute("aria-busy", "true")
    await expect(approve.locator(".spinner")).to_be_visible()
    query = await desk.bot.update("callback_query")
    assert query["data"] == "yes"
    await desk.bot("answerCallbackQuery", callback_query_id=query["id"], text="Approved: 12 × 7.98")
    await expect(approve).not_to_have_attribute("aria-busy", "true")
    await expect(desk.phone.locator(".toast")).to_have_text("Approved: 12 × 7.98")
    await expect(desk.phone.locator(".toast")).to_have_attribute("role", "status")
    await expect(desk.other.locator(".toast")).to_be_empty()


async def test_an_alert_is_a_dialog_that_gives_the_focus_back(desk: Desk) -> None:
    message_id = await desk.say("Decide", reply_markup=keyboard([("Approve", "yes"), ("Reject", "no")]))
    reject = desk.phone.get_by_role("button", name="Reject")
    await reject.click()
    query = await desk.bot.update("callback_query")
    await desk.bot("answerCallbackQuery", callback_query_id=query["id"], text="A reason is needed.", show_alert=True)
    alert = desk.page.get_by_role("alertdialog", name="Checks")
    await expect(alert).to_contain_text("A reason is needed.")
    await desk.bot(
        "editMessageText", chat_id=desk.user_id, message_id=message_id, text="Still to decide",
        reply_markup=keyboard([("Approve", "yes"), ("Reject", "no")]),
    )  # fmt: skip
    await expect(desk.bubble("Still to decide")).to_be_attached()
    await desk.page.keyboard.press("Enter")
    await expect(alert).to_have_count(0)
    await expect(reject).to_be_focused()


async def test_a_link_button_opens_a_tab_that_cannot_reach_back(desk: Desk) -> None:
    address = f"{desk.stage.url}/playground/page/icon.svg".replace("127.0.0.1", "localhost.localdomain")
    await desk.page.context.route("http://localhost.localdomain*/**", lambda route: route.fulfill(body="there"))
    await desk.say("Look", reply_markup={"inline_keyboard": [[{"text": "Open", "url": address}]]})
    async with desk.page.context.expect_page() as opened:
        await desk.phone.get_by_role("button", name="Open (link)").click()
    tab = await opened.value
    await tab.wait_for_load_state()
    assert tab.url == address
    assert await tab.evaluate("window.opener") is None


async def test_a_copy_button_copies(desk: Desk) -> None:
    await desk.say("Code", reply_markup={"inline_keyboard": [[{"text": "Copy", "copy_text": {"text": "INV-7"}}]]})
    await desk.phone.get_by_role("button", name="Copy (copies)").click()
    await expect(desk.phone.locator(".toast")).to_have_text("Copied")
    assert await desk.page.evaluate("navigator.clipboard.readText()") == "INV-7"


async def test_the_reply_keyboard_sends_its_texts_and_folds(desk: Desk) -> None:
    markup = {"keyboard": [["Reports", "Pay"]], "resize_keyboard": True, "input_field_placeholder": "Choose below"}
    await desk.say("What now?", reply_markup=markup)
    buttons = desk.phone.get_by_role("group", name="Keyboard of the bot")
    await expect(desk.input).to_have_attribute("placeholder", "Choose below")
    fold = desk.phone.get_by_role("button", name="Keyboard of the bot")
    await fold.click()
    await expect(buttons).to_be_hidden()
    await fold.click()
    await buttons.get_by_role("button", name="Pay").click()
    assert (await desk.last_said())["text"] == "Pay"
    await desk.bot("sendMessage", chat_id=desk.user_id, text="Done", reply_markup={"remove_keyboard": True})
    await expect(buttons).to_have_count(0)
    await expect(fold).to_be_hidden()


async def test_a_one_time_keyboard_goes_after_a_tap_and_may_come_again(desk: Desk) -> None:
    markup = {"keyboard": [["Yes", "No"]], "one_time_keyboard": True}
    yes = desk.phone.get_by_role("button", name="Yes")
    for _ in range(2):
        await desk.say("Sure?", reply_markup=markup)
        await yes.click()
        await expect(yes).to_have_count(0)
        assert (await desk.last_said())["text"] == "Yes"


async def test_a_contact_button_asks_before_it_shares(desk: Desk) -> None:
    await desk.say("Who are you?", reply_markup={"keyboard": [[{"text": "My number", "request_contact": True}]]})
    await desk.phone.get_by_role("button", name="My number").click()
    await desk.page.get_by_role("dialog", name="Share your phone number?").get_by_role("button", name="Share").click()
    message = await desk.last_said()
    assert isinstance(message["contact"], dict)
    assert message["contact"]["user_id"] == desk.user_id


async def test_force_reply_opens_a_reply(desk: Desk) -> None:
    message_id = await desk.say(
        "The reason?", reply_markup={"force_reply": True, "input_field_placeholder": "In one line"}
    )
    await expect(desk.phone.locator(".mode-bar")).to_contain_text("Reply to Checks")
    await expect(desk.input).to_have_attribute("placeholder", "In one line")
    await expect(desk.input).to_be_focused()
    await desk.page.keyboard.type("Wrong anchor")
    await desk.page.keyboard.press("Enter")
    message = await desk.last_said()
    assert message["text"] == "Wrong anchor"
    assert isinstance(message["reply_to_message"], dict)
    assert message["reply_to_message"]["message_id"] == message_id
    await expect(desk.phone.locator(".mode-bar")).to_be_hidden()
    await expect(desk.bubble("Wrong anchor").locator(".reply-quote")).to_contain_text("The reason?")


async def test_the_menu_shows_the_commands_of_this_chat(desk: Desk) -> None:
    everyone = [{"command": "start", "description": "Begin"}]
    own = [{"command": "review", "description": "Review work"}, {"command": "reports", "description": "Figures"}]
    await desk.bot("setMyCommands", commands=everyone)
    await desk.bot("setMyCommands", commands=own, scope={"type": "chat", "chat_id": desk.user_id})
    await desk.phone.get_by_role("button", name="Menu", exact=True).click()
    await expect(desk.phone.get_by_role("option")).to_have_text(
        [re.compile("/review.*Review work"), re.compile("/reports")]
    )
    await expect(desk.input).to_be_focused()
    await desk.input.fill("/rep")
    await expect(desk.phone.get_by_role("option")).to_have_count(1)
    await desk.page.keyboard.press("Enter")
    assert (await desk.last_said())["text"] == "/reports"
    await desk.other.get_by_role("button", name="Menu", exact=True).click()
    await expect(desk.other.get_by_role("option")).to_have_text(re.compile("/start"))


async def test_a_photo_opens_in_the_viewer(desk: Desk) -> None:
    await desk.bot("sendPhoto", chat_id=desk.user_id, photo=PHOTO, caption="Backlink <b>1</b>", parse_mode="HTML")
    photo = desk.phone.get_by_role("button", name="Photo from Checks: Backlink 1")
    await expect(desk.bubble("Backlink 1").locator(".body strong")).to_have_text("1")
    await photo.click()
    viewer = desk.page.get_by_role("dialog", name="Picture")
    await expect(viewer.get_by_role("img", name="Photo from Checks: Backlink 1")).to_be_visible()
    await expect(viewer.locator(".viewer-caption")).to_have_text("Backlink 1")
    await desk.page.keyboard.press("Escape")
    await expect(viewer).to_have_count(0)
    await expect(photo).to_be_focused()


async def test_an_album_is_one_bubble_and_the_viewer_goes_through_it(desk: Desk) -> None:
    media = [{"type": "photo", "media": f"attach://p{n}"} for n in range(4)]
    media[0]["caption"] = "Four pictures"
    files = {f"p{n}": PHOTO if n % 2 else OTHER_PHOTO for n in range(4)}
    await desk.bot("sendMediaGroup", chat_id=desk.user_id, media=media, **files)
    album = desk.bubble("Four pictures")
    await expect(album.locator(".photo")).to_have_count(4)
    await expect(desk.phone.locator(".message:has(.photo)")).to_have_count(1)
    await album.get_by_role("button", name="Photo 3 of 4").click()
    viewer = desk.page.get_by_role("dialog", name="Picture")
    await expect(viewer.get_by_role("status")).to_have_text("3 of 4")
    await desk.page.keyboard.press("ArrowRight")
    await expect(viewer.get_by_role("status")).to_have_text("4 of 4")
    await viewer.get_by_role("button", name="Next picture").click()
    await expect(viewer.get_by_role("status")).to_have_text("1 of 4")


async def test_a_pdf_opens_and_a_table_is_saved(desk: Desk) -> None:
    pdf = ("report.pdf", (SAMPLES / "work-report.pdf").read_bytes(), "application/pdf")
    await desk.bot("sendDocument", chat_id=desk.user_id, document=pdf, caption="Your invoice")
    bubble = desk.bubble("Your invoice")
    link = bubble.get_by_role("link", name=re.compile(r"report\.pdf.*open"))
    await expect(link).to_have_attribute("target", "_blank")
    answer = await desk.stage.http.get(str(await link.get_attribute("href")))
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("inline")
    async with desk.page.expect_download() as saved:
        await bubble.get_by_role("link", name="Save report.pdf").click()
    assert (await saved.value).suggested_filename == "report.pdf"

    table = ("links.csv", b"a,b\n1,2\n", "text/csv")
    await desk.bot("sendDocument", chat_id=desk.user_id, document=table)
    async with desk.page.expect_download() as saved:
        await desk.phone.get_by_role("link", name=re.compile("links.csv")).click()
    assert (await saved.value).suggested_filename == "links.csv"


async def test_each_document_of_an_album_keeps_its_caption(desk: Desk) -> None:
    media = [{"type": "document", "media": f"attach://d{n}", "caption": f"Part {n}"} for n in range(3)]
    files = {f"d{n}": (f"part-{n}.txt", b"text", "text/plain") for n in range(3)}
    await desk.bot("sendMediaGroup", chat_id=desk.user_id, media=media, **files)
    album = desk.bubble("Part 0")
    await expect(album.locator(".document-name")).to_have_text(["part-0.txt", "part-1.txt", "part-2.txt"])
    await expect(album.locator(".body")).to_have_text(["Part 0", "Part 1", "Part 2"])


async def test_typing_and_uploading_show_in_the_head(desk: Desk) -> None:
    status = desk.phone.locator(".chat-status")
    await expect(status).to_have_text("bot")
    await desk.bot("sendChatAction", chat_id=desk.user_id, action="typing")
    await expect(status).to_contain_text("typing")
    await desk.bot("sendChatAction", chat_id=desk.user_id, action="upload_document")
    await expect(status).to_contain_text("sending a file")
    await expect(desk.other.locator(".chat-status")).to_have_text("bot")
    await desk.say("Here it is")
    await expect(status).to_have_text("bot")


async def test_a_message_keeps_its_reader_in_place(desk: Desk) -> None:
    for number in range(30):
        await desk.bot("sendMessage", chat_id=desk.user_id, text=f"Line {number}")
    await expect(desk.bubble("Line 29")).to_be_in_viewport()
    log = desk.phone.get_by_role("log")
    await log.evaluate("node => { node.scrollTop = 100; }")
    jump = desk.phone.get_by_role("button", name="Jump to the newest message")
    await expect(jump).to_be_visible()
    await desk.say("News from below")
    assert await log.evaluate("node => node.scrollTop") == 100
    await desk.phone.get_by_role("button", name="Jump to 1 new message").click()
    await expect(desk.bubble("News from below")).to_be_in_viewport()
    await expect(desk.phone.locator(".jump")).to_be_hidden()


def keyboard(*rows: list[tuple[str, str]]) -> dict[str, object]:
    return {"inline_keyboard": [[{"text": text, "callback_data": data} for text, data in row] for row in rows]}
