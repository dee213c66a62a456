"""What is there already when a tour begins, made by the services."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from domain.access import SYSTEM
from domain.clock import Month
from domain.files.model import FileState, FileUpload
from domain.orders.cards import OrderCard
from domain.orders.categories import CategoryService
from domain.orders.drafts import DraftFile, OrderDraft
from domain.orders.model import Category
from domain.orders.queries import OrderQueries
from domain.orders.service import OrderService
from domain.pay.rate_list import RateList
from playground.phone import Screen
from tests.catalogue.office import Office, Person
from tests.support.sent_files import photo_of

NOVEMBER: Final = Month(2026, 11)


async def categories(office: Office, *names: str) -> None:
    async with office.unit() as unit:
        for position, name in enumerate(names):
            unit.session.add(Category(name=name, position=position))


async def category(office: Office, admin: Person, name: str) -> UUID:
    async with office.unit() as unit:
        return (await CategoryService(unit).add_category(name, actor=admin.known)).id


async def rate(office: Office, admin: Person, category_id: UUID, amount: str = "7.98") -> None:
    async with office.unit() as unit:
        await RateList(unit).set_rate(category_id, None, date(2026, 1, 1), Decimal(amount), actor=admin.known)


def draft_of(office: Office, *, category: str = "", number: int = 300) -> OrderDraft:
    words = office.words
    return OrderDraft(
        category=category or words.category,
        total_submissions=number,
        title=words.title,
        business_name=words.business,
        folder_name=words.folder,
        note=words.note,
    )


async def submitted(office: Office, worker: Person, draft: OrderDraft | None = None) -> OrderCard:
    """A minute after everything else, as the queue begins with the oldest."""
    await office.later(minutes=1)
    async with office.unit() as unit:
        return await OrderService(unit).submit(draft or draft_of(office), actor=worker.known)


async def approved(office: Office, worker: Person, admin: Person, draft: OrderDraft | None = None) -> OrderCard:
    card = await submitted(office, worker, draft)
    async with office.unit() as unit:
        return await OrderService(unit).approve(card.order.id, card.order.version, actor=admin.known)


async def assigned(
    office: Office, worker: Person, admin: Person, *, due: date | None = None, files: tuple[DraftFile, ...] = ()
) -> OrderCard:
    async with office.unit() as unit:
        draft = replace(draft_of(office), files=files)
        (made,) = await OrderService(unit).assign(draft, [worker.id], due_date=due, actor=admin.known)
        return await OrderQueries(unit).order_card(made.id, actor=admin.known)


async def card_now(office: Office, card: OrderCard) -> OrderCard:
    async with office.unit() as unit:
        return await OrderQueries(unit).order_card(card.order.id, actor=SYSTEM)


async def picture(office: Office, person: Person, sample: str = "backlink-screenshot.jpg") -> DraftFile:
    """A photo that Telegram has, from that person's chat."""
    sent = await office.done(person.phone.send_photo(sample))
    return await photo_of(person.phone, sent)


async def kept(office: Office) -> None:
    """Waits until every file is in the storage."""
    office.stage.bot.attachments.wake()
    pending = select(func.count()).where(FileUpload.state == FileState.PENDING)
    while True:
        async with office.stage.bot.transactions.reading() as session:
            if not await session.scalar(pending):
                return
        await asyncio.sleep(0.01)


def labels(screen: Screen, part: str) -> list[str]:
    """Of the buttons that are shown, those with that in it."""
    return [button.text for button in screen.buttons if part in button.text]
