"""The database: column types, the declarative base, engines and sessions. Two engines, one behaviour.

| | SQLite (embedded) | PostgreSQL (production) |
|---|---|---|
| instants | text, UTC, microseconds | TIMESTAMPTZ |
| money | INTEGER, hundredths | NUMERIC(10,2) |
| ids | CHAR(32) | UUID |
| JSON | text | JSONB |
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, cast
from uuid import UUID, uuid4

import asyncpg
import orjson
from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    DateTime,
    Dialect,
    Enum,
    Integer,
    MetaData,
    Numeric,
    Select,
    String,
    Table,
    Uuid,
    event,
    make_url,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import INET, JSONB
from sqlalchemy.engine import URL, Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Mapped, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql import operators
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from domain.clock import aware
from domain.money import exact, from_minor, to_minor

NAMES: Final[Mapping[str, str]] = {
    "ix": "idx_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""How constraints and indexes are called, so that a migration can name them. `idx_` is the schema owner's."""


SERVER_SETTINGS: Final = {"timezone": "UTC", "application_name": "mt-web-experts-bot"}
"""Of each connection to PostgreSQL."""

CONNECT_SECONDS: Final = 5.0
"""How long making a connection to PostgreSQL may take: a machine that is not there does not refuse."""
RENEW_SECONDS: Final = 240
"""After this long a connection to PostgreSQL is made anew before its next use: firewalls and address translators
forget, without a word, those that were silent for some minutes (a balancer of AWS: 350 seconds)."""

DATABASE_AWAY: Final = (DBAPIError, OSError, PoolTimeoutError, asyncpg.InternalClientError)
"""What a statement raises when the database cannot be reached or hangs (and, a DBAPIError, when it refuses).

The last one is the driver's, on a connection that PostgreSQL has just ended: its farewell is read, its end not yet.
"""


def reason_of(error: BaseException) -> str:
    """Why the database is away, in its own words where they cannot hold anything that a person typed."""
    return str(error.orig) if isinstance(error, OperationalError) else type(error).__name__


class Instant(TypeDecorator[datetime]):
    """A moment: timezone-aware and UTC in Python, UTC in the database. A datetime without a zone is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        utc = aware(value)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Money(TypeDecorator[Decimal]):
    """An exact amount with two places, within DECIMAL(10,2).

    SQLite has no decimals (NUMERIC there is a float), so it holds hundredths. Floats, a third place and amounts beyond
    the column are refused on both engines, with the errors of `domain.money`.
    """

    impl = Numeric(10, 2)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(BigInteger() if dialect.name == "sqlite" else Numeric(10, 2))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        minor = to_minor(value)
        return minor if dialect.name == "sqlite" else from_minor(minor)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        if value is None:
            return None
        if dialect.name != "sqlite":
            return exact(value)
        if not isinstance(value, int):
            # An average, a quotient, or a literal that was bound as another type: coalesce(…, ZERO) instead of 0.
            raise TypeError(f"not an amount of money: {value!r}")
        return from_minor(value)

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:
        """`rate * 3` is three times the rate; everything else that meets an amount is an amount, in its own unit."""
        return Integer() if op is operators.mul and isinstance(value, int) else self


Json: Final = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
IpAddress: Final = INET().with_variant(String(45), "sqlite")
BigId: Final = BigInteger().with_variant(Integer(), "sqlite")
"""A primary key that counts up. SQLite does that for INTEGER alone."""


class utc_now(FunctionElement[datetime]):  # noqa: N801 - stands in queries like func.now()
    """The database's clock, as `Instant` writes it. PostgreSQL: when the transaction began."""

    type = Instant()
    inherit_cache = True


class random_id(FunctionElement[UUID]):  # noqa: N801
    """A random UUID made by the database."""

    type = Uuid()
    inherit_cache = True


class unindexed(FunctionElement[Any]):  # noqa: N801
    """A column by which rows are to be filtered, not found.

    SQLite keeps no statistics and takes every index for a good one: that on a status with five values, say, rather than
    that on the worker. PostgreSQL knows better by itself.
    """

    inherit_cache = True

    def __init__(self, column: ColumnElement[Any] | InstrumentedAttribute[Any]) -> None:
        super().__init__(column)
        self.type = column.type


class among(FunctionElement[bool]):  # noqa: N801
    """Whether a column's value is one of those that a statement finds, looked up one by one in the column's index.

    PostgreSQL would rather go through the whole table for some thousands of rows. Of an array that it cannot see into
    it expects a few. SQLite looks them up by itself.
    """

    # Without Boolean as its type: on SQLite that would be compared with 1, and an index does not help there.
    inherit_cache = True

    def __init__(self, column: InstrumentedAttribute[Any], found: Select[Any]) -> None:
        super().__init__(column, found.scalar_subquery())


SQLITE_NOW: Final = "(strftime('%Y-%m-%d %H:%M:%f', 'now') || '000')"
SQLITE_RANDOM_ID: Final = (
    "(lower(hex(randomblob(6)) || '4' || substr(hex(randomblob(2)), 2)"
    " || substr('89AB', 1 + abs(random() % 4), 1) || substr(hex(randomblob(8)), 2)))"
)


@compiles(utc_now)
def _now(element: utc_now, compiler: SQLCompiler, **_: Any) -> str:  # noqa: ARG001
    return SQLITE_NOW if compiler.dialect.name == "sqlite" else "CURRENT_TIMESTAMP"


@compiles(random_id)
def _random_id(element: random_id, compiler: SQLCompiler, **_: Any) -> str:  # noqa: ARG001
    return SQLITE_RANDOM_ID if compiler.dialect.name == "sqlite" else "gen_random_uuid()"


@compiles(unindexed)
def _unindexed(element: unindexed, compiler: SQLCompiler, **options: Any) -> str:
    [column] = element.clauses
    return f"{'+' if compiler.dialect.name == 'sqlite' else ''}{compiler.process(column, **options)}"


@compiles(among)
def _among(element: among, compiler: SQLCompiler, **options: Any) -> str:
    column, found = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} IN {found}" if compiler.dialect.name == "sqlite" else f"{column} = ANY (ARRAY{found})"


class Base(DeclarativeBase):
    """Checks, triggers and views are in the migrations alone. What Alembic can compare is here too, and a test does."""

    metadata = MetaData(naming_convention=dict(NAMES))
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own name and form
        UUID: Uuid(),
        datetime: Instant(),
        Decimal: Money(),
        dict[str, Any]: Json,
    }


def tables_of(*models: type[Base]) -> tuple[Table, ...]:
    """The tables behind models, for statements that run at every update: without the ORM they cost half as much."""
    return tuple(cast("Table", model.__table__) for model in models)


def insert_into(session: AsyncSession, table: type[Base]) -> postgresql.Insert:
    """An INSERT that can say what a conflict does: `on_conflict_do_nothing`, `on_conflict_do_update`.

    Both engines know it, in the same words; SQLAlchemy has a class for each.
    """
    return _insert_on(session.get_bind().dialect.name, table)


def upserts(table: Table, keys: Sequence[str], values: Sequence[str]) -> Mapping[str, postgresql.Insert]:
    """For each engine an INSERT that changes the values of a row that has these keys already."""
    made = {}
    for engine in ("postgresql", "sqlite"):
        row = _insert_on(engine, table)
        made[engine] = row.on_conflict_do_update(
            index_elements=keys, set_={name: row.excluded[name] for name in values}
        )
    return made


def _insert_on(engine: str, table: type[Base] | Table) -> postgresql.Insert:
    dialect = postgresql if engine == "postgresql" else sqlite
    return cast("postgresql.Insert", dialect.insert(table))


def primary_id() -> Mapped[UUID]:
    """A UUID primary key: made here, so that an object knows its id, and by the database for rows from elsewhere."""
    return mapped_column(primary_key=True, default=uuid4, server_default=random_id())


def now_column() -> Mapped[datetime]:
    """When the row was made, by the database's clock unless it is given."""
    return mapped_column(server_default=utc_now())


def one_of(values: type[StrEnum], length: int) -> Enum:
    """A VARCHAR that holds one of the values; the migration's CHECK holds the database to it."""
    return Enum(
        values,
        native_enum=False,
        create_constraint=False,
        length=length,
        values_callable=lambda members: [member.value for member in members],
    )


def database_url(url: str | URL) -> URL:
    """A URL as people write it, with the asynchronous driver put in: postgres://, postgresql://, sqlite:///.

    Raises:
        ValueError: It names another kind of database.
    """
    made = make_url(url)
    kind = made.drivername.partition("+")[0]
    if kind in {"postgres", "postgresql"}:
        # libpq's name for it, which providers put into the URLs that they hand out; asyncpg calls it ssl.
        query = {"ssl" if name == "sslmode" else name: value for name, value in made.query.items()}
        return made.set(drivername="postgresql+asyncpg", query=query)
    if kind == "sqlite":
        return made.set(drivername="sqlite+aiosqlite")
    raise ValueError(f"a database is sqlite:///… or postgresql://…, not {kind}")


def create_engine(
    url: str | URL,
    *,
    pool_size: int = 10,
    busy_seconds: float = 30.0,
    synchronous: str = "FULL",
    foreign_keys: bool = True,
    abandoned_seconds: int | None = None,
    **options: Any,
) -> AsyncEngine:
    """An engine whose transactions behave alike on both databases.

    Args:
        url: As `database_url` takes it.
        pool_size: Connections kept open; as many again may be opened for a while.
        busy_seconds: How long a SQLite transaction waits for the one writer before it fails.
        synchronous: SQLite's guarantee for a commit. FULL survives a loss of power; NORMAL may lose the last ones.
        foreign_keys: Whether SQLite checks references at each statement. Only a migration turns it off.
        abandoned_seconds: How long PostgreSQL keeps a transaction that says nothing, and what it has locked: its
            program may be frozen, or its machine gone. None: until TCP finds out, hours later.
        options: Further arguments of SQLAlchemy's `create_async_engine`.
    """
    target = database_url(url)
    options |= {"json_serializer": _to_json, "json_deserializer": orjson.loads}
    if target.drivername == "postgresql+asyncpg":
        if "poolclass" not in options:
            # No ping before each use, which costs a tenth of an update: a connection that broke is found at its first
            # statement, and then all are made anew.
            options |= {"pool_size": pool_size, "max_overflow": pool_size, "pool_recycle": RENEW_SECONDS}
        # Addresses as text, as SQLite has them.
        options.setdefault("native_inet_types", False)
        arguments = {"server_settings": SERVER_SETTINGS, "timeout": CONNECT_SECONDS}
        engine = create_async_engine(target, connect_args=arguments, **options)
        if abandoned_seconds is not None:
            _abandon(engine, abandoned_seconds)
        return engine
    engine = create_async_engine(target, connect_args={"timeout": busy_seconds}, **options)
    _behave(engine, synchronous, foreign_keys=foreign_keys)
    return engine


def _abandon(engine: AsyncEngine, seconds: int) -> None:
    """A statement of its own: a pooler that gives each client a session refuses it among the connection's settings."""

    @event.listens_for(engine.sync_engine, "connect")
    def limit(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        cursor.execute(f"SET idle_in_transaction_session_timeout = '{seconds}s'")
        cursor.close()
        connection.commit()


def _to_json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _behave(engine: AsyncEngine, synchronous: str, *, foreign_keys: bool) -> None:
    """SQLite as a database for several writers: real transactions, foreign keys, durable commits."""

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        # The driver begins a transaction before some statements and not before others; from here on we begin them.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
        cursor.execute(f"PRAGMA synchronous = {synchronous}")
        # 16 MB instead of 2: a month's closing goes through more than that again and again.
        cursor.execute("PRAGMA cache_size = -16384")
        # Without it, INSERT OR REPLACE deletes rows without asking the triggers that refuse deletion.
        cursor.execute("PRAGMA recursive_triggers = ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads first and then writes fails at once if another one has written meanwhile, however
        # long it may wait: so writers queue at their start. See `for_reading`.
        connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN IMMEDIATE"))


def for_reading(engine: AsyncEngine) -> AsyncEngine:
    """The same engine and pool, for transactions that only read: one consistent picture, and nobody waits for it."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(sqlite_begin="BEGIN DEFERRED")
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def session_factory(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    """Sessions whose objects stay readable after the commit: what a handler shows is what was committed."""
    return async_sessionmaker(engine, expire_on_commit=False)
