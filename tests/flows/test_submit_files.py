"""Photos, albums and documents of an order that is being submitted."""

from __future__ import annotations

import pytest

from domain.orders.drafts import MAX_FILES
from playground.phone import Phone, Screen, ShownMessage
from tests.flows.reading import labels
from tests.flows.stage import Stage
from tests.flows.submitting import PICTURES, add_categories, card_of, to_files
from tests.flows.talking import tap_when_shown


@pytest.fixture
async def phone(stage: Stage) -> Phone:
    """At the files."""
    await add_categories(stage)
    worker = await stage.worker()
    await to_files(worker.phone)
    return worker.phone


def counters(screen: Screen) -> list[ShownMessage]:
    """Messages with a Done."""
    return [each for each in screen.messages if any("✅ Done" in button.text for button in each.buttons)]


async def test_files_come_one_by_one_and_one_message_counts_them(stage: Stage, phone: Phone) -> None:
    await phone.send_photo(PICTURES[0])
    await phone.wait_for("✅ Done, 1 file")
    await phone.send_photo(PICTURES[1])
    await phone.wait_for("✅ Done, 2 files")
    await phone.send_document("work-report.pdf")
    await phone.wait_for("✅ Done, 3 files")
    await stage.settled()
    screen = await phone.screen()
    assert [each.id for each in counters(screen)] == [screen.last.id]
    await phone.tap("↩️ Remove the last one")
    await tap_when_shown(phone, "✅ Done, 2 files", "Files: 2 photos")
    await phone.tap("✅ Submit")
    await phone.wait_for("Order 1 is submitted.")
    assert [file.original_name for file in (await card_of(stage)).files] == ["photo 1.jpg", "photo 2.jpg"]


async def test_an_album_is_answered_by_one_message(stage: Stage, phone: Phone) -> None:
    before = await phone.screen()
    await phone.send_album(PICTURES)
    screen = await phone.wait_for("✅ Done, 3 files")
    await stage.settled()
    assert len(counters(screen)) == 1
    assert len([each for each in screen.messages if not each.is_mine]) == len(
        [each for each in before.messages if not each.is_mine]
    )
    await phone.send_album(["work-report.pdf", "backlinks.csv"], kind="document")
    await phone.wait_for("✅ Done, 5 files")
    await stage.settled()
    screen = await phone.screen()
    assert [each.id for each in counters(screen)] == [screen.last.id]


async def test_the_same_file_twice_counts_once(phone: Phone) -> None:
    own = await phone.send_photo()
    await phone.wait_for("✅ Done, 1 file")
    await phone.forward(message_id=own)
    screen = await phone.wait_for("✅ Done, 1 file")
    assert "↩️ Remove the last one" in labels(screen.last)


async def test_all_files_can_be_removed_again(phone: Phone) -> None:
    await phone.send_photo()
    await phone.wait_for("✅ Done, 1 file")
    await phone.tap("↩️ Remove the last one")
    screen = await phone.wait_for("✅ Done, no files")
    assert "↩️ Remove the last one" not in labels(screen.last)


async def test_a_file_over_the_limit_is_refused_with_the_limit(phone: Phone) -> None:
    await phone.send_document(("<i>raw.zip", b"\0" * (20 * 1024 * 1024 + 1)))
    screen = await phone.wait_for("20 MB is the most")
    assert "<i>raw.zip has 20.0 MB" in screen.last.text
    assert "✅ Done, no files" in labels(screen.last)
    await phone.send_document("work-report.pdf")
    await phone.wait_for("✅ Done, 1 file")


async def test_with_a_local_server_the_limit_is_another(stage: Stage, phone: Phone) -> None:
    await stage.stop()
    stage.settings = stage.settings.model_copy(update={"telegram_api_local": True})
    await stage.start()
    await phone.send_document(("raw.zip", b"\0" * (20 * 1024 * 1024 + 1)))
    screen = await phone.wait_for("✅ Done, 1 file")
    assert "files of 2 GB" in screen.last.text


async def test_more_files_than_an_order_takes(stage: Stage, phone: Phone) -> None:
    for number in range(3):
        documents = [(f"{number}-{each}.txt", f"{number} {each}".encode()) for each in range(10)]
        await phone.send_album(documents, kind="document")
        await phone.wait_for(f"✅ Done, {10 * (number + 1)} files")
    assert MAX_FILES == 30
    await phone.send_album([("a.txt", b"a"), ("b.txt", b"b")], kind="document")
    await phone.wait_for("30 files are the most")
    await stage.settled()
    assert len(counters(await phone.screen())) == 1
    await phone.tap("✅ Done, 30 files")
    await phone.wait_for("Files: 30 files")


async def test_what_is_no_photo_and_no_file_gets_words_for_this_step(phone: Phone) -> None:
    await phone.share_contact()
    screen = await phone.wait_for("I take photos and files.")
    assert "✅ Done, no files" in labels(screen.last)
    await phone.send_voice()
    await phone.wait_for("I take photos and files.")
    await phone.say("that is all")
    await phone.wait_for("Send photos or files, or tap Done.")
    await phone.say("done")
    await phone.wait_for("Is everything right?")


async def test_a_caption_goes_into_the_note(stage: Stage, phone: Phone) -> None:
    await phone.send_album(PICTURES, caption="Read this!")
    await phone.wait_for("✅ Done, 3 files")
    await stage.settled()
    await phone.send_photo(caption="And this")
    await phone.wait_for("✅ Done, 4 files")
    await phone.tap("✅ Done, 4 files")
    screen = await phone.wait_for("Is everything right?")
    assert "Note: Read this!\nAnd this" in screen.last.text


async def test_a_photo_at_the_card_is_added(phone: Phone) -> None:
    await phone.tap("✅ Done, no files")
    await phone.wait_for("Is everything right?")
    await phone.send_album(PICTURES)
    screen = await phone.wait_for("Files: 3 photos")
    assert len([each for each in screen.messages if "Is everything right?" in each.text]) == 1


async def test_photos_before_their_step_are_kept(stage: Stage) -> None:
    await add_categories(stage)
    phone = (await stage.worker()).phone
    await phone.say("/submit")
    await phone.wait_for("Which category?")
    await phone.send_album(PICTURES)
    await phone.wait_for("📎 Kept.")
    await stage.settled()
    screen = await phone.screen()
    assert len([each for each in screen.messages if "📎 Kept." in each.text]) == 1
    await phone.tap("Link Building")
    await phone.wait_for("How many")
    await phone.say("3")
    await phone.wait_for("title")
    await phone.say("Links")
    for question in ("business", "folder", "note"):
        await phone.wait_for(question)
        await phone.tap("⏭ Skip")
    await phone.wait_for("✅ Done, 3 files")
