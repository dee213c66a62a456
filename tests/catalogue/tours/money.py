"""What a worker sees of their pay, and is told about it."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from domain.orders.model import OrderStatus
from domain.pay.appeals import AppealService
from domain.pay.bonuses import BonusService
from domain.pay.corrections import CorrectionService
from domain.pay.fines import FineService
from domain.pay.fixed_pay import FixedPayService
from domain.pay.invoices import InvoiceQueries
from domain.pay.payments import PaymentService
from domain.pay.voiding import Voiding
from domain.unit_of_work import UnitOfWork
from tests.catalogue.office import Office, Person
from tests.catalogue.tours.desk import NOVEMBER, approved, category, draft_of, rate, submitted
from tests.flows.pay_desk import CLOSING_TIME


async def tour(office: Office) -> None:
    words = office.words
    nadia, ayesha = await office.admin(), await office.worker()
    await ayesha.say("/money")
    await ayesha.tap("🧾 Invoices")
    await rate(office, nadia, await category(office, nadia, words.category))
    other = await category(office, nadia, words.other_category)
    card = await approved(office, ayesha, nadia)
    await approved(office, ayesha, nadia, draft_of(office, category=words.other_category, number=12))
    await submitted(office, ayesha)
    await _adjust(office, nadia, ayesha)
    await ayesha.say("/menu")
    await ayesha.tap("💰 My money")
    await rate(office, nadia, other, "20")
    await ayesha.say("/earnings")
    await office.at(CLOSING_TIME)
    await ayesha.say("/earnings")
    await office.stage.bot._scheduler.close_month()
    await office.settle()
    await ayesha.tap("🔍 Why?")
    await ayesha.tap(words.category, "‹ Why?", "‹ Invoice", "📄 PDF", "‹ Invoices")
    async with office.unit() as unit:
        pay = PaymentService(unit)
        paid = await pay.record_payment(
            await _newest(unit, ayesha), Decimal(300), CLOSING_TIME.date(), reference="TT 1", actor=nadia.known
        )
    await ayesha.tap("🧾 Invoice")
    async with office.unit() as unit:
        await PaymentService(unit).cancel_payment(paid.payment_id, words.reason, actor=nadia.known)
    async with office.unit() as unit:
        await CorrectionService(unit).reverse_order(card.order.id, words.reason, actor=nadia.known)
        assert card.order.status is OrderStatus.APPROVED
    await ayesha.say("/earnings")
    async with office.unit() as unit:
        await Voiding(unit).void(await _newest(unit, ayesha), words.reason, actor=nadia.known)
    await ayesha.tap("🧾 Invoices")
    await ayesha.tap("🚫")


async def _adjust(office: Office, nadia: Person, ayesha: Person) -> None:
    words = office.words
    async with office.unit() as unit:
        bonuses, fines, appeals = BonusService(unit), FineService(unit), AppealService(unit)
        await bonuses.give_bonus(ayesha.id, Decimal(500), words.comment, NOVEMBER, actor=nadia.known)
        given = await bonuses.give_bonus(ayesha.id, Decimal(5), words.comment, NOVEMBER, actor=nadia.known)
        await bonuses.cancel_bonus(given.id, words.reason, actor=nadia.known)
        await fines.fine(ayesha.id, Decimal(94), words.reason, actor=nadia.known)
        fine = await fines.fine(ayesha.id, Decimal(7), words.reason, actor=nadia.known)
        await fines.cancel_fine(fine.id, words.comment, actor=nadia.known)
        for uphold in (True, False):
            fine = await fines.fine(ayesha.id, Decimal(8), words.reason, actor=nadia.known)
            appeal = await appeals.appeal(fine.id, words.comment, actor=ayesha.known)
            note = None if uphold else words.comment
            await appeals.decide_appeal(appeal.appeal_id, uphold=uphold, note=note, actor=nadia.known)
        fine = await fines.fine(ayesha.id, Decimal(9), words.reason, actor=nadia.known)
        await appeals.appeal(fine.id, words.comment, actor=ayesha.known)
        await CorrectionService(unit).correct(ayesha.id, Decimal("-3.50"), words.reason, actor=nadia.known)
        await FixedPayService(unit).set_fixed_pay(
            ayesha.id, NOVEMBER.first.replace(day=11), Decimal(40_000), actor=nadia.known
        )


async def _newest(unit: UnitOfWork, worker: Person) -> UUID:
    return (await InvoiceQueries(unit).my_invoices(actor=worker.known)).items[0].invoice_id
