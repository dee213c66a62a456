"""What is sent where a password is asked for: it goes away from the chat, and nothing keeps it."""

from __future__ import annotations

import pytest

from domain.access import SYSTEM
from playground.phone import Phone
from tests.flows.account_help import (
    ASKED_FOR_PASSWORD,
    CLOSED,
    accept,
    give_password,
    kept_in_the_database,
    to_password,
    token_for,
    type_log_in,
)
from tests.flows.reading import labels, shows
from tests.flows.stage import PASSWORD, Stage

EXPIRED = "A password step closes after ten minutes. I deleted your message, in case it was your password."


async def send(phone: Phone, way: str, secret: str) -> int:
    match way:
        case "text":
            return await phone.say(secret)
        case "caption":
            return await phone.send_photo(caption=secret)
        case "forward":
            return await phone.forward(secret)
    raise ValueError(way)


@pytest.mark.parametrize("way", ["text", "caption", "forward"])
async def test_a_password_in_each_way_is_taken_and_deleted(stage: Stage, way: str) -> None:
    worker, phone = await stage.worker(), await stage.stranger()
    await give_password(stage, worker)
    await to_password(phone, worker.email)
    typed = await send(phone, way, PASSWORD)
    assert not shows(await phone.wait_for("Hello Ayesha"), typed)
    assert PASSWORD not in await kept_in_the_database(stage)


@pytest.mark.parametrize("way", ["text", "caption", "forward"])
async def test_a_password_after_ten_minutes_is_deleted_and_asked_for_again(stage: Stage, way: str) -> None:
    worker, phone = await stage.worker(), await stage.stranger()
    await give_password(stage, worker)
    await to_password(phone, worker.email)
    stage.clock.advance(minutes=10, seconds=1)
    typed = await send(phone, way, PASSWORD)
    screen = await phone.wait_for(EXPIRED)
    assert not shows(screen, typed)
    assert ASKED_FOR_PASSWORD in screen.last.text
    assert labels(screen.last) == ["‹ E-mail", "✖️ Cancel"]
    assert PASSWORD not in await kept_in_the_database(stage)
    await phone.say(PASSWORD)
    await phone.wait_for("Hello Ayesha")


@pytest.mark.parametrize("minutes", [1, 11])
async def test_a_message_that_is_edited_into_a_password_is_deleted(stage: Stage, minutes: int) -> None:
    worker, phone = await stage.worker(), await stage.stranger()
    await give_password(stage, worker)
    typed = await phone.say("hello")
    await phone.wait_for(CLOSED)
    await to_password(phone, worker.email)
    stage.clock.advance(minutes=minutes)
    await phone.edit(typed, PASSWORD)
    screen = await phone.wait_for("I do not see changes to old messages.")
    assert not shows(screen, typed)
    assert ASKED_FOR_PASSWORD in screen.last.text
    assert PASSWORD not in await kept_in_the_database(stage)


async def test_the_address_may_still_be_mended_by_an_edit(stage: Stage) -> None:
    worker, phone = await stage.worker(), await stage.stranger()
    await give_password(stage, worker)
    await phone.say("/login")
    await phone.wait_for("e-mail address")
    typed = await phone.say("wrong@example.com")
    await phone.wait_for(ASKED_FOR_PASSWORD)
    await phone.edit(typed, worker.email)
    await phone.wait_for(f"Changed. E-mail: {worker.email}")
    await phone.say(PASSWORD)
    await phone.wait_for("Hello Ayesha")


async def test_what_is_no_text_is_answered_with_the_question(stage: Stage) -> None:
    phone = await stage.stranger()
    await to_password(phone, "a@example.com")
    await phone.send_voice()
    screen = await phone.wait_for("I cannot listen to voice messages. Type the password as a text message.")
    assert ASKED_FOR_PASSWORD in screen.last.text


async def test_a_refused_log_in_keeps_the_question_and_its_buttons(stage: Stage) -> None:
    phone = await stage.stranger()
    await type_log_in(phone, "a@example.com", "wrong-and-wrong")
    screen = await phone.wait_for("Wrong e-mail or password.")
    assert "E-mail: a@example.com" in screen.last.text
    assert ASKED_FOR_PASSWORD in screen.last.text
    assert labels(screen.last) == ["‹ E-mail", "✖️ Cancel"]


async def test_a_password_typed_after_the_account_moved_to_another_chat_is_deleted(stage: Stage) -> None:
    worker, phone = await stage.worker("Ayesha"), await stage.stranger("New phone")
    await give_password(stage, worker)
    await worker.phone.say("/password")
    await worker.phone.wait_for("Type your current password")
    async with stage.unit() as unit:
        token = (await stage.accounts(unit).invite_again(worker.id, actor=SYSTEM)).token
    await accept(phone, token)
    await worker.phone.wait_for("was opened in another chat")
    typed = await worker.phone.say(PASSWORD)
    assert not shows(await worker.phone.wait_for(CLOSED), typed)
    assert PASSWORD not in await kept_in_the_database(stage)


async def test_whoever_takes_over_a_chat_at_a_password_step_is_not_asked(stage: Stage) -> None:
    worker = await stage.worker("Ayesha")
    await worker.phone.say("/password")
    await worker.phone.wait_for("Type a password")
    await accept(worker.phone, await token_for(stage))
    await worker.phone.wait_for("Hello Bilal")
    said = await worker.phone.say("good morning")
    assert shows(await worker.phone.wait_for("I do not know what to do with that."), said)


# Forms of people who are logged out


async def test_a_form_waits_for_its_owner_to_log_in_again(stage: Stage) -> None:
    admin = await stage.admin("Nadia")
    await give_password(stage, admin)
    await admin.phone.say("/invite")
    await admin.phone.wait_for("Who is it?")
    await admin.phone.tap("👷 Worker")
    await admin.phone.wait_for("Type the name")
    await admin.phone.say("Bilal")
    question = (await admin.phone.wait_for("Type the e-mail address")).last.id
    await admin.phone.say("/logout")
    await admin.phone.wait_for("You are logged out")
    await admin.phone.say("bilal@example.com")
    await admin.phone.wait_for("You are logged out")
    await admin.phone.tap("‹ Name", message_id=question)
    await admin.phone.wait_for("You are logged out")
    await admin.phone.say("/cancel")
    await admin.phone.wait_for("You are logged out")
    await to_password(admin.phone, admin.email)
    await admin.phone.tap("‹ Name", message_id=question)
    await admin.phone.wait_for("You are logged out")
    await admin.phone.say(PASSWORD)
    await admin.phone.wait_for("✏️ Not finished: Invite for Bilal")
    await admin.phone.tap("▶️ Continue: Invite for Bilal")
    await admin.phone.wait_for("Type the e-mail address of Bilal")
