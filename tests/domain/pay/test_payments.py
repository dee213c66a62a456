"""After the invoice: payments in parts, voiding and making anew, invoices written by hand."""

import asyncio
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select

from domain.access import Actor
from domain.audit.service import verify
from domain.errors import NotFound
from domain.errors.invoices import (
    InvoiceBelowZero,
    InvoiceBuiltUpon,
    InvoiceHasPayments,
    InvoiceVoid,
    NoLines,
    PaidInFuture,
    PaymentTooLarge,
)
from domain.errors.months import MonthAlreadyInvoiced, MonthInFuture
from domain.errors.pay import AlreadyCancelled
from domain.errors.texts import TextMissing
from domain.orders.model import OrderStatus, OrderVersion, WorkOrder
from domain.pay.bonuses import BonusService
from domain.pay.closing import Closing
from domain.pay.corrections import CorrectionService
from domain.pay.fines import FineService
from domain.pay.manual_invoices import ManualInvoices, ManualLine
from domain.pay.model import Correction, Invoice
from domain.pay.payments import PaymentService, PaymentState
from domain.pay.voiding import Voided, Voiding
from tests.domain.pay.office import NOVEMBER, OCTOBER, SEPTEMBER, Office, karachi, money

TODAY = date(2026, 11, 2)


async def pay(office: Office, invoice: UUID, amount: str, paid_on: date = TODAY) -> PaymentState:
    async with office.unit() as unit:
        return await PaymentService(unit).record_payment(
            invoice, money(amount), paid_on, " bank 17 ", actor=office.admin
        )


async def void(office: Office, invoice: UUID, reason: str = "Wrong rate") -> Voided:
    async with office.unit() as unit:
        return await Voiding(unit).void(invoice, reason, actor=office.admin)


async def reissue(office: Office, worker: Actor) -> None:
    async with office.unit() as unit:
        await Closing(unit).close_worker(OCTOBER, worker.user_id, actor=office.admin)


# Payments


async def test_an_invoice_is_paid_in_parts(office: Office) -> None:
    await office.order(office.bilal, 10, "100.00")
    await office.close()
    invoice = (await office.invoice(office.bilal)).id
    first = await pay(office, invoice, "400.00", date(2026, 11, 1))
    assert (first.paid, first.outstanding) == (money("400.00"), money("600.00"))
    with pytest.raises(PaymentTooLarge) as refused:
        await pay(office, invoice, "600.01")
    assert refused.value.outstanding == money("600.00")
    second = await pay(office, invoice, "600.00")
    assert second.outstanding == money("0.00")
    with pytest.raises(PaymentTooLarge):
        await pay(office, invoice, "0.01")
    [told, _] = await office.told("payment_recorded", office.bilal)
    assert told == {
        "payment_id": str(first.payment_id),
        "invoice_id": str(invoice),
        "number": "INV-2026-000001",
        "amount": "400.00",
        "paid": "400.00",
        "outstanding": "600.00",
        "currency": "PKR",
        "paid_on": "2026-11-01",
        "reference": "bank 17",
    }
    async with office.unit() as unit:
        payments = PaymentService(unit)
        state = await payments.cancel_payment(second.payment_id, "Bounced", actor=office.admin)
        assert state.outstanding == money("600.00")
        with pytest.raises(AlreadyCancelled):
            await payments.cancel_payment(second.payment_id, "Bounced", actor=office.admin)
        with pytest.raises(NotFound):
            await payments.cancel_payment(invoice, "Bounced", actor=office.admin)
    with pytest.raises(PaidInFuture):
        await pay(office, invoice, "1.00", date(2026, 11, 3))
    with pytest.raises(NotFound):
        await pay(office, office.links, "1.00")


async def test_two_payments_at_once_do_not_pay_too_much(office: Office) -> None:
    await office.order(office.bilal, 10, "100.00")
    await office.close()
    invoice = (await office.invoice(office.bilal)).id
    results = await asyncio.gather(
        pay(office, invoice, "700.00"), pay(office, invoice, "700.00"), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in results) == ["PaymentState", "PaymentTooLarge"]


# Void and anew


async def test_what_is_paid_is_not_voided(office: Office) -> None:
    await office.order(office.bilal, 10, "100.00")
    await office.close()
    invoice = (await office.invoice(office.bilal)).id
    payment = await pay(office, invoice, "1.00")
    with pytest.raises(InvoiceHasPayments) as refused:
        await void(office, invoice)
    assert vars(refused.value) == {"number": "INV-2026-000001", "paid": money("1.00")}
    async with office.unit() as unit:
        await PaymentService(unit).cancel_payment(payment.payment_id, "Bounced", actor=office.admin)
    await void(office, invoice)
    with pytest.raises(InvoiceVoid):
        await pay(office, invoice, "1.00")


async def test_a_payment_and_a_voiding_at_once(office: Office) -> None:
    await office.order(office.bilal, 10, "100.00")
    await office.close()
    invoice = (await office.invoice(office.bilal)).id
    results = await asyncio.gather(pay(office, invoice, "700.00"), void(office, invoice), return_exceptions=True)
    names = [type(each).__name__ for each in results]
    assert names in (["PaymentState", "InvoiceHasPayments"], ["InvoiceVoid", "Voided"])


async def test_voiding_releases_what_was_billed_and_closing_again_bills_it(office: Office) -> None:
    await office.order(office.zara, 1, "1.00")
    order = await office.order(office.bilal, 10, "100.00")
    await office.bonus(office.bilal, "50.00")
    await office.fixed_pay(office.bilal, "300.00", date(2026, 1, 1))
    await office.close()
    first = await office.invoice(office.bilal)
    with pytest.raises(TextMissing):
        await void(office, first.id, " ")
    done = await void(office, first.id)
    assert (done.number, done.month, done.orders_released, done.orders_reopened) == (first.number, OCTOBER, 1, 0)
    assert await office.status(order) == OrderStatus.APPROVED
    assert all(source.released_at for source in await office.sources(first.id))
    [told] = await office.told("invoice_voided", office.bilal)
    assert (told["number"], told["reason"], told["month"]) == (first.number, "Wrong rate", "2026-10")
    with pytest.raises(InvoiceVoid):
        await void(office, first.id)

    async with office.unit() as unit:
        await BonusService(unit).give_bonus(office.bilal.user_id, money("1"), "More", OCTOBER, actor=office.admin)
    await reissue(office, office.bilal)
    second = await office.invoice(office.bilal)
    assert {first.number, second.number} | {(await office.invoice(office.zara)).number} == {
        "INV-2026-000001",
        "INV-2026-000002",
        "INV-2026-000003",
    }
    assert second.number == "INV-2026-000003"
    assert second.total_amount == money("1351.00")
    assert await office.status(order) == OrderStatus.COMPLETED
    async with office.sessions() as session:
        assert await verify(session) == []


async def test_a_void_month_is_made_anew_by_the_next_closing_at_the_latest(office: Office) -> None:
    await office.fixed_pay(office.bilal, "300.00", date(2026, 1, 1))
    await office.close()
    await void(office, (await office.invoice(office.bilal)).id)
    await office.close(NOVEMBER)
    assert [(each.number, each.month, each.status.value) for each in await office.invoices(office.bilal)] == [
        ("INV-2026-000001", 10, "void"),
        ("INV-2026-000002", 10, "issued"),
        ("INV-2026-000003", 11, "issued"),
    ]


async def test_what_a_later_invoice_rests_on_is_not_voided_before_it(office: Office) -> None:
    await office.fine(office.bilal, "700.00", karachi(2026, 9, 5))
    await office.close(SEPTEMBER)
    await office.order(office.bilal, 10, "100.00")
    await office.close(OCTOBER)
    september, october = await office.invoices(office.bilal)
    with pytest.raises(InvoiceBuiltUpon) as refused:
        await void(office, september.id)
    assert vars(refused.value) == {"number": october.number}
    await void(office, october.id)
    await void(office, september.id)
    await office.close(OCTOBER)
    assert [(each.number, each.total_amount) for each in await office.invoices(office.bilal)][2:] == [
        ("INV-2026-000003", money("0.00")),
        ("INV-2026-000004", money("300.00")),
    ]


async def test_voiding_settles_what_had_been_taken_back(office: Office) -> None:
    """An order reversed, a bonus and a fine cancelled after they were invoiced: voiding that invoice must not leave the
    corrections, or they would be taken off an amount that was never billed."""
    order = await office.order(office.bilal, 10, "100.00")
    await office.order(office.bilal, 1, "5.00")
    bonus, fine = await office.bonus(office.bilal, "50.00"), await office.fine(office.bilal, "20.00")
    await office.close()
    async with office.unit() as unit:
        await CorrectionService(unit).reverse_order(order, "Fake", actor=office.admin)
        await BonusService(unit).cancel_bonus(bonus, "Wrong", actor=office.admin)
        await FineService(unit).cancel_fine(fine, "Wrong", actor=office.admin)
    done = await void(office, (await office.invoice(office.bilal)).id)
    assert (done.orders_released, done.orders_reopened) == (1, 1)
    assert await office.status(order) == OrderStatus.UNDER_QA
    async with office.sessions() as session:
        assert all(each.cancelled_at for each in await session.scalars(select(Correction)))
        [undone] = await session.scalars(select(OrderVersion).where(OrderVersion.order_id == order))
        assert (undone.decision, undone.decided_at, undone.rate) == (None, None, None)
        assert await session.scalar(select(WorkOrder.rate).where(WorkOrder.id == order)) is None
        assert await verify(session) == []
    await reissue(office, office.bilal)
    assert await office.lines(office.bilal) == [("Link Building", 1, "5.00")]


async def test_an_invoice_that_a_later_one_corrected_is_not_voided_before_it(office: Office) -> None:
    order = await office.order(office.bilal, 10, "100.00")
    await office.close()
    async with office.unit() as unit:
        await CorrectionService(unit).reverse_order(order, "Fake", actor=office.admin)
    await office.close(NOVEMBER)
    october, november = await office.invoices(office.bilal)
    assert november.carried_forward == money("1000.00")
    with pytest.raises(InvoiceBuiltUpon) as refused:
        await void(office, october.id)
    assert vars(refused.value) == {"number": november.number}


# By hand


async def test_a_manual_invoice_takes_the_months_place(office: Office) -> None:
    await office.order(office.bilal, 10, "100.00")
    lines = [ManualLine(" Translation ", money("250"), "One-off"), ManualLine("Advance", money("-50"), "Paid before")]
    async with office.unit() as unit:
        manual_invoices = ManualInvoices(unit)
        worker = office.bilal.user_id
        issued = await manual_invoices.issue_manual(worker, OCTOBER, lines, "No orders", actor=office.admin)
        with pytest.raises(MonthAlreadyInvoiced):
            await manual_invoices.issue_manual(worker, OCTOBER, lines, "No orders", actor=office.admin)
        with pytest.raises(NoLines):
            await manual_invoices.issue_manual(worker, NOVEMBER, [], "No orders", actor=office.admin)
        with pytest.raises(MonthInFuture):
            await manual_invoices.issue_manual(worker, NOVEMBER.next(), lines, "No orders", actor=office.admin)
        with pytest.raises(InvoiceBelowZero):
            await manual_invoices.issue_manual(worker, NOVEMBER, lines[1:], "No orders", actor=office.admin)
        with pytest.raises(NotFound):
            await manual_invoices.issue_manual(office.links, NOVEMBER, lines, "No orders", actor=office.admin)
    assert (issued.number, issued.totals.total) == ("INV-2026-000001", money("200.00"))
    assert await office.lines(office.bilal) == [("Translation", None, "250.00"), ("Advance", None, "-50.00")]
    invoice = await office.invoice(office.bilal)
    assert (invoice.is_manual, invoice.manual_reason, invoice.correction_amount) == (True, "No orders", money("200.00"))
    assert len(await office.told("invoice_issued", office.bilal)) == 1
    assert (await office.close()).issued == ()
    await office.close(NOVEMBER)
    assert await office.lines(office.bilal, NOVEMBER) == [("Link Building, late from 2026-10", 10, "1000.00")]


async def test_a_month_with_an_invoice_from_elsewhere_has_one(office: Office) -> None:
    """It was told by its number, and those from elsewhere have none: the database refused instead."""
    worker = office.bilal.user_id
    async with office.sessions.begin() as session:
        invoice = Invoice(worker_id=worker, month=OCTOBER.month, year=OCTOBER.year, currency="PKR")
        invoice.total_amount, invoice.created_by = money("900.00"), office.admin.user_id
        session.add(invoice)
    async with office.unit() as unit:
        lines = [ManualLine("Translation", money("250"), "One-off")]
        with pytest.raises(MonthAlreadyInvoiced) as refused:
            await ManualInvoices(unit).issue_manual(worker, OCTOBER, lines, "Hand", actor=office.admin)
        assert vars(refused.value) == {"number": None}
        with pytest.raises(MonthAlreadyInvoiced):
            await Closing(unit).close_worker(OCTOBER, worker, actor=office.admin)


async def test_a_manual_invoice_and_a_closing_at_once(office: Office) -> None:
    await office.order(office.bilal, 10, "100.00")

    async def by_hand() -> None:
        async with office.unit() as unit:
            lines = [ManualLine("Translation", money("250"), "One-off")]
            await ManualInvoices(unit).issue_manual(office.bilal.user_id, OCTOBER, lines, "Hand", actor=office.admin)

    results = await asyncio.gather(by_hand(), office.close(), return_exceptions=True)
    assert type(results[0]) in {type(None), MonthAlreadyInvoiced}
    assert len(await office.invoices()) == 1
