import pytest
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from tests.domain.orders.desk import Desk
from tests.support.fixtures import *  # noqa: F403


@pytest.fixture
async def desk(sessions: async_sessionmaker[AsyncSession]) -> Desk:
    """An agency in Karachi on the afternoon of 14 October 2026."""
    made = Desk(sessions)
    await made.open()
    return made
