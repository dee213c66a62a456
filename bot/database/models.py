"""Tables of the runtime: stored updates, conversations, copies of cards. Ids of chats and messages are Telegram's."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.persistence.db import Base, Json, now_column, one_of, utc_now


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


class Conversation(Base):
    """Where a chat is in a conversation, and the draft so far; written with the update that moved it."""

    __tablename__ = "conversations"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    """The conversation's, or that of one of PTB's own stores, such as `chat_data`."""
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """The chat's and the user's ids, as the conversation is keyed."""
    state: Mapped[Any | None] = mapped_column(Json)
    data: Mapped[Any | None] = mapped_column(Json)
    updated_at: Mapped[datetime] = mapped_column(server_default=utc_now(), onupdate=utc_now())


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
