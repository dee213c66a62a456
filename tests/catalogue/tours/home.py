"""Home, menus, help, what is left over; and what every form says beside its questions."""

from __future__ import annotations

import pytest

from bot.screens.homes import Homes
from domain.notifications.kinds import NotificationKind
from tests.catalogue.office import Office, Person
from tests.catalogue.tours.desk import categories


async def tour(office: Office) -> None:
    zain = await office.stranger()
    await zain.open()
    await zain.say("/help")
    await zain.say("/cancel")
    ayesha = await office.worker()
    await _failure(ayesha)
    nadia = await office.admin()
    for person in (ayesha, nadia):
        await person.say("/start")
        await person.tap("⚙️ More", "❓ Help")
        await person.say("/cancel")
        await person.say("?")
    await nadia.tap("🏠 Home", "💰 Pay")
    await nadia.say("/pay")
    await _forms(office, ayesha)
    async with office.unit() as unit:
        for person in (ayesha, nadia):
            about = {"user_id": person.id, "name": person.name, "role": person.known.role}
            unit.notifications.notify(person.id, NotificationKind.WELCOME, about, dedupe_key="welcome")
        facts = {"error": "ValueError", "place": "handlers/pay/form.py:41", "at": unit.clock.now()}
        unit.notifications.notify(nadia.id, NotificationKind.BUG_REPORT, facts, dedupe_key="bug")


async def _failure(person: Person) -> None:
    """A bug, before there is an admin: a report would name a line of this file."""

    def broken(*_args: object) -> None:
        raise ValueError("broken by the tour")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Homes, "help_screen", broken)
        await person.say("/help")


async def _forms(office: Office, ayesha: Person) -> None:
    """What the engine says in any form: here in that of an order."""
    words = office.words
    await categories(office, words.category, words.other_category)
    await ayesha.say("/submit")
    phone = ayesha.phone
    # What is no answer to a choice.
    for sending in (
        phone.send_voice(),
        phone.send_video(),
        phone.send_audio(),
        phone.send_sticker(),
        phone.send_animation(),
        phone.send_location(),
        phone.send_poll(),
        phone.share_contact(),
    ):
        await ayesha.send(sending)
    await ayesha.say(words.comment)
    await ayesha.photo(caption=words.category)
    await ayesha.say(words.category)
    await ayesha.say(words.comment)
    number = await ayesha.say("30")
    await ayesha.edit(number, "40")
    await ayesha.say("/menu")
    await ayesha.say("/submit")
    await ayesha.tap("▶️ Continue")
    # Hours later, the question is out of sight.
    await office.later(hours=7)
    await ayesha.say(words.title)
    await ayesha.tap("❌ No")
    await ayesha.tap("▶️ Continue")
    await office.later(hours=30)
    await ayesha.say(words.title)
    await ayesha.tap("✅ Yes")
    await ayesha.tap("⏭ Skip", "⏭ Skip", "⏭ Skip")
    await ayesha.send(phone.send_video())
    await ayesha.tap("✅ Done", "✏️ Change")
    await ayesha.tap("Title")
    await ayesha.say("/cancel")
    await ayesha.tap("↩️ Bring it back")
    await ayesha.tap("✖️ Cancel")
    await ayesha.edit(number, "50")
    await ayesha.say("/submit")
    await ayesha.tap("✖️ Cancel")
