"""Home, help and what is left over, through a phone."""

from __future__ import annotations

import pytest

from domain.accounts.model import Role
from tests.flows.account_help import accept, token_for
from tests.flows.reading import labels
from tests.flows.stage import Stage


async def test_a_stranger_learns_how_to_get_in_and_nothing_else(stage: Stage) -> None:
    phone = await stage.stranger()
    await phone.say("hello")
    screen = await phone.wait_for("ask your admin for an invite link")
    assert [button.text for button in screen.buttons] == ["🔑 Log in"]


async def test_an_album_of_a_strangers_is_answered_once_and_a_service_message_not_at_all(stage: Stage) -> None:
    phone = await stage.stranger()
    await phone.send_album(["backlink-screenshot.jpg", "citation-listing.jpg"])
    await phone.wait_for("ask your admin for an invite link")
    await phone.service("timer")
    await stage.settled()
    assert str(await phone.screen()).count("ask your admin for an invite link") == 1


async def test_each_role_has_its_home(stage: Stage) -> None:
    worker, admin = await stage.worker("Ayesha <b>"), await stage.admin()
    assert "Hello Ayesha <b>" in (await worker.phone.screen()).last.text
    home = (await admin.phone.screen()).last
    assert home.text.startswith("MT Web Experts · Tue 10 Nov")
    assert {"👥 People", "💰 Pay", "⚙️ More"} <= set(labels(home))
    await worker.phone.say("/help")
    screen = await worker.phone.wait_for("/password")
    assert all(f"/{name} — " in screen.last.text for name in ("menu", "start", "login", "logout", "password"))
    assert "/invite" not in screen.last.text
    await admin.phone.say("/help")
    await admin.phone.wait_for("/invite")


@pytest.mark.parametrize("role", list(Role))
async def test_the_command_menu_is_short_and_the_rest_is_under_more(stage: Stage, role: Role) -> None:
    phone = await stage.stranger()
    assert (await phone.screen()).commands == ["start", "login", "help"]
    await accept(phone, await token_for(stage, role=role))
    await phone.wait_for("⚙️ More")
    await stage.settled()
    commands = (await phone.screen()).commands
    assert commands[-2:] == ["menu", "help"]
    assert len(commands) <= 7
    assert not {"start", "login", "logout", "password", "invite"} & set(commands)
    assert ("people" in commands) is (role is Role.ADMIN)
    await phone.tap("⚙️ More")
    screen = await phone.wait_for("🔐 Password")
    assert {"🔐 Password", "🚪 Log out", "🏠 Home"} <= set(labels(screen.last))


async def test_text_that_nobody_asked_for_leads_home(stage: Stage) -> None:
    worker = await stage.worker()
    await worker.phone.say("what now?")
    await worker.phone.wait_for("I do not know what to do with that.")
    await worker.phone.tap("🏠 Home")
    await worker.phone.wait_for("Hello")


async def test_a_restart_in_between_changes_nothing(stage: Stage) -> None:
    worker = await stage.worker()
    await stage.stop()
    await worker.phone.say("/help")
    await stage.start()
    await worker.phone.wait_for("/menu")
