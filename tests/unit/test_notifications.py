"""What a queued notification looks like in the database, which rows of an older version must find again."""

from datetime import UTC, datetime, time
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.notifications.kinds import NotificationKind
from domain.notifications.service import Notifications
from domain.organization import Organization, QuietHours

AGENCY = Organization("MT Web Experts", ZoneInfo("Asia/Karachi"), "PKR", QuietHours(time(0), time(0)))
CLOCK = SimpleNamespace(now=lambda: datetime(2026, 11, 10, 7, tzinfo=UTC))


def test_the_key_is_the_person_the_kind_and_the_event() -> None:
    """An update that is handled again after an upgrade must not tell people twice."""
    notifications = Notifications(cast("Any", None), cast("Any", CLOCK), AGENCY)
    notifications.notify(UUID(int=1), NotificationKind.INVOICE_ISSUED, {}, dedupe_key="INV-2026-000001")
    notifications.notify(None, NotificationKind.BUG_REPORT, {}, dedupe_key="KeyError", chat_id=7)

    rows = [(row["kind"], row["dedupe_key"]) for row in notifications._pending]
    assert rows == [
        ("invoice_issued", "00000000-0000-0000-0000-000000000001:invoice_issued:INV-2026-000001"),
        ("trouble", "7:trouble:KeyError"),
    ]
    assert {type(kind) for kind, _ in rows} == {str}
