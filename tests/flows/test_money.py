"""What a worker sees of their pay: this month, invoices, why; and the messages about it."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from domain.accounts.model import Role
from domain.pay.appeals import AppealService
from domain.pay.bonuses import BonusService
from domain.pay.closing import Closing
from domain.pay.corrections import CorrectionService
from domain.pay.fines import FineService
from domain.pay.invoices import InvoiceQueries
from domain.pay.payments import PaymentService
from domain.pay.voiding import Voiding
from domain.unit_of_work import UnitOfWork
from tests.flows import pay_desk as desk
from tests.flows.pay_desk import CLOSING_TIME, NOVEMBER
from tests.flows.stage import Member, Stage
from tests.flows.talking import talk


async def earned(stage: Stage) -> tuple[Member, Member]:
    admin, worker = await stage.admin(), await stage.worker()
    await desk.rate(stage, admin, await desk.category(stage, admin))
    await desk.approved(stage, worker, admin)
    await desk.fined(stage, worker, admin, "94")
    await stage.settled()
    return admin, worker


async def test_the_month_so_far_line_by_line(stage: Stage) -> None:
    worker = await stage.worker()
    await talk(worker.phone, ("/earnings", "Nothing yet."), ("/invoices", "You have no invoices yet."))
    admin = await stage.admin()
    await desk.rate(stage, admin, await desk.category(stage, admin))
    await desk.category(stage, admin, "Citations")
    await desk.approved(stage, worker, admin)
    await desk.approved(stage, worker, admin, 2, kind="Citations")
    screen = await talk(worker.phone, ("/earnings", "So far: PKR 2,394"))
    assert "• Link Building · 300 × 7.98 = PKR 2,394" in screen.last.text
    assert "❗ Citations: 2 approved, but no rate is set yet." in screen.last.text


async def test_an_invoice_with_its_lines_its_pdf_its_payments_and_why(stage: Stage) -> None:
    admin, worker = await earned(stage)
    stage.clock.set(CLOSING_TIME)
    await stage.bot._scheduler.close_month()
    await worker.phone.wait_for("Your invoice for November 2026 is here: PKR 2,300")
    screen = await talk(
        worker.phone,
        ("/invoices", "⏳ November 2026 · PKR 2,300"),
        ("⏳ November 2026 · PKR 2,300", "⏳ Not paid yet."),
    )
    assert "• Fine: −PKR 94\n   Late" in screen.last.text
    await worker.phone.tap("📄 PDF", message_id=screen.last.id)
    screen = await worker.phone.wait_for(lambda shown: shown.last.media)
    media = screen.last.media
    assert media is not None
    assert (await stage.playground.http.get(media["url"])).content.startswith(b"%PDF")
    screen = await talk(
        worker.phone,
        ("🔍 Why?", "which line do you want to see?"),
        ("Link Building · PKR 2,394", "Order 1: Backlinks for Kitchen World"),
    )
    assert "300 × 7.98 = PKR 2,394 · 10 Nov, 12:00" in screen.last.text
    async with stage.unit() as unit:
        await PaymentService(unit).record_payment(
            await newest_invoice(unit, worker), Decimal(300), CLOSING_TIME.date(), reference="TT <1>", actor=admin.actor
        )
    await worker.phone.wait_for("PKR 300 was paid on 1 Dec 2026 for invoice INV-2026-000001.\nReference: TT <1>")
    await talk(worker.phone, ("🧾 Invoice", "⏳ Still to be paid: PKR 2,000"))


async def newest_invoice(unit: UnitOfWork, worker: Member) -> UUID:
    return (await InvoiceQueries(unit).my_invoices(actor=worker.actor)).items[0].invoice_id


async def test_another_workers_invoice_answers_like_none(stage: Stage) -> None:
    """A phone cannot forge a button, but it can go over to another person with the old buttons still on it."""
    admin, worker = await earned(stage)
    stage.clock.set(CLOSING_TIME)
    async with stage.unit() as unit:
        await Closing(unit).close_worker(NOVEMBER, worker.id, actor=admin.actor)
    await worker.phone.wait_for("Your invoice for November 2026 is here")
    await talk(worker.phone, ("/invoices", "⏳ November 2026 · PKR 2,300"))
    async with stage.unit() as unit:
        invited = await stage.accounts(unit).invite_user("Bilal", "bilal@example.com", Role.WORKER, actor=admin.actor)
        await stage.entrance(unit).accept_invite(invited.token, worker.phone.user_id)
    await talk(
        worker.phone, ("⏳ November 2026 · PKR 2,300", "I cannot find that."), ("/invoices", "You have no invoices")
    )


async def test_every_message_about_pay_has_words(stage: Stage) -> None:
    admin, worker = await earned(stage)
    async with stage.unit() as unit:
        given = await BonusService(unit).give_bonus(worker.id, Decimal(5), "a <b>", NOVEMBER, actor=admin.actor)
        await BonusService(unit).cancel_bonus(given.id, "b & c", actor=admin.actor)
        fine = await FineService(unit).fine(worker.id, Decimal(7), "d", actor=admin.actor)
        await FineService(unit).cancel_fine(fine.id, "e", actor=admin.actor)
        appealed = await FineService(unit).fine(worker.id, Decimal(8), "f", actor=admin.actor)
        appeal = await AppealService(unit).appeal(appealed.id, "not <me>", actor=worker.actor)
        await AppealService(unit).decide_appeal(appeal.appeal_id, uphold=False, note="right", actor=admin.actor)
        upheld = await FineService(unit).fine(worker.id, Decimal(9), "g", actor=admin.actor)
        appeal = await AppealService(unit).appeal(upheld.id, "no", actor=worker.actor)
        await AppealService(unit).decide_appeal(appeal.appeal_id, uphold=True, actor=admin.actor)
        await CorrectionService(unit).correct(worker.id, Decimal("-3.50"), "h", actor=admin.actor)
    await worker.phone.wait_for("Your next invoice is corrected by −PKR 3.50.")
    await admin.phone.wait_for("Ayesha objects to a fine of PKR 9.")
    texts = "\n".join(message.text for message in (await worker.phone.screen()).messages)
    for said in (
        "A bonus of PKR 5 was taken back.\nReason: b & c",
        "Your fine of PKR 7 was cancelled.",
        "Nadia decided about your objection: the fine of PKR 8 is cancelled.\nright",
        "Nadia decided about your objection: the fine of PKR 9 stays.",
    ):
        assert said in texts
    stage.clock.set(CLOSING_TIME)
    await stage.bot._scheduler.close_month()
    await worker.phone.wait_for("Your invoice for November 2026 is here")
    async with stage.unit() as unit:
        await Voiding(unit).void(await newest_invoice(unit, worker), "wrong <rate>", actor=admin.actor)
    await worker.phone.wait_for("was taken back.\nReason: wrong <rate>")
