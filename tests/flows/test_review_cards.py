"""The card that admins get, and what they decide with it."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from domain.access import SYSTEM, Actor
from domain.accounts.model import Role
from domain.clock import Month
from domain.files.model import FileState
from domain.orders.cards import OrderCard
from domain.orders.model import OrderStatus
from domain.orders.queries import OrderQueries
from domain.orders.service import OrderService
from domain.typed_input.text import TEXT_LIMIT
from handlers.review.payloads import Approve, ApproveSome, AskReason, Back, Undo, UseTemplate
from tests.flows.reading import labels, newest
from tests.flows.review_office import card_of, document, open_office, photo, resubmit, submit
from tests.flows.stage import Member, Stage
from tests.flows.talking import forge, tap_when_shown


async def order_now(stage: Stage, order: OrderCard) -> OrderCard:
    async with stage.unit() as unit:
        return await OrderQueries(unit).order_card(order.order.id, actor=SYSTEM)


async def test_every_admin_gets_the_card_below_its_photos(stage: Stage) -> None:
    worker, nadia, omar = await stage.worker(), await stage.admin(), await stage.admin("Omar")
    await open_office(stage)
    files = [await photo(worker), await photo(worker, "citation-listing.jpg")]
    await submit(stage, worker, *files, note="All of them dofollow")
    for admin in (nadia, omar):
        screen = await admin.phone.wait_for("Order 1")
        album, card = screen.messages[-3:-1], screen.last
        assert [message.media is not None for message in album] == [True, True]
        assert card.text == (
            "🔎 Order 1\nwaits since 10 Nov, 12:00\n\n"
            "👤 Ayesha\n10 · Link Building\nTen backlinks\nBusiness: Zeta Dental\nFolder: November\n"
            "Note: All of them dofollow\n\n"
            "📎 2 photos\n💰 PKR 79.80 for all"
        )
        assert labels(card) == ["✅ Approve all 10", "✂️ Only some", "✏️ Send back", "❌ Reject", "‹ Orders", "🏠 Home"]


async def test_approved_whole_the_worker_is_paid_and_the_other_card_says_who(stage: Stage) -> None:
    worker, nadia, omar = await stage.worker(), await stage.admin(), await stage.admin("Omar")
    await open_office(stage)
    order = await submit(stage, worker)
    await nadia.phone.wait_for("✅ Approve all 10")
    await omar.phone.wait_for("✅ Approve all 10")
    await nadia.phone.tap("✅ Approve all 10")
    await nadia.phone.wait_for("Approved all 10: Ayesha, order 1.")
    await nadia.phone.wait_for("✅ Order 1 approved")
    mine = await card_of(nadia, order)
    assert mine.text.startswith("✅ Order 1 approved: all 10\nby you, 10 Nov, 12:00")
    assert "💰 PKR 79.80" in mine.text
    assert labels(mine) == ["↩️ Undo", "▶️ Check next", "‹ Orders", "🏠 Home"]
    screen = await worker.phone.wait_for("approved")
    assert screen.last.text == "✅ Order 1 approved: 10 · Link Building\nTen backlinks\n💰 PKR 79.80"
    await omar.phone.wait_for("by Nadia, 10 Nov, 12:00")
    theirs = await card_of(omar, order)
    assert theirs.is_edited
    assert labels(theirs) == ["↩️ Undo", "▶️ Check next", "‹ Orders", "🏠 Home"]


@pytest.mark.parametrize("typed", ["1e9", "0", "11", "-3", "2.5", "ten", "<b>"])
async def test_only_some_takes_a_number_from_one_to_all(stage: Stage, typed: str) -> None:
    worker, nadia = await stage.worker(), await stage.admin()
    await open_office(stage)
    order = await submit(stage, worker)
    screen = await tap_when_shown(nadia.phone, "✂️ Only some", "How many of the 10")
    assert labels(newest(screen, "How many")) == ["9", "8", "7", "5", "✖️ Cancel"]
    await nadia.phone.say(typed)
    await nadia.phone.wait_for("number")
    assert (await order_now(stage, order)).order.status is OrderStatus.UNDER_QA
    await stage.restart()
    await nadia.phone.say("7")
    screen = await nadia.phone.wait_for("✅ Order 1 approved: 7 of 10")
    assert "💰 PKR 55.86" in screen.last.text
    await stage.settled()
    assert "How many" not in str(await nadia.phone.screen()), "the question is gone"
    await worker.phone.wait_for("Order 1 approved: 7 of 10 · Link Building")
    await nadia.phone.say("6")
    await nadia.phone.wait_for("I do not know what to do with that")


async def test_only_some_by_a_tap(stage: Stage) -> None:
    worker, nadia = await stage.worker(), await stage.admin()
    await open_office(stage)
    order = await submit(stage, worker)
    await tap_when_shown(nadia.phone, "✂️ Only some", "How many of the 10")
    await nadia.phone.tap("✖️ Cancel")
    await nadia.phone.wait_for("✂️ Only some")
    await nadia.phone.say("7")
    await nadia.phone.wait_for("I do not know what to do with that")
    await nadia.phone.tap("✂️ Only some")
    await nadia.phone.wait_for("How many of the 10")
    await nadia.phone.tap("9")
    await nadia.phone.wait_for("✅ Order 1 approved: 9 of 10")
    assert (await order_now(stage, order)).order.approved_submissions == 9


async def test_without_a_rate_the_card_warns_and_the_worker_hears_no_wrong_amount(stage: Stage) -> None:
    worker, nadia = await stage.worker(), await stage.admin()
    await open_office(stage, rate=None)
    await submit(stage, worker, total_submissions=1)
    screen = await nadia.phone.wait_for("✅ Approve")
    assert "⚠️ Link Building has no rate yet. Until one is set, Ayesha's month cannot be closed." in screen.last.text
    await nadia.phone.tap("✅ Approve")
    await nadia.phone.wait_for("Order 1 approved: 1")
    await worker.phone.wait_for("Its rate is not set yet; the amount follows.")


async def test_rejected_with_a_template_and_undone(stage: Stage) -> None:
    worker, nadia, omar = await stage.worker(), await stage.admin(), await stage.admin("Omar")
    await open_office(stage)
    await submit(stage, worker)
    await omar.phone.wait_for("❌ Reject")
    await tap_when_shown(nadia.phone, "❌ Reject", "Why do you reject order 1?")
    await nadia.phone.tap("The screenshot cannot be read")
    screen = await nadia.phone.wait_for("❌ Order 1 rejected")
    assert "“The screenshot cannot be read”" in screen.last.text
    screen = await worker.phone.wait_for("Order 1 was rejected")
    assert screen.last.text.endswith("Ten backlinks\n\nNadia writes:\nThe screenshot cannot be read")
    assert labels(screen.last) == ["🔁 Submit again", "📄 Order 1", "📋 My orders"]
    await omar.phone.wait_for("by Nadia")
    stage.clock.advance(minutes=1)
    await omar.phone.tap("↩️ Undo")
    await omar.phone.wait_for("Order 1 waits to be checked again.")
    await nadia.phone.wait_for("✅ Approve all 10")
    await worker.phone.wait_for("Order 1 is checked again: the decision was taken back.")


async def test_a_reason_in_own_words_reaches_the_worker_as_it_was_typed(stage: Stage) -> None:
    worker, nadia = await stage.worker(), await stage.admin("Nadia <i>")
    await open_office(stage)
    await submit(stage, worker)
    await tap_when_shown(nadia.phone, "❌ Reject", "Why do you reject order 1?")
    await nadia.phone.send_voice()
    await nadia.phone.wait_for("I cannot listen to voice messages. Type it as a text message.")
    await stage.restart()
    await nadia.phone.say("Link <b>3</b> & 4 are dead")
    screen = await nadia.phone.wait_for("❌ Order 1 rejected")
    assert "“Link <b>3</b> & 4 are dead”" in screen.last.text
    await stage.settled()
    assert "Why do you reject order 1?" not in str(await nadia.phone.screen()), "the question is gone"
    await worker.phone.wait_for("Nadia <i> writes:\nLink <b>3</b> & 4 are dead")
    assert await stage.told("order_rejected") == 1


async def test_needs_changes_and_the_next_version_says_what_was_wrong_before(stage: Stage) -> None:
    worker, nadia = await stage.worker(), await stage.admin()
    await open_office(stage)
    order = await submit(stage, worker)
    await tap_when_shown(nadia.phone, "✏️ Send back", "What is to be changed in order 1?")
    await nadia.phone.say("Use the brand name")
    screen = await nadia.phone.wait_for("✏️ Order 1 sent back")
    assert labels(screen.last) == ["▶️ Check next", "‹ Orders", "🏠 Home"]
    screen = await worker.phone.wait_for("Order 1 was sent back")
    assert labels(screen.last) == ["🔁 Submit again", "📄 Order 1", "📋 My orders"]
    await resubmit(stage, worker, order.order.id, 2)
    screen = await nadia.phone.wait_for("Version 2")
    assert "🔁 Version 2\nVersion 1 was sent back by Nadia: “Use the brand name”" in screen.last.text


async def test_two_admins_tap_at_the_same_moment(stage: Stage) -> None:
    """Exactly one decision, one message to the worker; the other admin sees what is true."""
    worker, nadia, omar = await stage.worker(), await stage.admin(), await stage.admin("Omar")
    await open_office(stage)
    order = await submit(stage, worker)
    for admin in (nadia, omar):
        await tap_when_shown(admin.phone, "✂️ Only some", "How many of the 10")
    await asyncio.gather(nadia.phone.tap("9"), omar.phone.tap("8"))
    for admin in (nadia, omar):
        await admin.phone.wait_for("Order 1 approved")
    await stage.settled()
    now = (await order_now(stage, order)).order
    winner, loser = (nadia, omar) if now.approved_submissions == 9 else (omar, nadia)
    assert now.decided_by == winner.actor.name
    assert await stage.told("order_approved") == 1
    toast = (await loser.phone.screen()).toast
    assert toast is not None
    assert toast["alert"]
    assert toast["text"] == f"{winner.actor.name} approved this on 10 Nov, 12:00. Nothing was changed."
    share = f"{now.approved_submissions} of 10"
    assert f"Order 1 approved: {share}\nby {winner.actor.name}" in (await card_of(loser, order)).text
    assert f"Order 1 approved: {share}\nby you" in (await card_of(winner, order)).text


async def test_a_double_tap_decides_once(stage: Stage) -> None:
    worker, nadia = await stage.worker(), await stage.admin()
    await open_office(stage)
    await submit(stage, worker)
    await nadia.phone.wait_for("✅ Approve all 10")
    await stage.stop()
    await nadia.phone.tap("✅ Approve all 10")
    await nadia.phone.tap("✅ Approve all 10")
    await stage.start()
    await nadia.phone.wait_for("You approved this already, on 10 Nov, 12:00. Nothing was changed.")
    await stage.settled()
    assert await stage.told("order_approved") == 1


async def test_the_question_is_overtaken_by_another_admin(stage: Stage) -> None:
    worker, nadia, omar = await stage.worker(), await stage.admin(), await stage.admin("Omar")
    await open_office(stage)
    await submit(stage, worker)
    for admin in (nadia, omar):
        await admin.phone.wait_for("❌ Reject")
    await nadia.phone.tap("❌ Reject")
    await nadia.phone.wait_for("Why do you reject order 1?")
    await omar.phone.tap("✅ Approve all 10")
    await omar.phone.wait_for("Order 1 approved")
    await stage.settled()
    assert "Why do you reject order 1?" in str(await nadia.phone.screen())
    await nadia.phone.say("Too late")
    screen = await nadia.phone.wait_for("Omar approved this on 10 Nov, 12:00. Nothing was changed.")
    assert "✅ Order 1 approved: all 10\nby Omar" in screen.last.text
    assert await stage.told("order_rejected") == 0
    await nadia.phone.say("hello")
    await nadia.phone.wait_for("I do not know what to do with that")


async def stale(stage: Stage, admin: Member) -> OrderCard:
    """An order of a new worker's, whose card this admin has."""
    worker = await stage.worker("Bilal")
    await open_office(stage)
    order = await submit(stage, worker)
    await admin.phone.wait_for("✅ Approve all 10")
    return order


async def test_a_button_of_an_older_version_changes_nothing(stage: Stage) -> None:
    nadia = await stage.admin()
    order = await stale(stage, nadia)
    async with stage.unit() as unit:
        orders = OrderService(unit)
        await orders.needs_changes(order.order.id, 1, "Again", actor=SYSTEM)
    async with stage.unit() as unit:
        actor = Actor(order.order.worker_id, order.order.worker_name, Role.WORKER)
        draft = await OrderQueries(unit).draft_of(order.order.id, actor=actor)
        await OrderService(unit).resubmit(order.order.id, 2, draft, actor=actor)
    # Her card may have been edited by now: the tap crosses with that, and comes with what the card had before.
    await forge(nadia.phone, Approve(order.order.id, False, 1).pack())
    await nadia.phone.wait_for("This button is old. This is how the order stands now.")
    await nadia.phone.wait_for("🔁 Version 2")
    assert (await order_now(stage, order)).order.status is OrderStatus.UNDER_QA


async def test_whoever_lost_the_role_decides_nothing(stage: Stage) -> None:
    nadia = await stage.admin()
    await stage.admin("Omar")
    order = await stale(stage, nadia)
    async with stage.unit() as unit:
        await stage.accounts(unit).change_role(nadia.id, Role.WORKER, actor=SYSTEM)
    await nadia.phone.tap("✅ Approve all 10")
    await nadia.phone.wait_for("Your role does not include checking work any more.")
    assert (await order_now(stage, order)).order.status is OrderStatus.UNDER_QA
    await nadia.phone.say("/queue")
    await nadia.phone.wait_for("Your role does not include this.")


async def test_a_lost_role_gets_no_news_on_its_old_cards(stage: Stage) -> None:
    nadia, omar = await stage.admin(), await stage.admin("Omar")
    order = await stale(stage, nadia)
    await omar.phone.wait_for("✅ Approve all 10")
    async with stage.unit() as unit:
        await stage.accounts(unit).change_role(nadia.id, Role.WORKER, actor=SYSTEM)
    await omar.phone.tap("✅ Approve all 10")
    await omar.phone.wait_for("Order 1 approved")
    await stage.settled()
    assert "approved" not in (await card_of(nadia, order)).text


async def test_nobody_decides_their_own_order(stage: Stage) -> None:
    """A worker becomes an admin while their order waits: another admin has to decide it."""
    worker, nadia = await stage.worker(), await stage.admin()
    await open_office(stage)
    order = await submit(stage, worker)
    await nadia.phone.wait_for("✅ Approve all 10")
    async with stage.unit() as unit:
        await stage.accounts(unit).change_role(worker.id, Role.ADMIN, actor=SYSTEM)
    await worker.phone.say("/queue")
    await worker.phone.wait_for("Nothing to check.")
    await nadia.phone.tap("✅ Approve all 10")
    await nadia.phone.wait_for("Order 1 approved")
    assert (await order_now(stage, order)).order.decided_by == "Nadia"


async def test_undo_ends_with_the_invoice(stage: Stage) -> None:
    worker, nadia = await stage.worker(), await stage.admin()
    await open_office(stage)
    await submit(stage, worker)
    await tap_when_shown(nadia.phone, "✅ Approve all 10", "↩️ Undo")
    await stage.settled()
    stage.clock.advance(days=21)
    await stage.tools.month_end.close(Month(2026, 11), actor=SYSTEM)
    await nadia.phone.tap("↩️ Undo")
    await nadia.phone.wait_for("Too late to undo: this order is on INV-2026-")
    await nadia.phone.wait_for("It is on an invoice.")


async def test_what_was_typed_is_shown_and_never_obeyed(stage: Stage) -> None:
    worker, nadia = await stage.worker("Ayesha <b>"), await stage.admin()
    await open_office(stage)
    await submit(stage, worker, title="<a href='x'>T</a> & co", note="</b>" + "ن" * 10, business_name="<script>")
    screen = await nadia.phone.wait_for("<a href='x'>T</a> & co")
    assert "👤 Ayesha <b>" in screen.last.text
    await nadia.phone.tap("✅ Approve all 10")
    await nadia.phone.wait_for("Approved all 10: Ayesha <b>, order 1.")
    await worker.phone.wait_for("<a href='x'>T</a> & co")


async def test_the_widest_order_still_fits_and_shows_its_whole_text(stage: Stage) -> None:
    worker, nadia = await stage.worker("A" * 255), await stage.admin()
    await open_office(stage)
    wide = "😀" * 255
    await submit(stage, worker, title=wide, business_name=wide, folder_name=wide, note="n" * (TEXT_LIMIT - 3) + "end")
    screen = await tap_when_shown(nadia.phone, "📄 Whole text", "Note of order 1")
    assert newest(screen, "Note of order 1").text.endswith("nend")
    await nadia.phone.wait_for(lambda now: "✅ Approve all 10" in labels(now.last))
    await nadia.phone.tap("✏️ Send back")
    await nadia.phone.wait_for("change")
    await nadia.phone.say("r" * TEXT_LIMIT)
    # So long a text may be the first part of one that the phone has cut.
    await tap_when_shown(nadia.phone, "✅ Yes", "Order 1 sent back")
    await nadia.phone.wait_for("Order 1 sent back")
    screen = await worker.phone.wait_for("🔁 Submit again")
    assert "r" * TEXT_LIMIT in screen.last.text


async def test_the_same_photo_as_before_is_said_on_the_card(stage: Stage) -> None:
    """The bytes are copied after the card went out: the card says so as soon as they are known."""
    worker, other, nadia = await stage.worker(), await stage.worker("Bilal"), await stage.admin()
    await open_office(stage)
    first = await submit(stage, other, await photo(other))
    await nadia.phone.wait_for("✅ Approve all 10")
    while (await order_now(stage, first)).files[0].state is not FileState.STORED:
        await asyncio.sleep(0.01)
    stage.clock.advance(hours=1)
    await submit(stage, worker, await photo(worker))
    await nadia.phone.wait_for("⚠️ Same photo as order 1 (Bilal)")


async def test_a_card_with_one_document_is_edited_like_any_other(stage: Stage) -> None:
    """A single document once took the card as its caption, which cannot become another text."""
    worker, nadia, omar = await stage.worker(), await stage.admin(), await stage.admin("Omar")
    await open_office(stage)
    order = await submit(stage, worker, await document(worker))
    for admin in (nadia, omar):
        await admin.phone.wait_for("✅ Approve all 10")
    await nadia.phone.tap("✅ Approve all 10")
    await omar.phone.wait_for("by Nadia")
    for admin in (nadia, omar):
        await stage.settled()
        cards = [message for message in (await admin.phone.screen()).messages if "Order 1" in message.text]
        assert len(cards) == 1
    assert (await order_now(stage, order)).order.status is OrderStatus.APPROVED


async def test_a_copy_that_was_deleted_or_shows_something_else_is_left_alone(stage: Stage) -> None:
    """A copy that somebody had deleted came back with every change, and a home screen turned into an old card."""
    worker, nadia, omar, sara = (
        await stage.worker(),
        await stage.admin(),
        await stage.admin("Omar"),
        await stage.admin("Sara"),
    )
    await open_office(stage)
    await submit(stage, worker)
    for admin in (nadia, omar, sara):
        await admin.phone.wait_for("✅ Approve all 10")
    await omar.phone.delete((await omar.phone.screen()).last.id)
    await sara.phone.tap("❌ Reject")
    await sara.phone.wait_for("Why do you reject order 1?")
    await sara.phone.say("/menu")
    await sara.phone.wait_for("⏳ 1 to check")
    await nadia.phone.tap("✅ Approve all 10")
    await nadia.phone.wait_for("Order 1 approved")
    await stage.settled()
    assert "Order 1" not in str(await omar.phone.screen())
    assert "Why do you reject order 1?" in str(await sara.phone.screen()), "a question is no copy of the card"
    await sara.phone.tap("The screenshot cannot be read")
    await sara.phone.wait_for("Nadia approved this on 10 Nov, 12:00. Nothing was changed.")
    await sara.phone.wait_for("by Nadia")
    await sara.phone.tap("▶️ Check next")
    await sara.phone.wait_for("Nothing to check")
    stage.clock.advance(minutes=1)
    await nadia.phone.tap("↩️ Undo")
    await nadia.phone.wait_for("waits to be checked again")
    await stage.settled()
    assert "Order 1" not in str(await sara.phone.screen())


async def test_one_question_at_a_time(stage: Stage) -> None:
    """What is typed answers the newest question: the older one turns back into its card."""
    worker, nadia = await stage.worker(), await stage.admin()
    await open_office(stage)
    first = await submit(stage, worker, title="First")
    await nadia.phone.wait_for("First")
    second = await submit(stage, worker, title="Second")
    screen = await nadia.phone.wait_for("Second")
    ids = {title: newest(screen, title).id for title in ("First", "Second")}
    await nadia.phone.tap("❌ Reject", message_id=ids["First"])
    await nadia.phone.wait_for("reject order 1?")
    await nadia.phone.tap("❌ Reject", message_id=ids["Second"])
    screen = await nadia.phone.wait_for("reject order 2?")
    assert "reject order 1?" not in str(screen)
    await nadia.phone.say("No")
    await nadia.phone.wait_for("❌ Order 2 rejected")
    assert (await order_now(stage, first)).order.status is OrderStatus.UNDER_QA
    assert (await order_now(stage, second)).order.status is OrderStatus.REJECTED


@pytest.mark.parametrize("data", ["ra:", "ra:x:0:1", "rt:AAAA:0:1:r:BBBB", "rk:1", "ru", "rb:AAAAAAAAAAAAAAAAAAAAAA:2"])
async def test_a_mangled_button_says_so(stage: Stage, data: str) -> None:
    nadia = await stage.admin()
    await forge(nadia.phone, data)
    await nadia.phone.wait_for("This button is old.")


async def test_a_forged_button_changes_nothing(stage: Stage) -> None:
    worker, nadia = await stage.worker(), await stage.admin()
    await open_office(stage)
    order = (await submit(stage, worker)).order
    await forge(nadia.phone, Approve(uuid4(), False, 1).pack())
    await nadia.phone.wait_for("This order does not exist.")
    await forge(nadia.phone, ApproveSome(order.id, False, 1, 11).pack())
    await nadia.phone.wait_for("Type a number from 1 to 10.")
    await forge(nadia.phone, UseTemplate(order.id, False, 1, Back.REJECT, uuid4()).pack())
    await nadia.phone.wait_for("I cannot find that.")
    for data in (Approve(order.id, True, 1), Undo(order.id, False, 1), AskReason(order.id, False, 1, Back.REJECT)):
        await forge(worker.phone, data.pack())
        await worker.phone.wait_for("Your role does not include this.")
    async with stage.unit() as unit:
        now = await OrderQueries(unit).order_card(order.id, actor=SYSTEM)
    assert now.order.status is OrderStatus.UNDER_QA
