"""Lists of what pay is made of."""

from datetime import date

from domain.pay.bonuses import BonusService
from domain.pay.fines import FineService
from domain.pay.fixed_pay import FixedPayService
from domain.pay.model import AppealStatus, FineAppeal
from domain.pay.rate_list import RateList
from tests.domain.pay.office import OCTOBER, Office, karachi, money


async def test_lists_of_what_pay_is_made_of(office: Office) -> None:
    await office.rate("5.00", date(2026, 1, 1))
    await office.rate("6.00", date(2026, 2, 1))
    await office.rate("9.00", date(2026, 1, 1), office.bilal)
    await office.fixed_pay(office.bilal, "310.00", date(2026, 1, 1))
    await office.bonus(office.bilal, "50.00")
    fine = await office.fine(office.bilal, "1.00", karachi(2026, 10, 1))
    await office.fine(office.zara, "2.00", karachi(2026, 10, 2))
    await office.close()
    async with office.sessions.begin() as session:
        session.add(FineAppeal(fine_id=fine, text="No"))
    number = (await office.invoice(office.bilal)).number
    async with office.unit() as unit:
        rates = await RateList(unit).rates(actor=office.admin)
        assert [(each.worker_name, each.amount) for each in rates] == [
            (None, money("6.00")),
            (None, money("5.00")),
            ("Bilal", money("9.00")),
        ]
        [fixed] = await FixedPayService(unit).fixed_pays(office.bilal.user_id, actor=office.admin)
        assert fixed.amount == money("310.00")
        [bonus] = (await BonusService(unit).bonuses(worker_id=office.bilal.user_id, actor=office.admin)).items
        assert (bonus.month, bonus.invoice_number) == (OCTOBER, number)
        fines = (await FineService(unit).fines(actor=office.admin)).items
        assert [each.amount for each in fines] == [money("2.00"), money("1.00")]
        [mine] = (await FineService(unit).my_fines(actor=office.bilal)).items
        assert (mine.appeal, mine.appeal_text, mine.appeal_until) == (AppealStatus.OPEN, "No", karachi(2026, 10, 8))
        [open_one] = (await FineService(unit).fines(appealed=True, actor=office.admin)).items
        assert open_one.fine_id == fine
