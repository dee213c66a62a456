"""The store of files is away, refuses, or hangs: orders are safe, and copies are made when it works again."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot.delivery.attachments import MAX_REFUSALS
from bot.settings import Settings
from domain.accounts.model import Role
from domain.audit.model import ActivityLog, LogType
from domain.files.model import FileState, FileUpload
from domain.files.service import PAUSES, TELL_AFTER
from domain.orders.model import Category
from playground.app import Playground
from playground.phone import Phone, PlaygroundClient
from playground.server import RunningPlayground
from playground.settings import Settings as PlaygroundSettings
from tests.faults.conftest import Machine
from tests.faults.health import health
from tests.faults.test_kills_of_the_outbox import member
from tests.flows.stage import START, Stage, stage_settings
from tests.flows.submitting import add_categories, to_files
from tests.support.clock import SetClock
from tests.support.ports import free_port
from tests.support.s3 import S3
from tests.support.wire import Wire, wire_to

PICTURES = ["backlink-screenshot.jpg", "citation-listing.jpg", "rankings-chart.jpg"]
STARTS_IN = 30.0
ENDS_IN = 10.0
"""Seconds that a stop may take."""


@dataclass(frozen=True, slots=True)
class Agency:
    """A bot whose files go to a store through a wire."""

    stage: Stage
    s3: S3
    wire: Wire
    bucket: str

    async def files(self) -> list[FileUpload]:
        async with self.stage.bot.transactions.reading() as session:
            return list(await session.scalars(select(FileUpload).order_by(FileUpload.position)))

    async def tried(self, times: int) -> list[FileUpload]:
        """Waits until so many tries of each file have come to their end."""
        while True:
            files = await self.files()
            if all(file.attempts >= times and (file.last_error or file.stored_at) for file in files):
                return files
            await asyncio.sleep(0.02)

    async def settled(self, state: FileState) -> list[FileUpload]:
        while True:
            files = await self.files()
            if files and all(file.state is state for file in files):
                return files
            await asyncio.sleep(0.02)

    def later(self, tries: int) -> None:
        """Time passes until the next try, after so many."""
        self.stage.clock.advance(seconds=PAUSES[tries - 1].total_seconds())
        self.stage.bot.attachments.wake()


@asynccontextmanager
async def agency_on(database_url: str, folder: Path, s3: S3, **playground: Any) -> AsyncIterator[Agency]:
    settings = PlaygroundSettings(flood=None, **playground)
    async with (
        wire_to(s3.port) as wire,
        RunningPlayground(Playground(settings)) as served,
        PlaygroundClient(served.url) as client,
    ):
        bucket = s3.bucket()
        account = await client.add_bot(username="office_bot", first_name="Office")
        files = {**storage_settings(s3, bucket), "file_storage_endpoint": wire.address}
        values = stage_settings(served.url, account, database_url, folder, web_port=free_port(), **files)
        stage = Stage(client, account, values, SetClock(START))
        await stage.start()
        try:
            yield Agency(stage, s3, wire, bucket)
        finally:
            await wire.mend()
            await stage.stop()


def storage_settings(s3: S3, bucket: str) -> dict[str, str]:
    return {"file_storage_bucket": bucket, "file_storage_endpoint": s3.endpoint, **s3.access}


@pytest.fixture
async def agency(database_url: str, tmp_path: Path, s3: S3) -> AsyncIterator[Agency]:
    async with agency_on(database_url, tmp_path, s3) as made:
        yield made


async def submit_album(phone: Phone) -> None:
    await to_files(phone)
    await phone.send_album(PICTURES)
    await phone.wait_for("✅ Done, 3 files")
    await phone.tap("✅ Done, 3 files")
    await phone.wait_for("Files: 3 photos")
    await phone.tap("✅ Submit")
    await phone.wait_for("Order 1 is submitted.")


def photos(messages: list[Any]) -> int:
    return sum(message.media is not None for message in messages)


async def test_the_order_is_safe_while_the_store_is_away_and_its_files_follow(agency: Agency) -> None:
    stage = agency.stage
    await add_categories(stage)
    worker, admin = await stage.worker(), await stage.admin()
    await agency.wire.cut()

    await submit_album(worker.phone)
    screen = await admin.phone.wait_for("✅ Approve all 300")
    await stage.settled()
    assert photos(screen.messages) == 3, "from Telegram, which has them"
    for tries in range(1, TELL_AFTER + 1):
        files = await agency.tried(tries)
        assert {(file.state, file.attempts) for file in files} == {(FileState.PENDING, tries)}
        assert stage.bot.attachments.problem is not None
        if tries < TELL_AFTER:
            agency.later(tries)
    await admin.phone.wait_for("cannot be saved at the moment")

    await agency.wire.mend()
    agency.later(TELL_AFTER)
    for file in await agency.settled(FileState.STORED):
        content = agency.s3.content(agency.bucket, file.storage_path)
        sent = await stage.account.call("getFile", file_id=file.telegram_file_id)
        arrived = await download(stage, sent["result"]["file_path"])
        assert file.sha256 == hashlib.sha256(arrived).hexdigest()
        assert (len(content), content[:3]) == (file.file_size, b"\xff\xd8\xff")
    assert agency.s3.keys(agency.bucket) == {file.storage_path for file in await agency.files()}
    assert stage.bot.attachments.problem is None
    async with stage.bot.transactions.reading() as session:
        logged = select(func.count()).where(ActivityLog.log_type == LogType.FILE_STORED)
        assert await session.scalar(logged) == 3, "each once"


async def download(stage: Stage, path: str) -> bytes:
    settings = stage.settings
    token = settings.telegram_bot_token.get_secret_value()
    answer = await stage.playground.http.get(f"{settings.telegram_api_url}/file/bot{token}/{path}")
    return answer.content


async def test_what_waits_follows_as_soon_as_one_file_was_stored_again(agency: Agency) -> None:
    stage = agency.stage
    await add_categories(stage)
    worker = await stage.worker()
    await agency.wire.cut()
    await submit_album(worker.phone)
    await agency.tried(1)
    agency.later(1)
    await agency.tried(2)

    await agency.wire.mend()
    await to_files(worker.phone, title="Another")
    await worker.phone.send_document("work-report.pdf")
    await worker.phone.wait_for("✅ Done, 1 file")
    await worker.phone.tap("✅ Done, 1 file")
    await worker.phone.wait_for("Files: 1 file")
    await worker.phone.tap("✅ Submit")
    await worker.phone.wait_for("Order 2 is submitted.")

    assert len(await agency.settled(FileState.STORED)) == 4, "though the clock stands still"


async def test_health_says_why_files_wait_and_the_bot_is_well_all_the_same(agency: Agency) -> None:
    stage = agency.stage
    await add_categories(stage)
    worker = await stage.worker()
    assert await health(stage) == (200, {"status": "ok", "database": "ok", "files": "ok"})
    await agency.wire.cut()
    await submit_album(worker.phone)
    await agency.tried(1)

    code, words = await health(stage)
    assert (code, words["status"], words["database"]) == (200, "ok", "ok")
    assert words["files"].startswith(f"{agency.wire.address} does not answer")

    await agency.wire.mend()
    agency.later(1)
    await agency.settled(FileState.STORED)
    assert await health(stage) == (200, {"status": "ok", "database": "ok", "files": "ok"})


async def test_a_store_that_takes_too_long_is_trouble_too(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that sends a byte now and then, which no limit of the connection finds."""
    stage = agency.stage
    await add_categories(stage)
    worker = await stage.worker()
    monkeypatch.setattr("bot.delivery.attachments.COPY_SECONDS", 0.5)
    agency.wire.swallow()
    await submit_album(worker.phone)
    await agency.tried(1)
    assert (await health(stage))[1]["files"] == "the store does not take a file in time"
    monkeypatch.undo()
    await agency.wire.mend()
    agency.later(1)
    await agency.settled(FileState.STORED)
    assert (await health(stage))[1]["files"] == "ok"


async def test_a_file_that_telegram_no_longer_has_is_given_up_and_told(
    database_url: str, tmp_path: Path, s3: S3
) -> None:
    async with agency_on(database_url, tmp_path, s3, kept_file_bytes=1) as agency:
        stage = agency.stage
        await add_categories(stage)
        worker, admin = await stage.worker(), await stage.admin()
        await agency.wire.cut()
        await to_files(worker.phone)
        await worker.phone.send_document("work-report.pdf")
        await worker.phone.wait_for("✅ Done, 1 file")
        await worker.phone.tap("✅ Done, 1 file")
        await worker.phone.wait_for("Files: 1 file")
        await worker.phone.tap("✅ Submit")
        await worker.phone.wait_for("Order 1 is submitted.")
        await agency.tried(1)
        await admin.phone.send_document("backlinks.csv")  # the playground keeps the newest file alone
        for tries in range(1, MAX_REFUSALS):
            agency.later(tries)
            (file,) = await agency.tried(tries + 1)

        assert (file.state, file.attempts) == (FileState.FAILED, MAX_REFUSALS)
        assert "temporarily unavailable" in (file.last_error or "")
        await admin.phone.wait_for("could not be saved: work-report.pdf")


async def test_a_store_that_is_away_does_not_keep_the_bot_from_starting(agency: Agency) -> None:
    await agency.wire.cut()
    await agency.stage.restart()
    phone = await agency.stage.stranger()
    await phone.say("/help")
    await phone.wait_for("back office")


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("FILE_STORAGE_BUCKET", "no-such-bucket"),
        ("AWS_SECRET_ACCESS_KEY", "0" * 40),
        ("AWS_ACCESS_KEY_ID", "nobody"),
    ],
)
async def test_a_wrong_setting_of_the_store_stops_the_start(machine: Machine, s3: S3, setting: str, value: str) -> None:
    values = {name.upper(): text for name, text in storage_settings(s3, s3.bucket()).items()}
    environment = machine.environment | values | {setting: value}
    async with replace(machine, environment=environment).bot() as bot:
        output = (await bot.output()).decode()
        assert await bot.process.wait() == 2
    said = output.strip().splitlines()[-1]
    assert setting in said
    assert "Traceback" not in output
    assert s3.access["aws_secret_access_key"] not in output


async def test_a_store_that_hangs_does_not_hold_up_the_end(
    machine: Machine, s3: S3, sessions: async_sessionmaker[AsyncSession]
) -> None:
    async with sessions() as session:
        worker, _ = await member(machine, session, "Ayesha", Role.WORKER)
        session.add(Category(name="Link Building"))
        await session.commit()
    async with wire_to(s3.port) as wire:
        values = {name.upper(): text for name, text in storage_settings(s3, s3.bucket()).items()}
        environment = machine.environment | values | {"FILE_STORAGE_ENDPOINT": wire.address}
        async with replace(machine, environment=environment).bot() as bot:
            await worker.say("/help")
            await worker.wait_for("back office", timeout=STARTS_IN)
            wire.swallow()
            await submit_album(worker)
            while wire.swallowed < 3:
                await asyncio.sleep(0.02)
            bot.process.terminate()
            assert await asyncio.wait_for(bot.process.wait(), ENDS_IN) == 0
        async with replace(machine, environment=values | machine.environment).bot(), sessions() as session:
            stored = select(func.count()).where(FileUpload.state == FileState.STORED)
            while await session.scalar(stored) != 3:
                await session.rollback()
                await asyncio.sleep(0.05)


def test_the_key_may_stand_in_the_env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY", raising=False)
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    monkeypatch.chdir(tmp_path)
    Path(".env").write_text("AWS_ACCESS_KEY_ID=AKIA1\nAWS_SECRET_ACCESS_KEY=quiet\n")
    assert Settings().storage_access == {"aws_access_key_id": "AKIA1", "aws_secret_access_key": "quiet"}
