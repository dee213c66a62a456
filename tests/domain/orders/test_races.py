"""Two people at the same moment, each with a connection of their own: one wins, and only the winner leaves traces."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import date
from typing import Any

import pytest

from domain.audit.service import verify
from domain.errors import Conflict, DomainError
from domain.errors.orders import AlreadyDecided, OrderArchived, OutOfDate, WrongStatus
from domain.orders.bulk import OrderRef
from domain.orders.cards import OrderCard
from domain.orders.model import OrderStatus
from domain.orders.service import OrderService
from tests.domain.orders.desk import DRAFT, Desk
from tests.support.blocking import until_blocked

Tap = Callable[[OrderService], Coroutine[Any, Any, OrderCard]]


async def both(desk: Desk, first: Tap, second: Tap) -> DomainError | None:
    """`first` has changed the row and not committed when `second` comes to it. What `second` is refused with."""
    async with desk.unit() as unit:
        await first(OrderService(unit))
        late = asyncio.ensure_future(second(desk.orders))
        await until_blocked(desk.sessions, late)
        assert not late.done()
    try:
        await late
    except DomainError as refusal:
        return refusal
    return None


async def test_the_first_decision_wins(desk: Desk) -> None:
    order_id = (await desk.submitted()).order.id

    refusal = await both(
        desk,
        lambda service: service.approve(order_id, 1, actor=desk.ayesha),
        lambda service: service.reject(order_id, 1, "Wrong city", actor=desk.omar),
    )

    assert isinstance(refusal, AlreadyDecided)
    assert refusal.decided_by == "Ayesha"
    assert refusal.status is OrderStatus.APPROVED
    assert (await desk.row(order_id)).decision_note is None
    assert [note.kind for note in await desk.told(desk.bilal)] == ["order_approved"]
    assert [entry.log_type for entry in await desk.log(order_id)] == ["order_created", "order_approved"]


async def test_undo_and_submitting_again_do_not_both_happen(desk: Desk) -> None:
    order_id = (await desk.submitted()).order.id
    await desk.orders.reject(order_id, 1, "Wrong city", actor=desk.ayesha)

    refusal = await both(
        desk,
        lambda service: service.resubmit(order_id, 1, DRAFT, actor=desk.bilal),
        lambda service: service.undo(order_id, 1, actor=desk.omar),
    )

    assert isinstance(refusal, OutOfDate)
    assert ((await desk.row(order_id)).version, (await desk.row(order_id)).status) == (2, OrderStatus.UNDER_QA)


async def test_two_taps_on_submit_make_one_submission(desk: Desk) -> None:
    order_id = (await desk.submitted()).order.id
    await desk.orders.needs_changes(order_id, 1, "Ten are dead", actor=desk.ayesha)

    def tap(service: OrderService) -> Coroutine[Any, Any, OrderCard]:
        return service.resubmit(order_id, 2, DRAFT, actor=desk.bilal)

    assert isinstance(await both(desk, tap, tap), WrongStatus)
    assert len(await desk.told(desk.omar, "order_submitted")) == 2


async def test_archiving_and_deciding_do_not_both_happen(desk: Desk) -> None:
    order_id = (await desk.submitted()).order.id

    refusal = await both(
        desk,
        lambda service: service.archive(order_id, 1, actor=desk.ayesha),
        lambda service: service.approve(order_id, 1, actor=desk.omar),
    )

    assert type(refusal) is OrderArchived


async def test_a_crowd_decides_each_order_once(desk: Desk) -> None:
    orders = [(await desk.submitted()).order.id for _ in range(4)]
    taps = []
    for order_id in orders:
        for admin in (desk.ayesha, desk.omar):
            taps += [
                desk.orders.approve(order_id, 1, actor=admin),
                desk.orders.reject(order_id, 1, "no", actor=admin),
                desk.orders.needs_changes(order_id, 1, "no", actor=admin),
            ]

    results = await asyncio.gather(*taps, return_exceptions=True)

    refused = [result for result in results if isinstance(result, BaseException)]
    assert len(results) - len(refused) == len(orders)
    assert {type(refusal) for refusal in refused} == {AlreadyDecided}
    assert len(await desk.told(desk.bilal)) == len(orders)
    async with desk.sessions() as session:
        assert await verify(session) == []


@pytest.mark.parametrize("turned", [False, True])
async def test_two_bulk_decisions_share_the_orders_without_waiting_for_each_other_forever(
    desk: Desk,
    turned: bool,
) -> None:
    await desk.rate("7.98", date(2026, 1, 1))
    refs = [OrderRef((await desk.submitted()).order.id, 1) for _ in range(10)]

    first, second = await asyncio.gather(
        desk.bulk_decisions.approve_several(refs, actor=desk.ayesha),
        desk.bulk_decisions.reject_several(refs[::-1] if turned else refs, "no", actor=desk.omar),
    )

    done = [result for result in (*first, *second) if result.refusal is None]
    assert {result.ref.id for result in done} == {ref.id for ref in refs}
    assert len(done) == 10
    assert all(isinstance(result.refusal, Conflict) for result in (*first, *second) if result.refusal)
