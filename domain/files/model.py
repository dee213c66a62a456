from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.persistence.db import Base, now_column, one_of, primary_id


class FileState(StrEnum):
    PENDING = "pending"
    """Known, but its bytes are still to be copied to the storage."""
    STORED = "stored"
    FAILED = "failed"


class FileUpload(Base):
    __tablename__ = "file_uploads"

    id: Mapped[UUID] = primary_id()
    file_name: Mapped[str] = mapped_column(String(255))
    """In the storage."""
    original_name: Mapped[str] = mapped_column(String(255))
    """As the person's device called it: shown, never used as a path."""
    file_size: Mapped[int] = mapped_column(BigInteger)
    """Bytes."""
    mime_type: Mapped[str | None] = mapped_column(String(100))
    storage_path: Mapped[str] = mapped_column(Text)
    """Key in the storage."""
    uploaded_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    related_entity_type: Mapped[str | None] = mapped_column(String(50))
    """`work_order`, `profile_photo`, `invoice` …"""
    related_entity_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = now_column()
    state: Mapped[FileState] = mapped_column(
        one_of(FileState, 10), default=FileState.STORED, server_default=FileState.STORED.value
    )
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    """Of the bytes as they arrived, in hex: finds the same file on an earlier order."""
    telegram_file_id: Mapped[str | None] = mapped_column(Text)
    """Where the bytes can be fetched from, for a while."""
    telegram_file_unique_id: Mapped[str | None] = mapped_column(String(64))
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    """Place among the files of its entity."""
    entity_version: Mapped[int | None]
    """The order's version that it was submitted with."""
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    next_try_at: Mapped[datetime | None]
    """Of copying it; None: at once."""
    last_error: Mapped[str | None] = mapped_column(Text)
    stored_at: Mapped[datetime | None]

    __table_args__ = (
        Index("idx_file_uploads_entity", "related_entity_type", "related_entity_id"),
        Index("idx_file_uploads_created_at", "created_at"),
        Index(
            "idx_file_uploads_pending",
            "created_at",
            postgresql_where=text("state = 'pending'"),
            sqlite_where=text("state = 'pending'"),
        ),
    )
