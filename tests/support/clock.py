"""A clock that tests set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class SetClock:
    """Stands still until it is moved, so that a test can have two things happen at one instant."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def set(self, instant: datetime) -> None:
        self._now = instant.astimezone(UTC)

    def move(self, by: timedelta) -> None:
        self._now += by

    def advance(self, **amount: float) -> None:
        self.move(timedelta(**amount))
