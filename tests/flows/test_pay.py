"""Giving bonuses and fines, setting rates and fixed pay."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest
from sqlalchemy import select

from domain.orders.model import Category
from domain.pay.model import Bonus, Fine, FixedPay, Rate
from tests.flows.stage import Stage
from tests.flows.talking import talk


async def rows(stage: Stage, table: type[Bonus | Fine | Rate | FixedPay]) -> list[Decimal]:
    async with stage.bot.transactions.reading() as session:
        return list(await session.scalars(select(table.amount).order_by(table.created_at)))


BONUS_TO_CONFIRM = (
    ("/bonus", "Who is it for?"),
    ("Ayesha", "How much, in PKR?"),
    ("1,500", "What is the reason?"),
    ("Great <b>October</b> & more", "For which month?"),
    ("November 2026", "Give this bonus?"),
)


async def test_a_bonus_is_asked_for_confirmed_and_told(stage: Stage) -> None:
    admin, worker = await stage.admin(), await stage.worker()
    screen = await talk(admin.phone, *BONUS_TO_CONFIRM)
    assert "For: Ayesha" in screen.last.text
    assert "Amount: PKR 1,500" in screen.last.text
    assert "Reason: Great <b>October</b> & more" in screen.last.text
    assert await rows(stage, Bonus) == []
    await talk(admin.phone, ("✅ Give the bonus", "Ayesha gets a bonus of PKR 1,500 for November 2026."))
    await worker.phone.wait_for("You get a bonus of PKR 1,500 for November 2026.\nReason: Great <b>October</b>")
    assert await rows(stage, Bonus) == [Decimal("1500.00")]
    screen = await talk(worker.phone, ("/money", "So far: PKR 1,500"))
    assert "• Bonus: PKR 1,500\n   Great <b>October</b> & more" in screen.last.text


async def test_what_is_typed_as_office_people_write_it(stage: Stage) -> None:
    admin, _worker = await stage.admin(), await stage.worker("عائشہ صدیقی")
    await talk(
        admin.phone,
        ("/bonus", "Who is it for?"),
        ("عائشة صديقي\u200f", "How much, in PKR?"),
        ("Rs. 1.5k", "What is the reason?"),
        ("Well done", "For which month?"),
        ("jan", "Do you mean January 2026 or January 2027?"),
        ("soon", "I cannot read that as a month."),
        ("نومبر ۲۰۲۶", "Give this bonus?"),
        ("✅ Give the bonus", "gets a bonus of PKR 1,500 for November 2026."),
        ("/fixedpay", "Who is it for?"),
        ("عائشہ صدیقی", "for a whole month"),
        ("40,000/-", "From which day on?"),
        ("11/25/2026", "The day comes first here. Do you mean 25 Nov 2026?"),
        ("kal", "Do you mean 11 Nov 2026 or 9 Nov 2026?"),
        ("9 Nov 2026", "Set this fixed pay?"),
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
        ("/pay", "⚠️ Fine"),
        ("⚠️ Fine", "Who is it for?"),
        ("Ayesha <i>", "How much"),
        ("250", "What is the reason?"),
        ("Late", "Issue this fine?"),
        ("✅ Issue the fine", "Ayesha <i> has a fine of PKR 250."),
    )
    screen = await worker.phone.wait_for("You have a fine of PKR 250.")
    assert "before 17 Nov, 12:00" in screen.last.text
    assert await rows(stage, Fine) == [Decimal("250.00")]


async def test_fixed_pay_by_a_typed_day(stage: Stage) -> None:
    admin, worker = await stage.admin(), await stage.worker()
    await talk(
        admin.phone,
        ("/fixedpay", "Who is it for?"),
        ("Ayesha", "for a whole month"),
        ("40000", "From which day on?"),
        ("31.11.2026", "I cannot read that as a day."),
        ("0001-01-01", "I cannot read that as a day."),
        ("16/11/2026", "Set this fixed pay?"),
        ("✅ Set fixed pay", "Ayesha gets PKR 40,000 a month, from 16 Nov 2026 on."),
    )
    await talk(worker.phone, ("/earnings", "Fixed pay · 15 days of 30: PKR 20,000"))
    screen = await talk(
        admin.phone,
        ("/fixedpay", "Who is it for?"),
        ("Ayesha", "for a whole month"),
        ("1", "From which day on?"),
        ("2026-11-16", "Set this fixed pay?"),
        ("✅ Set fixed pay", "From 16 Nov 2026 on there is fixed pay already: PKR 40,000."),
    )
    assert "Set this fixed pay?" in screen.last.text
    await talk(
        admin.phone,
        ("✏️ Change", "What do you want to change?"),
        ("From", "From which day on?"),
        ("2026-12-01", "Change: PKR 40,000 → PKR 1"),
        ("✅ Set fixed pay", "1 Dec 2026"),
    )


async def test_a_rate_for_a_category_made_on_the_way(stage: Stage) -> None:
    admin, _worker = await stage.admin(), await stage.worker()
    await talk(
        admin.phone,
        ("/rate", "Which category?"),
        ("➕ New category", "What is the new category called?"),
        ("Link <b>Building</b>", "For everyone, or for one worker?"),
        ("👥 Everyone", "How much for each one that is approved"),
        ("7.98", "From which day on?"),
        ("1st of this month · 1 Nov 2026", "Nothing was set before."),
        ("✅ Set the rate", "Link <b>Building</b> for everyone: PKR 7.98 each, from 1 Nov 2026 on."),
        ("/rate", "Which category?"),
        ("➕ New category", "What is the new category called?"),
        ("LINK <B>BUILDING</B>", "There is a category Link <b>Building</b> already."),
        ("‹ Category", "Which category?"),
        ("Link <b>Buildin… · PKR 7.98", "For everyone, or"),
        ("Ayesha", "How much for each"),
        ("0", "From which day on?"),
        ("Today · 10 Nov 2026", "Change: PKR 7.98 → PKR 0"),
        ("✅ Set the rate", "for Ayesha: PKR 0 each"),
    )
    assert await rows(stage, Rate) == [Decimal("7.98"), Decimal("0.00")]
    async with stage.bot.transactions.reading() as session:
        assert list(await session.scalars(select(Category.name))) == ["Link <b>Building</b>"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("1e9", "I cannot read that as an amount."),
        ("100000000", "That amount is too large. The most is 99,999,999.99."),
        ("0", "The amount is zero."),
        ("-5", "Type the amount without the minus"),
        ("1.005", "at most two digits after the point"),
        ("12,50", "Do you mean 12.50 or 1,250?"),
        ("$5", "All pay is in PKR here."),
        ("<b>5</b>", "I cannot read that as an amount."),
    ],
)
async def test_an_amount_that_cannot_be_meant_is_asked_for_again(stage: Stage, typed: str, said: str) -> None:
    admin, _worker = await stage.admin(), await stage.worker()
    await talk(
        admin.phone,
        ("/bonus", "Who is it for?"),
        ("Ayesha", "How much"),
        (typed, said),
        ("99,999,999.99", "What is the reason?"),
    )


async def test_a_reason_that_is_too_long_is_not_cut(stage: Stage) -> None:
    admin, _worker = await stage.admin(), await stage.worker()
    await talk(admin.phone, ("/fine", "Who is it for?"), ("Ayesha", "How much"), ("5", "What is the reason?"))
    await talk(admin.phone, ("x" * 1001, "1,001 characters"))
    screen = await talk(admin.phone, ("😀" * 1000, "Issue this fine?"))
    assert "😀" * 1000 in screen.last.text


async def test_back_and_cancel_at_each_step_and_a_restart_in_between(stage: Stage) -> None:
    admin, _worker = await stage.admin(), await stage.worker()
    await talk(admin.phone, *BONUS_TO_CONFIRM)
    await stage.restart()
    await talk(
        admin.phone,
        ("✏️ Change", "What do you want to change?"),
        ("Month", "For which month?"),
        ("‹ Back", "Give this bonus?"),
        ("✏️ Change", "What do you want to change?"),
        ("Amount", "How much"),
        ("2000", "Amount: PKR 2,000"),
        ("maybe", "Tap a button below."),
        ("✖️ Cancel", "Cancelled: Bonus, Ayesha, 2,000. Nothing was changed."),
    )
    assert await rows(stage, Bonus) == []
    await talk(
        admin.phone,
        ("/fine", "Who is it for?"),
        ("Ayesha", "How much"),
        ("5", "What is the reason?"),
        ("‹ Amount", "How much"),
        ("▶️ Keep “PKR 5”", "What is the reason?"),
        ("‹ Amount", "How much"),
        ("‹ For", "Who is it for?"),
        ("/cancel", "Cancelled: Fine, Ayesha, 5."),
        ("5", "I do not know what to do with that"),
    )


async def test_an_old_confirm_button_does_not_confirm_another_bonus(stage: Stage) -> None:
    admin, _worker = await stage.admin(), await stage.worker()
    await stage.worker("Bilal")
    old = (await talk(admin.phone, *BONUS_TO_CONFIRM)).last.id
    await talk(
        admin.phone,
        ("/bonus", "You have not finished this: Bonus, Ayesha, 1,500."),
        ("🗑 Delete it, start new", "Who is it for?"),
        ("Bilal", "How much"),
        ("9", "What is the reason?"),
        ("x", "For which month?"),
        ("November 2026", "Give this bonus?"),
    )
    assert not any(message.id == old and message.buttons for message in (await admin.phone.screen()).messages)
    await talk(admin.phone, ("✅ Give the bonus", "Bilal gets a bonus of PKR 9 for November 2026."))
    assert await rows(stage, Bonus) == [Decimal("9.00")]


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
        ("▶", "2 of 2"),
        ("Worker", "👥 All names"),
        ("👥 All names", "1 of 2"),
        ("7%", "Nobody is called “7%”."),
        ("WORKER 7 100%", "How much"),
    )
