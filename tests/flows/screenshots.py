"""`python -m tests.flows.screenshots docs/`, beside a fresh `make demo`: the README's picture of the bot."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from playwright.async_api import async_playwright

from playground.phone import Phone, PlaygroundClient

URL = "http://127.0.0.1:8081"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


async def tap(phone: Phone, beginning: str) -> None:
    """Taps the newest button that begins so."""
    screen = await phone.screen()
    name = next(button.text for button in screen.buttons if button.text.startswith(beginning))
    await phone.tap(name)
    await phone.wait_for(lambda now: now.version > screen.version and not any(each.waiting for each in now.buttons))


async def take_pictures(folder: Path) -> None:
    async with PlaygroundClient(URL) as playground:
        nadia, ayesha, bilal, _ = await playground.phones(await playground.bot())
        await tap(nadia, "✅ Check work")
        await tap(nadia, "✅ Approve all")
        await ayesha.wait_for("approved")
        await tap(ayesha, "💰 Earnings")
        await tap(bilal, "➕ Submit work")
        await tap(bilal, "Live Citations")
        await bilal.say("25")
        await bilal.wait_for("3 of 7")
        async with async_playwright() as driver:
            browser = await driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = await browser.new_page(viewport={"width": 1720, "height": 860})
            await page.goto(f"{URL}/playground/")
            await page.get_by_text("3 of 7").first.wait_for()
            await page.screenshot(path=folder / "demo.png")
            await browser.close()


if __name__ == "__main__":
    asyncio.run(take_pictures(Path(sys.argv[1])))
