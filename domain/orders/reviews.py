"""An order as those see it who decide it: with what it would pay, and what was decided before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from domain.access import Actor, Permission, use_case
from domain.errors import Conflict, NotAllowed, NotFound
from domain.orders.bulk import BulkDecisionService, OrderRef
from domain.orders.cards import OrderCard, OrderFile, SubmittedVersion
from domain.orders.queries import OrderQueries
from domain.orders.transitions import Move
from domain.organization import Organization
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

    @property
    def pictures(self) -> tuple[OrderFile, ...]:
        """What came with the reason that the card shows: of the decision that stands, else of the one before."""
        if self.card.standing_pictures or self.before is None:
            return self.card.standing_pictures
        return self.card.pictures_of(self.before.version)


class ReviewQueries:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    @use_case(Permission.SEE_ALL_ORDERS)
    async def review(self, order_id: UUID, *, actor: Actor) -> Review:
        """Raises:
        NotFound: There is no such order.
        """
        return await self._of(await OrderQueries(self._unit).order_card(order_id, actor=actor), actor)

    @use_case(Permission.SEE_ALL_ORDERS)
    async def of_card(self, card: OrderCard, *, actor: Actor) -> Review:
        """A card that was read just now."""
        return await self._of(card, actor)

    @use_case(Permission.DECIDE_ORDERS)
    async def to_decide(self, order_id: UUID, version: int, *, actor: Actor) -> Review:
        """The order before a question about its decision: refused now rather than after the answer.

        Raises:
            NotFound, OwnOrder, OrderConflict: As deciding would.
        """
        preview = await BulkDecisionService(self._unit).preview_approval([OrderRef(order_id, version)], actor=actor)
        for skipped in preview.skipped:
            if isinstance(skipped.refusal, Conflict | NotAllowed | NotFound):
                raise skipped.refusal
        return await self._of(await OrderQueries(self._unit).order_card(order_id, actor=actor), actor)

    async def _of(self, card: OrderCard, actor: Actor) -> Review:
        worth, rate_missing = None, False
        if Move.APPROVE in card.moves:
            ref = OrderRef(card.order.id, card.order.version)
            preview = await BulkDecisionService(self._unit).preview_approval([ref], actor=actor)
            rate_missing = bool(preview.rate_missing)
            worth = preview.amount if preview.orders and not rate_missing else None
        return Review(card, worth, rate_missing, actor.user_id, self._unit.organization, self._unit.clock.now())
