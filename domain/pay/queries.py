"""Reading pay: the month so far, invoices, and what stands behind each of their lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from domain import money
from domain.access import Actor, Permission, use_case
from domain.accounts.model import SYSTEM_USER_ID, Role, User
from domain.clock import Month, local_day
from domain.errors import NotFound
from domain.orders.model import Category, OrderStatus, WorkOrder
from domain.orders.paging import PAGE_SIZE, Page, paged
from domain.pay.model import (
    AppealStatus,
    Bonus,
    Correction,
    Fine,
    FineAppeal,
    FixedPay,
    Invoice,
    InvoiceLine,
    InvoicePayment,
    InvoiceSource,
    InvoiceStatus,
    LineKind,
    Rate,
)
from domain.pay.rates import RateKey, rates_for
from domain.pay.service import APPEAL_PERIOD
from domain.pay.sources import load_accounts, paid_to, quantity_of, submitted_at, unpriced_orders
from domain.pay.statement import Statement, settle
from domain.unit import Unit


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


@dataclass(frozen=True, slots=True)
class StatementView:
    """A worker's month: the invoice if it is issued, else what closing would make of it now."""

    worker_id: UUID
    worker_name: str
    month: Month
    currency: str
    issued: InvoiceHead | None
    statement: Statement | None
    """None: nothing yet, or issued."""
    earlier: tuple[Statement, ...]
    """Months before that are still open, and are paid first."""
    under_qa: int
    """Orders submitted in the month and not decided yet."""
    disputed: Decimal
    """Sum of fines under appeal, which are left out until that is decided."""


@dataclass(frozen=True, slots=True)
class Payee:
    worker_id: UUID
    name: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class PricedCategory:
    category_id: UUID
    name: str
    rate: Decimal | None
    """Everyone's, today; None: none has been set."""


@dataclass(frozen=True, slots=True)
class RateView:
    rate_id: UUID
    category_id: UUID
    category: str
    worker_id: UUID | None
    """None: everyone who has no rate of their own."""
    worker_name: str | None
    effective_from: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class FixedPayView:
    fixed_pay_id: UUID
    worker_id: UUID
    effective_from: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class BonusView:
    bonus_id: UUID
    worker_id: UUID
    amount: Decimal
    reason: str
    month: Month
    cancelled_at: datetime | None
    cancel_reason: str | None
    invoice_number: str | None


@dataclass(frozen=True, slots=True)
class FineView:
    fine_id: UUID
    worker_id: UUID
    amount: Decimal
    reason: str
    created_at: datetime
    cancelled_at: datetime | None
    cancel_reason: str | None
    appeal_id: UUID | None
    appeal: AppealStatus | None
    appeal_text: str | None
    appeal_until: datetime
    invoice_number: str | None


class PayQueries:
    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._session = unit.session

    # The month so far

    @use_case(Permission.SEE_OWN_PAY)
    async def my_statement(self, month: Month, *, actor: Actor) -> StatementView:
        """The actor's month: what closing would make of it now."""
        return await self._statement(actor.user_id, month)

    @use_case(Permission.SEE_ALL_PAY)
    async def statement(self, worker_id: UUID, month: Month, *, actor: Actor) -> StatementView:  # noqa: ARG002
        """A worker's month.

        Raises:
            NotFound: No such worker.
        """
        return await self._statement(worker_id, month)

    async def _statement(self, worker_id: UUID, month: Month) -> StatementView:
        session, organization = self._session, self._unit.organization
        workers = [worker_id]
        unpriced = await unpriced_orders(session, organization, workers, month)
        accounts = await load_accounts(session, organization, month, workers, unpriced=unpriced)
        if not accounts or worker_id == SYSTEM_USER_ID:
            raise NotFound(what="worker")
        [account] = accounts
        statements = settle(account, month)
        heads = await self._heads(
            Invoice.worker_id == worker_id,
            Invoice.year == month.year,
            Invoice.month == month.month,
            Invoice.status == InvoiceStatus.ISSUED,
        )
        first, end = month.instants(organization.zone)
        waiting = select(func.count()).where(
            paid_to == worker_id,
            WorkOrder.status == OrderStatus.UNDER_QA,
            WorkOrder.archived_at.is_(None),
            submitted_at >= first,
            submitted_at < end,
        )
        disputed = (
            select(func.sum(Fine.amount))
            .join(FineAppeal, FineAppeal.fine_id == Fine.id)
            .where(
                Fine.worker_id == worker_id,
                Fine.cancelled_at.is_(None),
                Fine.created_at < end,
                FineAppeal.status == AppealStatus.OPEN,
            )
        )
        return StatementView(
            worker_id=worker_id,
            worker_name=account.name,
            month=month,
            currency=organization.currency,
            issued=heads[0] if heads else None,
            statement=next((each for each in statements if each.month == month), None),
            earlier=tuple(each for each in statements if each.month < month),
            under_qa=(await session.scalar(waiting)) or 0,
            disputed=(await session.scalar(disputed)) or money.ZERO,
        )

    # Invoices

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

    # What pay is made of

    @use_case(Permission.MANAGE_PAY)
    async def payees(
        self,
        *,
        name: str = "",
        page: int = 1,
        size: int = PAGE_SIZE,
        actor: Actor,  # noqa: ARG002
    ) -> Page[Payee]:
        """Workers whose name holds `name`, in any case. Who has left may still be owed something, and comes last."""
        conditions: list[ColumnElement[bool]] = [User.role == Role.WORKER]
        if name:
            # SQLite lowers ASCII letters alone: the second one finds others in the case in which they were typed.
            lowered = func.lower(User.name).contains(name.lower(), autoescape=True)
            conditions.append(lowered | User.name.contains(name, autoescape=True))
        found = (
            select(User.id, User.name, User.is_active)
            .where(*conditions)
            .order_by(User.is_active.desc(), func.lower(User.name), User.id)
        )
        rows, listed = await self._page(found, select(User.id).where(*conditions), page, size)
        return replace(listed, items=tuple(Payee(*row) for row in rows))

    @use_case(Permission.MANAGE_PAY)
    async def payee(self, worker_id: UUID, *, actor: Actor) -> Payee:  # noqa: ARG002
        """A worker by id.

        Raises:
            NotFound: No such worker.
        """
        found = select(User.id, User.name, User.is_active).where(User.id == worker_id, User.role == Role.WORKER)
        row = (await self._session.execute(found)).one_or_none()
        if row is None:
            raise NotFound(what="worker")
        return Payee(*row)

    @use_case(Permission.MANAGE_PAY)
    async def priced_categories(self, *, actor: Actor) -> tuple[PricedCategory, ...]:  # noqa: ARG002
        """Categories that new orders may have, in the order of their buttons, with the rate that holds for everyone."""
        return await self._priced(Category.is_active.is_(True))

    @use_case(Permission.MANAGE_PAY)
    async def priced_category(self, category_id: UUID, *, actor: Actor) -> PricedCategory:  # noqa: ARG002
        """A category by id, also one that takes no new orders.

        Raises:
            NotFound: No such category.
        """
        found = await self._priced(Category.id == category_id)
        if not found:
            raise NotFound(what="category")
        return found[0]

    async def _priced(self, condition: ColumnElement[bool]) -> tuple[PricedCategory, ...]:
        listed = select(Category.id, Category.name).where(condition)
        rows = [*await self._session.execute(listed.order_by(Category.position, Category.name))]
        today = local_day(self._unit.clock.now(), self._unit.organization.zone)
        # No worker has this id, so no rate of their own is found.
        keys = {row.id: RateKey(row.name, SYSTEM_USER_ID, today) for row in rows}
        rates = await rates_for(self._session, keys.values())
        return tuple(PricedCategory(row.id, row.name, rates.get(keys[row.id])) for row in rows)

    @use_case(Permission.MANAGE_PAY)
    async def rates(self, *, category_id: UUID | None = None, actor: Actor) -> tuple[RateView, ...]:  # noqa: ARG002
        """Rates that were not withdrawn: by category, everyone's before workers' own, the newest first."""
        found = (
            select(Rate, Category.name, User.name)
            .join(Category, Category.id == Rate.category_id)
            .outerjoin(User, User.id == Rate.worker_id)
            .where(Rate.withdrawn_at.is_(None))
            .order_by(
                Category.position,
                Category.name,
                Rate.worker_id.is_not(None),
                User.name,
                Rate.worker_id,
                Rate.effective_from.desc(),
            )
        )
        if category_id is not None:
            found = found.where(Rate.category_id == category_id)
        return tuple(
            RateView(rate.id, rate.category_id, category, rate.worker_id, worker, rate.effective_from, rate.amount)
            for rate, category, worker in (await self._session.execute(found))
        )

    @use_case(Permission.MANAGE_PAY)
    async def fixed_pays(self, worker_id: UUID, *, actor: Actor) -> tuple[FixedPayView, ...]:  # noqa: ARG002
        """A worker's fixed pay that was not withdrawn, the newest first."""
        found = (
            select(FixedPay)
            .where(FixedPay.worker_id == worker_id, FixedPay.withdrawn_at.is_(None))
            .order_by(FixedPay.effective_from.desc())
        )
        return tuple(
            FixedPayView(row.id, row.worker_id, row.effective_from, row.amount)
            for row in await self._session.scalars(found)
        )

    @use_case(Permission.SEE_OWN_PAY)
    async def my_fines(self, *, page: int = 1, size: int = PAGE_SIZE, actor: Actor) -> Page[FineView]:
        """The actor's fines, the newest first."""
        return await self._fines(page, size, Fine.worker_id == actor.user_id)

    @use_case(Permission.SEE_ALL_PAY)
    async def fines(
        self,
        *,
        worker_id: UUID | None = None,
        appealed: bool = False,
        page: int = 1,
        size: int = PAGE_SIZE,
        actor: Actor,  # noqa: ARG002
    ) -> Page[FineView]:
        """Fines, the newest first: of one worker or all, or only those with an open appeal."""
        conditions: list[ColumnElement[bool]] = [] if worker_id is None else [Fine.worker_id == worker_id]
        if appealed:
            conditions.append(FineAppeal.status == AppealStatus.OPEN)
        return await self._fines(page, size, *conditions)

    @use_case(Permission.SEE_ALL_PAY)
    async def bonuses(
        self,
        *,
        worker_id: UUID | None = None,
        page: int = 1,
        size: int = PAGE_SIZE,
        actor: Actor,  # noqa: ARG002
    ) -> Page[BonusView]:
        """Bonuses, the newest first: of one worker or all."""
        conditions = [] if worker_id is None else [Bonus.worker_id == worker_id]
        found = (
            select(Bonus, Invoice.number)
            .outerjoin(InvoiceSource, (InvoiceSource.bonus_id == Bonus.id) & InvoiceSource.released_at.is_(None))
            .outerjoin(Invoice, Invoice.id == InvoiceSource.invoice_id)
            .where(*conditions)
            .order_by(Bonus.created_at.desc(), Bonus.id)
        )
        rows, listed = await self._page(found, select(Bonus.id).where(*conditions), page, size)
        items = tuple(
            BonusView(
                bonus.id,
                bonus.worker_id,
                bonus.amount,
                bonus.reason,
                Month(bonus.year, bonus.month),
                bonus.cancelled_at,
                bonus.cancel_reason,
                number,
            )
            for bonus, number in rows
        )
        return replace(listed, items=items)

    # How

    async def _page(
        self,
        statement: Select[*tuple[Any, ...]],
        counted: Select[*tuple[Any, ...]],
        number: int,
        size: int,
    ) -> tuple[list[Any], Page[Any]]:
        rows, listed = await paged(self._session, statement, counted, number, size)
        return [*rows], listed

    async def _fines(self, page: int, size: int, *conditions: ColumnElement[bool]) -> Page[FineView]:
        # A fine is appealed once, so the join does not multiply it.
        found = (
            select(Fine, FineAppeal, Invoice.number)
            .outerjoin(FineAppeal, FineAppeal.fine_id == Fine.id)
            .outerjoin(InvoiceSource, (InvoiceSource.fine_id == Fine.id) & InvoiceSource.released_at.is_(None))
            .outerjoin(Invoice, Invoice.id == InvoiceSource.invoice_id)
            .where(*conditions)
            .order_by(Fine.created_at.desc(), Fine.id)
        )
        counted = select(Fine.id).outerjoin(FineAppeal, FineAppeal.fine_id == Fine.id).where(*conditions)
        rows, listed = await self._page(found, counted, page, size)
        return replace(listed, items=tuple(_fine(fine, appeal, number) for fine, appeal, number in rows))

    async def _invoices(self, page: int, size: int, *conditions: ColumnElement[bool]) -> Page[InvoiceHead]:
        found = (
            select(Invoice, User.name)
            .join(User, User.id == Invoice.worker_id)
            .where(*conditions)
            .order_by(Invoice.year.desc(), Invoice.month.desc(), Invoice.number.desc(), Invoice.id)
        )
        rows, listed = await self._page(found, select(Invoice.id).where(*conditions), page, size)
        paid = await self._paid([invoice.id for invoice, _ in rows])
        return replace(listed, items=tuple(_head(invoice, name, paid[invoice.id]) for invoice, name in rows))

    async def _heads(self, *conditions: ColumnElement[bool]) -> list[InvoiceHead]:
        found = select(Invoice, User.name).join(User, User.id == Invoice.worker_id).where(*conditions)
        rows = (await self._session.execute(found)).all()
        paid = await self._paid([invoice.id for invoice, _ in rows])
        return [_head(invoice, name, paid[invoice.id]) for invoice, name in rows]

    async def _paid(self, invoice_ids: Iterable[UUID]) -> defaultdict[UUID, Decimal]:
        sums = (
            select(InvoicePayment.invoice_id, func.sum(InvoicePayment.amount))
            .where(InvoicePayment.invoice_id.in_(list(invoice_ids)), InvoicePayment.cancelled_at.is_(None))
            .group_by(InvoicePayment.invoice_id)
        )
        found = await self._session.execute(sums)
        return defaultdict(lambda: money.ZERO, {invoice_id: paid or money.ZERO for invoice_id, paid in found})

    async def _invoice(self, *conditions: ColumnElement[bool]) -> InvoiceView:
        found = select(Invoice, User.name).join(User, User.id == Invoice.worker_id).where(*conditions)
        row = (await self._session.execute(found)).one_or_none()
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
        rows, listed = await self._page(found, counted, page, size)
        return replace(listed, items=tuple(_source(row) for row in rows))


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


def _fine(fine: Fine, appeal: FineAppeal | None, number: str | None) -> FineView:
    return FineView(
        fine_id=fine.id,
        worker_id=fine.worker_id,
        amount=fine.amount,
        reason=fine.reason,
        created_at=fine.created_at,
        cancelled_at=fine.cancelled_at,
        cancel_reason=fine.cancel_reason,
        appeal_id=appeal.id if appeal else None,
        appeal=appeal.status if appeal else None,
        appeal_text=appeal.text if appeal else None,
        appeal_until=fine.created_at + APPEAL_PERIOD,
        invoice_number=number,
    )


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
