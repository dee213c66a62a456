from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, cast
from uuid import UUID

from sqlalchemy import BigInteger, Connection, ForeignKey, Identity, Index, String, Text, event, text, true
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from domain.persistence.db import Base, now_column, one_of, primary_id, utc_now


class OrderStatus(StrEnum):
    IN_PROGRESS = "In Progress"
    UNDER_QA = "Under QA"
    APPROVED = "Approved"
    REJECTED = "Rejected"
    COMPLETED = "Completed"


class Decision(StrEnum):
    """What was decided about one version of an order."""

    APPROVED = "approved"
    REJECTED = "rejected"
    CHANGES = "changes"


class Category(Base):
    __tablename__ = "categories"

    id: Mapped[UUID] = primary_id()
    name: Mapped[str] = mapped_column(String(100))
    """Unique whatever the case. Orders hold a copy of it."""
    is_active: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Whether new orders may have it."""
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    """Order of the buttons; then by name."""
    created_at: Mapped[datetime] = now_column()

    __table_args__ = (Index("uq_categories_name_any_case", text("lower(name)"), unique=True),)


class WorkOrder(Base):
    __tablename__ = "work_orders"

    id: Mapped[UUID] = primary_id()
    title: Mapped[str] = mapped_column(String(255))
    category: Mapped[str] = mapped_column(String(100), index=True)
    """A category's name, not a reference: an order keeps the name that it had."""
    description: Mapped[str | None] = mapped_column(Text)
    status: Mapped[OrderStatus] = mapped_column(
        one_of(OrderStatus, 20), default=OrderStatus.UNDER_QA, server_default=OrderStatus.UNDER_QA.value, index=True
    )
    total_submissions: Mapped[int] = mapped_column(default=0, server_default="0")
    """Units of work in the order: backlinks, citations, articles."""
    assigned_to: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    """Whose work it is, and who is paid. Rows from elsewhere may leave it empty: then `created_by` is."""
    created_by: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    due_date: Mapped[date | None]
    attachment_url: Mapped[str | None] = mapped_column(Text)
    attachment_name: Mapped[str | None] = mapped_column(String(255))
    business_name: Mapped[str | None] = mapped_column(String(255))
    folder_name: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(server_default=utc_now(), index=True)
    updated_at: Mapped[datetime] = mapped_column(server_default=utc_now(), onupdate=utc_now())
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=False), unique=True)
    """What people call it: "order 128". Counts up, may have gaps."""
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    """One more with each submission; a decision names the version that it is about."""
    approved_submissions: Mapped[int | None]
    """How many of `total_submissions` are paid; empty on an approved order: all of them."""
    rate: Mapped[Decimal | None]
    """Per approved submission, in the organization's currency; frozen at approval. Empty on an approved order: missing,
    which is not zero."""
    assigned_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    """Of the current version. Decides the month in which it pays; empty on rows from elsewhere: `created_at` does."""
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    decision_note: Mapped[str | None] = mapped_column(Text)
    """The reason for a rejection, or what is to be changed."""
    archived_at: Mapped[datetime | None]
    archived_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))

    __table_args__ = (
        Index(
            "idx_work_orders_due_date",
            "due_date",
            postgresql_where=text("due_date IS NOT NULL"),
            sqlite_where=text("due_date IS NOT NULL"),
        ),
    )


@event.listens_for(WorkOrder, "before_insert")
def number_on_sqlite(mapper: Mapper[Any], connection: Connection, order: WorkOrder) -> None:  # noqa: ARG001
    """SQLite's trigger numbers a row after RETURNING has answered: taken first, the number is known to the object."""
    if cast("int | None", order.number) is None and connection.dialect.name == "sqlite":
        taken = connection.execute(text("UPDATE order_numbers SET last = last + 1 RETURNING last"))
        order.number = taken.scalar_one()


class OrderVersion(Base):
    """What was submitted, once for each time, and what was decided about it."""

    __tablename__ = "order_versions"

    order_id: Mapped[UUID] = mapped_column(ForeignKey("work_orders.id", ondelete="CASCADE"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(255))
    category: Mapped[str] = mapped_column(String(100))
    description: Mapped[str | None] = mapped_column(Text)
    total_submissions: Mapped[int]
    business_name: Mapped[str | None] = mapped_column(String(255))
    folder_name: Mapped[str | None] = mapped_column(String(255))
    submitted_at: Mapped[datetime] = now_column()
    submitted_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    decision: Mapped[Decision | None] = mapped_column(one_of(Decision, 20))
    """The one that stands; one that was undone is in the activity log."""
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    approved_submissions: Mapped[int | None]
    rate: Mapped[Decimal | None]
    note: Mapped[str | None] = mapped_column(Text)
    """The decision's reason."""


class OrderComment(Base):
    __tablename__ = "order_comments"

    id: Mapped[UUID] = primary_id()
    order_id: Mapped[UUID] = mapped_column(ForeignKey("work_orders.id", ondelete="CASCADE"))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = now_column()

    __table_args__ = (Index("idx_order_comments_order_id_created_at", "order_id", "created_at"),)


class TemplateKind(StrEnum):
    REJECT = "reject"
    CHANGES = "changes"


class ReasonTemplate(Base):
    """Words that admins use again and again when they send work back."""

    __tablename__ = "reason_templates"

    id: Mapped[UUID] = primary_id()
    kind: Mapped[TemplateKind] = mapped_column(one_of(TemplateKind, 10))
    text: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime] = now_column()
