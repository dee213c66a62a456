import pytest
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from tests.domain.accounts.office import Office
from tests.support.fixtures import *  # noqa: F403


@pytest.fixture
def office(sessions: async_sessionmaker[AsyncSession]) -> Office:
    return Office(sessions)
