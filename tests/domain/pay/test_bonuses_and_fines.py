"""Bonuses and fines: written once, taken back with a reason, made up for if invoiced."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select

from domain.audit.model import ActivityLog
from domain.audit.service import verify
from domain.errors import DomainError, NotAllowed, NotFound
from domain.errors.amounts import AmountNegative, AmountZero
from domain.errors.pay import AlreadyCancelled
from domain.errors.texts import TextMissing, TextTooLong
from domain.pay.appeals import AppealService
from domain.pay.bonuses import BonusService
from domain.pay.fines import FineService
from tests.domain.pay.office import NOVEMBER, OCTOBER, Office, karachi, money


async def test_a_bonus_and_a_fine_are_told_and_logged(office: Office) -> None:
    async with office.unit() as unit:
        bonus = await BonusService(unit).give_bonus(
            office.bilal.user_id, money("500"), " Well done ", OCTOBER, actor=office.admin
        )
        fine = await FineService(unit).fine(office.bilal.user_id, money("120.25"), "Late", actor=office.admin)
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
        fines = FineService(unit)
        worker = office.bilal.user_id
        refused: list[tuple[type[DomainError], Callable[[], Awaitable[object]]]] = [
            (AmountZero, lambda: BonusService(unit).give_bonus(worker, money("0"), "why", OCTOBER, actor=office.admin)),
            (AmountNegative, lambda: fines.fine(worker, money("-1"), "why", actor=office.admin)),
            (TextMissing, lambda: fines.fine(worker, money("1"), " \n ", actor=office.admin)),
            (TextTooLong, lambda: fines.fine(worker, money("1"), "x" * 1001, actor=office.admin)),
            (NotFound, lambda: fines.fine(office.other_admin.user_id, money("1"), "why", actor=office.admin)),
            (NotAllowed, lambda: fines.fine(worker, money("1"), "why", actor=office.bilal)),
            (NotAllowed, lambda: AppealService(unit).appeal(worker, "why", actor=office.admin)),
        ]
        for error, attempt in refused:
            with pytest.raises(error):
                await attempt()


async def test_a_bonus_cancelled_before_it_is_invoiced_is_gone(office: Office) -> None:
    bonus = await office.bonus(office.bilal, "500.00")
    async with office.unit() as unit:
        done = await BonusService(unit).cancel_bonus(bonus, "Wrong worker", actor=office.admin)
        assert done.correction_id is None
        with pytest.raises(AlreadyCancelled) as again:
            await BonusService(unit).cancel_bonus(bonus, "Wrong worker", actor=office.admin)
        assert again.value.reason == "Wrong worker"
    assert (await office.close()).issued == ()
    assert await office.corrections() == []
    assert len(await office.told("bonus_cancelled", office.bilal)) == 1


async def test_a_bonus_cancelled_after_it_was_invoiced_comes_back_with_the_opposite_sign(office: Office) -> None:
    bonus = await office.bonus(office.bilal, "500.00")
    await office.close()
    async with office.unit() as unit:
        done = await BonusService(unit).cancel_bonus(bonus, "Wrong worker", actor=office.admin)
    [correction] = await office.corrections()
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
        await FineService(unit).cancel_fine(fine, "Not his", actor=office.admin)
    await office.close(NOVEMBER)
    assert await office.lines(office.bilal, NOVEMBER) == [("Correction", None, "20.00")]
    assert len(await office.told("fine_cancelled", office.bilal)) == 1
