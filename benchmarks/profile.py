"""Where the time of an update goes: `python -m benchmarks.profile [--engine sqlite]`.

The product's runtime in saturation under py-spy. Only what computes is sampled, so the shares are of processor time.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.databases import Engine
from benchmarks.load import Saturated
from benchmarks.machine import LOAD_CORE, pin
from benchmarks.runs import ROOT, Subject, bench_databases, run_subject
from benchmarks.tables import table

SECONDS = 8
SAMPLES_A_SECOND = 200
LOOP = "the loop and what it calls in C: sockets, asyncpg's protocol, callbacks"
PARTS = (
    ("telegram/ext/", "python-telegram-bot: dispatch"),
    ("telegram/request/", "python-telegram-bot: calls"),
    ("telegram/_bot.py", "python-telegram-bot: calls"),
    ("telegram/", "python-telegram-bot: objects from and to JSON"),
    ("sqlalchemy/", "SQLAlchemy"),
    ("asyncpg/", "asyncpg"),
    ("aiosqlite/", "aiosqlite and SQLite"),
    ("aiohttp/", "aiohttp"),
    ("yarl/", "aiohttp"),
    ("multidict/", "aiohttp"),
    ("bot/", "our own: bot/"),
    ("handlers/", "our own: handlers/"),
    ("domain/", "our own: domain/"),
)
"""Beginnings of paths below site-packages or below the project, the first that fits."""
OWN_SHOWN = 16
HOW = """\
{samples:,} samples by py-spy of this bot's echo, saturated, calls at 0 ms. A sample belongs to the innermost frame of a
part; the standard library's frames count for their caller."""
HOW_OWN = """\
Our own functions with all that they call. SQLAlchemy works in greenlets, whose stacks do not show who called: what a
function waits for there is not in its share."""

Frame = tuple[str, str]
"""Function and file, the file from its package on."""
IDLE_THREAD: Frame = ("_worker", "concurrent/futures/thread.py")
"""A thread of a pool that waits for work, which py-spy takes for one that works."""


def part_of(file: str) -> str | None:
    return next((part for beginning, part in PARTS if file.startswith(beginning)), None)


def frame_of(text: str) -> Frame:
    """A frame as py-spy writes it: `function (/path/file.py:12)`."""
    function, _, place = text.rpartition(" (")
    path = place.rpartition(":")[0].removeprefix(f"{ROOT}/")
    return function, re.sub(r"^.*/(site-packages|python3\.\d+)/", "", path)


class Profile:
    """Samples by part, and of the project's own functions those that were under way."""

    def __init__(self, folded: str) -> None:
        """`folded`: a line for each stack, the outermost frame first, its number of samples last."""
        self.samples = 0
        self.parts: Counter[str] = Counter()
        self.under_way: Counter[Frame] = Counter()
        for line in folded.splitlines():
            stack, _, number = line.rpartition(" ")
            count = int(number)
            frames = [frame_of(text) for text in stack.split(";")]
            if frames[-1] == IDLE_THREAD:
                continue
            self.samples += count
            found = (part_of(file) for _, file in reversed(frames))
            self.parts[next((part for part in found if part), LOOP)] += count
            own = {frame for frame in frames if frame[1].startswith(("bot/", "handlers/", "domain/"))}
            self.under_way.update(dict.fromkeys(own, count))

    def markdown(self) -> str:
        parts = [[part, self._share(count)] for part, count in self.parts.most_common()]
        own = [
            [f"`{function}` in `{file}`", self._share(count)]
            for (function, file), count in self.under_way.most_common(OWN_SHOWN)
        ]
        how = HOW.format(samples=self.samples)
        return "\n\n".join(
            (
                "## Where the time of an update goes",
                how,
                table(["part", "of its time"], parts),
                HOW_OWN,
                table(["function", "of its time"], own),
            )
        )

    def _share(self, count: int) -> str:
        return f"{count / self.samples:.1%}"


@contextmanager
def recording(file: Path, process: int) -> Iterator[None]:
    """Samples a process into `file`. At the end of the block it waits until all is written.

    Raises:
        RuntimeError: py-spy may not look at the process: it takes root, or kernel.yama.ptrace_scope = 0.
    """
    options = ["--format", "raw", "--full-filenames", "--rate", SAMPLES_A_SECOND, "--duration", SECONDS]
    command = [Path(sys.executable).with_name("py-spy"), "record", "--pid", process, "--output", file, *options]
    with subprocess.Popen(  # noqa: S603
        [str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as recorder:
        yield
        said, _ = recorder.communicate(timeout=60)
    if recorder.returncode != 0:
        raise RuntimeError(f"py-spy could not record: {said.decode()}")


def profiled(engine: Engine) -> Profile:
    subject = Subject("ours", "ours", ("-m", "benchmarks.subjects.ours_echo"), engine)
    with bench_databases() as databases, TemporaryDirectory(prefix="bench-profile-") as folder:
        file = Path(folder) / "stacks"
        run_subject(subject, databases, [Saturated(0.0, SECONDS + 2)], beside=partial(recording, file))
        return Profile(file.read_text(encoding="utf-8"))


def section() -> str:
    pin(LOAD_CORE)
    return profiled("postgresql").markdown()


def main() -> None:
    parser = argparse.ArgumentParser(description="Where the time of an update goes.")
    parser.add_argument("--engine", choices=["postgresql", "sqlite"], default="postgresql")
    pin(LOAD_CORE)
    print(profiled(parser.parse_args().engine).markdown())


if __name__ == "__main__":
    main()
