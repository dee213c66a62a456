"""Looking at a month, closing it, and what holds it up."""

from __future__ import annotations

from decimal import Decimal

from domain.pay.appeals import AppealService
from domain.pay.fines import FineService
from tests.catalogue.office import Office
from tests.catalogue.tours.desk import approved, category, draft_of, rate, submitted
from tests.flows.pay_desk import CLOSING_TIME


async def tour(office: Office) -> None:
    words = office.words
    nadia, ayesha, bilal = await office.admin(), await office.worker(), await office.worker(words.other)
    await nadia.say("/months")
    await rate(office, nadia, await category(office, nadia, words.category))
    await category(office, nadia, words.other_category)
    await approved(office, ayesha, nadia)
    await approved(office, bilal, nadia, draft_of(office, category=words.other_category))
    await submitted(office, ayesha)
    zain = await office.worker(words.new)
    async with office.unit() as unit:
        fine = await FineService(unit).fine(ayesha.id, Decimal(9), words.reason, actor=nadia.known)
        await AppealService(unit).appeal(fine.id, words.comment, actor=ayesha.known)
        await FineService(unit).fine(zain.id, Decimal(90), words.reason, actor=nadia.known)
    await nadia.say("/menu")
    await nadia.tap("📅 Months", "November 2026")
    await office.at(CLOSING_TIME)
    await nadia.say("/close")
    await nadia.tap("✅ Close")
    await nadia.tap("📅 Close again")
    await nadia.tap("🏷 Set a rate: ")
    await nadia.tap("👥 Everyone")
    await nadia.say("20")
    await nadia.tap("1st of last month")
    await nadia.tap("✅ Set the rate", "📅 Back to closing")
    await nadia.tap("✅ Close", "📅 Months")
    await nadia.tap("🔄 Look again")
    async with office.unit() as unit:
        await FineService(unit).fine(ayesha.id, Decimal(9), words.reason, actor=nadia.known)
    await nadia.say("/months")
    await nadia.tap("December 2026")
