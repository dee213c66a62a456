"""What an adjustment of somebody's pay answers with, and how its worker is told."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

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


def tell_worker(unit: UnitOfWork, worker_id: UUID, kind: str, about: UUID, facts: dict[str, Any], id_name: str) -> None:
    """Adds the currency and, as `id_name`, the id that it is about."""
    payload = {id_name: about, "currency": unit.organization.currency, **facts}
    unit.notifications.tell(worker_id, kind, payload, occasion=str(about))
