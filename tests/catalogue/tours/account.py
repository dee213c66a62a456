"""Getting in and out, passwords, and what is told about an account."""

from __future__ import annotations

from domain.access import SYSTEM
from domain.accounts.invites import LIFETIME
from domain.accounts.model import Role
from tests.catalogue.office import Office
from tests.flows.stage import PASSWORD

NEW_PASSWORD = "seven-Lanterns-and-a-kettle"


async def tour(office: Office) -> None:
    words = office.words
    nadia = await office.admin()
    zain = await office.stranger()
    tokens = {}
    async with office.unit() as unit:
        accounts = office.stage.accounts(unit)
        for name, role in (("zain", Role.WORKER), ("other", Role.ADMIN), ("late", Role.WORKER), ("old", Role.WORKER)):
            invited = await accounts.invite_user(words.new, f"{name}@example.com", role, actor=SYSTEM)
            tokens[name] = invited.token
    await zain.open(tokens["zain"][:-3])
    await zain.open("x" * len(tokens["zain"]))
    await zain.open(tokens["zain"])
    await zain.tap("Not me")
    await zain.say(f"https://t.me/office_bot?start={tokens['zain']}")
    await zain.tap("✅ Accept")
    office.recorder.roles[zain.phone.user_id] = Role.WORKER.value
    await zain.open(tokens["zain"])
    # The same chat, another person's link.
    await zain.open(tokens["other"])
    await zain.tap("Not me")
    other = await office.stranger()
    await other.open(tokens["zain"])
    await zain.say("/logout")
    await zain.tap("🔐 Set a password")
    await zain.say("short")
    await zain.say("password1234")
    await zain.say(PASSWORD)
    await zain.say("/login")
    await zain.tap("🏠 Home", "⚙️ More", "🔐 Password")
    await zain.say("wrong one")
    await zain.say(NEW_PASSWORD)
    await zain.say(PASSWORD)
    await office.later(minutes=11)
    await zain.say(NEW_PASSWORD)
    await zain.tap("✖️ Cancel")
    await zain.say("/password")
    await zain.say(PASSWORD)
    await zain.say(NEW_PASSWORD)
    await zain.say("/logout")
    await zain.say("/menu")
    await zain.tap("🔑 Log in", "✖️ Cancel", "🔑 Log in")
    await zain.say("zain")
    await zain.say("zain@example.com")
    for _try in range(3):
        await zain.say("wrong one")
    await zain.say(NEW_PASSWORD)
    # The account, opened in another chat.
    await other.tap("🔑 Log in")
    await other.say("zain@example.com")
    await other.say(NEW_PASSWORD)
    office.recorder.roles[other.phone.user_id] = Role.WORKER.value
    async with office.unit() as unit:
        people = await office.stage.accounts(unit).list_people(actor=nadia.known)
        zain_id = next(each.id for each in people.lines if each.is_linked and each.id != nadia.id)
        await office.stage.accounts(unit).clear_password(zain_id, actor=nadia.known)
        await office.stage.accounts(unit).change_role(zain_id, Role.ADMIN, actor=nadia.known)
    async with office.unit() as unit:
        await office.stage.accounts(unit).deactivate(zain_id, actor=nadia.known)
    await other.say("/menu")
    async with office.unit() as unit:
        await office.stage.accounts(unit).reactivate(zain_id, actor=nadia.known)
    await office.later(seconds=LIFETIME.total_seconds() + 1)
    await zain.open(tokens["late"])
