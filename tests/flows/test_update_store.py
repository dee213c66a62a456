"""The update store: on each database in its own way, and with the same result."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.sql import text

from bot.database.connections import Connections
from bot.database.drivers.postgres import PostgresDriver
from bot.database.drivers.sqlite import SqliteDriver
from bot.database.models import DraftStatus, FormDraft, InboundUpdate, UpdateState
from bot.screens.drafts import Drafts
from bot.screens.screen import Answer, Origin, Screen
from bot.updates.update_store import AlreadyDoneError, UpdateStore, update_store_of
from domain.accounts.model import Role, User
from domain.audit.service import NEWEST
from domain.persistence.db import DATABASE_AWAY, create_engine, database_url, tables_of
from tests.flows.stage import Stage
from tests.support.databases import Databases

UPDATE = 900_000_000
SHOWN = Answer(Origin(77), (Screen("It's “done”, naïvely"),), 5)


@pytest.fixture
async def update_store(stage: Stage) -> AsyncIterator[UpdateStore]:
    made = update_store_of(stage.bot.engine, 2, Connections())
    yield made
    await made.close()


async def stored(stage: Stage) -> None:
    async with stage.bot.transactions.unit() as unit:
        unit.session.add(InboundUpdate(update_id=UPDATE, lane="chat:77", body={"update_id": UPDATE}))
        await unit.session.commit()


async def row(stage: Stage) -> tuple[Any, ...]:
    columns = (InboundUpdate.state, InboundUpdate.screen, InboundUpdate.error, InboundUpdate.attempts)
    async with stage.bot.transactions.reading() as session:
        found = await session.execute(select(*columns, InboundUpdate.body).where(InboundUpdate.update_id == UPDATE))
        return tuple(found.one())


async def test_a_workers_chat_its_draft_and_the_logs_place_are_found(stage: Stage, update_store: UpdateStore) -> None:
    worker = await stage.worker()
    await stage.settled()
    chat_id = worker.phone.user_id
    draft = {"title": "O'Neill's “links”", "photos": [1, 2], "note": None}
    async with stage.bot.transactions.unit() as unit:
        drafts = Drafts(chat_id, worker.id, unit.session, unit.clock.now(), {})
        made = drafts.start("submit", "photos", draft)
        made.memory.turn = 7
        await drafts.save()
        await unit.session.commit()
    async with stage.bot.transactions.unit() as unit:
        found = await update_store.begin(unit, chat_id)
    assert found.chat is not None
    assert (found.chat.role, found.chat.is_active, found.chat.blocked_at) == (Role.WORKER, True, None)
    assert found.chat.session_id is not None
    assert found.draft is not None
    assert (found.draft.id, found.draft.user_id, found.draft.status) == (made.id, worker.id, DraftStatus.OPEN)
    assert (found.draft.form, found.draft.step, found.draft.data) == ("submit", "photos", draft)
    assert (found.draft.memory.turn, found.draft.opened_at) == (7, stage.clock.now())
    async with stage.bot.transactions.reading() as session:
        person = await session.get_one(User, found.chat.user_id)
        assert (person.name, person.locale) == (found.chat.name, found.chat.locale)
        assert await session.scalar(NEWEST) == found.seen


async def test_a_chat_has_one_open_form_at_a_time(stage: Stage, update_store: UpdateStore) -> None:
    chat_id = 77
    for name in ("submit", "bonus", "bonus"):
        async with stage.bot.transactions.unit() as unit:
            drafts = Drafts(chat_id, None, unit.session, unit.clock.now(), {})
            drafts.found((await update_store.begin(unit, chat_id)).draft)
            drafts.start(name, "first", {"of": name})
            await drafts.save()
            await unit.session.commit()
    async with stage.bot.transactions.unit() as unit:
        found = await update_store.begin(unit, chat_id)
        rows = (await unit.session.execute(select(FormDraft.form, FormDraft.status))).all()
    assert found.draft is not None
    assert found.draft.form == "bonus"
    assert sorted(status for _form, status in rows) == [DraftStatus.ASIDE, DraftStatus.ASIDE, DraftStatus.OPEN]


async def test_nothing_is_known_of_a_stranger(stage: Stage, update_store: UpdateStore) -> None:
    async with stage.bot.transactions.unit() as unit:
        found = await update_store.begin(unit, -5)
    assert found.chat is None
    assert found.draft is None


@pytest.mark.parametrize("begins_with", [None, "SELECT 1"])
async def test_an_update_is_noted_once(stage: Stage, update_store: UpdateStore, begins_with: str | None) -> None:
    """Whether by its one statement, or by the last one of a transaction."""
    await stored(stage)
    async with stage.bot.transactions.unit() as unit:
        if begins_with is not None:
            await unit.session.execute(text(begins_with))
        await update_store.end(unit, UPDATE, SHOWN, error="ValueError: a bug")
        if unit.has_begun:
            await unit.session.commit()
    noted = (UpdateState.DONE, SHOWN.to_json(), "ValueError: a bug", 1, {"update_id": UPDATE})
    assert await row(stage) == noted
    async with stage.bot.transactions.unit() as unit:
        with pytest.raises(AlreadyDoneError):
            await update_store.end(unit, UPDATE, SHOWN)
    assert await row(stage) == noted


@pytest.mark.parametrize("begins_with", [None, "SELECT 1"])
async def test_in_secret_nothing_is_kept_of_what_was_said(
    stage: Stage, update_store: UpdateStore, begins_with: str | None
) -> None:
    await stored(stage)
    async with stage.bot.transactions.unit() as unit:
        if begins_with is not None:
            await unit.session.execute(text(begins_with))
        await update_store.end(unit, UPDATE, SHOWN, is_secret=True)
        if unit.has_begun:
            await unit.session.commit()
    assert await row(stage) == (UpdateState.DONE, SHOWN.to_json(), None, 1, {})


async def test_what_is_rolled_back_is_not_noted(stage: Stage, update_store: UpdateStore) -> None:
    await stored(stage)
    async with stage.bot.transactions.unit() as unit:
        await unit.session.execute(select(func.count()).select_from(User))
        await update_store.end(unit, UPDATE, SHOWN)
    assert (await row(stage))[0] is UpdateState.NEW


@pytest.fixture
def postgres_url(databases: Databases) -> Iterator[URL]:
    with databases.migrated("postgresql") as url:
        yield database_url(url)


async def test_the_drivers_errors_are_those_that_the_rest_expects(postgres_url: URL) -> None:
    driver = PostgresDriver(postgres_url, 1, Connections())
    with pytest.raises(DBAPIError) as refused:
        await driver.fetch_one(driver.prepare(text("SELECT * FROM nowhere")), {})
    assert getattr(refused.value.orig, "sqlstate", None) == "42P01"
    await driver.close()
    with pytest.raises(OperationalError):
        await driver.fetch_one(driver.prepare(text("SELECT 1")), {})


async def test_so_are_those_of_sqlites_driver(databases: Databases) -> None:
    with databases.migrated("sqlite") as url:
        engine = create_engine(url, busy_seconds=0.05)
        driver = SqliteDriver(engine)
        with pytest.raises(OperationalError, match="no such table"):
            await driver.fetch_one(driver.prepare(text("SELECT * FROM nowhere")), {})
        noting = driver.prepare(update(*tables_of(InboundUpdate)).values(attempts=1))
        async with engine.begin() as other:
            await other.execute(text("SELECT 1"))  # which makes it the one that writes
            with pytest.raises(OperationalError, match="locked"):
                await driver.execute(noting, {})
        assert await driver.execute(noting, {}) == 0
        await driver.close()
        with pytest.raises(OperationalError, match="closed"):
            await driver.execute(noting, {})
        await engine.dispose()


@pytest.mark.parametrize("elsewhere", [{"database": "not_there"}, {"query": {"host": "/nowhere"}}])
async def test_a_database_that_is_not_there_is_away(postgres_url: URL, elsewhere: dict[str, Any]) -> None:
    gone = PostgresDriver(postgres_url.set(**elsewhere), 1, Connections())
    with pytest.raises(DATABASE_AWAY):
        await gone.fetch_one(gone.prepare(text("SELECT 1")), {})
    await gone.close()


async def test_a_connection_that_was_cut_is_made_anew(postgres_url: URL) -> None:
    driver, other = (PostgresDriver(postgres_url, 1, Connections()) for _ in range(2))
    who = driver.prepare(text("SELECT pg_backend_pid()"))
    [first] = await driver.fetch_one(who, {})
    assert list(await driver.fetch_one(who, {})) == [first]
    end = other.prepare(text("SELECT pg_terminate_backend(:process)"))
    await other.fetch_one(end, {"process": first})
    second = None
    while second is None:
        try:
            [second] = await driver.fetch_one(who, {})
        except DATABASE_AWAY:
            continue
    assert second != first
    await driver.close()
    await other.close()
