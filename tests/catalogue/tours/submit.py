"""Submitting an order, and one that came back."""

from __future__ import annotations

from domain.orders.service import OrderService
from tests.catalogue.office import Office
from tests.catalogue.tours.desk import assigned, categories, submitted


async def tour(office: Office) -> None:
    words = office.words
    nadia, ayesha = await office.admin(), await office.worker()
    await ayesha.tap("📷 Submit work")
    await categories(office, words.category, words.other_category)
    # The second time with all that is offered.
    for number in ("30 links", "1,200"):
        await ayesha.say("/submit")
        await ayesha.tap(words.category)
        await ayesha.say(number)
        await ayesha.say(words.title)
        await ayesha.say(words.business)
        await ayesha.say(words.folder)
        await ayesha.say(words.note)
        await ayesha.photo(caption=words.comment)
        await ayesha.send(ayesha.phone.send_album(["citation-listing.jpg", "rankings-chart.jpg"]), updates=2)
        await ayesha.send(ayesha.phone.send_document(("sheet.csv", b"a,b")))
        await ayesha.tap("↩️ Remove the last one", "✅ Done", "✏️ Change")
        await ayesha.tap("Number")
        await ayesha.say("40")
        await ayesha.tap("✅ Submit")
    await ayesha.say("/submit")
    await ayesha.tap(words.category)
    await ayesha.say("0")
    await ayesha.say("a lot")
    await ayesha.say("30")
    await ayesha.say(words.title * 40)
    await ayesha.tap("✖️ Cancel")
    card = await submitted(office, ayesha)
    async with office.unit() as unit:
        orders = OrderService(unit)
        await orders.needs_changes(card.order.id, card.order.version, words.reason, actor=nadia.known)
    await ayesha.say("/menu")
    await assigned(office, ayesha, nadia)
