"""The queue of notifications: nobody holds up others, and nobody gets a later message before an earlier one."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import insert, select, update

from bot.delivery import outbox, policy
from bot.delivery.queue import read_queue
from domain.accounts.model import Role, User
from domain.notifications.model import Notification, NotificationState
from domain.unit_of_work import UnitOfWork
from tests.flows.stage import Member, Stage
from tests.flows.test_delivery import KIND, facts, tell


def reasons(text: str) -> list[str]:
    """What the messages on a screen say, in order."""
    return [line.partition("Reason: ")[2] for line in text.splitlines() if "Reason: " in line]


async def attempts(stage: Stage, member: Member) -> list[int]:
    async with stage.bot.transactions.reading() as session:
        found = select(Notification.attempts).where(Notification.user_id == member.id, Notification.kind == KIND)
        return list(await session.scalars(found.order_by(Notification.id)))


async def test_a_long_queue_of_one_chat_holds_up_nobody(stage: Stage) -> None:
    """More than the outbox takes at once, and all of it older."""
    stage.settings = stage.settings.model_copy(update={"send_rate": 20, "send_rate_per_chat": 1})
    await stage.restart()
    busy, other = await stage.worker("Busy"), await stage.worker("Other")
    await tell(stage, busy, *(f"busy {number}" for number in range(3 * policy.MIN_AT_ONCE)))
    await tell(stage, other, "mine")
    await other.phone.wait_for("Reason: mine")
    seen = reasons(str(await busy.phone.screen()))
    assert len(seen) < policy.MIN_AT_ONCE
    assert seen == [f"busy {number}" for number in range(len(seen))]


async def test_what_is_queued_while_the_last_one_is_marked_is_not_left_for_the_next_look(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look that its commit asks for still finds the last one in its place: nobody looked again for two seconds."""
    monkeypatch.setattr(outbox, "POLL_SECONDS", 3600.0)
    ayesha = await stage.worker("Ayesha")
    for number in range(10):
        await tell(stage, ayesha, f"no. {number}")
        await ayesha.phone.wait_for(f"Reason: no. {number}")


@pytest.mark.parametrize(
    ("under_way", "more"),
    [pytest.param(6, 3, id="it has not even room to look"), pytest.param(3, 7, id="it has no room for all of them")],
)
async def test_what_there_was_no_room_for_goes_out_as_soon_as_there_is(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, under_way: int, more: int
) -> None:
    """All of it had been read, so nobody looked again for two seconds."""
    monkeypatch.setattr(policy, "MIN_AT_ONCE", 8)
    monkeypatch.setattr(outbox, "POLL_SECONDS", 3600.0)
    people = [await stage.worker(f"Worker {number}") for number in range(under_way + more)]
    stage.settings = stage.settings.model_copy(update={"send_rate": 4})
    await stage.restart()
    for some in (people[:under_way], people[under_way:]):
        async with stage.unit() as unit:
            for person in some:
                unit.notifications.notify(person.id, KIND, facts("fine"), dedupe_key="one")
        await people[0].phone.wait_for("Reason: fine")
    for person in people:
        await person.phone.wait_for("Reason: fine")


async def test_messages_that_failed_and_people_without_a_chat_hold_up_nobody(stage: Stage) -> None:
    """Hundreds that wait for their next try, and hundreds for people who have never opened their invite."""
    other = await stage.worker("Other")
    later = stage.clock.now().replace(hour=23)
    async with stage.unit() as unit:
        people = [
            {"email": f"p{number}@example.com", "name": "Somebody", "role": Role.WORKER}
            for number in range(6 * policy.MIN_AT_ONCE)
        ]
        await unit.session.execute(insert(User), people)
        found = await unit.session.scalars(select(User.id).where(User.name == "Somebody"))
        for number, user_id in enumerate(found):
            unit.notifications.notify(user_id, KIND, {}, dedupe_key=f"{number % 2}")
        await unit.notifications.flush()
        failed = update(Notification).where(Notification.dedupe_key.endswith(":0"), Notification.kind == KIND)
        await unit.session.execute(failed.values(attempts=3, next_try_at=later))
    await tell(stage, other, "mine")
    await other.phone.wait_for("Reason: mine")


async def test_what_failed_keeps_the_next_of_its_chat_waiting(stage: Stage) -> None:
    ayesha, bilal = await stage.worker("Ayesha"), await stage.worker("Bilal")
    await stage.playground.order_fault("500", method="sendMessage", chat_id=ayesha.phone.user_id)
    await tell(stage, ayesha, "one", "two")
    while await attempts(stage, ayesha) != [1, 0]:
        stage.bot.outbox.wake()
    await tell(stage, bilal, "three")
    await bilal.phone.wait_for("Reason: three")
    assert reasons(str(await ayesha.phone.screen())) == []
    stage.clock.advance(seconds=policy.BACKOFF_SECONDS[0])
    stage.bot.outbox.wake()
    await ayesha.phone.wait_for("Reason: two")
    assert reasons(str(await ayesha.phone.screen())) == ["one", "two"]


async def test_a_view_with_a_bug_costs_only_its_own_messages(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    people = [await stage.worker(f"Worker {number}") for number in range(4)]
    async with stage.unit() as unit:
        for number, person in enumerate(people):
            unit.notifications.notify(person.id, KIND, {} if number == 1 else facts("fine"), dedupe_key="one")
    for number in (0, 2, 3):
        await people[number].phone.wait_for("Reason: fine")
    await stage.settled()
    async with stage.bot.transactions.reading() as session:
        states = select(Notification.state).where(Notification.kind == KIND).order_by(Notification.id)
        assert list(await session.scalars(states)) == [
            NotificationState.SENT,
            NotificationState.DEAD,
            NotificationState.SENT,
            NotificationState.SENT,
        ]
    assert "KeyError" in caplog.text


async def test_what_is_urgent_comes_first_and_quiet_hours_hold_back_the_rest(stage: Stage) -> None:
    ayesha, bilal = await stage.worker("Ayesha"), await stage.worker("Bilal")
    now = stage.clock.now()
    # Never committed: the outbox must not see it.
    async with stage.bot.transactions.unit() as unit:
        unit.notifications.notify(ayesha.id, KIND, {}, dedupe_key="first")
        unit.notifications.notify(bilal.id, KIND, {}, dedupe_key="urgent", urgent=True)
        await unit.notifications.flush()
        assert await _chats_due(unit, now) == [bilal.phone.user_id, ayesha.phone.user_id]
        held = update(Notification).where(Notification.dedupe_key.endswith(":first"))
        await unit.session.execute(held.values(next_try_at=now.replace(hour=23)))
        assert await _chats_due(unit, now) == [bilal.phone.user_id]
        unit.notifications.notify(ayesha.id, KIND, {}, dedupe_key="an answer", urgent=True)
        await unit.notifications.flush()
        assert await _chats_due(unit, now) == [bilal.phone.user_id, ayesha.phone.user_id]


async def _chats_due(unit: UnitOfWork, now: datetime) -> list[int | None]:
    return [due.chat_id for due in await read_queue(unit.session, now, 10)]
