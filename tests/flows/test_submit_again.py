"""The work for an order that was assigned, sent back or rejected: the same record, its history kept."""

from __future__ import annotations

from domain.orders.model import OrderStatus
from domain.orders.transitions import Move
from handlers.submit.payloads import StartResubmit
from tests.flows.reading import labels
from tests.flows.stage import Stage
from tests.flows.submitting import Desk, card_of, opened, to_card
from tests.flows.talking import forge


async def test_a_rejected_order_is_submitted_again_with_its_history(stage: Stage, desk: Desk) -> None:
    await desk.decided(await desk.submitted(), Move.REJECT, reason="Dead links")
    phone = desk.worker.phone
    await stage.settled()
    await opened(phone, "❌ 1 · Backlinks for Ace Plumbing")
    await phone.tap("🔁 Resubmit")
    text = (await phone.wait_for("Is everything right?")).last.text
    assert "Number: 300" in text
    assert "Earlier files stay with the order." in text
    await phone.tap("✏️ Change")
    await phone.wait_for("What do you want to change?")
    await phone.tap("Number")
    await phone.wait_for("How many did you do?")
    await phone.say("280")
    await phone.wait_for("Number: 280")
    await phone.send_photo()
    await phone.wait_for("Files: 1 photo")
    await phone.tap("✅ Submit")
    await phone.wait_for("Order 1 is submitted again.")
    card = await card_of(stage)
    assert (card.order.status, card.order.version, card.order.total_submissions) == (OrderStatus.UNDER_QA, 2, 280)
    assert [(each.version, each.reason) for each in card.history] == [(1, "Dead links"), (2, None)]
    await desk.admin.phone.wait_for(lambda shown: "280" in shown.last.text)


async def test_an_order_that_needs_changes_comes_back_from_its_notice(stage: Stage, desk: Desk) -> None:
    card = await desk.decided(await desk.submitted(), Move.RETURN, reason="Add the sheet")
    await stage.settled()
    await forge(desk.worker.phone, StartResubmit(card.order.id, card.order.version).pack())
    screen = await desk.worker.phone.wait_for("Is everything right?")
    assert "Look!" in [each.text for each in screen.messages], "what was tapped, a reason perhaps, can still be read"
    await desk.worker.phone.tap("✅ Submit")
    await desk.worker.phone.wait_for("Order 1 is submitted again.")
    assert ((await card_of(stage)).order.version, len((await card_of(stage)).history)) == (2, 2)


async def test_assigned_work_is_submitted_the_same_way(stage: Stage, desk: Desk) -> None:
    await desk.assigned()
    await stage.settled()
    phone = desk.worker.phone
    screen = await opened(phone, "🛠 1 · Backlinks for Ace Plumbing")
    assert "Task: All on the sheet" in screen.last.text
    assert labels(screen.last)[0] == "📤 Submit this work"
    await phone.tap("📤 Submit this work")
    await phone.wait_for("Is everything right?")
    await phone.tap("✅ Submit")
    await phone.wait_for("Order 1 is submitted.")
    assert (await card_of(stage)).order.status is OrderStatus.UNDER_QA


async def test_a_button_of_an_old_version_shows_the_order_as_it_is(stage: Stage, desk: Desk) -> None:
    card = await desk.decided(await desk.submitted(), Move.REJECT, reason="Dead links")
    await desk.decided(card, Move.UNDO)
    phone = desk.worker.phone
    await stage.settled()
    await forge(phone, StartResubmit(card.order.id, card.order.version).pack())
    await phone.wait_for("This order has changed meanwhile.")
    screen = await phone.wait_for("Order 1 · ⏳ Under QA")
    assert "🔁 Resubmit" not in labels(screen.last)


async def test_an_order_that_changes_under_the_form(stage: Stage, desk: Desk) -> None:
    """Its worker fills in the form while an admin puts the order aside: nothing is submitted, the truth is shown."""
    card = await desk.decided(await desk.submitted(), Move.REJECT, reason="Dead links")
    phone = desk.worker.phone
    await stage.settled()
    await opened(phone, "❌ 1 · Backlinks for Ace Plumbing")
    await phone.tap("🔁 Resubmit")
    await phone.wait_for("Is everything right?")
    await desk.decided(card, Move.ARCHIVE)
    await stage.settled()
    await phone.tap("✅ Submit")
    screen = await phone.wait_for("🗄 Archived: it is not paid")
    assert screen.toast is not None
    assert screen.toast["alert"]
    assert (await card_of(stage)).order.version == 1


async def test_somebody_elses_order_is_like_none(stage: Stage, desk: Desk) -> None:
    card = await desk.decided(await desk.submitted(), Move.REJECT, reason="Dead links")
    other = await stage.worker("Zara")
    await forge(other.phone, StartResubmit(card.order.id, card.order.version).pack())
    screen = await other.phone.wait_for("I cannot find that.")
    assert "Backlinks" not in str(screen)


async def test_an_unfinished_draft_comes_first_unless_it_is_dropped(stage: Stage, desk: Desk) -> None:
    card = await desk.decided(await desk.submitted(), Move.REJECT, reason="Dead links")
    phone = desk.worker.phone
    await stage.settled()
    await to_card(phone, title="Something new")
    await forge(phone, StartResubmit(card.order.id, card.order.version).pack())
    await phone.wait_for("You have not finished this: Something new.")
    await phone.tap("▶️ Continue: Something new")
    await phone.wait_for("Title: Something new")
    await phone.tap("forged")
    await phone.wait_for("You have not finished this: Something new.")
    await phone.tap("🗑 Delete it, start new")
    await phone.wait_for("Is everything right?")
    await phone.say("/submit")
    await phone.wait_for("You have not finished this: Order 1.")
    await phone.tap("forged")
    await phone.wait_for("Is everything right?")
    await stage.restart()
    await phone.tap("✅ Submit")
    await phone.wait_for("Order 1 is submitted again.")


async def test_two_taps_on_submit_are_one_version(stage: Stage, desk: Desk) -> None:
    card = await desk.decided(await desk.submitted(), Move.REJECT, reason="Dead links")
    phone = desk.worker.phone
    await stage.settled()
    await forge(phone, StartResubmit(card.order.id, card.order.version).pack())
    await phone.wait_for("Is everything right?")
    await stage.stop()
    await phone.tap("✅ Submit")
    await phone.tap("✅ Submit")
    await stage.start()
    await phone.wait_for("This order was submitted already.")
    assert ((await card_of(stage)).order.version, len((await card_of(stage)).history)) == (2, 2)
