"""The machine: its cores, what a process takes, and what the figures' heading says of it."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

_CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]
TICKS = os.sysconf("SC_CLK_TCK")
SUBJECT_CORE, LOAD_CORE = _CORES[0], _CORES[-1]


def pin(core: int, process: int = 0) -> None:
    """Keeps a process on one core, and what it starts from then on; where the system cannot, it does nothing."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(process, {core})


def memory(process: int) -> tuple[float, float]:
    """Resident megabytes of a process: now, and at their highest so far."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    lines = dict(line.split(":", 1) for line in status.splitlines())
    now, highest = (int(lines[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))
    return now, highest


def cpu_seconds(process: int) -> float:
    """What a process has computed so far, in all of its threads."""
    fields = _stat(process)
    return (int(fields[11]) + int(fields[12])) / TICKS


def family_cpu_seconds(process: int) -> float:
    """The same of a process and its children, with those that have ended."""
    fields = _stat(process)
    ended = (int(fields[13]) + int(fields[14])) / TICKS
    text = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="utf-8")
    return cpu_seconds(process) + ended + sum(cpu_seconds(int(child)) for child in text.split())


def _stat(process: int) -> list[str]:
    """What stands after the name, which is the second field and may hold anything."""
    return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def heading(*packages: str) -> str:
    """One sentence: processor, cores, Python and the versions of these packages."""
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    return (
        f"{processor()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}; {versions}."
    )
