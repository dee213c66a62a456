"""A server for a whole test run, shared by its workers, of which nothing stays behind.

Whoever needs it first starts it; each process that uses it holds a shared lock on a file, and the server's keeper
(`python -m MODULE FOLDER`, a process of its own) stops it and removes its folder once nobody does. The kernel drops the
locks of a process that ends in whatever way, so no server is left behind, not even by `kill -9`.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

ROOT: Final = Path(__file__).resolve().parents[2]
MAX_SOCKET_PATH: Final = 100  # Linux takes 107 bytes, macOS 103
MEMORY: Final = Path("/dev/shm")  # noqa: S108 - on Linux; macOS has none
ROOM: Final = 2 << 30
"""Bytes that must be free there: more than a test run's databases and their write-ahead log ever have."""


@contextmanager
def shared_server(name: str, module: str, run: str, root: Path | None = None) -> Iterator[Path]:
    """The folder of a running server.

    Args:
        name: Of the server, a few letters.
        module: Calls `keep` when it is run as a program.
        run: The same word in all workers of the test run. Its first 12 characters tell it from others: a socket's path
            is short.
        root: In which folder its own is; without one, in that for temporary files.
    """
    folder = (root or short_root()) / f"mtwe-{name}-{run[:12]}"
    users = _join(folder)
    try:
        with turn(folder):
            if not _is_kept(folder):
                _clean(folder)
                _start(module, folder)
        yield folder
    finally:
        if not (folder / "ready").exists():
            _clear(folder, users)
        users.close()


@contextmanager
def turn(folder: Path) -> Iterator[None]:
    """One worker at a time: for what is made once a run."""
    with (folder / "turn").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def short_root() -> Path:
    """A folder short enough for a socket's path: the clone's own may be anywhere."""
    usual = Path(tempfile.gettempdir())
    return usual if len(str(usual)) < MAX_SOCKET_PATH - 40 else Path("/tmp")  # noqa: S108


def memory_root() -> Path:
    """A folder in memory, where there is one with room; else as `short_root`.

    A database is some three hundred files. Making and dropping one takes a disk that discards what it no longer needs
    twenty times as long, and a test run makes more than a thousand.
    """
    with suppress(OSError):
        if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM:
            return MEMORY
    return short_root()


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


def _is_kept(folder: Path) -> bool:
    """Whether a keeper lives and holds `ready` locked: the file alone may be older than the machine's last restart."""
    try:
        with (folder / "ready").open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False


def _clean(folder: Path) -> None:
    """Removes what a keeper left that was killed itself. The files that are locked stay."""
    for path in folder.iterdir():
        if path.name in {"users", "turn"}:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _clear(folder: Path, users: IO[str]) -> None:
    """After a start that failed there is no keeper to do it: the last one out removes the folder."""
    with suppress(BlockingIOError):
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)


def _start(module: str, folder: Path) -> None:
    with (folder / "log").open("ab") as log:
        keeper = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", module, str(folder)],
            cwd=ROOT,
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
        raise RuntimeError(f"{module} did not start: {(folder / 'log').read_text(errors='replace')}")
    # It outlives this process; who asks for its exit code is init.
    keeper.returncode = 0


# The keeper


def keep(
    folder: Path,
    launch: Callable[[Path], subprocess.Popen[bytes]],
    end: signal.Signals,
    elsewhere: Iterable[Path] = (),
) -> None:
    """Starts the server, says so, waits until nobody uses it, stops it.

    Args:
        folder: The server's.
        launch: Returns once the server works.
        end: The signal that stops it at once: there is nothing to save.
        elsewhere: What it makes outside of its folder, and what goes with it.
    """
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with (folder / "users").open("a") as users:
        server = launch(folder)
        try:
            with (folder / "keeper").open("w") as ready:
                fcntl.flock(ready, fcntl.LOCK_EX)
                ready.write(str(os.getpid()))
                ready.flush()
                (folder / "keeper").rename(folder / "ready")  # nobody sees it unlocked while we live
                print("ready", flush=True)  # what `_start` waits for
                os.close(1)
                fcntl.flock(users, fcntl.LOCK_EX)
        finally:
            server.send_signal(end)
            server.wait()
            for each in elsewhere:
                each.unlink(missing_ok=True)
            shutil.rmtree(folder, ignore_errors=True)
