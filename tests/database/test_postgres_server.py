"""The server that the tests themselves start."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

from tests.support.postgres import running_postgres

ROOT = Path(__file__).resolve().parents[2]

USER = """
import sys
from tests.support.postgres import running_postgres
with running_postgres(sys.argv[1]) as server:
    print(server.folder, flush=True)
    sys.stdin.read()
"""


def _pid_of(folder: Path) -> int:
    return int((folder / "data" / "postmaster.pid").read_text().splitlines()[0])


def test_a_run_that_is_killed_leaves_no_server() -> None:
    """A test run ended by the out-of-memory killer left a postgres and its folder behind, each time."""
    run = f"k{os.getpid()}"
    killed = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", USER, run],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert killed.stdin is not None
    assert killed.stdout is not None
    folder = Path(killed.stdout.readline().strip())
    keeper = os.pidfd_open(int((folder / "ready").read_text()))
    server = os.pidfd_open(_pid_of(folder))
    with running_postgres(run) as same:
        assert "template1" in same.databases()

        killed.send_signal(signal.SIGKILL)
        killed.communicate()
        assert "template1" in same.databases(), "whoever else uses it keeps it running"

    for process in (server, keeper):
        ended, _, _ = select.select([process], [], [], 60)
        assert ended, "it ends once nobody uses it"
        os.close(process)
    assert not folder.exists()


def test_what_a_restart_of_the_machine_left_is_no_server() -> None:
    """A benchmark took the folder of a run from before the restart for a server, and was refused a connection."""
    run = f"r{os.getpid()}"
    with running_postgres(run) as server:
        # All of its processes end at once, as they do when the power is cut.
        for pid in (int((server.folder / "ready").read_text()), _pid_of(server.folder)):
            process = os.pidfd_open(pid)
            os.kill(pid, signal.SIGKILL)
            select.select([process], [], [], 60)
            os.close(process)
        with running_postgres(run) as again:
            assert again.folder == server.folder
            assert "template1" in again.databases()
