"""A worker's own orders: the list, the card, files and long texts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from domain.files.naming import FileKind
from domain.orders.drafts import DraftFile
from domain.orders.model import Category
from domain.orders.service import OrderService
from domain.orders.transitions import Move
from domain.pay.rate_list import RateList
from handlers.orders.payloads import MyOrders, ReadTexts, ShowOrderFiles, ViewOrder, Which
from tests.flows.reading import labels
from tests.flows.stage import Stage
from tests.flows.submitting import DRAFT, Desk, card_of, opened, to_files
from tests.flows.talking import forge, tap_when_shown

FIRST = "1 · Backlinks for Ace Plumbing"


async def test_without_orders_there_is_a_next_step(desk: Desk) -> None:
    phone = desk.worker.phone
    await phone.tap("📋 My orders")
    screen = await phone.wait_for("You have no orders yet.")
    assert labels(screen.last) == ["📷 Submit work", "🏠 Home"]
    await phone.tap("📷 Submit work")
    await phone.wait_for("Which category?")


async def test_the_list_shows_each_order_with_its_status(stage: Stage, desk: Desk) -> None:
    await desk.decided(await desk.submitted(), Move.APPROVE)
    await desk.decided(await desk.submitted(replace(DRAFT, title="A & <b>B</b>")), Move.REJECT, reason="No")
    await desk.submitted(replace(DRAFT, title="T" * 200))
    await stage.settled()
    phone = desk.worker.phone
    await phone.say("/orders")
    screen = await phone.wait_for("My orders · 3 orders")
    assert "⏳ Waiting · ❌ Rejected · ✅ Approved" in screen.last.text
    assert labels(screen.last)[:4] == ["• All", "To do", "Waiting", "Approved"]
    assert labels(screen.last)[5:] == ["❌ 2 · A & <b>B</b>", f"✅ {FIRST}", "🏠 Home"]
    assert labels(screen.last)[4].startswith("⏳ 3 · TTT")
    assert len(labels(screen.last)[4]) <= 38


async def test_the_list_is_paged_and_back_leads_to_the_same_page(desk: Desk) -> None:
    for number in range(1, 18):
        await desk.submitted(replace(DRAFT, title=f"Work {number}"))
    phone = desk.worker.phone
    await phone.say("/orders")
    screen = await phone.wait_for("17 orders")
    assert labels(screen.last)[-3:] == ["1 of 3", "▶", "🏠 Home"]
    await phone.tap("▶")
    screen = await phone.wait_for("2 of 3")
    assert labels(screen.last)[4] == "⏳ 9 · Work 9"
    await phone.tap("⏳ 9 · Work 9")
    await phone.wait_for("Order 9")
    await phone.tap("‹ My orders")
    await phone.wait_for("2 of 3")
    await phone.tap("▶")
    screen = await phone.wait_for("3 of 3")
    assert labels(screen.last)[-3:] == ["◀", "3 of 3", "🏠 Home"]
    await forge(phone, MyOrders(Which.ALL, 99).pack())
    await phone.wait_for("3 of 3")


async def test_filters_are_buttons_and_back_leads_to_the_same_list(stage: Stage, desk: Desk) -> None:
    await desk.decided(await desk.submitted(), Move.APPROVE)
    await desk.decided(await desk.submitted(replace(DRAFT, title="Dead")), Move.REJECT, reason="No")
    await desk.decided(await desk.submitted(replace(DRAFT, title="Half")), Move.RETURN, reason="More")
    await desk.assigned(replace(DRAFT, title="New"))
    await stage.settled()
    phone = desk.worker.phone
    await phone.say("/menu")
    screen = await phone.wait_for("✏️ 2 to fix")
    assert labels(screen.last)[:3] == ["📷 Submit work", "✏️ To do (3)", "📋 My orders"]
    await phone.tap("✏️ To do (3)")
    screen = await phone.wait_for("My orders · 3 orders")
    assert labels(screen.last) == [
        "All", "• To do", "Waiting", "Approved", "🛠 4 · New", "✏️ 3 · Half", "❌ 2 · Dead", "🏠 Home",
    ]  # fmt: skip
    await phone.tap("✏️ 3 · Half")
    await phone.wait_for("Order 3 · ✏️ Sent back")
    await phone.tap("‹ My orders")
    await phone.wait_for("My orders · 3 orders")
    await phone.tap("Waiting")
    await phone.wait_for("No order is waiting.")
    await phone.tap("Approved")
    screen = await phone.wait_for("My orders · 1 order")
    assert labels(screen.last)[4:] == [f"✅ {FIRST}", "🏠 Home"]


async def test_home_says_what_waits(stage: Stage, desk: Desk) -> None:
    screen = await desk.worker.phone.screen()
    assert screen.last.text == "Hello Ayesha"
    assert labels(screen.last)[:2] == ["📷 Submit work", "📋 My orders"]
    assert labels((await desk.admin.phone.screen()).last)[:2] == ["✅ Check work", "📋 Orders"]
    await desk.submitted()
    await desk.assigned()
    async with stage.unit() as unit:
        await OrderService(unit).assign(DRAFT, [desk.worker.id], due_date=date(2026, 11, 10), actor=desk.admin.actor)
    stage.clock.advance(hours=25)
    await desk.worker.phone.say("/menu")
    screen = await desk.worker.phone.wait_for("⏳ 1 waiting")
    assert screen.last.text == "Hello Ayesha\n⏳ 1 waiting"
    await desk.admin.phone.say("/menu")
    screen = await desk.admin.phone.wait_for("⏳ 1 to check (oldest 25 h) · 📝 2 in work, 1 late")
    assert labels(screen.last)[:3] == ["✅ Check work (1)", "❗ Link Building has no rate", "📋 Orders"]


async def test_admins_list_everyones_orders_and_a_line_leads_to_its_card(stage: Stage, desk: Desk) -> None:
    await desk.submitted(replace(DRAFT, title="A & <b>B</b>"))
    await desk.decided(await desk.submitted(), Move.APPROVE)
    await desk.decided(await desk.submitted(), Move.REJECT, reason="No")
    await desk.assigned()
    await stage.settled()
    phone = desk.admin.phone
    await phone.say("/orders")
    screen = await phone.wait_for("Orders · 4 orders")
    assert labels(screen.last) == [
        "• All", "Waiting", "In work", "Approved",
        "🛠 4 · Ayesha, Backlinks for Ace Plu…", "❌ 3 · Ayesha, Backlinks for Ace Plu…",
        "✅ 2 · Ayesha, Backlinks for Ace Plu…", "⏳ 1 · Ayesha, A & <b>B</b>", "🏠 Home",
    ]  # fmt: skip
    await phone.tap("In work")
    await phone.wait_for("Orders · 1 order")
    await phone.tap("Waiting")
    await phone.wait_for(lambda now: "• Waiting" in labels(now.last))
    await phone.tap("⏳ 1 · Ayesha, A & <b>B</b>")
    screen = await phone.wait_for("🔎 Order 1")
    assert "✅ Approve all 300" in labels(screen.last)
    await phone.tap("‹ Orders")
    await phone.wait_for("Orders · 4 orders")


async def test_the_card_of_a_part_that_was_approved_shows_the_money(stage: Stage, desk: Desk) -> None:
    async with stage.unit() as unit:
        category = await unit.session.scalar(select(Category.id).where(Category.name == "Link Building"))
        assert category is not None
        await RateList(unit).set_rate(category, None, date(2026, 1, 1), Decimal("7.98"), actor=desk.admin.actor)
    await desk.decided(await desk.submitted(), Move.APPROVE, approved=280)
    await stage.settled()
    text = (await opened(desk.worker.phone, f"✅ {FIRST}")).last.text
    for line in (
        "Order 1 · ✅ Approved",
        "280 of 300 approved · Link Building",
        "Business: Ace Plumbing",
        "Folder: October",
        "💰 PKR 2,234.40 (280 × PKR 7.98)",
        "Note: All on the sheet",
        "10 Nov, 12:00 📤 You submitted 300",
        "10 Nov, 12:00 ✅ Nadia approved 280 of 300",
    ):
        assert line in text


async def test_a_missing_rate_is_said_and_is_not_zero(stage: Stage, desk: Desk) -> None:
    await desk.decided(await desk.submitted(), Move.APPROVE)
    await stage.settled()
    text = (await opened(desk.worker.phone, f"✅ {FIRST}")).last.text
    assert "Its rate is not set yet" in text
    assert "0.00" not in text


async def test_a_card_shows_the_reason_and_what_can_be_done(stage: Stage, desk: Desk) -> None:
    await desk.decided(await desk.submitted(), Move.REJECT, reason="Dead <i>links</i> & more")
    await stage.settled()
    screen = await opened(desk.worker.phone, f"❌ {FIRST}")
    assert "Reason: Dead <i>links</i> & more" in screen.last.text
    assert labels(screen.last) == ["🔁 Submit again", "‹ My orders", "🏠 Home"]


async def test_files_come_as_albums(desk: Desk) -> None:
    phone = desk.worker.phone
    await to_files(phone)
    await phone.send_album(["backlink-screenshot.jpg", "citation-listing.jpg"])
    await phone.wait_for("✅ Done, 2 files")
    await phone.send_document("work-report.pdf")
    await tap_when_shown(phone, "✅ Done, 3 files", "Is everything right?")
    await phone.tap("✅ Submit")
    await phone.wait_for("Order 1 is submitted.")
    await phone.tap("📄 See the order")
    screen = await tap_when_shown(phone, "📎 Files (3)", "Order 1 · 2 photos, 1 file")
    sent = [each.media["kind"] for each in screen.messages if each.media is not None and not each.is_mine]
    assert sent == ["photo", "photo", "document"]
    await phone.tap("‹ Order 1")
    await phone.wait_for("History")


async def test_files_of_each_version(stage: Stage, desk: Desk) -> None:
    phone = desk.worker.phone
    await to_files(phone)
    await phone.send_document("work-report.pdf")
    await tap_when_shown(phone, "✅ Done, 1 file", "Is everything right?")
    await phone.tap("✅ Submit")
    await phone.wait_for("Order 1 is submitted.")
    await desk.decided(await card_of(stage), Move.REJECT, reason="No")
    await stage.settled()
    await opened(phone, f"❌ {FIRST}")
    await phone.tap("🔁 Submit again")
    await phone.wait_for("Is everything right?")
    await phone.send_document("backlinks.csv")
    await phone.wait_for("Files: 1 file")
    await phone.tap("✅ Submit")
    await phone.wait_for("submitted again")
    await phone.tap("📄 See the order")
    screen = await tap_when_shown(phone, "📎 Files (2)", "Order 1 · Version 2: 1 file")
    assert screen.last.media is not None
    assert screen.last.media["file_name"].endswith(".csv")
    await phone.tap("Version 1 (1)")
    screen = await phone.wait_for("Order 1 · Version 1: 1 file")
    assert screen.last.media is not None
    await phone.tap("‹ Order 1")
    await phone.wait_for("History")


async def test_long_texts_are_read_whole_on_demand(stage: Stage, desk: Desk) -> None:
    note, reason = "note & " * 570, "<reason> " * 440
    await desk.decided(await desk.submitted(replace(DRAFT, note=note)), Move.REJECT, reason=reason)
    await stage.settled()
    phone = desk.worker.phone
    screen = await opened(phone, f"❌ {FIRST}")
    assert len(screen.last.text) < 2500
    await phone.tap("📖 Read it all")
    screen = await phone.wait_for("‹ Order 1")
    everything = "\n".join(each.text for each in screen.messages)
    assert note.strip() in everything
    assert reason.strip() in everything
    await phone.tap("‹ Order 1")
    await phone.wait_for("📖 Read it all")


@pytest.mark.parametrize("letter", ["&", "😀", "\n."])
async def test_the_longest_card_fits_into_a_message(stage: Stage, desk: Desk, letter: str) -> None:
    long, note = letter[-1] * 255, letter * 2000
    card = await desk.submitted(replace(DRAFT, title=long, business_name=long, folder_name=long, note=note))
    for number in range(5):
        card = await desk.decided(card, Move.REJECT, reason=f"{number}" + letter * 1999)
        card = await desk.decided(card, Move.UNDO)
    await desk.decided(card, Move.REJECT, reason=f"No{letter * 1999}")
    await stage.settled()
    phone = desk.worker.phone
    await forge(phone, ViewOrder(card.order.id).pack())
    await phone.wait_for("Reason: No")
    await phone.tap("📖 Read it all")
    await phone.wait_for("‹ Order 1")


async def test_somebody_elses_order_is_like_none(stage: Stage, desk: Desk) -> None:
    card = await desk.submitted()
    other = await stage.worker("Zara")
    for payload in (ViewOrder(card.order.id), ShowOrderFiles(card.order.id), ReadTexts(card.order.id)):
        await forge(other.phone, payload.pack())
        screen = await other.phone.wait_for("I cannot find that.")
        assert "Backlinks" not in str(screen)
    await other.phone.say("/orders")
    await other.phone.wait_for("You have no orders yet.")


async def test_an_archived_order_says_so(stage: Stage, desk: Desk) -> None:
    card = await desk.decided(await desk.submitted(), Move.ARCHIVE)
    await stage.settled()
    await forge(desk.worker.phone, ViewOrder(card.order.id).pack())
    screen = await desk.worker.phone.wait_for("🗄 Archived: it is not paid")
    assert labels(screen.last) == ["‹ My orders", "🏠 Home"]


async def test_a_button_that_no_version_made_is_old(desk: Desk) -> None:
    phone = desk.worker.phone
    for data in ("ov:rubbish:1", "op:x", "of:", "sa:a:b:c", "sr:1"):
        await forge(phone, data)
        await phone.wait_for("This button is old.")


async def test_a_button_works_after_a_restart(stage: Stage, desk: Desk) -> None:
    await desk.submitted()
    phone = desk.worker.phone
    await phone.say("/orders")
    await phone.wait_for("My orders")
    await stage.restart()
    await phone.tap(f"⏳ {FIRST}")
    await phone.wait_for("Order 1 · ⏳ Waiting")


async def test_material_of_an_assignment_can_be_looked_at(stage: Stage, desk: Desk) -> None:
    file = DraftFile("gone", "gone", "brief.pdf", "application/pdf", 10, FileKind.DOCUMENT)
    await desk.assigned(replace(DRAFT, files=(file,)))
    await stage.settled()
    screen = await opened(desk.worker.phone, f"🛠 {FIRST}")
    assert labels(screen.last)[:2] == ["📤 Submit this work", "📎 Files (1)"]
