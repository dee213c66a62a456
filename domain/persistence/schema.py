"""The schema's version: Alembic, run from here rather than from its command line.

    upgrade("sqlite:///data/bot.db")    # from asynchronous code: await asyncio.to_thread(upgrade, url)

Each run is one transaction under one lock: processes that start at the same moment wait for the first, then find
nothing to do; a run that fails leaves the schema as it was.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Final, TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import text
from sqlalchemy.engine import URL, Connection
from sqlalchemy.pool import NullPool

from domain.persistence.db import create_engine, database_url

MIGRATIONS: Final = Path(__file__).resolve().parents[2] / "migrations"
_ADVISORY_LOCK: Final = 0x4D54_5745  # any number that nobody else locks; this is "MTWE"
_ONE_AT_A_TIME: Final = Lock()  # Alembic keeps the running migration in module globals

_Result = TypeVar("_Result")


class SchemaError(RuntimeError):
    """The database's schema and this program do not fit; the text says what to do."""


def upgrade(url: str | URL, revision: str = "head") -> None:
    """Brings the schema up to `revision`, creating a SQLite file and its folder where there is none.

    Raises:
        SchemaError: The database was made by a newer version of the program.
    """
    target = database_url(url)
    if target.drivername.startswith("sqlite") and target.database:
        Path(target.database).parent.mkdir(parents=True, exist_ok=True)
    _run(target, lambda connection: command.upgrade(_config(connection), revision))


def downgrade(url: str | URL, revision: str) -> None:
    """Takes the schema back to `revision`, or to nothing with "base". Loses what the later tables and columns held."""
    _run(database_url(url), lambda connection: command.downgrade(_config(connection), revision))


def current(url: str | URL) -> str | None:
    """The revision that the database is at; None before the first."""
    target = database_url(url)
    if target.drivername.startswith("sqlite") and not Path(target.database or "").exists():
        return None  # and looking does not create it
    return _run(target, lambda connection: MigrationContext.configure(connection).get_current_revision())


def head() -> str:
    """The revision that this program needs."""
    revision = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    if revision is None:
        raise SchemaError(f"there are no migrations in {MIGRATIONS}")
    return revision


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _run(url: URL, work: Callable[[Connection], _Result]) -> _Result:
    with _ONE_AT_A_TIME:
        return asyncio.run(_locked(url, work))


async def _locked(url: URL, work: Callable[[Connection], _Result]) -> _Result:
    # Rebuilding a table, SQLite's only way to change one, would cascade to the tables that refer to it. So references
    # go unchecked while it runs, and are all checked before the commit.
    engine = create_engine(url, poolclass=NullPool, foreign_keys=False)
    try:
        async with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
            # SQLite needs no lock of its own: the transaction began with BEGIN IMMEDIATE.
            result = await connection.run_sync(work)
            if engine.dialect.name == "sqlite":
                broken = (await connection.exec_driver_sql("PRAGMA foreign_key_check")).all()
                if broken:
                    raise SchemaError(f"rows would refer to missing rows: {broken[:10]}")
            return result
    except CommandError as error:
        raise SchemaError(
            f"{error}. The database was made by another version of this program: run that version or a newer one."
        ) from error
    finally:
        await engine.dispose()
