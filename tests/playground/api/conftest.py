"""The bot's calls, as raw HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.playground.api.raw import Api

if TYPE_CHECKING:
    from playground.phone import BotAccount


@pytest.fixture
def api(bot: BotAccount) -> Api:
    return Api(bot)
