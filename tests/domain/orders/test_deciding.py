"""Admins decide, once; and take it back until it is billed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import update

from domain.access import Actor
from domain.accounts.model import Role, User
from domain.errors import NotFound
from domain.errors.amounts import AmountOutOfRange
from domain.errors.orders import AlreadyDecided, OrderArchived, OrderInvoiced, OutOfDate, OwnOrder, WrongStatus
from domain.errors.submissions import ApprovedOutOfRange
from domain.errors.texts import TextMissing
from domain.orders.model import Decision, OrderStatus, ReasonTemplate, TemplateKind, WorkOrder
from domain.orders.transitions import Move
from tests.domain.orders.desk import DRAFT, Desk, karachi


async def test_approval_freezes_count_and_rate(desk: Desk) -> None:
    await desk.rate("7.98", date(2026, 1, 1))
    order_id = (await desk.submitted()).order.id

    card = await desk.orders.approve(order_id, 1, actor=desk.ayesha)

    order = card.order
    assert (order.status, order.version) == (OrderStatus.APPROVED, 1)
    assert (order.approved_submissions, order.rate, order.amount) == (300, Decimal("7.98"), Decimal("2394.00"))
    assert (order.decided_by, order.decided_by_id, order.decided_at) == (
        "Ayesha",
        desk.ayesha.user_id,
        desk.clock.now(),
    )
    assert not order.rate_missing
    (version,) = card.history
    assert (version.decision, version.approved_submissions, version.rate) == (
        Decision.APPROVED,
        300,
        Decimal("7.98"),
    )
    assert card.moves == {Move.UNDO}
    await desk.rate("9.00", date(2026, 1, 2))
    assert (await desk.row(order_id)).rate == Decimal("7.98")


async def test_the_worker_is_told_at_once_and_the_log_says_so(desk: Desk) -> None:
    await desk.rate("7.98", date(2026, 1, 1))
    order_id = (await desk.submitted()).order.id

    await desk.orders.approve(order_id, 1, approved=280, actor=desk.ayesha)

    (told,) = await desk.told(desk.bilal)
    assert (told.kind, told.urgent, told.not_before) == ("order_approved", False, None)
    assert told.payload == {
        "order_id": str(order_id),
        "number": 1,
        "title": DRAFT.title,
        "category": "Link Building",
        "version": 1,
        "approved": 280,
        "total": 300,
        "reason": None,
        "decided_by": "Ayesha",
        "record_version": 1,
    }
    logged = (await desk.log(order_id))[-1]
    assert logged.action == "Approved order 1, version 1: 280 of 300, at 7.98"
    assert (logged.log_type, logged.old_values, logged.new_values) == (
        "order_approved",
        {"status": "Under QA"},
        {"status": "Approved", "approved_submissions": 280, "rate": "7.98"},
    )


async def test_the_rate_is_that_of_the_day_on_which_it_was_submitted(desk: Desk) -> None:
    """The 14th at 23:30 in Karachi is the 14th there, and the rate of the 15th is not its rate."""
    await desk.rate("7.00", date(2026, 10, 1))
    await desk.rate("8.00", date(2026, 10, 15))
    await desk.rate("9.00", date(2026, 10, 1), desk.zara)
    desk.clock.set(karachi(2026, 10, 14, 23, 30))
    on_14th = (await desk.submitted()).order.id
    zaras = (await desk.submitted(desk.zara)).order.id
    desk.clock.set(karachi(2026, 10, 15, 0, 30))
    on_15th = (await desk.submitted()).order.id
    desk.clock.advance(days=10)

    rates = [
        (await desk.orders.approve(order_id, 1, actor=desk.ayesha)).order.rate for order_id in (on_14th, on_15th, zaras)
    ]

    assert rates == [Decimal("7.00"), Decimal("8.00"), Decimal("9.00")]


async def test_a_missing_rate_is_not_zero(desk: Desk) -> None:
    order_id = (await desk.submitted()).order.id

    card = await desk.orders.approve(order_id, 1, actor=desk.ayesha)

    assert (card.order.status, card.order.rate, card.order.amount) == (OrderStatus.APPROVED, None, None)
    assert card.order.rate_missing
    assert (await desk.log(order_id))[-1].action.endswith("no rate yet")


async def test_a_rate_of_zero_is_not_missing(desk: Desk) -> None:
    await desk.rate("0.00", date(2026, 1, 1))
    order_id = (await desk.submitted()).order.id

    card = await desk.orders.approve(order_id, 1, actor=desk.ayesha)

    assert (card.order.amount, card.order.rate_missing) == (Decimal("0.00"), False)


@pytest.mark.parametrize("count", [0, -1, 301])
async def test_part_of_the_submissions_is_at_least_one_and_at_most_all(desk: Desk, count: int) -> None:
    order_id = (await desk.submitted()).order.id

    with pytest.raises(ApprovedOutOfRange):
        await desk.orders.approve(order_id, 1, approved=count, actor=desk.ayesha)
    assert (await desk.row(order_id)).status is OrderStatus.UNDER_QA


async def test_an_amount_that_no_invoice_could_hold_is_refused(desk: Desk) -> None:
    await desk.rate("1000000.00", date(2026, 1, 1))
    order_id = (await desk.submitted()).order.id

    with pytest.raises(AmountOutOfRange):
        await desk.orders.approve(order_id, 1, actor=desk.ayesha)
    card = await desk.orders.approve(order_id, 1, approved=99, actor=desk.ayesha)
    assert card.order.amount == Decimal("99000000.00")


async def test_a_rejection_needs_a_reason(desk: Desk) -> None:
    order_id = (await desk.submitted()).order.id
    template = ReasonTemplate(id=uuid4(), kind=TemplateKind.REJECT, text="Links are dead")
    await desk.add(template)

    for nothing in (None, "  \n"):
        with pytest.raises(TextMissing):
            await desk.orders.reject(order_id, 1, nothing, actor=desk.ayesha)
        with pytest.raises(TextMissing):
            await desk.orders.needs_changes(order_id, 1, nothing, actor=desk.ayesha)
    with pytest.raises(NotFound):  # the words for another purpose
        await desk.orders.needs_changes(order_id, 1, template=template.id, actor=desk.ayesha)
    card = await desk.orders.reject(order_id, 1, template=template.id, actor=desk.ayesha)

    assert (card.order.status, card.order.decision_note) == (OrderStatus.REJECTED, "Links are dead")
    assert (card.history[0].decision, card.history[0].reason) == (Decision.REJECTED, "Links are dead")
    (told,) = await desk.told(desk.bilal)
    assert (told.kind, told.payload["reason"], told.payload["approved"]) == ("order_rejected", "Links are dead", None)


async def test_the_second_admin_hears_who_was_first(desk: Desk) -> None:
    order_id = (await desk.submitted()).order.id
    await desk.orders.reject(order_id, 1, "Wrong city", actor=desk.ayesha)
    at = desk.clock.now()
    desk.clock.advance(minutes=5)

    with pytest.raises(AlreadyDecided) as late:
        await desk.orders.approve(order_id, 1, actor=desk.omar)
    with pytest.raises(AlreadyDecided) as again:
        await desk.orders.reject(order_id, 1, "Again", actor=desk.ayesha)

    assert vars(late.value) == {
        "status": OrderStatus.REJECTED,
        "version": 1,
        "decided_by": "Ayesha",
        "decided_at": at,
        "by_you": False,
    }
    assert again.value.by_you is True
    assert (await desk.row(order_id)).decision_note == "Wrong city"
    assert len(await desk.told(desk.bilal)) == 1


async def test_a_button_of_an_old_version_decides_nothing(desk: Desk) -> None:
    order_id = (await desk.submitted()).order.id
    await desk.orders.needs_changes(order_id, 1, "Ten are dead", actor=desk.ayesha)

    with pytest.raises(AlreadyDecided) as returned:
        await desk.orders.approve(order_id, 1, actor=desk.omar)
    await desk.orders.resubmit(order_id, 2, DRAFT, actor=desk.bilal)
    with pytest.raises(OutOfDate) as old:
        await desk.orders.approve(order_id, 1, actor=desk.omar)

    assert returned.value.decided_by == "Ayesha"
    assert vars(old.value) == {"status": OrderStatus.UNDER_QA, "version": 2}
    assert (await desk.row(order_id)).status is OrderStatus.UNDER_QA


async def test_what_was_never_submitted_is_not_decided(desk: Desk) -> None:
    (order,) = await desk.orders.assign(DRAFT, [desk.bilal.user_id], actor=desk.ayesha)

    with pytest.raises(WrongStatus):
        await desk.orders.approve(order.id, 1, actor=desk.ayesha)


async def test_an_order_that_does_not_exist(desk: Desk) -> None:
    with pytest.raises(NotFound):
        await desk.orders.approve(uuid4(), 1, actor=desk.ayesha)


async def test_nobody_decides_their_own_order(desk: Desk) -> None:
    """Bilal became an admin after he had submitted."""
    order_id = (await desk.submitted()).order.id
    bilal = await promoted(desk, desk.bilal)

    card = await desk.queries.order_card(order_id, actor=bilal)
    for refused in (
        desk.orders.approve(order_id, 1, actor=bilal),
        desk.orders.reject(order_id, 1, "no", actor=bilal),
        desk.orders.needs_changes(order_id, 1, "no", actor=bilal),
    ):
        with pytest.raises(OwnOrder):
            await refused
    await desk.orders.reject(order_id, 1, "no", actor=desk.ayesha)
    with pytest.raises(OwnOrder):
        await desk.orders.undo(order_id, 1, actor=bilal)

    assert not card.moves & {Move.APPROVE, Move.REJECT, Move.RETURN}
    assert (await desk.queries.queue(actor=bilal)).total == 0


async def promoted(desk: Desk, actor: Actor) -> Actor:
    async with desk.sessions.begin() as session:
        await session.execute(update(User).where(User.id == actor.user_id).values(role=Role.ADMIN))
    return replace(actor, role=Role.ADMIN)


# Undo


async def test_a_decision_is_taken_back(desk: Desk) -> None:
    await desk.rate("7.98", date(2026, 1, 1))
    submitted = await desk.submitted()
    order_id = submitted.order.id
    await desk.orders.approve(order_id, 1, approved=280, actor=desk.ayesha)
    desk.clock.advance(minutes=1)

    card = await desk.orders.undo(order_id, 1, actor=desk.omar)

    assert card.order == submitted.order
    assert card.history == submitted.history
    logged = (await desk.log(order_id))[-1]
    assert (logged.log_type, logged.action) == (
        "order_reopened",
        "Took back the decision on order 1, version 1: it was Approved",
    )
    assert (logged.old_values or {})["approved_submissions"] == 280
    (told,) = await desk.told(desk.bilal, "order_reopened")
    assert told.payload["was"] == "Approved"


async def test_a_decision_made_again_is_told_again(desk: Desk) -> None:
    order_id = (await desk.submitted()).order.id
    for _ in range(2):
        await desk.orders.reject(order_id, 1, "Wrong city", actor=desk.ayesha)
        desk.clock.advance(minutes=1)
        await desk.orders.undo(order_id, 1, actor=desk.ayesha)
        desk.clock.advance(minutes=1)

    assert [note.kind for note in await desk.told(desk.bilal)] == ["order_rejected", "order_reopened"] * 2


async def test_what_was_billed_stays_as_it_was(desk: Desk) -> None:
    order_id = (await desk.submitted()).order.id
    await desk.orders.approve(order_id, 1, actor=desk.ayesha)
    number = await desk.invoice(order_id)

    for status in (OrderStatus.APPROVED, OrderStatus.COMPLETED):
        async with desk.sessions.begin() as session:
            await session.execute(update(WorkOrder).values(status=status))
        with pytest.raises(OrderInvoiced) as refused:
            await desk.orders.undo(order_id, 1, actor=desk.ayesha)
        assert vars(refused.value) == {"number": number}


async def test_there_must_be_something_to_undo(desk: Desk) -> None:
    order_id = (await desk.submitted()).order.id
    with pytest.raises(WrongStatus):
        await desk.orders.undo(order_id, 1, actor=desk.ayesha)
    await desk.orders.needs_changes(order_id, 1, "Ten are dead", actor=desk.ayesha)
    with pytest.raises(WrongStatus):
        await desk.orders.undo(order_id, 2, actor=desk.ayesha)


# Orders from elsewhere


async def test_an_order_without_history_gets_it_with_its_decision(desk: Desk) -> None:
    await desk.rate("7.98", date(2026, 1, 1))
    order_id = await desk.from_elsewhere()

    card = await desk.orders.approve(order_id, 1, actor=desk.ayesha)

    assert card.order.worker_name == "Bilal"
    assert card.order.amount == Decimal("39.90")
    (version,) = card.history
    assert (version.submitted_by, version.submitted_at, version.decision) == (
        "Bilal",
        desk.clock.now(),
        Decision.APPROVED,
    )
    assert [note.kind for note in await desk.told(desk.bilal)] == ["order_approved"]


async def test_an_approved_order_from_elsewhere_counts_whole(desk: Desk) -> None:
    order_id = await desk.from_elsewhere(OrderStatus.APPROVED)

    card = await desk.queries.order_card(order_id, actor=desk.ayesha)

    assert (card.order.approved_submissions, card.order.rate_missing) == (5, True)
    with pytest.raises(AlreadyDecided) as refused:
        await desk.orders.approve(order_id, 1, actor=desk.ayesha)
    assert refused.value.decided_by is None


# Archive


async def test_an_archived_order_waits_for_nobody_and_comes_back_as_it_was(desk: Desk) -> None:
    before = await desk.submitted()
    order_id = before.order.id

    archived = await desk.orders.archive(order_id, 1, actor=desk.ayesha)

    assert archived.order.archived_at == desk.clock.now()
    assert archived.moves == {Move.RESTORE}
    assert (await desk.queries.queue(actor=desk.ayesha)).total == 0
    assert (await desk.queries.my_orders(actor=desk.bilal)).total == 0
    for refused in (
        desk.orders.approve(order_id, 1, actor=desk.omar),
        desk.orders.archive(order_id, 1, actor=desk.omar),
    ):
        with pytest.raises(OrderArchived):
            await refused
    restored = await desk.orders.restore(order_id, 1, actor=desk.omar)
    assert restored.order == before.order
    with pytest.raises(WrongStatus):
        await desk.orders.restore(order_id, 1, actor=desk.omar)
    assert [note.kind for note in await desk.told(desk.bilal)] == ["order_archived", "order_restored"]
    assert [entry.log_type for entry in await desk.log(order_id)][1:] == ["order_archived", "order_restored"]


async def test_what_is_to_be_paid_is_not_archived(desk: Desk) -> None:
    order_id = (await desk.submitted()).order.id
    await desk.orders.approve(order_id, 1, actor=desk.ayesha)

    with pytest.raises(WrongStatus):
        await desk.orders.archive(order_id, 1, actor=desk.ayesha)
    await desk.orders.undo(order_id, 1, actor=desk.ayesha)
    with pytest.raises(OutOfDate):
        await desk.orders.archive(order_id, 7, actor=desk.ayesha)


# Comments


async def test_each_side_hears_the_other(desk: Desk) -> None:
    order_id = (await desk.submitted()).order.id

    await desk.orders.comment(order_id, "Which sheet?", actor=desk.ayesha)
    desk.clock.advance(minutes=1)
    card = await desk.orders.comment(order_id, "The second", actor=desk.bilal)

    assert [(comment.author, comment.body) for comment in card.comments] == [
        ("Ayesha", "Which sheet?"),
        ("Bilal", "The second"),
    ]
    assert [note.payload["comment"] for note in await desk.told(desk.bilal, "order_commented")] == ["Which sheet?"]
    assert [note.payload["author"] for note in await desk.told(desk.omar, "order_commented")] == ["Bilal"]
    assert card.order.version == 1


async def test_a_comment_is_on_an_order_that_its_author_may_see(desk: Desk) -> None:
    order_id = (await desk.submitted()).order.id

    for unseen in (order_id, uuid4()):
        with pytest.raises(NotFound):
            await desk.orders.comment(unseen, "Hello", actor=desk.zara)
    with pytest.raises(TextMissing):
        await desk.orders.comment(order_id, " ", actor=desk.bilal)
