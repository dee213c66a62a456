"""Nothing that a bot or a person writes runs in the page."""

from __future__ import annotations

import copy
import itertools
import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect

from playground.samples import FOLDER as SAMPLES
from tests.playground.page.stage import open_page, stage, window

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from playwright.async_api import Browser, Route

    from tests.playground.page.conftest import Desk

pytestmark = pytest.mark.asyncio(loop_scope="module")

MARKUP = "<img src=x onerror=\"document.title='pwned'\"><script>document.title='pwned'</script>"
DANGEROUS = (
    "javascript:document.title='pwned'",
    "JaVaScRiPt:document.title='pwned'",
    " java\tscript:document.title='pwned'",
    "data:text/html,<script>document.title='pwned'</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "blob:http://127.0.0.1/x",
)
DANGEROUS_LINKS = ", ".join(
    f"{element} ^= '{scheme}' i]"
    for element in ("[href", "img[src")
    for scheme in ("javascript", "java", "data", "vbscript", "file", "blob")
)
INLINE_SCRIPT = """() => {
  const node = document.createElement("script");
  node.textContent = "window.ran = 1";
  document.head.append(node);
  return window.ran;
}"""
PHOTO = (SAMPLES / "rankings-chart.jpg").read_bytes()


async def test_markup_in_every_name_and_text_stays_text(browser: Browser) -> None:
    async with stage(MARKUP) as set_up:
        user_id = set_up.people[0]
        bot = set_up.bot
        await bot("setMyDescription", description=MARKUP)
        for scope in ({"type": "default"}, {"type": "chat", "chat_id": user_id}):
            await bot.raw("setMyCommands", commands=[{"command": "x", "description": MARKUP}], scope=scope)
        first = await bot(
            "sendMessage", chat_id=user_id, text=MARKUP,
            reply_markup={"inline_keyboard": [[{"text": MARKUP, "callback_data": MARKUP[:60]}]]},
        )  # fmt: skip
        await bot(
            "sendMessage", chat_id=user_id, text=f"reply {MARKUP}", reply_parameters={"message_id": first["message_id"]}
        )
        await bot("sendPhoto", chat_id=user_id, photo=("x.jpg", PHOTO, "image/jpeg"), caption=MARKUP)
        await bot(
            "sendDocument", chat_id=user_id, document=(MARKUP.replace("/", "-"), b"x", "text/html"), caption=MARKUP
        )
        await bot(
            "sendMessage",
            chat_id=user_id,
            text="k",
            reply_markup={"keyboard": [[MARKUP[:60]]], "input_field_placeholder": MARKUP[:60]},
        )
        await set_up.on_phone(user_id, "forward", text=MARKUP, from_name=MARKUP)
        async with window(browser) as context, open_page(context, set_up) as page:
            await expect(page.locator(".message .body").filter(has_text="onerror")).to_have_count(5)
            await expect(page.locator(".inline-button")).to_contain_text("onerror")
            await expect(page.locator(".document-name")).to_contain_text("onerror")
            await expect(page.locator(".owner-name")).to_contain_text("onerror")
            await expect(page.locator(".reply-button")).to_contain_text("<img")
            await expect(page.locator(".forward-from")).to_contain_text("onerror")
            await page.locator(".inline-button").click()
            query = await bot.update("callback_query")
            await bot("answerCallbackQuery", callback_query_id=query["id"], text=MARKUP, show_alert=True)
            await expect(page.get_by_role("alertdialog")).to_contain_text("onerror")
            await page.keyboard.press("Escape")
            await bot.raw(MARKUP, text=MARKUP)
            await page.get_by_role("button", name=re.compile("^Under the hood")).click()
            await expect(page.locator(".call dd").filter(has_text="onerror").first).to_be_attached()
            await page.locator(".message:has(.photo)").get_by_role("button", name=re.compile("^Photo")).click()
            await expect(page.locator(".viewer-caption")).to_contain_text("onerror")
            assert await page.locator("img[src='x'], body script").count() == 0
            assert "pwned" not in await page.title()


async def test_dangerous_addresses_never_become_links(browser: Browser) -> None:
    """The server drops them; the page must not need it to."""
    async with stage("Ayesha") as set_up, await browser.new_context() as context:
        link = {"inline_keyboard": [[{"text": "Go", "url": "https://example.com"}]]}
        await set_up.bot("sendMessage", chat_id=set_up.people[0], text="link", reply_markup=link)
        await set_up.on_phone(set_up.people[0], "document", sample="work-report.pdf")
        await set_up.on_phone(set_up.people[0], "photo", sample="rankings-chart.jpg")
        state = await set_up.control("GET", "state")
        make_hostile(state["phones"][0]["screen"])
        await context.route("**/playground/api/state*", answer_with(state))
        await context.route("**/tap", answer_with({}))
        page = await context.new_page()
        await page.goto(set_up.page_url)
        await expect(page.locator(".dead-link").filter(has_text="link")).to_have_count(len(DANGEROUS))
        await expect(page.locator(".document")).to_have_count(len(DANGEROUS))
        assert await page.locator(DANGEROUS_LINKS).count() == 0
        for button in [
            *await page.get_by_role("button", name="Go (link)").all(),
            page.get_by_role("button", name="App"),
        ]:
            await page.locator(".toast").evaluate("node => node.replaceChildren()")
            await button.click()
            await expect(page.locator(".toast")).to_contain_text("does not open this address")
        assert len(context.pages) == 1
        assert "pwned" not in await page.title()


def make_hostile(screen: dict[str, Any]) -> None:
    """Every message once with each of the addresses, wherever there is one."""
    screen["menu_button"] = {"type": "web_app", "text": "App", "url": DANGEROUS[0]}
    sent, screen["messages"] = screen["messages"], []
    for address in DANGEROUS:
        for message in copy.deepcopy(sent):
            message["message_id"] = len(screen["messages"]) + 1
            for button in itertools.chain.from_iterable(message["inline_keyboard"]):
                button["url"] = address
            length = len(message["text"])
            message["entities"] = (
                [{"type": "text_link", "offset": 0, "length": length, "url": address}] if length else []
            )
            if message["media"]:
                message["media"] |= {"url": address, "thumb_url": address}
            screen["messages"].append(message)


def answer_with(state: dict[str, Any]) -> Callable[[Route], Awaitable[None]]:
    async def answer(route: Route) -> None:
        await route.fulfill(json=state)

    return answer


async def test_a_html_document_does_not_open_in_the_pages_origin(desk: Desk) -> None:
    script = b"<script>localStorage.setItem('pwned', '1'); opener?.postMessage('pwned', '*')</script>"
    for name, kind in (
        ("page.html", "text/html"),
        ("picture.svg", "image/svg+xml"),
        ("data.xml", "application/xhtml+xml"),
    ):
        await desk.bot("sendDocument", chat_id=desk.user_id, document=(name, script, kind))
        link = desk.phone.get_by_role("link", name=re.compile(name))
        await expect(link).to_have_attribute("download", name)
        address = str(await link.get_attribute("href"))
        answer = await desk.stage.http.get(address)
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["x-content-type-options"] == "nosniff"
        async with desk.page.expect_download():
            await desk.page.evaluate("address => { window.open(address, '_blank'); }", address)
    assert await desk.page.evaluate("localStorage.getItem('pwned')") is None


async def test_the_pages_own_policy_allows_no_inline_script(browser: Browser) -> None:
    async with stage("Ayesha") as set_up, await browser.new_page() as page:
        answer = await page.goto(set_up.page_url)
        assert answer is not None
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert await page.evaluate(INLINE_SCRIPT) is None
