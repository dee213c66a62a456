"""What could not be delivered: who is out of reach, what was given up, and what admins can do about it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select, update

from bot.database.models import InboundUpdate, UpdateState
from domain.accounts.model import ChatLink
from domain.audit.model import ActivityLog
from domain.audit.service import verify
from domain.notifications.kinds import NotificationKind
from domain.notifications.model import BLOCKED, NO_CHAT, Notification, NotificationState
from tests.flows.stage import Member, Stage
from tests.flows.talking import tap_when_shown

KIND = NotificationKind.BONUS_GIVEN


def facts(text: str) -> dict[str, str]:
    """What the messages of these tests are about: a bonus, given for `text`."""
    return {"amount": "10.00", "currency": "PKR", "month": "2026-10", "reason": text}


async def tell(stage: Stage, member: Member, *texts: str, kind: NotificationKind = KIND) -> None:
    """Queues messages for somebody."""
    async with stage.unit() as unit:
        for text in texts:
            unit.notifications.notify(member.id, kind, facts(text), dedupe_key=text)


async def give_up(stage: Stage, member: Member, error: str, *texts: str) -> None:
    """Messages that were tried for hours, and given up."""
    async with stage.unit() as unit:
        for text in texts:
            unit.notifications.notify(member.id, KIND, facts(text), dedupe_key=text)
        await unit.notifications.flush()
        given_up = update(Notification).where(Notification.user_id == member.id, Notification.kind == KIND)
        await unit.session.execute(given_up.values(state=NotificationState.DEAD, last_error=error))


async def states(stage: Stage, member: Member) -> list[tuple[NotificationState, str | None]]:
    async with stage.bot.transactions.reading() as session:
        found = select(Notification.state, Notification.last_error)
        found = found.where(Notification.user_id == member.id, Notification.kind == KIND).order_by(Notification.id)
        return [(state, error) for state, error in await session.execute(found)]


async def noted(stage: Stage, condition: ColumnElement[bool], chats: int) -> None:
    """Waits until so many chats are noted as such."""
    found = None
    while found != chats:
        async with stage.bot.transactions.reading() as session:
            found = await session.scalar(select(func.count(ChatLink.chat_id)).where(condition))


async def test_admins_see_who_blocked_the_bot_and_hear_of_it_once_a_day(stage: Stage) -> None:
    nadia, ayesha, bilal = await stage.admin(), await stage.worker("Ayesha"), await stage.worker("Bilal <b>")
    await nadia.phone.say("/menu")
    home = await nadia.phone.wait_for("⚙️ More")
    assert not any("undelivered" in button.text for button in home.buttons)
    for worker in (ayesha, bilal):
        await worker.phone.block()
        await tell(stage, worker, "one", "two")
        await stage.settled()
        assert await states(stage, worker) == [(NotificationState.DEAD, BLOCKED)] * 2
        stage.clock.advance(minutes=1)
    await nadia.phone.say("/menu")
    await nadia.phone.wait_for("🔕 2 undelivered")
    await nadia.phone.tap("🔕 2 undelivered")
    shown = (await nadia.phone.wait_for("2 people blocked the bot")).last.text
    assert "• Ayesha, since 10 Nov, 12:00 · 2 messages" in shown
    assert "• Bilal <b>, since 10 Nov, 12:01 · 2 messages" in shown

    stage.clock.advance(minutes=10)
    stage.bot.outbox.wake()
    told = (await nadia.phone.wait_for("2 people blocked the bot today")).last.text
    assert "Ayesha, Bilal <b>" in told
    async with stage.bot.transactions.reading() as session:
        digests = select(Notification.user_id).where(Notification.kind == NotificationKind.BLOCKED_TODAY)
        assert list(await session.scalars(digests)) == [nadia.id]


async def test_a_block_is_known_before_anything_could_not_be_sent(stage: Stage) -> None:
    """The admins read that everybody can be reached until the next message failed, which may be a month later."""
    nadia, ayesha = await stage.admin(), await stage.worker("Ayesha")
    await ayesha.phone.block()
    await noted(stage, ChatLink.blocked_at.is_not(None), 1)
    await nadia.phone.say("/undelivered")
    assert "• Ayesha, since 10 Nov, 12:00" in (await nadia.phone.wait_for("1 person blocked the bot")).last.text
    stage.clock.advance(minutes=10)
    stage.bot.outbox.wake()
    assert "Ayesha" in (await nadia.phone.wait_for("blocked the bot today")).last.text
    await ayesha.phone.unblock()
    await noted(stage, ChatLink.blocked_at.is_not(None), 0)
    await nadia.phone.say("/undelivered")
    await nadia.phone.wait_for("Everybody can be reached")


async def test_who_comes_back_is_told_of_the_invoices_and_gets_nothing_stale(stage: Stage) -> None:
    nadia, ayesha = await stage.admin(), await stage.worker()
    await ayesha.phone.block()
    await tell(stage, ayesha, "one", "two", "three")
    await stage.settled()
    async with stage.unit() as unit:
        invoice = update(Notification).where(Notification.dedupe_key.endswith(":two"))
        await unit.session.execute(invoice.values(kind="invoice_issued"))
    await ayesha.phone.unblock()
    await ayesha.phone.say("/menu")
    screen = await ayesha.phone.wait_for("Welcome back")
    welcome = next(message for message in screen.messages if "Welcome back" in message.text)
    assert "3 messages could not reach you" in welcome.text
    assert "One of them was an invoice" in welcome.text
    assert "one" not in [message.text.partition("Reason: ")[2] for message in screen.messages]
    await ayesha.phone.tap("🧾 Invoices", message_id=welcome.id)
    await ayesha.phone.wait_for("invoice")
    await nadia.phone.say("/undelivered")
    await nadia.phone.wait_for("Everybody can be reached")
    await tell(stage, ayesha, "four")
    await ayesha.phone.wait_for("Reason: four")


async def test_blocking_is_no_return(stage: Stage) -> None:
    """Telegram tells of a block as it tells of a message; that may arrive after the bot has found out by itself."""
    ayesha = await stage.worker()
    async with stage.unit() as unit:
        found_out = update(ChatLink).where(ChatLink.user_id == ayesha.id)
        await unit.session.execute(found_out.values(blocked_at=stage.clock.now()))
        before = await unit.session.scalar(select(func.max(InboundUpdate.update_id)))
    await ayesha.phone.block()
    arrived = select(InboundUpdate.state).where(InboundUpdate.update_id > before)
    state = None
    while state is not UpdateState.ANSWERED:
        async with stage.bot.transactions.reading() as session:
            state = await session.scalar(arrived)
    async with stage.bot.transactions.reading() as session:
        assert await session.scalar(select(ChatLink.blocked_at)) is not None


async def test_a_message_that_was_given_up_is_tried_again(stage: Stage) -> None:
    nadia, ayesha = await stage.admin(), await stage.worker()
    await give_up(stage, ayesha, "TimedOut", *(f"reason {number}" for number in range(6)))
    await nadia.phone.say("/undelivered")
    await nadia.phone.wait_for("Nobody has blocked the bot")
    await nadia.phone.tap("✉️ 6 messages not delivered")
    screen = await nadia.phone.wait_for("6 messages not delivered")
    assert "Bonus to Ayesha, 10 Nov, 12:00" in screen.last.text
    assert "Telegram could not be reached (TimedOut)." in screen.last.text
    await nadia.phone.tap("▶")
    await nadia.phone.wait_for("2 of 2")
    await nadia.phone.tap("🔁 Try again: Bonus, Ayesha")
    await ayesha.phone.wait_for("Reason: reason 0")
    screen = await nadia.phone.wait_for("5 messages not delivered")
    assert screen.toast is not None
    assert "on its way again" in screen.toast["text"]
    await stage.settled()
    assert (await states(stage, ayesha))[0] == (NotificationState.SENT, None)
    async with stage.bot.transactions.reading() as session:
        written = select(ActivityLog).where(ActivityLog.user_id == nadia.id, ActivityLog.entity_type == "notifications")
        [row] = await session.scalars(written)
        assert row.new_values is not None
        assert row.new_values["to"] == "Ayesha"
        assert await verify(session) == []


async def test_two_admins_try_the_same_message_again_and_it_arrives_once(stage: Stage) -> None:
    nadia, omar, ayesha = await stage.admin(), await stage.admin("Omar"), await stage.worker()
    await give_up(stage, ayesha, "Chat not found", "once")
    for admin in (nadia, omar):
        await admin.phone.say("/undelivered")
        await tap_when_shown(admin.phone, "✉️ 1 message not delivered", "Telegram refused it: Chat not found")
    for admin in (nadia, omar):
        await admin.phone.tap("🔁 Try again: Bonus, Ayesha")
        await admin.phone.wait_for("on its way again")
    await ayesha.phone.wait_for("Reason: once")
    await stage.settled()
    shown = str(await ayesha.phone.screen())
    assert shown.count("Reason: once") == 1


async def test_who_has_no_chat_cannot_be_tried(stage: Stage) -> None:
    nadia, ayesha = await stage.admin(), await stage.worker()
    await give_up(stage, ayesha, NO_CHAT, "one")
    await ayesha.phone.block()
    async with stage.unit() as unit:
        blocked = update(ChatLink).where(ChatLink.user_id == ayesha.id)
        await unit.session.execute(blocked.values(blocked_at=stage.clock.now()))
    await nadia.phone.say("/undelivered")
    await tap_when_shown(nadia.phone, "✉️ 1 message not delivered", "there is no chat")
    await nadia.phone.tap("🔁 Try again: Bonus, Ayesha")
    screen = await nadia.phone.wait_for("has no chat with the bot now")
    assert screen.toast is not None
    assert await states(stage, ayesha) == [(NotificationState.DEAD, NO_CHAT)]


async def test_workers_see_nothing_of_it(stage: Stage) -> None:
    ayesha = await stage.worker()
    await ayesha.phone.say("/undelivered")
    await ayesha.phone.wait_for("Your role does not include this")
