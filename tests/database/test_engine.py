"""Both engines behave alike: types, transactions, order numbers."""

# ruff: noqa: S608 - the parts are from this file

import asyncio
import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from bot.database.models import DraftStatus, FormDraft, InboundUpdate
from domain.accounts.model import SYSTEM_USER_ID, Role, User, UserSession
from domain.audit.model import ActivityChain, ActivityLog, LogType
from domain.money import LIMIT
from domain.notifications.model import Notification
from domain.orders.model import OrderStatus, WorkOrder
from domain.pay.model import Bonus
from domain.persistence.db import among, create_engine, for_reading

Sessions = async_sessionmaker[AsyncSession]


def user(name: str = "Bilal", role: Role = Role.WORKER) -> User:
    return User(id=uuid4(), email=f"{name.lower()}@example.com", name=name, role=role)


async def test_an_instant_comes_back_as_the_same_instant_in_utc(sessions: Sessions) -> None:
    in_karachi = datetime(2026, 10, 1, 4, 59, 59, 123456, tzinfo=ZoneInfo("Asia/Karachi"))
    worker = user()
    async with sessions.begin() as session:
        session.add(worker)
        session.add(UserSession(user_id=worker.id, session_token="t", expires_at=in_karachi))

    async with sessions() as session:
        read = (await session.execute(select(UserSession))).scalar_one()

    assert read.expires_at == in_karachi
    assert read.expires_at.tzinfo is UTC or read.expires_at.utcoffset() == timedelta(0)
    assert read.expires_at.day == 30


async def test_instants_are_compared_as_instants(sessions: Sessions) -> None:
    moment = datetime(2026, 10, 1, tzinfo=UTC)
    worker = user()
    async with sessions.begin() as session:
        session.add(worker)
        for number in range(-1, 2):
            later = moment + timedelta(microseconds=number)
            session.add(UserSession(user_id=worker.id, session_token=str(number), expires_at=later))

    async with sessions() as session:
        same_moment = moment.astimezone(timezone(timedelta(hours=-5)))
        found = await session.scalars(select(UserSession.session_token).where(UserSession.expires_at < same_moment))

    assert found.all() == ["-1"]


async def test_an_instant_without_a_zone_is_refused(session: AsyncSession) -> None:
    naive = datetime(2026, 10, 1)  # noqa: DTZ001 - the point

    with pytest.raises(StatementError, match="needs a time zone"):
        await session.execute(select(UserSession).where(UserSession.expires_at < naive))


async def test_the_database_fills_in_ids_and_the_time_in_utc(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        before = datetime.now(UTC)
        await connection.execute(
            text("INSERT INTO users (email, password_hash, name, role) VALUES (:email, '!', 'A', 'Worker')"),
            [{"email": "a@b"}, {"email": "c@d"}],
        )
        rows = (await connection.execute(select(User.id, User.created_at).where(User.role == Role.WORKER))).all()

    assert len({row.id for row in rows}) == 2
    assert {row.id.version for row in rows} == {4}
    for row in rows:
        # SQLite's clock has milliseconds; the server's zone is Asia/Karachi.
        assert abs(row.created_at - before) < timedelta(seconds=10)


@pytest.mark.parametrize("amount", [Decimal("0.01"), Decimal("7.98"), Decimal("1234.5"), LIMIT])
async def test_money_comes_back_exactly(sessions: Sessions, amount: Decimal) -> None:
    async with sessions.begin() as session:
        worker = user()
        session.add(worker)
        await session.flush()
        session.add(bonus(worker, amount))

    async with sessions() as session:
        read = (await session.execute(select(Bonus.amount))).scalar_one()
        same = await session.scalar(select(func.count()).where(Bonus.amount == amount))

    assert read == amount
    assert read.as_tuple().exponent == -2
    assert same == 1


async def test_sums_of_money_are_exact(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        worker = user()
        session.add(worker)
        await session.flush()
        session.add_all(bonus(worker, Decimal("0.10")) for _ in range(3))

    async with sessions() as session:
        assert await session.scalar(select(func.sum(Bonus.amount))) == Decimal("0.30")
        assert await session.scalar(select(func.sum(Bonus.amount)).where(Bonus.amount > Decimal("0.10"))) is None


async def test_the_database_computes_with_money_as_python_does(sessions: Sessions) -> None:
    """Sums go beyond one amount's range: 10,000 people's pay does."""
    async with sessions.begin() as session:
        session.add(order(0, rate=Decimal("7.98"), total_submissions=300))
        session.add(order(1, rate=LIMIT, total_submissions=2))

    async with sessions() as session:
        earned = WorkOrder.rate * WorkOrder.total_submissions
        assert await session.scalar(select(earned).where(WorkOrder.number == 1)) == Decimal("2394.00")
        assert await session.scalar(select(func.sum(earned))) == Decimal("2394.00") + 2 * LIMIT
        assert await session.scalar(select(WorkOrder.rate * 3).where(WorkOrder.number == 1)) == Decimal("23.94")
        nothing = select(func.coalesce(func.sum(WorkOrder.rate), 0)).where(WorkOrder.number > 2)
        assert str(await session.scalar(nothing)) == "0.00"
        with pytest.raises(StatementError, match="money is a Decimal"):
            await session.scalar(select(earned).where(WorkOrder.rate > 7))  # seven hundredths, on SQLite


@pytest.mark.parametrize("wrong", [0.1, 1, Decimal("0.001"), LIMIT + 1, Decimal("NaN")])
async def test_money_that_the_column_cannot_hold_is_refused(session: AsyncSession, wrong: Decimal) -> None:
    worker = user()
    session.add(worker)
    await session.flush()
    session.add(bonus(worker, wrong))

    with pytest.raises(StatementError, match=r"money is a Decimal|AmountTooPrecise|AmountOutOfRange"):
        await session.flush()


def bonus(worker: User, amount: Decimal) -> Bonus:
    return Bonus(worker_id=worker.id, amount=amount, reason="r", month=10, year=2026, created_by=SYSTEM_USER_ID)


async def test_json_null_and_an_address_come_back(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        log = ActivityLog(user_id=SYSTEM_USER_ID, action="a", log_type=LogType.OTHER, ip_address="2001:db8::1")
        log.new_values = {"name": "عائشہ", "parts": [1, None]}
        session.add(log)
        session.add(FormDraft(chat_id=1, form="submit", step="files", data={"note": None}, memory={}))

    async with sessions() as session:
        read = (await session.execute(select(ActivityLog))).scalar_one()
        draft = (await session.execute(select(FormDraft))).scalar_one()

    assert read.new_values == {"name": "عائشہ", "parts": [1, None]}
    assert read.old_values is None
    assert read.ip_address == "2001:db8::1"
    assert (draft.data, draft.memory, draft.status) == ({"note": None}, {}, DraftStatus.OPEN)


async def test_an_update_is_kept_as_it_arrived(sessions: Sessions) -> None:
    body = {"update_id": 7, "message": {"text": "b", "chat": {"id": -(2**52)}}, "a": 1}
    async with sessions.begin() as session:
        session.add(InboundUpdate(update_id=7, lane="1", body=body))

    async with sessions() as session:
        read = (await session.execute(select(InboundUpdate))).scalar_one()

    assert json.dumps(read.body) == json.dumps(body)


async def test_references_are_checked(session: AsyncSession) -> None:
    session.add(bonus(user(), Decimal(1)))

    with pytest.raises(DBAPIError, match=r"(?i)foreign key"):
        await session.flush()


async def test_the_system_is_a_user_who_cannot_log_in(session: AsyncSession) -> None:
    system = await session.get_one(User, SYSTEM_USER_ID)

    assert not system.is_active
    assert system.password_hash == "!"


async def test_the_chain_begins_with_zeros(session: AsyncSession) -> None:
    head = (await session.execute(select(ActivityChain))).scalar_one()

    assert (head.seq, head.hash) == (0, "0" * 64)


class TestOrderNumbers:
    async def test_objects_know_their_numbers(self, sessions: Sessions) -> None:
        """Several assignees make one order each, in one flush."""
        async with sessions.begin() as session:
            orders = [order(number) for number in range(3)]
            session.add_all(orders)
            await session.flush()

            assert sorted(order.number for order in orders) == [1, 2, 3]

    async def test_rows_from_elsewhere_get_one_too(self, engine: AsyncEngine, sessions: Sessions) -> None:
        async with sessions.begin() as session:
            session.add(order(0))
        insert = "INSERT INTO work_orders (title, category, created_by) SELECT 'raw', 'c', id FROM users"
        async with engine.begin() as connection:
            await connection.execute(text(f"{insert} UNION ALL SELECT 'raw', 'c', id FROM users"))
        async with sessions.begin() as session:
            session.add(order(1))

        async with sessions() as session:
            numbers = (await session.scalars(select(WorkOrder.number).order_by(WorkOrder.number))).all()
        assert numbers == [1, 2, 3, 4]

    async def test_the_same_number_twice_is_refused(self, session: AsyncSession) -> None:
        session.add(order(0, number=5))
        await session.flush()
        session.add(order(1, number=5))

        with pytest.raises(DBAPIError, match=r"(?i)unique"):
            await session.flush()


def order(place: int, **values: object) -> WorkOrder:
    return WorkOrder(title=f"Order {place}", category="Link Building", created_by=SYSTEM_USER_ID, **values)


async def test_a_new_object_holds_what_the_database_filled_in(session: AsyncSession) -> None:
    """In asynchronous code an attribute that must first be fetched fails when it is read."""
    made = order(0)
    session.add(made)
    await session.flush()

    assert made.status is OrderStatus.UNDER_QA
    assert made.version == 1
    assert made.created_at.tzinfo is not None
    assert made.number == 1


async def test_updated_at_moves_with_a_change(sessions: Sessions) -> None:
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    async with sessions.begin() as session:
        worker = user()
        worker.updated_at = long_ago
        session.add(worker)
    async with sessions.begin() as session:
        read = await session.get_one(User, worker.id)
        read.left_on = date(2026, 10, 31)

    async with sessions() as session:
        assert (await session.get_one(User, worker.id)).updated_at > long_ago


async def test_notifications_are_numbered_in_their_order(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        for key in "abc":
            session.add(Notification(user_id=SYSTEM_USER_ID, kind="k", payload={}, dedupe_key=key))
            await session.flush()

    async with sessions() as session:
        read = await session.scalars(select(Notification.dedupe_key).order_by(Notification.id))
    assert read.all() == ["a", "b", "c"]


class TestTransactions:
    async def test_a_rollback_takes_back_ddl_and_rows(self, engine: AsyncEngine) -> None:
        async with engine.connect() as connection:
            await connection.execute(text("CREATE TABLE short_lived (id INTEGER)"))
            await connection.execute(text("INSERT INTO short_lived VALUES (1)"))
            await connection.rollback()
            with pytest.raises(DBAPIError, match="short_lived"):
                await connection.execute(text("SELECT * FROM short_lived"))

    async def test_read_then_write_at_the_same_time_loses_nothing(self, engine: AsyncEngine) -> None:
        """With SQLite's plain BEGIN the second of two that read and then write fails at once: database is locked."""
        async with engine.begin() as connection:
            await connection.execute(text("INSERT INTO invoice_numbers VALUES (2026, 0)"))

        async def take() -> None:
            async with engine.begin() as connection:
                locking = "" if engine.dialect.name == "sqlite" else " FOR UPDATE"
                last = await connection.scalar(text(f"SELECT last FROM invoice_numbers{locking}"))
                await connection.execute(text("UPDATE invoice_numbers SET last = :next"), {"next": last + 1})

        await asyncio.gather(*(take() for _ in range(8)))

        async with engine.connect() as connection:
            assert await connection.scalar(text("SELECT last FROM invoice_numbers")) == 8

    async def test_readers_do_not_wait_for_a_writer_and_see_one_picture(self, engine: AsyncEngine) -> None:
        async with for_reading(engine).connect() as reader:
            assert await reader.scalar(text("SELECT COUNT(*) FROM users")) == 1
            async with engine.begin() as writer:
                await writer.execute(
                    text("INSERT INTO users (email, password_hash, name, role) VALUES ('a@b', '!', 'A', 'Worker')")
                )
                assert await reader.scalar(text("SELECT COUNT(*) FROM users")) == 1
            assert await reader.scalar(text("SELECT COUNT(*) FROM users")) == 1
        async with for_reading(engine).connect() as reader:
            assert await reader.scalar(text("SELECT COUNT(*) FROM users")) == 2


async def test_rows_among_many_are_found_by_the_index(sessions: Sessions) -> None:
    """A closing went through all orders for each of its batches: PostgreSQL chose so, and SQLite for `(…) = 1`."""
    numbers = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 5000)"
    made = f"{numbers} SELECT 'Links', 'Links', users.id FROM numbers CROSS JOIN users"
    found = select(WorkOrder.id).where(among(WorkOrder.number, select(Bonus.year)))
    async with sessions() as session:
        connection = await session.connection()
        await connection.exec_driver_sql(f"INSERT INTO work_orders (title, category, created_by) {made}")
        await connection.exec_driver_sql("ANALYZE work_orders")
        if connection.dialect.name == "sqlite":
            explain, index = "EXPLAIN QUERY PLAN", "SEARCH work_orders USING INDEX"
        else:
            explain, index = "EXPLAIN", "uq_work_orders_number"
        plan = await connection.exec_driver_sql(f"{explain} {found.compile(dialect=connection.dialect)}")
        assert any(index in str(row) for row in plan)


async def test_sqlite_is_set_for_durable_commits(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'x.db'}", busy_seconds=7.5)
    async with engine.connect() as connection:
        found = {
            name: await connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout", "recursive_triggers")
        }
    await engine.dispose()

    assert found == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "synchronous": 2,
        "busy_timeout": 7500,
        "recursive_triggers": 1,
    }
