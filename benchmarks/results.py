"""Writes RESULTS.md: `make bench`, or `make bench ONLY=updates` for one section; the others stay as they are."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path

from benchmarks.machine import heading

RESULTS = Path(__file__).with_name("RESULTS.md")
TITLE = (
    "# Figures\n\nMade by `make bench`; one section alone by `make bench ONLY=updates`. What counts are the ratios.\n"
)
SECTIONS = ("updates", "profile", "notifications", "month_end", "playground_calls")
"""Modules with `section() -> str`: Markdown that begins with a heading of the second level."""
PACKAGES = ("python-telegram-bot", "aiogram", "aiohttp", "SQLAlchemy", "asyncpg", "aiosqlite", "uvloop")


def measured(name: str) -> str:
    """A section, measured now, and on what."""
    when, load = datetime.now(UTC), os.getloadavg()[0]
    text: str = import_module(f"benchmarks.{name}").section()
    where = f"{when:%Y-%m-%d %H:%M} UTC, load average {load:.1f} at the start. {heading(*PACKAGES)}"
    return f"{text.strip()}\n\n*Measured {where}*\n"


def marked(name: str) -> str:
    return f"<!-- section: {name} -->\n"


def read() -> dict[str, str]:
    """What RESULTS.md holds, by section."""
    if not RESULTS.exists():
        return {}
    text = RESULTS.read_text(encoding="utf-8")
    places = sorted((text.index(marked(name)), name) for name in SECTIONS if marked(name) in text)
    ends = [place for place, _ in places[1:]] + [len(text)]
    return {
        name: text[place + len(marked(name)) : end].strip() + "\n"
        for (place, name), end in zip(places, ends, strict=True)
    }


def write(sections: dict[str, str]) -> None:
    parts = [marked(name) + sections[name] for name in SECTIONS if name in sections]
    RESULTS.write_text("\n".join([TITLE, *parts]), encoding="utf-8")


def main() -> int:
    """The number of sections that failed; theirs stay as they were."""
    parser = argparse.ArgumentParser(description="Measures, and writes benchmarks/RESULTS.md.")
    parser.add_argument("only", nargs="*", metavar="SECTION", help=f"of {', '.join(SECTIONS)}; all without")
    only: list[str] = parser.parse_args().only
    if unknown := set(only) - set(SECTIONS):
        parser.error(f"no section: {', '.join(sorted(unknown))}")
    failed = 0
    names = only or SECTIONS
    # A process for each, because some of them keep theirs on one core.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), max_tasks_per_child=1) as processes:
        for name in names:
            print(f"{name} …", file=sys.stderr, flush=True)
            try:
                text = processes.submit(measured, name).result()
            except Exception:  # noqa: BLE001 - the other sections are worth having all the same
                traceback.print_exc()
                failed += 1
            else:
                write(read() | {name: text})
    return failed


if __name__ == "__main__":
    sys.exit(main())
