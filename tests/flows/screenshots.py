"""`python -m tests.flows.screenshots docs/`, beside a fresh `make demo`: the README's picture of the bot."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from playwright.async_api import async_playwright

from playground.phone import Phone, PlaygroundClient, Screen

URL = "http://127.0.0.1:8081"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


async def tap(phone: Phone, beginning: str, then: str = "") -> None:
    """Waits for a button whose text begins so, and taps the newest."""

    def found(now: Screen) -> str | None:
        return next((button.text for button in now.buttons if button.text.startswith(beginning)), None)

    name = found(await phone.wait_for(found))
    assert name is not None
    await phone.tap(name)
    if then:
        await phone.wait_for(then)


async def say(phone: Phone, text: str, then: str) -> None:
    await phone.say(text)
    await phone.wait_for(then)


async def take_pictures(folder: Path) -> None:
    async with PlaygroundClient(URL) as playground:
        nadia, ayesha, bilal, zain = await playground.phones(await playground.bot())
        await tap(ayesha, "➕ Submit work", "1 of 7")
        await tap(ayesha, "Link Building", "2 of 7")
        await say(ayesha, "30", "3 of 7")
        await say(ayesha, "Links for kitchen blogs", "4 of 7")
        await tap(ayesha, "Oakline", "5 of 7")
        await tap(ayesha, "Skip", "6 of 7")
        await say(ayesha, "Please check the second one", "7 of 7")
        await ayesha.send_album(["backlink-screenshot.jpg", "citation-listing.jpg", "rankings-chart.jpg"])
        await ayesha.wait_for("3 photos · Done")
        for beginning in ("3 photos", "✅ Submit"):
            await tap(ayesha, beginning)
        await nadia.wait_for("Links for kitchen blogs")
        for beginning in ("✂️ Only some", "15"):
            await tap(nadia, beginning)
        await ayesha.wait_for("approved: 15 of 30")
        await tap(bilal, "📋 My orders", "4 orders")
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
