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
    server = os.pidfd_open(int((folder / "data" / "postmaster.pid").read_text().splitlines()[0]))
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
