"""What people are told of orders without having asked."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from bot.delivery.queue import QueuedNotification
from domain.access import SYSTEM
from domain.notifications.kinds import NotificationKind
from domain.orders.reminders import OrderReminderService
from domain.orders.service import OrderService
from tests.flows.reading import labels
from tests.flows.review_office import DRAFT, open_office, photo, submit
from tests.flows.stage import Stage


async def test_assigned_work_comes_with_its_material_and_its_day(stage: Stage) -> None:
    worker, nadia = await stage.worker(), await stage.admin("Nadia <b>")
    await open_office(stage)
    draft = replace(DRAFT, note="Use the <b>brand</b>", files=(await photo(worker),))
    async with stage.unit() as unit:
        await OrderService(unit).assign(draft, [worker.id], due_date=date(2026, 11, 12), actor=nadia.actor)
    screen = await worker.phone.wait_for("New work")
    assert screen.messages[-2].media is not None
    assert screen.last.text == (
        "📝 New work from Nadia <b>: order 1\nTen backlinks\n10 · Link Building\n📅 Due: 12 Nov 2026\n"
        "Business: Zeta Dental\nFolder: November\n\nUse the <b>brand</b>"
    )
    assert labels(screen.last) == ["📤 Submit this work", "📄 Order 1", "📋 My orders"]


async def test_reminders_of_both_sides(stage: Stage) -> None:
    worker, nadia = await stage.worker(), await stage.admin()
    await open_office(stage)
    async with stage.unit() as unit:
        await OrderService(unit).assign(DRAFT, [worker.id], due_date=date(2026, 11, 12), actor=nadia.actor)
    await submit(stage, worker, title="Waits")
    stage.clock.advance(hours=25)
    async with stage.unit() as unit:
        await OrderReminderService(unit).remind(actor=SYSTEM)
    await worker.phone.wait_for("⏰ Order 1 is due tomorrow, 12 Nov 2026.")
    await nadia.phone.wait_for("⏰ Order 2 of Ayesha has waited for 24 h.")
    await nadia.phone.tap("🔎 Open order 2")
    await nadia.phone.wait_for("✅ Approve all 10")


async def test_the_archive_is_told_and_a_comment_is_shown_as_typed(stage: Stage) -> None:
    worker, nadia = await stage.worker(), await stage.admin()
    await open_office(stage)
    order = (await submit(stage, worker)).order
    await nadia.phone.wait_for("✅ Approve all 10")
    # Until its copy is noted, the card is kept up to date; the button is to be an old one.
    await stage.settled()
    async with stage.unit() as unit:
        await OrderService(unit).comment(order.id, "Is <i>this</i> right?", actor=nadia.actor)
    await worker.phone.wait_for("💬 Nadia on order 1:\nIs <i>this</i> right?")
    async with stage.unit() as unit:
        await OrderService(unit).archive(order.id, 1, actor=nadia.actor)
    await worker.phone.wait_for("Order 1 was put into the archive. It is not paid.")
    await nadia.phone.tap("✅ Approve all 10")
    await nadia.phone.wait_for("This order is in the archive. Restore it first.")
    stage.clock.advance(minutes=1)
    async with stage.unit() as unit:
        await OrderService(unit).restore(order.id, 1, actor=nadia.actor)
    await worker.phone.wait_for("Order 1 is back from the archive.")


async def test_a_file_that_could_not_be_saved_is_told_to_the_admins(stage: Stage) -> None:
    worker, nadia = await stage.worker(), await stage.admin()
    await open_office(stage)
    order = (await submit(stage, worker)).order
    await stage.settled()
    async with stage.unit() as unit:
        unit.notifications.notify(
            nadia.id,
            NotificationKind.FILE_FAILED,
            {"file_id": UUID(int=1), "name": "<report>.pdf", "order_id": order.id, "error": "NetworkError"},
            dedupe_key="file 1 failed",
        )
    await nadia.phone.wait_for("A file of order 1 could not be saved: <report>.pdf. Ask Ayesha to send it again.")
    await nadia.phone.tap("🔎 Open order 1")
    await nadia.phone.wait_for("Ten backlinks")


async def test_what_was_taken_back_before_it_was_told_is_not_told(stage: Stage) -> None:
    """A decision that is undone in quiet hours: in the morning nobody hears what is no longer true."""
    worker, nadia = await stage.worker(), await stage.admin()
    await open_office(stage)
    async with stage.unit() as unit:
        orders = OrderService(unit)
        order = (await orders.submit(DRAFT, actor=worker.actor)).order
        await orders.reject(order.id, 1, "No", actor=nadia.actor)
        await orders.undo(order.id, 1, actor=nadia.actor)
        await orders.approve(order.id, 1, approved=4, actor=nadia.actor)
    await worker.phone.wait_for("Order 1 approved: 4 of 10 · Link Building")
    await stage.settled()
    shown = str(await worker.phone.screen())
    assert "rejected" not in shown
    assert "checked again" not in shown
    assert "Order 1" not in str(await nadia.phone.screen())


async def test_what_is_sent_while_the_queue_is_read_is_sent_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """An admin once had the same card twice: the queue was read just before the first one was marked as sent, and
    looked at just after.
    """
    worker, nadia = await stage.worker(), await stage.admin()
    await open_office(stage)
    outbox = stage.bot.outbox
    read = outbox._read

    async def read_slowly(limit: int) -> list[QueuedNotification]:
        found = await read(limit)
        while outbox.is_busy:
            await asyncio.sleep(0)
        return found

    monkeypatch.setattr(outbox, "_read", read_slowly)
    for number in range(3):
        await submit(stage, worker, title=f"Title {number}")
        outbox.wake()
    await nadia.phone.wait_for("Title 2")
    await stage.settled()
    outbox.wake()
    await nadia.phone.say("/menu")
    await nadia.phone.wait_for("⏳ 3 to check")
    shown = str(await nadia.phone.screen())
    assert [shown.count(f"Title {number}") for number in range(3)] == [1, 1, 1]
