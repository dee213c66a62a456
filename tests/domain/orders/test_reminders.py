"""Work that is due, and work that waits."""

from __future__ import annotations

from datetime import date

import pytest

from domain.access import SYSTEM, Actor
from domain.errors import NotAllowed
from domain.orders.reminders import OrderReminderService, Reminded
from tests.domain.orders.desk import DRAFT, Desk, karachi


async def remind(desk: Desk, actor: Actor = SYSTEM) -> Reminded:
    async with desk.unit() as unit:
        return await OrderReminderService(unit).remind(actor=actor)


async def test_a_worker_is_reminded_the_day_before_and_on_the_day(desk: Desk) -> None:
    (order,) = await desk.orders.assign(DRAFT, [desk.bilal.user_id], due_date=date(2026, 10, 17), actor=desk.ayesha)
    heard = []
    for day in (15, 16, 17, 18):
        for hour in (0, 9, 23):
            desk.clock.set(karachi(2026, 10, day, hour))
            await remind(desk)
        heard.append([note.payload["days_left"] for note in await desk.told(desk.bilal, "order_due")])

    assert heard == [[], [1], [1, 0], [1, 0]]
    (before, _) = await desk.told(desk.bilal, "order_due")
    assert before.payload["order_id"] == str(order.id)
    assert before.not_before == karachi(2026, 10, 16, 8)  # queued at midnight


async def test_what_was_handed_in_or_put_aside_is_not_due(desk: Desk) -> None:
    both = await desk.orders.assign(
        DRAFT, [desk.bilal.user_id, desk.zara.user_id], due_date=date(2026, 10, 15), actor=desk.ayesha
    )
    for order in both:
        if order.worker_id == desk.bilal.user_id:
            await desk.orders.resubmit(order.id, 1, DRAFT, actor=desk.bilal)
        else:
            await desk.orders.archive(order.id, 1, actor=desk.omar)

    assert (await remind(desk)).due == 0


async def test_admins_hear_of_what_waits_after_a_day_and_after_two(desk: Desk) -> None:
    card = await desk.submitted()
    begun = card.order.submitted_at
    assert begun is not None
    heard = []
    for hours in (23.99, 24, 25, 47.99, 48, 71, 72, 200):
        desk.clock.set(begun)
        desk.clock.advance(hours=hours)
        await remind(desk)
        heard.append([note.payload["hours"] for note in await desk.told(desk.omar, "order_waiting")])

    assert heard == [[], [24], [24], [24], [24, 48], [24, 48], [24, 48], [24, 48]]
    assert len(await desk.told(desk.ayesha, "order_waiting")) == 2
    assert await desk.told(desk.bilal, "order_waiting") == []


async def test_a_decided_order_waits_no_more_and_a_new_version_waits_anew(desk: Desk) -> None:
    order_id = (await desk.submitted()).order.id
    desk.clock.advance(days=1)
    await remind(desk)
    await desk.orders.reject(order_id, 1, "no", actor=desk.ayesha)
    assert (await remind(desk)).waiting == 0
    await desk.orders.resubmit(order_id, 1, DRAFT, actor=desk.bilal)
    desk.clock.advance(days=1)
    await remind(desk)

    assert [note.payload["version"] for note in await desk.told(desk.omar, "order_waiting")] == [1, 2]


async def test_reminding_is_not_the_workers_business(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        await remind(desk, desk.bilal)
