"""What the tests of checking begin with: a category, its rate, and orders that wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.access import SYSTEM
from domain.orders.cards import OrderCard
from domain.orders.drafts import DraftFile, OrderDraft
from domain.orders.model import Category, ReasonTemplate, TemplateKind
from domain.orders.service import OrderService
from domain.pay.rate_list import RateList
from playground.phone import ShownMessage
from tests.flows.reading import newest
from tests.flows.stage import Member, Stage
from tests.support.sent_files import document_of, photo_of

LINKS = "Link Building"
DRAFT = OrderDraft(
    category=LINKS,
    total_submissions=10,
    title="Ten backlinks",
    business_name="Zeta Dental",
    folder_name="November",
)


async def open_office(stage: Stage, *, rate: Decimal | None = Decimal("7.98")) -> None:
    """Categories, perhaps a rate, and words to reject with."""
    async with stage.unit() as unit:
        links = Category(name=LINKS)
        unit.session.add(links)
        unit.session.add(ReasonTemplate(kind=TemplateKind.REJECT, text="The screenshot cannot be read"))
        await unit.session.flush()
        if rate is not None:
            await RateList(unit).set_rate(links.id, None, date(2026, 11, 1), rate, actor=SYSTEM)


async def submit(stage: Stage, worker: Member, *files: DraftFile, **fields: Any) -> OrderCard:
    """A worker's order, with its cards on their way to the admins."""
    async with stage.unit() as unit:
        card = await OrderService(unit).submit(replace(DRAFT, files=files, **fields), actor=worker.actor)
    stage.bot.attachments.wake()
    return card


async def resubmit(stage: Stage, worker: Member, order_id: UUID, version: int) -> None:
    async with stage.unit() as unit:
        await OrderService(unit).resubmit(order_id, version, DRAFT, actor=worker.actor)


async def photo(worker: Member, source: str = "backlink-screenshot.jpg") -> DraftFile:
    """A picture that Telegram has, from the worker's chat."""
    sent = await worker.phone.send_photo(source)
    await worker.phone.wait_for("I do not know what to do with that")
    return await photo_of(worker.phone, sent)


async def document(worker: Member, source: str = "work-report.pdf") -> DraftFile:
    sent = await worker.phone.send_document(source)
    await worker.phone.wait_for("I do not know what to do with that")
    return await document_of(worker.phone, sent)


async def card_of(member: Member, order: OrderCard) -> ShownMessage:
    """The newest message that shows this order."""
    return newest(await member.phone.screen(), f"Order {order.order.number}")
