"""What workers and admins see of invoices."""

from datetime import date

import pytest

from domain.errors import NotAllowed, NotFound
from domain.pay.earnings import EarningsQueries
from domain.pay.invoices import InvoiceQueries
from domain.pay.line_sources import LineSourceQueries, SourceKind
from domain.pay.model import InvoiceStatus
from domain.pay.payments import PaymentService
from domain.pay.voiding import Voiding
from tests.domain.pay.office import NOVEMBER, OCTOBER, SEPTEMBER, Office, karachi, money


async def test_an_invoice_and_why_it_is_so(office: Office) -> None:
    first = await office.order(office.bilal, 10, "7.98", karachi(2026, 10, 3))
    second = await office.order(office.bilal, 5, "7.98", karachi(2026, 10, 4), approved=4)
    bonus = await office.bonus(office.bilal, "50.00")
    fine = await office.fine(office.bilal, "1000.00")
    await office.close()
    await office.order(office.bilal, 500, "7.98", karachi(2026, 11, 4))
    await office.close(NOVEMBER)
    async with office.unit() as unit:
        line_sources = LineSourceQueries(unit)
        invoices = InvoiceQueries(unit)
        page = await invoices.my_invoices(actor=office.bilal)
        assert [(each.month, each.total, each.carried_forward) for each in page.items] == [
            (NOVEMBER, money("3151.72"), money("0.00")),
            (OCTOBER, money("0.00"), money("838.28")),
        ]
        view = await invoices.my_invoice(page.items[1].invoice_id, actor=office.bilal)
        work, given, taken = view.lines
        orders = await line_sources.my_line_sources(work.line_id, size=1, actor=office.bilal)
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
        [source] = (await line_sources.my_line_sources(work.line_id, size=1, page=99, actor=office.bilal)).items
        assert (source.source_id, source.quantity, source.amount) == (second, 4, money("31.92"))
        [source] = (await line_sources.line_sources(given.line_id, actor=office.admin)).items
        assert (source.kind, source.source_id, source.reason) == (SourceKind.BONUS, bonus, "Well done")
        [source] = (await line_sources.line_sources(taken.line_id, actor=office.admin)).items
        assert (source.kind, source.source_id, source.amount) == (SourceKind.FINE, fine, money("-1000.00"))
        later = await invoices.invoice(page.items[0].invoice_id, actor=office.admin)
        [source] = (await line_sources.line_sources(later.lines[0].line_id, actor=office.admin)).items
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
        earnings = EarningsQueries(unit)
        [line] = (await InvoiceQueries(unit).invoice(invoice.id, actor=office.admin)).lines
        for invoice_id, line_id in ((invoice.id, line.line_id), (office.links, office.links)):
            with pytest.raises(NotFound) as refused:
                await InvoiceQueries(unit).my_invoice(invoice_id, actor=office.zara)
            assert vars(refused.value) == {"what": "invoice"}
            with pytest.raises(NotFound) as refused:
                await LineSourceQueries(unit).my_line_sources(line_id, actor=office.zara)
            assert vars(refused.value) == {"what": "line"}
        with pytest.raises(NotFound):
            await earnings.statement(office.links, OCTOBER, actor=office.admin)
        for attempt in (
            earnings.statement(office.bilal.user_id, OCTOBER, actor=office.zara),
            earnings.my_statement(OCTOBER, actor=office.admin),
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
        await Voiding(unit).void(void.id, "Wrong", actor=office.admin)
    async with office.unit() as unit:
        invoices = InvoiceQueries(unit)
        october = await invoices.invoices(month=OCTOBER, actor=office.admin)
        states = {each.invoice_id: (each.status, each.paid, each.outstanding) for each in october.items}
        assert states == {
            paid.id: (InvoiceStatus.ISSUED, money("100.00"), money("0.00")),
            void.id: (InvoiceStatus.VOID, money("0.00"), money("0.00")),
        }
        unpaid = await invoices.invoices(unpaid=True, actor=office.admin)
        assert [each.month for each in unpaid.items] == [SEPTEMBER, SEPTEMBER]
        assert (await invoices.invoices(worker_id=office.zara.user_id, actor=office.admin)).total == 2
        view = await invoices.invoice(void.id, actor=office.admin)
        assert (view.void_reason, view.head.worker_name) == ("Wrong", "Zara")
        [payment] = (await invoices.invoice(paid.id, actor=office.admin)).payments
        assert (payment.amount, payment.paid_on, payment.cancelled_at) == (money("100.00"), date(2026, 11, 1), None)
