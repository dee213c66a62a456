"""One chat's slow work never delays another chat: a handler, passwords, a file as large as Telegram hands out."""

from __future__ import annotations

import asyncio
import gc
import time
from hashlib import sha256
from pathlib import Path
from typing import Self

from sqlalchemy import func, select
from telegram import Update
from telegram.ext import CommandHandler

from bot.screens.context import OpsContext
from bot.screens.interface import App, Interface
from bot.screens.screen import Screen
from bot.tasks import cancel_and_wait
from bot.updates.processor import AT_ONCE
from domain.files.images import MAX_HELD
from domain.files.model import FileState, FileUpload
from handlers.registration import register
from playground.phone import Phone
from playground.settings import Settings as PlaygroundSettings
from tests.flows.account_help import give_password
from tests.flows.stage import PASSWORD, Stage, staged
from tests.flows.submitting import add_categories, to_files

ASKED = 12
"""Questions that somebody else asks meanwhile."""
AT_LEAST = 6
"""Answers while a work is under way that takes the time of many. Were it done in between, there would be one or two."""
ROUNDS = 15
"""Eight times as long as the product's own: nobody could overlook it."""
FILES = 4
LARGE_FILE = b"a line of a long table,\n" * (20_000_000 // 24)
"""20 MB, which is as much as a bot can fetch."""


class LoopWatch:
    """How much work the loop does at most before it turns to the next one: in its own thread's processor time, which
    other tests beside it do not lengthen."""

    def __init__(self) -> None:
        self.longest = 0.0

    async def __aenter__(self) -> Self:
        # The garbage of all tests before this one took a tenth of a second to look through.
        gc.disable()
        self._watching = asyncio.create_task(self._watch())
        return self

    async def __aexit__(self, *_: object) -> None:
        await cancel_and_wait(self._watching)
        gc.enable()

    async def _watch(self) -> None:
        while True:
            began = time.thread_time()
            await asyncio.sleep(0)
            self.longest = max(self.longest, time.thread_time() - began)


async def asks(phone: Phone, times: int = 1) -> int:
    """Asks, and waits for each answer; how many those were."""
    for _ in range(times):
        await phone.say("/help")
        await phone.wait_for("back office", timeout=30)
    return times


class SlowService:
    """Another service that a use case waits for, outside of its transaction, until it is told to answer."""

    def __init__(self) -> None:
        self._answers = asyncio.Event()
        self._arrived = asyncio.Semaphore(0)

    def register(self, app: App) -> Interface:
        app.add_handler(CommandHandler("slow", self._handle))
        return register(app)

    async def _handle(self, _update: Update, context: OpsContext) -> None:
        context.show(Screen("It took a while"))
        self._arrived.release()
        await context.unit.outside(self._answers.wait())

    async def asked_by(self, people: int) -> None:
        for _ in range(people):
            await self._arrived.acquire()

    def answer(self) -> None:
        self._answers.set()


async def test_a_slow_handler(database_url: str, tmp_path: Path) -> None:
    service = SlowService()
    async with staged(database_url, tmp_path, handlers=service.register) as stage:
        ayesha, bilal = await stage.worker("Ayesha"), await stage.worker("Bilal")
        await ayesha.phone.say("/slow")
        await ayesha.phone.say("/help")
        await service.asked_by(1)
        await asks(bilal.phone, ASKED)
        service.answer()
        # In their own chat, everything comes in its order.
        screen = await ayesha.phone.wait_for("back office", timeout=30)
        assert [message.text for message in screen.messages if not message.is_mine][-2] == "It took a while"


async def test_more_slow_handlers_than_there_are_transactions(database_url: str, tmp_path: Path) -> None:
    """They kept their slots while they waited, and everybody else stood in line behind them."""
    service = SlowService()
    async with staged(database_url, tmp_path, handlers=service.register) as stage:
        bilal, *others = [await stage.worker(f"Worker {number}") for number in range(AT_ONCE + 2)]
        for each in others:
            await each.phone.say("/slow")
        await service.asked_by(len(others))
        await asks(bilal.phone, ASKED)
        service.answer()
        for each in others:
            await each.phone.wait_for("It took a while", timeout=30)


async def to_password(phone: Phone, email: str) -> None:
    await phone.say("/logout")
    await phone.wait_for("logged out", timeout=30)
    await phone.say("/login")
    await phone.wait_for("e-mail", timeout=30)
    await phone.say(email)
    await phone.wait_for("password", timeout=30)


async def test_password_hashes(database_url: str, tmp_path: Path) -> None:
    async with staged(database_url, tmp_path, bcrypt_rounds=ROUNDS) as stage:
        ayesha, bilal = await stage.worker("Ayesha"), await stage.worker("Bilal")
        await give_password(stage, ayesha)
        await to_password(ayesha.phone, ayesha.email)
        await ayesha.phone.say(PASSWORD)  # a hash: more than two seconds of one core
        answers = 0
        async with asyncio.TaskGroup() as group:
            logged_in = group.create_task(ayesha.phone.wait_for("⚙️ More", timeout=60))
            while not logged_in.done():
                answers += await asks(bilal.phone)
        assert answers >= AT_LEAST


async def test_files_as_large_as_can_be(database_url: str, tmp_path: Path) -> None:
    async with staged(database_url, tmp_path) as stage:
        await add_categories(stage)
        ayesha, bilal = await stage.worker("Ayesha"), await stage.worker("Bilal")
        await to_files(ayesha.phone)
        for number in range(FILES):
            await ayesha.phone.send_document((f"table{number}.csv", LARGE_FILE))
        await ayesha.phone.wait_for(f"✅ Done, {FILES} files")
        await ayesha.phone.tap(f"✅ Done, {FILES} files")
        await ayesha.phone.wait_for("Is everything right?")
        await ayesha.phone.tap("✅ Submit")
        answers = 0
        while await files_stored(stage) < FILES:
            answers += await asks(bilal.phone)
        assert answers >= AT_LEAST


async def test_a_large_file_of_a_bot_api_server_of_our_own(database_url: str, tmp_path: Path) -> None:
    """It lies on the disk and may have 2 GB: read whole, as python-telegram-bot does, it stopped everybody."""
    telegram = PlaygroundSettings(flood=None, local_paths=True, download_bytes=2000 << 20)
    content = LARGE_FILE * 4
    assert len(content) > MAX_HELD
    async with staged(database_url, tmp_path, playground=telegram, telegram_api_local=True) as stage:
        await add_categories(stage)
        ayesha, bilal = await stage.worker("Ayesha"), await stage.worker("Bilal")
        await to_files(ayesha.phone)
        await ayesha.phone.send_document(("table.csv", content))
        await ayesha.phone.wait_for("✅ Done, 1 file")
        await ayesha.phone.tap("✅ Done, 1 file")
        await ayesha.phone.wait_for("Is everything right?")
        await ayesha.phone.tap("✅ Submit")
        async with LoopWatch() as watch:
            while not await files_stored(stage):
                await asks(bilal.phone)
        hashing = time.thread_time()
        digest = sha256(content).hexdigest()
        assert watch.longest < (time.thread_time() - hashing) / 2, "part of the file's work was done in the loop"
        async with stage.bot.transactions.reading() as session:
            file = (await session.scalars(select(FileUpload))).one()
        assert (file.file_size, file.sha256) == (len(content), digest)
        kept = tmp_path / "kept.csv"
        await stage.bot._storage.fetch(file.storage_path, kept)
        assert kept.read_bytes() == content


async def files_stored(stage: Stage) -> int:
    stored = select(func.count()).select_from(FileUpload).where(FileUpload.state == FileState.STORED)
    async with stage.bot.transactions.reading() as session:
        return (await session.scalar(stored)) or 0
