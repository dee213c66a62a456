"""What the tests of submitting share: categories, a form filled in, orders that are there already."""

from __future__ import annotations

from dataclasses import dataclass

from domain.access import SYSTEM
from domain.orders.cards import OrderCard
from domain.orders.drafts import OrderDraft
from domain.orders.model import Category
from domain.orders.queries import OrderQueries
from domain.orders.service import OrderService
from domain.orders.transitions import Move
from playground.phone import Phone, Screen
from tests.flows.reading import labels
from tests.flows.stage import Member, Stage

CATEGORIES = ("Content Writing", "Link Building")
DRAFT = OrderDraft(
    category="Link Building",
    total_submissions=300,
    title="Backlinks for Ace Plumbing",
    business_name="Ace Plumbing",
    folder_name="October",
    note="All on the sheet",
)
PICTURES = ["backlink-screenshot.jpg", "citation-listing.jpg", "rankings-chart.jpg"]


async def add_categories(stage: Stage, *names: str) -> None:
    async with stage.unit() as unit:
        for position, name in enumerate(names or CATEGORIES):
            unit.session.add(Category(name=name, position=position))


async def to_files(phone: Phone, *, title: str = "Backlinks for Ace Plumbing") -> None:
    """The form up to its files, the shortest way."""
    await phone.say("/submit")
    await phone.wait_for("Link Building")
    await phone.tap("Link Building")
    await phone.wait_for("How many did you do?")
    await phone.say("300")
    await phone.wait_for("What is the title?")
    await phone.say(title)
    for question in ("Which business", "Which folder", "A note for the admins"):
        await phone.wait_for(question)
        await phone.tap("⏭ Skip")
    await phone.wait_for("Photos and files?")


async def to_card(phone: Phone, *, title: str = "Backlinks for Ace Plumbing") -> None:
    await to_files(phone, title=title)
    await phone.tap("✅ Done, no files")
    await phone.wait_for("Is everything right?")


async def opened(phone: Phone, line: str) -> Screen:
    """The card behind a line of the list."""
    await phone.say("/orders")
    await phone.wait_for("My orders")
    await phone.tap(line)
    return await phone.wait_for(lambda screen: "« My orders" in labels(screen.last))


async def card_of(stage: Stage, number: int = 1) -> OrderCard:
    async with stage.unit() as unit:
        return await OrderQueries(unit).card_by_number(number, actor=SYSTEM)


@dataclass(frozen=True, slots=True)
class Desk:
    """Orders as the services make them, beside the bot."""

    stage: Stage
    worker: Member
    admin: Member

    async def submitted(self, draft: OrderDraft = DRAFT) -> OrderCard:
        async with self.stage.unit() as unit:
            return await OrderService(unit).submit(draft, actor=self.worker.actor)

    async def assigned(self, draft: OrderDraft = DRAFT) -> OrderCard:
        async with self.stage.unit() as unit:
            (order,) = await OrderService(unit).assign(draft, [self.worker.id], actor=self.admin.actor)
            return await OrderQueries(unit).order_card(order.id, actor=self.admin.actor)

    async def decided(self, card: OrderCard, move: Move, *, reason: str = "", approved: int | None = None) -> OrderCard:
        order_id, version, actor = card.order.id, card.order.version, self.admin.actor
        async with self.stage.unit() as unit:
            orders = OrderService(unit)
            if move is Move.APPROVE:
                return await orders.approve(order_id, version, approved=approved, actor=actor)
            if move is Move.REJECT:
                return await orders.reject(order_id, version, reason, actor=actor)
            if move is Move.RETURN:
                return await orders.needs_changes(order_id, version, reason, actor=actor)
            if move is Move.UNDO:
                return await orders.undo(order_id, version, actor=actor)
            return await orders.archive(order_id, version, actor=actor)
