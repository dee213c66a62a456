"""Home, help and what is left over, through a phone."""

from __future__ import annotations

from tests.flows.stage import Stage


async def test_a_stranger_learns_how_to_get_in_and_nothing_else(stage: Stage) -> None:
    phone = await stage.stranger()
    await phone.say("hello")
    screen = await phone.wait_for("ask your admin for an invite link")
    assert [button.text for button in screen.buttons] == ["🔑 Log in"]


async def test_each_role_has_its_home(stage: Stage) -> None:
    worker, admin = await stage.worker("Ayesha <b>"), await stage.admin()
    assert "Hello, Ayesha <b>." in (await worker.phone.screen()).last.text
    assert "Nothing waits" in (await admin.phone.screen()).last.text
    await worker.phone.say("/help")
    await worker.phone.wait_for("/submit")
    await admin.phone.say("/help")
    await admin.phone.wait_for("/queue")


async def test_text_that_nobody_asked_for_leads_home(stage: Stage) -> None:
    worker = await stage.worker()
    await worker.phone.say("what now?")
    await worker.phone.wait_for("I did not expect that here")
    await worker.phone.tap("🏠 Home")
    await worker.phone.wait_for("Hello")


async def test_a_restart_in_between_changes_nothing(stage: Stage) -> None:
    worker = await stage.worker()
    await stage.stop()
    await worker.phone.say("/help")
    await stage.start()
    await worker.phone.wait_for("/submit")
