"""Amounts are in the organization's currency. Months are its calendar months (`domain.clock`).

Nothing here is edited or deleted once it is written: triggers refuse that on both engines. A mistake is withdrawn,
cancelled or voided, and stays to be seen.
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.money import ZERO
from domain.persistence.db import Base, now_column, one_of, primary_id


def unique_where(name: str, condition: str, *columns: str) -> Index:
    return Index(name, *columns, unique=True, postgresql_where=text(condition), sqlite_where=text(condition))


class Withdrawable:
    withdrawn_at: Mapped[datetime | None]
    """Set where the row was a mistake: it is as if it had never been there."""
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))


class Cancellable:
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    cancel_reason: Mapped[str | None] = mapped_column(Text)


class Rate(Withdrawable, Base):
    """Money per approved submission, from a day on, until a later row takes over."""

    __tablename__ = "rates"

    id: Mapped[UUID] = primary_id()
    category_id: Mapped[UUID] = mapped_column(ForeignKey("categories.id"))
    worker_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    """Empty: everyone who has no rate of their own."""
    effective_from: Mapped[date]
    """The first day, in the organization's calendar."""
    amount: Mapped[Decimal]
    created_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = now_column()

    __table_args__ = (
        unique_where(
            "uq_rates_worker",
            "worker_id IS NOT NULL AND withdrawn_at IS NULL",
            "category_id",
            "worker_id",
            "effective_from",
        ),
        unique_where(
            "uq_rates_everyone", "worker_id IS NULL AND withdrawn_at IS NULL", "category_id", "effective_from"
        ),
    )


class FixedPay(Withdrawable, Base):
    """What a worker gets for a whole month, from a day on, until a later row takes over."""

    __tablename__ = "fixed_pays"

    id: Mapped[UUID] = primary_id()
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    effective_from: Mapped[date]
    amount: Mapped[Decimal]
    created_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = now_column()

    __table_args__ = (unique_where("uq_fixed_pays_worker", "withdrawn_at IS NULL", "worker_id", "effective_from"),)


class Bonus(Cancellable, Base):
    __tablename__ = "bonuses"

    id: Mapped[UUID] = primary_id()
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    amount: Mapped[Decimal]
    reason: Mapped[str] = mapped_column(Text)
    month: Mapped[int]
    year: Mapped[int]
    """`year` and `month`: for which month it is, whenever it was written."""
    created_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = now_column()

    __table_args__ = (
        Index("idx_bonuses_month_year", "month", "year"),
        Index("idx_bonuses_created_at", "created_at"),
    )


class Fine(Cancellable, Base):
    __tablename__ = "fines"

    id: Mapped[UUID] = primary_id()
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    amount: Mapped[Decimal]
    """Above zero; subtracted from the pay."""
    reason: Mapped[str] = mapped_column(Text)
    created_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = now_column()
    """Decides the month that it counts for."""

    __table_args__ = (Index("idx_fines_created_at", "created_at"),)


class AppealStatus(StrEnum):
    OPEN = "open"
    UPHELD = "upheld"
    """The fine stands."""
    CANCELLED = "cancelled"
    """The fine was cancelled."""


class FineAppeal(Base):
    """A worker's objection to a fine of theirs. While it is open, the fine stays off the invoice."""

    __tablename__ = "fine_appeals"

    id: Mapped[UUID] = primary_id()
    fine_id: Mapped[UUID] = mapped_column(ForeignKey("fines.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    status: Mapped[AppealStatus] = mapped_column(
        one_of(AppealStatus, 10), default=AppealStatus.OPEN, server_default=AppealStatus.OPEN.value
    )
    created_at: Mapped[datetime] = now_column()
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    decision_note: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (unique_where("uq_fine_appeals_open", "status = 'open'", "fine_id"),)


class InvoiceNumber(Base):
    """The last number taken in a year. Raised in the transaction that issues the invoice, so no number is lost."""

    __tablename__ = "invoice_numbers"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class InvoiceStatus(StrEnum):
    """Whether it was paid is not a status: the payments say that."""

    ISSUED = "issued"
    VOID = "void"


class Invoice(Base):
    """The frozen statement of one worker and month. One that is not void, for each.

    total = fixed + work + bonus - fine + carried + correction + carried_forward
    """

    __tablename__ = "invoices"

    id: Mapped[UUID] = primary_id()
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    month: Mapped[int]
    year: Mapped[int]
    submission_count: Mapped[int] = mapped_column(default=0, server_default="0")
    """Sum of its work lines' quantities."""
    fixed_pay: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    work_pay: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    fine_amount: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    """Above zero, though its lines are negative."""
    bonus_amount: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    total_amount: Mapped[Decimal]
    """What is to be paid: never below zero."""
    is_manual: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = now_column()
    number: Mapped[str | None] = mapped_column(String(20), unique=True)
    """INV-2026-000123. Empty on rows from elsewhere, which have no lines either."""
    status: Mapped[InvoiceStatus] = mapped_column(
        one_of(InvoiceStatus, 10), default=InvoiceStatus.ISSUED, server_default=InvoiceStatus.ISSUED.value
    )
    carried_amount: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    """What an earlier month left over: negative, as only fines beyond the pay are."""
    correction_amount: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    """Sum of its correction and manual lines, signed."""
    carried_forward: Mapped[Decimal] = mapped_column(default=ZERO, server_default=text("0"))
    """What this month could not take, above zero: the next invoice's first line, with the opposite sign."""
    currency: Mapped[str] = mapped_column(String(3), default="PKR", server_default="PKR")
    """ISO 4217, as it was when the invoice was issued."""
    worker_name: Mapped[str | None] = mapped_column(String(255))
    """As it was when the invoice was issued."""
    issued_at: Mapped[datetime] = now_column()
    manual_reason: Mapped[str | None] = mapped_column(Text)
    voided_at: Mapped[datetime | None]
    voided_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    void_reason: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        Index("idx_invoices_month_year", "month", "year"),
        Index("idx_invoices_created_at", "created_at"),
        unique_where("uq_invoices_worker_month", "status <> 'void'", "worker_id", "month", "year"),
    )


class LineKind(StrEnum):
    FIXED = "fixed"
    WORK = "work"
    BONUS = "bonus"
    FINE = "fine"
    CARRIED = "carried"
    CORRECTION = "correction"
    MANUAL = "manual"
    """A free line of a manual invoice, of no other kind. Counts into `correction_amount`."""


class InvoiceLine(Base):
    __tablename__ = "invoice_lines"

    id: Mapped[UUID] = primary_id()
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoices.id"))
    position: Mapped[int]
    kind: Mapped[LineKind] = mapped_column(one_of(LineKind, 12))
    label: Mapped[str] = mapped_column(String(255))
    """What the worker reads, without amounts."""
    category: Mapped[str | None] = mapped_column(String(100))
    """Of a work line."""
    quantity: Mapped[int | None]
    """Approved submissions of a work line; paid days of a fixed line."""
    rate: Mapped[Decimal | None]
    amount: Mapped[Decimal]
    """Signed: a fine's is negative."""
    late_from_year: Mapped[int | None]
    late_from_month: Mapped[int | None]
    """The closed month in which it should have been paid."""
    reason: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (UniqueConstraint("invoice_id", "position"), UniqueConstraint("id", "invoice_id"))


class Correction(Cancellable, Base):
    """An amount that a later invoice takes back or adds, because an issued one stays as it is."""

    __tablename__ = "corrections"

    id: Mapped[UUID] = primary_id()
    worker_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    amount: Mapped[Decimal]
    """Signed. For a reversal: the amount actually billed, with the opposite sign."""
    reason: Mapped[str] = mapped_column(Text)
    from_invoice_id: Mapped[UUID | None] = mapped_column(ForeignKey("invoices.id"))
    """The invoice that it corrects."""
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("work_orders.id"))
    order_version: Mapped[int | None]
    bonus_id: Mapped[UUID | None] = mapped_column(ForeignKey("bonuses.id"))
    fine_id: Mapped[UUID | None] = mapped_column(ForeignKey("fines.id"))
    """`order_id` with `order_version`, `bonus_id`, `fine_id`: what it reverses; one of them at most, once only."""
    created_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = now_column()
    """Decides the month that it counts for."""

    __table_args__ = (
        Index("idx_corrections_worker_id_created_at", "worker_id", "created_at"),
        unique_where(
            "uq_corrections_order", "order_id IS NOT NULL AND cancelled_at IS NULL", "order_id", "order_version"
        ),
        unique_where("uq_corrections_bonus", "bonus_id IS NOT NULL AND cancelled_at IS NULL", "bonus_id"),
        unique_where("uq_corrections_fine", "fine_id IS NOT NULL AND cancelled_at IS NULL", "fine_id"),
    )


class InvoiceSource(Base):
    """What a line is made of. The database refuses the same source on a second invoice that is not void."""

    __tablename__ = "invoice_sources"

    line_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = primary_id()
    """With the line, the key: so one index finds the sources of a line, and of an invoice by its lines."""
    invoice_id: Mapped[UUID]
    """Its line's."""
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("work_orders.id"))
    order_version: Mapped[int | None]
    bonus_id: Mapped[UUID | None] = mapped_column(ForeignKey("bonuses.id"))
    fine_id: Mapped[UUID | None] = mapped_column(ForeignKey("fines.id"))
    correction_id: Mapped[UUID | None] = mapped_column(ForeignKey("corrections.id"))
    carried_invoice_id: Mapped[UUID | None] = mapped_column(ForeignKey("invoices.id"))
    """The earlier invoice whose `carried_forward` this is."""
    amount: Mapped[Decimal]
    """This source's share of the line, signed as the line."""
    released_at: Mapped[datetime | None]
    """When its invoice was voided: since then another may have it."""

    __table_args__ = (
        ForeignKeyConstraint(["line_id", "invoice_id"], ["invoice_lines.id", "invoice_lines.invoice_id"]),
        unique_where(
            "uq_invoice_sources_order", "order_id IS NOT NULL AND released_at IS NULL", "order_id", "order_version"
        ),
        unique_where("uq_invoice_sources_bonus", "bonus_id IS NOT NULL AND released_at IS NULL", "bonus_id"),
        unique_where("uq_invoice_sources_fine", "fine_id IS NOT NULL AND released_at IS NULL", "fine_id"),
        unique_where(
            "uq_invoice_sources_correction", "correction_id IS NOT NULL AND released_at IS NULL", "correction_id"
        ),
        unique_where(
            "uq_invoice_sources_carried_invoice",
            "carried_invoice_id IS NOT NULL AND released_at IS NULL",
            "carried_invoice_id",
        ),
    )


class InvoicePayment(Cancellable, Base):
    """Money that was paid out. An invoice is paid when those that were not cancelled add up to its total."""

    __tablename__ = "invoice_payments"

    id: Mapped[UUID] = primary_id()
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoices.id"), index=True)
    amount: Mapped[Decimal]
    paid_on: Mapped[date]
    reference: Mapped[str | None] = mapped_column(String(255))
    """The bank's or the cash book's."""
    created_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = now_column()
