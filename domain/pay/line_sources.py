"""Why is this my pay? What each line of an invoice is made of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from domain.access import Actor, Permission, use_case
from domain.errors import NotFound
from domain.orders.model import WorkOrder
from domain.orders.paging import PAGE_SIZE, Page, paged
from domain.pay.model import Bonus, Correction, Fine, Invoice, InvoiceLine, InvoiceSource
from domain.pay.sources import quantity_of, submitted_at
from domain.pay.use_cases import UseCases


class SourceKind(StrEnum):
    ORDER = "order"
    BONUS = "bonus"
    FINE = "fine"
    CORRECTION = "correction"
    CARRIED = "carried"
    """An earlier invoice."""


@dataclass(frozen=True, slots=True)
class SourceView:
    """One thing that an invoice's line is made of."""

    kind: SourceKind
    source_id: UUID
    amount: Decimal
    """Its share of the line, signed as the line."""
    at: datetime
    """When it was submitted, given, issued."""
    number: str | None = None
    """Of an order or an earlier invoice."""
    title: str | None = None
    """Of an order."""
    quantity: int | None = None
    """Approved submissions of an order."""
    rate: Decimal | None = None
    reason: str | None = None


class LineSourceQueries(UseCases):
    @use_case(Permission.SEE_OWN_PAY)
    async def my_line_sources(
        self, line_id: UUID, *, page: int = 1, size: int = PAGE_SIZE, actor: Actor
    ) -> Page[SourceView]:
        """ "Why is this my pay?": what a line of one of the actor's invoices is made of, oldest first.

        Raises:
            NotFound: No such line, or another worker's.
        """
        return await self._line_sources(line_id, page, size, Invoice.worker_id == actor.user_id)

    @use_case(Permission.SEE_ALL_PAY)
    async def line_sources(
        self,
        line_id: UUID,
        *,
        page: int = 1,
        size: int = PAGE_SIZE,
        actor: Actor,  # noqa: ARG002
    ) -> Page[SourceView]:
        """What a line of any invoice is made of, oldest first.

        Raises:
            NotFound: No such line.
        """
        return await self._line_sources(line_id, page, size)

    async def _line_sources(
        self, line_id: UUID, page: int, size: int, *conditions: ColumnElement[bool]
    ) -> Page[SourceView]:
        line = (
            select(InvoiceLine.id)
            .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
            .where(InvoiceLine.id == line_id, *conditions)
        )
        if await self._session.scalar(line) is None:
            raise NotFound(what="line")
        at = func.coalesce(submitted_at, Bonus.created_at, Fine.created_at, Correction.created_at, Invoice.issued_at)
        found = (
            select(
                InvoiceSource,
                at.label("at"),
                WorkOrder.number.label("order_number"),
                WorkOrder.title,
                quantity_of.label("quantity"),
                WorkOrder.rate,
                func.coalesce(Bonus.reason, Fine.reason, Correction.reason).label("reason"),
                Invoice.number.label("invoice_number"),
            )
            .outerjoin(WorkOrder, WorkOrder.id == InvoiceSource.order_id)
            .outerjoin(Bonus, Bonus.id == InvoiceSource.bonus_id)
            .outerjoin(Fine, Fine.id == InvoiceSource.fine_id)
            .outerjoin(Correction, Correction.id == InvoiceSource.correction_id)
            .outerjoin(Invoice, Invoice.id == InvoiceSource.carried_invoice_id)
            .where(InvoiceSource.line_id == line_id)
            .order_by(at, InvoiceSource.id)
        )
        counted = select(InvoiceSource.id).where(InvoiceSource.line_id == line_id)
        rows, listed = await paged(self._session, found, counted, page, size)
        return replace(listed, items=tuple(_source(row) for row in rows))


def _source(row: Any) -> SourceView:
    source: InvoiceSource = row[0]
    references = {
        SourceKind.ORDER: source.order_id,
        SourceKind.BONUS: source.bonus_id,
        SourceKind.FINE: source.fine_id,
        SourceKind.CORRECTION: source.correction_id,
        SourceKind.CARRIED: source.carried_invoice_id,
    }
    [(kind, source_id)] = [(kind, source_id) for kind, source_id in references.items() if source_id is not None]
    number = row.invoice_number if row.order_number is None else str(row.order_number)
    is_order = kind == SourceKind.ORDER
    return SourceView(
        kind=kind,
        source_id=source_id,
        amount=source.amount,
        at=row.at,
        number=number,
        title=row.title,
        quantity=row.quantity if is_order else None,
        rate=row.rate,
        reason=row.reason,
    )
