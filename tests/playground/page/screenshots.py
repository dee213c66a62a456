"""The README's pictures of the page: `python -m tests.playground.page.screenshots docs/`."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.async_api import expect

from playground.samples import FOLDER as SAMPLES
from tests.playground.page.stage import Stage, open_page, phone, stage, window
from tests.support.browser import chromium

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

PEOPLE = ("Ayesha Khan", "Bilal Ahmed", "Sana Rauf")
WIDE = {"width": 1440, "height": 820}
NARROW = {"width": 360, "height": 720}
DUE = 1_795_500_000


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs")
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(take(folder))
    for path in sorted(folder.glob("playground-*.png")):
        print(f"{path}  {path.stat().st_size // 1024} KB")


async def take(folder: Path) -> None:
    async with chromium() as browser, stage(*PEOPLE, started=False) as set_up:
        await play(set_up)
        for theme in ("light", "dark"):
            async with window(browser, **look(WIDE, theme)) as context, open_page(context, set_up) as page:
                await wait_for_pictures(page)
                await page.screenshot(path=folder / f"playground-{theme}.png")
                if theme == "light":
                    await details(page, set_up, folder)
        await narrow(browser, set_up, folder)


def look(size: dict[str, int], theme: str) -> dict[str, Any]:
    return {"viewport": size, "color_scheme": theme, "device_scale_factor": 1}


async def play(set_up: Stage) -> None:
    """A worker submits work, an admin looks at it, and somebody new has not started yet."""
    ayesha, bilal, _ = set_up.people
    bot = set_up.bot
    await set_up.control("POST", "clock", freeze=True, set=DUE)
    await bot(
        "setMyDescription", description="Send in finished work, see what it earns, and get paid at the month's end."
    )
    for user_id in (ayesha, bilal):
        await set_up.on_phone(user_id, "open")
    order = (
        "<b>New order</b> for you: 12 × <i>Link Building</i>\n"
        "<blockquote>Only pages in English, anchor as agreed.</blockquote>"
        'Due <tg-time unix="1795759200" format="wt">Friday</tg-time> · code <tg-spoiler>4821</tg-spoiler>'
    )
    await bot(
        "sendMessage", chat_id=ayesha, text=order, parse_mode="HTML", reply_markup=keyboard(["Submit work", "Details"])
    )
    samples = ["backlink-screenshot.jpg", "rankings-chart.jpg", "citation-listing.jpg"]
    await set_up.on_phone(ayesha, "album", samples=samples, kind="photo", caption="The first three for Oakline")
    sent = await set_up.on_phone(ayesha, "document", sample="work-report.pdf")
    await bot(
        "sendMessage", chat_id=ayesha, text="Received: 3 pictures and a PDF. Is it complete?",
        reply_parameters={"message_id": sent["message_ids"][0]}, reply_markup=keyboard(["Done", "Add more"]),
    )  # fmt: skip
    chart = ("chart.jpg", (SAMPLES / "backlink-screenshot.jpg").read_bytes(), "image/jpeg")
    await bot(
        "sendPhoto", chat_id=bilal, photo=chart, parse_mode="HTML",
        caption="<b>Ayesha Khan</b> submitted <b>12 × Link Building</b>\nat 7.98 each: <b>95.76 PKR</b>",
        reply_markup=keyboard(["Approve all", "Approve some"], ["Reject", "Needs changes"]),
    )  # fmt: skip
    menu = {"keyboard": [["Review", "Reports"], ["Month end"]], "resize_keyboard": True}
    await bot("sendMessage", chat_id=bilal, text="One submission waits for you.", reply_markup=menu)
    await bot("sendChatAction", chat_id=bilal, action="upload_document")


def keyboard(*rows: list[str]) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": text, "callback_data": text} for text in row] for row in rows]}


async def details(page: Page, set_up: Stage, folder: Path) -> None:
    """An alert over one phone, an album in the viewer, and the drawer with a refused call."""
    await phone(page, PEOPLE[1]).get_by_role("button", name="Reject").click()
    query = await set_up.bot.update("callback_query")
    text = "Decided already: Sana approved 12 of 12 at 11:58."
    await set_up.bot("answerCallbackQuery", callback_query_id=query["id"], text=text, show_alert=True)
    await expect(page.get_by_role("alertdialog")).to_be_visible()
    await page.screenshot(path=folder / "playground-alert.png")
    await page.keyboard.press("Escape")

    await page.get_by_role("button", name=re.compile("^Photo 3 of 3")).click()
    await wait_for_pictures(page)
    await page.screenshot(path=folder / "playground-viewer.png")
    await page.keyboard.press("Escape")

    await set_up.bot.raw("sendMessage", chat_id=set_up.people[0], text="<b>Statement", parse_mode="HTML")
    await page.get_by_role("button", name=re.compile("^Under the hood")).click()
    await page.locator("details.is-failed summary").first.click()
    await page.screenshot(path=folder / "playground-drawer.png")


async def narrow(browser: Browser, set_up: Stage, folder: Path) -> None:
    async with window(browser, **look(NARROW, "light")) as context, open_page(context, set_up) as page:
        await wait_for_pictures(page)
        await page.screenshot(path=folder / "playground-360.png")


async def wait_for_pictures(page: Page) -> None:
    """Those in sight: the others are not loaded before somebody scrolls to them."""
    loaded = "() => [...document.images].every((each) => each.complete || !each.checkVisibility())"
    await page.wait_for_function(loaded)


if __name__ == "__main__":
    main()
