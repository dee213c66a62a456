"""How many workers' invoices a closing writes in one transaction."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Final
from uuid import UUID

WORKERS_AT_ONCE: Final = 250
"""At most: enough that statements are few."""
FIRST_WORKERS: Final = 25
SECONDS: Final = 0.8
"""About how long a transaction takes, on any machine and however much its workers did: nobody else waits longer for
SQLite's one writer, nor on PostgreSQL for what is locked of these workers."""


class Batches:
    """Workers by turns: as many each time as the last turns say are done in time."""

    def __init__(self, workers: Iterable[UUID], most: int = WORKERS_AT_ONCE) -> None:
        self._waiting = deque(workers)
        self._most = most
        self._size = min(FIRST_WORKERS, most)

    def take(self) -> list[UUID]:
        """The next ones; none when all had their turn."""
        return [self._waiting.popleft() for _ in range(min(self._size, len(self._waiting)))]

    def took(self, workers: int, seconds: float) -> None:
        """Learns from a turn. What was quick may not be so again: at most twice as many are next."""
        fitting = round(workers * SECONDS / seconds) if seconds > 0 else self._most
        self._size = max(1, min(fitting, 2 * self._size, self._most))
