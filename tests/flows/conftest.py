"""A stage for each test, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.flows.stage import Stage, staged
from tests.flows.submitting import Desk, add_categories
from tests.support.fixtures import *  # noqa: F403
from tests.support.patience import be_patient


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    be_patient(monkeypatch)


@pytest.fixture
async def stage(database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(database_url, tmp_path) as made:
        yield made


@pytest.fixture
async def desk(stage: Stage) -> Desk:
    """Categories, a worker and an admin."""
    await add_categories(stage)
    return Desk(stage, await stage.worker(), await stage.admin())
