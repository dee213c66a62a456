from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.persistence.db import Base, BigId, Json, now_column, one_of, utc_now

NO_CHAT: Final = "no chat"
BLOCKED: Final = "blocked the bot"
BUG: Final = "a bug; see the log"
"""Why notifications are given up, as `last_error` begins; else it is what Telegram said, or a kind of error."""


class NotificationState(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    DEAD = "dead"
    """Given up: admins see it."""
    CANCELLED = "cancelled"
    """No longer true, or no longer for this person."""


class Notification(Base):
    """Something to tell someone, queued in the transaction that it tells of. Sent in the order of `id`, per chat."""

    __tablename__ = "notifications"

    id: Mapped[int] = mapped_column(BigId, Identity(always=False), primary_key=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    chat_id: Mapped[int | None] = mapped_column(BigInteger)
    """A chat that is not the user's now, such as one just unlinked; empty: the user's chat when it is sent."""
    kind: Mapped[str] = mapped_column(String(50))
    """Which view makes the message: a `NotificationKind`, of this version of the program or of another one."""
    payload: Mapped[dict[str, Any]]
    """What the view needs: ids and values as of then."""
    dedupe_key: Mapped[str] = mapped_column(String(200), unique=True)
    """Names the event: a second notification with the same key is the same notification."""
    urgent: Mapped[bool] = mapped_column(default=False, server_default=false())
    """A direct answer: not held back in quiet hours."""
    state: Mapped[NotificationState] = mapped_column(
        one_of(NotificationState, 10), default=NotificationState.QUEUED, server_default=NotificationState.QUEUED.value
    )
    not_before: Mapped[datetime | None]
    """The end of the quiet hours in which it was queued."""
    next_try_at: Mapped[datetime] = now_column()
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = now_column()
    sent_at: Mapped[datetime | None]
    message_id: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (
        Index(
            "idx_notifications_queued",
            "user_id",
            "chat_id",
            "id",
            "next_try_at",
            "attempts",
            "state",
            postgresql_where=text("state = 'queued'"),
            sqlite_where=text("state = 'queued'"),
        ),
        Index(
            "idx_notifications_dead",
            "id",
            postgresql_where=text("state = 'dead'"),
            sqlite_where=text("state = 'dead'"),
        ),
        Index("idx_notifications_user_id_id", "user_id", "id"),
    )


class ScheduledRun(Base):
    """That a job has had its turn for a period. The key makes it one turn, on however many machines."""

    __tablename__ = "scheduled_runs"

    job: Mapped[str] = mapped_column(String(50), primary_key=True)
    period: Mapped[str] = mapped_column(String(30), primary_key=True)
    """2026-10 for a month, 2026-10-31 for a day."""
    started_at: Mapped[datetime] = now_column()
    finished_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None]


class Setting(Base):
    """What admins change in chat; beats the environment."""

    __tablename__ = "settings"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[Any] = mapped_column(Json)
    updated_at: Mapped[datetime] = mapped_column(server_default=utc_now(), onupdate=utc_now())
    updated_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
