"""A handler with a bug: rolled back, the person told, the admins told once, and everything after it goes on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select
from telegram import Update
from telegram.ext import CommandHandler

from bot.screens.context import OpsContext
from bot.screens.interface import App, Interface
from domain.orders.model import Category
from handlers.registration import register
from tests.flows.reading import said, shown
from tests.flows.stage import Stage, staged

AFTER_THE_OTHERS = 1
REPORT = "A fault in the bot"
TOLD = "Something went wrong on our side"
TYPED = "my-own-secret-words"


async def boom(update: Update, context: OpsContext) -> None:
    context.unit.session.add(Category(name="Half done"))
    await context.unit.session.flush()
    raise ValueError(update.message.text if update.message else "")


async def crash(update: Update, context: OpsContext) -> None:  # noqa: ARG001
    raise ZeroDivisionError("by a handler")


def register_with_bugs(application: App) -> Interface:
    interface = register(application)
    application.add_handler(CommandHandler("boom", boom), group=AFTER_THE_OTHERS)
    application.add_handler(CommandHandler("crash", crash), group=AFTER_THE_OTHERS)
    return interface


@pytest.fixture
async def stage(database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(database_url, tmp_path, handlers=register_with_bugs) as made:
        yield made


async def test_a_bug_changes_nothing_and_its_person_and_the_admins_are_told(stage: Stage) -> None:
    admin, worker = await stage.admin(), await stage.worker()
    await worker.phone.say(f"/boom {TYPED}")
    await worker.phone.say("/menu")
    await worker.phone.wait_for("⚙️ More")
    assert TOLD in (await said(worker.phone))[-2]
    await admin.phone.wait_for(lambda screen: any(REPORT in each.text for each in screen.messages))
    report = next(text for text in await said(admin.phone) if REPORT in text)
    assert "ValueError" in report
    assert "tests/faults/test_bugs.py" in report
    assert TYPED not in report
    assert await shown(worker.phone, REPORT) == 0
    async with stage.bot.transactions.reading() as session:
        assert await session.scalar(select(Category.id).where(Category.name == "Half done")) is None


async def test_fifty_failures_are_one_report_and_fifty_answers(stage: Stage) -> None:
    admin = await stage.admin()
    workers = [await stage.worker(f"Worker {number}") for number in range(5)]
    for _ in range(10):
        await asyncio.gather(*(worker.phone.say(f"/boom {TYPED}") for worker in workers))
    for worker in workers:
        await worker.phone.wait_for(lambda screen: sum(TOLD in each.text for each in screen.messages) >= 10)
    await stage.settled()
    assert [await shown(worker.phone, TOLD) for worker in workers] == [10] * 5
    assert await shown(admin.phone, REPORT) == 1
    await workers[0].phone.say("/crash")
    await admin.phone.wait_for("ZeroDivisionError")
    assert await shown(admin.phone, REPORT) == 2


async def test_the_next_day_a_bug_is_told_of_again(stage: Stage) -> None:
    admin, worker = await stage.admin(), await stage.worker()
    for day in (1, 2):
        await worker.phone.say("/boom")
        await worker.phone.wait_for(TOLD)
        await stage.settled()
        assert await shown(admin.phone, REPORT) == day
        stage.clock.advance(days=1)


async def test_an_admin_who_meets_it_is_told_both(stage: Stage) -> None:
    admin = await stage.admin()
    await admin.phone.say("/boom")
    await admin.phone.wait_for(lambda screen: any(REPORT in each.text for each in screen.messages))
    assert await shown(admin.phone, TOLD) == 1
