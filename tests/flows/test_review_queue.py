"""/queue: what waits, oldest first, decided one after another in one message."""

from __future__ import annotations

from domain.access import SYSTEM
from domain.orders.model import OrderStatus
from domain.orders.queries import OrderQueries
from playground.phone import Screen
from tests.flows.reading import labels, newest
from tests.flows.review_office import open_office, photo, submit
from tests.flows.stage import Member, Stage


async def three_waiting(stage: Stage) -> Member:
    """An admin in the queue, with three orders, an hour between them."""
    worker, nadia = await stage.worker(), await stage.admin()
    await open_office(stage)
    for title in ("First", "Second", "Third"):
        await submit(stage, worker, title=title)
        await nadia.phone.wait_for(title)
        stage.clock.advance(minutes=30)
    await nadia.phone.say("/queue")
    await nadia.phone.wait_for("3 orders wait")
    return nadia


async def test_one_after_another_without_leaving_the_message(stage: Stage) -> None:
    nadia = await three_waiting(stage)
    screen = await nadia.phone.screen()
    place = screen.last.id
    assert "waits since 10 Nov, 12:00 (1 h)" in screen.last.text
    assert labels(screen.last)[-2:] == ["⏭ Skip", "🏠 Home"]
    await nadia.phone.tap("✅ Approve all 10", message_id=place)
    await nadia.phone.wait_for("Approved all 10: Ayesha, order 1. 2 left.")
    screen = await nadia.phone.wait_for(lambda now: "Second" in now.last.text)
    assert screen.last.id == place
    assert labels(screen.last)[-1] == "↩️ Undo order 1"
    await nadia.phone.tap("❌ Reject", message_id=place)
    await nadia.phone.wait_for("reject order 2?")
    await nadia.phone.tap("The screenshot cannot be read", message_id=place)
    await nadia.phone.wait_for("Rejected order 2. Ayesha is told why. 1 left.")
    screen = await nadia.phone.wait_for(lambda now: "Third" in now.last.text)
    await nadia.phone.tap("✂️ Only some", message_id=place)
    await nadia.phone.wait_for("How many")
    await nadia.phone.tap("5", message_id=place)
    await nadia.phone.wait_for("Approved 5 of 10: Ayesha, order 3.")
    screen = await nadia.phone.wait_for("Nothing to check.")
    assert screen.last.id == place
    assert labels(screen.last) == ["↩️ Undo order 3", "🏠 Home"]
    await nadia.phone.tap("↩️ Undo order 3")
    await nadia.phone.wait_for("Order 3 waits to be checked again.")
    await nadia.phone.wait_for(lambda now: "Third" in now.last.text and "⏭ Skip" in labels(now.last))
    await stage.settled()
    # The copies that came with the submissions say it too.
    shown = str(await nadia.phone.screen())
    assert "✅ Order 1 approved: all 10" in shown
    assert "❌ Order 2 rejected" in shown


async def test_a_typed_reason_is_followed_by_the_next_card(stage: Stage) -> None:
    nadia = await three_waiting(stage)
    place = (await nadia.phone.screen()).last.id
    await nadia.phone.tap("✏️ Send back", message_id=place)
    await nadia.phone.wait_for("What is to be changed")
    await nadia.phone.say("More <b> links")
    screen = await nadia.phone.wait_for("Second")
    assert screen.last.text.startswith("Order 1 is sent back. Ayesha is told why. 2 left.\n\n🔎 Order 2")
    await stage.settled()
    assert place not in [message.id for message in (await nadia.phone.screen()).messages]


async def test_skipping_goes_round(stage: Stage) -> None:
    nadia = await three_waiting(stage)
    place = (await nadia.phone.screen()).last.id
    for title in ("Second", "Third", "First"):
        await nadia.phone.tap("⏭ Skip")
        await nadia.phone.wait_for(lambda now, title=title: title in now.last.text)  # type: ignore[misc]
    for _ in range(2):
        await nadia.phone.tap("✅ Approve all 10", message_id=place)
        await nadia.phone.wait_for("left.")
    await nadia.phone.tap("⏭ Skip")
    await nadia.phone.wait_for("This is the only one that waits.")


async def test_the_files_come_above_the_card(stage: Stage) -> None:
    worker, nadia = await stage.worker(), await stage.admin()
    await open_office(stage)
    await submit(stage, worker, await photo(worker))
    await nadia.phone.wait_for("Order 1")
    await nadia.phone.say("/queue")
    screen = await nadia.phone.wait_for("📎 See 1 photo")
    place = screen.last.id
    await nadia.phone.tap("📎 See 1 photo")
    screen = await nadia.phone.wait_for(lambda now: now.last.id > place and "⏭ Skip" in labels(now.last))
    assert screen.messages[-2].media is not None
    assert place not in [message.id for message in screen.messages]
    await nadia.phone.tap("✅ Approve all 10", message_id=screen.last.id)
    await nadia.phone.wait_for("Nothing to check")


async def test_a_double_tap_leaves_the_next_card_alone(stage: Stage) -> None:
    """The second tap is about the card that was there, and the queue stays where it is."""
    nadia = await three_waiting(stage)
    place = (await nadia.phone.screen()).last.id
    await stage.stop()
    await nadia.phone.tap("✅ Approve all 10", message_id=place)
    await nadia.phone.tap("✅ Approve all 10", message_id=place)
    await stage.start()
    await nadia.phone.wait_for("You approved this already")
    await stage.settled()
    screen = await nadia.phone.screen()
    assert "Second" in newest(screen, "2 orders wait").text
    assert await stage.told("order_approved") == 1


async def test_in_the_queue_the_loser_sees_who_was_first_and_goes_on(stage: Stage) -> None:
    nadia = await three_waiting(stage)
    omar = await stage.admin("Omar")
    await omar.phone.say("/queue")
    await omar.phone.wait_for("3 orders wait")
    place = (await nadia.phone.screen()).last.id
    await stage.stop()
    await omar.phone.tap("✅ Approve all 10")
    await nadia.phone.tap("✅ Approve all 10", message_id=place)
    await stage.start()
    for admin in (nadia, omar):
        await admin.phone.wait_for(lambda now: now.toast is not None)
    await stage.settled()
    async with stage.unit() as unit:
        first = await OrderQueries(unit).card_by_number(1, actor=SYSTEM)
    assert first.order.status is OrderStatus.APPROVED
    loser = nadia if first.order.decided_by == "Omar" else omar
    screen = await loser.phone.screen()
    assert f"{first.order.decided_by} approved this on 10 Nov, 13:30." in str(screen)
    await loser.phone.tap("▶️ Check next")
    await loser.phone.wait_for("2 orders wait")


async def test_the_queue_opens_from_home_and_is_no_workers_business(stage: Stage) -> None:
    worker, nadia = await stage.worker(), await stage.admin()
    await open_office(stage)
    await nadia.phone.tap("✅ Check work")
    await nadia.phone.wait_for(lambda now: labels(now.last) == ["🏠 Home"])
    await worker.phone.say("/queue")
    screen = await worker.phone.wait_for("Your role does not include this.")
    assert _has_a_next_step(screen)


def _has_a_next_step(screen: Screen) -> bool:
    return bool(screen.last.buttons)
