"""PostgreSQL restarted, crashed, gone, frozen: the bot pauses and goes on, nothing is lost and nothing done twice."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.application import RunningBot
from bot.database.lease import LEASE_SECONDS
from bot.database.models import InboundUpdate, UpdateState
from bot.startup import StartError
from domain.audit.model import ActivityLog, LogType
from domain.audit.service import verify
from handlers.registration import register
from playground.phone import Phone
from tests.faults.health import health
from tests.flows import pay_desk as desk
from tests.flows.pay_desk import CLOSING_TIME
from tests.flows.reading import said, shown
from tests.flows.review_office import card_of, open_office, submit
from tests.flows.stage import Member, Stage, staged
from tests.support.own_postgres import OwnPostgres, Stop, own_postgres
from tests.support.ports import free_port
from tests.support.postgres_wire import Moment, PostgresWire, wire_to

GONE_SECONDS = float(os.environ.get("POSTGRES_GONE_SECONDS", "5"))
"""How long it is away; 30 as the promise says, where there is time."""
BACK_IN = 20.0
"""Seconds in which everything goes on once it is there again."""
LINES_A_SECOND = 2.0
"""Of the log, at most, however many people write meanwhile."""


@pytest.fixture(scope="module")
def server() -> Iterator[OwnPostgres]:
    with own_postgres() as made:
        yield made


@pytest.fixture
def url(server: OwnPostgres) -> Iterator[str]:
    with server.migrated() as made:
        yield made


@asynccontextmanager
async def office(url: str, folder: Path, **settings: Any) -> AsyncIterator[Stage]:
    """A bot with `/health`."""
    async with staged(url, folder, **{"web_port": free_port(), **settings}) as stage:
        yield stage


@pytest.fixture(params=["polling", "webhook"])
async def stage(request: pytest.FixtureRequest, url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    port = free_port()
    hook = {"webhook_url": f"http://127.0.0.1:{port}"} if request.param == "webhook" else {}
    async with office(url, tmp_path, web_port=port, **hook) as made:
        yield made


@pytest.fixture
async def polling(url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with office(url, tmp_path) as made:
        yield made


async def is_well(stage: Stage, code: int) -> dict[str, Any]:
    """Waits until `/health` says so; its words."""
    async with asyncio.timeout(BACK_IN):
        while (found := await health(stage))[0] != code:
            await asyncio.sleep(0.1)
    return found[1]


async def answered(stage: Stage, phone: Phone, helps: int) -> None:
    """Waits for so many answers to /help and the one to /cancel, which came last."""

    async def pressing() -> None:
        # A webhook is tried again ever later: time that a test need not wait for.
        while stage.settings.webhook_url:
            await asyncio.sleep(0.5)
            await stage.playground.advance(30)

    pressed = asyncio.create_task(pressing())
    try:
        await phone.wait_for(
            lambda screen: sum("invite link" in each.text for each in screen.messages) >= 1, timeout=BACK_IN
        )
    finally:
        pressed.cancel()
    kinds = ["back office" in each for each in await said(phone)]
    assert kinds == [True] * helps + [False]


async def is_settled(stage: Stage) -> None:
    """Nothing is open: no update waits to be run, or to be marked."""
    open_updates = select(func.count()).where(InboundUpdate.state != UpdateState.ANSWERED)
    async with asyncio.timeout(BACK_IN):
        await stage.settled()
        while True:
            async with stage.bot.transactions.reading() as session:
                if not await session.scalar(open_updates):
                    return
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("how", ["fast", "crash"])
async def test_gone_for_a_while(stage: Stage, server: OwnPostgres, how: Stop, caplog: pytest.LogCaptureFixture) -> None:
    phones = [await stage.stranger(f"Zain {number}") for number in range(8)]
    for phone in phones:
        await phone.say("/help")
        await phone.wait_for("back office")
    assert await is_well(stage, 200) == {"status": "ok", "database": "ok", "files": "ok"}
    server.stop(how)
    caplog.clear()
    for phone in phones:
        await phone.say("/help")
        await phone.say("/cancel")
    assert (await is_well(stage, 503))["database"] == "away"
    await asyncio.sleep(GONE_SECONDS)
    assert (await health(stage))[0] == 503
    lines = caplog.messages
    assert 1 <= len(lines) <= LINES_A_SECOND * GONE_SECONDS, lines
    await asyncio.to_thread(server.start)
    for phone in phones:
        await answered(stage, phone, 2)
    assert (await is_well(stage, 200))["status"] == "ok"
    await is_settled(stage)


async def test_restarted_again_and_again_under_load(polling: Stage, server: OwnPostgres) -> None:
    phones = [await polling.stranger(f"Zain {number}") for number in range(12)]

    async def writes(phone: Phone) -> None:
        for _ in range(10):
            await phone.say("/help")
            await asyncio.sleep(0.1)
        await phone.say("/cancel")

    writing = asyncio.gather(*(writes(phone) for phone in phones))
    for number in range(5):
        await asyncio.sleep(0.3)
        server.stop("crash" if number % 2 else "fast")
        await asyncio.to_thread(server.start)
    await writing
    for phone in phones:
        await answered(polling, phone, 10)
    await is_settled(polling)


async def crowd(stage: Stage) -> list[Phone]:
    """More people than the pool has connections, each with an answer to /help."""
    phones = [await stage.stranger(f"Zain {number}") for number in range(30)]
    for phone in phones:
        await phone.say("/help")
    for phone in phones:
        await phone.wait_for("back office")
    return phones


async def all_goes_on(stage: Stage, phones: Sequence[Phone]) -> None:
    """Each has the answer to /cancel as well, and nothing waits any more."""
    for phone in phones:
        await answered(stage, phone, 1)
    await is_well(stage, 200)
    await is_settled(stage)


async def test_frozen_and_thawed(polling: Stage, server: OwnPostgres) -> None:
    """It takes connections and says nothing, and more people write than the pool has connections."""
    polling.bot.engine.pool._timeout = 1.0  # type: ignore[attr-defined]
    phones = await crowd(polling)
    server.freeze()
    for phone in phones:
        await phone.say("/cancel")
    await is_well(polling, 503)
    await asyncio.sleep(GONE_SECONDS)
    server.thaw()
    await all_goes_on(polling, phones)


async def test_gone_while_an_answer_and_a_notification_are_on_their_way(polling: Stage, server: OwnPostgres) -> None:
    """Both arrive; that they did is written down when that is possible again, and they are not sent again."""
    worker, nadia, omar = await polling.worker(), await polling.admin(), await polling.admin("Omar")
    await open_office(polling)
    order = await submit(polling, worker)
    for admin in (nadia, omar):
        await admin.phone.wait_for("✅ Approve all 10")
    await polling.settled()
    await polling.playground.order_fault("delay", method="editMessageText", chat_id=nadia.phone.user_id, seconds=20)
    await polling.playground.order_fault("delay", method="sendMessage", chat_id=worker.phone.user_id, seconds=20)
    await nadia.phone.tap("✅ Approve all 10")
    await nadia.phone.wait_for("Approved all 10")
    async with asyncio.timeout(BACK_IN):
        while await polling.playground.request("GET", "faults"):
            await asyncio.sleep(0.01)
    server.stop("crash")
    await polling.playground.advance(20)
    await nadia.phone.wait_for("✅ Order 1 approved")
    await worker.phone.wait_for("✅ Order 1 approved")
    await asyncio.to_thread(server.start)
    await nadia.phone.say("/help")
    await nadia.phone.wait_for("/check", timeout=BACK_IN)
    await omar.phone.wait_for("by Nadia", timeout=BACK_IN)
    await is_settled(polling)
    assert await shown(worker.phone, "Order 1 approved") == 1
    assert await shown(nadia.phone, "Order 1") == 1
    assert (await card_of(nadia, order)).is_edited


# A connection that breaks at a COMMIT: whether it was done, the bot cannot hear.


@asynccontextmanager
async def wired(server: OwnPostgres, url: str, folder: Path) -> AsyncIterator[tuple[Stage, PostgresWire]]:
    async with wire_to(server) as wire, office(wire.url(url), folder) as stage:
        yield stage, wire


async def test_a_network_that_swallows_everything(server: OwnPostgres, url: str, tmp_path: Path) -> None:
    """No connection ends, and none that was open then is ever heard of again: as when the server's machine vanishes."""
    async with wired(server, url, tmp_path) as (stage, wire):
        phones = await crowd(stage)
        wire.fall_silent()
        for phone in phones:
            await phone.say("/cancel")
        # Before PostgreSQL gives it to another instance, wherever that hears it.
        async with asyncio.timeout(LEASE_SECONDS - 1):
            await stage.bot.lease.lost()
        await is_well(stage, 503)
        await asyncio.sleep(GONE_SECONDS)
        wire.speak_again()
        await all_goes_on(stage, phones)


async def test_a_transaction_that_its_network_cut_off_holds_nobody_up(
    server: OwnPostgres, url: str, tmp_path: Path
) -> None:
    """PostgreSQL still has it, with the rows that it locked, and the next try needs the same rows."""
    async with wired(server, url, tmp_path) as (stage, wire):
        worker, nadia = await stage.worker(), await stage.admin()
        await open_office(stage)
        await submit(stage, worker)
        await nadia.phone.wait_for("✅ Approve all 10")
        await stage.settled()
        broken = wire.break_at_commit("Approved all 10", "silent")
        await nadia.phone.tap("✅ Approve all 10")
        await nadia.phone.wait_for("✅ Order 1 approved", timeout=BACK_IN)
        await worker.phone.wait_for("✅ Order 1 approved", timeout=BACK_IN)
        assert broken.happened.is_set()
        await is_settled(stage)
        assert await shown(worker.phone, "Order 1 approved") == 1
        async with stage.bot.transactions.reading() as session:
            assert await verify(session) == []


async def test_broken_while_the_lease_is_prepared(server: OwnPostgres, url: str, tmp_path: Path) -> None:
    """Its session listens for news, which is said to the driver itself: what that raised ended the whole bot."""
    async with wire_to(server) as wire:
        broken = wire.break_at("LISTEN")
        async with office(wire.url(url), tmp_path) as stage:
            zain = await stage.stranger()
            await zain.say("/help")
            await zain.say("/cancel")
            await answered(stage, zain, 1)
            assert broken.happened.is_set()


MOMENTS = pytest.mark.parametrize("moment", ["before", "after"])


@MOMENTS
async def test_broken_while_an_update_is_stored(server: OwnPostgres, url: str, tmp_path: Path, moment: Moment) -> None:
    async with wired(server, url, tmp_path) as (stage, wire):
        zain = await stage.stranger()
        broken = wire.break_at_commit("/help please", moment)
        await zain.say("/help please")
        await zain.say("/cancel")
        await answered(stage, zain, 1)
        assert broken.happened.is_set()
        await is_settled(stage)


@MOMENTS
async def test_broken_while_an_update_is_committed(
    server: OwnPostgres, url: str, tmp_path: Path, moment: Moment
) -> None:
    async with wired(server, url, tmp_path) as (stage, wire):
        worker, nadia = await stage.worker(), await stage.admin()
        await open_office(stage)
        await submit(stage, worker)
        await nadia.phone.wait_for("✅ Approve all 10")
        await stage.settled()
        broken = wire.break_at_commit("Approved all 10", moment)
        await nadia.phone.tap("✅ Approve all 10")
        await nadia.phone.say("/help")
        await nadia.phone.wait_for("✅ Order 1 approved", timeout=BACK_IN)
        await nadia.phone.wait_for("/check", timeout=BACK_IN)
        await worker.phone.wait_for("✅ Order 1 approved", timeout=BACK_IN)
        assert broken.happened.is_set()
        await is_settled(stage)
        assert await shown(worker.phone, "Order 1 approved") == 1
        async with stage.bot.transactions.reading() as session:
            decided = select(ActivityLog.id).where(ActivityLog.log_type == LogType.ORDER_APPROVED)
            assert len((await session.scalars(decided)).all()) == 1
            assert await verify(session) == []


async def earned(stage: Stage, number: int) -> list[Member]:
    admin = await stage.admin()
    workers = [await stage.worker(f"Worker {each}") for each in range(number)]
    await desk.rate(stage, admin, await desk.category(stage, admin))
    for worker in workers:
        await desk.approved(stage, worker, admin)
    await stage.settled()
    return [admin, *workers]


@pytest.mark.parametrize("mark", ["INV-2026-000001", "month_closed"], ids=["invoices", "report"])
@MOMENTS
async def test_broken_in_the_middle_of_a_closing(
    server: OwnPostgres, url: str, tmp_path: Path, moment: Moment, mark: str
) -> None:
    """Before its invoices are committed, after that, and at the report; the next minute's look goes on."""
    async with wired(server, url, tmp_path) as (stage, wire):
        admin, *workers = await earned(stage, 4)
        stage.clock.set(CLOSING_TIME)
        broken = wire.break_at_commit(mark, moment)
        await stage.bot._scheduler.close_month()
        assert broken.happened.is_set()
        server.stop("crash")
        await asyncio.to_thread(server.start)
        async with asyncio.timeout(BACK_IN):
            while len(await invoices_or_nothing(stage)) < 4 or not await shown(admin.phone, "is closed"):
                await stage.bot._scheduler.close_month()
                await asyncio.sleep(0.2)
        await stage.bot._scheduler.close_month()
        for worker in workers:
            await worker.phone.wait_for("Your invoice for November 2026 is here: PKR 2,394", timeout=BACK_IN)
        await stage.settled()
        assert sorted(number or "" for number, _ in await desk.invoices(stage)) == [
            f"INV-2026-00000{number}" for number in range(1, 5)
        ]
        for worker in workers:
            assert await shown(worker.phone, "Your invoice for") == 1
        assert await shown(admin.phone, "is closed") == 1


async def invoices_or_nothing(stage: Stage) -> list[tuple[str | None, str]]:
    try:
        return await desk.invoices(stage)
    except Exception:  # noqa: BLE001 - the pool still holds connections to the server that died
        return []


# At the start


async def test_one_that_is_away_at_the_start_is_waited_for(
    url: str, server: OwnPostgres, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with office(url, tmp_path) as stage:
        await stage.stop()
        zain = await stage.stranger()
        await zain.say("/help")
        await zain.say("/cancel")
        server.stop()
        caplog.clear()
        starting = asyncio.create_task(stage.start())
        async with asyncio.timeout(BACK_IN):
            while not any("database" in each for each in caplog.messages):
                await asyncio.sleep(0.05)
        await asyncio.to_thread(server.start)
        await starting
        await answered(stage, zain, 1)


async def test_a_database_that_does_not_exist_ends_the_start(url: str, tmp_path: Path) -> None:
    async with office(url, tmp_path) as stage:
        settings = stage.settings.model_copy(update={"database_url": url.replace("/test_", "/nothing_")})
        with pytest.raises(StartError, match="DATABASE_URL"):
            await RunningBot(settings, register, stage.clock).run(asyncio.Event())
