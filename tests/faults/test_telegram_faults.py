"""Calls to Telegram that fail, are cut off, or were carried out unseen: answers arrive, and decisions are made once."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from domain.audit.model import ActivityLog, LogType
from domain.files.model import FileState, FileUpload
from playground.phone import Phone, Screen
from tests.flows import pay_desk as desk
from tests.flows.pay_desk import CLOSING_TIME
from tests.flows.reading import said, shown, shows
from tests.flows.review_office import card_of, open_office, photo, submit
from tests.flows.stage import PASSWORD, Stage
from tests.flows.talking import forge, tap_when_shown

PATIENCE = 20.0
"""Seconds in which an answer comes after the tries that failed before it."""
FAULTS = [("429", 1), ("500", 1), ("drop", 1), ("half", 2), ("cut", 2)]
"""Kinds, and how often a message may arrive: twice where Telegram sent it, and only the bot could not hear so."""
DONE_OR_NOT = [("500", 1), ("cut", 2)]
"""One kind of each sort: what was asked for was not done, or it was."""


@pytest.mark.parametrize(("kind", "most"), FAULTS)
async def test_an_answer_arrives_and_the_next_one_after_it(stage: Stage, kind: str, most: int) -> None:
    zain = await stage.stranger()
    await stage.playground.order_fault(kind, method="sendMessage", chat_id=zain.user_id, retry_after=1)
    await zain.say("/help")
    await zain.say("/cancel")
    await zain.wait_for("invite link", timeout=PATIENCE)
    answers = await said(zain)
    assert 1 <= sum("back office" in each for each in answers) <= most
    assert sum("invite link" in each for each in answers) == 1
    assert "invite link" in answers[-1]


@pytest.mark.parametrize("kind", ["429", "500", "delay"])
async def test_a_chat_that_gets_nothing_does_not_delay_the_others(stage: Stage, kind: str) -> None:
    zain, bilal = await stage.stranger(), await stage.stranger("Bilal")
    await stage.playground.order_fault(
        kind, method="sendMessage", chat_id=zain.user_id, times=0, retry_after=1, seconds=60
    )
    for text in ("/help", "/cancel"):
        await zain.say(text)
    for _ in range(5):
        await bilal.say("/help")
        await bilal.wait_for("back office")
    assert await shown(zain, "invite link") == 0
    await stage.playground.remove_faults()
    await stage.playground.advance(60)
    await zain.wait_for("invite link", timeout=PATIENCE)
    assert "invite link" in (await said(zain))[-1]


@pytest.mark.parametrize("method", ["answerCallbackQuery", "editMessageText"])
@pytest.mark.parametrize("kind", [kind for kind, _ in DONE_OR_NOT])
async def test_a_decision_is_made_once_and_shown(stage: Stage, kind: str, method: str) -> None:
    worker, nadia, omar = await stage.worker(), await stage.admin(), await stage.admin("Omar")
    await open_office(stage)
    order = await submit(stage, worker)
    for admin in (nadia, omar):
        await admin.phone.wait_for("✅ Approve all 10")
    chat = {} if method == "answerCallbackQuery" else {"chat_id": nadia.phone.user_id}
    await stage.playground.order_fault(kind, method=method, retry_after=1, **chat)
    await nadia.phone.tap("✅ Approve all 10")
    await nadia.phone.wait_for("✅ Order 1 approved", timeout=PATIENCE)
    await worker.phone.wait_for("✅ Order 1 approved", timeout=PATIENCE)
    await omar.phone.wait_for("by Nadia", timeout=PATIENCE)
    await stage.settled()
    assert (await card_of(nadia, order)).is_edited
    assert await shown(worker.phone, "Order 1 approved") == 1
    assert await shown(nadia.phone, "Order 1") == 1
    async with stage.bot.transactions.reading() as session:
        decisions = select(ActivityLog.id).where(ActivityLog.log_type == LogType.ORDER_APPROVED)
        assert len((await session.scalars(decisions)).all()) == 1


@pytest.mark.parametrize("kind", ["429", "500", "drop"])
async def test_a_refusal_that_only_a_toast_tells_is_told(stage: Stage, kind: str) -> None:
    """Nothing else on the screen would say why nothing happened."""
    worker = await stage.worker()
    await stage.playground.order_fault(kind, method="answerCallbackQuery", retry_after=1)
    await forge(worker.phone, "a button of a version long ago")
    await worker.phone.wait_for("This button is old.", timeout=PATIENCE)


@pytest.mark.parametrize("kind", [kind for kind, _ in DONE_OR_NOT])
async def test_a_password_is_deleted_from_the_chat_all_the_same(stage: Stage, kind: str) -> None:
    worker = await stage.worker()
    await worker.phone.say("/password")
    await worker.phone.wait_for("Type a password")
    await stage.playground.order_fault(kind, method="deleteMessage", retry_after=1, times=2)
    typed = await worker.phone.say(PASSWORD)
    screen = await worker.phone.wait_for("Your password is set", timeout=PATIENCE)
    assert not shows(screen, typed)
    assert await shown(worker.phone, "Your password is set") == 1


@pytest.mark.parametrize("method", ["sendMediaGroup", "sendMessage"])
@pytest.mark.parametrize(("kind", "most"), DONE_OR_NOT)
async def test_an_album_and_its_text_arrive(stage: Stage, kind: str, most: int, method: str) -> None:
    """What of an answer has arrived is not sent again because the rest of it did not."""
    worker = await stage.worker()
    await open_office(stage)
    files = [await photo(worker), await photo(worker, "citation-listing.jpg")]
    await submit(stage, worker, *files)
    await worker.phone.say("/orders")
    orders = await worker.phone.wait_for(lambda screen: any("Ten backlinks" in each.text for each in screen.buttons))
    await worker.phone.tap(next(each.text for each in orders.buttons if "Ten backlinks" in each.text))
    await worker.phone.wait_for("📎 Files (2)")
    await stage.playground.order_fault(kind, method=method, chat_id=worker.phone.user_id, retry_after=1)
    await worker.phone.tap("📎 Files (2)")
    await worker.phone.wait_for("Order 1 · 2 photos", timeout=PATIENCE)
    await worker.phone.say("/help")
    await worker.phone.wait_for("/submit", timeout=PATIENCE)
    is_album = method == "sendMediaGroup"
    assert 2 <= await _files(worker.phone) <= (2 * most if is_album else 2)
    assert 1 <= await shown(worker.phone, "Order 1 · 2 photos") <= (1 if is_album else most)


async def _files(phone: Phone) -> int:
    """How many pictures and documents of the bot a chat shows."""
    return sum(each.media is not None and not each.is_mine for each in (await phone.screen()).messages)


@pytest.mark.parametrize(("kind", "most"), DONE_OR_NOT)
async def test_an_invoice_as_pdf_arrives(stage: Stage, kind: str, most: int) -> None:
    admin, worker = await stage.admin(), await stage.worker()
    await desk.rate(stage, admin, await desk.category(stage, admin))
    await desk.approved(stage, worker, admin)
    stage.clock.set(CLOSING_TIME)
    await stage.bot._scheduler.close_month()
    await worker.phone.wait_for("Your invoice for November 2026")
    await stage.settled()
    await stage.playground.order_fault(kind, method="sendDocument", chat_id=worker.phone.user_id, retry_after=1)
    before = await _files(worker.phone)
    await worker.phone.say("/invoices")
    screen = await tap_when_shown(worker.phone, "⏳ November 2026 · PKR 2,394", "⏳ Not paid yet.")
    await worker.phone.tap("📄 PDF", message_id=screen.last.id)
    await worker.phone.wait_for("INV-2026-000001 · November 2026", timeout=PATIENCE)
    await worker.phone.say("/help")
    await worker.phone.wait_for("/submit", timeout=PATIENCE)
    assert 1 <= await _files(worker.phone) - before <= most


@pytest.mark.parametrize("kind", [kind for kind, _ in DONE_OR_NOT])
async def test_a_file_that_could_not_be_asked_for_is_copied_later(stage: Stage, kind: str) -> None:
    worker = await stage.worker()
    await open_office(stage)
    picture = await photo(worker)
    await stage.playground.order_fault(kind, method="getFile", retry_after=1)
    await submit(stage, worker, picture)
    while not await stage.playground.calls(method="getFile"):
        await asyncio.sleep(0.01)
    async with asyncio.timeout(PATIENCE):
        while await _state(stage) is not FileState.STORED:
            stage.clock.advance(minutes=1)
            stage.bot.attachments.wake()
            await asyncio.sleep(0.05)


async def _state(stage: Stage) -> FileState | None:
    async with stage.bot.transactions.reading() as session:
        state: FileState | None = await session.scalar(select(FileUpload.state))
        return state


@pytest.mark.parametrize("kind", [kind for kind, _ in FAULTS])
async def test_updates_that_could_not_be_fetched_come_later_and_once(
    stage: Stage, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Half an answer and a cut one held updates: they were not confirmed, so Telegram sends them again."""
    zain = await stage.stranger()
    await stage.playground.order_fault(kind, method="getUpdates", retry_after=1, times=3)
    await zain.say("/help")
    await zain.say("/cancel")
    await zain.wait_for("invite link", timeout=PATIENCE)
    answers = await said(zain)
    assert ["back office" in each for each in answers] == [True, False]
    assert sum("does not answer" in each for each in caplog.messages) <= 1


async def test_another_poller_is_told_of_once_and_outlived(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """It sees the updates too and confirms none; as in life, each of the two ends the other's poll."""
    zain = await stage.stranger()
    is_over = asyncio.Event()

    async def rival() -> None:
        while not is_over.is_set():
            await stage.account.call("getUpdates", timeout=1)

    polling = asyncio.create_task(rival())
    try:
        async with asyncio.timeout(60):
            while len(await stage.playground.calls(method="getUpdates", failed=1)) < 2:
                await asyncio.sleep(0.05)
        await zain.say("/help")
    finally:
        is_over.set()
        await polling
    await zain.wait_for("back office", timeout=PATIENCE)
    await zain.say("/cancel")
    await zain.wait_for("invite link", timeout=PATIENCE)
    assert ["back office" in each for each in await said(zain)] == [True, False]
    assert sum("Another process polls" in each for each in caplog.messages) == 1


async def test_a_webhook_that_somebody_set_is_told_of_once_and_outlived(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    zain = await stage.stranger()
    await stage.account.call("setWebhook", url="http://127.0.0.1:9/nobody")
    async with asyncio.timeout(60):
        while len(await stage.playground.calls(method="getUpdates", failed=1)) < 2:
            await asyncio.sleep(0.05)
    await zain.say("/help")
    await stage.account.call("deleteWebhook")
    await zain.wait_for("back office", timeout=PATIENCE)
    assert await shown(zain, "back office") == 1
    assert sum("A webhook was set" in each for each in caplog.messages) == 1


DONE_UNSEEN = 4
"""Of the calls that meet a fault in the test below, those that were carried out."""


async def test_all_of_it_at_once(stage: Stage) -> None:
    phones = [await stage.stranger(f"Zain {number}") for number in range(6)]
    for kind in ("500", "drop", "half", "cut", "429"):
        await stage.playground.order_fault(kind, method="sendMessage", retry_after=1, times=2)
        await stage.playground.order_fault(kind, method="getUpdates", retry_after=1)
    for _ in range(3):
        for phone in phones:
            await phone.say("/help")
            await phone.say("/cancel")
    for phone in phones:
        await phone.wait_for(_ends_in_order, timeout=60)
    doubled = 0
    for phone in phones:
        kinds = ["back office" in text for text in await said(phone)]
        doubled += len(kinds) - 6
        assert [kind for number, kind in enumerate(kinds) if number == 0 or kinds[number - 1] is not kind] == [
            True,
            False,
        ] * 3
    assert doubled <= DONE_UNSEEN


def _ends_in_order(screen: Screen) -> bool:
    answers = [each.text for each in screen.messages if not each.is_mine]
    return len(answers) >= 6 and "invite link" in answers[-1]
