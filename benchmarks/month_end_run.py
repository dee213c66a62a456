"""One closing in a process of its own: `python -m benchmarks.month_end_run URL`. Prints what it measured as JSON."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from datetime import time as time_of_day
from typing import Any, Final

from sqlalchemy import event, text
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import Session

from benchmarks.machine import memory
from benchmarks.month_end_data import MONTH, ZONE
from domain.access import SYSTEM
from domain.organization import Organization, QuietHours
from domain.pay.closing import MonthEnd
from domain.persistence.db import create_engine, session_factory

TAP_EVERY: Final = 0.2
"""Seconds between two small writes of somebody else, while the month is closed."""
PARTS: Final = {
    "INSERT INTO closing_orders": "finding and locking the orders",
    "INSERT INTO invoice_lines": "writing the lines",
    "INSERT INTO invoice_sources": "writing a source for each order",
    "UPDATE work_orders": "completing the orders",
    "commit": "committing",
}
OTHER_STATEMENTS: Final = "all other statements"
PYTHON: Final = "between the statements: rules, rows, hashes in Python"


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds, and resident megabytes at their highest."""

    seconds: float
    invoices: int
    total: str
    transactions: int
    longest_transaction: float
    taps: int
    longest_tap: float
    megabytes: float
    parts: dict[str, float]


class Clock:
    """Three hours into the month after."""

    def now(self) -> datetime:
        return MONTH.next().start(ZONE) + timedelta(hours=3)


class Watch:
    """Times transactions, from their first statement to the end of their commit, and what goes on inside of them."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.transactions: list[float] = []
        self.parts: defaultdict[str, float] = defaultdict(float)
        event.listen(Session, "after_begin", self._begun)
        event.listen(Session, "before_commit", self._committing)
        event.listen(Session, "after_commit", self._committed)
        event.listen(engine.sync_engine, "before_cursor_execute", self._starts)
        event.listen(engine.sync_engine, "after_cursor_execute", self._ends)

    def _begun(self, session: Session, _: object, connection: Connection) -> None:
        session.info.update(began=time.perf_counter(), connection=connection)
        connection.info["in_statements"] = 0.0

    def _committing(self, session: Session) -> None:
        session.info["committing"] = time.perf_counter()
        session.info["in_statements"] = session.info["connection"].info["in_statements"]

    def _committed(self, session: Session) -> None:
        now, info = time.perf_counter(), session.info
        self.transactions.append(now - info["began"])
        self.parts[PARTS["commit"]] += now - info["committing"]
        self.parts[PYTHON] += info["committing"] - info["began"] - info["in_statements"]

    def _starts(self, connection: Connection, *_: Any) -> None:
        connection.info["starts"] = time.perf_counter()

    def _ends(self, connection: Connection, _: object, statement: str, *__: Any) -> None:
        took = time.perf_counter() - connection.info["starts"]
        known = (part for start, part in PARTS.items() if statement.startswith(start))
        self.parts[next(known, OTHER_STATEMENTS)] += took
        if "in_statements" in connection.info:
            connection.info["in_statements"] += took


async def tap(url: str, taps: list[float]) -> None:
    """What somebody else does meanwhile: a small write, again and again. Notes how long each took."""
    engine = create_engine(url)
    try:
        while True:
            began = time.perf_counter()
            async with engine.begin() as connection:
                await connection.execute(text("UPDATE users SET locale = 'en' WHERE role = 'Admin'"))
            taps.append(time.perf_counter() - began)
            await asyncio.sleep(TAP_EVERY)
    finally:
        await engine.dispose()


async def close(url: str) -> Measured:
    engine = create_engine(url)
    watch = Watch(engine)
    quiet = QuietHours(time_of_day(22), time_of_day(8))
    month_end = MonthEnd(session_factory(engine), Clock(), Organization("Agency", ZONE, "PKR", quiet))
    taps: list[float] = []
    tapping = asyncio.create_task(tap(url, taps))
    await asyncio.sleep(2 * TAP_EVERY)
    taps.clear()
    began = time.perf_counter()
    result = await month_end.close(MONTH, actor=SYSTEM)
    seconds = time.perf_counter() - began
    tapping.cancel()
    await asyncio.gather(tapping, return_exceptions=True)
    await engine.dispose()
    return Measured(
        seconds=seconds,
        invoices=result.invoices,
        total=str(result.total),
        transactions=len(watch.transactions),
        longest_transaction=max(watch.transactions),
        taps=len(taps),
        longest_tap=max(taps),
        megabytes=memory(os.getpid())[1],
        parts=dict(watch.parts),
    )


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(close(sys.argv[1])))))
