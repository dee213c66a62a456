"""/invite, through phones."""

from __future__ import annotations

from domain.access import SYSTEM
from domain.accounts.model import Role
from playground.phone import Screen, ShownMessage
from tests.flows.account_help import accept, token_for
from tests.flows.reading import labels
from tests.flows.stage import Member, Stage
from tests.flows.talking import talk


async def asked_for_email(admin: Member, name: str = "Bilal", role: str = "👷 Worker") -> None:
    await talk(
        admin.phone,
        ("/invite", "Who is it?"),
        (role, "Type the name"),
        (name, "Type the e-mail address"),
    )


def link_in(screen: Screen) -> ShownMessage:
    """The newest message with a link; what comes after it asks what is next."""
    return next(message for message in reversed(screen.messages) if "?start=" in message.text and not message.is_mine)


def token_in(screen: Screen) -> str:
    return link_in(screen).text.split("?start=")[1].split()[0]


async def test_an_invite_from_the_first_button_to_the_new_workers_home(stage: Stage) -> None:
    admin = await stage.admin()
    await admin.phone.tap("👥 People")
    await admin.phone.wait_for("Only you are here so far.")
    await admin.phone.tap("➕ Invite")
    await admin.phone.wait_for("Who is it?")
    await admin.phone.tap("👷 Worker")
    await admin.phone.wait_for("Type the name of the new worker")
    await admin.phone.say("  Bilal   <b>Khan ")
    await admin.phone.wait_for("Type the e-mail address of Bilal <b>Khan")
    await admin.phone.say("bilal@example.com")
    screen = await admin.phone.wait_for("A link for Bilal <b>Khan (Worker)")
    assert "https://t.me/office_bot?start=" in link_in(screen).text
    assert "for 72 hours (until 13 Nov, 12:00)" in link_in(screen).text
    (share,) = link_in(screen).buttons
    assert share.text == "📤 Send to Bilal <b>Khan"
    assert token_in(screen) in str(share.url)

    phone = await stage.stranger("Bilal")
    await phone.open(token_in(screen))
    await phone.wait_for("Name: Bilal <b>Khan")
    await phone.tap("✅ Accept")
    await phone.wait_for("Hello Bilal <b>Khan")
    await admin.phone.wait_for("opened the invite and is in")


async def test_going_on_does_not_wipe_out_the_link(stage: Stage) -> None:
    """It is shown once, and a tap on Home edits the message that it was tapped in."""
    admin = await stage.admin()
    await asked_for_email(admin)
    await admin.phone.say("bilal@example.com")
    token = token_in(await admin.phone.wait_for("What next?"))
    await admin.phone.tap("➕ Invite another")
    await admin.phone.wait_for("Who is it?")
    await admin.phone.tap("✖️ Cancel")
    assert token_in(await admin.phone.wait_for("OK, nothing changed.")) == token


async def test_inviting_an_admin(stage: Stage) -> None:
    admin = await stage.admin()
    await asked_for_email(admin, "Omar", "🗝 Admin")
    await admin.phone.say("omar@example.com")
    await admin.phone.wait_for("A link for Omar (Admin)")


async def test_a_worker_cannot_invite(stage: Stage) -> None:
    worker = await stage.worker()
    await worker.phone.say("/invite")
    await worker.phone.wait_for("Your role does not include this")


async def test_who_is_no_admin_any_more_cannot_finish_an_invite(stage: Stage) -> None:
    admin, _other = await stage.admin("Nadia"), await stage.admin("Other")
    await asked_for_email(admin)
    async with stage.unit() as unit:
        await stage.accounts(unit).change_role(admin.id, Role.WORKER, actor=SYSTEM)
    await admin.phone.say("bilal@example.com")
    await admin.phone.wait_for("Your role does not include this")
    await admin.phone.tap("✖️ Cancel")
    await admin.phone.wait_for("Cancelled: Invite for Bilal.")


async def test_a_name_or_an_address_that_is_none_is_asked_for_again(stage: Stage) -> None:
    admin = await stage.admin()
    await admin.phone.say("/invite")
    await admin.phone.wait_for("Who is it?")
    await admin.phone.say("Bilal")
    await admin.phone.wait_for("There is no “Bilal” here. Tap one of the buttons.")
    await admin.phone.say("worker")
    await admin.phone.wait_for("Type the name")
    for bad in ("…", "x" * 256):
        await admin.phone.say(bad)
        await admin.phone.wait_for("at most 255 characters")
    await admin.phone.say("Bilal")
    await admin.phone.wait_for("Type the e-mail address")
    for bad in ("bilal", "1e9", "<b>@example", "bilal@example"):
        await admin.phone.say(bad)
        await admin.phone.wait_for("for example name@example.com")
    await admin.phone.say("bilal@example.com")
    await admin.phone.wait_for("A link for Bilal")


async def test_the_address_of_somebody_who_is_in_offers_a_new_link(stage: Stage) -> None:
    admin, worker = await stage.admin(), await stage.worker("Ayesha")
    await asked_for_email(admin)
    await admin.phone.say(worker.email.upper())
    await admin.phone.wait_for("Ayesha has this address and is here already.")
    await admin.phone.tap("🔗 New link for Ayesha")
    screen = await admin.phone.wait_for("A link for Ayesha (Worker)")
    assert "Older links" in link_in(screen).text
    phone = await stage.stranger("New phone")
    await phone.open(token_in(screen))
    await phone.wait_for("Is that you?")


async def test_the_address_of_somebody_who_is_switched_off(stage: Stage) -> None:
    admin, worker = await stage.admin(), await stage.worker("Ayesha")
    async with stage.unit() as unit:
        await stage.accounts(unit).deactivate(worker.id, actor=SYSTEM)
    await asked_for_email(admin)
    await admin.phone.say(worker.email)
    await admin.phone.wait_for("Ayesha has this address, and that account is switched off.")
    await admin.phone.say("another@example.com")
    await admin.phone.wait_for("A link for Bilal")


async def test_a_new_link_for_who_was_switched_off_meanwhile(stage: Stage) -> None:
    admin, worker = await stage.admin(), await stage.worker("Ayesha")
    await asked_for_email(admin)
    await admin.phone.say(worker.email)
    await admin.phone.wait_for("is here already")
    async with stage.unit() as unit:
        await stage.accounts(unit).deactivate(worker.id, actor=SYSTEM)
    await admin.phone.tap("🔗 New link for Ayesha")
    await admin.phone.wait_for("The account of Ayesha is switched off")


async def test_who_never_came_in_just_gets_a_fresh_link(stage: Stage) -> None:
    admin = await stage.admin()
    old = await token_for(stage, "Bilal", "bilal@example.com")
    await asked_for_email(admin, "Bilal Khan")
    await admin.phone.say("bilal@example.com")
    screen = await admin.phone.wait_for("A link for Bilal (Worker)")
    phone = await stage.stranger()
    await phone.open(old)
    await phone.wait_for("was taken back, or a newer one")
    await phone.open(token_in(screen))
    await phone.wait_for("Is that you?")


async def test_two_admins_invite_the_same_person_at_once(stage: Stage) -> None:
    admins = [await stage.admin("Nadia"), await stage.admin("Omar")]
    for admin in admins:
        await asked_for_email(admin)
    for admin in admins:
        await admin.phone.say("bilal@example.com")
    links = [token_in(await admin.phone.wait_for("A link for Bilal")) for admin in admins]
    phone = await stage.stranger()
    answers = []
    for link in links:
        await phone.open(link)
        screen = await phone.wait_for(lambda screen: "Bilal" in screen.last.text or "newer one" in screen.last.text)
        answers.append("Is that you?" in screen.last.text)
    assert sorted(answers) == [False, True]  # one user, and the newer link is the one that works


async def test_back_at_each_step_a_restart_and_cancel(stage: Stage) -> None:
    admin = await stage.admin()
    await asked_for_email(admin)
    await stage.restart()
    screen = await talk(
        admin.phone,
        ("‹ Name", "Type the name of the new worker"),
        ("‹ Role", "Who is it?"),
        ("🗝 Admin", "Type the name of the new admin"),
        ("✖️ Cancel", "Cancelled: Invite for Bilal. Nothing was changed."),
    )
    assert labels(screen.last) == ["↩️ Bring it back", "🏠 Home"]


async def test_a_role_that_is_tapped_twice(stage: Stage) -> None:
    admin = await stage.admin()
    await admin.phone.say("/invite")
    first = (await admin.phone.wait_for("Who is it?")).last.id
    await stage.stop()
    await admin.phone.tap("👷 Worker", message_id=first)
    await admin.phone.tap("🗝 Admin", message_id=first)
    await stage.start()
    await admin.phone.wait_for("This button is from an earlier question.")
    await admin.phone.wait_for("Type the name of the new worker")
    await admin.phone.say("Bilal")
    await admin.phone.wait_for("Type the e-mail address")
    await admin.phone.say("bilal@example.com")
    await admin.phone.wait_for("A link for Bilal (Worker)")


# Drafts


async def test_home_says_which_invite_is_not_finished(stage: Stage) -> None:
    admin = await stage.admin()
    await asked_for_email(admin)
    await admin.phone.say("/menu")
    screen = await admin.phone.wait_for("✏️ Not finished: Invite for Bilal")
    assert "▶️ Continue: Invite for Bilal" in labels(screen.last)
    await stage.restart()
    await admin.phone.tap("▶️ Continue: Invite for Bilal")
    await admin.phone.wait_for("Type the e-mail address of Bilal")
    await admin.phone.say("/menu")
    await admin.phone.wait_for("Not finished")
    await admin.phone.say("bilal@example.com")
    await admin.phone.wait_for("Is this the answer to “Type the e-mail address of Bilal.”?")
    await admin.phone.tap("✅ Yes")
    await admin.phone.wait_for("A link for Bilal (Worker)")


async def test_a_new_link_for_somebody_else_keeps_the_invite(stage: Stage) -> None:
    """The link comes below the question, which goes away when the form goes on: the link would have gone with it."""
    admin, worker = await stage.admin(), await stage.worker("Ayesha")
    await asked_for_email(admin)
    await admin.phone.say(worker.email)
    screen = await admin.phone.wait_for("Ayesha has this address and is here already.")
    assert labels(screen.last) == ["🔗 New link for Ayesha", "‹ Name", "✖️ Cancel"]
    assert "Type the e-mail address of Bilal" in screen.last.text
    await admin.phone.tap("🔗 New link for Ayesha")
    link = token_in(await admin.phone.wait_for("A link for Ayesha (Worker)"))
    await admin.phone.say("/menu")
    await admin.phone.wait_for("Not finished: Invite for Bilal")
    await admin.phone.tap("▶️ Continue: Invite for Bilal")
    await admin.phone.wait_for("Type the e-mail address of Bilal")
    await admin.phone.say("bilal@example.com")
    screen = await admin.phone.wait_for("A link for Bilal (Worker)")
    assert link in str(screen)


async def test_another_persons_draft_is_not_shown_once_the_chat_changed_hands(stage: Stage) -> None:
    admin = await stage.admin("Nadia")
    await asked_for_email(admin, "Secret Person")
    await admin.phone.say("/menu")
    home = (await admin.phone.wait_for("Not finished")).last.id
    await accept(admin.phone, await token_for(stage, "Bilal", "bilal@example.com"))
    screen = await admin.phone.wait_for("Hello Bilal")
    assert "Not finished" not in screen.last.text
    await admin.phone.say("secret@example.com")
    await admin.phone.wait_for("I do not know what to do with that.")
    await admin.phone.tap("▶️ Continue: Invite for Secret Person", message_id=home)
    await admin.phone.wait_for("This button is old.")
    async with stage.unit() as unit:
        token = (await stage.accounts(unit).invite_again(admin.id, actor=SYSTEM)).token
    await accept(admin.phone, token)
    screen = await admin.phone.wait_for("MT Web Experts · Tue 10 Nov")
    assert "✏️ Not finished: Invite for Secret Person" in screen.last.text
