"""A worker's orders: lists, the card with all that can stand on it, and what they are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from domain.notifications.kinds import NotificationKind
from domain.orders.cards import OrderCard
from domain.orders.service import OrderService
from tests.catalogue.office import Office, Person
from tests.catalogue.tours.desk import (
    approved,
    assigned,
    card_now,
    categories,
    category,
    draft_of,
    kept,
    labels,
    picture,
    rate,
    submitted,
)
from tests.flows.pay_desk import CLOSING_TIME

DUE = date(2026, 11, 11)


async def tour(office: Office) -> None:
    words = office.words
    nadia, ayesha = await office.admin(), await office.worker()
    await rate(office, nadia, await category(office, nadia, words.category))
    await categories(office, words.other_category)
    await ayesha.say("/orders")
    await nadia.say("/orders")
    await nadia.tap("Waiting", "In work", "Approved")
    photo, other = await picture(office, ayesha), await picture(office, nadia, "citation-listing.jpg")
    work = await assigned(office, ayesha, nadia, due=DUE, files=(photo,))
    long = replace(draft_of(office), note=f"{words.note} " * 40, files=(photo,))
    rejected, returned = await submitted(office, ayesha, long), await submitted(office, ayesha)
    await submitted(office, ayesha)
    await approved(office, ayesha, nadia)
    await approved(office, ayesha, nadia, draft_of(office, category=words.other_category))
    async with office.unit() as unit:
        orders = OrderService(unit)
        await orders.reject(rejected.order.id, 1, words.reason, pictures=(other,), actor=nadia.known)
        await orders.needs_changes(returned.order.id, 1, words.reason, actor=nadia.known)
    await kept(office)
    await _look(ayesha)
    async with office.unit() as unit:
        again = await OrderService(unit).resubmit(returned.order.id, 2, draft_of(office), actor=ayesha.known)
        for _comment in range(5):
            await OrderService(unit).comment(again.order.id, words.comment, actor=nadia.known)
        await OrderService(unit).comment(again.order.id, words.comment, actor=ayesha.known)
    async with office.unit() as unit:
        await OrderService(unit).approve(again.order.id, again.order.version, approved=100, actor=nadia.known)
    await nadia.say("/orders")
    await _told(office, nadia, ayesha, work, again)
    await _look(ayesha)
    await office.at(CLOSING_TIME)
    await office.stage.bot._scheduler.close_month()
    await office.settle()
    await ayesha.say("/orders")


async def _look(ayesha: Person) -> None:
    await ayesha.say("/menu")
    await ayesha.tap("✏️ To do", "Waiting", "Approved", "All")
    for number in (1, 2, 3, 5, 6):
        await ayesha.say("/orders")
        await ayesha.tap(labels(await ayesha.screen(), f" {number} · ")[0])
        for label in ("🖼", "📎 Files", "📖 Read it all"):
            if found := [each for each in (await ayesha.screen()).last.buttons if label in each.text]:
                await ayesha.tap(found[0].text)
                await ayesha.tap(f"‹ Order {number}")


async def _told(office: Office, nadia: Person, ayesha: Person, work: OrderCard, again: OrderCard) -> None:
    """What happens to orders, as their worker is told of it."""
    async with office.unit() as unit:
        about = {"order_id": work.order.id, "version": work.order.version, "due_date": str(DUE)}
        for days in (0, 1):
            facts = about | {"days_left": days}
            unit.notifications.notify(ayesha.id, NotificationKind.ORDER_DUE, facts, dedupe_key=f"due {days}")
    for change in ("undo", "archive", "restore"):
        card = await card_now(office, again)
        async with office.unit() as unit:
            await getattr(OrderService(unit), change)(card.order.id, card.order.version, actor=nadia.known)
        if change == "archive":
            await ayesha.tap(f"📄 Order {card.order.number}")
