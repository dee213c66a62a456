"""Submitting a new order: the form, step by step."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from domain.errors import NotFound
from domain.orders.model import Category, OrderStatus
from playground.phone import Phone
from tests.flows.reading import labels
from tests.flows.stage import Member, Stage
from tests.flows.submitting import Desk, add_categories, card_of, to_card, to_files

STEPS = (
    "Which category?",
    "How many did you do?",
    "What is the title?",
    "Which business",
    "Which folder",
    "A note for the admins?",
    "Photos and files?",
    "Is everything right?",
)


@pytest.fixture
async def worker(stage: Stage) -> Member:
    await add_categories(stage)
    return await stage.worker()


async def test_an_order_from_the_button_to_the_admins(stage: Stage) -> None:
    await add_categories(stage)
    worker, admin = await stage.worker(), await stage.admin()
    phone = worker.phone
    await phone.tap("📷 Submit work")
    screen = await phone.wait_for(STEPS[0])
    assert labels(screen.last) == ["Content Writing", "Link Building", "✖️ Cancel"]
    await phone.tap("Link Building")
    await phone.wait_for(STEPS[1])
    for answer, question in zip(("1,500", "Backlinks", "Ace", "October", "On the sheet"), STEPS[2:7], strict=True):
        await phone.say(answer)
        await phone.wait_for(question)
    await phone.send_photo()
    await phone.wait_for("✅ Done, 1 file")
    await phone.send_document("work-report.pdf")
    await phone.wait_for("✅ Done, 2 files")
    await phone.tap("✅ Done, 2 files")
    text = (await phone.wait_for("Is everything right?")).last.text
    for line in (
        "Category: Link Building",
        "Number: 1,500",
        "Title: Backlinks",
        "Business: Ace",
        "Folder: October",
        "Note: On the sheet",
        "Files: 1 photo, 1 file",
    ):
        assert line in text
    await phone.tap("✅ Submit")
    screen = await phone.wait_for("Order 1 is submitted.")
    assert "The admins check it now." in screen.last.text
    assert labels(screen.last) == ["📄 See the order", "📷 Submit another", "🏠 Home"]

    await admin.phone.wait_for(lambda shown: "Order 1" in shown.last.text)
    order = (await card_of(stage)).order
    assert (order.status, order.total_submissions, order.worker_id) == (OrderStatus.UNDER_QA, 1500, worker.id)
    assert [file.original_name for file in (await card_of(stage)).files] == ["photo 1.jpg", "work-report.pdf"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("0", "Type 1 or more"),
        ("-1", "without the minus"),
        ("1.5", "Type a whole number, for example 300."),
        ("1e9", "Type the number in full"),
        ("ten", "Type the number in digits"),
        ("<b>5</b>", "Type the number in digits"),
        ("99999999", "One order takes at most 100,000"),
        ("9" * 60, "One order takes at most 100,000"),
    ],
)
async def test_what_is_no_number_of_submissions_gets_a_sentence(worker: Member, typed: str, sentence: str) -> None:
    phone = worker.phone
    await to_step(phone, 1)
    await phone.say(typed)
    await phone.wait_for(sentence)
    await phone.say("300")
    await phone.wait_for(STEPS[2])


async def to_step(phone: Phone, number: int) -> None:
    """As far as STEPS[number], each answered."""
    await phone.say("/submit")
    await phone.wait_for(STEPS[0])
    if number:
        await phone.tap("Link Building")
        await phone.wait_for(STEPS[1])
    for answer, question in list(zip(("300", "Backlinks", "Ace", "October", "Sheet"), STEPS[2:7], strict=True))[
        : number - 1
    ]:
        await phone.say(answer)
        await phone.wait_for(question)


async def test_back_works_at_each_step_and_keeps_what_was_answered(worker: Member) -> None:
    phone = worker.phone
    await to_step(phone, 6)
    for name, question in zip(
        ("Note", "Folder", "Business", "Title", "Number", "Category"), reversed(STEPS[:6]), strict=True
    ):
        await phone.tap(f"‹ {name}")
        await phone.wait_for(question)
    assert not any(label.startswith("‹ ") for label in labels((await phone.screen()).last))
    for keep, question in zip(
        ("Link Building", "300", "Backlinks", "Ace", "October", "Sheet"), STEPS[1:7], strict=True
    ):
        await phone.tap(f"▶️ Keep “{keep}”")
        await phone.wait_for(question)
    await phone.tap("✅ Done, no files")
    assert "Folder: October" in (await phone.wait_for(STEPS[7])).last.text


async def test_recent_businesses_and_their_folders_are_buttons(stage: Stage, worker: Member) -> None:
    await Desk(stage, worker, worker).submitted()
    phone = worker.phone
    await to_step(phone, 3)
    await phone.tap("Ace Plumbing")
    await phone.wait_for(STEPS[4])
    await phone.tap("October")
    await phone.wait_for(STEPS[5])
    await phone.tap("⏭ Skip")
    await phone.wait_for(STEPS[6])
    await phone.tap("✅ Done, no files")
    text = (await phone.wait_for(STEPS[7])).last.text
    assert "Business: Ace Plumbing" in text
    assert "Folder: October" in text
    assert "Note" not in text


async def test_every_field_can_be_edited_on_the_card(worker: Member) -> None:
    phone = worker.phone
    await to_card(phone)
    changes = [
        ("Number", STEPS[1], "250", "Number: 250"),
        ("Title", STEPS[2], "Guest posts", "Title: Guest posts"),
        ("Business", STEPS[3], "Ace", "Business: Ace"),
        ("Folder", STEPS[4], "May", "Folder: May"),
        ("Note", STEPS[5], "Hello", "Note: Hello"),
    ]
    for field, question, answer, line in changes:
        await phone.tap("✏️ Change")
        await phone.wait_for("What do you want to change?")
        await phone.tap(field)
        await phone.wait_for(question)
        await phone.say(answer)
        await phone.wait_for(line)
    await phone.tap("✏️ Change")
    await phone.wait_for("What do you want to change?")
    await phone.tap("Category")
    await phone.wait_for(STEPS[0])
    await phone.tap("Content Writing")
    await phone.wait_for("Category: Content Writing")
    await phone.tap("✏️ Change")
    await phone.wait_for("What do you want to change?")
    await phone.tap("Note")
    await phone.wait_for("A note for the admins?")
    await phone.tap("🗑 Leave it empty")
    assert "Note" not in (await phone.wait_for(STEPS[7])).last.text
    await phone.tap("✏️ Change")
    await phone.wait_for("What do you want to change?")
    await phone.tap("‹ Back")
    await phone.wait_for(STEPS[7])


async def test_what_people_type_is_shown_and_never_obeyed(stage: Stage, worker: Member) -> None:
    phone = worker.phone
    await to_card(phone, title="<b>Bold</b> & <a href='x'>&amp;")
    assert "Title: <b>Bold</b> & <a href='x'>&amp;" in (await phone.screen()).last.text
    await phone.tap("✅ Submit")
    await phone.wait_for("is submitted")
    assert (await card_of(stage)).order.title == "<b>Bold</b> & <a href='x'>&amp;"


async def test_a_long_note_is_kept_whole_and_one_too_long_is_refused(stage: Stage, worker: Member) -> None:
    phone = worker.phone
    await to_step(phone, 5)
    await phone.say("x" * 4050)
    await phone.wait_for("That has 4,050 characters. The most is 4,000.")
    # Somebody shortens it; what comes within two seconds would be the tail of a text that the phone has split.
    await stage.playground.advance(10)
    note = "word & " * 570
    await phone.say(note)
    await phone.wait_for(STEPS[6])
    await phone.tap("✅ Done, no files")
    await phone.wait_for("(the beginning of 3,989 characters)")
    await phone.tap("✅ Submit")
    await phone.wait_for("is submitted")
    assert (await card_of(stage)).order.note == note.strip()


async def test_a_title_of_nothing_or_of_too_much_is_refused(worker: Member) -> None:
    phone = worker.phone
    await to_step(phone, 2)
    await phone.say("\u200d\u2060\u200d")
    await phone.wait_for("nothing to read")
    await phone.say("x" * 256)
    await phone.wait_for("That has 256 characters. The most is 255.")


async def test_the_draft_survives_a_restart(stage: Stage, worker: Member) -> None:
    phone = worker.phone
    await to_files(phone)
    await phone.send_photo()
    await phone.wait_for("✅ Done, 1 file")
    await stage.stop()
    await phone.send_document("work-report.pdf")
    await stage.start()
    await phone.wait_for("✅ Done, 2 files")
    await stage.restart()
    await phone.tap("✅ Done, 2 files")
    await phone.wait_for(STEPS[7])
    await stage.restart()
    await phone.tap("✅ Submit")
    await phone.wait_for("Order 1 is submitted.")
    assert len((await card_of(stage)).files) == 2


async def test_two_taps_on_submit_are_one_order(stage: Stage, worker: Member) -> None:
    phone = worker.phone
    await to_card(phone)
    await stage.stop()
    await phone.tap("✅ Submit")
    await phone.tap("✅ Submit")
    await stage.start()
    await phone.wait_for("This order was submitted already.")
    assert "Order 1 is submitted." in (await phone.screen()).last.text
    with pytest.raises(NotFound):
        await card_of(stage, 2)


async def test_the_question_is_always_the_last_message_and_older_ones_are_gone(stage: Stage, worker: Member) -> None:
    phone = worker.phone
    await to_step(phone, 4)
    await stage.settled()
    screen = await phone.screen()
    assert [message.id for message in screen.messages if "✖️ Cancel" in labels(message)] == [screen.last.id]
    assert "Title: Backlinks" in screen.last.text


async def test_a_button_of_an_earlier_question_shows_where_we_are(stage: Stage, worker: Member) -> None:
    """The second tap reaches a bot that has gone on already."""
    phone = worker.phone
    await to_step(phone, 3)
    await stage.stop()
    await phone.tap("⏭ Skip")
    await phone.tap("⏭ Skip")
    await stage.start()
    await phone.wait_for("This button is from an earlier question.")
    await phone.wait_for(STEPS[4])


async def test_cancel_can_be_taken_back(worker: Member) -> None:
    phone = worker.phone
    await to_card(phone)
    await phone.tap("✖️ Cancel")
    await phone.wait_for("Cancelled: Backlinks for Ace Plumbing. Nothing was changed.")
    await phone.tap("↩️ Bring it back")
    await phone.wait_for(STEPS[7])
    await phone.tap("✅ Submit")
    await phone.wait_for("Order 1 is submitted.")


async def test_an_unfinished_draft_is_not_thrown_away_unasked(worker: Member) -> None:
    phone = worker.phone
    await to_step(phone, 3)
    await phone.say("/submit")
    await phone.wait_for("You have not finished this: Backlinks.")
    await phone.tap("▶️ Continue: Backlinks")
    await phone.wait_for(STEPS[3])
    await phone.say("/submit")
    await phone.wait_for("You have not finished this: Backlinks.")
    await phone.tap("🗑 Delete it, start new")
    screen = await phone.wait_for(STEPS[0])
    assert "▶️ Keep “Link Building”" not in labels(screen.last)


async def test_without_categories_the_admin_has_to_add_them(stage: Stage) -> None:
    worker = await stage.worker()
    await worker.phone.say("/submit")
    await worker.phone.wait_for("Ask your admin to add them")
    await worker.phone.tap("🔄 Try again")
    await worker.phone.wait_for("Ask your admin to add them")
    await add_categories(stage)
    await worker.phone.tap("🔄 Try again")
    await worker.phone.wait_for(STEPS[0])


async def test_a_category_that_takes_no_more_orders(stage: Stage, worker: Member) -> None:
    phone = worker.phone
    await phone.say("/submit")
    await phone.wait_for(STEPS[0])
    await switch_off(stage, "Content Writing")
    await phone.tap("Content Writing")
    await phone.wait_for(lambda shown: labels(shown.last) == ["Link Building", "✖️ Cancel"])
    await phone.tap("✖️ Cancel")
    await phone.wait_for("OK, nothing changed.")
    await to_card(phone)
    await switch_off(stage, "Link Building")
    await phone.tap("✅ Submit")
    await phone.wait_for("This category takes no new orders. Tap Change and choose another one.")
    assert "✅ Submit" in labels((await phone.screen()).last)


async def switch_off(stage: Stage, name: str) -> None:
    async with stage.unit() as unit:
        await unit.session.execute(update(Category).where(Category.name == name).values(is_active=False))


async def test_an_admin_does_not_submit(stage: Stage) -> None:
    await add_categories(stage)
    admin = await stage.admin()
    await admin.phone.say("/submit")
    screen = await admin.phone.wait_for("Your role does not include this.")
    assert labels(screen.last) == ["🏠 Home"]


async def test_many_categories_with_long_names_fit(stage: Stage) -> None:
    names = [f"Category number {number} with quite a long name" for number in range(20)]
    await add_categories(stage, *names)
    worker = await stage.worker()
    await worker.phone.say("/submit")
    screen = await worker.phone.wait_for(STEPS[0])
    assert len(screen.last.buttons) == 21
