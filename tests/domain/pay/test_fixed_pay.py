"""Fixed pay: set, withdrawn, set again."""

from datetime import date, timedelta

import pytest

from domain.errors import NotAllowed, NotFound
from domain.errors.amounts import AmountNegative
from domain.errors.pay import AlreadyWithdrawn, FixedPayExists
from domain.pay.fixed_pay import FixedPayService
from tests.domain.pay.office import Office, money


async def test_fixed_pay_is_set_withdrawn_and_set_again(office: Office) -> None:
    day, worker = date(2026, 10, 1), office.bilal.user_id
    async with office.unit() as unit:
        fixed_pay = FixedPayService(unit)
        first = await fixed_pay.set_fixed_pay(worker, day, money("30000.00"), actor=office.admin)
        with pytest.raises(FixedPayExists) as exists:
            await fixed_pay.set_fixed_pay(worker, day, money("1.00"), actor=office.admin)
        assert vars(exists.value) == {"effective_from": day, "amount": money("30000.00")}
        await fixed_pay.withdraw_fixed_pay(first.id, actor=office.admin)
        with pytest.raises(AlreadyWithdrawn):
            await fixed_pay.withdraw_fixed_pay(first.id, actor=office.admin)
        await fixed_pay.set_fixed_pay(worker, day, money("31000.00"), actor=office.admin)
        with pytest.raises(NotFound):
            await fixed_pay.set_fixed_pay(office.admin.user_id, day, money("1.00"), actor=office.admin)
        with pytest.raises(AmountNegative):
            await fixed_pay.set_fixed_pay(worker, day, money("-1.00"), actor=office.admin)
    await office.close()
    assert await office.lines(office.bilal) == [("Fixed pay", 31, "31000.00")]


async def test_what_was_set_for_a_day(office: Office) -> None:
    day, worker = date(2026, 10, 1), office.bilal.user_id
    await office.fixed_pay(office.bilal, "300.00", day)
    await office.fixed_pay(office.bilal, "400.00", date(2026, 11, 1))
    await office.fixed_pay(office.zara, "500.00", day)
    async with office.unit() as unit:
        fixed_pay = FixedPayService(unit)
        expected = {day - timedelta(1): None, day: "300.00", date(2026, 10, 31): "300.00", date(2027, 1, 1): "400.00"}
        for asked, amount in expected.items():
            found = await fixed_pay.fixed_pay_on(worker, asked, actor=office.admin)
            assert found == (None if amount is None else money(amount))
        with pytest.raises(NotAllowed):
            await fixed_pay.fixed_pay_on(worker, day, actor=office.bilal)
