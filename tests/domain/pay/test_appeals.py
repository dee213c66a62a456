"""Appeals: made in time, decided once, and by nobody about their own pay."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest

from domain.access import Actor
from domain.accounts.model import Role
from domain.errors import NotFound
from domain.errors.pay import AlreadyAppealed, AppealAlreadyDecided, AppealTooLate, OwnPay
from domain.errors.texts import TextMissing
from domain.pay.appeals import Appealed, AppealService
from domain.pay.bonuses import BonusService
from domain.pay.fines import FineService
from domain.pay.model import AppealStatus
from tests.domain.pay.office import Office, karachi, money


async def appeal(office: Office, fine: UUID) -> Appealed:
    async with office.unit() as unit:
        return await AppealService(unit).appeal(fine, " I was ill ", actor=office.bilal)


async def test_an_appeal_goes_to_the_admins(office: Office) -> None:
    fine = await office.fine(office.bilal, "20.00", office.clock.now() - timedelta(days=7))
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
    fine = await office.fine(office.bilal, "20.00", office.clock.now() - timedelta(days=7, microseconds=1))
    with pytest.raises(AppealTooLate) as late:
        await appeal(office, fine)
    assert vars(late.value) == {"until": office.clock.now() - timedelta(microseconds=1)}


async def test_a_foreign_fine_answers_like_none(office: Office) -> None:
    foreign = await office.fine(office.zara, "20.00")
    for fine in (foreign, office.links):
        with pytest.raises(NotFound) as refused:
            await appeal(office, fine)
        assert vars(refused.value) == {"what": "fine"}


@pytest.mark.parametrize("uphold", [True, False])
async def test_deciding_an_appeal(office: Office, *, uphold: bool) -> None:
    fine = await office.fine(office.bilal, "20.00", karachi(2026, 10, 30))
    await office.order(office.bilal, 1, "100.00")
    made = await appeal(office, fine)
    async with office.unit() as unit:
        await AppealService(unit).decide_appeal(made.appeal_id, uphold=uphold, note="We looked", actor=office.admin)
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
            await AppealService(unit).decide_appeal(made.appeal_id, uphold=False, actor=office.admin)
        await AppealService(unit).decide_appeal(made.appeal_id, uphold=True, actor=office.admin)


async def test_the_first_decision_on_an_appeal_wins(office: Office) -> None:
    made = await appeal(office, await office.fine(office.bilal, "20.00", karachi(2026, 10, 30)))

    async def decide(actor: Actor, *, uphold: bool) -> str:
        try:
            async with office.unit() as unit:
                await AppealService(unit).decide_appeal(made.appeal_id, uphold=uphold, note="So", actor=actor)
        except AppealAlreadyDecided as error:
            return f"{error.decided_by} was first: {error.status}"
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
        done = await AppealService(unit).decide_appeal(made.appeal_id, uphold=False, note="Right", actor=office.admin)
    assert (done.correction_id is not None) == billed


async def test_cancelling_a_fine_closes_its_appeal(office: Office) -> None:
    fine = await office.fine(office.bilal, "20.00", karachi(2026, 10, 30))
    made = await appeal(office, fine)
    async with office.unit() as unit:
        await FineService(unit).cancel_fine(fine, "Mistake", actor=office.admin)
        with pytest.raises(AppealAlreadyDecided) as decided:
            await AppealService(unit).decide_appeal(made.appeal_id, uphold=True, actor=office.other_admin)
    assert decided.value.status is AppealStatus.CANCELLED


async def test_nobody_decides_about_their_own_pay(office: Office) -> None:
    """Bilal was made an admin after he was fined."""
    fine = await office.fine(office.bilal, "20.00", karachi(2026, 10, 30))
    bonus = await office.bonus(office.bilal, "20.00")
    made = await appeal(office, fine)
    promoted = Actor(office.bilal.user_id, "Bilal", Role.ADMIN)
    async with office.unit() as unit:
        attempts: list[Callable[[], Awaitable[object]]] = [
            lambda: FineService(unit).cancel_fine(fine, "No", actor=promoted),
            lambda: BonusService(unit).cancel_bonus(bonus, "No", actor=promoted),
            lambda: AppealService(unit).decide_appeal(made.appeal_id, uphold=False, note="No", actor=promoted),
        ]
        for attempt in attempts:
            with pytest.raises(OwnPay):
                await attempt()
