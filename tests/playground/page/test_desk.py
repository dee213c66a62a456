"""Around the phones: the drawer, lost connections, narrow windows, keyboards, screen readers, light and dark."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

import playground
from tests.playground.page.conftest import AYESHA, BILAL
from tests.playground.page.stage import open_page, phone, stage, window
from tests.support.browser import NoChromiumError, chromium

if TYPE_CHECKING:
    from playwright.async_api import Browser, Locator

    from tests.playground.page.conftest import Desk

pytestmark = pytest.mark.asyncio(loop_scope="module")

NAMES = (Path(__file__).parent / "names.js").read_text()
TOO_WIDE = """(phone) => [...phone.querySelectorAll("*:not(.sr-only, .sr-only *)")]
  .filter((node) => node.checkVisibility() && node.getBoundingClientRect().right > innerWidth + 1)
  .map((node) => node.outerHTML)"""
CONTRAST = (Path(__file__).parent / "contrast.js").read_text()


async def test_every_module_is_fetched_at_once() -> None:
    page = Path(playground.__file__).parent / "page"
    preloaded = re.findall(r'modulepreload" href="/playground/page/(\w+\.js)"', (page / "index.html").read_text())
    assert {*preloaded, "main.js", "theme.js"} == {path.name for path in page.glob("*.js")}


async def test_a_missing_chromium_is_said_with_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "/nowhere/chromium")
    with pytest.raises(NoChromiumError, match="apt-get install chromium"):
        async with chromium():
            pass


async def test_the_drawer_shows_calls_and_their_errors(desk: Desk) -> None:
    await desk.say("Hello")
    await desk.bot.raw("sendMessage", chat_id=desk.user_id, text="<b>broken", parse_mode="HTML")
    opener = desk.page.get_by_role("button", name="Under the hood, 1 failed call")
    await opener.click()
    drawer = desk.page.get_by_role("complementary", name="Under the hood")
    failed = drawer.locator("details").first
    await expect(failed).to_contain_text("400")
    await expect(failed).to_contain_text("can't parse entities")
    await failed.locator("summary").click()
    await expect(failed.locator("dd").filter(has_text="<b>broken")).to_be_visible()
    await drawer.get_by_label("Failed only").check()
    await expect(drawer.locator("details")).to_have_count(1)
    await drawer.get_by_label("Failed only").uncheck()
    await drawer.get_by_label("Only methods with this in their name").fill("sendm")
    await expect(drawer.locator("details")).to_have_count(2)
    await desk.say("Live")
    await expect(drawer.locator("details")).to_have_count(3)
    await drawer.get_by_role("button", name="Clear").click()
    await expect(drawer.locator("details")).to_have_count(0)
    await drawer.get_by_role("button", name="Close the drawer").click()
    await expect(drawer).to_be_hidden()
    await expect(desk.page.get_by_role("button", name="Under the hood")).to_be_focused()


async def test_the_drawer_says_whose_chat_and_counts_what_changed_nothing_apart(desk: Desk) -> None:
    message_id = await desk.say("Same", reply_markup={"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]})
    await desk.bot.raw("editMessageText", chat_id=desk.user_id, message_id=message_id, text="Same", reply_markup={
        "inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]
    })  # fmt: skip
    await expect(desk.page.get_by_role("button", name="Under the hood", exact=True)).to_be_visible()
    await desk.bot.raw("sendMessage", chat_id=12345, text="x")
    await desk.phone.get_by_role("button", name="Go").click()
    query = await desk.bot.update("callback_query")
    await desk.bot("answerCallbackQuery", callback_query_id=query["id"])
    await desk.page.get_by_role("button", name="Under the hood, 1 failed call").click()
    drawer = desk.page.get_by_role("complementary", name="Under the hood")
    rows = drawer.locator("details")
    await expect(rows.locator(".call-method")).to_have_text(
        ["answerCallbackQuery", "sendMessage", "editMessageText", "sendMessage"]
    )
    await expect(rows.locator(".call-chat")).to_have_text([AYESHA, "chat 12345", AYESHA, AYESHA])
    await expect(rows.locator(".call-result")).to_have_text(["ok", "400", "same", "ok"])
    await expect(drawer.locator(".call-counts")).to_have_text(
        re.compile("^1 failed · 1 not modified · of [0-9]+ calls$")
    )
    await drawer.get_by_label("Failed only").check()
    await expect(rows.locator(".call-result")).to_have_text(["400"])


async def test_faults_are_switches(desk: Desk) -> None:
    row = await open_fault(desk, "429")
    switch = row.get_by_role("switch", name="Too many requests")
    await row.get_by_label("Method").fill("sendMessage")
    await row.get_by_label("Retry after").fill("7")
    await switch.click()
    await expect(switch).to_have_attribute("aria-checked", "true")
    assert (await desk.bot.raw("getMe"))["ok"]
    refused = await desk.bot.raw("sendMessage", chat_id=desk.user_id, text="Hello")
    assert (refused["error_code"], refused["parameters"]["retry_after"]) == (429, 7)
    await expect(switch).to_have_attribute("aria-checked", "false")
    assert (await desk.bot.raw("sendMessage", chat_id=desk.user_id, text="Hello"))["ok"]

    await row.get_by_label("Times").fill("0")
    await switch.click()
    await expect(row).to_contain_text("until switched off")
    await switch.click()
    await expect(switch).to_have_attribute("aria-checked", "false")
    assert await desk.stage.control("GET", "faults") == []


async def test_the_clock_is_frozen_and_moved(desk: Desk) -> None:
    await desk.stage.control("POST", "clock", freeze=True, set=1_795_500_000)
    clock = desk.page.get_by_role("button", name=re.compile("^Clock: 24 Nov 2026.*06:00, frozen$"))
    await clock.click()
    await desk.page.get_by_role("button", name="+1 day").click()
    await expect(desk.page.locator(".clock-now")).to_have_text(re.compile("25 Nov 2026.*06:00"))
    await desk.page.get_by_role("button", name="+1 hour").click()
    await expect(desk.page.locator(".clock-now")).to_have_text(re.compile("25 Nov 2026.*07:00"))
    await desk.page.get_by_role("switch", name="Freeze the clock").click()
    await expect(desk.page.get_by_role("switch", name="Freeze the clock")).to_have_attribute("aria-checked", "false")
    assert (await desk.stage.control("GET", "clock"))["frozen"] is False


async def test_the_clock_says_what_it_moves(desk: Desk) -> None:
    clock = desk.page.get_by_role("button", name=re.compile("^Clock: "))
    await expect(clock).to_have_attribute("title", re.compile("Telegram's time, not the bot's"))
    await clock.click()
    panel = desk.page.get_by_role("tabpanel", name="Clock")
    await expect(panel).to_contain_text("dates of messages, how long a tap waits")
    await expect(panel).to_contain_text("The bot has a clock of its own")


async def test_the_page_catches_up_after_a_lost_connection(desk: Desk) -> None:
    message_id = await desk.say("Before", reply_markup={"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]})
    gone_id = await desk.say("Goes meanwhile")
    await desk.page.context.route("**/playground/api/events*", lambda route: route.abort())
    desk.stage.cut_connections()
    await expect(desk.phone.locator(".chat-status")).to_contain_text("connecting")
    await desk.bot("sendMessage", chat_id=desk.user_id, text="While you were away")
    await desk.bot("editMessageText", chat_id=desk.user_id, message_id=message_id, text="After")
    await desk.bot("deleteMessage", chat_id=desk.user_id, message_id=gone_id)
    await expect(desk.bubble("While you were away")).to_have_count(0)
    loads: list[str] = []
    desk.page.on("request", lambda request: loads.append(request.url) if "/api/state" in request.url else None)
    await desk.page.context.unroute("**/playground/api/events*")
    await expect(desk.bubble("While you were away")).to_have_count(1)
    await expect(desk.bubble("After")).to_have_count(1)
    await expect(desk.bubble("Goes meanwhile")).to_have_count(0)
    await expect(desk.phone.locator(".chat-status")).to_have_text("bot")
    assert loads == []  # resumed, not loaded anew


async def test_the_page_starts_anew_where_the_server_has_forgotten(desk: Desk) -> None:
    await desk.page.context.route("**/playground/api/events*", lambda route: route.abort())
    desk.stage.cut_connections()
    await expect(desk.phone.locator(".chat-status")).to_contain_text("connecting")
    await desk.bot("sendMessage", chat_id=desk.user_id, text="Long ago")
    events = desk.stage.running.playground.world.events
    for _ in range(6_000):
        events.publish("clock", None, lambda: {"now": 0, "frozen": False})
    await desk.page.context.unroute("**/playground/api/events*")
    await expect(desk.bubble("Long ago")).to_have_count(1)
    await desk.say("And on it goes")


async def test_a_narrow_window_shows_one_phone_at_a_time(browser: Browser) -> None:
    async with (
        stage(AYESHA, BILAL, "سارہ علی") as set_up,
        window(browser, viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True) as context,
        open_page(context, set_up) as page,
    ):
        tabs = page.get_by_role("tablist", name="Phones").get_by_role("tab")
        await expect(tabs).to_have_count(3)
        await expect(phone(page, AYESHA)).to_be_visible()
        await expect(phone(page, BILAL)).to_be_hidden()
        wide = {"inline_keyboard": [[{"text": f"A long button {n}", "callback_data": "x"} for n in range(3)]]}
        await set_up.bot("sendMessage", chat_id=set_up.people[1], text="For Bilal " * 30, reply_markup=wide)
        await expect(tabs.nth(1)).to_have_class(re.compile("has-new"))
        await tabs.nth(1).tap()
        await expect(phone(page, AYESHA)).to_be_hidden()
        await expect(phone(page, BILAL).get_by_text("For Bilal")).to_be_in_viewport()
        await phone(page, BILAL).get_by_role("textbox").fill("From a small window")
        await phone(page, BILAL).get_by_role("button", name="Send").tap()
        await expect(phone(page, BILAL).get_by_text("From a small window")).to_be_in_viewport()
        await page.get_by_role("button", name="Under the hood").tap()
        await expect(page.get_by_role("tab", name="Calls")).to_be_in_viewport()
        assert await page.evaluate("document.documentElement.scrollWidth") == 360
        await page.get_by_role("button", name="Close the drawer").tap()
        assert await phone(page, BILAL).evaluate(TOO_WIDE) == []


async def test_all_of_it_works_with_the_keyboard_alone(desk: Desk) -> None:
    keys = desk.page.keyboard
    await desk.say("Decide", reply_markup={"inline_keyboard": [[{"text": "Approve", "callback_data": "yes"}]]})
    await desk.input.focus()
    await keys.type("typed")
    await keys.press("Enter")
    assert (await desk.last_said())["text"] == "typed"
    await expect(desk.bubble("typed")).to_be_visible()
    # Back from the input: the list is one stop, its newest message.
    while "message" not in str(await focused(desk).get_attribute("class")).split():
        await keys.press("Shift+Tab")
    await expect(focused(desk)).to_contain_text("typed")
    await keys.press("ArrowUp")
    await expect(focused(desk)).to_contain_text("Decide")
    await keys.press("Tab")
    await expect(focused(desk)).to_have_text("Approve")
    await keys.press("Enter")
    assert (await desk.bot.update("callback_query"))["data"] == "yes"
    await keys.press("Shift+Tab")
    await keys.press("ArrowDown")
    await keys.press("Enter")
    await expect(focused(desk)).to_have_text("Reply")
    await keys.press("e")
    await expect(focused(desk)).to_have_text("Edit")
    await keys.press("Escape")
    await expect(focused(desk)).to_contain_text("typed")
    await keys.press("Enter")
    await keys.press("ArrowUp")
    await keys.press("Enter")  # the last entry: Delete
    await expect(desk.bubble("typed")).to_have_count(0)
    await expect(desk.input).to_be_focused()


async def test_tab_enters_a_chat_once(desk: Desk) -> None:
    keys = desk.page.keyboard
    for number in range(20):
        rows = [[{"text": f"{number} {each}", "callback_data": "x"} for each in "abc"]]
        text = f"Order {number}, https://example.com/{number}"
        await desk.bot("sendMessage", chat_id=desk.user_id, text=text, reply_markup={"inline_keyboard": rows})
    await expect(desk.bubble("Order 19,")).to_be_visible()
    stops = "log => [...log.querySelectorAll('a, button, [tabindex]')].filter(each => each.tabIndex >= 0).length"
    log = desk.phone.get_by_role("log")
    assert await log.evaluate(stops) == 1
    await desk.phone.get_by_role("button", name="Phone menu").focus()
    await keys.press("Tab")
    await expect(focused(desk)).to_contain_text("Order 19,")
    for name in ("https://example.com/19", "19 a", "19 b", "19 c"):
        await keys.press("Tab")
        await expect(focused(desk)).to_have_text(name)
    await keys.press("Tab")
    await expect(desk.input).to_be_focused()
    assert await log.evaluate(stops) == 1
    await desk.say("News while the focus is elsewhere, https://example.com/")
    assert await log.evaluate(stops) == 1


async def test_keys_lead_to_the_phones(desk: Desk) -> None:
    keys = desk.page.keyboard
    inputs = [each.get_by_role("textbox", name="Message as") for each in (desk.phone, desk.other)]
    for key, chosen in (("F6", 0), ("F6", 1), ("F6", 0), ("Shift+F6", 1), ("Alt+1", 0), ("Alt+2", 1), ("Alt+3", 1)):
        await keys.press(key)
        await expect(inputs[chosen]).to_be_focused()
    await expect(desk.other).to_have_attribute("aria-keyshortcuts", "Alt+2")


async def test_keys_lead_to_the_phones_in_a_narrow_window(browser: Browser) -> None:
    async with (
        stage(AYESHA, BILAL) as set_up,
        window(browser, viewport={"width": 360, "height": 640}) as context,
        open_page(context, set_up) as page,
    ):
        await page.keyboard.press("Alt+2")
        await expect(phone(page, AYESHA)).to_be_hidden()
        await expect(phone(page, BILAL).get_by_role("textbox", name="Message as")).to_be_focused()


async def test_everything_has_a_name_for_a_screen_reader(desk: Desk) -> None:
    await desk.say(
        "A <tg-spoiler>secret</tg-spoiler>, <code>code</code>, /help", parse_mode="HTML",
        reply_markup={"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]},
    )  # fmt: skip
    await desk.say("Choose", reply_markup={"keyboard": [["One", "Two"]]})
    await desk.stage.on_phone(desk.user_id, "photo", sample="receipt-with-gps.jpg")
    await desk.stage.on_phone(desk.user_id, "document", sample="work-report.pdf")
    await expect(desk.phone.get_by_role("link", name=re.compile("work-report"))).to_have_count(2)
    await expect(desk.phone.get_by_role("log", name="Messages")).to_have_attribute("aria-live", "polite")
    await expect(desk.phone.get_by_role("article", name=re.compile(r"^Checks, \d\d:\d\d$")).first).to_be_attached()
    await desk.page.get_by_role("button", name="Under the hood").click()
    assert await desk.page.evaluate(NAMES) == []
    await desk.page.get_by_role("button", name="New phone").click()
    assert await desk.page.evaluate(NAMES) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_text_stands_out_in_light_and_dark(browser: Browser, scheme: str) -> None:
    async with (
        stage(AYESHA) as set_up,
        window(browser, color_scheme=scheme) as context,
        open_page(context, set_up) as page,
    ):
        html = 'Text <a href="https://example.com">link</a> <code>code</code>'
        buttons = {"inline_keyboard": [[{"text": "Approve", "callback_data": "yes"}]]}
        chat_id = set_up.people[0]
        await set_up.bot("sendMessage", chat_id=chat_id, text=html, parse_mode="HTML", reply_markup=buttons)
        await set_up.bot.raw("editMessageText", chat_id=chat_id, message_id=1, text="x")
        await set_up.on_phone(chat_id, "service", kind="timer")
        await set_up.on_phone(chat_id, "location", latitude=24.5, longitude=67.0)
        await expect(page.locator(".special a")).to_be_visible()
        await page.get_by_role("button", name=re.compile("^Under the hood")).click()
        for selector in (
            ".is-out .body", ".message:not(.is-out) .body", ".body a", ".is-out .meta", ".message:not(.is-out) .meta",
            ".owner-name", ".owner-handle", ".chat-title", ".chat-status", ".top-bot", ".tabs [role=tab]",
            ".call-method", ".call-time", ".call-result", ".call-chat", ".call-error", ".inline-button",
            ".service > span", ".special a", ".special strong",
        ):  # fmt: skip
            ratio = await page.locator(selector).first.evaluate(CONTRAST)
            assert ratio >= 4.5, (selector, ratio)
        await page.locator(".inline-button").hover()
        assert await page.locator(".inline-button").evaluate(CONTRAST) >= 4.5


async def test_the_theme_is_chosen_and_kept(browser: Browser) -> None:
    async with stage(AYESHA) as set_up, window(browser) as context, open_page(context, set_up) as page:
        surface = page.locator(".chat-head")
        light = await surface.evaluate("node => getComputedStyle(node).backgroundColor")
        await page.get_by_role("button", name="Theme: system").click()
        await page.get_by_role("button", name="Theme: light").click()
        await expect(page.get_by_role("button", name="Theme: dark")).to_be_visible()
        await expect(surface).not_to_have_css("background-color", light)
        await page.reload()
        await expect(page.get_by_role("button", name="Theme: dark")).to_be_visible()
        await expect(page.locator("html")).to_have_attribute("data-theme", "dark")


async def test_a_new_person_gets_a_phone_and_may_be_renamed(desk: Desk) -> None:
    await desk.page.get_by_role("button", name="New phone").click()
    dialog = desk.page.get_by_role("dialog", name="New phone")
    await dialog.get_by_label("First name").fill("Sana")
    await dialog.get_by_label("Username").fill("sana_r")
    await dialog.get_by_role("button", name="Add").click()
    sana = phone(desk.page, "Sana")
    await expect(sana).to_contain_text("@sana_r")
    await sana.get_by_role("button", name="Start", exact=True).click()
    while (message := await desk.bot.update("message"))["from"].get("username") != "sana_r":
        pass
    assert message["text"] == "/start"
    await sana.get_by_role("button", name="Phone menu").click()
    await desk.page.get_by_role("menuitem", name="Whose phone…").click()
    dialog = desk.page.get_by_role("dialog", name="Whose phone")
    await dialog.get_by_label("First name").fill("Sana R.")
    await dialog.get_by_label("Account deleted").check()
    await dialog.get_by_role("button", name="Save").click()
    await expect(phone(desk.page, "Sana R.").get_by_role("button", name="This account is deleted")).to_be_disabled()


async def test_a_group_is_a_second_chat_of_its_members(desk: Desk) -> None:
    bot_id = (await desk.stage.control("GET", "bots"))[0]["id"]
    group = await desk.stage.control(
        "POST", f"bots/{bot_id}/groups", title="Ops", type="group", member_ids=desk.stage.people
    )
    await expect(desk.phone.get_by_label("Chat", exact=True)).to_be_visible()
    await desk.phone.get_by_label("Chat", exact=True).select_option("Ops")
    await desk.bot("sendMessage", chat_id=group["id"], text="To all of you")
    await expect(desk.bubble("To all of you").locator(".from-name")).to_have_text("Checks")
    await desk.input.fill("Seen")
    await desk.input.press("Enter")
    await expect(desk.bubble("Seen")).to_be_visible()
    await expect(desk.other.get_by_text("To all of you")).to_have_count(0)
    await desk.phone.get_by_label("Chat", exact=True).select_option("Checks")
    await expect(desk.bubble("To all of you")).to_have_count(0)


async def open_fault(desk: Desk, kind: str) -> Locator:
    await desk.page.get_by_role("button", name="Under the hood").click()
    await desk.page.get_by_role("tab", name="Faults").click()
    return desk.page.locator(f".fault[data-kind='{kind}']")


def focused(desk: Desk) -> Locator:
    return desk.page.locator("*:focus")
