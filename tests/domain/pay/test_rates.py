"""Which rate holds, one at a time and many at once."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import select

from domain.access import Actor
from domain.audit.model import ActivityLog, LogType
from domain.errors import NotAllowed, NotFound
from domain.errors.amounts import AmountNegative, AmountTooPrecise
from domain.errors.pay import AlreadyWithdrawn, RateExists
from domain.orders.model import OrderStatus, WorkOrder
from domain.pay.rate_list import RateList
from domain.pay.rates import RateKey, rate_for, rates_for
from tests.domain.pay.office import NOVEMBER, OCTOBER, SEPTEMBER, Office, karachi, money

FIRST = date(2026, 1, 1)


async def test_the_latest_rate_that_has_begun_holds_and_an_own_one_beats_it(office: Office) -> None:
    await office.rate("5.00", FIRST)
    await office.rate("6.00", date(2026, 6, 1))
    await office.rate("9.00", date(2026, 3, 1), office.bilal)
    await office.rate("0.00", date(2026, 9, 1), office.bilal)
    await office.rate("77.00", FIRST, category=office.writing)
    expected = {
        ("Link Building", office.bilal, date(2025, 12, 31)): None,
        ("Link Building", office.bilal, FIRST): "5.00",
        ("Link Building", office.bilal, date(2026, 2, 28)): "5.00",
        ("link BUILDING", office.bilal, date(2026, 3, 1)): "9.00",
        ("Link Building", office.bilal, date(2026, 7, 1)): "9.00",
        ("Link Building", office.bilal, date(2026, 9, 1)): "0.00",
        ("Link Building", office.zara, date(2026, 5, 31)): "5.00",
        ("LINK BUILDING", office.zara, date(2026, 6, 1)): "6.00",
        ("Content Writing", office.zara, date(2026, 6, 1)): "77.00",
        ("Nothing", office.zara, date(2026, 6, 1)): None,
    }
    async with office.sessions() as session:
        keys = [RateKey(category, worker.user_id, day) for category, worker, day in expected]
        together = await rates_for(session, keys)
        for key, amount in zip(keys, expected.values(), strict=True):
            found = await rate_for(session, *key)
            assert found == (None if amount is None else money(amount)), key
            assert together.get(key) == found, key
        assert await rates_for(session, []) == {}


async def test_many_workers_are_looked_up_at_once(office: Office) -> None:
    await office.rate("5.00", FIRST)
    async with office.sessions() as session:
        keys = [RateKey("Link Building", office.zara.user_id, FIRST + timedelta(days=day)) for day in range(50)]
        keys += [RateKey(f"Category {number}", office.links, FIRST) for number in range(1200)]
        assert len(await rates_for(session, keys)) == 50


async def test_setting_a_rate(office: Office) -> None:
    async with office.unit() as unit:
        made = await RateList(unit).set_rate(
            office.links, office.bilal.user_id, FIRST, money("7.98"), actor=office.admin
        )
    assert (made.category, made.worker_name, made.effective_from, made.amount, made.orders_priced) == (
        "Link Building",
        "Bilal",
        FIRST,
        money("7.98"),
        0,
    )
    async with office.sessions() as session:
        [logged] = await session.scalars(select(ActivityLog))
    assert (logged.log_type, logged.user_id) == (LogType.RATE_ADDED, office.admin.user_id)
    assert logged.new_values == {
        "category": "Link Building",
        "worker_id": str(office.bilal.user_id),
        "effective_from": "2026-01-01",
        "amount": "7.98",
    }


async def test_a_rate_is_never_edited_but_withdrawn_and_set_again(office: Office) -> None:
    async with office.unit() as unit:
        rate_list = RateList(unit)
        first = await rate_list.set_rate(office.links, None, FIRST, money("7.98"), actor=office.admin)
        with pytest.raises(RateExists) as exists:
            await rate_list.set_rate(office.links, None, FIRST, money("8.00"), actor=office.admin)
        assert vars(exists.value) == {"effective_from": FIRST, "amount": money("7.98")}
        await rate_list.withdraw_rate(first.rate_id, actor=office.admin)
        with pytest.raises(AlreadyWithdrawn):
            await rate_list.withdraw_rate(first.rate_id, actor=office.admin)
        with pytest.raises(NotFound):
            await rate_list.withdraw_rate(office.links, actor=office.admin)
        assert await rate_for(unit.session, "Link Building", office.bilal.user_id, FIRST) is None
        await rate_list.set_rate(office.links, None, FIRST, money("8.00"), actor=office.admin)
        assert await rate_for(unit.session, "Link Building", office.bilal.user_id, FIRST) == money("8.00")
        [shown] = await rate_list.rates(category_id=office.links, actor=office.admin)
    assert (shown.category, shown.worker_name, shown.amount) == ("Link Building", None, money("8.00"))


async def test_what_a_rate_cannot_be(office: Office) -> None:
    async with office.unit() as unit:
        rate_list = RateList(unit)
        with pytest.raises(AmountNegative):
            await rate_list.set_rate(office.links, None, FIRST, money("-1.00"), actor=office.admin)
        with pytest.raises(AmountTooPrecise):
            await rate_list.set_rate(office.links, None, FIRST, money("1.005"), actor=office.admin)
        for category, worker in ((office.bilal.user_id, None), (office.links, office.admin.user_id)):
            with pytest.raises(NotFound):
                await rate_list.set_rate(category, worker, FIRST, money("1.00"), actor=office.admin)
        with pytest.raises(NotAllowed):
            await rate_list.set_rate(office.links, None, FIRST, money("1.00"), actor=office.bilal)


async def test_a_rate_that_appears_is_given_to_approved_orders_that_lacked_one(office: Office) -> None:
    early = await office.order(office.bilal, 3, None, karachi(2026, 10, 9))
    on_the_day = await office.order(office.bilal, 4, None, karachi(2026, 10, 10, 0))
    elsewhere = await office.order(office.zara, 5, None, karachi(2026, 10, 12))
    priced = await office.order(office.bilal, 6, "1.00", karachi(2026, 10, 12))
    async with office.unit() as unit:
        missing = await RateList(unit).missing_rates(OCTOBER, actor=office.admin)
        assert [(each.worker_name, each.category, each.month, each.orders, each.quantity) for each in missing] == [
            ("Bilal", "Link Building", OCTOBER, 2, 7),
            ("Zara", "Link Building", OCTOBER, 1, 5),
        ]
        assert await RateList(unit).missing_rates(SEPTEMBER, actor=office.admin) == ()
    async with office.unit() as unit:
        made = await RateList(unit).set_rate(
            office.links, office.bilal.user_id, date(2026, 10, 10), money("2.50"), actor=office.admin
        )
    assert made.orders_priced == 1
    async with office.sessions() as session:
        rates = dict((await session.execute(select(WorkOrder.id, WorkOrder.rate))).all())
    assert rates == {early: None, on_the_day: money("2.50"), elsewhere: None, priced: money("1.00")}
    async with office.unit() as unit:
        everyone = await RateList(unit).set_rate(office.links, None, FIRST, money("1.50"), actor=office.admin)
        assert everyone.orders_priced == 2
        assert await RateList(unit).missing_rates(NOVEMBER, actor=office.admin) == ()


async def test_what_is_paid_on_a_day_names_the_old_rate(office: Office) -> None:
    await office.rate("5.00", FIRST)
    await office.rate("9.00", date(2026, 3, 1), office.bilal)
    async with office.unit() as unit:
        rates = RateList(unit)

        async def on(day: date, worker: Actor | None = None) -> Decimal | None:
            return await rates.rate_on(office.links, worker.user_id if worker else None, day, actor=office.admin)

        assert await on(date(2025, 12, 31)) is None
        assert await on(FIRST) == money("5.00")
        assert await on(date(2026, 3, 1)) == money("5.00")
        assert await on(date(2026, 3, 1), office.bilal) == money("9.00")
        assert await on(date(2026, 3, 1), office.zara) == money("5.00")
        assert await rates.rate_on(uuid4(), None, FIRST, actor=office.admin) is None
        with pytest.raises(NotAllowed):
            await rates.rate_on(office.links, None, FIRST, actor=office.bilal)


async def test_categories_whose_work_cannot_be_paid(office: Office) -> None:
    async def lacking() -> list[str]:
        async with office.unit() as unit:
            return [each.name for each in await RateList(unit).unpriced_categories(actor=office.admin)]

    assert await lacking() == []
    await office.order(office.bilal, 3, None, karachi(2026, 10, 5), category="link building")
    await office.order(office.zara, 3, "4.00", karachi(2026, 10, 5), category="Content Writing")
    assert await lacking() == ["Link Building"]
    await office.order(
        office.zara, 3, None, karachi(2026, 10, 5), category="Content Writing", status=OrderStatus.UNDER_QA
    )
    assert await lacking() == ["Content Writing", "Link Building"]
    # From the day after the order: what was handed in before still lacks one.
    await office.rate("5.00", date(2026, 10, 6))
    assert await lacking() == ["Content Writing", "Link Building"]
    await office.rate("5.00", date(2026, 10, 5), office.bilal)
    await office.rate("6.00", FIRST, category=office.writing)
    assert await lacking() == []
    async with office.unit() as unit:
        with pytest.raises(NotAllowed):
            await RateList(unit).unpriced_categories(actor=office.bilal)
