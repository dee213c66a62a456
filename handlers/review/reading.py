"""What a card shows, read for one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from domain.errors import Conflict, NotAllowed, NotFound
from domain.orders.bulk import BulkDecisionService, OrderRef
from domain.orders.cards import OrderCard, OrderFile, SubmittedVersion
from domain.orders.queries import OrderQueries
from domain.orders.transitions import Move
from domain.organization import Organization

if TYPE_CHECKING:
    from domain.access import Actor
    from domain.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Review:
    card: OrderCard
    worth: Decimal | None
    """What approving all of it would pay; None: it cannot be approved, or there is no rate."""
    rate_missing: bool
    """It can be approved, but has no rate."""
    reader: UUID
    organization: Organization
    now: datetime

    @property
    def files(self) -> tuple[OrderFile, ...]:
        """Those of what was submitted last."""
        return tuple(file for file in self.card.files if file.version == self.submitted_version)

    @property
    def submitted_version(self) -> int:
        """Work that was sent back has the next version already, before it is submitted."""
        return self.card.history[-1].version if self.card.history else self.card.order.version

    @property
    def before(self) -> SubmittedVersion | None:
        """The last submission before this one that was decided."""
        decided = [each for each in self.card.history[:-1] if each.decision is not None]
        return decided[-1] if decided else None


async def read_review(unit: UnitOfWork, order_id: UUID, *, actor: Actor) -> Review:
    """Raises NotFound."""
    return await as_review(unit, await OrderQueries(unit).order_card(order_id, actor=actor), actor=actor)


async def as_review(unit: UnitOfWork, card: OrderCard, *, actor: Actor) -> Review:
    """A card with what it would pay."""
    worth, rate_missing = None, False
    if Move.APPROVE in card.moves:
        ref = OrderRef(card.order.id, card.order.version)
        preview = await BulkDecisionService(unit).preview_approval([ref], actor=actor)
        rate_missing = bool(preview.rate_missing)
        worth = preview.amount if preview.orders and not rate_missing else None
    return Review(card, worth, rate_missing, actor.user_id, unit.organization, unit.clock.now())


async def read_to_decide(unit: UnitOfWork, order_id: UUID, version: int, *, actor: Actor) -> Review:
    """The order before a question about its decision: refused now rather than after the answer.

    Raises:
        NotFound, OwnOrder, Conflict: As deciding would.
    """
    preview = await BulkDecisionService(unit).preview_approval([OrderRef(order_id, version)], actor=actor)
    for skipped in preview.skipped:
        if isinstance(skipped.refusal, Conflict | NotAllowed | NotFound):
            raise skipped.refusal
    return await read_review(unit, order_id, actor=actor)
