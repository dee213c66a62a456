"""The form engine through a phone: drafts that nothing ends but their owner, and answers of every kind."""

from __future__ import annotations

import pytest

from playground.phone import Phone, Screen
from tests.flows.reading import labels, newest
from tests.flows.stage import Stage
from tests.flows.submitting import add_categories, card_of, to_card, to_files


@pytest.fixture
async def phone(stage: Stage) -> Phone:
    """A worker's, at home."""
    await add_categories(stage)
    return (await stage.worker()).phone


async def to_number(phone: Phone) -> None:
    await phone.say("/submit")
    await phone.wait_for("Which category?")
    await phone.tap("Link Building")
    await phone.wait_for("How many did you do?")


def question(screen: Screen) -> str:
    """The text of the form's message."""
    return newest(screen, "New order").text


# Drafts


@pytest.mark.parametrize("looks", ["/menu", "/help"])
async def test_looking_at_something_else_ends_no_draft(phone: Phone, looks: str) -> None:
    """A draft with nine photos vanished on a look at /earnings."""
    await to_files(phone)
    await phone.send_album(["backlink-screenshot.jpg", "citation-listing.jpg"])
    await phone.wait_for("✅ Done, 2 files")
    await phone.say(looks)
    await phone.wait_for(lambda screen: not screen.last.is_mine)
    await phone.send_photo("rankings-chart.jpg")
    await phone.wait_for("✅ Done, 3 files")
    await phone.tap("✅ Done, 3 files")
    await phone.wait_for("Is everything right?")


async def test_home_says_what_is_not_finished_and_leads_back(stage: Stage, phone: Phone) -> None:
    await to_files(phone)
    await phone.say("/menu")
    await phone.wait_for("✏️ Not finished: Backlinks for Ace Plumbing")
    await stage.restart()
    await phone.tap("▶️ Continue: Backlinks for Ace Plumbing")
    await phone.wait_for("Photos and files?")
    await stage.settled()
    screen = await phone.screen()
    assert [each.id for each in screen.messages if "Photos and files?" in each.text] == [screen.last.id]


async def test_a_draft_says_since_when_it_is_open_if_not_today(stage: Stage, phone: Phone) -> None:
    await to_files(phone)
    assert "open since" not in question(await phone.screen())
    stage.clock.advance(days=1)
    await phone.say("/menu")
    await phone.wait_for("Not finished")
    await phone.tap("▶️ Continue: Backlinks for Ace Plumbing")
    await phone.wait_for("open since Tue 10 Nov")


async def test_cancel_by_command_and_bring_back_after_a_restart(stage: Stage, phone: Phone) -> None:
    await to_card(phone)
    await phone.say("/cancel")
    await phone.wait_for("Cancelled: Backlinks for Ace Plumbing. Nothing was changed.")
    await stage.restart()
    await phone.tap("↩️ Bring it back")
    await phone.wait_for("Is everything right?")
    await phone.say("/cancel")
    await phone.wait_for("Cancelled")
    await phone.say("/cancel")
    await phone.wait_for("No form is open.")


async def test_a_closed_forms_old_buttons_say_what_became_of_it(stage: Stage, phone: Phone) -> None:
    await to_card(phone)
    await stage.stop()
    await phone.tap("✖️ Cancel")
    await phone.tap("✅ Submit")
    await stage.start()
    await phone.wait_for("This form was cancelled. Nothing was sent.")


async def test_a_form_in_which_nothing_was_filled_in_leaves_nothing_behind(phone: Phone) -> None:
    await phone.say("/submit")
    await phone.wait_for("Which category?")
    await phone.say("/menu")
    screen = await phone.wait_for("⚙️ More")
    assert "Not finished" not in screen.last.text


# Answers that come late


async def test_an_old_question_does_not_eat_an_unrelated_message(stage: Stage, phone: Phone) -> None:
    await to_number(phone)
    stage.clock.advance(hours=3)
    await phone.say("12")
    await phone.wait_for("Is this the answer to “How many did you do?”?")
    await phone.tap("❌ No")
    await phone.wait_for("OK, I did not use it. The question is still open.")
    await phone.tap("▶️ Continue: Link Building")
    await phone.wait_for("How many did you do?")
    await phone.say("340")
    await phone.wait_for("What is the title?")
    assert "Number: 340" in question(await phone.screen())


async def test_a_late_answer_is_taken_once_it_is_confirmed(stage: Stage, phone: Phone) -> None:
    await to_number(phone)
    stage.clock.advance(hours=3)
    await phone.say("12")
    await phone.wait_for("Is this the answer")
    await stage.restart()
    await phone.tap("✅ Yes")
    await phone.wait_for("What is the title?")
    assert "Number: 12" in question(await phone.screen())


async def test_late_photos_are_asked_about_once_and_all_kept(stage: Stage, phone: Phone) -> None:
    await to_files(phone)
    stage.clock.advance(hours=3)
    await phone.send_album(["backlink-screenshot.jpg", "citation-listing.jpg", "rankings-chart.jpg"])
    await phone.wait_for("Is this the answer")
    await stage.settled()
    screen = await phone.screen()
    assert len([each for each in screen.messages if "Is this the answer" in each.text]) == 1
    await phone.say("yes")
    await phone.wait_for("✅ Done, 3 files")


# Kinds of input


async def send(phone: Phone, kind: str) -> None:
    match kind:
        case "voice":
            await phone.send_voice()
        case "video":
            await phone.send_video()
        case "video note":
            await phone.send_video_note()
        case "sticker":
            await phone.send_sticker()
        case "animation":
            await phone.send_animation()
        case "audio":
            await phone.send_audio()
        case "location":
            await phone.send_location()
        case "poll":
            await phone.send_poll()
        case "contact":
            await phone.share_contact()


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("voice", "I cannot listen to voice messages. Type a number, for example 300."),
        ("video", "I cannot watch videos. Type a number, for example 300."),
        ("video note", "I cannot watch videos. Type a number, for example 300."),
        ("sticker", "A sticker is not the answer here. Type a number, for example 300."),
        ("animation", "An animation is not the answer here. Type a number, for example 300."),
        ("audio", "I cannot listen to music or recordings. Type a number, for example 300."),
        ("location", "A place on the map is not the answer here. Type a number, for example 300."),
        ("poll", "A poll is not the answer here. Type a number, for example 300."),
        ("contact", "A contact is not the answer here. Type a number, for example 300."),
    ],
)
async def test_each_kind_of_input_gets_words_for_the_step(phone: Phone, kind: str, words: str) -> None:
    await to_number(phone)
    await send(phone, kind)
    screen = await phone.wait_for(words)
    assert "How many did you do?" in screen.last.text
    assert "✖️ Cancel" in labels(screen.last)


async def test_the_name_of_a_button_may_be_typed(phone: Phone) -> None:
    await phone.say("/submit")
    await phone.wait_for("Which category?")
    await phone.say("video scripts")
    screen = await phone.wait_for("There is no “video scripts” here. Tap one of the buttons.")
    assert "Link Building" in labels(screen.last)
    await phone.say("LINK  building")
    await phone.wait_for("How many did you do?")


@pytest.mark.parametrize("word", ["skip", "no", "-", "Skip"])
async def test_skip_may_be_typed(phone: Phone, word: str) -> None:
    await to_number(phone)
    await phone.say("5")
    await phone.wait_for("What is the title?")
    await phone.say("Links")
    await phone.wait_for("Which business")
    await phone.say(word)
    await phone.wait_for("Which folder")
    assert "Business" not in question(await phone.screen())


async def test_refusals_keep_the_question_and_its_buttons(phone: Phone) -> None:
    await to_number(phone)
    await phone.say("0")
    screen = await phone.wait_for("Type 1 or more")
    assert "How many did you do?" in screen.last.text
    assert labels(screen.last) == ["‹ Category", "✖️ Cancel"]


async def test_a_caption_at_a_text_step_is_the_answer(phone: Phone) -> None:
    await to_number(phone)
    await phone.send_photo(caption="300")
    await phone.wait_for("What is the title?")
    assert "Number: 300" in question(await phone.screen())


async def test_text_with_a_slash_that_is_no_command_is_text(phone: Phone) -> None:
    await to_number(phone)
    await phone.say("5")
    await phone.wait_for("What is the title?")
    await phone.say("/r/gardening posts")
    await phone.wait_for("Which business")
    assert "Title: /r/gardening posts" in question(await phone.screen())


async def test_a_link_behind_a_word_is_kept(phone: Phone) -> None:
    await to_number(phone)
    await phone.say("5")
    await phone.wait_for("What is the title?")
    await phone.say("See the sheet", links={"sheet": "https://example.com/sheet"})
    await phone.wait_for("Which business")
    assert "Title: See the sheet (https://example.com/sheet)" in question(await phone.screen())


async def test_service_messages_are_met_with_silence(stage: Stage, phone: Phone) -> None:
    await to_number(phone)
    before = (await phone.screen()).last.id
    await phone.service("timer")
    await stage.settled()
    assert [each.id for each in (await phone.screen()).messages if not each.is_mine and each.id > before] == []


# Edited messages


async def test_editing_an_answer_changes_the_field(phone: Phone) -> None:
    await to_number(phone)
    sent = await phone.say("20")
    await phone.wait_for("What is the title?")
    await phone.edit(sent, "30")
    screen = await phone.wait_for("Changed. Number: 30")
    assert "What is the title?" in screen.last.text
    await phone.edit(sent, "many")
    await phone.wait_for("Type the number in digits")
    assert "Number: 30" in question(await phone.screen())


async def test_other_edits_are_not_seen_and_a_command_never_runs_again(phone: Phone) -> None:
    sent = await phone.say("/help")
    await phone.wait_for("I am the back office")
    await phone.edit(sent, "/submit")
    await phone.wait_for("I do not see changes to old messages.")
    assert "Which category?" not in str(await phone.screen())


# Texts that the phone cuts in two


async def test_the_tail_of_a_long_text_is_never_taken_alone(stage: Stage, phone: Phone) -> None:
    await to_number(phone)
    await phone.say("5")
    await phone.wait_for("What is the title?")
    await stage.stop()
    await phone.say("x" * 4096)
    await phone.say("and this is the tail")
    await stage.start()
    await phone.wait_for("Your phone sent that text in two parts: 4,117 characters. 255 is the most.")
    assert "What is the title?" in question(await phone.screen())
    assert "tail" not in question(await phone.screen())


async def test_the_parts_of_a_note_that_fits_are_joined(stage: Stage, phone: Phone) -> None:
    await to_number(phone)
    for answer, asked in (("5", "What is the title?"), ("Links", "Which business"), ("-", "Which folder")):
        await phone.say(answer)
        await phone.wait_for(asked)
    await phone.say("-")
    await phone.wait_for("A note for the admins?")
    await stage.stop()
    await phone.say("a" * 3000)
    await phone.say("the end")
    await stage.start()
    await phone.wait_for("Photos and files?")
    await stage.settled()
    await phone.tap("✅ Done, no files")
    await phone.wait_for("Is everything right?")
    await phone.tap("✅ Submit")
    await phone.wait_for("is submitted")
    assert (await card_of(stage)).order.note == "a" * 3000 + "\nthe end"


# Outside of forms


async def test_an_album_outside_of_a_form_is_answered_once(stage: Stage, phone: Phone) -> None:
    await phone.send_album(["backlink-screenshot.jpg", "citation-listing.jpg", "rankings-chart.jpg"])
    await phone.wait_for("I do not know what to do with that.")
    await stage.settled()
    screen = await phone.screen()
    assert len([each for each in screen.messages if "I do not know" in each.text]) == 1


async def test_receipts_keep_their_text_and_the_next_screen_comes_below(phone: Phone) -> None:
    await to_card(phone)
    await phone.tap("✅ Submit")
    receipt = (await phone.wait_for("Order 1 is submitted.")).last.id
    await phone.tap("📷 Submit another")
    screen = await phone.wait_for("Which category?")
    assert screen.last.id > receipt
    assert any("Order 1 is submitted." in each.text for each in screen.messages)
