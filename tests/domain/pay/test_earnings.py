"""What workers and admins see of a month so far."""

from datetime import date

from sqlalchemy import event

from domain.orders.model import OrderStatus
from domain.pay.earnings import EarningsQueries
from domain.pay.model import FineAppeal
from domain.pay.statement import Problem
from tests.domain.pay.office import NOVEMBER, OCTOBER, Office, karachi, money


async def test_the_month_so_far_is_what_closing_would_make_of_it(office: Office) -> None:
    office.clock.set(karachi(2026, 10, 15))
    await office.order(office.bilal, 10, "7.98")
    await office.order(office.bilal, 2, None)
    await office.order(office.bilal, 9, None, status=OrderStatus.UNDER_QA)
    await office.fixed_pay(office.bilal, "310.00", date(2026, 1, 1))
    fine = await office.fine(office.bilal, "20.00")
    async with office.sessions.begin() as session:
        session.add(FineAppeal(fine_id=fine, text="No"))
    async with office.unit() as unit:
        earnings = EarningsQueries(unit)
        view = await earnings.my_statement(OCTOBER, actor=office.bilal)
        as_admin = await earnings.statement(office.bilal.user_id, OCTOBER, actor=office.admin)
        nothing = await earnings.my_statement(OCTOBER, actor=office.zara)
    assert view == as_admin
    assert view.issued is None
    assert view.statement is not None
    assert [(line.label, line.amount) for line in view.statement.lines] == [
        ("Fixed pay", money("310.00")),
        ("Link Building", money("79.80")),
    ]
    assert view.statement.problem == Problem.RATE_MISSING
    assert (view.under_qa, view.disputed, view.earlier) == (1, money("20.00"), ())
    assert (nothing.statement, nothing.under_qa) == (None, 0)

    await office.rate("1.00", date(2026, 1, 1))
    await office.close()
    async with office.unit() as unit:
        after = await EarningsQueries(unit).my_statement(OCTOBER, actor=office.bilal)
    assert after.statement is None
    assert after.issued is not None
    assert (after.issued.number, after.issued.total) == ("INV-2026-000001", money("391.80"))


async def test_before_last_month_is_closed_its_work_is_not_in_this_month(office: Office) -> None:
    """It is 1 November, 08:00. October's work is October's, not late."""
    await office.order(office.bilal, 10, "1.00", karachi(2026, 10, 5))
    await office.order(office.bilal, 3, "1.00", karachi(2026, 11, 1, 1))
    async with office.unit() as unit:
        view = await EarningsQueries(unit).my_statement(NOVEMBER, actor=office.bilal)
    assert view.statement is not None
    assert view.statement.totals.total == money("3.00")
    assert [(each.month, each.totals.total) for each in view.earlier] == [(OCTOBER, money("10.00"))]


async def test_statements_do_not_grow_with_what_they_read(office: Office) -> None:
    async def statements_for(orders: int) -> int:
        for _ in range(orders):
            await office.order(office.bilal, 1, "1.00")
        engine = office.sessions.kw["bind"].sync_engine
        seen: list[str] = []

        def count(_c: object, _cursor: object, statement: str, *_: object) -> None:
            seen.append(statement)

        async with office.unit() as unit:
            event.listen(engine, "before_cursor_execute", count)
            await EarningsQueries(unit).my_statement(OCTOBER, actor=office.bilal)
            event.remove(engine, "before_cursor_execute", count)
        return len(seen)

    assert await statements_for(1) == await statements_for(10)
