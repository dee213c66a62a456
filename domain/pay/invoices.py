"""Reading invoices: whole, in lists, and what of them is paid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain import money
from domain.access import Actor, Permission, use_case
from domain.accounts.model import User
from domain.clock import Month
from domain.errors import NotFound
from domain.orders.paging import PAGE_SIZE, Page, paged
from domain.pay.model import Invoice, InvoiceLine, InvoicePayment, InvoiceStatus, LineKind
from domain.pay.use_cases import UseCases


@dataclass(frozen=True, slots=True)
class InvoiceHead:
    invoice_id: UUID
    number: str | None
    """None: brought in from elsewhere, without lines."""
    worker_id: UUID
    worker_name: str
    """As it was when the invoice was issued."""
    month: Month
    total: Decimal
    carried_forward: Decimal
    """Above zero: what the month could not take. Then `total` is zero."""
    currency: str
    status: InvoiceStatus
    is_manual: bool
    issued_at: datetime
    paid: Decimal
    """Sum of the payments that stand."""

    @property
    def outstanding(self) -> Decimal:
        return money.ZERO if self.status == InvoiceStatus.VOID else money.checked(self.total - self.paid)


@dataclass(frozen=True, slots=True)
class LineView:
    line_id: UUID
    kind: LineKind
    label: str
    category: str | None
    quantity: int | None
    """Approved submissions of a work line; paid days of a fixed line."""
    rate: Decimal | None
    """Per submission of a work line; for the whole month of a fixed line."""
    amount: Decimal
    """Signed."""
    late_from: Month | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class PaymentView:
    payment_id: UUID
    amount: Decimal
    paid_on: date
    reference: str | None
    cancelled_at: datetime | None
    cancel_reason: str | None


@dataclass(frozen=True, slots=True)
class InvoiceView:
    head: InvoiceHead
    lines: tuple[LineView, ...]
    payments: tuple[PaymentView, ...]
    """Also those that were cancelled."""
    fixed: Decimal
    work: Decimal
    bonus: Decimal
    fine: Decimal
    """Above zero, though its lines are negative."""
    carried: Decimal
    correction: Decimal
    submissions: int
    manual_reason: str | None
    voided_at: datetime | None
    void_reason: str | None


class InvoiceQueries(UseCases):
    @use_case(Permission.SEE_OWN_PAY)
    async def my_invoices(self, *, page: int = 1, size: int = PAGE_SIZE, actor: Actor) -> Page[InvoiceHead]:
        """The actor's invoices, the newest month first; void ones too."""
        return await self._invoices(page, size, Invoice.worker_id == actor.user_id)

    @use_case(Permission.SEE_ALL_PAY)
    async def invoices(
        self,
        *,
        worker_id: UUID | None = None,
        month: Month | None = None,
        unpaid: bool = False,
        page: int = 1,
        size: int = PAGE_SIZE,
        actor: Actor,  # noqa: ARG002
    ) -> Page[InvoiceHead]:
        """Invoices, the newest month first, then by number.

        Args:
            worker_id: Of one worker only.
            month: Of one month only.
            unpaid: Only those of which something is still to be paid.
            page: From 1; beyond the ends, the nearest.
            size: Invoices on a page.
            actor: Who looks.
        """
        conditions: list[ColumnElement[bool]] = []
        if worker_id is not None:
            conditions.append(Invoice.worker_id == worker_id)
        if month is not None:
            conditions += [Invoice.year == month.year, Invoice.month == month.month]
        if unpaid:
            paid = (
                select(func.coalesce(func.sum(InvoicePayment.amount), Decimal(0)))
                .where(InvoicePayment.invoice_id == Invoice.id, InvoicePayment.cancelled_at.is_(None))
                .scalar_subquery()
            )
            conditions += [Invoice.status == InvoiceStatus.ISSUED, Invoice.total_amount > paid]
        return await self._invoices(page, size, *conditions)

    @use_case(Permission.SEE_OWN_PAY)
    async def my_invoice(self, invoice_id: UUID, *, actor: Actor) -> InvoiceView:
        """One of the actor's own invoices, whole.

        Raises:
            NotFound: No such invoice, or another worker's: the two answer alike.
        """
        return await self._invoice(Invoice.id == invoice_id, Invoice.worker_id == actor.user_id)

    @use_case(Permission.SEE_ALL_PAY)
    async def invoice(self, invoice_id: UUID, *, actor: Actor) -> InvoiceView:  # noqa: ARG002
        """Any invoice, whole.

        Raises:
            NotFound: No such invoice.
        """
        return await self._invoice(Invoice.id == invoice_id)

    async def _invoices(self, page: int, size: int, *conditions: ColumnElement[bool]) -> Page[InvoiceHead]:
        found = _with_names(*conditions).order_by(
            Invoice.year.desc(), Invoice.month.desc(), Invoice.number.desc(), Invoice.id
        )
        rows, listed = await paged(self._session, found, select(Invoice.id).where(*conditions), page, size)
        return replace(listed, items=tuple(await _heads(self._session, rows)))

    async def _invoice(self, *conditions: ColumnElement[bool]) -> InvoiceView:
        row = (await self._session.execute(_with_names(*conditions))).one_or_none()
        if row is None:
            raise NotFound(what="invoice")
        invoice, name = row
        lines = select(InvoiceLine).where(InvoiceLine.invoice_id == invoice.id).order_by(InvoiceLine.position)
        payments = (
            select(InvoicePayment)
            .where(InvoicePayment.invoice_id == invoice.id)
            .order_by(InvoicePayment.paid_on, InvoicePayment.created_at, InvoicePayment.id)
        )
        made = tuple(_payment(each) for each in await self._session.scalars(payments))
        paid = money.total(each.amount for each in made if each.cancelled_at is None)
        return InvoiceView(
            head=_head(invoice, name, paid),
            lines=tuple(_line(each) for each in await self._session.scalars(lines)),
            payments=made,
            fixed=invoice.fixed_pay,
            work=invoice.work_pay,
            bonus=invoice.bonus_amount,
            fine=invoice.fine_amount,
            carried=invoice.carried_amount,
            correction=invoice.correction_amount,
            submissions=invoice.submission_count,
            manual_reason=invoice.manual_reason,
            voided_at=invoice.voided_at,
            void_reason=invoice.void_reason,
        )


async def issued_invoice(session: AsyncSession, worker_id: UUID, month: Month) -> InvoiceHead | None:
    """A worker's invoice for a month, the one that is not void."""
    found = _with_names(
        Invoice.worker_id == worker_id,
        Invoice.year == month.year,
        Invoice.month == month.month,
        Invoice.status == InvoiceStatus.ISSUED,
    )
    heads = await _heads(session, (await session.execute(found)).all())
    return heads[0] if heads else None


async def paid_of(session: AsyncSession, invoice_id: UUID) -> Decimal:
    """Sum of an invoice's payments that stand."""
    return (await _paid_of(session, [invoice_id]))[invoice_id]


async def _paid_of(session: AsyncSession, invoice_ids: Iterable[UUID]) -> defaultdict[UUID, Decimal]:
    sums = (
        select(InvoicePayment.invoice_id, func.sum(InvoicePayment.amount))
        .where(InvoicePayment.invoice_id.in_(list(invoice_ids)), InvoicePayment.cancelled_at.is_(None))
        .group_by(InvoicePayment.invoice_id)
    )
    found = await session.execute(sums)
    return defaultdict(lambda: money.ZERO, {invoice_id: paid or money.ZERO for invoice_id, paid in found})


def _with_names(*conditions: ColumnElement[bool]) -> Select[Invoice, str]:
    return select(Invoice, User.name).join(User, User.id == Invoice.worker_id).where(*conditions)


async def _heads(session: AsyncSession, rows: Sequence[Row[*tuple[Any, ...]]]) -> list[InvoiceHead]:
    paid = await _paid_of(session, [invoice.id for invoice, _ in rows])
    return [_head(invoice, name, paid[invoice.id]) for invoice, name in rows]


def _head(invoice: Invoice, name: str, paid: Decimal) -> InvoiceHead:
    return InvoiceHead(
        invoice_id=invoice.id,
        number=invoice.number,
        worker_id=invoice.worker_id,
        worker_name=invoice.worker_name or name,
        month=Month(invoice.year, invoice.month),
        total=invoice.total_amount,
        carried_forward=invoice.carried_forward,
        currency=invoice.currency,
        status=invoice.status,
        is_manual=invoice.is_manual,
        issued_at=invoice.issued_at,
        paid=paid,
    )


def _line(line: InvoiceLine) -> LineView:
    late = line.late_from_year is not None and line.late_from_month is not None
    return LineView(
        line_id=line.id,
        kind=line.kind,
        label=line.label,
        category=line.category,
        quantity=line.quantity,
        rate=line.rate,
        amount=line.amount,
        late_from=Month(line.late_from_year or 0, line.late_from_month or 0) if late else None,
        reason=line.reason,
    )


def _payment(payment: InvoicePayment) -> PaymentView:
    return PaymentView(
        payment.id, payment.amount, payment.paid_on, payment.reference, payment.cancelled_at, payment.cancel_reason
    )
