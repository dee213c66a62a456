"""The schema's history: every step goes up and down on both engines, in one transaction, under one lock."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import URL, Connection

from domain.persistence import schema
from domain.persistence.db import create_engine, database_url
from domain.typed_input.names import fold
from tests.support.databases import Databases

ROOT = Path(__file__).resolve().parents[2]
REVISIONS = [script.revision for script in reversed(list(ScriptDirectory(str(schema.MIGRATIONS)).walk_revisions()))]

POSTGRESQL_OBJECTS = """
    SELECT 'column', table_name || '.' || column_name, concat_ws(' ', data_type, is_nullable, column_default)
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'function', proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'sequence', relname, '' FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace
    UNION ALL SELECT 'view', viewname, definition FROM pg_views WHERE schemaname = 'public'
"""


def objects(url: str) -> set[tuple[str, str, str]]:
    """Everything that a schema is made of, with its definition."""

    def read(connection: Connection) -> set[tuple[str, str, str]]:
        query = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"
        rows = connection.execute(text(query if connection.dialect.name == "sqlite" else POSTGRESQL_OBJECTS))
        return {(kind, name, definition) for kind, name, definition in rows if "alembic_version" not in name}

    async def connect() -> set[tuple[str, str, str]]:
        engine = create_engine(url)
        async with engine.connect() as connection:
            found = await connection.run_sync(read)
        await engine.dispose()
        return found

    return asyncio.run(connect())


def test_each_step_goes_up_down_and_up_again(empty_url: str) -> None:
    before = objects(empty_url)
    for revision in REVISIONS:
        schema.upgrade(empty_url, revision)
        after = objects(empty_url)
        assert after != before, f"{revision} changes something"

        schema.downgrade(empty_url, "-1")
        assert objects(empty_url) == before, f"{revision} leaves nothing behind"

        schema.upgrade(empty_url, revision)
        assert objects(empty_url) == after, f"{revision} makes the same the second time"
        before = after
    assert schema.current(empty_url) == schema.head() == REVISIONS[-1]


def test_all_the_way_down_leaves_nothing(database_url: str) -> None:
    schema.downgrade(database_url, "base")

    assert objects(database_url) == set()
    assert schema.current(database_url) is None


def test_upgrading_twice_changes_nothing(database_url: str) -> None:
    before = objects(database_url)

    schema.upgrade(database_url)

    assert objects(database_url) == before


def test_processes_that_start_at_once_wait_for_each_other(empty_url: str) -> None:
    """Two bots of one deployment came up together; the second failed on "table users already exists"."""
    code = "import sys; from domain.persistence import schema; schema.upgrade(sys.argv[1])"
    command = [sys.executable, "-W", "error", "-c", code, empty_url]
    started = [
        subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)  # noqa: S603
        for _ in range(3)
    ]

    said = [process.communicate()[1] for process in started]

    assert [process.returncode for process in started] == [0, 0, 0], said
    assert schema.current(empty_url) == schema.head()


def test_a_run_that_fails_leaves_the_schema_as_it_was(empty_url: str) -> None:
    async def occupy() -> None:
        engine = create_engine(empty_url)
        async with engine.begin() as connection:
            await connection.execute(text("CREATE TABLE work_orders (of_somebody_else INTEGER)"))
        await engine.dispose()

    asyncio.run(occupy())
    before = objects(empty_url)

    with pytest.raises(Exception, match="work_orders"):
        schema.upgrade(empty_url)

    assert objects(empty_url) == before
    assert schema.current(empty_url) is None


def test_a_database_of_a_newer_program_is_refused(database_url: str) -> None:
    async def pretend() -> None:
        engine = create_engine(database_url)
        async with engine.begin() as connection:
            await connection.execute(text("UPDATE alembic_version SET version_num = '9999_from_the_future'"))
        await engine.dispose()

    asyncio.run(pretend())

    with pytest.raises(schema.SchemaError, match="9999_from_the_future"):
        schema.upgrade(database_url)


def test_a_sqlite_file_and_its_folder_are_made(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'folder' / 'bot.db'}"
    assert schema.current(url) is None
    assert not (tmp_path / "new").exists()

    schema.upgrade(url)

    assert schema.current(url) == schema.head()


def test_a_database_owner_without_special_rights_can_migrate(databases: Databases) -> None:
    """On a managed PostgreSQL nobody is a superuser; and the log is closed to the owner too, not by triggers alone."""
    server = databases.postgres
    server.execute("DROP ROLE IF EXISTS plain", "CREATE ROLE plain LOGIN")
    with databases.empty("postgresql") as url:
        name = database_url(url).database
        assert name is not None
        server.execute(f"ALTER DATABASE {name} OWNER TO plain")
        plain_url = server.url(name, user="plain")

        schema.upgrade(plain_url)
        asyncio.run(touch_the_log(plain_url))
        schema.downgrade(plain_url, "base")

        assert objects(plain_url) == set()
    server.execute("DROP ROLE plain")


async def touch_the_log(url: str) -> None:
    engine = create_engine(url)
    async with engine.begin() as connection:
        await connection.execute(
            text("INSERT INTO users (email, password_hash, name, role) VALUES ('a@b', '!', 'A', 'Worker')")
        )
        await connection.execute(
            text("INSERT INTO activity_logs (user_id, action, log_type) SELECT id, 'in', 'login' FROM users LIMIT 1")
        )
    for statement in (
        "UPDATE activity_logs SET action = 'out'",
        "DELETE FROM activity_logs",
        "TRUNCATE activity_logs",
    ):
        with pytest.raises(Exception, match="permission denied"):
            async with engine.begin() as connection:
                await connection.execute(text(statement))
    # A user without a log row can still be deleted: the check of the foreign key needs to lock rows of the log.
    async with engine.begin() as connection:
        await connection.execute(text("DELETE FROM users WHERE id NOT IN (SELECT user_id FROM activity_logs)"))
    await engine.dispose()


def test_names_get_their_keys_and_stay_as_they_are(empty_url: str) -> None:
    names = ["Éva Müller", "عائشة صديقي", "!"]

    async def run(statement: str, *rows: dict[str, str]) -> list[tuple[str, ...]]:
        engine = create_engine(empty_url)
        async with engine.begin() as connection:
            done = await connection.execute(text(statement), list(rows) or None)
            read = [tuple(row) for row in done] if done.returns_rows else []
        await engine.dispose()
        return read

    schema.upgrade(empty_url, "0010_orders_change_faster")
    add = "INSERT INTO users (email, password_hash, name, role) VALUES (:email, 'x', :name, 'Worker')"
    asyncio.run(run(add, *({"email": f"{place}@example.com", "name": name} for place, name in enumerate(names))))
    before = asyncio.run(run("SELECT * FROM users ORDER BY email"))

    schema.upgrade(empty_url)

    keys = asyncio.run(run("SELECT name, name_key FROM users ORDER BY email"))
    assert keys == [*((name, fold(name)) for name in names), ("System", "system")]
    schema.downgrade(empty_url, "0010_orders_change_faster")
    assert asyncio.run(run("SELECT * FROM users ORDER BY email")) == before


@pytest.mark.parametrize(
    ("written", "driver", "query"),
    [
        ("postgres://bot:s%40cret@db.example:5433/pay", "postgresql+asyncpg", {}),
        ("postgresql://bot@db.example/pay?sslmode=require", "postgresql+asyncpg", {"ssl": "require"}),
        ("sqlite:///data/bot.db", "sqlite+aiosqlite", {}),
    ],
)
def test_urls_are_taken_as_people_write_them(written: str, driver: str, query: dict[str, str]) -> None:
    made = database_url(written)

    assert isinstance(made, URL)
    assert made.drivername == driver
    assert dict(made.query) == query


def test_other_databases_are_refused() -> None:
    with pytest.raises(ValueError, match="mysql"):
        database_url("mysql://localhost/pay")
