"""`make demo`'s agency: made once, found again, forgotten on request."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from playground.phone import Phone, PlaygroundClient
from tests.flows.talking import tap_beginning

ROOT = Path(__file__).parents[2]
STARTS_IN = 30.0
PEOPLE = "Nadia Malik,Ayesha Khan,بلال احمد,Zain Ali"


async def run_demo(folder: Path, *words: str) -> tuple[asyncio.subprocess.Process, str]:
    """The command of `make demo`, with its data in a folder of the test's; and the playground's address."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "playground", "--port", "0", "--people", PEOPLE, "--opened", "3", "--no-flood-limits"),
        *("--", sys.executable, str(ROOT / "main.py"), "demo", *words),
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "LOG_LEVEL": "warning"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), STARTS_IN)).decode()
    assert line.startswith("Open"), line
    return process, line.split()[1].removesuffix("/playground/")


async def ended(process: asyncio.subprocess.Process) -> None:
    process.terminate()
    await asyncio.wait_for(process.communicate(), STARTS_IN)


async def phones(client: PlaygroundClient) -> list[Phone]:
    found = await client.phones(await client.bot())
    for phone in found[:3]:
        await phone.wait_for("⚙️ More", timeout=STARTS_IN)
    return found


async def price_and_close(nadia: Phone) -> None:
    """Last month's one held-up invoice: its rate is set, then the month is closed."""
    await nadia.say("/close")
    await nadia.wait_for("no rate for Video Scripts")
    await nadia.say("/rate")
    await tap_beginning(nadia, "Video Scripts")
    await tap_beginning(nadia, "👥 Everyone")
    await nadia.wait_for("How much")
    await nadia.say("250")
    await nadia.wait_for("From which day")
    await tap_beginning(nadia, "1st of last month")
    await tap_beginning(nadia, "✅ Set the rate")
    await nadia.wait_for("each, from")
    await nadia.say("/close")
    await tap_beginning(nadia, "✅ Close: issue 1 invoice")
    await nadia.wait_for("is closed")


@pytest.mark.timeout(180)
async def test_the_demo_goes_on_where_it_was_and_starts_over(tmp_path: Path) -> None:
    process, url = await run_demo(tmp_path)
    try:
        async with PlaygroundClient(url) as client:
            nadia, ayesha, bilal, zain = await phones(client)
            assert "⏳ 2 to check" in (await nadia.screen()).last.text
            assert "بلال احمد" in (await bilal.screen()).last.text
            assert "submit" in (await ayesha.screen()).commands
            assert not (await zain.screen()).messages
            await ayesha.say("/invoices")
            await ayesha.wait_for("Your 2 invoices")
            await nadia.tap("✅ Check work (2)")
            await nadia.wait_for("Order 10")
            await nadia.tap("✅ Approve all 120")
            await ayesha.wait_for("Kitchen fitters")
    finally:
        await ended(process)
    process, url = await run_demo(tmp_path)
    try:
        async with PlaygroundClient(url) as client:
            nadia, _, bilal, _ = await phones(client)
            assert "⏳ 1 to check" in (await nadia.screen()).last.text
            await price_and_close(nadia)
            invoice = await bilal.wait_for(lambda now: now.last.media is not None)
            assert "Video Scripts · 3 × 250 = PKR 750" in invoice.last.text
            pdf = await client.http.get(str((invoice.last.media or {})["url"]))
            assert pdf.content.startswith(b"%PDF")
    finally:
        await ended(process)
    process, url = await run_demo(tmp_path, "--fresh")
    try:
        async with PlaygroundClient(url) as client:
            nadia = (await phones(client))[0]
            assert "⏳ 2 to check" in (await nadia.screen()).last.text
    finally:
        await ended(process)
