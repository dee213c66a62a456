"""No room on the disk, and another program at SQLite's one pen: updates wait, and each is answered once."""

from __future__ import annotations

import asyncio
import resource
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event, func, make_url, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot.database.models import InboundUpdate, UpdateState
from domain.accounts.model import Role
from domain.audit.service import verify
from domain.files.model import FileState, FileUpload
from domain.orders.model import Category
from playground.phone import Phone
from tests.faults.conftest import BotProcess, Machine
from tests.faults.test_kills_of_the_outbox import member
from tests.flows.reading import shown
from tests.flows.stage import Stage, staged
from tests.flows.submitting import add_categories, to_card, to_files
from tests.support.databases import Databases
from tests.support.ports import free_port

STARTS_IN = 30.0
ENDS_IN = 10.0
ANSWER = "back office"
"""A word of the answer to /help."""
LONG = "Where is my order? " * 200
"""More than fits on what is left of a database's last page."""
ROOMY = 1 << 30
MEGABYTE = 1 << 20


@pytest.fixture
def sqlite_url(databases: Databases) -> Iterator[str]:
    with databases.migrated("sqlite") as url:
        yield url


class Connections:
    """Sets what each connection of a bot is told before it is used."""

    def __init__(self, stage: Stage, pragma: str) -> None:
        self.pragma = pragma
        self.used = 0
        event.listen(stage.bot.engine.sync_engine, "checkout", self._prepare)

    def _prepare(self, connection: Any, *_: object) -> None:
        self.used += 1
        cursor = connection.cursor()
        cursor.execute(self.pragma)
        cursor.close()


@asynccontextmanager
async def agency(url: str, folder: Path, **settings: Any) -> AsyncIterator[Stage]:
    async with staged(url, folder, **settings) as stage:
        await add_categories(stage)
        yield stage


async def everything_is_answered(stage: Stage) -> None:
    left = select(func.count()).where(InboundUpdate.state != UpdateState.ANSWERED)
    while True:
        async with stage.bot.transactions.reading() as session:
            if await session.scalar(left) == 0:
                return
        await asyncio.sleep(0.02)


async def unconfirmed(stage: Stage) -> int:
    """Updates that Telegram still holds for the bot."""
    info = await stage.account.call("getWebhookInfo")
    waiting: int = info["result"]["pending_update_count"]
    return waiting


async def test_a_full_database_confirms_nothing_and_loses_nothing(
    sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    port = free_port()
    async with agency(sqlite_url, tmp_path, web_port=port) as stage, httpx.AsyncClient() as browser:
        worker, stranger = (await stage.worker()).phone, await stage.stranger()
        await to_card(worker)
        await everything_is_answered(stage)
        connections = Connections(stage, "PRAGMA max_page_count = 1")
        for _ in range(30):  # the free pages go first
            await stranger.say(LONG)
        await worker.tap("✅ Submit")
        await worker.say("/help")
        health = f"http://127.0.0.1:{port}/health"
        while (answer := await browser.get(health)).status_code != 503:
            await asyncio.sleep(0.05)
        assert "full" in answer.json()["database"]

        used, began = connections.used, time.monotonic()
        while connections.used < used + 20:
            await asyncio.sleep(0.05)
        assert time.monotonic() - began > 1, "it does not spin"
        assert await shown(worker, "is submitted") == 0
        assert await unconfirmed(stage) > 0
        assert sum("updates wait" in record.getMessage() for record in caplog.records) < 3

        connections.pragma = f"PRAGMA max_page_count = {ROOMY}"
        await worker.wait_for(ANSWER, timeout=STARTS_IN)
        await everything_is_answered(stage)
        assert await shown(worker, "Order 1 is submitted.") == 1
        assert await shown(worker, ANSWER) == 1
        assert await unconfirmed(stage) == 0
        assert (await browser.get(health)).status_code == 200
        async with stage.bot.transactions.reading() as session:
            assert list(await verify(session)) == []


@contextmanager
def limited(bot: BotProcess, most: int) -> Iterator[None]:
    """The process's files cannot grow beyond so many bytes."""
    soft, hard = resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, (soft, hard))


async def until_it_says(bot: BotProcess, text: str) -> None:
    assert bot.process.stdout is not None
    while text not in (line := (await bot.process.stdout.readline()).decode()):
        assert line, "it ended"


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_a_disk_that_takes_no_more_of_the_database(machine: Machine) -> None:
    phone = await machine.playground.add_phone(machine.account, "Ayesha")
    async with machine.bot() as bot:
        await phone.say("/help")
        await phone.wait_for(ANSWER, timeout=STARTS_IN)
        with limited(bot, 1):
            await phone.say("/cancel")
            await until_it_says(bot, "updates wait")
            assert await shown(phone, "invite link") == 0
        await phone.wait_for("invite link", timeout=STARTS_IN)
    assert await shown(phone, ANSWER) == await shown(phone, "invite link") == 1


async def test_a_disk_that_takes_no_file(machine: Machine, sessions: async_sessionmaker[AsyncSession]) -> None:
    async with sessions() as session:
        worker, _ = await member(machine, session, "Ayesha", Role.WORKER)
        session.add(Category(name="Link Building"))
        await session.commit()
    folder = Path(machine.environment["DATA_FOLDER"]) / "files"
    big = bytes(10 * MEGABYTE)
    async with machine.bot() as bot:
        with limited(bot, 8 * MEGABYTE):
            await submit_document(worker, "raw.zip", big, "Order 1 is submitted.")
            while "too large" not in ((await files(sessions))[0].last_error or ""):
                await asyncio.sleep(0.05)
        assert [path for path in folder.rglob("*") if path.is_file()] == [], "nothing half"
        await submit_document(worker, "small.txt", b"small", "Order 2 is submitted.")
        while {file.state for file in await files(sessions)} != {FileState.STORED}:
            await asyncio.sleep(0.05)
    kept = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert kept == {
        file.storage_path: big if file.original_name == "raw.zip" else b"small" for file in await files(sessions)
    }


async def submit_document(phone: Phone, name: str, content: bytes, answer: str) -> None:
    await to_files(phone, title=name)
    await phone.send_document((name, content))
    await phone.wait_for("✅ Done, 1 file")
    await phone.tap("✅ Done, 1 file")
    await phone.wait_for("Files: 1 file")
    await phone.tap("✅ Submit")
    await phone.wait_for(answer)


async def files(sessions: async_sessionmaker[AsyncSession]) -> list[FileUpload]:
    async with sessions() as session:
        return list(await session.scalars(select(FileUpload).order_by(FileUpload.created_at)))


HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=60)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def writing_elsewhere(url: str) -> Iterator[None]:
    """Another program has the write lock."""
    command = [sys.executable, "-c", HOLDER, str(make_url(url).database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:  # noqa: S603
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        try:
            yield
        finally:
            assert holder.stdin is not None
            holder.stdin.close()
            holder.wait()


async def test_a_database_that_another_program_writes_is_waited_for(
    sqlite_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with agency(sqlite_url, tmp_path) as stage:
        worker, stranger = (await stage.worker()).phone, await stage.stranger()
        await to_card(worker)
        await everything_is_answered(stage)
        Connections(stage, "PRAGMA busy_timeout = 100")
        with writing_elsewhere(sqlite_url):
            await worker.tap("✅ Submit")
            await worker.say("/help")
            await stranger.say("/help")
            while not any("updates wait" in record.getMessage() for record in caplog.records):
                await asyncio.sleep(0.05)
            async with stage.bot.transactions.reading() as session:
                assert await session.scalar(select(func.count()).select_from(Category)) == 2, "reading goes on"
            assert await shown(worker, "is submitted") == await shown(stranger, ANSWER) == 0
        for phone in (worker, stranger):
            await phone.wait_for(ANSWER)
        await everything_is_answered(stage)
        assert await shown(worker, "Order 1 is submitted.") == 1
        assert await shown(worker, ANSWER) == await shown(stranger, ANSWER) == 1


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_a_busy_database_does_not_hold_up_the_end(machine: Machine, database_url: str) -> None:
    phone = await machine.playground.add_phone(machine.account, "Ayesha")
    async with machine.bot() as bot:
        await phone.say("/help")
        await phone.wait_for(ANSWER, timeout=STARTS_IN)
        with writing_elsewhere(database_url):
            await phone.say("/cancel")
            await until_it_says(bot, "updates wait")
            bot.process.terminate()
            assert await asyncio.wait_for(bot.process.wait(), ENDS_IN) == 0
    async with machine.bot():
        await phone.wait_for("invite link", timeout=STARTS_IN)
    assert await shown(phone, "invite link") == 1
