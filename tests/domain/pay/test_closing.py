"""Closing months: what ends up on whose invoice, exactly."""

import asyncio
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from domain.accounts.model import User
from domain.audit.model import ActivityLog, LogType
from domain.audit.service import verify
from domain.clock import Month
from domain.errors import ChangedMeanwhile, NotAllowed, NotFound
from domain.errors.months import MonthAlreadyInvoiced, MonthNotOver, PayOutOfRange, RateMissing
from domain.notifications.model import ScheduledRun
from domain.orders.model import OrderStatus, OrderVersion, WorkOrder
from domain.pay import issuing
from domain.pay.closing import Closing
from domain.pay.model import AppealStatus, Fine, FineAppeal, Invoice, InvoiceNumber
from domain.pay.statement import Problem
from domain.pay.unbilled import Place
from domain.unit_of_work import UnitOfWork
from tests.domain.pay.office import NOVEMBER, OCTOBER, SEPTEMBER, Office, karachi, money

DECEMBER = Month(2026, 12)


async def test_an_invoice_adds_up_everything_of_the_month(office: Office) -> None:
    first = await office.order(office.bilal, 300, "7.98")
    await office.order(office.bilal, 50, "7.98", karachi(2026, 10, 31, 23, 59), approved=40)
    await office.order(office.bilal, 3, "1250.50", category="Content Writing")
    await office.fixed_pay(office.bilal, "30000.00", date(2026, 1, 1))
    await office.bonus(office.bilal, "500.00")
    await office.fine(office.bilal, "120.25")

    result = await office.close()

    assert await office.lines(office.bilal) == [
        ("Fixed pay", 31, "30000.00"),
        ("Content Writing", 3, "3751.50"),
        ("Link Building", 340, "2713.20"),
        ("Bonus", None, "500.00"),
        ("Fine", None, "-120.25"),
    ]
    invoice = await office.invoice(office.bilal)
    assert invoice.number == "INV-2026-000001"
    assert invoice.fixed_pay == money("30000.00")
    assert invoice.work_pay == money("6464.70")
    assert invoice.bonus_amount == money("500.00")
    assert invoice.fine_amount == money("120.25")
    assert invoice.total_amount == money("36844.45")
    assert invoice.submission_count == 343
    assert invoice.worker_name == "Bilal"
    assert await office.status(first) == OrderStatus.COMPLETED
    sources = await office.sources(invoice.id)
    assert len(sources) == 5
    assert sum(source.amount for source in sources) == money("6844.45")
    assert [each.number for each in result.issued] == ["INV-2026-000001"]
    assert (result.invoices, result.total) == (1, money("36844.45"))


# In which month an item pays


async def test_work_approved_after_its_month_was_invoiced_is_late(office: Office) -> None:
    await office.order(office.bilal, 10, "7.98", karachi(2026, 9, 30, 23, 59))
    await office.close(SEPTEMBER)
    await office.order(office.bilal, 5, "7.98", karachi(2026, 9, 30, 23, 59))
    await office.order(office.bilal, 2, "7.98", karachi(2026, 10, 1, 0, 0))
    await office.close(OCTOBER)
    assert await office.lines(office.bilal, SEPTEMBER) == [("Link Building", 10, "79.80")]
    assert await office.lines(office.bilal, OCTOBER) == [
        ("Link Building", 2, "15.96"),
        ("Link Building, late from 2026-09", 5, "39.90"),
    ]
    assert await office.close(OCTOBER) == (await office.close(OCTOBER))
    assert len(await office.invoices()) == 2


async def test_work_of_a_month_without_invoice_gets_that_months_invoice_when_the_next_is_closed(office: Office) -> None:
    await office.order(office.zara, 1, "1.00", karachi(2026, 9, 5))
    await office.close(SEPTEMBER)
    await office.order(office.bilal, 5, "7.98", karachi(2026, 9, 30))
    await office.order(office.bilal, 2, "7.98", karachi(2026, 10, 1))
    result = await office.close(OCTOBER)
    assert await office.lines(office.bilal, SEPTEMBER) == [("Link Building", 5, "39.90")]
    assert await office.lines(office.bilal, OCTOBER) == [("Link Building", 2, "15.96")]
    assert [each.month for each in result.issued] == [SEPTEMBER, OCTOBER]
    assert result.total == money("15.96")


async def test_bonuses_and_fines_of_an_invoiced_month_are_late_too(office: Office) -> None:
    await office.order(office.bilal, 10, "100.00", karachi(2026, 9, 10))
    await office.close(SEPTEMBER)
    await office.bonus(office.bilal, "50.00", SEPTEMBER)
    await office.fine(office.bilal, "20.00", karachi(2026, 9, 30, 23, 0))
    await office.bonus(office.bilal, "7.00", NOVEMBER)
    await office.close(OCTOBER)
    assert await office.lines(office.bilal, OCTOBER) == [
        ("Bonus, late from 2026-09", None, "50.00"),
        ("Fine, late from 2026-09", None, "-20.00"),
    ]


async def test_who_does_not_know_the_assignee_pays_the_creator(office: Office) -> None:
    await office.order(office.bilal, 1, "10.00", assigned_to=None)
    await office.order(office.admin, 2, "10.00", assigned_to=office.zara.user_id)
    created = karachi(2026, 10, 3)
    await office.order(office.bilal, 4, "10.00", assigned_to=None, created_at=created)
    async with office.sessions.begin() as session:
        await session.execute(update(WorkOrder).where(WorkOrder.total_submissions == 4).values(submitted_at=None))
    await office.close()
    assert await office.lines(office.bilal) == [("Link Building", 5, "50.00")]
    assert await office.lines(office.zara) == [("Link Building", 2, "20.00")]


async def test_only_approved_work_pays(office: Office) -> None:
    for status in (OrderStatus.UNDER_QA, OrderStatus.REJECTED, OrderStatus.IN_PROGRESS, OrderStatus.COMPLETED):
        await office.order(office.bilal, 3, "10.00", status=status)
    await office.order(office.bilal, 3, "10.00", status=OrderStatus.REJECTED, archived_at=karachi(2026, 10, 11))
    await office.order(office.bilal, 3, "10.00", approved=0)
    assert (await office.close()).issued == ()
    assert await office.invoices() == []


async def test_an_order_of_another_spelling_is_on_the_same_line(office: Office) -> None:
    await office.order(office.bilal, 1, "10.00", category="LINK BUILDING")
    await office.order(office.bilal, 2, "10.00", category="Link Building")
    await office.close()
    [(_, quantity, amount)] = await office.lines(office.bilal)
    assert (quantity, amount) == (3, "30.00")
    assert len(await office.sources((await office.invoice(office.bilal)).id)) == 2


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Karachi", "Pacific/Auckland"])
async def test_the_month_ends_at_the_organizations_midnight(
    sessions: async_sessionmaker[AsyncSession], zone: str
) -> None:
    """New York leaves summer time on 1 November 2026, Auckland has entered it on 27 September."""
    here = ZoneInfo(zone)
    office = Office(sessions, datetime(2026, 12, 2, tzinfo=UTC), here)
    await office.open()
    last = datetime(2026, 10, 31, 23, 59, 59, 999999, tzinfo=here).astimezone(UTC)
    await office.order(office.bilal, 1, "1.00", last)
    await office.order(office.bilal, 2, "1.00", datetime(2026, 11, 1, tzinfo=here).astimezone(UTC))
    await office.fine(office.bilal, "0.25", last)
    await office.close(NOVEMBER)
    assert await office.lines(office.bilal, OCTOBER) == [("Link Building", 1, "1.00"), ("Fine", None, "-0.25")]
    assert await office.lines(office.bilal, NOVEMBER) == [("Link Building", 2, "2.00")]


async def test_a_month_is_not_closed_before_it_is_over(office: Office) -> None:
    office.clock.set(karachi(2026, 10, 31, 23, 59))
    await office.order(office.bilal, 1, "1.00")
    with pytest.raises(MonthNotOver):
        await office.month_end().close(OCTOBER, actor=office.admin)
    async with office.unit() as unit:
        with pytest.raises(MonthNotOver):
            await Closing(unit).close_worker(OCTOBER, office.bilal.user_id, actor=office.admin)
    office.clock.set(karachi(2026, 11, 1, 0))
    assert len((await office.month_end().close(OCTOBER, actor=office.admin)).issued) == 1


async def test_months_that_nobody_closed_are_closed_with_the_next(office: Office) -> None:
    """The machine was off for two months. Fixed pay is not lost, and debts go from month to month."""
    await office.fixed_pay(office.bilal, "1000.00", date(2020, 1, 1))
    await office.close(SEPTEMBER)
    await office.fine(office.bilal, "1500.00", karachi(2026, 10, 10))
    await office.close(DECEMBER)
    assert [(each.month, each.total_amount, each.carried_forward) for each in await office.invoices(office.bilal)] == [
        (9, money("1000.00"), money("0.00")),
        (10, money("0.00"), money("500.00")),
        (11, money("500.00"), money("0.00")),
        (12, money("1000.00"), money("0.00")),
    ]
    assert await office.lines(office.bilal, NOVEMBER) == [
        ("Carried forward", None, "-500.00"),
        ("Fixed pay", 30, "1000.00"),
    ]
    october = await office.invoice(office.bilal, OCTOBER)
    [source] = await office.sources((await office.invoice(office.bilal, NOVEMBER)).id)
    assert (source.carried_invoice_id, source.amount) == (october.id, money("-500.00"))


async def test_a_debt_waits_for_the_next_invoice(office: Office) -> None:
    await office.fine(office.bilal, "700.00", karachi(2026, 9, 5))
    await office.close(SEPTEMBER)
    await office.close(OCTOBER)
    assert [each.carried_forward for each in await office.invoices(office.bilal)] == [money("700.00")]
    await office.order(office.bilal, 10, "100.00", karachi(2026, 11, 5))
    await office.close(NOVEMBER)
    assert await office.lines(office.bilal, NOVEMBER) == [
        ("Carried forward", None, "-700.00"),
        ("Link Building", 10, "1000.00"),
    ]


# Fines under appeal


async def test_a_fine_under_appeal_waits_for_the_decision(office: Office) -> None:
    fine = await office.fine(office.bilal, "20.00", karachi(2026, 10, 30))
    cancelled = await office.fine(office.bilal, "9.00")
    await office.order(office.bilal, 1, "100.00")
    async with office.sessions.begin() as session:
        session.add(FineAppeal(fine_id=fine, text="Not me"))
        await session.execute(
            update(Fine)
            .where(Fine.id == cancelled)
            .values(cancelled_at=karachi(2026, 10, 30), cancelled_by=office.admin.user_id, cancel_reason="no")
        )
    await office.close()
    assert await office.lines(office.bilal) == [("Link Building", 1, "100.00")]
    async with office.sessions.begin() as session:
        decided = {"decided_at": karachi(2026, 11, 5), "decided_by": office.admin.user_id}
        await session.execute(update(FineAppeal).values(status=AppealStatus.UPHELD, **decided))
    await office.order(office.bilal, 1, "100.00", karachi(2026, 11, 5))
    await office.close(NOVEMBER)
    assert ("Fine, late from 2026-10", None, "-20.00") in await office.lines(office.bilal, NOVEMBER)


# Missing rates


async def test_a_missing_rate_holds_up_its_worker_alone(office: Office) -> None:
    order = await office.order(office.bilal, 30, None)
    await office.order(office.bilal, 1, "5.00")
    await office.order(office.zara, 2, "5.00")
    await office.rate("9.00", date(2026, 10, 11))  # the day after the submission
    result = await office.close()
    assert [each.worker_name for each in result.issued] == ["Zara"]
    [held_up] = result.held_up
    assert (held_up.worker_name, held_up.problem) == ("Bilal", Problem.RATE_MISSING)
    assert [(each.category, each.orders, each.quantity) for each in held_up.missing] == [("Link Building", 1, 30)]
    assert await office.status(order) == OrderStatus.APPROVED
    [told] = await office.told("closing_held_up", office.admin)
    assert told["workers"][0]["name"] == "Bilal"
    assert told["workers"][0]["missing"] == [
        {"month": "2026-10", "category": "Link Building", "orders": 1, "quantity": 30}
    ]

    await office.rate("8.00", date(2026, 10, 10))
    assert [each.worker_name for each in (await office.close()).issued] == ["Bilal"]
    assert await office.lines(office.bilal) == [("Link Building", 1, "5.00"), ("Link Building", 30, "240.00")]
    async with office.sessions() as session:
        assert await session.scalar(select(WorkOrder.rate).where(WorkOrder.id == order)) == money("8.00")
        assert await session.scalar(select(OrderVersion.rate).where(OrderVersion.order_id == order)) == money("8.00")
    assert len(await office.told("closing_held_up", office.admin)) == 1
    assert [each["held_up"] for each in await office.told("month_closed", office.admin)] == [1, 0]


async def test_closing_one_worker_says_what_holds_it_up(office: Office) -> None:
    await office.order(office.bilal, 30, None)
    await office.order(office.bilal, 1, "5.00", karachi(2026, 9, 1))
    with pytest.raises(RateMissing) as missing:
        async with office.unit() as unit:
            await Closing(unit).close_worker(OCTOBER, office.bilal.user_id, actor=office.admin)
    assert vars(missing.value) == {"month": OCTOBER, "categories": ("Link Building",), "orders": 1}
    assert await office.invoices() == []
    await office.order(office.zara, 2, "99999999.99")
    with pytest.raises(PayOutOfRange):
        async with office.unit() as unit:
            await Closing(unit).close_worker(OCTOBER, office.zara.user_id, actor=office.admin)
    with pytest.raises(NotFound):
        async with office.unit() as unit:
            await Closing(unit).close_worker(OCTOBER, office.links, actor=office.admin)


async def test_closing_one_worker(office: Office) -> None:
    await office.order(office.bilal, 1, "5.00")
    await office.order(office.zara, 1, "5.00")
    async with office.unit() as unit:
        [issued] = await Closing(unit).close_worker(OCTOBER, office.bilal.user_id, actor=office.admin)
    assert (issued.number, issued.worker_name, issued.totals.total) == ("INV-2026-000001", "Bilal", money("5.00"))
    assert len(await office.invoices()) == 1
    with pytest.raises(MonthAlreadyInvoiced) as again:
        async with office.unit() as unit:
            await Closing(unit).close_worker(OCTOBER, office.bilal.user_id, actor=office.admin)
    assert vars(again.value) == {"number": "INV-2026-000001"}


async def test_workers_do_not_close_months(office: Office) -> None:
    async with office.unit() as unit:
        with pytest.raises(NotAllowed):
            await Closing(unit).close_worker(OCTOBER, office.bilal.user_id, actor=office.bilal)
        with pytest.raises(NotAllowed):
            await Closing(unit).preview(OCTOBER, actor=office.bilal)
    with pytest.raises(NotAllowed):
        await office.month_end().close(OCTOBER, actor=office.bilal)


# Again, late, and at the same time


async def test_who_was_promoted_or_left_still_gets_the_last_invoice(office: Office) -> None:
    await office.order(office.bilal, 1, "5.00")
    await office.order(office.zara, 1, "5.00")
    async with office.sessions.begin() as session:
        await session.execute(update(User).where(User.name == "Bilal").values(role="Admin"))
        await session.execute(update(User).where(User.name == "Zara").values(is_active=False))
    assert sorted(each.worker_name for each in (await office.close()).issued) == ["Bilal", "Zara"]


async def test_closing_twice_changes_nothing(office: Office) -> None:
    await office.order(office.bilal, 10, "7.98")
    await office.order(office.zara, 10, "7.98")
    first = await office.close()
    second = await office.close()
    assert (len(first.issued), second.issued) == (2, ())
    assert (first.invoices, first.total) == (second.invoices, second.total) == (2, money("159.60"))
    [told] = await office.told("invoice_issued", office.bilal)
    assert (told["month"], told["total"], told["currency"]) == ("2026-10", "79.80", "PKR")
    assert told["number"] == (await office.invoice(office.bilal)).number
    [closed] = await office.told("month_closed", office.admin)
    assert closed == {"month": "2026-10", "currency": "PKR", "invoices": 2, "total": "159.60", "held_up": 0}
    async with office.sessions() as session:
        logged = await session.scalars(select(ActivityLog.log_type).order_by(ActivityLog.seq))
        assert list(logged) == [LogType.INVOICE_GENERATED] * 2 + [LogType.MONTH_CLOSED]
        assert await verify(session) == []
        [run] = await session.scalars(select(ScheduledRun))
        assert run.finished_at is not None


async def test_two_machines_close_at_once(office: Office) -> None:
    """Both go through all workers, one worker at a time: each invoice is issued once, whoever is first."""
    workers = [await office.worker(f"Worker {number}") for number in range(6)]
    for worker in workers:
        await office.order(worker, 10, "7.98")
        await office.fine(worker, "1.00")
    first, second = await asyncio.gather(
        office.month_end(1).close(OCTOBER, actor=office.admin),
        office.month_end(2).close(OCTOBER, actor=office.other_admin),
    )
    assert len(first.issued) + len(second.issued) == 6
    invoices = await office.invoices()
    assert [each.number for each in invoices] == [f"INV-2026-{number:06}" for number in range(1, 7)]
    assert {each.worker_id for each in invoices} == {worker.user_id for worker in workers}
    assert all(each.total_amount == money("78.80") for each in invoices)
    assert (first.invoices, second.invoices) == (6, 6)
    assert len(await office.told("invoice_issued")) == 6
    assert len(await office.told("month_closed", office.admin)) == 1


async def test_two_admins_close_the_same_worker_at_once(office: Office) -> None:
    await office.order(office.bilal, 10, "7.98")

    async def close() -> str:
        async with office.unit() as unit:
            [issued] = await Closing(unit).close_worker(OCTOBER, office.bilal.user_id, actor=office.admin)
            return issued.number

    results = await asyncio.gather(close(), close(), return_exceptions=True)
    assert sorted(type(each).__name__ for each in results) == ["MonthAlreadyInvoiced", "str"]
    assert len(await office.invoices()) == 1


async def test_a_rollback_gives_the_number_back(office: Office) -> None:
    await office.order(office.bilal, 10, "7.98")
    await office.order(office.zara, 10, "7.98")
    async with office.sessions() as session:
        unit = UnitOfWork(session, office.clock, office.organization)
        [lost] = await Closing(unit).close_worker(OCTOBER, office.bilal.user_id, actor=office.admin)
        await unit.finish()
        await session.rollback()
    assert lost.number == "INV-2026-000001"
    assert await office.invoices() == []
    async with office.unit() as unit:
        [issued] = await Closing(unit).close_worker(OCTOBER, office.zara.user_id, actor=office.admin)
    assert issued.number == "INV-2026-000001"


async def test_numbers_are_of_the_year_of_the_month(office: Office) -> None:
    await office.order(office.bilal, 1, "1.00", karachi(2026, 12, 31, 23))
    await office.order(office.bilal, 1, "1.00", karachi(2027, 1, 1, 1))
    await office.order(office.zara, 1, "1.00", karachi(2026, 12, 31))
    await office.close(Month(2027, 1))
    numbers = sorted(each.number or "" for each in await office.invoices())
    assert numbers == ["INV-2026-000001", "INV-2026-000002", "INV-2027-000001"]
    async with office.sessions() as session:
        counters = await session.execute(select(InvoiceNumber.year, InvoiceNumber.last).order_by(InvoiceNumber.year))
        assert [tuple(row) for row in counters] == [(2026, 2), (2027, 1)]


async def test_a_decision_taken_back_while_a_month_is_closed(office: Office) -> None:
    """The undo has locked the order when the closing comes; on SQLite, the closing waits at its start."""
    order = await office.order(office.bilal, 10, "7.98")
    await office.order(office.bilal, 1, "7.98")
    undone = asyncio.Event()

    async def undo() -> None:
        async with office.sessions.begin() as session:
            changed = update(WorkOrder).where(WorkOrder.id == order, WorkOrder.status == OrderStatus.APPROVED)
            await session.execute(changed.values(status=OrderStatus.UNDER_QA))
            undone.set()

    async def close() -> None:
        await undone.wait()
        await office.close()

    await asyncio.gather(undo(), close())
    assert await office.lines(office.bilal) == [("Link Building", 1, "7.98")]
    assert await office.status(order) == OrderStatus.UNDER_QA


async def test_an_order_approved_while_the_invoice_is_written_is_on_the_next(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL shows each statement what was committed before it, so the sources could be more than the lines say."""
    await office.order(office.bilal, 1, "7.98")
    written = issuing.write_invoices
    late: list[UUID] = []

    async def slow(*args: object, **kwargs: object) -> object:
        made = await written(*args, **kwargs)  # type: ignore[arg-type]
        engine = office.sessions.kw["bind"]
        if not late and engine.dialect.name == "postgresql":
            late.append(await office.order(office.bilal, 2, "7.98"))
        return made

    monkeypatch.setattr(issuing, "write_invoices", slow)
    await office.close()
    assert await office.lines(office.bilal) == [("Link Building", 1, "7.98")]
    invoice = await office.invoice(office.bilal)
    assert invoice.number == "INV-2026-000001"
    assert len(await office.sources(invoice.id)) == 1
    for order in late:
        assert await office.status(order) == OrderStatus.APPROVED
        await office.close(NOVEMBER)
        assert await office.lines(office.bilal, NOVEMBER) == [("Link Building, late from 2026-10", 2, "15.96")]


async def test_spellings_that_only_python_takes_for_the_same_are_on_one_line(office: Office) -> None:
    """Neither SQLite's lower() nor PostgreSQL's, in some locales, knows letters beyond ASCII."""
    await office.order(office.bilal, 1, "10.00", category="ÉTUDES")
    await office.order(office.bilal, 2, "10.00", category="études")
    await office.close()
    assert [(quantity, amount) for _, quantity, amount in await office.lines(office.bilal)] == [(3, "30.00")]
    assert len(await office.sources((await office.invoice(office.bilal)).id)) == 2


async def test_a_closing_that_is_always_overtaken_gives_up(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    await office.order(office.bilal, 1, "7.98")

    async def overtaken(*_: object) -> None:
        raise ChangedMeanwhile

    monkeypatch.setattr(issuing, "_bill_orders", overtaken)
    with pytest.raises(ChangedMeanwhile):
        await office.close()
    assert await office.invoices() == []


async def test_many_workers_in_small_batches(office: Office) -> None:
    """On PostgreSQL side by side: the numbers have no gap, and the log is one chain, all the same."""
    workers = [await office.worker(f"Worker {number}") for number in range(7)]
    for number, worker in enumerate(workers, 1):
        await office.order(worker, number, "10.00")
    office.clock.set(karachi(2026, 11, 1, 9))
    result = await office.month_end(2).close(OCTOBER, actor=office.admin)
    assert result.total == money("280.00")
    assert sorted(each.number for each in result.issued) == [f"INV-2026-{number:06}" for number in range(1, 8)]
    async with office.sessions() as session:
        assert await verify(session) == []


async def test_a_batch_that_fails_leaves_the_others_whole(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    workers = [await office.worker(f"Worker {number}") for number in range(6)]
    for worker in workers:
        await office.order(worker, 1, "10.00")
    billed = issuing._bill_orders

    async def fail_for_one(unit: UnitOfWork, through: Month, drafts: list[issuing.Draft], places: list[Place]) -> None:
        if workers[3].user_id in {draft.worker_id for draft in drafts}:
            raise OSError("gone")
        await billed(unit, through, drafts, places)

    with monkeypatch.context() as patched:
        patched.setattr(issuing, "_bill_orders", fail_for_one)
        with pytest.raises(OSError, match="gone"):
            await office.month_end(1).close(OCTOBER, actor=office.admin)
    for invoice in await office.invoices():
        assert len(await office.sources(invoice.id)) == 1
    assert await office.invoices(workers[3]) == []
    await office.close()
    numbers = [each.number for each in await office.invoices()]
    assert numbers == [f"INV-2026-{number:06}" for number in range(1, 7)]


async def test_who_writes_meanwhile_gets_a_turn_between_the_batches(office: Office) -> None:
    """Of SQLite's writers one waits by looking now and then: it must not find the closing there each time."""
    batches = 12
    for number in range(batches):
        await office.order(await office.worker(f"Worker {number}"), 1, "10.00")
    closing = asyncio.create_task(office.month_end(1).close(OCTOBER, actor=office.admin))
    written = 0
    while not closing.done():
        async with office.sessions.begin() as session:
            await session.execute(update(User).where(User.name == "Omar").values(locale="ur"))
        written += not closing.done()
    assert len((await closing).issued) == batches
    assert written >= batches


# Looking ahead


async def test_preview_shows_what_closing_would_do_and_writes_nothing(office: Office) -> None:
    office.clock.set(karachi(2026, 10, 31))
    await office.order(office.zara, 10, "30.00", karachi(2026, 9, 10))
    async with office.unit() as unit:
        await Closing(unit).close_worker(SEPTEMBER, office.zara.user_id, actor=office.admin)
    await office.order(office.bilal, 10, "7.98")
    await office.order(office.bilal, 4, None)
    await office.rate("10.00", date(2026, 10, 1))
    await office.fine(office.zara, "20.00")
    await office.order(office.zara, 1, None, category="Content Writing")
    await office.order(office.zara, 5, None, status=OrderStatus.UNDER_QA)
    await office.order(office.zara, 5, None, karachi(2026, 11, 1), status=OrderStatus.UNDER_QA)
    fined = await office.worker("Fahad")
    await office.fine(fined, "15.00")
    appealed = await office.fine(fined, "99.00")
    async with office.sessions.begin() as session:
        session.add(FineAppeal(fine_id=appealed, text="No"))

    async with office.unit() as unit:
        preview = await Closing(unit).preview(OCTOBER, actor=office.admin)

    assert [(each.worker_name, each.month, each.totals.total, each.problem) for each in preview.statements] == [
        ("Bilal", OCTOBER, money("119.80"), None),
        ("Fahad", OCTOBER, money("0.00"), None),
        ("Zara", OCTOBER, money("0.00"), Problem.RATE_MISSING),
    ]
    assert [each.worker_name for each in preview.held_up] == ["Zara"]
    assert (preview.under_qa, preview.open_appeals) == (1, 1)
    assert [each.worker_name for each in preview.stopped_at_zero] == ["Fahad", "Zara"]
    assert (preview.payout, preview.last_month_total) == (money("119.80"), money("300.00"))
    assert (preview.already_issued, preview.already_issued_total) == (0, money("0.00"))
    async with office.sessions() as session:
        assert len(list(await session.scalars(select(Invoice)))) == 1
        assert set(await session.scalars(select(WorkOrder.rate).where(WorkOrder.total_submissions == 4))) == {None}

    await office.close()
    assert sum(each.total_amount for each in await office.invoices() if each.month == 10) == preview.payout


async def test_an_order_that_an_invoice_has_is_not_billed_again_whatever_its_status_says(office: Office) -> None:
    """Somebody set it back to Approved past the bot."""
    billed = await office.order(office.bilal, 10, "7.98")
    await office.close()
    async with office.sessions.begin() as session:
        await session.execute(update(WorkOrder).where(WorkOrder.id == billed).values(status=OrderStatus.APPROVED))
    await office.order(office.bilal, 1, "7.98", karachi(2026, 11, 5))
    await office.order(office.bilal, 2, "7.98", karachi(2026, 10, 5))
    await office.close(NOVEMBER)
    assert await office.lines(office.bilal, NOVEMBER) == [
        ("Link Building", 1, "7.98"),
        ("Link Building, late from 2026-10", 2, "15.96"),
    ]
