"""Short ways to what pay is made of, for the tests of its screens."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from domain.accounts.model import User
from domain.clock import Month
from domain.orders.categories import CategoryService
from domain.orders.drafts import OrderDraft
from domain.orders.service import OrderService
from domain.pay.bonuses import BonusService
from domain.pay.fines import FineService
from domain.pay.model import Invoice
from domain.pay.rate_list import RateList
from tests.flows.stage import Member, Stage

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
CLOSING_TIME = datetime.fromisoformat("2026-12-01T09:00:00+05:00")
"""Of November."""
URDU = "عائشہ صدیقی"


async def category(stage: Stage, admin: Member, name: str = "Link Building") -> UUID:
    async with stage.unit() as unit:
        return (await CategoryService(unit).add_category(name, actor=admin.actor)).id


async def rate(stage: Stage, admin: Member, category_id: UUID, amount: str = "7.98") -> None:
    async with stage.unit() as unit:
        await RateList(unit).set_rate(category_id, None, date(2026, 1, 1), Decimal(amount), actor=admin.actor)


async def approved(
    stage: Stage, worker: Member, admin: Member, quantity: int = 300, *, kind: str = "Link Building"
) -> None:
    """Work that was submitted and approved now."""
    async with stage.unit() as unit:
        orders = OrderService(unit)
        draft = OrderDraft(category=kind, total_submissions=quantity, title="Backlinks for Kitchen World")
        card = await orders.submit(draft, actor=worker.actor)
        await orders.approve(card.order.id, card.order.version, actor=admin.actor)


async def fined(stage: Stage, worker: Member, admin: Member, amount: str, reason: str = "Late") -> None:
    async with stage.unit() as unit:
        await FineService(unit).fine(worker.id, Decimal(amount), reason, actor=admin.actor)


async def bonus(stage: Stage, worker: Member, admin: Member, amount: str, reason: str = "Well done") -> None:
    async with stage.unit() as unit:
        await BonusService(unit).give_bonus(worker.id, Decimal(amount), reason, NOVEMBER, actor=admin.actor)


async def invoices(stage: Stage) -> list[tuple[str | None, str]]:
    """Number and worker of every invoice there is."""
    found = select(Invoice.number, User.name).join(User, User.id == Invoice.worker_id).order_by(Invoice.number)
    async with stage.bot.transactions.reading() as session:
        return [(number, name) for number, name in await session.execute(found)]
