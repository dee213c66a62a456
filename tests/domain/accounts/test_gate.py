from datetime import timedelta

import pytest
from sqlalchemy import event, func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.access import SYSTEM, Actor
from domain.accounts.model import ChatLink, Role, UserSession
from domain.accounts.standing import STRANGER, StandingKind
from tests.domain.accounts.office import NOON, Office

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


async def last_seen(office: Office) -> list[timedelta]:
    async with office.sessions() as session:
        return [row.last_seen_at - NOON for row in await session.scalars(select(UserSession))]


async def test_a_chat_that_nobody_linked_is_a_strangers(office: Office) -> None:
    assert await office.standing(404) is STRANGER


async def test_a_linked_chat_is_its_user(office: Office) -> None:
    worker = await office.worker("Bilal", 2)
    standing = await office.standing(2)
    assert standing.kind is StandingKind.LOGGED_IN
    assert standing.actor == worker == Actor(worker.user_id, "Bilal", Role.WORKER, 2)
    assert (standing.user_id, standing.name, standing.locale) == (worker.user_id, "Bilal", None)


async def test_after_logging_out_the_chat_is_still_known(office: Office) -> None:
    worker = await office.worker()
    await office.do(lambda desk: desk.accounts.log_out(actor=worker))
    standing = await office.standing(2)
    assert (standing.kind, standing.actor, standing.user_id) == (StandingKind.LOGGED_OUT, None, worker.user_id)


async def test_a_session_expires_after_thirty_idle_days(office: Office) -> None:
    await office.worker()
    office.clock.move(30 * DAY - timedelta(microseconds=1))
    assert (await office.standing(2)).kind is StandingKind.LOGGED_IN
    office.clock.move(30 * DAY)
    assert (await office.standing(2)).kind is StandingKind.LOGGED_OUT


async def test_use_keeps_a_session_alive(office: Office) -> None:
    await office.worker()
    for _ in range(5):
        office.clock.move(20 * DAY)
        assert (await office.standing(2)).kind is StandingKind.LOGGED_IN


async def test_use_is_noted_once_an_hour(office: Office) -> None:
    await office.worker()
    office.clock.move(HOUR - timedelta(seconds=1))
    await office.standing(2)
    assert await last_seen(office) == [timedelta(0)]
    office.clock.move(timedelta(seconds=1))
    await office.standing(2)
    assert await last_seen(office) == [HOUR]


async def test_one_statement_and_once_an_hour_two(office: Office, engine: AsyncEngine) -> None:
    await office.worker()
    statements: list[str] = []
    event.listen(engine.sync_engine, "before_cursor_execute", lambda *args: statements.append(args[2]))

    async def counted() -> int:
        statements.clear()
        await office.standing(2)
        return len([statement for statement in statements if not statement.startswith("BEGIN")])

    assert await counted() == 1
    office.clock.move(HOUR)
    assert await counted() == 2
    assert await counted() == 1


async def test_a_deactivated_user_is_told_apart_from_a_stranger(office: Office) -> None:
    worker = await office.worker()
    await office.do(lambda desk: desk.accounts.deactivate(worker.user_id, actor=SYSTEM))
    standing = await office.standing(2)
    assert (standing.kind, standing.actor, standing.user_id) == (StandingKind.DEACTIVATED, None, worker.user_id)


async def test_a_role_counts_from_the_next_update_on(office: Office) -> None:
    worker = await office.worker()
    await office.do(lambda desk: desk.accounts.change_role(worker.user_id, Role.ADMIN, actor=SYSTEM))
    assert (await office.actor(2)).role is Role.ADMIN


async def test_a_session_of_another_program_does_not_let_a_chat_in(office: Office) -> None:
    """The owner's website may keep its sessions in the same table, without a chat."""
    worker = await office.worker()
    await office.do(lambda desk: desk.accounts.log_out(actor=worker))
    await office.change(update(UserSession).values(ended_at=None, chat_id=None))
    assert (await office.standing(2)).kind is StandingKind.LOGGED_OUT


async def test_a_session_that_ends_in_this_moment_is_not_brought_back(office: Office) -> None:
    admin, worker = await office.admin(), await office.worker()
    office.clock.move(HOUR)  # so that the worker's update writes to the session
    _, standing = await office.overlap(
        lambda desk: desk.accounts.deactivate(worker.user_id, actor=admin),
        lambda desk: desk.gate.actor_of_chat(2),
    )
    assert standing.kind in {StandingKind.LOGGED_OUT, StandingKind.DEACTIVATED}
    assert await office.live_sessions() == [(admin.user_id, 1)]


@pytest.mark.parametrize("is_active", [True, False])
async def test_who_writes_has_unblocked_the_bot(office: Office, is_active: bool) -> None:
    worker = await office.worker()
    if not is_active:
        await office.do(lambda desk: desk.accounts.deactivate(worker.user_id, actor=SYSTEM))
    await office.change(update(ChatLink).values(blocked_at=NOON))
    await office.standing(2)
    async with office.sessions() as session:
        assert await session.scalar(select(func.count()).where(ChatLink.blocked_at.is_not(None))) == 0
