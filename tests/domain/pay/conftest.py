import pytest
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from tests.domain.pay.office import Office, karachi
from tests.support.fixtures import *  # noqa: F403


@pytest.fixture
async def office(sessions: async_sessionmaker[AsyncSession]) -> Office:
    """An agency in Karachi on 2 November 2026, with an admin, two workers and two categories."""
    made = Office(sessions, karachi(2026, 11, 2, 9))
    await made.open()
    return made
