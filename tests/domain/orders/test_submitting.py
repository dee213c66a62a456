"""Workers hand in work; admins hand it out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from domain.errors import InvalidInput, NotAllowed, NotFound
from domain.errors.orders import (
    AssigneeUnavailable,
    CategoryUnavailable,
    DueDateInPast,
    NoAssignee,
    OrderArchived,
    OutOfDate,
    WrongStatus,
)
from domain.files.model import FileState
from domain.files.naming import FileKind
from domain.orders.drafts import OrderDraft
from domain.orders.model import Category, Decision, OrderStatus
from domain.orders.transitions import Move
from tests.domain.orders.desk import DRAFT, Desk, draft_file, karachi


async def test_an_order_is_submitted_whole(desk: Desk) -> None:
    draft = DRAFT.with_file(draft_file("", "p1", FileKind.PHOTO)).with_file(draft_file("sheet.XLSX"))

    card = await desk.submitted(desk.bilal, draft)

    order = card.order
    assert (order.number, order.version, order.status) == (1, 1, OrderStatus.UNDER_QA)
    assert (order.title, order.category, order.total_submissions) == (DRAFT.title, "Link Building", 300)
    assert (order.business_name, order.folder_name, order.note) == ("Ace Plumbing", "October", "All on the sheet")
    assert (order.worker_id, order.worker_name) == (desk.bilal.user_id, "Bilal")
    assert order.submitted_at == order.created_at == karachi(2026, 10, 14, 15)
    assert (order.approved_submissions, order.rate, order.amount, order.decided_at) == (None, None, None, None)
    assert [(file.kind, file.original_name, file.state, file.version) for file in card.files] == [
        (FileKind.PHOTO, "photo 1.jpg", FileState.PENDING, 1),
        (FileKind.DOCUMENT, "sheet.XLSX", FileState.PENDING, 1),
    ]
    assert card.files[0].storage_key == f"orders/{order.id}/photo-{card.files[0].id}.jpg"
    assert card.files[1].storage_key == f"orders/{order.id}/{card.files[1].id}.xlsx"
    (version,) = card.history
    assert (version.version, version.submitted_by, version.decision) == (1, "Bilal", None)
    assert card.moves == set()  # the worker waits


async def test_every_admin_is_told_of_it_and_the_log_says_so(desk: Desk) -> None:
    order = (await desk.submitted(desk.bilal, DRAFT.with_file(draft_file()))).order

    told = await desk.told()
    assert {note.user_id for note in told} == {desk.ayesha.user_id, desk.omar.user_id}
    assert told[0].kind == "order_submitted"
    assert told[0].payload == {
        "order_id": str(order.id),
        "number": 1,
        "title": DRAFT.title,
        "category": "Link Building",
        "version": 1,
        "total": 300,
        "files": 1,
        "worker_id": str(desk.bilal.user_id),
        "worker": "Bilal",
    }
    (logged,) = await desk.log(order.id)
    assert (logged.user_id, logged.log_type, logged.chat_id) == (desk.bilal.user_id, "order_created", 3)
    assert logged.action == "Submitted order 1: 300 × Link Building"
    assert (logged.new_values or {})["status"] == "Under QA"


async def test_at_night_the_admins_are_told_in_the_morning(desk: Desk) -> None:
    desk.clock.set(karachi(2026, 10, 14, 23))

    await desk.submitted()

    assert {note.not_before for note in await desk.told()} == {karachi(2026, 10, 15, 8)}


async def test_numbers_count_up(desk: Desk) -> None:
    assert [(await desk.submitted()).order.number for _ in range(3)] == [1, 2, 3]


@pytest.mark.parametrize("name", ["Fax Marketing", "Astrology"])
async def test_a_category_must_be_one_that_takes_orders(desk: Desk, name: str) -> None:
    with pytest.raises(CategoryUnavailable):
        await desk.submitted(draft=replace(DRAFT, category=name))
    assert await desk.told() == []


async def test_a_category_is_stored_as_the_table_writes_it(desk: Desk) -> None:
    assert (await desk.submitted(draft=replace(DRAFT, category=" link BUILDING"))).order.category == "Link Building"


async def test_admins_do_not_submit_and_workers_do_not_decide(desk: Desk) -> None:
    order = (await desk.submitted()).order
    with pytest.raises(NotAllowed):
        await desk.orders.submit(DRAFT, actor=desk.ayesha)
    for refused in (
        desk.orders.approve(order.id, 1, actor=desk.zara),
        desk.orders.reject(order.id, 1, "no", actor=desk.zara),
        desk.orders.needs_changes(order.id, 1, "no", actor=desk.zara),
        desk.orders.undo(order.id, 1, actor=desk.zara),
        desk.orders.archive(order.id, 1, actor=desk.bilal),
        desk.orders.restore(order.id, 1, actor=desk.bilal),
        desk.orders.assign(DRAFT, [desk.zara.user_id], actor=desk.bilal),
    ):
        with pytest.raises(NotAllowed):
            await refused


# Again


async def test_a_rejected_order_is_submitted_again_as_the_same_record(desk: Desk) -> None:
    first = await desk.submitted(draft=DRAFT.with_file(draft_file("first.pdf")))
    order_id = first.order.id
    await desk.orders.reject(order_id, 1, "Wrong city", actor=desk.ayesha)
    desk.clock.advance(hours=1)
    better = replace(DRAFT, total_submissions=280, title="Better").with_file(draft_file("second.pdf"))

    card = await desk.orders.resubmit(order_id, 1, better, actor=desk.bilal)

    order = card.order
    assert (order.number, order.version, order.status) == (1, 2, OrderStatus.UNDER_QA)
    assert (order.title, order.total_submissions) == ("Better", 280)
    assert order.submitted_at == desk.clock.now()
    assert (order.decided_at, order.decided_by, order.decision_note) == (None, None, None)
    assert [(file.original_name, file.version) for file in card.files] == [("first.pdf", 1), ("second.pdf", 2)]
    assert [(v.version, v.title, v.total_submissions, v.decision, v.decided_by, v.reason) for v in card.history] == [
        (1, DRAFT.title, 300, Decision.REJECTED, "Ayesha", "Wrong city"),
        (2, "Better", 280, None, None, None),
    ]
    assert len(await desk.told(desk.omar, "order_submitted")) == 2
    logged = (await desk.log(order_id))[-1]
    assert (logged.old_values, logged.new_values) == (
        {"status": "Rejected", "version": 1, "title": DRAFT.title, "total_submissions": 300, "files": 0},
        {"status": "Under QA", "version": 2, "title": "Better", "total_submissions": 280, "files": 1},
    )


async def test_needed_changes_come_back_as_the_next_version(desk: Desk) -> None:
    order_id = (await desk.submitted()).order.id

    returned = await desk.orders.needs_changes(order_id, 1, "Ten are dead", actor=desk.ayesha)
    card = await desk.orders.resubmit(order_id, 2, DRAFT, actor=desk.bilal)

    assert (returned.order.status, returned.order.version) == (OrderStatus.IN_PROGRESS, 2)
    assert returned.order.decision_note == "Ten are dead"
    assert (card.order.status, card.order.version) == (OrderStatus.UNDER_QA, 2)
    assert [(v.version, v.decision, v.reason) for v in card.history] == [
        (1, Decision.CHANGES, "Ten are dead"),
        (2, None, None),
    ]
    (told,) = await desk.told(desk.bilal, "order_returned")
    assert (told.payload["version"], told.payload["record_version"]) == (1, 2)


async def test_a_second_tap_submits_nothing(desk: Desk) -> None:
    order_id = (await desk.submitted()).order.id
    await desk.orders.reject(order_id, 1, "Wrong city", actor=desk.ayesha)
    await desk.orders.resubmit(order_id, 1, DRAFT, actor=desk.bilal)

    with pytest.raises(OutOfDate) as late:
        await desk.orders.resubmit(order_id, 1, DRAFT, actor=desk.bilal)
    with pytest.raises(WrongStatus) as waiting:
        await desk.orders.resubmit(order_id, 2, DRAFT, actor=desk.bilal)

    assert vars(late.value) == vars(waiting.value) == {"status": OrderStatus.UNDER_QA, "version": 2}
    assert len(await desk.told(desk.omar, "order_submitted")) == 2


async def test_only_its_worker_submits_an_order_and_others_cannot_tell_that_it_exists(desk: Desk) -> None:
    order_id = (await desk.submitted()).order.id
    await desk.orders.reject(order_id, 1, "Wrong city", actor=desk.ayesha)

    with pytest.raises(NotFound) as foreign:
        await desk.orders.resubmit(order_id, 1, DRAFT, actor=desk.zara)
    with pytest.raises(NotFound) as missing:
        await desk.orders.resubmit(uuid4(), 1, DRAFT, actor=desk.zara)

    assert str(foreign.value) == str(missing.value)


async def test_an_archived_order_is_not_submitted(desk: Desk) -> None:
    order_id = (await desk.submitted()).order.id
    await desk.orders.reject(order_id, 1, "Wrong city", actor=desk.ayesha)
    await desk.orders.archive(order_id, 1, actor=desk.ayesha)

    with pytest.raises(OrderArchived):
        await desk.orders.resubmit(order_id, 1, DRAFT, actor=desk.bilal)


async def test_an_order_keeps_a_category_that_takes_no_new_ones(desk: Desk) -> None:
    order_id = (await desk.submitted()).order.id
    await desk.orders.reject(order_id, 1, "Wrong city", actor=desk.ayesha)
    async with desk.sessions.begin() as session:
        (await session.get_one(Category, desk.links)).is_active = False

    card = await desk.orders.resubmit(order_id, 1, DRAFT, actor=desk.bilal)

    assert card.order.category == "Link Building"


async def test_history_of_an_order_from_elsewhere_begins_when_it_is_overwritten(desk: Desk) -> None:
    order_id = await desk.from_elsewhere(OrderStatus.REJECTED)

    card = await desk.orders.resubmit(order_id, 1, DRAFT, actor=desk.bilal)

    assert [(v.version, v.title, v.total_submissions, v.submitted_by) for v in card.history] == [
        (1, "Old work", 5, "Bilal"),
        (2, DRAFT.title, 300, "Bilal"),
    ]


# Assignments


async def test_each_assignee_gets_an_order(desk: Desk) -> None:
    draft = DRAFT.with_file(draft_file("brief.pdf"))
    wanted = [desk.zara.user_id, desk.bilal.user_id, desk.zara.user_id]

    orders = await desk.orders.assign(draft, wanted, due_date=date(2026, 10, 14), actor=desk.ayesha)

    assert {order.worker_name for order in orders} == {"Zara", "Bilal"}
    assert [order.number for order in orders] == [1, 2]
    for order in orders:
        assert (order.status, order.version, order.submitted_at) == (OrderStatus.IN_PROGRESS, 1, None)
        assert order.due_date == date(2026, 10, 14)
        assert [entry.log_type for entry in await desk.log(order.id)] == ["order_assigned"]
        card = await desk.queries.order_card(order.id, actor=desk.ayesha)
        assert [(file.original_name, file.version) for file in card.files] == [("brief.pdf", 0)]
        assert card.history == ()
    (told,) = await desk.told(desk.zara)
    assert (told.kind, told.payload["due_date"], told.payload["assigned_by"]) == (
        "order_assigned",
        "2026-10-14",
        "Ayesha",
    )


async def test_an_assigned_order_is_submitted_as_its_first_version(desk: Desk) -> None:
    (order,) = await desk.orders.assign(DRAFT, [desk.bilal.user_id], actor=desk.ayesha)
    mine = await desk.queries.order_card(order.id, actor=desk.bilal)
    draft = await desk.queries.draft_of(order.id, actor=desk.bilal)
    desk.clock.advance(days=1)

    card = await desk.orders.resubmit(order.id, 1, draft.with_file(draft_file()), actor=desk.bilal)

    assert mine.moves == {Move.SUBMIT}
    assert draft == DRAFT
    assert (card.order.status, card.order.version) == (OrderStatus.UNDER_QA, 1)
    assert card.order.submitted_at == desk.clock.now()
    assert [v.version for v in card.history] == [1]


async def test_nothing_is_assigned_unless_everybody_can_have_it(desk: Desk) -> None:
    for wanted, names in (
        ([desk.bilal.user_id, desk.omar.user_id], ("Omar",)),
        ([desk.bilal.user_id, uuid4()], ()),
    ):
        with pytest.raises(AssigneeUnavailable) as refused:
            await desk.orders.assign(DRAFT, wanted, actor=desk.ayesha)
        assert vars(refused.value) == {"names": names}
    with pytest.raises(NoAssignee):
        await desk.orders.assign(DRAFT, [], actor=desk.ayesha)
    assert (await desk.queries.orders(actor=desk.ayesha)).total == 0


async def test_a_due_date_is_today_at_the_earliest_in_the_organizations_calendar(desk: Desk) -> None:
    desk.clock.set(datetime(2026, 10, 14, 20, tzinfo=UTC))  # the 15th in Karachi

    with pytest.raises(DueDateInPast) as refused:
        await desk.orders.assign(DRAFT, [desk.bilal.user_id], due_date=date(2026, 10, 14), actor=desk.ayesha)
    assert vars(refused.value) == {"today": date(2026, 10, 15)}


async def test_an_empty_form_is_neither_submitted_nor_assigned(desk: Desk) -> None:
    with pytest.raises(InvalidInput):
        await desk.orders.submit(OrderDraft(), actor=desk.bilal)
    with pytest.raises(InvalidInput):
        await desk.orders.assign(OrderDraft(), [desk.bilal.user_id], actor=desk.ayesha)
