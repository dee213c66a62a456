"""Tables of the runtime: stored updates, drafts of forms, copies of cards. Ids of chats and messages are Telegram's."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.accounts.model import User
from domain.persistence.db import Base, now_column, one_of, primary_id


class UpdateState(StrEnum):
    NEW = "new"
    DONE = "done"
    """What it changed is committed; its screen is still to be sent."""
    ANSWERED = "answered"


class InboundUpdate(Base):
    """An update as it arrived, committed before Telegram is told so. Its key makes a redelivery harmless."""

    __tablename__ = "inbound_updates"

    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    lane: Mapped[str] = mapped_column(String(40))
    """The chat's, or the user's where there is no chat. Updates of one lane run one after another."""
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Text on PostgreSQL too: it is read back whole, and JSONB would be taken apart and sorted for nothing."""
    received_at: Mapped[datetime] = now_column()
    state: Mapped[UpdateState] = mapped_column(
        one_of(UpdateState, 10), default=UpdateState.NEW, server_default=UpdateState.NEW.value
    )
    screen: Mapped[dict[str, Any] | None]
    """The answer, rendered in the update's transaction, until it is sent."""
    error: Mapped[str | None] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")

    __table_args__ = (
        Index(
            "idx_inbound_updates_open",
            "update_id",
            postgresql_where=text("state <> 'answered'"),
            sqlite_where=text("state <> 'answered'"),
        ),
    )


class DraftStatus(StrEnum):
    OPEN = "open"
    """What is typed in the chat is an answer to its question."""
    ASIDE = "aside"
    """Another form was opened meanwhile; it can be continued."""
    DONE = "done"
    CANCELLED = "cancelled"
    """By its owner, who may bring it back."""
    REPLACED = "replaced"
    """Deleted when a new one was started."""


class FormDraft(Base):
    """What somebody has filled in of a form so far; written with the update that changed it.

    Closed ones are kept for a while, so that their old buttons can say what became of them.
    """

    __tablename__ = "form_drafts"

    id: Mapped[UUID] = primary_id()
    chat_id: Mapped[int] = mapped_column(BigInteger, autoincrement=False)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey(User.id, ondelete="CASCADE"))
    """Whose it is: a chat may become somebody else's. Empty: a stranger's."""
    form: Mapped[str] = mapped_column(String(40))
    step: Mapped[str] = mapped_column(String(40))
    """The question that is open."""
    data: Mapped[dict[str, Any]]
    """The fields, as the form's draft class writes them."""
    memory: Mapped[dict[str, Any]]
    """What the form engine notes beside them: see `bot.screens.drafts.Memory`."""
    status: Mapped[DraftStatus] = mapped_column(
        one_of(DraftStatus, 10), default=DraftStatus.OPEN, server_default=DraftStatus.OPEN.value
    )
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    """Where its question stands in the chat; empty until Telegram has said so."""
    opened_at: Mapped[datetime] = now_column()
    asked_at: Mapped[datetime] = now_column()
    """When its question was shown last."""
    updated_at: Mapped[datetime] = now_column()

    __table_args__ = (
        Index(
            "uq_form_drafts_open",
            "chat_id",
            unique=True,
            postgresql_where=text("status = 'open'"),
            sqlite_where=text("status = 'open'"),
        ),
        Index("idx_form_drafts_chat_id_status", "chat_id", "status"),
    )


class SentCard(Base):
    """A message that shows a record's card: every admin's copy is edited when one of them has decided."""

    __tablename__ = "sent_cards"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    message_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entity_type: Mapped[str] = mapped_column(String(50))
    entity_id: Mapped[UUID]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    """Of the record, when the card was last written."""
    has_media: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The message has a picture or document: its caption is edited, not its text."""
    sent_at: Mapped[datetime] = now_column()

    __table_args__ = (Index("idx_sent_cards_entity", "entity_type", "entity_id"),)
