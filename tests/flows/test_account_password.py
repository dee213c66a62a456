"""/password, through phones."""

from __future__ import annotations

from dataclasses import replace

from playground.phone import Screen
from tests.flows.account_help import give_password, kept_in_the_database
from tests.flows.reading import labels, shows
from tests.flows.stage import PASSWORD, Member, Stage

OTHER = "seven-Plum-orbit-gravel"


async def asked_for_new(member: Member, current: str = PASSWORD) -> int:
    """Walks to the step of the new password; the number of the message with the current one."""
    await member.phone.say("/password")
    await member.phone.wait_for("current password")
    typed = await member.phone.say(current)
    await member.phone.wait_for("Now type the new password")
    return typed


async def test_the_first_password(stage: Stage) -> None:
    worker = await stage.worker()
    await worker.phone.say("/password")
    await worker.phone.wait_for(f"Type a password for {worker.email}")
    typed = await worker.phone.say(PASSWORD)
    screen = await worker.phone.wait_for("Your password is set")
    assert not shows(screen, typed)
    assert PASSWORD not in await kept_in_the_database(stage)
    await worker.phone.tap("🏠 Home")
    await worker.phone.wait_for("Hello")


async def test_a_new_password_takes_the_current_one(stage: Stage) -> None:
    worker = await stage.worker()
    await give_password(stage, worker)
    current = await asked_for_new(worker)
    new = await worker.phone.say(OTHER)
    screen = await worker.phone.wait_for("Your password is changed")
    assert not shows(screen, current)
    assert not shows(screen, new)
    kept = await kept_in_the_database(stage)
    assert PASSWORD not in kept
    assert OTHER not in kept
    await asked_for_new(worker, OTHER)


async def test_a_wrong_current_password(stage: Stage) -> None:
    worker = await stage.worker()
    await give_password(stage, worker)
    await asked_for_new(worker, "not-this-one")
    await worker.phone.say(OTHER)
    await worker.phone.wait_for("That is not your current password")
    await worker.phone.say(PASSWORD)
    await worker.phone.wait_for("Now type the new password")
    await worker.phone.say(OTHER)
    await worker.phone.wait_for("Your password is changed")


async def test_wrong_current_passwords_lock_as_log_ins_do(stage: Stage) -> None:
    worker = await stage.worker()
    await give_password(stage, worker)
    await worker.phone.say("/password")
    await worker.phone.wait_for("current password")
    for n in range(5):
        await worker.phone.say(f"wrong-{n}")
        await worker.phone.wait_for("Now type the new password")
        await worker.phone.say(OTHER)
        await worker.phone.wait_for("not your current password" if n < 4 else "Try again after 10 Nov, 12:15")


async def test_what_is_no_good_password_is_said_deleted_and_asked_again(stage: Stage) -> None:
    worker = await stage.worker("Ayesha")
    await worker.phone.say("/password")
    await worker.phone.wait_for("Type a password")
    # None of them is part of a word that the bot says: an answer is in the database until it is marked.
    answers = {
        "brief": "Type at least 10 characters. This password has 5",
        "x" * 73: "The most is 72 characters. This one has 73",
        "سمندر کے کنارے ایک پرانا گھر اور نیلا آسمان ہے": "letters other than a to z",
        "password123": "Many people use it",
        "ayesha2026": "made of your name",
        "abcdefghijkl": "too easy to guess",
        "<u>": "This password has 3",
    }
    for bad, sentence in answers.items():
        typed = await worker.phone.say(bad)
        screen = await worker.phone.wait_for(sentence)
        assert not shows(screen, typed)
        assert f"Type a password for {worker.email}" in screen.last.text
        assert labels(screen.last) == ["✖️ Cancel"]
    kept = await kept_in_the_database(stage)
    assert not any(bad in kept for bad in answers)
    await worker.phone.say(PASSWORD)
    await worker.phone.wait_for("Your password is set")


async def test_a_bug_does_not_leave_the_password_in_the_chat(stage: Stage) -> None:
    worker = await stage.worker()
    await worker.phone.say("/password")
    await worker.phone.wait_for("Type a password")
    data = stage.bot.application.bot_data
    tools = data["tools"]
    data["tools"] = replace(tools, passwords=None)  # whatever uses it now fails
    typed = await worker.phone.say(PASSWORD)
    screen = await worker.phone.wait_for("Something went wrong on our side")
    assert not shows(screen, typed)
    assert PASSWORD not in await kept_in_the_database(stage)
    data["tools"] = tools
    await worker.phone.say(PASSWORD)
    await worker.phone.wait_for("Your password is set")


async def test_a_restart_asks_for_the_current_password_once_more(stage: Stage) -> None:
    """It is remembered in memory alone: a draft is a row in the database."""
    worker = await stage.worker()
    await give_password(stage, worker)
    await asked_for_new(worker)
    await stage.restart()
    typed = await worker.phone.say(OTHER)
    assert not shows(await worker.phone.wait_for("once more"), typed)
    await worker.phone.say(PASSWORD)
    await worker.phone.wait_for("Now type the new password")
    await worker.phone.say(OTHER)
    await worker.phone.wait_for("Your password is changed")


async def test_a_current_password_is_not_remembered_for_long(stage: Stage) -> None:
    """Whoever finds the phone later would otherwise set a password without knowing one."""
    worker = await stage.worker()
    await give_password(stage, worker)
    await asked_for_new(worker)
    stage.clock.advance(minutes=10)
    await worker.phone.say(OTHER)
    await worker.phone.wait_for("once more")


async def test_one_that_was_left_half_way_is_forgotten(stage: Stage) -> None:
    worker = await stage.worker()
    await give_password(stage, worker)
    await asked_for_new(worker)
    await worker.phone.tap("✖️ Cancel")
    await worker.phone.wait_for("OK, nothing changed.")
    await worker.phone.say("/password")
    screen: Screen = await worker.phone.wait_for("Type your current password")
    assert [button.text for button in screen.last.buttons] == ["✖️ Cancel"]
    await worker.phone.say("wrong")
    await worker.phone.wait_for("Now type the new password")
    await worker.phone.tap("‹ Current password")
    await worker.phone.wait_for("Type your current password")


async def test_a_picture_is_no_password(stage: Stage) -> None:
    worker = await stage.worker()
    await worker.phone.say("/password")
    await worker.phone.wait_for("Type a password")
    await worker.phone.send_photo()
    await worker.phone.wait_for("A photo is not the answer here. Type the password as a text message.")


async def test_a_new_password_logs_out_nobody_here(stage: Stage) -> None:
    worker = await stage.worker()
    await give_password(stage, worker)
    await asked_for_new(worker)
    await worker.phone.say(OTHER)
    await worker.phone.wait_for("Your password is changed")
    await worker.phone.say("/menu")
    await worker.phone.wait_for("Hello")
