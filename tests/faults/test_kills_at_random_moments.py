"""kill -9 at random moments, while people work: nothing is lost, nothing is done twice, nobody is stuck."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from tests.faults.storm.round import weather_round
from tests.faults.storm.seeds import rounds
from tests.faults.storm.weather import random_kills


@pytest.mark.parametrize(("seed", "kills"), rounds())
async def test_nothing_is_lost_or_done_twice_at_random_moments(
    database_url: str, sessions: async_sessionmaker[AsyncSession], tmp_path: Path, seed: int, kills: int
) -> None:
    await weather_round(random_kills(seed), kills, seed, database_url=database_url, sessions=sessions, folder=tmp_path)
