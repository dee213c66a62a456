"""Entering bonuses, fines, rates and fixed pay; what a worker sees of their pay."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from domain.accounts.model import Role
from domain.orders.model import Category
from domain.pay.appeals import AppealService
from domain.pay.bonuses import BonusService
from domain.pay.closing import Closing
from domain.pay.corrections import CorrectionService
from domain.pay.fines import FineService
from domain.pay.invoices import InvoiceQueries
from domain.pay.model import Bonus, Fine, FixedPay, Rate
from domain.pay.payments import PaymentService
from domain.pay.voiding import Voiding
from domain.unit_of_work import UnitOfWork
from tests.flows import pay_desk as desk
from tests.flows.pay_desk import CLOSING_TIME, NOVEMBER
from tests.flows.stage import Member, Stage
from tests.flows.talking import talk


async def rows(stage: Stage, table: type[Bonus | Fine | Rate | FixedPay]) -> list[Decimal]:
    async with stage.bot.transactions.reading() as session:
        return list(await session.scalars(select(table.amount).order_by(table.created_at)))


BONUS_TO_CONFIRM = (
    ("/bonus", "For whom?"),
    ("Ayesha", "How much, in PKR?"),
    ("1,500", "What for?"),
    ("Great <b>October</b> & more", "For which month?"),
    ("November 2026", "Give this bonus?"),
)


async def test_a_bonus_is_asked_for_confirmed_and_told(stage: Stage) -> None:
    admin, worker = await stage.admin(), await stage.worker()
    screen = await talk(admin.phone, *BONUS_TO_CONFIRM)
    assert "For: Ayesha" in screen.last.text
    assert "Amount: PKR 1,500.00" in screen.last.text
    assert "Reason: Great <b>October</b> & more" in screen.last.text
    assert await rows(stage, Bonus) == []
    await talk(admin.phone, ("✅ Give the bonus", "Ayesha gets a bonus of PKR 1,500.00 for November 2026."))
    await worker.phone.wait_for("You get a bonus of PKR 1,500.00 for November 2026.\nReason: Great <b>October</b>")
    assert await rows(stage, Bonus) == [Decimal("1500.00")]
    screen = await talk(worker.phone, ("/earnings", "So far: PKR 1,500.00"))
    assert "• Bonus: PKR 1,500.00\n   Great <b>October</b> & more" in screen.last.text


async def test_what_is_typed_as_office_people_write_it(stage: Stage) -> None:
    admin, _worker = await stage.admin(), await stage.worker("عائشہ صدیقی")
    await talk(
        admin.phone,
        ("/bonus", "For whom?"),
        ("عائشة صديقي\u200f", "عائشہ صدیقی"),
        ("عائشہ صدیقی", "How much, in PKR?"),
        ("Rs. 1.5k", "What for?"),
        ("Well done", "For which month?"),
        ("jan", "That can mean January 2026 or January 2027."),
        ("soon", "I cannot read that as a month."),
        ("نومبر ۲۰۲۶", "Give this bonus?"),
        ("✅ Give the bonus", "gets a bonus of PKR 1,500.00 for November 2026."),
        ("/fixedpay", "For whom?"),
        ("عائشہ صدیقی", "for a whole month"),
        ("40,000/-", "From which day on?"),
        ("11/25/2026", "The day comes first here. If you mean 25 Nov 2026, please type it like that."),
        ("kal", "That can mean 11 Nov 2026 or 9 Nov 2026."),
        ("16 Nov", "Set this fixed pay?"),
    )


async def test_a_confirmed_bonus_is_given_once_however_often_it_is_tapped(stage: Stage) -> None:
    admin, _worker = await stage.admin(), await stage.worker()
    screen = await talk(admin.phone, *BONUS_TO_CONFIRM)
    here = screen.last.id
    await asyncio.gather(*(admin.phone.tap("✅ Give the bonus", message_id=here) for _ in range(3)))
    await admin.phone.wait_for("gets a bonus")
    await stage.settled()
    assert len(await rows(stage, Bonus)) == 1


async def test_a_fine_is_told_with_its_reason_and_the_last_day_to_object(stage: Stage) -> None:
    admin, worker = await stage.admin(), await stage.worker("Ayesha <i>")
    await talk(
        admin.phone,
        ("⚠️ Fine", "For whom?"),
        ("Ayesha <i>", "How much"),
        ("250", "What for?"),
        ("Late", "Issue this fine?"),
        ("✅ Issue the fine", "Ayesha <i> is fined PKR 250.00."),
    )
    screen = await worker.phone.wait_for("You are fined PKR 250.00.")
    assert "before 17 Nov, 12:00" in screen.last.text
    assert await rows(stage, Fine) == [Decimal("250.00")]


async def test_fixed_pay_by_a_typed_day(stage: Stage) -> None:
    admin, worker = await stage.admin(), await stage.worker()
    await talk(
        admin.phone,
        ("/fixedpay", "For whom?"),
        ("Ayesha", "for a whole month"),
        ("40000", "From which day on?"),
        ("31.11.2026", "I cannot read that as a day."),
        ("0001-01-01", "I cannot read that as a day."),
        ("16/11/2026", "Set this fixed pay?"),
        ("✅ Set fixed pay", "Ayesha gets PKR 40,000.00 a month from 16 Nov 2026 on."),
    )
    await talk(worker.phone, ("/earnings", "Fixed pay · 15 days of 30: PKR 20,000.00"))
    screen = await talk(
        admin.phone,
        ("/fixedpay", "For whom?"),
        ("Ayesha", "for a whole month"),
        ("1", "From which day on?"),
        ("2026-11-16", "Set this fixed pay?"),
        ("✅ Set fixed pay", "From 16 Nov 2026 on there is fixed pay already: PKR 40,000.00."),
    )
    assert "Set this fixed pay?" in screen.last.text
    await talk(
        admin.phone, ("‹ Back", "From which day on?"), ("2026-12-01", "Set this"), ("✅ Set fixed pay", "1 Dec 2026")
    )


async def test_a_rate_for_a_category_made_on_the_way(stage: Stage) -> None:
    admin, _worker = await stage.admin(), await stage.worker()
    await talk(
        admin.phone,
        ("/rate", "There are no categories yet."),
        ("➕ New category", "What is the new category called?"),
        ("Link <b>Building</b>", "For everyone, or one worker's own rate?"),
        ("👥 Everyone", "How much for each approved submission"),
        ("7.98", "From which day on?"),
        ("1st of this month · 1 Nov 2026", "Set this rate?"),
        ("✅ Set the rate", "Link <b>Building</b> for everyone: PKR 7.98 per submission from 1 Nov 2026 on."),
        ("/rate", "For which kind of work?"),
        ("➕ New category", "What is the new category called?"),
        ("LINK <B>BUILDING</B>", "There is a category of that name already: Link <b>Building</b>."),
        ("‹ Back", "For which kind of work?"),
        ("Link <b>Building</b> · PKR 7.98", "For everyone, or"),
        ("Ayesha", "How much for each"),
        ("0", "From which day on?"),
        ("Today · 10 Nov 2026", "Set this rate?"),
        ("✅ Set the rate", "of Ayesha: PKR 0.00 per submission"),
    )
    assert await rows(stage, Rate) == [Decimal("7.98"), Decimal("0.00")]
    async with stage.bot.transactions.reading() as session:
        assert list(await session.scalars(select(Category.name))) == ["Link <b>Building</b>"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("1e9", "I cannot read that as an amount."),
        ("100000000", "That is too large: the most I can hold is 99,999,999.99."),
        ("0", "The amount must be above zero."),
        ("-5", "type it without the minus"),
        ("1.005", "at most two digits after the point"),
        ("12,50", "That can mean 12.50 or 1,250.00."),
        ("$5", "All pay is in PKR here."),
        ("<b>5</b>", "I cannot read that as an amount."),
    ],
)
async def test_an_amount_that_cannot_be_meant_is_asked_for_again(stage: Stage, typed: str, said: str) -> None:
    admin, _worker = await stage.admin(), await stage.worker()
    await talk(
        admin.phone, ("/bonus", "For whom?"), ("Ayesha", "How much"), (typed, said), ("99,999,999.99", "What for?")
    )


async def test_a_reason_that_is_too_long_is_not_cut(stage: Stage) -> None:
    admin, _worker = await stage.admin(), await stage.worker()
    await talk(admin.phone, ("/fine", "For whom?"), ("Ayesha", "How much"), ("5", "What for?"))
    await talk(admin.phone, ("x" * 1001, "1,001 characters"))
    screen = await talk(admin.phone, ("😀" * 1000, "Issue this fine?"))
    assert "😀" * 1000 in screen.last.text


async def test_back_and_cancel_at_each_step_and_a_restart_in_between(stage: Stage) -> None:
    admin, _worker = await stage.admin(), await stage.worker()
    await talk(admin.phone, *BONUS_TO_CONFIRM)
    await stage.restart()
    await talk(
        admin.phone,
        ("‹ Back", "For which month?"),
        ("‹ Back", "What for?"),
        ("‹ Back", "How much"),
        ("2000", "What for?"),
        ("Again", "For which month?"),
        ("2026-12", "Give this bonus?"),
        ("yes", "Please tap one of the buttons."),
        ("✖️ Cancel", "Cancelled. Nothing was changed."),
    )
    assert await rows(stage, Bonus) == []
    await talk(
        admin.phone, ("/bonus", "For whom?"), ("/close", "Close October 2026"), ("5", "I did not expect that here")
    )
    await talk(admin.phone, ("/fine", "For whom?"), ("/cancel", "Cancelled."), ("5", "I did not expect that here"))


async def test_an_old_confirm_button_does_not_confirm_another_bonus(stage: Stage) -> None:
    admin, _worker = await stage.admin(), await stage.worker()
    await stage.worker("Bilal")
    old = (await talk(admin.phone, *BONUS_TO_CONFIRM)).last.id
    await talk(
        admin.phone, ("/bonus", "For whom?"), ("Bilal", "How much"), ("9", "What for?"), ("x", "For which month?")
    )
    await talk(admin.phone, ("November 2026", "Give this bonus?"))
    await admin.phone.tap("✅ Give the bonus", message_id=old)
    await admin.phone.wait_for("You have answered this already.")
    assert await rows(stage, Bonus) == []
    await admin.phone.say("/cancel")
    await admin.phone.wait_for("Cancelled.")
    await admin.phone.tap("✅ Give the bonus", message_id=old)
    await admin.phone.wait_for("This is finished")
    assert await rows(stage, Bonus) == []


async def test_a_worker_may_enter_nothing(stage: Stage) -> None:
    worker = await stage.worker()
    for command in ("/bonus", "/fine", "/rate", "/fixedpay"):
        await talk(worker.phone, (command, "Your role does not include this."))


async def test_many_workers_are_paged_and_found_by_part_of_a_name(stage: Stage) -> None:
    admin = await stage.admin()
    for number in range(10):
        await stage.worker(f"Worker {number} 100%")
    await talk(
        admin.phone,
        ("/bonus", "1 of 2"),
        ("2 ›", "2 of 2"),
        ("WORKER 7 100%", "1 name has “WORKER 7 100%” in it."),
        ("Show all names", "1 of 2"),
        ("7%", "0 names have"),
        ("9 1", "1 name has"),
        ("Worker 9 100%", "How much"),
    )


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
    screen = await talk(worker.phone, ("/earnings", "So far: PKR 2,394.00"))
    assert "• Link Building · 300 × 7.98 = PKR 2,394.00" in screen.last.text
    assert "❗ Citations: 2 submissions approved, but no rate is set yet." in screen.last.text


async def test_an_invoice_with_its_lines_its_pdf_its_payments_and_why(stage: Stage) -> None:
    admin, worker = await earned(stage)
    stage.clock.set(CLOSING_TIME)
    await stage.bot._scheduler.close_month()
    await worker.phone.wait_for("Your invoice for November 2026 is here: PKR 2,300.00")
    screen = await talk(
        worker.phone,
        ("/invoices", "⏳ November 2026 · PKR 2,300.00"),
        ("⏳ November 2026 · PKR 2,300.00", "⏳ Not paid yet."),
    )
    assert "• Fine: −PKR 94.00\n   Late" in screen.last.text
    await worker.phone.tap("📄 PDF", message_id=screen.last.id)
    screen = await worker.phone.wait_for(lambda shown: shown.last.media)
    media = screen.last.media
    assert media is not None
    assert (await stage.playground.http.get(media["url"])).content.startswith(b"%PDF")
    screen = await talk(
        worker.phone,
        ("🔍 Why?", "which line do you want to look into?"),
        ("Link Building · PKR 2,394.00", "Backlinks for Kitchen World"),
    )
    assert "300 × 7.98 = PKR 2,394.00 · 10 Nov, 12:00" in screen.last.text
    async with stage.unit() as unit:
        await PaymentService(unit).record_payment(
            await newest_invoice(unit, worker), Decimal(300), CLOSING_TIME.date(), reference="TT <1>", actor=admin.actor
        )
    await worker.phone.wait_for("PKR 300.00 was paid on 1 Dec 2026 for invoice INV-2026-000001.\nReference: TT <1>")
    await talk(worker.phone, ("🧾 Invoice", "⏳ Still to be paid: PKR 2,000.00"))


async def newest_invoice(unit: UnitOfWork, worker: Member) -> UUID:
    return (await InvoiceQueries(unit).my_invoices(actor=worker.actor)).items[0].invoice_id


async def test_another_workers_invoice_answers_like_none(stage: Stage) -> None:
    """A phone cannot forge a button, but it can go over to another person with the old buttons still on it."""
    admin, worker = await earned(stage)
    stage.clock.set(CLOSING_TIME)
    async with stage.unit() as unit:
        await Closing(unit).close_worker(NOVEMBER, worker.id, actor=admin.actor)
    await worker.phone.wait_for("Your invoice for November 2026 is here")
    await talk(worker.phone, ("/invoices", "⏳ November 2026 · PKR 2,300.00"))
    async with stage.unit() as unit:
        invited = await stage.accounts(unit).invite_user("Bilal", "bilal@example.com", Role.WORKER, actor=admin.actor)
        await stage.entrance(unit).accept_invite(invited.token, worker.phone.user_id)
    await talk(
        worker.phone, ("⏳ November 2026 · PKR 2,300.00", "I cannot find that."), ("/invoices", "You have no invoices")
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
    await admin.phone.wait_for("Ayesha objects to a fine of PKR 9.00.")
    texts = "\n".join(message.text for message in (await worker.phone.screen()).messages)
    for said in (
        "A bonus of PKR 5.00 was taken back.\nReason: b & c",
        "Your fine of PKR 7.00 was cancelled.",
        "Nadia decided about your objection: the fine of PKR 8.00 is cancelled.\nright",
        "Nadia decided about your objection: the fine of PKR 9.00 stays.",
    ):
        assert said in texts
    stage.clock.set(CLOSING_TIME)
    await stage.bot._scheduler.close_month()
    await worker.phone.wait_for("Your invoice for November 2026 is here")
    async with stage.unit() as unit:
        await Voiding(unit).void(await newest_invoice(unit, worker), "wrong <rate>", actor=admin.actor)
    await worker.phone.wait_for("was taken back.\nReason: wrong <rate>")
