"""Links, log-in and log-out, through phones."""

from __future__ import annotations

from datetime import timedelta

from domain.access import SYSTEM
from domain.accounts.model import Role
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

# Strangers


async def test_start_tells_a_stranger_how_to_get_in(stage: Stage) -> None:
    phone = await stage.stranger()
    await phone.open()
    screen = await phone.wait_for(CLOSED)
    assert screen.commands == ["start", "login", "help"]
    assert len([message for message in screen.messages if not message.is_mine]) == 1


async def test_a_stranger_reaches_nothing_else(stage: Stage) -> None:
    phone = await stage.stranger()
    for typed in ("/menu", "/invite", "/password", "/logout", "/queue", "hello"):
        await phone.say(typed)
        await phone.wait_for(CLOSED)


async def test_start_leads_home_who_is_in_and_ends_nothing(stage: Stage) -> None:
    admin = await stage.admin()
    await admin.phone.say("/invite")
    await admin.phone.wait_for("Who is it?")
    await admin.phone.tap("👷 Worker")
    await admin.phone.wait_for("Type the name")
    await admin.phone.open()
    await admin.phone.wait_for("MT Web Experts · Tue 10 Nov")
    await admin.phone.say("Ghazala")
    await admin.phone.wait_for("Type the e-mail address of Ghazala")


# Links


async def test_a_link_shows_whom_it_lets_in_then_links_the_chat(stage: Stage) -> None:
    token = await token_for(stage, "Bilal <b>")
    phone = await stage.stranger()
    await phone.open(token)
    screen = await phone.wait_for("Is that you?")
    assert "Name: Bilal <b>\nRole: Worker" in screen.last.text
    await phone.tap("✅ Accept")
    screen = await phone.wait_for("Hello Bilal <b>")
    assert screen.last.is_edited
    await stage.settled()
    assert (await phone.screen()).commands[-2:] == ["menu", "help"]


async def test_an_admins_link_brings_the_admins_home_and_menu(stage: Stage) -> None:
    phone = await stage.stranger()
    await phone.open(await token_for(stage, "Omar", "omar@example.com", Role.ADMIN))
    await phone.wait_for("Role: Admin")
    await phone.tap("✅ Accept")
    await phone.wait_for("👥 People")
    await stage.settled()
    assert "people" in (await phone.screen()).commands


async def test_a_restart_between_the_link_and_accept_changes_nothing(stage: Stage) -> None:
    phone = await stage.stranger()
    await phone.open(await token_for(stage))
    await phone.wait_for("Is that you?")
    await stage.restart()
    await phone.tap("✅ Accept")
    await phone.wait_for("Hello Bilal")


async def test_not_me_leaves_the_link_to_whom_it_was_made_for(stage: Stage) -> None:
    token = await token_for(stage)
    wrong, right = await stage.stranger("Wrong"), await stage.stranger("Right")
    await wrong.open(token)
    await wrong.wait_for("Is that you?")
    await wrong.tap("Not me")
    await wrong.wait_for("nothing was changed")
    await accept(right, token)
    await right.wait_for("Hello Bilal")


async def test_of_two_chats_that_open_a_link_the_first_gets_in(stage: Stage) -> None:
    token = await token_for(stage)
    phones = [await stage.stranger("First"), await stage.stranger("Second")]
    for phone in phones:
        await phone.open(token)
        await phone.wait_for("Is that you?")
    for phone in phones:
        await phone.tap("✅ Accept")
    screens = [await phone.wait_for(lambda screen: "Is that you?" not in screen.last.text) for phone in phones]
    assert [screen.last.text.startswith("✅ You are in") for screen in screens].count(True) == 1
    loser = next(screen for screen in screens if "was used already" in screen.last.text)
    assert [button.text for button in loser.last.buttons] == ["🔑 Log in"]


async def test_accept_tapped_twice_says_that_the_chat_is_theirs(stage: Stage) -> None:
    phone = await stage.stranger()
    token = await token_for(stage)
    await phone.open(token)
    await phone.wait_for("Is that you?")
    await accept(phone, token)
    await phone.wait_for("Hello Bilal")
    await phone.tap("✅ Accept")  # of the first message, which still has its button
    screen = await phone.wait_for("You have used this link already, Bilal")
    assert "🏠 Home" in [button.text for button in screen.buttons]


async def test_a_link_that_does_not_work_says_why(stage: Stage) -> None:
    used, expired, withdrawn = [await token_for(stage, email=f"{n}@example.com") for n in range(3)]
    first, phone = await stage.stranger("First"), await stage.stranger()
    await accept(first, used)
    await first.wait_for("Hello")
    await token_for(stage, email="2@example.com")  # the newer one replaces it

    async def opens(token: str, sentence: str) -> None:
        await phone.open(token)
        screen = await phone.wait_for(sentence)
        assert [button.text for button in screen.last.buttons] == ["🔑 Log in"]

    await opens(used, "was used already")
    await opens(withdrawn, "was taken back, or a newer one")
    await opens(expired[:-1], "A part of this link is missing")
    await opens("hello", "A part of this link is missing")
    await opens(stage.tools.keys.new_invite_token(), "I do not know this link")
    stage.clock.advance(hours=72)
    await opens(expired, "has expired")


async def test_the_link_of_somebody_who_was_switched_off(stage: Stage) -> None:
    token = await token_for(stage)
    async with stage.unit() as unit:
        accounts = stage.accounts(unit)
        page = await accounts.list_people(actor=SYSTEM)
        await accounts.deactivate(page.lines[0].id, actor=SYSTEM)
    phone = await stage.stranger()
    await phone.open(token)
    await phone.wait_for("switched off")


async def test_an_admin_who_opens_the_link_that_was_to_be_forwarded_is_warned(stage: Stage) -> None:
    admin = await stage.admin("Nadia")
    await admin.phone.open(await token_for(stage))
    screen = await admin.phone.wait_for("This chat is Nadia’s")
    assert "If this link is for somebody else, do not accept it." in screen.last.text
    await admin.phone.tap("Not me")
    await admin.phone.wait_for("nothing was changed")
    await admin.phone.tap("🏠 Home")
    await admin.phone.wait_for("MT Web Experts · Tue 10 Nov")


async def test_whoever_moves_to_another_phone_is_told_in_the_old_chat(stage: Stage) -> None:
    """Whoever gets hold of a link or a password is seen by the account's owner, whose chat it was."""
    worker = await stage.worker("Ayesha")
    async with stage.unit() as unit:
        token = (await stage.accounts(unit).invite_again(worker.id, actor=SYSTEM)).token
    phone = await stage.stranger("New phone")
    await accept(phone, token)
    await phone.wait_for("Your other chat was logged out")
    screen = await worker.phone.wait_for("was opened in another chat on 10 Nov, 12:00")
    await stage.settled()
    assert (await worker.phone.screen()).commands == ["start", "login", "help"]
    assert "🔑 Log in" in [button.text for button in screen.buttons]
    await worker.phone.say("/menu")
    await worker.phone.wait_for(CLOSED)


async def test_the_admin_who_invited_hears_of_it(stage: Stage) -> None:
    admin = await stage.admin()
    async with stage.unit() as unit:
        token = (
            await stage.accounts(unit).invite_user("Bilal <i>", "b@example.com", Role.WORKER, actor=admin.actor)
        ).token
    phone = await stage.stranger()
    await accept(phone, token)
    await admin.phone.wait_for("Bilal <i> (Worker) opened the invite and is in.")


async def test_no_link_is_left_in_the_database(stage: Stage) -> None:
    """A copy of the database must let nobody in: links are there as hashes alone. But each rendered screen and each
    update was stored too, with the link that it showed."""
    admin, phone = await stage.admin(), await stage.stranger()
    token = await token_for(stage)
    await phone.open(token)
    await phone.wait_for("Is that you?")
    await admin.phone.say("/invite")
    await admin.phone.wait_for("Who is it?")
    await admin.phone.tap("👷 Worker")
    await admin.phone.wait_for("Type the name")
    await admin.phone.say("Ghazala")
    await admin.phone.wait_for("e-mail address")
    await admin.phone.say("g@example.com")
    await admin.phone.wait_for("?start=")
    await stage.restart()
    kept = await kept_in_the_database(stage)
    assert "?start=" not in kept
    assert token not in kept


# Log-in


async def test_logging_in_by_password(stage: Stage) -> None:
    worker = await stage.worker("Ayesha")
    await give_password(stage, worker)
    await worker.phone.say("/logout")
    screen = await worker.phone.wait_for("You are logged out")
    await stage.settled()
    assert (await worker.phone.screen()).commands == ["start", "login", "help"]
    await worker.phone.say("/menu")
    await worker.phone.wait_for("Your invoices still come here")

    await worker.phone.tap("🔑 Log in")
    await worker.phone.wait_for("e-mail address")
    await worker.phone.say(worker.email.upper())
    await worker.phone.wait_for(ASKED_FOR_PASSWORD)
    typed = await worker.phone.say(PASSWORD)
    screen = await worker.phone.wait_for("Hello Ayesha")
    assert not shows(screen, typed)
    await stage.settled()
    assert "menu" in (await worker.phone.screen()).commands
    assert PASSWORD not in await kept_in_the_database(stage)


async def test_a_password_takes_its_account_to_another_chat(stage: Stage) -> None:
    worker, phone = await stage.worker("Ayesha"), await stage.stranger("New phone")
    await give_password(stage, worker)
    await type_log_in(phone, worker.email, PASSWORD)
    await phone.wait_for("Your other chat was logged out")
    await worker.phone.wait_for("was opened in another chat")


async def test_a_refusal_is_the_same_whether_the_address_is_known_or_not(stage: Stage) -> None:
    worker, phone = await stage.worker(), await stage.stranger()
    await give_password(stage, worker)
    answers = []
    for email in (worker.email, "nobody@example.com"):
        typed = await type_log_in(phone, email, "wrong-and-wrong")
        screen = await phone.wait_for("Wrong e-mail or password")
        assert not shows(screen, typed)
        answers.append((screen.last.text, [button.text for button in screen.last.buttons]))
        await phone.say("/cancel")
        await phone.wait_for("invite link")
    answers = [(text.replace(worker.email, "nobody@example.com"), buttons) for text, buttons in answers]
    assert answers[0] == answers[1]
    assert "wrong-and-wrong" not in await kept_in_the_database(stage)


async def test_five_wrong_passwords_lock_and_all_of_them_are_deleted(stage: Stage) -> None:
    worker, phone = await stage.worker(), await stage.stranger()
    await give_password(stage, worker)
    typed = [await type_log_in(phone, worker.email, "wrong-0")]
    await phone.wait_for("Wrong e-mail or password")
    for n in range(1, 4):
        typed.append(await phone.say(f"wrong-{n}"))
        await phone.wait_for("Wrong e-mail or password")
    typed.append(await phone.say("wrong-4"))
    await phone.wait_for("Try again after 10 Nov, 12:15")
    typed.append(await phone.say(PASSWORD))
    screen = await phone.wait_for("Try again after 10 Nov, 12:15")
    assert not any(shows(screen, message_id) for message_id in typed)
    stage.clock.advance(minutes=15, seconds=1)
    await phone.say(PASSWORD)
    await phone.wait_for("A password step closes after ten minutes.")
    await phone.say(PASSWORD)
    await phone.wait_for("Hello Ayesha")


async def test_a_restart_before_the_password(stage: Stage) -> None:
    worker, phone = await stage.worker(), await stage.stranger()
    await give_password(stage, worker)
    await phone.say("/login")
    await phone.wait_for("e-mail address")
    await phone.say(worker.email)
    await phone.wait_for(ASKED_FOR_PASSWORD)
    await stage.stop()
    typed = await phone.say(PASSWORD)
    await stage.start()
    assert not shows(await phone.wait_for("Hello Ayesha"), typed)


async def test_back_cancel_and_what_is_no_address(stage: Stage) -> None:
    phone = await stage.stranger()
    await phone.say("/login")
    await phone.wait_for("e-mail address")
    await phone.say("ayesha")
    screen = await phone.wait_for("for example name@example.com")
    assert "Type the e-mail address of your account." in screen.last.text
    assert labels(screen.last) == ["✖️ Cancel"]
    await phone.send_photo()
    await phone.wait_for("A photo is not the answer here. Type it as a text message.")
    await phone.say("a@example.com")
    await phone.wait_for("E-mail: a@example.com")
    await phone.tap("‹ E-mail")
    await phone.wait_for("Type the e-mail address")
    await phone.say("b@example.com")
    await phone.wait_for("E-mail: b@example.com")
    await phone.tap("✖️ Cancel")
    screen = await phone.wait_for(CLOSED)
    assert "OK, nothing changed." in screen.last.text
    assert labels(screen.last) == ["🔑 Log in"]
    await phone.say("b@example.com")
    await phone.wait_for(CLOSED)


async def test_a_log_in_that_is_begun_again_asks_what_to_do_with_the_first(stage: Stage) -> None:
    phone = await stage.stranger()
    await to_password(phone, "a@example.com")
    await phone.say("/login")
    await phone.wait_for("You have not finished this: Log in as a@example.com")
    await stage.restart()
    await phone.tap("▶️ Continue: Log in as a@example.com")
    await phone.wait_for(ASKED_FOR_PASSWORD)
    await phone.say("/login")
    await phone.wait_for("You have not finished this")
    await phone.tap("🗑 Delete it, start new")
    await phone.wait_for("Type the e-mail address")


async def test_a_button_of_an_earlier_step_shows_the_step_that_is_now(stage: Stage) -> None:
    phone = await stage.stranger()
    await phone.say("/login")
    first = (await phone.wait_for("e-mail address")).last.id
    await stage.stop()
    await phone.say("a@example.com")
    await phone.tap("✖️ Cancel", message_id=first)
    await stage.start()
    await phone.wait_for("This button is from an earlier question.")
    await stage.settled()
    screen = await phone.screen()
    assert ASKED_FOR_PASSWORD in screen.last.text
    last = screen.last.id
    await stage.stop()
    await phone.say("/cancel")
    await phone.tap("✖️ Cancel", message_id=last)
    await stage.start()
    await phone.wait_for("This form was cancelled. Nothing was sent.")


async def test_a_password_that_looks_like_a_command_is_deleted_too(stage: Stage) -> None:
    worker, phone = await stage.worker(), await stage.stranger()
    await give_password(stage, worker, "/correct-horse-battery")
    typed = await type_log_in(phone, worker.email, "/correct-horse")
    assert not shows(await phone.wait_for("Wrong e-mail or password"), typed)
    typed = await phone.say("/menu")
    screen = await phone.wait_for(CLOSED)
    assert not shows(screen, typed)
    typed = await phone.say("/correct-horse-battery")
    assert not shows(await phone.wait_for("Hello Ayesha"), typed)
    assert "correct-horse" not in await kept_in_the_database(stage)


async def test_log_in_of_who_is_in(stage: Stage) -> None:
    worker = await stage.worker("Ayesha")
    await worker.phone.say("/login")
    await worker.phone.wait_for("You are logged in as Ayesha")
    await worker.phone.tap("🏠 Home")
    await worker.phone.wait_for("Hello Ayesha")


# Log-out, and being shut out


async def test_who_has_no_password_is_warned_before_the_log_out(stage: Stage) -> None:
    worker = await stage.worker()
    await worker.phone.say("/logout")
    await worker.phone.wait_for("You have no password")
    await worker.phone.tap("🚪 Log out")
    await worker.phone.wait_for("You are logged out")
    await worker.phone.say("/start")
    await worker.phone.wait_for("You are logged out")


async def test_an_old_home_button_does_nothing_after_the_log_out(stage: Stage) -> None:
    """Strangers may tap one place, the log-in: the others were open to them with it, and failed."""
    worker = await stage.worker()
    await worker.phone.say("/help")
    await worker.phone.wait_for("🏠 Home")
    await give_password(stage, worker)
    await worker.phone.say("/logout")
    await worker.phone.wait_for("You are logged out")
    await worker.phone.tap("🏠 Home")
    await worker.phone.wait_for("You are logged out. Your invoices still come here. Log in")


async def test_a_session_ends_after_thirty_idle_days(stage: Stage) -> None:
    worker = await stage.worker()
    stage.clock.advance(days=30, seconds=1)
    await worker.phone.say("/menu")
    await worker.phone.wait_for("You are logged out")


async def test_who_is_switched_off_is_shut_out_in_the_middle_of_a_conversation(stage: Stage) -> None:
    await stage.admin()
    worker = await stage.worker()
    await worker.phone.say("/password")
    await worker.phone.wait_for("Type a password")
    async with stage.unit() as unit:
        await stage.accounts(unit).deactivate(worker.id, actor=SYSTEM)
    typed = await worker.phone.say(PASSWORD)
    screen = await worker.phone.wait_for("Your account is switched off")
    assert not shows(screen, typed)
    await stage.settled()
    assert (await worker.phone.screen()).commands == ["start", "login", "help"]
    for typed_now in ("/start", "/login", "/menu"):
        await worker.phone.say(typed_now)
        await worker.phone.wait_for("Your account is switched off")


async def test_people_are_told_what_an_admin_does_to_their_account(stage: Stage) -> None:
    worker = await stage.worker()
    await give_password(stage, worker)
    async with stage.unit() as unit:
        await stage.accounts(unit).clear_password(worker.id, actor=SYSTEM)
    await worker.phone.wait_for("An admin has cleared your password")
    async with stage.unit() as unit:
        await stage.accounts(unit).change_role(worker.id, Role.ADMIN, actor=SYSTEM)
    await worker.phone.wait_for("You are Admin now")
    await stage.settled()
    assert "people" in (await worker.phone.screen()).commands
    await stage.admin("Another")
    async with stage.unit() as unit:
        await stage.accounts(unit).deactivate(worker.id, actor=SYSTEM)
    await worker.phone.wait_for("was switched off by an admin")
    stage.clock.advance(minutes=1)
    async with stage.unit() as unit:
        await stage.accounts(unit).reactivate(worker.id, actor=SYSTEM)
    await worker.phone.wait_for("switched on again")
    await worker.phone.tap("🔑 Log in")
    await worker.phone.wait_for("e-mail address")


async def test_an_invite_lives_for_seventy_two_hours(stage: Stage) -> None:
    token = await token_for(stage)
    stage.clock.advance(hours=72, seconds=-1)
    phone = await stage.stranger()
    await phone.open(token)
    await phone.wait_for("Is that you?")
    stage.clock.set(stage.clock.now() + timedelta(seconds=1))
    await phone.tap("✅ Accept")
    await phone.wait_for("has expired")
