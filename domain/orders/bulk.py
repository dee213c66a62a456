"""Decisions about several orders at once: first what would happen, then one by one, each reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

from domain.access import Actor, Permission, use_case
from domain.errors import DomainError, NotFound
from domain.errors.orders import TooManyAtOnce
from domain.money import ZERO, line_amount
from domain.orders.cards import OrderSummary, read_summaries
from domain.orders.model import TemplateKind
from domain.orders.steps import Steps
from domain.orders.templates import reason_for
from domain.orders.transitions import Move
from domain.pay.rates import RateKey, rates_for
from domain.unit_of_work import UnitOfWork

MAX_AT_ONCE: Final = 200
"""Orders of one bulk decision: it is one transaction, and SQLite's other writers wait for it."""


@dataclass(frozen=True, slots=True)
class OrderRef:
    """An order as a screen showed it."""

    id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What became of one order of a bulk decision."""

    ref: OrderRef
    order: OrderSummary | None
    """As it is now; None: there is none."""
    refusal: DomainError | None
    """Why it was skipped; None: it was done."""


@dataclass(frozen=True, slots=True)
class ApprovalPreview:
    """What approving several orders whole would do now. Nothing was written."""

    orders: tuple[OrderSummary, ...]
    """Those that can be approved, the first number first."""
    submissions: int
    amount: Decimal
    """The sum of those whose rate is known."""
    rate_missing: tuple[OrderSummary, ...]
    """Those of `orders` that would be approved without a rate, and hold up the closing of their month."""
    skipped: tuple[BulkResult, ...]


class BulkDecisionService:
    def __init__(self, unit: UnitOfWork) -> None:
        self._session = unit.session
        self._unit = unit
        self._steps = Steps(unit)

    @use_case(Permission.DECIDE_ORDERS)
    async def preview_approval(self, refs: Sequence[OrderRef], *, actor: Actor) -> ApprovalPreview:
        """Count and money of approving these orders whole, and which of them would be skipped.

        Raises:
            TooManyAtOnce: More than `MAX_AT_ONCE`.
        """
        orders: list[OrderSummary] = []
        missing: list[OrderSummary] = []
        skipped: list[BulkResult] = []
        amount = ZERO
        several = await self._several(refs)
        rates = await self._rates(several)
        for ref, order in several:
            try:
                if order is None:
                    raise NotFound(what="order")
                self._steps.allowed(order, ref.version, Move.APPROVE, actor)
                rate = rates.get(self._steps.rate_key(order))
                amount += ZERO if rate is None else line_amount(order.total_submissions, rate)
            except DomainError as refusal:
                skipped.append(BulkResult(ref, order, refusal))
                continue
            orders.append(order)
            if rate is None:
                missing.append(order)
        return ApprovalPreview(
            orders=tuple(orders),
            submissions=sum(order.total_submissions for order in orders),
            amount=amount,
            rate_missing=tuple(missing),
            skipped=tuple(skipped),
        )

    @use_case(Permission.DECIDE_ORDERS)
    async def approve_several(self, refs: Sequence[OrderRef], *, actor: Actor) -> tuple[BulkResult, ...]:
        """Approves each order whole, one by one; what has changed meanwhile is skipped, and the result says why.

        Raises:
            TooManyAtOnce: More than `MAX_AT_ONCE`.
        """
        refusals: dict[UUID, DomainError] = {}
        several = await self._several(refs)
        rates = await self._rates(several)
        for ref, order in several:
            if order is None:
                refusals[ref.id] = NotFound(what="order")
                continue
            try:
                await self._steps.approve(order, ref.version, None, rates.get(self._steps.rate_key(order)), actor)
            except DomainError as refusal:
                refusals[ref.id] = refusal
        return await self._results(refs, refusals)

    @use_case(Permission.DECIDE_ORDERS)
    async def reject_several(
        self,
        refs: Sequence[OrderRef],
        reason: str | None = None,
        *,
        template: UUID | None = None,
        actor: Actor,
    ) -> tuple[BulkResult, ...]:
        """Rejects each order with the same reason, one by one; what has changed meanwhile is skipped.

        Raises:
            TooManyAtOnce: More than `MAX_AT_ONCE`.
            TextMissing, TextTooLong, NotFound: The reason, or its template.
        """
        words = await reason_for(self._session, reason, template, TemplateKind.REJECT)
        refusals: dict[UUID, DomainError] = {}
        for ref, order in await self._several(refs):
            if order is None:
                refusals[ref.id] = NotFound(what="order")
                continue
            try:
                await self._steps.send_back(order, ref.version, Move.REJECT, words, actor)
            except DomainError as refusal:
                refusals[ref.id] = refusal
        return await self._results(refs, refusals)

    async def _several(self, refs: Sequence[OrderRef]) -> list[tuple[OrderRef, OrderSummary | None]]:
        """Each order once, in an order that is the same for everyone: two admins who decide the same orders at the same
        moment lock them in the same order, and neither waits for the other forever.
        """
        if len(refs) > MAX_AT_ONCE:
            raise TooManyAtOnce(limit=MAX_AT_ONCE)
        once = {ref.id: ref for ref in refs}
        found = await read_summaries(self._session, once)
        known = sorted(found.values(), key=lambda order: order.number)
        missing = [(ref, None) for order_id, ref in once.items() if order_id not in found]
        return [*((once[order.id], order) for order in known), *missing]

    async def _rates(self, several: list[tuple[OrderRef, OrderSummary | None]]) -> dict[RateKey, Decimal]:
        return await rates_for(
            self._session, {self._steps.rate_key(order) for _, order in several if order is not None}
        )

    async def _results(self, refs: Sequence[OrderRef], refusals: dict[UUID, DomainError]) -> tuple[BulkResult, ...]:
        once = {ref.id: ref for ref in refs}
        now = await read_summaries(self._session, once)
        return tuple(BulkResult(ref, now.get(ref.id), refusals.get(ref.id)) for ref in once.values())
