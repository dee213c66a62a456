"""What workers and admins see of pay."""

from datetime import date

import pytest
from sqlalchemy import event

from domain.errors import NotAllowed, NotFound
from domain.orders.model import OrderStatus
from domain.pay.model import AppealStatus, FineAppeal, InvoiceStatus
from domain.pay.payments import PaymentService
from domain.pay.queries import PayQueries, SourceKind
from domain.pay.statement import Problem
from tests.domain_services.pay.office import NOVEMBER, OCTOBER, SEPTEMBER, Office, karachi, money


async def test_the_month_so_far_is_what_closing_would_make_of_it(office: Office) -> None:
    office.clock.instant = karachi(2026, 10, 15)
    await office.order(office.bilal, 10, "7.98")
    await office.order(office.bilal, 2, None)
    await office.order(office.bilal, 9, None, status=OrderStatus.UNDER_QA)
    await office.fixed_pay(office.bilal, "310.00", date(2026, 1, 1))
    fine = await office.fine(office.bilal, "20.00")
    async with office.sessions.begin() as session:
        session.add(FineAppeal(fine_id=fine, text="No"))
    async with office.unit() as unit:
        view = await PayQueries(unit).my_statement(OCTOBER, actor=office.bilal)
        as_admin = await PayQueries(unit).statement(office.bilal.user_id, OCTOBER, actor=office.admin)
        nothing = await PayQueries(unit).my_statement(OCTOBER, actor=office.zara)
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
        after = await PayQueries(unit).my_statement(OCTOBER, actor=office.bilal)
    assert after.statement is None
    assert after.issued is not None
    assert (after.issued.number, after.issued.total) == ("INV-2026-000001", money("391.80"))


async def test_before_last_month_is_closed_its_work_is_not_in_this_month(office: Office) -> None:
    """It is 1 November, 08:00. October's work is October's, not late."""
    await office.order(office.bilal, 10, "1.00", karachi(2026, 10, 5))
    await office.order(office.bilal, 3, "1.00", karachi(2026, 11, 1, 1))
    async with office.unit() as unit:
        view = await PayQueries(unit).my_statement(NOVEMBER, actor=office.bilal)
    assert view.statement is not None
    assert view.statement.totals.total == money("3.00")
    assert [(each.month, each.totals.total) for each in view.earlier] == [(OCTOBER, money("10.00"))]


async def test_an_invoice_and_why_it_is_so(office: Office) -> None:
    first = await office.order(office.bilal, 10, "7.98", karachi(2026, 10, 3))
    second = await office.order(office.bilal, 5, "7.98", karachi(2026, 10, 4), approved=4)
    bonus = await office.bonus(office.bilal, "50.00")
    fine = await office.fine(office.bilal, "1000.00")
    await office.close()
    await office.order(office.bilal, 500, "7.98", karachi(2026, 11, 4))
    await office.close(NOVEMBER)
    async with office.unit() as unit:
        queries = PayQueries(unit)
        page = await queries.my_invoices(actor=office.bilal)
        assert [(each.month, each.total, each.carried_forward) for each in page.items] == [
            (NOVEMBER, money("3151.72"), money("0.00")),
            (OCTOBER, money("0.00"), money("838.28")),
        ]
        view = await queries.my_invoice(page.items[1].invoice_id, actor=office.bilal)
        work, given, taken = view.lines
        orders = await queries.my_line_sources(work.line_id, size=1, actor=office.bilal)
        assert (orders.pages, orders.total) == (2, 2)
        [source] = orders.items
        assert (source.kind, source.source_id, source.quantity, source.rate, source.amount) == (
            SourceKind.ORDER,
            first,
            10,
            money("7.98"),
            money("79.80"),
        )
        assert (source.number, source.title, source.at) == ("1", "Order", karachi(2026, 10, 3))
        [source] = (await queries.my_line_sources(work.line_id, size=1, page=99, actor=office.bilal)).items
        assert (source.source_id, source.quantity, source.amount) == (second, 4, money("31.92"))
        [source] = (await queries.line_sources(given.line_id, actor=office.admin)).items
        assert (source.kind, source.source_id, source.reason) == (SourceKind.BONUS, bonus, "Well done")
        [source] = (await queries.line_sources(taken.line_id, actor=office.admin)).items
        assert (source.kind, source.source_id, source.amount) == (SourceKind.FINE, fine, money("-1000.00"))
        later = await queries.invoice(page.items[0].invoice_id, actor=office.admin)
        [source] = (await queries.line_sources(later.lines[0].line_id, actor=office.admin)).items
        assert (source.kind, source.source_id, source.number) == (
            SourceKind.CARRIED,
            page.items[1].invoice_id,
            "INV-2026-000001",
        )


async def test_a_foreign_invoice_answers_like_none(office: Office) -> None:
    await office.order(office.bilal, 10, "7.98")
    await office.close()
    invoice = await office.invoice(office.bilal)
    async with office.unit() as unit:
        queries = PayQueries(unit)
        [line] = (await queries.invoice(invoice.id, actor=office.admin)).lines
        for invoice_id, line_id in ((invoice.id, line.line_id), (office.links, office.links)):
            with pytest.raises(NotFound) as refused:
                await queries.my_invoice(invoice_id, actor=office.zara)
            assert refused.value.facts == {"what": "invoice"}
            with pytest.raises(NotFound) as refused:
                await queries.my_line_sources(line_id, actor=office.zara)
            assert refused.value.facts == {"what": "line"}
        with pytest.raises(NotFound):
            await queries.statement(office.links, OCTOBER, actor=office.admin)
        for attempt in (
            queries.statement(office.bilal.user_id, OCTOBER, actor=office.zara),
            queries.my_statement(OCTOBER, actor=office.admin),
        ):
            with pytest.raises(NotAllowed):
                await attempt


async def test_lists_of_invoices(office: Office) -> None:
    for worker in (office.bilal, office.zara):
        await office.order(worker, 10, "10.00", karachi(2026, 9, 3))
        await office.order(worker, 10, "10.00")
    await office.close(SEPTEMBER)
    await office.close(OCTOBER)
    paid, void = await office.invoice(office.bilal, OCTOBER), await office.invoice(office.zara, OCTOBER)
    async with office.unit() as unit:
        await PaymentService(unit).record_payment(paid.id, money("100"), date(2026, 11, 1), actor=office.admin)
        await PaymentService(unit).void(void.id, "Wrong", actor=office.admin)
    async with office.unit() as unit:
        queries = PayQueries(unit)
        october = await queries.invoices(month=OCTOBER, actor=office.admin)
        states = {each.invoice_id: (each.status, each.paid, each.outstanding) for each in october.items}
        assert states == {
            paid.id: (InvoiceStatus.ISSUED, money("100.00"), money("0.00")),
            void.id: (InvoiceStatus.VOID, money("0.00"), money("0.00")),
        }
        unpaid = await queries.invoices(unpaid=True, actor=office.admin)
        assert [each.month for each in unpaid.items] == [SEPTEMBER, SEPTEMBER]
        assert (await queries.invoices(worker_id=office.zara.user_id, actor=office.admin)).total == 2
        view = await queries.invoice(void.id, actor=office.admin)
        assert (view.void_reason, view.head.worker_name) == ("Wrong", "Zara")
        [payment] = (await queries.invoice(paid.id, actor=office.admin)).payments
        assert (payment.amount, payment.paid_on, payment.cancelled_at) == (money("100.00"), date(2026, 11, 1), None)


async def test_lists_of_what_pay_is_made_of(office: Office) -> None:
    await office.rate("5.00", date(2026, 1, 1))
    await office.rate("6.00", date(2026, 2, 1))
    await office.rate("9.00", date(2026, 1, 1), office.bilal)
    await office.fixed_pay(office.bilal, "310.00", date(2026, 1, 1))
    await office.bonus(office.bilal, "50.00")
    fine = await office.fine(office.bilal, "1.00", karachi(2026, 10, 1))
    await office.fine(office.zara, "2.00", karachi(2026, 10, 2))
    await office.close()
    async with office.sessions.begin() as session:
        session.add(FineAppeal(fine_id=fine, text="No"))
    number = (await office.invoice(office.bilal)).number
    async with office.unit() as unit:
        queries = PayQueries(unit)
        rates = await queries.rates(actor=office.admin)
        assert [(each.worker_name, each.amount) for each in rates] == [
            (None, money("6.00")),
            (None, money("5.00")),
            ("Bilal", money("9.00")),
        ]
        [fixed] = await queries.fixed_pays(office.bilal.user_id, actor=office.admin)
        assert fixed.amount == money("310.00")
        [bonus] = (await queries.bonuses(worker_id=office.bilal.user_id, actor=office.admin)).items
        assert (bonus.month, bonus.invoice_number) == (OCTOBER, number)
        fines = (await queries.fines(actor=office.admin)).items
        assert [each.amount for each in fines] == [money("2.00"), money("1.00")]
        [mine] = (await queries.my_fines(actor=office.bilal)).items
        assert (mine.appeal, mine.appeal_text, mine.appeal_until) == (AppealStatus.OPEN, "No", karachi(2026, 10, 8))
        [open_one] = (await queries.fines(appealed=True, actor=office.admin)).items
        assert open_one.fine_id == fine


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
            await PayQueries(unit).my_statement(OCTOBER, actor=office.bilal)
            event.remove(engine, "before_cursor_execute", count)
        return len(seen)

    assert await statements_for(1) == await statements_for(10)
