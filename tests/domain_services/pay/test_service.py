"""Fixed pay, bonuses, fines, appeals, corrections: written once, taken back with a reason, made up for if invoiced."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from domain.access import Actor
from domain.accounts.model import Role
from domain.audit.model import ActivityLog
from domain.audit.service import verify
from domain.errors import (
    AlreadyAppealed,
    AlreadyCancelled,
    AlreadyDecided,
    AlreadyReversed,
    AlreadyWithdrawn,
    AmountNegative,
    AmountZero,
    AppealTooLate,
    CorrectionInvoiced,
    DomainError,
    FixedPayExists,
    NotAllowed,
    NotFound,
    NothingBilled,
    NotInvoiced,
    OwnPay,
    TextMissing,
    TextTooLong,
)
from domain.orders.model import OrderStatus
from domain.pay.model import AppealStatus, Correction
from domain.pay.service import Appealed, PayService
from tests.domain_services.pay.office import NOVEMBER, OCTOBER, Office, karachi, money


async def appeal(office: Office, fine: UUID) -> Appealed:
    async with office.unit() as unit:
        return await PayService(unit).appeal(fine, " I was ill ", actor=office.bilal)


async def corrections(office: Office) -> list[Correction]:
    async with office.sessions() as session:
        return list(await session.scalars(select(Correction).order_by(Correction.created_at)))


async def test_fixed_pay_is_set_withdrawn_and_set_again(office: Office) -> None:
    day, worker = date(2026, 10, 1), office.bilal.user_id
    async with office.unit() as unit:
        pay = PayService(unit)
        first = await pay.set_fixed_pay(worker, day, money("30000.00"), actor=office.admin)
        with pytest.raises(FixedPayExists) as exists:
            await pay.set_fixed_pay(worker, day, money("1.00"), actor=office.admin)
        assert exists.value.facts == {"effective_from": day, "amount": money("30000.00")}
        await pay.withdraw_fixed_pay(first.id, actor=office.admin)
        with pytest.raises(AlreadyWithdrawn):
            await pay.withdraw_fixed_pay(first.id, actor=office.admin)
        await pay.set_fixed_pay(worker, day, money("31000.00"), actor=office.admin)
        with pytest.raises(NotFound):
            await pay.set_fixed_pay(office.admin.user_id, day, money("1.00"), actor=office.admin)
        with pytest.raises(AmountNegative):
            await pay.set_fixed_pay(worker, day, money("-1.00"), actor=office.admin)
    await office.close()
    assert await office.lines(office.bilal) == [("Fixed pay", 31, "31000.00")]


async def test_a_bonus_and_a_fine_are_told_and_logged(office: Office) -> None:
    async with office.unit() as unit:
        pay = PayService(unit)
        bonus = await pay.give_bonus(office.bilal.user_id, money("500"), " Well done ", OCTOBER, actor=office.admin)
        fine = await pay.fine(office.bilal.user_id, money("120.25"), "Late", actor=office.admin)
    assert (bonus.worker_name, bonus.amount, fine.amount) == ("Bilal", money("500.00"), money("120.25"))
    assert await office.told("bonus_given", office.bilal) == [
        {"bonus_id": str(bonus.id), "currency": "PKR", "amount": "500.00", "reason": "Well done", "month": "2026-10"}
    ]
    [told] = await office.told("fine_issued", office.bilal)
    assert told == {
        "fine_id": str(fine.id),
        "currency": "PKR",
        "amount": "120.25",
        "reason": "Late",
        "appeal_until": "2026-11-09T04:00:00.000000+00:00",
    }
    async with office.sessions() as session:
        assert len(list(await session.scalars(select(ActivityLog)))) == 2
        assert await verify(session) == []


async def test_what_a_bonus_or_fine_cannot_be(office: Office) -> None:
    async with office.unit() as unit:
        pay, worker = PayService(unit), office.bilal.user_id
        refused: list[tuple[type[DomainError], Callable[[], Awaitable[object]]]] = [
            (AmountZero, lambda: pay.give_bonus(worker, money("0"), "why", OCTOBER, actor=office.admin)),
            (AmountNegative, lambda: pay.fine(worker, money("-1"), "why", actor=office.admin)),
            (TextMissing, lambda: pay.fine(worker, money("1"), " \n ", actor=office.admin)),
            (TextTooLong, lambda: pay.fine(worker, money("1"), "x" * 1001, actor=office.admin)),
            (NotFound, lambda: pay.fine(office.other_admin.user_id, money("1"), "why", actor=office.admin)),
            (NotAllowed, lambda: pay.fine(worker, money("1"), "why", actor=office.bilal)),
            (NotAllowed, lambda: pay.appeal(worker, "why", actor=office.admin)),
        ]
        for error, attempt in refused:
            with pytest.raises(error):
                await attempt()


async def test_a_bonus_cancelled_before_it_is_invoiced_is_gone(office: Office) -> None:
    bonus = await office.bonus(office.bilal, "500.00")
    async with office.unit() as unit:
        done = await PayService(unit).cancel_bonus(bonus, "Wrong worker", actor=office.admin)
        assert done.correction_id is None
        with pytest.raises(AlreadyCancelled) as again:
            await PayService(unit).cancel_bonus(bonus, "Wrong worker", actor=office.admin)
        assert again.value.facts["reason"] == "Wrong worker"
    assert (await office.close()).issued == ()
    assert await corrections(office) == []
    assert len(await office.told("bonus_cancelled", office.bilal)) == 1


async def test_a_bonus_cancelled_after_it_was_invoiced_comes_back_with_the_opposite_sign(office: Office) -> None:
    bonus = await office.bonus(office.bilal, "500.00")
    await office.close()
    async with office.unit() as unit:
        done = await PayService(unit).cancel_bonus(bonus, "Wrong worker", actor=office.admin)
    [correction] = await corrections(office)
    assert (done.correction_id, correction.amount, correction.bonus_id) == (correction.id, money("-500.00"), bonus)
    assert correction.from_invoice_id == (await office.invoice(office.bilal)).id
    await office.order(office.bilal, 10, "100.00", karachi(2026, 11, 5))
    await office.close(NOVEMBER)
    assert await office.lines(office.bilal, NOVEMBER) == [
        ("Link Building", 10, "1000.00"),
        ("Correction", None, "-500.00"),
    ]
    assert (await office.invoice(office.bilal, NOVEMBER)).correction_amount == money("-500.00")


async def test_a_fine_cancelled_after_it_was_invoiced_is_paid_back(office: Office) -> None:
    fine = await office.fine(office.bilal, "20.00")
    await office.order(office.bilal, 1, "100.00")
    await office.close()
    async with office.unit() as unit:
        await PayService(unit).cancel_fine(fine, "Not his", actor=office.admin)
    await office.close(NOVEMBER)
    assert await office.lines(office.bilal, NOVEMBER) == [("Correction", None, "20.00")]
    assert len(await office.told("fine_cancelled", office.bilal)) == 1


async def test_an_appeal_goes_to_the_admins(office: Office) -> None:
    fine = await office.fine(office.bilal, "20.00", office.clock.instant - timedelta(days=7))
    made = await appeal(office, fine)
    assert (made.amount, made.reason, made.text) == (money("20.00"), "Late", "I was ill")
    for admin in (office.admin, office.other_admin):
        [told] = await office.told("fine_appealed", admin)
        assert told == {
            "appeal_id": str(made.appeal_id),
            "fine_id": str(fine),
            "worker_id": str(office.bilal.user_id),
            "worker_name": "Bilal",
            "amount": "20.00",
            "currency": "PKR",
            "reason": "Late",
            "text": "I was ill",
        }
    with pytest.raises(AlreadyAppealed):
        await appeal(office, fine)


async def test_an_appeal_comes_too_late_after_seven_days(office: Office) -> None:
    fine = await office.fine(office.bilal, "20.00", office.clock.instant - timedelta(days=7, microseconds=1))
    with pytest.raises(AppealTooLate) as late:
        await appeal(office, fine)
    assert late.value.facts == {"until": office.clock.instant - timedelta(microseconds=1)}


async def test_a_foreign_fine_answers_like_none(office: Office) -> None:
    foreign = await office.fine(office.zara, "20.00")
    for fine in (foreign, office.links):
        with pytest.raises(NotFound) as refused:
            await appeal(office, fine)
        assert refused.value.facts == {"what": "fine"}


@pytest.mark.parametrize("uphold", [True, False])
async def test_deciding_an_appeal(office: Office, *, uphold: bool) -> None:
    fine = await office.fine(office.bilal, "20.00", karachi(2026, 10, 30))
    await office.order(office.bilal, 1, "100.00")
    made = await appeal(office, fine)
    async with office.unit() as unit:
        await PayService(unit).decide_appeal(made.appeal_id, uphold=uphold, note="We looked", actor=office.admin)
    [told] = await office.told("appeal_decided", office.bilal)
    assert (told["outcome"], told["note"], told["decided_by"]) == (
        "upheld" if uphold else "cancelled",
        "We looked",
        "Ayesha",
    )
    await office.close()
    expected = [("Link Building", 1, "100.00")] + ([("Fine", None, "-20.00")] if uphold else [])
    assert await office.lines(office.bilal) == expected


async def test_to_cancel_an_appealed_fine_takes_a_reason(office: Office) -> None:
    made = await appeal(office, await office.fine(office.bilal, "20.00", karachi(2026, 10, 30)))
    async with office.unit() as unit:
        with pytest.raises(TextMissing):
            await PayService(unit).decide_appeal(made.appeal_id, uphold=False, actor=office.admin)
        await PayService(unit).decide_appeal(made.appeal_id, uphold=True, actor=office.admin)


async def test_the_first_decision_on_an_appeal_wins(office: Office) -> None:
    made = await appeal(office, await office.fine(office.bilal, "20.00", karachi(2026, 10, 30)))

    async def decide(actor: Actor, *, uphold: bool) -> str:
        try:
            async with office.unit() as unit:
                await PayService(unit).decide_appeal(made.appeal_id, uphold=uphold, note="So", actor=actor)
        except AlreadyDecided as error:
            return f"{error.facts['decided_by']} was first: {error.facts['status']}"
        return f"{actor.name}"

    answers = await asyncio.gather(decide(office.admin, uphold=True), decide(office.other_admin, uphold=False))
    winner = office.admin.name if "Ayesha" in answers else office.other_admin.name
    outcome = "upheld" if winner == "Ayesha" else "cancelled"
    assert sorted(answers) == sorted([winner, f"{winner} was first: {outcome}"])
    assert len(await office.told("appeal_decided", office.bilal)) == 1


async def test_an_appeal_and_a_closing_at_once(office: Office) -> None:
    """Either the fine is on the invoice and the appeal comes after, or it is left out. Never billed as if unquestioned
    and lost, or both."""
    fine = await office.fine(office.bilal, "20.00", karachi(2026, 10, 30))
    await office.order(office.bilal, 1, "100.00")
    made, _ = await asyncio.gather(appeal(office, fine), office.close())
    billed = ("Fine", None, "-20.00") in await office.lines(office.bilal)
    async with office.unit() as unit:
        done = await PayService(unit).decide_appeal(made.appeal_id, uphold=False, note="Right", actor=office.admin)
    assert (done.correction_id is not None) == billed


async def test_cancelling_a_fine_closes_its_appeal(office: Office) -> None:
    fine = await office.fine(office.bilal, "20.00", karachi(2026, 10, 30))
    made = await appeal(office, fine)
    async with office.unit() as unit:
        await PayService(unit).cancel_fine(fine, "Mistake", actor=office.admin)
        with pytest.raises(AlreadyDecided) as decided:
            await PayService(unit).decide_appeal(made.appeal_id, uphold=True, actor=office.other_admin)
    assert decided.value.facts["status"] == AppealStatus.CANCELLED.value


async def test_nobody_decides_about_their_own_pay(office: Office) -> None:
    """Bilal was made an admin after he was fined."""
    fine = await office.fine(office.bilal, "20.00", karachi(2026, 10, 30))
    bonus = await office.bonus(office.bilal, "20.00")
    made = await appeal(office, fine)
    promoted = Actor(office.bilal.user_id, "Bilal", Role.ADMIN)
    async with office.unit() as unit:
        pay = PayService(unit)
        attempts: list[Callable[[], Awaitable[object]]] = [
            lambda: pay.cancel_fine(fine, "No", actor=promoted),
            lambda: pay.cancel_bonus(bonus, "No", actor=promoted),
            lambda: pay.decide_appeal(made.appeal_id, uphold=False, note="No", actor=promoted),
        ]
        for attempt in attempts:
            with pytest.raises(OwnPay):
                await attempt()


async def test_a_correction_is_a_line_of_the_next_invoice(office: Office) -> None:
    await office.order(office.bilal, 1, "100.00")
    await office.close()
    invoice = await office.invoice(office.bilal)
    async with office.unit() as unit:
        pay = PayService(unit)
        made = await pay.correct(
            office.bilal.user_id, money("12.50"), "Forgotten", invoice_id=invoice.id, actor=office.admin
        )
        wrong = await pay.correct(office.bilal.user_id, money("-5.00"), "Wrong", actor=office.admin)
        await pay.cancel_correction(wrong.id, "Was right", actor=office.admin)
        with pytest.raises(NotFound):
            await pay.correct(office.zara.user_id, money("1"), "why", invoice_id=invoice.id, actor=office.admin)
        with pytest.raises(AmountZero):
            await pay.correct(office.zara.user_id, money("0"), "why", actor=office.admin)
    await office.close(NOVEMBER)
    assert await office.lines(office.bilal, NOVEMBER) == [("Correction", None, "12.50")]
    async with office.unit() as unit:
        with pytest.raises(CorrectionInvoiced) as refused:
            await PayService(unit).cancel_correction(made.id, "Too late", actor=office.admin)
    assert refused.value.facts == {"number": (await office.invoice(office.bilal, NOVEMBER)).number}


async def test_reversing_an_order_takes_off_what_was_actually_billed(office: Office) -> None:
    order = await office.order(office.bilal, 50, "7.98", approved=40)
    async with office.unit() as unit:
        with pytest.raises(NotInvoiced) as early:
            await PayService(unit).reverse_order(order, "Fake links", actor=office.admin)
        assert early.value.facts == {"status": "Approved"}
    await office.close()
    await office.rate("99.00", date(2026, 1, 1))
    async with office.unit() as unit:
        done = await PayService(unit).reverse_order(order, "Fake links", actor=office.admin)
    assert done.amount == money("319.20")
    async with office.unit() as unit:
        with pytest.raises(AlreadyReversed):
            await PayService(unit).reverse_order(order, "Fake links", actor=office.admin)
    assert await office.status(order) == OrderStatus.COMPLETED
    [told] = await office.told("order_reversed", office.bilal)
    assert (told["amount"], told["reason"]) == ("-319.20", "Fake links")
    await office.order(office.bilal, 1, "1000.00", karachi(2026, 11, 5))
    await office.close(NOVEMBER)
    assert (await office.lines(office.bilal, NOVEMBER))[-1] == ("Correction", None, "-319.20")
    assert (await office.invoice(office.bilal, NOVEMBER)).total_amount == money("680.80")


async def test_an_order_billed_at_nothing_has_nothing_to_take_back(office: Office) -> None:
    order = await office.order(office.bilal, 50, "0.00")
    await office.close()
    assert await office.lines(office.bilal) == [("Link Building", 50, "0.00")]
    async with office.unit() as unit:
        with pytest.raises(NothingBilled):
            await PayService(unit).reverse_order(order, "Fake links", actor=office.admin)


async def test_one_reversal_wins(office: Office) -> None:
    order = await office.order(office.bilal, 50, "7.98")
    await office.close()

    async def reverse() -> object:
        async with office.unit() as unit:
            return await PayService(unit).reverse_order(order, "Fake links", actor=office.admin)

    results = await asyncio.gather(reverse(), reverse(), return_exceptions=True)
    assert sorted(type(each).__name__ for each in results) == ["Adjusted", "AlreadyReversed"]
    assert len(await corrections(office)) == 1
