"""The bots under test: four of them, two frameworks by two ways of getting updates."""

from __future__ import annotations

import pytest

from tests.playground.frameworks.runners import Aiogram, Mode, PythonTelegramBot, Runner


@pytest.fixture(scope="module", params=["polling", "webhook"])
def mode(request: pytest.FixtureRequest) -> Mode:
    chosen: Mode = request.param
    return chosen


@pytest.fixture(scope="module", params=[PythonTelegramBot, Aiogram])
def framework(request: pytest.FixtureRequest) -> type[Runner]:
    chosen: type[Runner] = request.param
    return chosen
