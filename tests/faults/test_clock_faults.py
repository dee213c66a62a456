"""The clock jumps over a month's end, back over it, through summer time: a month is closed once, and work paid once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from domain.clock import Month
from domain.pay.model import Invoice
from tests.flows import pay_desk as desk
from tests.flows.pay_desk import CLOSING_TIME
from tests.flows.reading import shown
from tests.flows.stage import Member, Stage, staged

NEW_YORK: dict[str, Any] = {"timezone": "America/New_York", "closing_time": "01:30"}
"""On 1 November 2026 there is 01:30 twice; on 8 March there is no 02:30."""


@pytest.fixture
async def stage(database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(database_url, tmp_path) as made:
        yield made


@pytest.fixture
async def new_york(database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(database_url, tmp_path, **NEW_YORK) as made:
        yield made


async def people(stage: Stage) -> tuple[Member, Member]:
    admin, worker = await stage.admin(), await stage.worker()
    await desk.rate(stage, admin, await desk.category(stage, admin))
    return admin, worker


async def closed(stage: Stage) -> dict[Month, Decimal]:
    """What each closed month's invoices add up to, however many there are."""
    found = select(Invoice.year, Invoice.month, func.sum(Invoice.total_amount)).group_by(Invoice.year, Invoice.month)
    async with stage.bot.transactions.reading() as session:
        return {Month(year, month): total for year, month, total in await session.execute(found)}


async def test_the_looks_at_the_clock_are_scheduled(stage: Stage) -> None:
    jobs = {job.id: job for job in stage.bot._scheduler._scheduler.get_jobs()}
    now = datetime.now(UTC)
    for name, at_most in (("close_month", timedelta(minutes=1)), ("remind", timedelta(hours=1))):
        assert jobs[name].trigger.get_next_fire_time(None, now) - now <= at_most
        assert jobs[name].next_run_time is not None


async def test_after_the_clock_was_set_back_it_is_looked_at_as_before(stage: Stage) -> None:
    """What was planned for a minute later is ten days ahead then."""
    scheduler = stage.bot._scheduler
    now = datetime.now(UTC)
    for job in scheduler._scheduler.get_jobs():
        job.modify(next_run_time=now + timedelta(days=10))
    scheduler.follow_clock()
    planned = {job.id: job.next_run_time for job in scheduler._scheduler.get_jobs()}
    assert planned["close_month"] - now <= timedelta(minutes=1, seconds=30)
    assert planned["remind"] - now <= timedelta(hours=1, seconds=30)


async def test_a_jump_over_the_months_end_closes_it_at_the_next_look(stage: Stage) -> None:
    admin, worker = await people(stage)
    await desk.approved(stage, worker, admin)
    while stage.bot._scheduler._closed is None:
        await asyncio.sleep(0.01)  # the first look, at the start
    stage.clock.set(CLOSING_TIME + timedelta(days=4))
    stage.bot._scheduler.run_missed()
    await worker.phone.wait_for("Your invoice for November 2026 is here: PKR 2,394")
    await admin.phone.wait_for("November 2026 is closed")


async def test_a_jump_over_several_months_pays_each_once(stage: Stage) -> None:
    admin, worker = await people(stage)
    await desk.approved(stage, worker, admin)
    stage.clock.set(CLOSING_TIME + timedelta(days=75))
    await stage.bot._scheduler.close_month()
    await worker.phone.wait_for("Your invoice for November 2026 is here: PKR 2,394")
    await stage.settled()
    assert sum((await closed(stage)).values()) == Decimal("2394.00")
    assert await shown(worker.phone, "Your invoice for") == 1


@pytest.mark.parametrize("is_restarted", [False, True], ids=["running", "restarted"])
async def test_a_clock_set_back_over_the_months_end_does_nothing_twice(stage: Stage, *, is_restarted: bool) -> None:
    """What is approved while it is wrong is paid too, and once."""
    admin, worker = await people(stage)
    await desk.approved(stage, worker, admin)
    stage.clock.set(CLOSING_TIME)
    await stage.bot._scheduler.close_month()
    await worker.phone.wait_for("Your invoice for November 2026 is here: PKR 2,394")
    stage.clock.set(CLOSING_TIME - timedelta(days=3))
    if is_restarted:
        await stage.restart()
    await stage.bot._scheduler.close_month()
    await desk.approved(stage, worker, admin, 10)
    stage.clock.set(CLOSING_TIME + timedelta(minutes=1))
    await stage.bot._scheduler.close_month()
    stage.clock.set(CLOSING_TIME - timedelta(minutes=1))
    await stage.bot._scheduler.close_month()
    stage.clock.set(datetime.fromisoformat("2027-01-01T09:00:00+05:00"))
    await stage.bot._scheduler.close_month()
    await stage.settled()
    # All that was approved, and no more: 310 submissions at 7.98.
    assert sum((await closed(stage)).values()) == Decimal("2473.80")
    assert await shown(worker.phone, "Your invoice for November 2026") == 1
    numbers = [number for number, _ in await desk.invoices(stage)]
    assert numbers == [f"INV-2026-{each:06}" for each in range(1, len(numbers) + 1)]


async def test_an_hour_that_comes_twice_closes_once(new_york: Stage) -> None:
    """01:30 summer time, and an hour later 01:30 again: at quarters of an hour in between it is looked at."""
    new_york.clock.set(datetime.fromisoformat("2026-10-20T12:00:00-04:00"))
    admin, worker = await people(new_york)
    await desk.approved(new_york, worker, admin)
    seen = []
    for quarter in range(16):
        new_york.clock.set(datetime.fromisoformat("2026-11-01T04:00:00+00:00") + timedelta(minutes=15 * quarter))
        await new_york.bot._scheduler.close_month()
        seen.append(len(await desk.invoices(new_york)))
    assert seen == [0] * 6 + [1] * 10
    await worker.phone.wait_for("Your invoice for October 2026")
    await new_york.settled()
    assert await shown(worker.phone, "Your invoice for") == 1
    assert await shown(admin.phone, "is closed") == 1


async def test_an_hour_that_is_left_out_does_not_leave_out_the_closing(database_url: str, tmp_path: Path) -> None:
    gap: dict[str, Any] = {"timezone": "America/New_York", "closing_day": 8, "closing_time": "02:30"}
    async with staged(database_url, tmp_path, **gap) as stage:
        stage.clock.set(datetime.fromisoformat("2026-02-20T12:00:00-05:00"))
        admin, worker = await people(stage)
        await desk.approved(stage, worker, admin)
        stage.clock.set(datetime.fromisoformat("2026-03-08T06:59:00+00:00"))
        await stage.bot._scheduler.close_month()
        assert await desk.invoices(stage) == []
        stage.clock.set(datetime.fromisoformat("2026-03-08T07:00:00+00:00"))
        await stage.bot._scheduler.close_month()
        await worker.phone.wait_for("Your invoice for February 2026")


async def test_the_last_minute_of_a_leap_day_belongs_to_february(stage: Stage) -> None:
    stage.clock.set(datetime.fromisoformat("2028-02-29T23:59:59+05:00"))
    admin, worker = await people(stage)
    await desk.approved(stage, worker, admin)
    stage.clock.set(datetime.fromisoformat("2028-03-01T00:00:00+05:00"))
    await desk.approved(stage, worker, admin, 10)
    stage.clock.set(datetime.fromisoformat("2028-03-01T09:00:00+05:00"))
    await stage.bot._scheduler.close_month()
    await worker.phone.wait_for("Your invoice for February 2028 is here: PKR 2,394")
    assert await closed(stage) == {Month(2028, 2): Decimal("2394.00")}


async def test_a_clock_that_jumps_while_a_month_is_closed_closes_it_once(stage: Stage) -> None:
    admin, worker = await people(stage)
    await desk.approved(stage, worker, admin)
    stage.clock.set(CLOSING_TIME)

    async def jumping() -> None:
        for number in range(40):
            stage.clock.set(CLOSING_TIME + timedelta(days=20 * (number % 2)))
            await asyncio.sleep(0)

    await asyncio.gather(*(stage.bot._scheduler.close_month() for _ in range(3)), jumping())
    await stage.settled()
    assert await closed(stage) == {Month(2026, 11): Decimal("2394.00")}
    assert await shown(worker.phone, "Your invoice for") == 1
    assert await shown(admin.phone, "is closed") == 1
