"""Updates that Telegram delivers twice, late, or in another order than people sent them."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select

from domain.orders.model import WorkOrder
from playground.phone import Phone, Screen
from tests.flows.reading import said, shown
from tests.flows.review_office import card_of, open_office, submit
from tests.flows.stage import Stage
from tests.flows.submitting import PICTURES, add_categories, to_card, to_files
from tests.flows.submitting import card_of as order_of


async def orders(stage: Stage) -> int:
    async with stage.bot.transactions.reading() as session:
        return (await session.scalar(select(func.count()).select_from(WorkOrder))) or 0


async def hand_in(phone: Phone) -> None:
    """Submits what the form's card shows: the first order there is."""
    await phone.tap("✅ Submit")
    await phone.wait_for("Order 1 is submitted.")


@pytest.mark.parametrize("seconds", [0, 1])
async def test_a_message_delivered_twice_is_one(stage: Stage, seconds: int) -> None:
    """At the same time, and after it was answered."""
    zain = await stage.stranger()
    await stage.playground.order_fault("duplicate", method="message", seconds=seconds)
    await zain.say("/help")
    await zain.wait_for("back office")
    await stage.playground.advance(seconds)
    await zain.say("/cancel")
    await zain.wait_for("invite link")
    assert ["back office" in each for each in await said(zain)] == [True, False]


@pytest.mark.parametrize("seconds", [0, 1])
async def test_a_tap_delivered_twice_decides_once(stage: Stage, seconds: int) -> None:
    await add_categories(stage)
    worker = await stage.worker()
    await to_card(worker.phone)
    await stage.playground.order_fault("duplicate", method="callback_query", seconds=seconds)
    await hand_in(worker.phone)
    await stage.playground.advance(seconds)
    await worker.phone.say("/menu")
    await worker.phone.wait_for("⚙️ More")
    assert await orders(stage) == 1
    assert await shown(worker.phone, "Order 1 is submitted.") == 1


async def test_an_update_that_comes_again_after_a_restart_is_known(stage: Stage) -> None:
    await add_categories(stage)
    worker = await stage.worker()
    await to_card(worker.phone)
    await stage.playground.order_fault("duplicate", method="callback_query", seconds=3600)
    await hand_in(worker.phone)
    await stage.stop()
    await stage.playground.advance(3600)
    await stage.start()
    await worker.phone.say("/menu")
    await worker.phone.wait_for("⚙️ More")
    assert await orders(stage) == 1
    assert await shown(worker.phone, "Order 1 is submitted.") == 1


async def test_a_late_message_is_answered_late_and_nobody_waits_for_it(stage: Stage) -> None:
    zain, bilal = await stage.stranger(), await stage.stranger("Bilal")
    await stage.playground.order_fault("late", method="message", chat_id=zain.user_id, seconds=3600)
    await zain.say("/help")
    await bilal.say("/help")
    await bilal.wait_for("back office")
    await zain.say("/cancel")
    await zain.wait_for("invite link")
    await stage.playground.advance(3600)
    await zain.wait_for("back office")
    assert ["back office" in each for each in await said(zain)] == [False, True]


async def test_a_late_tap_on_what_was_decided_meanwhile_changes_nothing(stage: Stage) -> None:
    worker, nadia, omar = await stage.worker(), await stage.admin(), await stage.admin("Omar")
    await open_office(stage)
    order = await submit(stage, worker)
    for admin in (nadia, omar):
        await admin.phone.wait_for("✅ Approve all 10")
    await stage.playground.order_fault("late", method="callback_query", chat_id=nadia.phone.user_id, seconds=20)
    await nadia.phone.tap("✅ Approve all 10")
    await omar.phone.tap("✅ Approve all 10")
    await worker.phone.wait_for("✅ Order 1 approved")
    await nadia.phone.wait_for("by Omar")
    await stage.playground.advance(20)
    await nadia.phone.wait_for(_is_alert)
    await stage.settled()
    assert "by Omar" in (await card_of(nadia, order)).text
    assert await shown(worker.phone, "Order 1 approved") == 1


def _is_alert(screen: Screen) -> bool:
    return screen.toast is not None and bool(screen.toast["alert"])


async def test_a_tap_that_overtakes_the_message_before_it_loses_neither(stage: Stage) -> None:
    """A title, then Skip on the question that was there before: the title still arrives where it was asked for."""
    await add_categories(stage)
    phone = (await stage.worker()).phone
    await phone.say("/submit")
    await phone.wait_for("Link Building")
    await phone.tap("Link Building")
    await phone.wait_for("How many did you do?")
    await stage.playground.order_fault("overtake", method="message", chat_id=phone.user_id, seconds=1)
    await phone.say("300")
    await phone.tap("‹ Category")
    await stage.playground.advance(1)
    # The tap came first, so the form went back; the number then answers a question that has buttons, and is asked for.
    await phone.wait_for("Which category?")
    await stage.settled()
    await phone.tap("Link Building")
    await phone.wait_for("How many did you do?")
    await phone.say("300")
    await phone.wait_for("What is the title?")


async def test_a_submit_that_overtakes_a_photo_keeps_the_order_and_says_where_the_photo_went(stage: Stage) -> None:
    await add_categories(stage)
    phone = (await stage.worker()).phone
    await to_card(phone)
    await stage.playground.order_fault("overtake", method="message", chat_id=phone.user_id, seconds=1)
    await phone.send_photo(PICTURES[0])
    await hand_in(phone)
    await stage.playground.advance(1)
    await phone.wait_for("I do not know what to do with that")
    assert (await order_of(stage)).files == ()


async def slow_album(stage: Stage) -> Phone:
    """A worker who sends an album of three photos at the form's files: two are there, one comes a minute later."""
    await add_categories(stage)
    phone = (await stage.worker()).phone
    await to_files(phone)
    await stage.playground.order_fault("late", method="message", chat_id=phone.user_id, seconds=60)
    await phone.send_album(PICTURES)
    await counter(phone, "✅ Done, 2 files")
    return phone


async def counter(phone: Phone, text: str) -> None:
    await phone.wait_for(lambda screen: any(text in button.text for button in screen.buttons))


async def test_an_album_whose_parts_arrive_seconds_apart_is_complete(stage: Stage) -> None:
    phone = await slow_album(stage)
    await phone.say("What else?")
    await phone.wait_for("Send photos or files, or tap Done.")
    await stage.playground.advance(60)
    await counter(phone, "✅ Done, 3 files")
    await phone.tap("✅ Done, 3 files")
    await phone.wait_for("Files: 3 photos")
    await hand_in(phone)
    assert len((await order_of(stage)).files) == 3


async def test_a_part_that_comes_after_done_is_in_the_order(stage: Stage) -> None:
    phone = await slow_album(stage)
    await phone.tap("✅ Done, 2 files")
    await phone.wait_for("Files: 2 photos")
    await stage.playground.advance(60)
    await phone.wait_for("Files: 3 photos")
    await hand_in(phone)
    assert len((await order_of(stage)).files) == 3


async def test_a_part_that_comes_after_submit_is_told_of(stage: Stage) -> None:
    """It is too late for the order: the worker learns that, and can hand it in again."""
    phone = await slow_album(stage)
    await phone.tap("✅ Done, 2 files")
    await phone.wait_for("Files: 2 photos")
    await hand_in(phone)
    await stage.playground.advance(60)
    await phone.wait_for("I do not know what to do with that")
    assert len((await order_of(stage)).files) == 2


async def test_everything_twice_and_some_of_it_late(stage: Stage) -> None:
    phones = [await stage.stranger(f"Zain {number}") for number in range(5)]
    await stage.playground.order_fault("late", method="message", seconds=1, times=5)
    await stage.playground.order_fault("duplicate", method="message", seconds=0.2, times=20)
    for _ in range(5):
        await asyncio.gather(*(phone.say("/help") for phone in phones))
    for phone in phones:
        await phone.wait_for(lambda screen: sum("back office" in each.text for each in screen.messages) >= 5)
    await stage.playground.advance(1)
    for phone in phones:
        await phone.say("/cancel")
        await phone.wait_for("invite link")
        assert await shown(phone, "back office") == 5
