"""Bonuses, fines, rates and fixed pay, as admins set them."""

from __future__ import annotations

from decimal import Decimal

from domain.pay.appeals import AppealService
from domain.pay.fines import FineService
from tests.catalogue.office import Office
from tests.catalogue.tours.desk import approved, category, draft_of


async def tour(office: Office) -> None:
    words = office.words
    nadia = await office.admin()
    await nadia.say("/bonus")
    ayesha = await office.worker()
    await office.worker(words.other)
    await category(office, nadia, words.category)
    await category(office, nadia, words.other_category)
    await approved(office, ayesha, nadia)
    await nadia.say("/menu")
    await nadia.tap("💰 Pay", "🎁 Bonus")
    await nadia.say("xyz")
    await nadia.say(words.worker)
    await nadia.say("-5")
    await nadia.say("1.234")
    await nadia.say("500")
    await nadia.say(words.comment)
    await nadia.tap("November 2026")
    await nadia.tap("✅ Give the bonus")
    await nadia.say("/fine")
    await nadia.tap(words.worker)
    await nadia.say("200")
    await nadia.say(words.reason)
    await nadia.tap("✅ Issue the fine")
    await nadia.say("/fixedpay")
    await nadia.tap(words.worker)
    await nadia.say("40000")
    await nadia.tap("📅 Calendar")
    await nadia.tap("▶", "◀")
    await nadia.say("3/4")
    await nadia.say("today")
    await nadia.tap("✅ Set fixed pay")
    await nadia.say("/rate")
    await nadia.tap(words.category)
    await nadia.tap("👥 Everyone")
    await nadia.say("7.98")
    await nadia.tap("1st of this month")
    await nadia.tap("✅ Set the rate", "🏷 Another rate")
    await nadia.tap(words.category)
    await nadia.tap(words.worker)
    await nadia.say("8.50")
    await nadia.tap("Today")
    await nadia.tap("✅ Set the rate", "🏷 Another rate")
    await nadia.say(words.new_category)
    await nadia.tap("➕ Add")
    await nadia.tap("✖️ Cancel")
    await nadia.say("/rate")
    await nadia.tap("➕ New category")
    await nadia.tap("✖️ Cancel")
    await approved(office, ayesha, nadia, draft_of(office, category=words.other_category))
    await nadia.say("/menu")
    await nadia.tap("❗")
    await nadia.tap("✖️ Cancel")
    async with office.unit() as unit:
        fine = await FineService(unit).fine(ayesha.id, Decimal(9), words.reason, actor=nadia.known)
        await AppealService(unit).appeal(fine.id, words.comment, actor=ayesha.known)
