"""Checking work: cards, the queue, both questions, and what admins are told."""

from __future__ import annotations

from dataclasses import replace

from domain.notifications.kinds import NotificationKind
from domain.orders.model import ReasonTemplate, TemplateKind
from domain.orders.service import OrderService
from tests.catalogue.office import Office, Person
from tests.catalogue.tours.desk import (
    card_now,
    categories,
    category,
    draft_of,
    kept,
    picture,
    rate,
    submitted,
)


async def tour(office: Office) -> None:
    words = office.words
    nadia, ayesha = await office.admin(), await office.worker()
    await nadia.say("/check")
    await rate(office, nadia, await category(office, nadia, words.category))
    await categories(office, words.other_category)
    async with office.unit() as unit:
        for kind in TemplateKind:
            unit.session.add(ReasonTemplate(kind=kind, text=words.reason))
            unit.session.add(ReasonTemplate(kind=kind, text=words.comment * 2))
    photo = await picture(office, ayesha)
    await kept(office)
    first = await submitted(office, ayesha, replace(draft_of(office), files=(photo,)))
    await kept(office)
    # The same photo again; one of a category without a rate; one alone; one with a long note.
    await submitted(office, ayesha, replace(draft_of(office), files=(photo,)))
    await kept(office)
    await submitted(office, ayesha, draft_of(office, category=words.other_category))
    await submitted(office, ayesha, draft_of(office, number=1))
    await submitted(office, ayesha, replace(draft_of(office), note=f"{words.note} " * 40))
    await office.later(hours=5)
    await nadia.say("/menu")
    await nadia.tap("✅ Check work")
    await nadia.tap("📎 See")
    await nadia.tap("✂️ Only some")
    await nadia.say("0")
    await nadia.tap("299")
    await nadia.tap("↩️ Undo order 1")
    await nadia.say("/check")
    await nadia.tap("✏️ Send back")
    await nadia.tap("✖️ Cancel", "✏️ Send back")
    await nadia.photo()
    await nadia.say(words.comment)
    await nadia.tap("❌ Reject")
    await nadia.say(words.reason)
    await nadia.tap("⏭ Skip", "⏭ Skip", "✅ Approve")
    await nadia.say("/orders")
    for number in (1, 2):
        await nadia.say("/orders")
        await nadia.tap(next(each.text for each in (await nadia.screen()).buttons if f" {number} · " in each.text))
        if number == 1:
            await nadia.tap("🖼")
    first = await card_now(office, first)
    async with office.unit() as unit:
        card = await OrderService(unit).resubmit(
            first.order.id, first.order.version, draft_of(office), actor=ayesha.known
        )
        await OrderService(unit).comment(card.order.id, words.comment, actor=ayesha.known)
    await nadia.tap("🔎 Open order 1")
    await nadia.say("/check")
    for _order in range(3):
        await nadia.tap("⏭ Skip")
    await nadia.tap("📄 Whole text")
    await nadia.tap("✅ Approve all 300")
    await _told(office, nadia)
    await nadia.say("/check")
    await nadia.tap("⏭ Skip")
    for _order in range(2):
        await nadia.tap("✅ Approve")
    await _decided_by_another(office, nadia, ayesha)


async def _told(office: Office, nadia: Person) -> None:
    card = await submitted(office, await office.worker(office.words.other))
    async with office.unit() as unit:
        tell = unit.notifications.notify
        about = {"order_id": card.order.id, "version": card.order.version, "hours": 24}
        tell(nadia.id, NotificationKind.ORDER_WAITING, about, dedupe_key="waits")
        failed = {"name": "report.pdf", "order_id": card.order.id, "is_of_reason": False, "error": "gone"}
        tell(nadia.id, NotificationKind.FILE_FAILED, failed, dedupe_key="file")
        tell(nadia.id, NotificationKind.FILE_FAILED, failed | {"is_of_reason": True}, dedupe_key="picture")
        tell(nadia.id, NotificationKind.FILE_FAILED, failed | {"order_id": None}, dedupe_key="other file")
        waiting = {"error": "https://storage.example.com does not answer"}
        tell(nadia.id, NotificationKind.FILES_WAITING, waiting, dedupe_key="files")


async def _decided_by_another(office: Office, nadia: Person, ayesha: Person) -> None:
    """Two admins with the same card; and one who is an admin no more."""
    omar = await office.admin(office.words.new)
    card = await submitted(office, ayesha)
    async with office.unit() as unit:
        await OrderService(unit).needs_changes(card.order.id, card.order.version, office.words.reason, actor=omar.known)
    await nadia.say("/orders")
    await nadia.tap(
        next(each.text for each in (await nadia.screen()).buttons if f" {card.order.number} · " in each.text)
    )
    again = await card_now(office, card)
    async with office.unit() as unit:
        await OrderService(unit).archive(again.order.id, again.order.version, actor=omar.known)
    await nadia.say("/orders")
