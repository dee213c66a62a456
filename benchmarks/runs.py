"""One run of one subject: its process, its database, its own load generator, and the phases that it goes through."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.databases import BenchDatabases, Engine
from benchmarks.load import TOKEN, Phase, Played, Said, load_generator
from benchmarks.machine import SUBJECT_CORE, cpu_seconds, memory, pin

ROOT = Path(__file__).resolve().parent.parent
REST_SECONDS = 1.0
"""After the first poll, before anything is asked of the bot."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A bot that is measured: `program` is what comes after `python`."""

    key: str
    title: str
    program: tuple[str, ...]
    engine: Engine | None = None
    said: Said = "hello"


@dataclass(slots=True)
class Run:
    """What one run gave. Seconds from the process's start to its first poll; resident megabytes."""

    start_seconds: float
    rest_megabytes: float
    peak_megabytes: float = 0.0
    played: list[Played] = field(default_factory=list)
    cpu_seconds: list[float] = field(default_factory=list)
    """Of computing, by phase: other load on the machine makes a subject slower, but hardly this."""
    server_cpu_seconds: list[float] = field(default_factory=list)
    """The same of PostgreSQL."""

    def cpu_milliseconds(self, phase: int) -> float:
        """Of computing for one update."""
        return 1000 * self.cpu_seconds[phase] / self.played[phase].answered

    def server_cpu_milliseconds(self, phase: int) -> float:
        return 1000 * self.server_cpu_seconds[phase] / self.played[phase].answered


@contextmanager
def bench_databases() -> Iterator[BenchDatabases]:
    """For a whole program: SIGTERM ends it in order from here on, so that no process is left."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with TemporaryDirectory(prefix="bench-") as folder:
        databases = BenchDatabases(Path(folder))
        try:
            yield databases
        finally:
            databases.close()


@contextmanager
def alone(_process: int) -> Iterator[None]:
    """Nothing beside the subject."""
    yield


def run_subject(
    subject: Subject,
    databases: BenchDatabases,
    phases: Sequence[Phase],
    *,
    beside: Callable[[int], AbstractContextManager[None]] = alone,
) -> Run:
    """Starts a subject, takes it through the phases, and ends it.

    Args:
        beside: Is open during the phases, with the subject's process id: a profiler.

    Raises:
        RuntimeError: it answered something wrong or not at all.
        TimeoutError: it did not start.
    """
    with ExitStack() as stack:
        api = stack.enter_context(load_generator(subject.said))
        url = stack.enter_context(databases.copy(subject.engine)) if subject.engine else ""
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="bench-run-")))
        started = time.monotonic()
        process = stack.enter_context(_running(subject, api.url, url, folder))
        try:
            run = Run(api.first_poll() - started, 0.0)
            time.sleep(REST_SECONDS)
            run.rest_megabytes, _ = memory(process.pid)
            with beside(process.pid):
                for phase in phases:
                    before, server_before = cpu_seconds(process.pid), databases.server_cpu_seconds()
                    run.played.append(api.play(phase))
                    run.cpu_seconds.append(cpu_seconds(process.pid) - before)
                    run.server_cpu_seconds.append(databases.server_cpu_seconds() - server_before)
        except (RuntimeError, TimeoutError) as error:
            said = (folder / "log").read_text(encoding="utf-8", errors="replace")[-2000:]
            raise RuntimeError(f"{subject.key}: {error}\n{said}") from error
        _, run.peak_megabytes = memory(process.pid)
        return run


@contextmanager
def _running(subject: Subject, api_url: str, database_url: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": api_url,
        "DATABASE_URL": database_url,
        "DATA_FOLDER": str(folder),
        "JWT_SECRET": "only-for-benchmarks-and-nothing-else",
        "SEND_RATE": "1000",
        "SEND_RATE_PER_CHAT": "30",
    }
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, *subject.program], cwd=folder, env=environment, stdout=log, stderr=log
        )
        pin(SUBJECT_CORE, process.pid)
        try:
            yield process
        finally:
            process.kill()
            process.wait()
