"""The people: the list, a person's card, invites."""

from __future__ import annotations

from tests.catalogue.office import Office
from tests.flows.stage import PASSWORD


async def tour(office: Office) -> None:
    words = office.words
    nadia = await office.admin()
    await nadia.tap("👥 People")
    ayesha, bilal = await office.worker(), await office.worker(words.other)
    await nadia.say("/invite")
    await nadia.tap("👷 Worker")
    await nadia.say(words.new)
    await nadia.say("zain")
    await nadia.say(ayesha.email)
    await nadia.say("zain@example.com")
    await nadia.tap("👤")
    await nadia.tap("🔗 New link", "➕ Invite another", "🗝 Admin")
    await nadia.tap("✖️ Cancel")
    await bilal.block()
    async with office.unit() as unit:
        accounts = office.stage.accounts(unit)
        await accounts.set_password(None, PASSWORD, actor=ayesha.known)
    await nadia.say("/people")
    await nadia.tap("👷")
    for name in (f"👷 {words.worker}", f"👷 {words.other}", f"🗝 {words.admin}"):
        await nadia.tap("‹ 👥 People", name)
    await ayesha.say("/logout")
    await nadia.tap("‹ 👥 People")
    await nadia.tap(f"👷 {words.worker}")
    async with office.unit() as unit:
        await office.stage.accounts(unit).deactivate(ayesha.id, actor=nadia.known)
    await nadia.tap("‹ 👥 People")
    await nadia.tap(f"👷 {words.worker}")
    zain = await office.stranger()
    async with office.unit() as unit:
        invited = await office.stage.accounts(unit).invite_again(bilal.id, actor=nadia.known)
    await zain.open(invited.token)
    await zain.tap("✅ Accept")
