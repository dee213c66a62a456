"""A PostgreSQL of a test's own, which can be stopped, killed and started again on the same data.

Its keeper (`python -m tests.support.own_postgres FOLDER`) does what it reads from its input, and ends with it: no
server is left behind, in whatever way the test's process ends.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, Literal
from uuid import uuid4

from domain.persistence import schema
from tests.support.keeping import memory_root
from tests.support.postgres import SERVER_SETTINGS, Postgres, create, programs_of, serve

LASTING: Final = {**SERVER_SETTINGS, "synchronous_commit": "on", "full_page_writes": "on"}
"""What was committed is there after a crash of the server; a crash of the machine is not what is tested."""
ROOT: Final = Path(__file__).resolve().parents[2]

Stop = Literal["fast", "crash"]
_SIGNALS: Final[dict[str, signal.Signals]] = {"fast": signal.SIGINT, "crash": signal.SIGQUIT}


class OwnPostgres(Postgres):
    """A server that its test takes away. It is a folder with a socket; its URLs stay the same."""

    def __init__(self, folder: Path, keeper: subprocess.Popen[str]) -> None:
        super().__init__(folder)
        self._keeper = keeper

    def start(self) -> None:
        """Returns once it takes connections."""
        self._tell("start")

    def stop(self, how: Stop = "fast") -> None:
        """Ends all connections; `crash`: without writing anything more, as a power cut of the server's process."""
        self._tell(how)

    def freeze(self) -> None:
        """It takes connections but answers nothing any more, as a machine that swaps or a network that swallows."""
        self._tell("freeze")

    def thaw(self) -> None:
        self._tell("thaw")

    def _tell(self, word: str) -> None:
        assert self._keeper.stdin is not None
        assert self._keeper.stdout is not None
        self._keeper.stdin.write(f"{word}\n")
        self._keeper.stdin.flush()
        answer = self._keeper.stdout.readline()
        assert answer == f"{word}\n", (self.folder / "log").read_text(errors="replace")

    @contextmanager
    def migrated(self) -> Iterator[str]:
        """The URL of a database at the newest schema, of one test alone. The server runs at the end of the block."""
        if "migrated" not in self.databases():
            self.execute("CREATE DATABASE migrated TEMPLATE template0")
            schema.upgrade(self.url("migrated"))
        name = f"test_{uuid4().hex}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE migrated STRATEGY file_copy")
        yield self.url(name)
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    """A running server on an empty data folder, removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="mtwe-own-", dir=memory_root()))
    folder.chmod(0o755)
    with (folder / "log").open("ab") as log:
        keeper = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "tests.support.own_postgres", str(folder)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )
    with keeper:
        server = OwnPostgres(folder, keeper)
        server.start()
        yield server


# The keeper


def keep(folder: Path, orders: IO[str]) -> None:
    """Starts and stops the server as it is told, and removes its folder when nothing more is to come."""
    server: subprocess.Popen[bytes] | None = None
    try:
        programs, identity = programs_of(folder)
        create(folder, programs, identity)
        for line in orders:
            word = line.strip()
            if word == "start":
                server = serve(folder, programs, identity, LASTING)
            elif server is not None and word in _SIGNALS:
                server.send_signal(_SIGNALS[word])
                server.wait()
                server = None
            elif server is not None:
                _signal_all(server.pid, signal.SIGSTOP if word == "freeze" else signal.SIGCONT)
            print(word, flush=True)
    finally:
        if server is not None:
            _signal_all(server.pid, signal.SIGCONT)
            server.send_signal(signal.SIGQUIT)
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _signal_all(pid: int, number: signal.Signals) -> None:
    """To the server and its children, one for each connection."""
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)  # noqa: S603, S607
    for each in (str(pid), *found.stdout.split()):
        os.kill(int(each), number)


if __name__ == "__main__":
    keep(Path(sys.argv[1]), sys.stdin)
