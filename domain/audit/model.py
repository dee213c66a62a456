from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from domain.persistence.db import Base, IpAddress, now_column, one_of, primary_id


class LogType(StrEnum):
    LOGIN = "login"
    LOGOUT = "logout"
    ORDER_CREATED = "order_created"
    ORDER_UPDATED = "order_updated"
    USER_CREATED = "user_created"
    INVOICE_GENERATED = "invoice_generated"
    BONUS_ADDED = "bonus_added"
    FINE_ISSUED = "fine_issued"
    # The eight above are the schema owner's.

    USER_UPDATED = "user_updated"
    USER_DEACTIVATED = "user_deactivated"
    USER_REACTIVATED = "user_reactivated"
    ROLE_CHANGED = "role_changed"
    PASSWORD_CHANGED = "password_changed"
    INVITE_CREATED = "invite_created"
    INVITE_USED = "invite_used"
    INVITE_REVOKED = "invite_revoked"
    CHAT_LINKED = "chat_linked"
    CHAT_UNLINKED = "chat_unlinked"
    LOGIN_FAILED = "login_failed"
    LOGIN_LOCKED = "login_locked"
    SESSION_ENDED = "session_ended"

    ORDER_ASSIGNED = "order_assigned"
    ORDER_SUBMITTED = "order_submitted"
    ORDER_APPROVED = "order_approved"
    ORDER_REJECTED = "order_rejected"
    ORDER_RETURNED = "order_returned"
    """Needs changes."""
    ORDER_REOPENED = "order_reopened"
    """A decision was undone."""
    ORDER_COMPLETED = "order_completed"
    ORDER_ARCHIVED = "order_archived"
    ORDER_RESTORED = "order_restored"
    ORDER_COMMENTED = "order_commented"
    CATEGORY_CREATED = "category_created"
    CATEGORY_UPDATED = "category_updated"
    TEMPLATE_CHANGED = "template_changed"

    RATE_ADDED = "rate_added"
    RATE_WITHDRAWN = "rate_withdrawn"
    FIXED_PAY_ADDED = "fixed_pay_added"
    FIXED_PAY_WITHDRAWN = "fixed_pay_withdrawn"
    BONUS_CANCELLED = "bonus_cancelled"
    FINE_CANCELLED = "fine_cancelled"
    FINE_APPEALED = "fine_appealed"
    APPEAL_DECIDED = "appeal_decided"
    CORRECTION_ADDED = "correction_added"
    CORRECTION_CANCELLED = "correction_cancelled"
    INVOICE_VOIDED = "invoice_voided"
    PAYMENT_ADDED = "payment_added"
    PAYMENT_CANCELLED = "payment_cancelled"
    MONTH_CLOSED = "month_closed"

    FILE_STORED = "file_stored"
    FILE_REMOVED = "file_removed"
    REPORT_EXPORTED = "report_exported"
    SETTINGS_CHANGED = "settings_changed"
    NOTIFICATION_FAILED = "notification_failed"
    BACKUP_MADE = "backup_made"
    BACKUP_RESTORED = "backup_restored"
    DATA_IMPORTED = "data_imported"
    OTHER = "other"


class ActivityLog(Base):
    """One change, written in its transaction. Only inserted; the chain of hashes shows what was done past the bot."""

    __tablename__ = "activity_logs"

    id: Mapped[UUID] = primary_id()
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    """Who did it: `SYSTEM_USER_ID` where nobody tapped anything."""
    action: Mapped[str] = mapped_column(String(255))
    details: Mapped[str | None] = mapped_column(Text)
    log_type: Mapped[LogType] = mapped_column(one_of(LogType, 50))
    ip_address: Mapped[str | None] = mapped_column(IpAddress)
    user_agent: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = now_column()
    entity_type: Mapped[str | None] = mapped_column(String(50))
    """Table of the changed record."""
    entity_id: Mapped[UUID | None]
    old_values: Mapped[dict[str, Any] | None]
    new_values: Mapped[dict[str, Any] | None]
    """The changed fields alone; never a password, a token or a file's content."""
    chat_id: Mapped[int | None] = mapped_column(BigInteger)
    seq: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    """1, 2, 3 … without gaps. Empty, as both hashes, on rows that were not written by the bot: `verify` names them."""
    prev_hash: Mapped[str | None] = mapped_column(String(64))
    """`hash` of the row before; 64 zeros on the first."""
    hash: Mapped[str | None] = mapped_column(String(64))
    """SHA-256, in hex, over `prev_hash` and the row."""

    __table_args__ = (
        Index("idx_activity_logs_type", "log_type"),
        Index("idx_activity_logs_created_at", "created_at"),
        Index("idx_activity_logs_entity", "entity_type", "entity_id"),
    )


class ActivityChain(Base):
    """The chain's head, in one row. Who appends locks it, so rows get their places one after another.

    It also still knows the last row when that was removed.
    """

    __tablename__ = "activity_chain"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))
