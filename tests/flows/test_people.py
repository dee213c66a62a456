"""The list of people and their cards, through phones."""

from __future__ import annotations

from domain.access import SYSTEM
from domain.accounts.model import Role
from tests.flows.account_help import token_for
from tests.flows.reading import labels
from tests.flows.stage import Stage
from tests.flows.talking import talk


async def test_the_list_says_who_is_here_and_who_is_not(stage: Stage) -> None:
    admin, ayesha, zara = await stage.admin("Nadia"), await stage.worker("Ayesha <b>"), await stage.worker("Zara")
    await token_for(stage, "Bilal", "bilal@example.com")
    await token_for(stage, "Omar", "omar@example.com", Role.ADMIN)
    async with stage.unit() as unit:
        await stage.accounts(unit).deactivate(zara.id, actor=SYSTEM)
    await admin.phone.tap("👥 People")
    screen = await admin.phone.wait_for("5 people")
    assert labels(screen.last) == [
        "👷 Ayesha <b>",
        "👷 Bilal · invited",
        "🗝 Nadia",
        "🗝 Omar · invited",
        "👷 Zara · off",
        "➕ Invite",
        "🏠 Home",
    ]
    stage.clock.advance(hours=72)
    await admin.phone.say("/people")
    await admin.phone.wait_for("👷 Bilal · no chat")
    await admin.phone.tap("👷 Ayesha <b>")
    screen = await admin.phone.wait_for("Has a chat with the bot")
    assert screen.last.text.startswith(f"👤 Ayesha <b> · Worker\n{ayesha.email}")
    assert "Last seen: 10 Nov, 12:00" in screen.last.text
    assert labels(screen.last) == ["🎁 Bonus", "⚠️ Fine", "🔗 New link", "‹ 👥 People", "🏠 Home"]
    await talk(
        admin.phone,
        ("‹ 👥 People", "5 people"),
        ("👷 Zara · off", "Switched off"),
    )
    assert labels((await admin.phone.screen()).last) == ["‹ 👥 People", "🏠 Home"]


async def test_a_card_tells_of_each_state(stage: Stage) -> None:
    admin, worker = await stage.admin("Nadia"), await stage.worker("Ayesha")
    await token_for(stage, "Bilal", "bilal@example.com")
    await worker.phone.block()
    await talk(
        admin.phone,
        ("/people", "3 people"),
        ("👷 Bilal · invited", "Invited. The link works until 13 Nov, 12:00."),
        ("‹ 👥 People", "3 people"),
        ("👷 Ayesha", "Has blocked the bot since 10 Nov, 12:00"),
        ("‹ 👥 People", "3 people"),
        ("🗝 Nadia", "Nadia · Admin"),
    )
    assert labels((await admin.phone.screen()).last) == ["🔗 New link", "‹ 👥 People", "🏠 Home"]


async def test_a_card_leads_to_a_new_link_and_stays(stage: Stage) -> None:
    admin, worker = await stage.admin("Nadia"), await stage.worker("Ayesha")
    await talk(admin.phone, ("/people", "2 people"), ("👷 Ayesha", "Ayesha · Worker"))
    card = (await admin.phone.screen()).last.id
    await admin.phone.tap("🔗 New link")
    await admin.phone.wait_for("A link for Ayesha (Worker)")
    screen = await admin.phone.wait_for("What next?")
    assert any(message.id == card and "Ayesha · Worker" in message.text for message in screen.messages)
    await admin.phone.tap("👤 Ayesha")
    await admin.phone.wait_for(worker.email)


async def test_a_long_list_has_pages_and_back_leads_to_the_same_one(stage: Stage) -> None:
    admin = await stage.admin("Nadia")
    for number in range(9):
        await token_for(stage, f"Worker {number}", f"w{number}@example.com")
    await talk(admin.phone, ("/people", "10 people"), ("▶", "2 of 2"))
    await stage.restart()
    await talk(admin.phone, ("👷 Worker 8 · invited", "Worker 8 · Worker"), ("‹ 👥 People", "2 of 2"))


async def test_people_are_for_admins(stage: Stage) -> None:
    worker = await stage.worker()
    await worker.phone.say("/people")
    await worker.phone.wait_for("Your role does not include this")
