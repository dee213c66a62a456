"""Several orders at once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from domain.errors import NotAllowed, NotFound
from domain.errors.orders import AlreadyDecided, TooManyAtOnce
from domain.errors.texts import TextMissing
from domain.orders.bulk import MAX_AT_ONCE, OrderRef
from domain.orders.model import OrderStatus
from tests.domain.orders.desk import Desk


async def test_a_preview_counts_and_writes_nothing(desk: Desk) -> None:
    await desk.rate("7.98", date(2026, 1, 1))
    await desk.rate("0.01", date(2026, 1, 1), desk.zara)
    orders = [(await desk.submitted(worker)).order for worker in (desk.bilal, desk.zara, desk.bilal)]
    strange = await desk.from_elsewhere(category="Fax Marketing")
    await desk.orders.reject(orders[2].id, 1, "no", actor=desk.omar)
    refs = [OrderRef(order.id, 1) for order in orders] + [OrderRef(strange, 1), OrderRef(uuid4(), 1)]
    logged = len(await desk.log())

    preview = await desk.bulk_decisions.preview_approval(refs, actor=desk.ayesha)

    assert [order.number for order in preview.orders] == [1, 2, 4]
    assert preview.submissions == 605
    assert preview.amount == Decimal("2397.00")
    assert [order.number for order in preview.rate_missing] == [4]
    assert [type(result.refusal) for result in preview.skipped] == [AlreadyDecided, NotFound]
    assert len(await desk.log()) == logged


async def test_each_order_is_reported_and_what_has_changed_is_skipped(desk: Desk) -> None:
    await desk.rate("7.98", date(2026, 1, 1))
    orders = [(await desk.submitted()).order for _ in range(3)]
    await desk.orders.needs_changes(orders[1].id, 1, "no", actor=desk.omar)
    refs = [OrderRef(orders[number].id, 1) for number in (2, 1, 0, 2)]

    results = await desk.bulk_decisions.approve_several(refs, actor=desk.ayesha)

    assert [result.ref for result in results] == refs[:3]
    assert [result.order.status for result in results if result.order] == [
        OrderStatus.APPROVED,
        OrderStatus.IN_PROGRESS,
        OrderStatus.APPROVED,
    ]
    assert [result.refusal and type(result.refusal) for result in results] == [None, AlreadyDecided, None]
    assert (await desk.row(orders[0].id)).rate == Decimal("7.98")
    assert len(await desk.told(desk.bilal, "order_approved")) == 2


async def test_one_reason_for_several(desk: Desk) -> None:
    refs = [OrderRef((await desk.submitted()).order.id, 1) for _ in range(2)] + [OrderRef(uuid4(), 1)]

    with pytest.raises(TextMissing):
        await desk.bulk_decisions.reject_several(refs, " ", actor=desk.ayesha)
    results = await desk.bulk_decisions.reject_several(refs, "Wrong city", actor=desk.ayesha)

    assert [result.order and result.order.decision_note for result in results] == ["Wrong city", "Wrong city", None]
    assert results[2].refusal is not None


async def test_there_is_a_limit_and_it_is_for_admins(desk: Desk) -> None:
    refs = [OrderRef(uuid4(), 1) for _ in range(MAX_AT_ONCE + 1)]
    with pytest.raises(TooManyAtOnce):
        await desk.bulk_decisions.preview_approval(refs, actor=desk.ayesha)
    for refused in (
        desk.bulk_decisions.preview_approval(refs[:1], actor=desk.bilal),
        desk.bulk_decisions.approve_several(refs[:1], actor=desk.bilal),
        desk.bulk_decisions.reject_several(refs[:1], "no", actor=desk.bilal),
    ):
        with pytest.raises(NotAllowed):
            await refused
