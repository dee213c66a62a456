"""Bug reports to the admins: each bug once a day, however often it happens. The log has all, with tracebacks."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Final

from domain.notifications.kinds import NotificationKind

if TYPE_CHECKING:
    from domain.unit_of_work import UnitOfWork

_ROOT: Final = Path(__file__).resolve().parents[2]


async def report_bug(unit: UnitOfWork, error: BaseException) -> None:
    """Queues a report in a transaction. It names the error's type and place, and nothing that a person typed."""
    place = place_of(error)
    kind = type(error).__name__
    now = unit.clock.now()
    today = now.astimezone(unit.organization.zone).date()
    facts = {"error": kind, "place": place, "at": now}
    await unit.notifications.notify_admins(NotificationKind.BUG_REPORT, facts, dedupe_key=f"{kind} {place} {today}")


def place_of(error: BaseException) -> str:
    """Where in our code an error was raised, such as "handlers/pay/closing.py:41"; elsewhere, the file's name alone."""
    frames = traceback.extract_tb(error.__traceback__)
    for frame in reversed(frames):
        path = Path(frame.filename)
        if path.is_relative_to(_ROOT) and ".venv" not in path.parts:
            return f"{path.relative_to(_ROOT)}:{frame.lineno}"
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
