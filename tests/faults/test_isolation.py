"""One chat's slow work never delays another chat: a handler, passwords, a file as large as Telegram hands out."""

from __future__ import annotations

import asyncio
import statistics
import time
from hashlib import sha256
from pathlib import Path

from sqlalchemy import func, select
from telegram import Update
from telegram.ext import CommandHandler

from bot.context import OpsContext
from bot.interface import App, Interface
from bot.processing import AT_ONCE
from bot.screen import Screen
from domain.files.images import MOST_HELD
from domain.files.model import FileState, FileUpload
from handlers.registration import register
from playground.phone import Phone
from playground.settings import Settings as PlaygroundSettings
from tests.flows.account_help import give_password
from tests.flows.stage import PASSWORD, Stage, staged
from tests.flows.submitting import add_categories, to_files

ASKED = 12
SLOW_SECONDS = 4.0
ROUNDS = 15
"""Eight times as long as the product's own: nobody could overlook it."""
FILES = 4
LARGE_FILE = b"a line of a long table,\n" * (20_000_000 // 24)
"""20 MB, which is as much as a bot can fetch."""


async def answer_times(phone: Phone, times: int = ASKED) -> list[float]:
    """Seconds until each answer."""
    found = []
    for _ in range(times):
        began = time.monotonic()
        await phone.say("/help")
        await phone.wait_for("back office", timeout=30)
        found.append(time.monotonic() - began)
    return found


def assert_as_before(busy: list[float], quiet: list[float]) -> None:
    """Who asks meanwhile waits about as long as before: all of the slow works take more than two seconds."""
    assert statistics.median(busy) < 5 * statistics.median(quiet) + 0.3
    assert max(busy) < 5 * statistics.median(quiet) + 1.7


async def slow(_update: Update, context: OpsContext) -> None:
    """Waits for another service, as a use case does: outside of its transaction."""
    context.show(Screen("It takes a while"))
    await context.unit.outside(asyncio.sleep(SLOW_SECONDS))


def with_a_slow_handler(app: App) -> Interface:
    app.add_handler(CommandHandler("slow", slow))
    return register(app)


async def test_a_slow_handler(database_url: str, tmp_path: Path) -> None:
    async with staged(database_url, tmp_path, handlers=with_a_slow_handler) as stage:
        ayesha, bilal = await stage.worker("Ayesha"), await stage.worker("Bilal")
        quiet = await answer_times(bilal.phone)
        began = time.monotonic()
        await ayesha.phone.say("/slow")
        await ayesha.phone.say("/help")
        busy = await answer_times(bilal.phone)
        assert time.monotonic() - began < SLOW_SECONDS
        assert_as_before(busy, quiet)
        # In their own chat, everything comes in its order.
        screen = await ayesha.phone.wait_for("back office", timeout=30)
        assert [message.text for message in screen.messages if not message.is_mine][-2] == "It takes a while"


async def test_more_slow_handlers_than_there_are_transactions(database_url: str, tmp_path: Path) -> None:
    """They kept their slots while they waited, and everybody else stood in line behind them."""
    async with staged(database_url, tmp_path, handlers=with_a_slow_handler) as stage:
        bilal, *others = [await stage.worker(f"Worker {number}") for number in range(AT_ONCE + 2)]
        quiet = await answer_times(bilal.phone)
        began = time.monotonic()
        await asyncio.gather(*(each.phone.say("/slow") for each in others))
        busy = await answer_times(bilal.phone, 3)
        assert time.monotonic() - began < SLOW_SECONDS
        assert_as_before(busy, quiet)
        for each in others:
            await each.phone.wait_for("It takes a while", timeout=30)


async def log_in_again(phone: Phone, email: str) -> None:
    """Takes a hash: more than two seconds of one core."""
    await phone.say("/logout")
    await phone.wait_for("logged out", timeout=30)
    await phone.say("/login")
    await phone.wait_for("e-mail", timeout=30)
    await phone.say(email)
    await phone.wait_for("password", timeout=30)
    await phone.say(PASSWORD)
    await phone.wait_for("Hello", timeout=30)


async def test_password_hashes(database_url: str, tmp_path: Path) -> None:
    async with staged(database_url, tmp_path, bcrypt_rounds=ROUNDS) as stage:
        ayesha, bilal = await stage.worker("Ayesha"), await stage.worker("Bilal")
        await give_password(stage, ayesha)
        quiet = await answer_times(bilal.phone)
        busy: list[float] = []
        async with asyncio.TaskGroup() as group:
            logging_in = group.create_task(log_in_again(ayesha.phone, ayesha.email))
            while not logging_in.done():
                busy += await answer_times(bilal.phone, 1)
        assert_as_before(busy, quiet)


async def test_files_as_large_as_can_be(database_url: str, tmp_path: Path) -> None:
    async with staged(database_url, tmp_path) as stage:
        await add_categories(stage)
        ayesha, bilal = await stage.worker("Ayesha"), await stage.worker("Bilal")
        quiet = await answer_times(bilal.phone)
        await to_files(ayesha.phone)
        for number in range(FILES):
            await ayesha.phone.send_document((f"table{number}.csv", LARGE_FILE))
        await ayesha.phone.wait_for(f"{FILES} documents · Done")
        await ayesha.phone.tap(f"{FILES} documents · Done")
        await ayesha.phone.wait_for("is everything right?")
        await ayesha.phone.tap("✅ Submit")
        busy = await answer_times(bilal.phone, 1)
        while await files_stored(stage) < FILES:
            busy += await answer_times(bilal.phone, 1)
        assert_as_before(busy, quiet)


async def test_a_file_of_a_bot_api_server_of_our_own(database_url: str, tmp_path: Path) -> None:
    """It lies on the disk and may have 2 GB: read whole, as python-telegram-bot does, it stopped everybody."""
    telegram = PlaygroundSettings(flood=None, local_paths=True, download_bytes=2000 << 20)
    content = LARGE_FILE * 4
    assert len(content) > MOST_HELD
    async with staged(database_url, tmp_path, playground=telegram, telegram_api_local=True) as stage:
        await add_categories(stage)
        ayesha, bilal = await stage.worker("Ayesha"), await stage.worker("Bilal")
        quiet = await answer_times(bilal.phone)
        await to_files(ayesha.phone)
        await ayesha.phone.send_document(("table.csv", content))
        await ayesha.phone.wait_for("1 document · Done")
        await ayesha.phone.tap("1 document · Done")
        await ayesha.phone.wait_for("is everything right?")
        await ayesha.phone.tap("✅ Submit")
        busy = await answer_times(bilal.phone, 1)
        while not await files_stored(stage):
            busy += await answer_times(bilal.phone, 1)
        assert_as_before(busy, quiet)
        async with stage.bot.transactions.reading() as session:
            file = (await session.scalars(select(FileUpload))).one()
        assert (file.file_size, file.sha256) == (len(content), sha256(content).hexdigest())
        kept = tmp_path / "kept.csv"
        await stage.bot._storage.fetch(file.storage_path, kept)
        assert kept.read_bytes() == content


async def files_stored(stage: Stage) -> int:
    stored = select(func.count()).select_from(FileUpload).where(FileUpload.state == FileState.STORED)
    async with stage.bot.transactions.reading() as session:
        return (await session.scalar(stored)) or 0
