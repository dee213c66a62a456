"""Limits of time that no machine reaches, for tests of what the bot does rather than of how long it waits for others.

A machine that stands still for some seconds breaks a call or the lease off, as it should. What is then tried again in
five seconds never is where the test's clock stands still, and the test fails for the machine's sake.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest

from bot.delivery.http import AiohttpRequest
from playground.phone import Phone

LONG: Final = 100
"""Seconds. Shorter than pytest's own limit, so that a test that waits in vain still says for what."""
LIMITS: Final = (
    "bot.application.LEASE_SECONDS",
    "bot.database.drivers.postgres.CONNECT_SECONDS",
    "bot.database.lease.LEASE_SECONDS",
    "bot.database.lease.ANSWER_SECONDS",
    "domain.persistence.db.CONNECT_SECONDS",
)
_WAITING: Final[tuple[Callable[..., Any], ...]] = (AiohttpRequest.__init__, Phone.wait_for, Phone.inline)


def be_patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """For bots and phones in this process, until the test ends."""
    for name in LIMITS:
        monkeypatch.setattr(name, LONG)
    for function in _WAITING:
        defaults = function.__kwdefaults__ or {}
        for name in ("timeout", "connect_timeout", "read_timeout"):
            if name in defaults:
                monkeypatch.setitem(defaults, name, float(LONG))
