"""Why work is sent back: words, pictures with words, and answers that may be meant for something else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select

from bot.database.models import DraftStatus, FormDraft
from domain.access import SYSTEM
from domain.orders.cards import OrderCard
from domain.orders.model import OrderStatus, ReasonTemplate, TemplateKind
from domain.orders.queries import OrderQueries
from handlers.orders.payloads import AllOrders
from handlers.review.payloads import CheckWork, ShowCard, ShowFiles, ShowPictures, ShowTexts, Skip
from playground.phone import Phone
from tests.flows.reading import labels, newest
from tests.flows.review_office import open_office, photo, resubmit, submit
from tests.flows.stage import Member, Stage
from tests.flows.submitting import add_categories, to_files
from tests.flows.talking import forge, tap_when_shown

Send = Callable[[Phone], Awaitable[None]]
WHY = "Why do you reject order 1?"


async def order_now(stage: Stage, number: int = 1) -> OrderCard:
    async with stage.unit() as unit:
        return await OrderQueries(unit).card_by_number(number, actor=SYSTEM)


async def asked(stage: Stage) -> tuple[Member, Member]:
    """A worker, and an admin who was asked why the worker's order 1 is rejected."""
    worker, nadia = await stage.worker(), await stage.admin()
    await open_office(stage)
    await submit(stage, worker)
    await tap_when_shown(nadia.phone, "❌ Reject", WHY)
    return worker, nadia


# Pictures


async def test_a_picture_with_a_caption_is_a_reason_and_goes_to_the_worker(stage: Stage) -> None:
    worker, nadia = await asked(stage)
    await nadia.phone.send_photo(caption="This link is <b>broken</b>")
    screen = await nadia.phone.wait_for("❌ Order 1 rejected")
    assert "“This link is <b>broken</b>”\n📎 1 picture" in screen.last.text
    await nadia.phone.tap("🖼 1 picture to the reason")
    screen = await nadia.phone.wait_for(lambda now: now.messages[-2].media is not None)
    assert "❌ Order 1 rejected" in screen.last.text
    screen = await worker.phone.wait_for("Order 1 was rejected")
    assert screen.messages[-2].media is not None
    assert "This link is <b>broken</b>" in screen.last.text
    await worker.phone.tap("📄 Order 1")
    screen = await worker.phone.wait_for("Reason: This link is <b>broken</b>")
    assert "❌ Nadia rejected it 📎 1 picture" in screen.last.text
    await stage.restart()
    await worker.phone.tap("🖼 1 picture to the reason")
    screen = await worker.phone.wait_for("Order 1 · Reason for version 1: 1 photo")
    assert screen.messages[-2].media is not None
    card = await order_now(stage)
    assert (len(card.files), len(card.pictures)) == (0, 1)


async def test_the_next_version_shows_the_picture_of_before(stage: Stage) -> None:
    worker, nadia = await stage.worker(), await stage.admin()
    await open_office(stage)
    order = await submit(stage, worker)
    await tap_when_shown(nadia.phone, "✏️ Send back", "What is to be changed in order 1?")
    await nadia.phone.send_document("work-report.pdf", caption="See page 2")
    await nadia.phone.wait_for("✏️ Order 1 sent back")
    await worker.phone.wait_for("See page 2")
    await resubmit(stage, worker, order.order.id, 2)
    screen = await nadia.phone.wait_for("🔁 Version 2")
    assert "Version 1 was sent back by Nadia: “See page 2”\n📎 1 picture" in screen.last.text
    assert "🖼 1 picture to the reason" in labels(screen.last)


async def test_a_picture_without_words_is_kept_and_the_words_are_asked_for(stage: Stage) -> None:
    worker, nadia = await asked(stage)
    await nadia.phone.send_photo()
    screen = await nadia.phone.wait_for("📎 Kept.")
    assert WHY in screen.last.text
    assert "Now the words: what is wrong?" in screen.last.text
    assert "Pictures: 1 photo" in screen.last.text
    await stage.restart()
    await nadia.phone.say("Dead link")
    await nadia.phone.wait_for("❌ Order 1 rejected")
    screen = await worker.phone.wait_for("Dead link")
    assert screen.messages[-2].media is not None


async def test_the_last_picture_is_taken_away_again(stage: Stage) -> None:
    """The step of the pictures ends with the last of them; looking for what follows it failed."""
    _, nadia = await asked(stage)
    await nadia.phone.send_photo()
    await nadia.phone.wait_for("📎 Kept.")
    await nadia.phone.tap("‹ Pictures")
    await nadia.phone.wait_for("Which pictures go with the reason?")
    await nadia.phone.tap("↩️ Remove the last one")
    screen = await nadia.phone.wait_for(WHY)
    assert "Pictures" not in screen.last.text
    await nadia.phone.say("Dead link")
    await nadia.phone.wait_for("❌ Order 1 rejected")
    assert (await order_now(stage)).pictures == ()


async def test_an_album_with_a_caption_is_taken_whole(stage: Stage) -> None:
    """Its caption alone would have decided, and left its other pictures behind."""
    worker, nadia = await asked(stage)
    await nadia.phone.send_album(
        ["backlink-screenshot.jpg", "citation-listing.jpg", "rankings-chart.jpg"], caption="All three are dead"
    )
    await nadia.phone.wait_for("Is this the answer to “Why do you reject order 1?”?")
    await nadia.phone.wait_for("📎 3 files")
    assert (await order_now(stage)).order.status is OrderStatus.UNDER_QA
    await nadia.phone.tap("✅ Yes")
    await nadia.phone.wait_for("❌ Order 1 rejected")
    await worker.phone.wait_for("All three are dead")
    assert len((await order_now(stage)).pictures) == 3


async def test_a_question_with_a_picture_is_a_draft(stage: Stage) -> None:
    """Home says so, and another question does not throw it away."""
    worker, nadia = await asked(stage)
    await nadia.phone.send_photo()
    await nadia.phone.wait_for("📎 Kept.")
    await nadia.phone.say("/menu")
    await nadia.phone.wait_for("✏️ Not finished: Reject order 1, 1 photo")
    await submit(stage, worker, title="Second")
    screen = await nadia.phone.wait_for("Second")
    await nadia.phone.tap("❌ Reject", message_id=newest(screen, "Second").id)
    await nadia.phone.wait_for("You have not finished this: Reject order 1, 1 photo.")
    await nadia.phone.tap("▶️ Continue: Reject order 1, 1 photo")
    await nadia.phone.wait_for(WHY)


# Answers that may be meant for something else


@pytest.mark.parametrize("looks", ["/check", "/orders", "/menu"])
async def test_a_reason_typed_after_something_else_was_shown_is_asked_back(stage: Stage, looks: str) -> None:
    worker, nadia = await asked(stage)
    await nadia.phone.say(looks)
    await nadia.phone.wait_for(lambda now: not now.last.is_mine and WHY not in now.last.text)
    await nadia.phone.say("Dead links")
    screen = await nadia.phone.wait_for(f"Is this the answer to “{WHY}”?")
    assert "«Dead links»" in screen.last.text
    assert (await order_now(stage)).order.status is OrderStatus.UNDER_QA
    await stage.restart()
    await nadia.phone.tap("✅ Yes")
    await nadia.phone.wait_for("❌ Order 1 rejected")
    await worker.phone.wait_for("Dead links")


async def test_no_decides_nothing_and_the_question_stays_open(stage: Stage) -> None:
    _worker, nadia = await asked(stage)
    await nadia.phone.say("/check")
    await nadia.phone.wait_for("1 order waits")
    await nadia.phone.say("hello")
    await tap_when_shown(nadia.phone, "❌ No", "OK, I did not use it.")
    assert (await order_now(stage)).order.status is OrderStatus.UNDER_QA
    await nadia.phone.tap("▶️ Continue: the question")
    await nadia.phone.wait_for(WHY)
    await nadia.phone.tap("✖️ Cancel")
    screen = await nadia.phone.wait_for(lambda now: "✅ Approve all 10" in labels(now.last))
    assert "🔎 Order 1" in screen.last.text


async def test_a_refused_late_answer_leaves_the_plain_question(stage: Stage) -> None:
    _worker, nadia = await asked(stage)
    await nadia.phone.tap("✖️ Cancel")
    await tap_when_shown(nadia.phone, "✂️ Only some", "How many of the 10 do you approve?")
    await nadia.phone.say("/orders")
    await nadia.phone.wait_for("📋 Orders · 1 order")
    await nadia.phone.say("eleven")
    await tap_when_shown(nadia.phone, "✅ Yes", "Type the number in digits, for example 300.")
    await nadia.phone.wait_for("How many of the 10 do you approve?")
    await nadia.phone.say("7")
    await nadia.phone.wait_for("✅ Order 1 approved: 7 of 10")


async def test_a_forwarded_text_is_asked_back(stage: Stage) -> None:
    worker, nadia = await asked(stage)
    await nadia.phone.forward("The client says: dead links")
    await nadia.phone.wait_for("Is this the answer")
    await nadia.phone.say("yes")
    await worker.phone.wait_for("The client says: dead links")


async def test_a_reason_that_the_phone_cuts_in_two_is_refused_whole(stage: Stage) -> None:
    _worker, nadia = await asked(stage)
    await stage.stop()
    await nadia.phone.say("x" * 3900)
    await nadia.phone.say("and this is the tail")
    await stage.start()
    await nadia.phone.wait_for("Is this the answer")
    await stage.settled()
    await nadia.phone.tap("✅ Yes")
    await nadia.phone.wait_for("❌ Order 1 rejected")
    assert (await order_now(stage)).order.decision_note == "x" * 3900 + "\nand this is the tail"


async def _voice(phone: Phone) -> None:
    await phone.send_voice()


async def _sticker(phone: Phone) -> None:
    await phone.send_sticker()


async def _photo(phone: Phone) -> None:
    await phone.send_photo()


@pytest.mark.parametrize(
    ("send", "words"),
    [(_voice, "I cannot listen to voice messages."), (_sticker, "A sticker is not the answer here.")],
)
async def test_each_kind_gets_words_for_the_step(stage: Stage, send: Send, words: str) -> None:
    _worker, nadia = await asked(stage)
    await send(nadia.phone)
    screen = await nadia.phone.wait_for(f"{words} Type it as a text message.")
    assert WHY in screen.last.text
    assert labels(screen.last) == ["The screenshot cannot be read", "✖️ Cancel"]
    await nadia.phone.tap("✖️ Cancel")
    await tap_when_shown(nadia.phone, "✂️ Only some", "How many of the 10")
    await send(nadia.phone)
    await nadia.phone.wait_for(f"{words} Type a number, for example 300.")
    await _photo(nadia.phone)
    screen = await nadia.phone.wait_for("A photo is not the answer here. Type a number, for example 300.")
    assert "How many of the 10" in screen.last.text
    assert (await order_now(stage)).order.status is OrderStatus.UNDER_QA


async def test_refusals_keep_the_question_and_its_buttons(stage: Stage) -> None:
    _worker, nadia = await asked(stage)
    await nadia.phone.say("\u00ad")
    screen = await nadia.phone.wait_for("There is nothing to read in that. Type some words.")
    assert WHY in screen.last.text
    assert labels(screen.last) == ["The screenshot cannot be read", "✖️ Cancel"]


async def test_long_templates_are_read_before_they_are_sent_and_may_be_named_by_number(stage: Stage) -> None:
    words = "The links are all on the same three domains, and <b>none</b> of them is indexed"
    worker, nadia = await stage.worker(), await stage.admin()
    await open_office(stage)
    async with stage.unit() as unit:
        unit.session.add(ReasonTemplate(kind=TemplateKind.REJECT, text=words, position=1))
    await submit(stage, worker)
    screen = await tap_when_shown(nadia.phone, "❌ Reject", WHY)
    assert f"2. {words}" in screen.last.text
    await nadia.phone.say("2")
    await worker.phone.wait_for(f"Nadia writes:\n{words}")


async def test_the_names_of_buttons_may_be_typed(stage: Stage) -> None:
    worker, nadia = await asked(stage)
    await nadia.phone.say("the screenshot CANNOT be read")
    await worker.phone.wait_for("Nadia writes:\nThe screenshot cannot be read")


async def test_names_in_any_script_stay_as_they_are(stage: Stage) -> None:
    worker, nadia = await stage.worker("بلال <b>احمد"), await stage.admin("نادیہ & <i>")
    await open_office(stage)
    await submit(stage, worker, title="روابط <b>10")
    screen = await tap_when_shown(nadia.phone, "❌ Reject", WHY)
    assert "❌ Order 1 · بلال <b>احمد" in screen.last.text
    await nadia.phone.say("روابط <b>مردہ</b> ہیں")
    await nadia.phone.wait_for("“روابط <b>مردہ</b> ہیں”")
    await worker.phone.wait_for("نادیہ & <i> writes:\nروابط <b>مردہ</b> ہیں")
    await nadia.phone.say("/orders")
    screen = await nadia.phone.wait_for("📋 Orders · 1 order")
    assert "❌ 1 · بلال <b>احمد, روابط <b>10" in labels(screen.last)


# Drafts of others


@pytest.mark.parametrize("looks", ["/orders", "card"])
async def test_looking_at_orders_ends_no_draft(stage: Stage, looks: str) -> None:
    await add_categories(stage)
    worker = await stage.worker()
    await to_files(worker.phone)
    await worker.phone.send_photo()
    await worker.phone.wait_for("✅ Done, 1 file")
    await worker.phone.say("/orders")
    await worker.phone.wait_for("You have no orders yet.")
    if looks == "card":
        await submit(stage, worker)
        await worker.phone.say("/orders")
        await tap_when_shown(worker.phone, "⏳ 1 · Ten backlinks", "Order 1 · ⏳ Waiting")
    await worker.phone.send_photo("citation-listing.jpg")
    await worker.phone.wait_for("✅ Done, 2 files")


async def test_checking_ends_no_draft_of_another_form(stage: Stage) -> None:
    """A reason with a picture is set aside while another order's share is asked for, and comes back."""
    worker, nadia = await asked(stage)
    await nadia.phone.send_photo()
    await nadia.phone.wait_for("📎 Kept.")
    await submit(stage, worker, title="Second")
    screen = await nadia.phone.wait_for("Second")
    await nadia.phone.tap("✂️ Only some", message_id=newest(screen, "Second").id)
    await nadia.phone.wait_for("How many of the 10")
    await nadia.phone.say("4")
    await nadia.phone.wait_for("✅ Order 2 approved: 4 of 10")
    await nadia.phone.say("/menu")
    await tap_when_shown(nadia.phone, "▶️ Continue: Reject order 1, 1 photo", WHY)
    await nadia.phone.say("Dead link")
    await nadia.phone.wait_for("❌ Order 1 rejected")
    assert len((await order_now(stage)).pictures) == 1


async def test_a_decision_by_another_copy_closes_the_question(stage: Stage) -> None:
    """The question's message shows what is true, and what is typed then is no reason any more."""
    _worker, nadia = await asked(stage)
    question = newest(await nadia.phone.screen(), WHY).id
    await nadia.phone.say("/check")
    screen = await nadia.phone.wait_for("1 order waits")
    await nadia.phone.tap("✅ Approve all 10", message_id=newest(screen, "1 order waits").id)
    await nadia.phone.wait_for("Nothing to check.")
    await stage.settled()
    shown = {each.id: each.text for each in (await nadia.phone.screen()).messages}
    assert shown[question].startswith("✅ Order 1 approved: all 10")
    await nadia.phone.say("Dead links")
    await nadia.phone.wait_for("I do not know what to do with that")
    async with stage.bot.transactions.reading() as session:
        drafts = (await session.scalars(select(FormDraft.status))).all()
    assert set(drafts) == {DraftStatus.REPLACED}


async def test_a_worker_cannot_open_the_desks_screens(stage: Stage) -> None:
    worker = await stage.worker()
    await open_office(stage)
    order = (await submit(stage, worker, await photo(worker))).order
    about = (order.id, False)
    for tapped in (
        AllOrders(),
        CheckWork(),
        ShowCard(*about),
        ShowFiles(*about),
        ShowPictures(*about),
        ShowTexts(*about),
        Skip(*about),
    ):
        await forge(worker.phone, tapped.pack())
        screen = await worker.phone.wait_for("Your role does not include this.")
        assert "Approve" not in str(screen)
