"""Limits of time that no machine reaches, for tests of what the bot does rather than of how long it waits for others.

A machine that stands still for some seconds breaks a call or the lease off, as it should. What is then tried again in
five seconds never is where the test's clock stands still, and the test fails for the machine's sake.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import pytest

from bot.delivery.http import AiohttpRequest
from playground.phone import Phone

LONG: Final = 100
"""Seconds that a call or the database may take."""
PHONE_SECONDS: Final = 30.0
"""That a phone waits for what it is to show. A test that waits in vain, for it found a bug, takes as long to fail."""
LIMITS: Final = (
    "bot.application.LEASE_SECONDS",
    "bot.database.drivers.postgres.CONNECT_SECONDS",
    "bot.database.lease.ANSWER_SECONDS",
    "bot.database.lease.LEASE_SECONDS",
    "domain.persistence.db.CONNECT_SECONDS",
)
_LIMITED_BY_DEFAULT: Final[Mapping[Callable[..., Any], float]] = {
    AiohttpRequest.__init__: float(LONG),
    Phone.wait_for: PHONE_SECONDS,
    Phone.inline: PHONE_SECONDS,
}


def be_patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """For bots and phones in this process, until the test ends."""
    for name in LIMITS:
        monkeypatch.setattr(name, LONG)
    for function, seconds in _LIMITED_BY_DEFAULT.items():
        defaults = function.__kwdefaults__ or {}
        for name in defaults.keys() & {"timeout", "connect_timeout", "read_timeout"}:
            monkeypatch.setitem(defaults, name, seconds)
