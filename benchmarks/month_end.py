"""Closing a month for everyone, against raw SQL on copies of the same data: `python -m benchmarks.month_end`.

The closing is the product's own, with every rule, in a process of its own; beside it somebody taps, and how long they
wait is measured too. PostgreSQL and SQLite are as durable as in production. Subjects take turns, round by round.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final
from uuid import uuid4

from sqlalchemy import text

from benchmarks.machine import heading
from benchmarks.month_end_data import fill
from benchmarks.month_end_peers import LEAST, LINES, ROWS, run_statements
from benchmarks.month_end_run import Measured
from benchmarks.postgres import durable_postgres
from domain.persistence.db import create_engine
from domain.persistence.schema import upgrade
from tests.support.postgres import Postgres

ENGINES: Final = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}
WORKERS: Final = 10_000
ORDERS: Final = 1_000_000
ROUNDS: Final = 3
PATIENCE: Final = 900
"""Seconds for one closing."""
LEFT_BEHIND: Final = {
    "invoices": "SELECT count(*) FROM invoices",
    "lines": "SELECT count(*) FROM invoice_lines",
    "sources": "SELECT count(*) FROM invoice_sources",
    "completed": "SELECT count(*) FROM work_orders WHERE status = 'Completed'",
    "notifications": "SELECT count(*) FROM notifications WHERE kind = 'invoice_issued'",
    "log rows": "SELECT count(*) FROM activity_logs WHERE log_type = 'invoice_generated'",
    "billed": "SELECT sum(total_amount) FROM invoices",
}

PEERS: Final = """\
*The same rows* are raw statements in one transaction that leave behind what a closing does: lines, invoices, a source
for each order, completed orders, notifications, log rows (not chained). *The lines alone* is one `INSERT … SELECT …
GROUP BY` into a plain table. *The least* is that and one `UPDATE` that completes the orders: an issued invoice's orders
are Completed in the same transaction, and the owner's schema has the status in each order's row, with an index on it.
So no closing can come near the lines alone. Where its own time goes:"""


@dataclass(slots=True)
class Rounds:
    """What the rounds on one engine gave, in seconds."""

    closings: list[Measured] = field(default_factory=list)
    lines: list[float] = field(default_factory=list)
    least: list[float] = field(default_factory=list)
    rows: list[float] = field(default_factory=list)


class Prepared:
    """The agency at the end of its month, in a database that is copied for each run."""

    def __init__(self, folder: Path, workers: int, orders: int) -> None:
        self._folder = folder
        self._size = (workers, orders)
        self._postgres: Postgres | None = None
        self._made: set[str] = set()
        self._open = ExitStack()

    def close(self) -> None:
        self._open.close()

    @contextmanager
    def copy(self, engine: str) -> Iterator[str]:
        """The URL of a fresh copy, which is on the disk before anything is measured."""
        name = f"copy_{uuid4().hex}"
        if engine == "sqlite":
            self._prepare(engine, f"sqlite:///{self._folder / 'prepared.db'}")
            file = self._folder / f"{name}.db"
            shutil.copyfile(self._folder / "prepared.db", file)
            os.sync()
            yield f"sqlite:///{file}"
            for left in self._folder.glob(f"{name}*"):
                left.unlink()
            return
        if self._postgres is None:
            self._postgres = self._open.enter_context(durable_postgres(f"m{os.getpid()}"))
            self._postgres.execute("CREATE DATABASE prepared")
        self._prepare(engine, self._postgres.url("prepared"))
        self._postgres.execute(f"CREATE DATABASE {name} TEMPLATE prepared STRATEGY file_copy", "CHECKPOINT")
        yield self._postgres.url(name)
        self._postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _prepare(self, engine: str, url: str) -> None:
        if engine not in self._made:
            upgrade(url)
            asyncio.run(fill(url, *self._size))
            self._made.add(engine)


def measure(engines: Sequence[str], workers: int, orders: int, rounds: int) -> dict[str, Rounds]:
    found = {engine: Rounds() for engine in engines}
    with TemporaryDirectory(prefix="month-end-") as folder:
        prepared = Prepared(Path(folder), workers, orders)
        try:
            for _ in range(rounds):
                for engine, made in found.items():
                    _round(prepared, engine, made)
        finally:
            prepared.close()
    return found


def _round(prepared: Prepared, engine: str, made: Rounds) -> None:
    with prepared.copy(engine) as url:
        made.lines.append(asyncio.run(run_statements(url, LINES)))
    with prepared.copy(engine) as url:
        made.least.append(asyncio.run(run_statements(url, LEAST)))
    with prepared.copy(engine) as url:
        made.rows.append(asyncio.run(run_statements(url, ROWS)))
        by_hand = asyncio.run(_left_behind(url))
    with prepared.copy(engine) as url:
        program = [sys.executable, "-m", "benchmarks.month_end_run", url]
        done = subprocess.run(program, check=True, capture_output=True, text=True, timeout=PATIENCE)  # noqa: S603
        made.closings.append(Measured(**json.loads(done.stdout)))
        closed = asyncio.run(_left_behind(url))
    assert closed == by_hand, f"the closing left {closed}, raw statements {by_hand}"
    last = made.closings[-1]
    print(
        f"{ENGINES[engine]}: closing {last.seconds:.1f} s, same rows {made.rows[-1]:.1f} s, "
        f"least {made.least[-1]:.1f} s, lines alone {made.lines[-1]:.2f} s; "
        f"longest transaction {last.longest_transaction:.2f} s, longest tap {last.longest_tap:.2f} s, "
        f"{last.megabytes:.0f} MB",
        file=sys.stderr,
        flush=True,
    )


async def _left_behind(url: str) -> dict[str, str]:
    engine = create_engine(url)
    async with engine.connect() as connection:
        found = {name: str((await connection.execute(text(query))).scalar_one()) for name, query in LEFT_BEHIND.items()}
    await engine.dispose()
    return found


def report(found: dict[str, Rounds], workers: int, orders: int) -> str:
    """Markdown: a table of seconds and ratios, one of where the time goes, and what they mean."""
    first = next(iter(found.values()))
    rounds = len(first.lines)
    size = f"{workers:,} workers, {orders:,} approved orders; median (min–max) of {rounds} round{'s' * (rounds > 1)}"
    parts = [
        "## Closing a month",
        heading("sqlalchemy", "asyncpg", "aiosqlite"),
        f"{size}, each on a fresh copy, durable as in production.",
        _seconds(found),
        PEERS,
        _shares(found),
        _manners(found),
    ]
    return "\n\n".join(parts) + "\n"


def _seconds(found: dict[str, Rounds]) -> str:
    rows = ["| | seconds | of the same rows | of the least | of the lines alone |", "|---|---:|---:|---:|---:|"]
    for engine, made in found.items():
        peers = {
            "the closing": [each.seconds for each in made.closings],
            "the same rows, raw SQL": made.rows,
            "the least, raw SQL": made.least,
            "the lines alone, raw SQL": made.lines,
        }
        for name, seconds in peers.items():
            middle = median(seconds)
            rows.append(
                f"| {ENGINES[engine]}: {name} | {middle:.2f} ({min(seconds):.2f}–{max(seconds):.2f}) "
                f"| {middle / median(made.rows):.2f} | {middle / median(made.least):.2f} "
                f"| {middle / median(made.lines):.1f} |"
            )
    return "\n".join(rows)


def _shares(found: dict[str, Rounds]) -> str:
    names = dict.fromkeys(name for made in found.values() for each in made.closings for name in each.parts)
    rows = [f"| part | {' | '.join(ENGINES[engine] for engine in found)} |", f"|---|{'---:|' * len(found)}"]
    shares = {name: [_share(made.closings, name) for made in found.values()] for name in names}
    for name, values in sorted(shares.items(), key=lambda item: -max(item[1])):
        rows.append(f"| {name} | {' | '.join(f'{value:.0%}' for value in values)} |")
    return "\n".join(rows)


def _share(closings: Sequence[Measured], name: str) -> float:
    return sum(each.parts.get(name, 0.0) for each in closings) / sum(sum(each.parts.values()) for each in closings)


def _manners(found: dict[str, Rounds]) -> str:
    said = []
    for engine, made in found.items():
        transactions = [each.longest_transaction for each in made.closings]
        taps = [each.longest_tap for each in made.closings]
        memory = [each.megabytes for each in made.closings]
        said.append(
            f"{ENGINES[engine]}: longest transaction of the closing {max(transactions):.2f} s; somebody else's small "
            f"write beside it took {max(taps):.2f} s at most; the process's memory peaked at {max(memory):.0f} MB."
        )
    return "\n".join(f"- {each}" for each in said)


def section() -> str:
    return report(measure(tuple(ENGINES), WORKERS, ORDERS, ROUNDS), WORKERS, ORDERS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=WORKERS)
    parser.add_argument("--orders", type=int, default=ORDERS)
    parser.add_argument("--engine", choices=[*ENGINES, "both"], default="both")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    given = parser.parse_args()
    began = time.perf_counter()
    engines = tuple(ENGINES) if given.engine == "both" else (given.engine,)
    print(report(measure(engines, given.workers, given.orders, given.rounds), given.workers, given.orders))
    print(f"({time.perf_counter() - began:.0f} s)", file=sys.stderr)


if __name__ == "__main__":
    main()
