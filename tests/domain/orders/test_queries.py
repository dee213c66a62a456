"""What people look at, and that looking costs the same however much there is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event, insert, update
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.accounts.model import Role, User
from domain.errors import NotAllowed, NotFound
from domain.orders import paging
from domain.orders.model import OrderStatus, ReasonTemplate, TemplateKind, WorkOrder
from domain.orders.queries import TO_DO, DeskCounts, MyCounts, OrderQueries
from domain.orders.transitions import Move
from tests.domain.orders.desk import DRAFT, Desk, draft_file, karachi

Question = Callable[[OrderQueries], Coroutine[Any, Any, object]]


@asynccontextmanager
async def counted(engine: AsyncEngine) -> AsyncIterator[list[tuple[str, Any]]]:
    """The statements that were sent meanwhile, with their parameters."""
    sent: list[tuple[str, Any]] = []

    def note(*args: Any) -> None:
        sent.append((args[2], args[3]))

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine.sync_engine, "before_cursor_execute", note)


async def test_a_worker_sees_their_own_orders_the_newest_first(desk: Desk) -> None:
    numbers = [(await desk.submitted(worker)).order.number for worker in (desk.bilal, desk.zara, desk.bilal)]
    await desk.from_elsewhere()
    rejected = (await desk.submitted()).order
    await desk.orders.reject(rejected.id, 1, "no", actor=desk.ayesha)

    mine = await desk.queries.my_orders(actor=desk.bilal)
    sent_back = await desk.queries.my_orders(statuses=[OrderStatus.REJECTED], actor=desk.bilal)

    assert numbers == [1, 2, 3]
    assert [order.number for order in mine.items] == [5, 4, 3, 1]
    assert (mine.total, mine.pages, mine.number) == (4, 1, 1)
    assert [order.number for order in sent_back.items] == [5]
    assert sent_back.items[0].decided_by == "Ayesha"


async def test_a_filter_takes_several_statuses(desk: Desk) -> None:
    for _ in range(4):
        await desk.submitted()
    of = [(await desk.queries.card_by_number(number, actor=desk.ayesha)).order.id for number in (1, 2, 3, 4)]
    await desk.orders.reject(of[0], 1, "no", actor=desk.ayesha)
    await desk.orders.needs_changes(of[1], 1, "the sheet", actor=desk.ayesha)
    await desk.orders.approve(of[2], 1, actor=desk.ayesha)

    mine = await desk.queries.my_orders(statuses=TO_DO, actor=desk.bilal)
    everyones = await desk.queries.orders(statuses=[OrderStatus.APPROVED, OrderStatus.UNDER_QA], actor=desk.ayesha)

    assert [order.number for order in mine.items] == [2, 1]
    assert (mine.total, everyones.total) == (2, 2)
    assert [order.number for order in everyones.items] == [4, 3]


async def test_a_worker_counts_what_waits_and_what_is_to_do(desk: Desk) -> None:
    assert await desk.queries.my_counts(actor=desk.bilal) == MyCounts(waiting=0, to_do=0, to_fix=0)
    cards = [await desk.submitted() for _ in range(5)]
    await desk.submitted(desk.zara)
    await desk.from_elsewhere()
    await desk.orders.assign(DRAFT, [desk.bilal.user_id], actor=desk.ayesha)
    await desk.orders.reject(cards[0].order.id, 1, "no", actor=desk.ayesha)
    await desk.orders.needs_changes(cards[1].order.id, 1, "the sheet", actor=desk.ayesha)
    await desk.orders.approve(cards[2].order.id, 1, actor=desk.ayesha)
    await desk.orders.archive(cards[3].order.id, 1, actor=desk.ayesha)

    assert await desk.queries.my_counts(actor=desk.bilal) == MyCounts(waiting=2, to_do=3, to_fix=2)


async def test_an_admin_counts_what_waits_since_when_and_what_is_late(desk: Desk) -> None:
    assert await desk.queries.desk_counts(actor=desk.ayesha) == DeskCounts(0, None, 0, 0)
    first = desk.clock.now()
    await desk.submitted()
    await desk.submitted(desk.zara)
    archived = await desk.submitted()
    await desk.orders.archive(archived.order.id, 1, actor=desk.ayesha)
    await desk.from_elsewhere(created_by=desk.ayesha.user_id)
    today = date(2026, 10, 14)
    for due in (None, today, today):
        await desk.orders.assign(DRAFT, [desk.bilal.user_id], due_date=due, actor=desk.ayesha)
    counts = await desk.queries.desk_counts(actor=desk.ayesha)
    assert counts == DeskCounts(waiting=2, oldest=first, in_work=3, late=0), "their own waits for another"
    assert (await desk.queries.desk_counts(actor=desk.omar)).waiting == 3

    desk.clock.advance(days=1)

    assert (await desk.queries.desk_counts(actor=desk.ayesha)).late == 2


@pytest.mark.parametrize(
    ("asked", "given", "numbers"), [(1, 1, [5, 4]), (3, 3, [1]), (99, 3, [1]), (0, 1, [5, 4]), (-7, 1, [5, 4])]
)
async def test_a_page_beyond_the_list_is_its_nearest(desk: Desk, asked: int, given: int, numbers: list[int]) -> None:
    for _ in range(5):
        await desk.submitted()

    page = await desk.queries.my_orders(page=asked, size=2, actor=desk.bilal)

    assert (page.number, page.pages, page.total) == (given, 3, 5)
    assert [order.number for order in page.items] == numbers


async def test_an_empty_list_has_one_empty_page(desk: Desk) -> None:
    page = await desk.queries.my_orders(page=4, actor=desk.zara)

    assert (page.items, page.number, page.pages, page.total) == ((), 1, 1, 0)


async def test_a_foreign_order_answers_like_one_that_does_not_exist(desk: Desk) -> None:
    order = (await desk.submitted()).order
    refusals = []
    for question in (
        desk.queries.order_card(order.id, actor=desk.zara),
        desk.queries.order_card(uuid4(), actor=desk.zara),
        desk.queries.card_by_number(order.number, actor=desk.zara),
        desk.queries.card_by_number(999, actor=desk.zara),
        desk.queries.card_by_number(10**30, actor=desk.zara),
        desk.queries.card_by_number(-1, actor=desk.zara),
        desk.queries.draft_of(order.id, actor=desk.zara),
        desk.queries.draft_of(uuid4(), actor=desk.zara),
    ):
        with pytest.raises(NotFound) as refused:
            await question
        refusals.append(str(refused.value))

    assert refusals == ["NotFound: what=order"] * 8
    for actor in (desk.bilal, desk.ayesha):
        card = await desk.queries.card_by_number(1, actor=actor)
        assert card.order.id == order.id


async def test_the_buttons_are_those_that_would_work(desk: Desk) -> None:
    order_id = (await desk.submitted()).order.id

    admins = await desk.queries.order_card(order_id, actor=desk.ayesha)
    mine = await desk.queries.order_card(order_id, actor=desk.bilal)

    assert admins.moves == {Move.APPROVE, Move.REJECT, Move.RETURN, Move.ARCHIVE}
    assert mine.moves == set()


async def test_lists_of_admins_are_for_admins_and_lists_of_workers_for_workers(desk: Desk) -> None:
    for refused in (
        desk.queries.orders(actor=desk.bilal),
        desk.queries.overdue(actor=desk.bilal),
        desk.queries.queue(actor=desk.bilal),
        desk.queries.next_in_queue(actor=desk.bilal),
        desk.queries.reason_templates(TemplateKind.REJECT, actor=desk.bilal),
        desk.queries.desk_counts(actor=desk.bilal),
        desk.queries.my_orders(actor=desk.ayesha),
        desk.queries.my_counts(actor=desk.ayesha),
        desk.queries.recent_businesses(actor=desk.ayesha),
        desk.queries.recent_folders(actor=desk.ayesha),
        desk.queries.draft_of(uuid4(), actor=desk.ayesha),
    ):
        with pytest.raises(NotAllowed):
            await refused


async def test_admins_filter_all_orders(desk: Desk) -> None:
    await desk.submitted()
    writing = (await desk.submitted(desk.zara, replace(DRAFT, category="Content Writing"))).order
    await desk.orders.archive(writing.id, 1, actor=desk.omar)
    await desk.submitted(desk.zara)

    async def numbers(**filters: Any) -> list[int]:
        page = await desk.queries.orders(**filters, actor=desk.ayesha)
        return [order.number for order in page.items]

    assert await numbers() == [3, 1]
    assert await numbers(archived=True) == [2]
    assert await numbers(worker_id=desk.zara.user_id) == [3]
    assert await numbers(category="Content Writing") == []
    assert await numbers(category="Content Writing", archived=True) == [2]
    assert await numbers(statuses=[OrderStatus.APPROVED]) == []


# The queue


async def test_the_oldest_submission_is_decided_first(desk: Desk) -> None:
    first = (await desk.submitted()).order
    second = (await desk.submitted(desk.zara)).order
    await desk.orders.reject(first.id, 1, "no", actor=desk.ayesha)
    third = (await desk.submitted()).order
    # Submitted again, the first one waits behind the others.
    await desk.orders.resubmit(first.id, 1, DRAFT, actor=desk.bilal)

    queue = await desk.queries.queue(actor=desk.ayesha)
    steps = []
    after = None
    for _ in range(4):
        step = await desk.queries.next_in_queue(after=after, actor=desk.ayesha)
        steps.append((step.card and step.card.order.number, step.position, step.waiting))
        after = step.card.order.id if step.card else None

    assert [order.id for order in queue.items] == [second.id, third.id, first.id]
    assert steps == [(2, 1, 3), (3, 2, 3), (1, 3, 3), (None, 0, 3)]
    of_zara = await desk.queries.queue(worker_id=desk.zara.user_id, actor=desk.ayesha)
    assert [order.id for order in of_zara.items] == [second.id]


async def test_the_queue_goes_on_behind_what_was_just_decided(desk: Desk) -> None:
    orders = [(await desk.submitted()).order for _ in range(3)]
    await desk.orders.approve(orders[1].id, 1, actor=desk.ayesha)

    step = await desk.queries.next_in_queue(after=orders[1].id, actor=desk.ayesha)
    from_start = await desk.queries.next_in_queue(after=uuid4(), actor=desk.ayesha)

    assert step.card is not None
    assert (step.card.order.id, step.position, step.waiting) == (orders[2].id, 2, 2)
    assert from_start.card is not None
    assert from_start.card.order.id == orders[0].id


async def test_submissions_of_the_same_instant_have_places_too(desk: Desk) -> None:
    orders = [await desk.orders.submit(DRAFT, actor=desk.bilal) for _ in range(3)]

    seen = []
    step = await desk.queries.next_in_queue(actor=desk.ayesha)
    while step.card is not None:
        seen.append((step.card.order.id, step.position))
        step = await desk.queries.next_in_queue(after=step.card.order.id, actor=desk.ayesha)

    assert seen == [(card.order.id, place) for place, card in enumerate(orders, 1)]


async def test_an_order_from_elsewhere_waits_since_it_was_made(desk: Desk) -> None:
    new = (await desk.submitted()).order
    old = await desk.from_elsewhere(created_at=karachi(2026, 10, 1))

    queue = await desk.queries.queue(actor=desk.ayesha)

    assert [order.id for order in queue.items] == [old, new.id]
    assert queue.items[0].submitted_at == karachi(2026, 10, 1)


async def test_overdue_is_after_the_last_day_in_the_organizations_calendar(desk: Desk) -> None:
    for day in (14, 15):
        await desk.orders.assign(DRAFT, [desk.bilal.user_id], due_date=date(2026, 10, day), actor=desk.ayesha)
    desk.clock.set(karachi(2026, 10, 14, 23, 59))
    assert (await desk.queries.overdue(actor=desk.ayesha)).total == 0

    desk.clock.set(karachi(2026, 10, 15, 0, 1))
    late = await desk.queries.overdue(actor=desk.ayesha)

    assert [order.due_date for order in late.items] == [date(2026, 10, 14)]


# Forms


async def test_forms_offer_what_was_typed_last(desk: Desk) -> None:
    for business, folder in (("Ace", "Sept"), ("Bolt", "Oct"), ("Ace", "Oct"), (None, None), ("Cafe", "Menu")):
        await desk.submitted(draft=replace(DRAFT, business_name=business, folder_name=folder))
    await desk.submitted(desk.zara, replace(DRAFT, business_name="Zed"))

    assert await desk.queries.recent_businesses(actor=desk.bilal) == ("Cafe", "Ace", "Bolt")
    assert await desk.queries.recent_businesses(limit=1, actor=desk.bilal) == ("Cafe",)
    assert await desk.queries.recent_folders(actor=desk.bilal) == ("Menu", "Oct", "Sept")
    of_ace = await desk.queries.recent_folders(business="Ace", actor=desk.bilal)
    assert of_ace == ("Oct", "Sept")


async def test_forms_offer_categories_and_reasons_in_their_order(desk: Desk) -> None:
    await desk.add(
        ReasonTemplate(kind=TemplateKind.REJECT, text="Second", position=2),
        ReasonTemplate(kind=TemplateKind.REJECT, text="First", position=1),
        ReasonTemplate(kind=TemplateKind.CHANGES, text="Other"),
    )

    categories = await desk.queries.categories(actor=desk.bilal)
    templates = await desk.queries.reason_templates(TemplateKind.REJECT, actor=desk.ayesha)

    assert [category.name for category in categories] == ["Content Writing", "Link Building"]
    assert [template.text for template in templates] == ["First", "Second"]


async def test_a_draft_of_an_order_from_elsewhere_lacks_what_no_draft_has(desk: Desk) -> None:
    order_id = await desk.from_elsewhere(OrderStatus.REJECTED, total_submissions=0)

    draft = await desk.queries.draft_of(order_id, actor=desk.bilal)

    assert draft.missing == ("total_submissions",)


# Cost


async def test_more_orders_take_no_more_statements(desk: Desk, engine: AsyncEngine) -> None:
    async def statements() -> list[int]:
        counts = []
        questions: tuple[Question, ...] = (
            lambda queries: queries.my_orders(size=50, actor=desk.bilal),
            lambda queries: queries.queue(size=50, actor=desk.ayesha),
            lambda queries: queries.orders(size=50, actor=desk.ayesha),
            lambda queries: queries.next_in_queue(actor=desk.ayesha),
            lambda queries: queries.recent_businesses(actor=desk.bilal),
        )
        for question in questions:
            async with desk.unit() as unit, counted(engine) as sent:
                await question(OrderQueries(unit))
            counts.append(len(sent))
        return counts

    draft = DRAFT.with_file(draft_file())
    await desk.submitted(draft=draft)
    few = await statements()
    for _ in range(20):
        await desk.submitted(draft=draft)
    card = await desk.queries.queue(actor=desk.ayesha)

    assert await statements() == few
    assert card.total == 21
    assert max(few) <= 9


async def test_an_index_answers_for_a_worker_and_for_the_queue(desk: Desk, engine: AsyncEngine) -> None:
    """With thousands of decided orders of others, neither reads them all."""
    others = [uuid4() for _ in range(30)]
    people = [{"id": other, "name": "Other", "email": f"{other}@example.com", "role": Role.WORKER} for other in others]
    rows = [
        {
            "id": uuid4(),
            "title": "Old",
            "category": "Link Building",
            "status": OrderStatus.COMPLETED,
            "total_submissions": 1,
            "assigned_to": others[number % 30],
            "created_by": others[number % 30],
            "submitted_at": desk.clock.now() - timedelta(minutes=number),
        }
        for number in range(3000)
    ]
    async with desk.sessions.begin() as session:
        await session.execute(insert(User), people)
        await session.execute(insert(WorkOrder), rows)
    await desk.submitted()
    async with engine.begin() as connection:
        await connection.exec_driver_sql("ANALYZE")
    explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    questions: tuple[Question, ...] = (
        lambda queries: queries.queue(actor=desk.ayesha),
        lambda queries: queries.next_in_queue(actor=desk.ayesha),
        lambda queries: queries.my_orders(actor=desk.bilal),
        lambda queries: queries.recent_businesses(actor=desk.bilal),
        lambda queries: queries.my_orders(statuses=TO_DO, actor=desk.bilal),
        lambda queries: queries.my_counts(actor=desk.bilal),
        lambda queries: queries.desk_counts(actor=desk.ayesha),
    )
    for question in questions:
        async with desk.unit() as unit, counted(engine) as sent:
            await question(OrderQueries(unit))
        async with engine.connect() as connection:
            for statement, parameters in sent:
                if not statement.startswith("SELECT"):
                    continue
                plan = await connection.exec_driver_sql(explain + statement, parameters)
                read = " ".join(str(row) for row in plan)
                assert "Seq Scan on work_orders" not in read, statement
                assert "SCAN work_orders" not in read, statement


async def test_a_status_set_elsewhere_is_seen_in_the_same_session(desk: Desk) -> None:
    """Cards are read from the database, not from objects that the session happened to load before."""
    order_id = (await desk.submitted()).order.id
    async with desk.unit() as unit:
        loaded = await unit.session.get_one(WorkOrder, order_id)
        assert loaded.status is OrderStatus.UNDER_QA
        await unit.session.execute(
            update(WorkOrder).values(status=OrderStatus.REJECTED).execution_options(synchronize_session=False)
        )
        card = await OrderQueries(unit).order_card(order_id, actor=desk.ayesha)
    assert card.order.status is OrderStatus.REJECTED


async def test_a_list_too_long_to_leaf_through_says_that_there_is_more(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        await desk.submitted()
    monkeypatch.setattr(paging, "MAX_COUNTED", 3)

    page = await desk.queries.my_orders(page=9, size=2, actor=desk.bilal)

    assert (page.total, page.more, page.pages, page.number) == (3, True, 2, 2)
    assert (await desk.queries.my_orders(actor=desk.zara)).more is False
