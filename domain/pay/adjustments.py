"""What an adjustment of somebody's pay answers with, and how its worker is told."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.notifications.kinds import NotificationKind
from domain.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A bonus, fine, correction or fixed pay that was written or taken back."""

    id: UUID
    worker_id: UUID
    worker_name: str
    amount: Decimal
    """As it was written: a fine's is above zero, a correction's signed."""
    correction_id: UUID | None = None
    """It had been invoiced: this comes back on a later invoice, with the opposite sign."""


def notify_worker(
    unit: UnitOfWork, worker_id: UUID, kind: NotificationKind, about: UUID, facts: dict[str, Any], id_name: str
) -> None:
    """Adds the currency and, as `id_name`, the id that it is about."""
    payload = {id_name: about, "currency": unit.organization.currency, **facts}
    unit.notifications.notify(worker_id, kind, payload, dedupe_key=str(about))
