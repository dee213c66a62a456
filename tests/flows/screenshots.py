"""`python -m tests.flows.screenshots docs/`, beside a fresh `make demo`: the README's picture of the bot."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from playwright.async_api import async_playwright

from playground.phone import PlaygroundClient
from tests.flows.talking import talk, tap_beginning

URL = "http://127.0.0.1:8081"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


async def take_pictures(folder: Path) -> None:
    async with PlaygroundClient(URL) as playground:
        nadia, ayesha, bilal, zain = await playground.phones(await playground.bot())
        await tap_beginning(ayesha, "📷 Submit work", "Which category?")
        await tap_beginning(ayesha, "Link Building", "How many did you do?")
        await talk(ayesha, ("30", "What is the title?"))
        await talk(ayesha, ("Links for kitchen blogs", "Which business is it for?"))
        await tap_beginning(ayesha, "Oakline", "Which folder is it in?")
        await tap_beginning(ayesha, "⏭ Skip", "A note for the admins?")
        await talk(ayesha, ("Please check the second one", "Photos and files?"))
        await ayesha.send_album(["backlink-screenshot.jpg", "citation-listing.jpg", "rankings-chart.jpg"])
        await tap_beginning(ayesha, "✅ Done, 3 files", "Is everything right?")
        await tap_beginning(ayesha, "✅ Submit", "is submitted")
        await nadia.wait_for("Links for kitchen blogs")
        for beginning in ("✂️ Only some", "15"):
            await tap_beginning(nadia, beginning)
        await ayesha.wait_for("approved: 15 of 30")
        await tap_beginning(bilal, "📋 My orders", "4 orders")
        await zain.open()
        await zain.wait_for("invite link")
        async with async_playwright() as driver:
            browser = await driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = await browser.new_page(viewport={"width": 1720, "height": 860})
            await page.goto(f"{URL}/playground/")
            await page.get_by_text("approved: 15 of 30").first.wait_for()
            pictures = "Array.from(document.images).every((image) => image.complete)"
            await page.wait_for_function(pictures)
            await page.screenshot(path=folder / "demo.png")
            await browser.close()


if __name__ == "__main__":
    asyncio.run(take_pictures(Path(sys.argv[1])))
