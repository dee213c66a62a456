"""A worker's own orders: the list, the card, files and long texts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from domain.files.naming import FileKind
from domain.orders.drafts import DraftFile
from domain.orders.model import Category
from domain.orders.transitions import Move
from domain.pay.rate_list import RateList
from handlers.orders.payloads import OrdersPage, ReadTexts, ShowFiles, ViewOrder
from tests.flows.reading import labels
from tests.flows.stage import Stage
from tests.flows.submitting import DRAFT, Desk, card_of, opened, to_files
from tests.flows.talking import forge, tap_when_shown

FIRST = "1 · Backlinks for Ace Plumbing"


async def test_without_orders_there_is_a_next_step(desk: Desk) -> None:
    phone = desk.worker.phone
    await phone.tap("📋 My orders")
    screen = await phone.wait_for("You have no orders yet.")
    assert labels(screen.last) == ["➕ Submit work", "🏠 Home"]
    await phone.tap("➕ Submit work")
    await phone.wait_for("Which category?")


async def test_the_list_shows_each_order_with_its_status(stage: Stage, desk: Desk) -> None:
    await desk.decided(await desk.submitted(), Move.APPROVE)
    await desk.decided(await desk.submitted(replace(DRAFT, title="A & <b>B</b>")), Move.REJECT, reason="No")
    await desk.submitted(replace(DRAFT, title="T" * 200))
    await stage.settled()
    phone = desk.worker.phone
    await phone.say("/orders")
    screen = await phone.wait_for("My orders · 3 orders")
    assert "⏳ Under QA · ✅ Approved · ❌ Rejected" in screen.last.text
    assert labels(screen.last)[1:] == ["❌ 2 · A & <b>B</b>", f"✅ {FIRST}", "🏠 Home"]
    assert labels(screen.last)[0].startswith("⏳ 3 · TTT")
    assert len(labels(screen.last)[0]) <= 38


async def test_the_list_is_paged_and_back_leads_to_the_same_page(desk: Desk) -> None:
    for number in range(1, 18):
        await desk.submitted(replace(DRAFT, title=f"Work {number}"))
    phone = desk.worker.phone
    await phone.say("/orders")
    screen = await phone.wait_for("17 orders")
    assert labels(screen.last)[-3:] == ["1 / 3", "Older ▶", "🏠 Home"]
    await phone.tap("Older ▶")
    screen = await phone.wait_for("2 / 3")
    assert labels(screen.last)[0] == "⏳ 9 · Work 9"
    await phone.tap("⏳ 9 · Work 9")
    await phone.wait_for("Order 9")
    await phone.tap("« My orders")
    await phone.wait_for("2 / 3")
    await phone.tap("Older ▶")
    screen = await phone.wait_for("3 / 3")
    assert labels(screen.last)[-3:] == ["◀ Newer", "3 / 3", "🏠 Home"]
    await forge(phone, OrdersPage(99).pack())
    await phone.wait_for("3 / 3")


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
        "Link Building · 280 of 300 submissions approved",
        "Business: Ace Plumbing",
        "Folder: October",
        "Pay: PKR 2,234.40 (280 × PKR 7.98)",
        "Note: All on the sheet",
        "10 Nov, 12:00 📤 You submitted 300",
        "10 Nov, 12:00 ✅ Nadia approved 280 of 300",
    ):
        assert line in text


async def test_a_missing_rate_is_said_and_is_not_zero(stage: Stage, desk: Desk) -> None:
    await desk.decided(await desk.submitted(), Move.APPROVE)
    await stage.settled()
    text = (await opened(desk.worker.phone, f"✅ {FIRST}")).last.text
    assert "its rate is not set yet" in text
    assert "0.00" not in text


async def test_a_card_shows_the_reason_and_what_can_be_done(stage: Stage, desk: Desk) -> None:
    await desk.decided(await desk.submitted(), Move.REJECT, reason="Dead <i>links</i> & more")
    await stage.settled()
    screen = await opened(desk.worker.phone, f"❌ {FIRST}")
    assert "Reason: Dead <i>links</i> & more" in screen.last.text
    assert labels(screen.last) == ["🔁 Resubmit", "« My orders", "🏠 Home"]


async def test_files_come_as_albums(desk: Desk) -> None:
    phone = desk.worker.phone
    await to_files(phone)
    await phone.send_album(["backlink-screenshot.jpg", "citation-listing.jpg"])
    await phone.wait_for("2 photos · Done")
    await phone.send_document("work-report.pdf")
    await tap_when_shown(phone, "2 photos, 1 document · Done", "is everything right?")
    await phone.tap("✅ Submit")
    await phone.wait_for("Order 1 is submitted.")
    await phone.tap("📄 See the order")
    screen = await tap_when_shown(phone, "📎 Show files (3)", "Order 1 · 3 files")
    sent = [each.media["kind"] for each in screen.messages if each.media is not None and not each.is_mine]
    assert sent == ["photo", "photo", "document"]
    await phone.tap("« Order 1")
    await phone.wait_for("History")


async def test_files_of_each_version(stage: Stage, desk: Desk) -> None:
    phone = desk.worker.phone
    await to_files(phone)
    await phone.send_document("work-report.pdf")
    await tap_when_shown(phone, "1 document · Done", "is everything right?")
    await phone.tap("✅ Submit")
    await phone.wait_for("Order 1 is submitted.")
    await desk.decided(await card_of(stage), Move.REJECT, reason="No")
    await stage.settled()
    await opened(phone, f"❌ {FIRST}")
    await phone.tap("🔁 Resubmit")
    await phone.wait_for("is everything right?")
    await phone.send_document("backlinks.csv")
    await phone.wait_for("Files: 1 document")
    await phone.tap("✅ Submit")
    await phone.wait_for("submitted again")
    await phone.tap("📄 See the order")
    screen = await tap_when_shown(phone, "📎 Show files (2)", "Order 1 · Version 2: 1 file")
    assert screen.last.media is not None
    assert screen.last.media["file_name"].endswith(".csv")
    await phone.tap("Version 1 (1)")
    screen = await phone.wait_for("Order 1 · Version 1: 1 file")
    assert screen.last.media is not None
    await phone.tap("« Order 1")
    await phone.wait_for("History")


async def test_long_texts_are_read_whole_on_demand(stage: Stage, desk: Desk) -> None:
    note, reason = "note & " * 570, "<reason> " * 440
    await desk.decided(await desk.submitted(replace(DRAFT, note=note)), Move.REJECT, reason=reason)
    await stage.settled()
    phone = desk.worker.phone
    screen = await opened(phone, f"❌ {FIRST}")
    assert len(screen.last.text) < 2500
    await phone.tap("📖 Read it all")
    screen = await phone.wait_for("« Order 1")
    everything = "\n".join(each.text for each in screen.messages)
    assert note.strip() in everything
    assert reason.strip() in everything
    await phone.tap("« Order 1")
    await phone.wait_for("📖 Read it all")


async def test_the_longest_card_fits_into_a_message(stage: Stage, desk: Desk) -> None:
    long = "&" * 255
    card = await desk.submitted(replace(DRAFT, title=long, business_name=long, folder_name=long, note="&" * 4000))
    for number in range(5):
        card = await desk.decided(card, Move.REJECT, reason=f"{number}" + "<" * 3999)
        card = await desk.decided(card, Move.UNDO)
    await desk.decided(card, Move.REJECT, reason="<" * 4000)
    await stage.settled()
    phone = desk.worker.phone
    await forge(phone, ViewOrder(card.order.id, 1).pack())
    await phone.wait_for("Reason: <<<")
    await phone.tap("📖 Read it all")
    await phone.wait_for("« Order 1")


async def test_somebody_elses_order_is_like_none(stage: Stage, desk: Desk) -> None:
    card = await desk.submitted()
    other = await stage.worker("Zara")
    for payload in (ViewOrder(card.order.id, 1), ShowFiles(card.order.id, 1, 1), ReadTexts(card.order.id, 1)):
        await forge(other.phone, payload.pack())
        screen = await other.phone.wait_for("I cannot find that.")
        assert "Backlinks" not in str(screen)
    await other.phone.say("/orders")
    await other.phone.wait_for("You have no orders yet.")


async def test_an_archived_order_says_so(stage: Stage, desk: Desk) -> None:
    card = await desk.decided(await desk.submitted(), Move.ARCHIVE)
    await stage.settled()
    await forge(desk.worker.phone, ViewOrder(card.order.id, 1).pack())
    screen = await desk.worker.phone.wait_for("🗄 Archived: it is not paid")
    assert labels(screen.last) == ["« My orders", "🏠 Home"]


async def test_a_button_that_no_version_made_is_old(desk: Desk) -> None:
    phone = desk.worker.phone
    for data in ("ov:rubbish:1", "op:x", "of:", "sa:a:b:c", "sr:1"):
        await forge(phone, data)
        await phone.wait_for("This button is from an older message")


async def test_a_button_works_after_a_restart(stage: Stage, desk: Desk) -> None:
    await desk.submitted()
    phone = desk.worker.phone
    await phone.say("/orders")
    await phone.wait_for("My orders")
    await stage.restart()
    await phone.tap(f"⏳ {FIRST}")
    await phone.wait_for("Order 1 · ⏳ Under QA")


async def test_material_of_an_assignment_can_be_looked_at(stage: Stage, desk: Desk) -> None:
    file = DraftFile("gone", "gone", "brief.pdf", "application/pdf", 10, FileKind.DOCUMENT)
    await desk.assigned(replace(DRAFT, files=(file,)))
    await stage.settled()
    screen = await opened(desk.worker.phone, f"🛠 {FIRST}")
    assert labels(screen.last)[:2] == ["📤 Submit this work", "📎 Show files (1)"]
