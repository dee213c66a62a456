"""The tests' PostgreSQL as it is in production: what is committed is on the disk, and the autovacuum works."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.support.keeping import keep, shared_server
from tests.support.postgres import SERVER_SETTINGS, Postgres, create, programs_of, serve

SETTINGS: Final = {
    **SERVER_SETTINGS,
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "autovacuum": "on",
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
}


@contextmanager
def durable_postgres(run: str) -> Iterator[Postgres]:
    """A server for the processes that name the same `run`."""
    with shared_server("pg", "benchmarks.postgres", run) as folder:
        yield Postgres(folder)


def _launch(folder: Path) -> subprocess.Popen[bytes]:
    programs, identity = programs_of(folder)
    create(folder, programs, identity)
    return serve(folder, programs, identity, SETTINGS)


if __name__ == "__main__":
    keep(Path(sys.argv[1]), _launch, signal.SIGQUIT)
