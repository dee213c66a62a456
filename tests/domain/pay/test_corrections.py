"""Corrections: what an issued invoice got wrong is made up for on a later one."""

import asyncio
from datetime import date

import pytest

from domain.errors import NotFound
from domain.errors.amounts import AmountZero
from domain.errors.pay import AlreadyReversed, CorrectionInvoiced, NothingBilled, NotInvoiced
from domain.orders.model import OrderStatus
from domain.pay.corrections import CorrectionService
from tests.domain.pay.office import NOVEMBER, Office, karachi, money


async def test_a_correction_is_a_line_of_the_next_invoice(office: Office) -> None:
    await office.order(office.bilal, 1, "100.00")
    await office.close()
    invoice = await office.invoice(office.bilal)
    async with office.unit() as unit:
        corrections = CorrectionService(unit)
        made = await corrections.correct(
            office.bilal.user_id, money("12.50"), "Forgotten", invoice_id=invoice.id, actor=office.admin
        )
        wrong = await corrections.correct(office.bilal.user_id, money("-5.00"), "Wrong", actor=office.admin)
        await corrections.cancel_correction(wrong.id, "Was right", actor=office.admin)
        with pytest.raises(NotFound):
            await corrections.correct(office.zara.user_id, money("1"), "why", invoice_id=invoice.id, actor=office.admin)
        with pytest.raises(AmountZero):
            await corrections.correct(office.zara.user_id, money("0"), "why", actor=office.admin)
    await office.close(NOVEMBER)
    assert await office.lines(office.bilal, NOVEMBER) == [("Correction", None, "12.50")]
    async with office.unit() as unit:
        with pytest.raises(CorrectionInvoiced) as refused:
            await CorrectionService(unit).cancel_correction(made.id, "Too late", actor=office.admin)
    assert vars(refused.value) == {"number": (await office.invoice(office.bilal, NOVEMBER)).number}


async def test_reversing_an_order_takes_off_what_was_actually_billed(office: Office) -> None:
    order = await office.order(office.bilal, 50, "7.98", approved=40)
    async with office.unit() as unit:
        with pytest.raises(NotInvoiced) as early:
            await CorrectionService(unit).reverse_order(order, "Fake links", actor=office.admin)
        assert vars(early.value) == {"status": OrderStatus.APPROVED}
    await office.close()
    await office.rate("99.00", date(2026, 1, 1))
    async with office.unit() as unit:
        done = await CorrectionService(unit).reverse_order(order, "Fake links", actor=office.admin)
    assert done.amount == money("319.20")
    async with office.unit() as unit:
        with pytest.raises(AlreadyReversed):
            await CorrectionService(unit).reverse_order(order, "Fake links", actor=office.admin)
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
            await CorrectionService(unit).reverse_order(order, "Fake links", actor=office.admin)


async def test_one_reversal_wins(office: Office) -> None:
    order = await office.order(office.bilal, 50, "7.98")
    await office.close()

    async def reverse() -> object:
        async with office.unit() as unit:
            return await CorrectionService(unit).reverse_order(order, "Fake links", actor=office.admin)

    results = await asyncio.gather(reverse(), reverse(), return_exceptions=True)
    assert sorted(type(each).__name__ for each in results) == ["Adjusted", "AlreadyReversed"]
    assert len(await office.corrections()) == 1
