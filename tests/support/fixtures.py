"""Database fixtures, for the conftest of any folder that needs them: `from tests.support.fixtures import *`.

A test that takes `database_url`, `engine`, `sessions` or `session` runs twice: on SQLite and on PostgreSQL, or on what
`--databases` names.
"""

from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from domain.persistence.db import create_engine, session_factory
from tests.support.databases import Databases
from tests.support.engines import ENGINES
from tests.support.s3 import S3, running_s3

__all__ = ["database_url", "databases", "empty_url", "engine", "engine_name", "s3", "session", "sessions"]


@pytest.fixture(scope="session")
def databases(
    testrun_uid: str, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Iterator[Databases]:
    wanted = pytestconfig.getoption("databases")
    made = Databases(testrun_uid, tmp_path_factory.mktemp("databases"), with_postgres=wanted != "sqlite")
    yield made
    made.close()


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def empty_url(databases: Databases, engine_name: str) -> Iterator[str]:
    """A database without a schema."""
    with databases.empty(engine_name) as url:
        yield url


@pytest.fixture
def database_url(databases: Databases, engine_name: str) -> Iterator[str]:
    """A database at the newest schema, of this test alone."""
    with databases.migrated(engine_name) as url:
        yield url


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    made = create_engine(database_url, synchronous="OFF")
    yield made
    await made.dispose()


@pytest.fixture
def sessions(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    return session_factory(engine)


@pytest.fixture
async def session(sessions: async_sessionmaker[AsyncSession]) -> AsyncIterator[AsyncSession]:
    """In a transaction that is rolled back at the end, unless the test commits."""
    async with sessions() as made:
        yield made


@pytest.fixture(scope="session")
def s3(testrun_uid: str) -> Iterator[S3]:
    """A real store, started when a test first needs it."""
    with running_s3(testrun_uid) as server:
        yield server
