from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, text, true
from sqlalchemy.orm import Mapped, mapped_column

from domain.persistence.db import Base, IpAddress, now_column, one_of, primary_id, utc_now

NO_PASSWORD: Final = "!"
"""No bcrypt hash, so that no password matches it."""
SYSTEM_USER_ID: Final = UUID(int=1)
"""Whom the audit and invoices name when nobody tapped anything. Made by the migration; inactive, so it is no admin who
could log in, be told things, or count as the last one."""


class Role(StrEnum):
    ADMIN = "Admin"
    WORKER = "Worker"


class User(Base):
    __tablename__ = "users"

    id: Mapped[UUID] = primary_id()
    email: Mapped[str] = mapped_column(String(255), unique=True)
    """As it was typed; unique whatever the case."""
    password_hash: Mapped[str] = mapped_column(String(255), default=NO_PASSWORD)
    """bcrypt; `NO_PASSWORD` until the user sets one."""
    name: Mapped[str] = mapped_column(String(255))
    role: Mapped[Role] = mapped_column(one_of(Role, 20), index=True)
    profile_photo_url: Mapped[str | None] = mapped_column(Text)
    is_active: Mapped[bool] = mapped_column(default=True, server_default=true())
    created_at: Mapped[datetime] = now_column()
    updated_at: Mapped[datetime] = mapped_column(server_default=utc_now(), onupdate=utc_now())
    joined_on: Mapped[date | None]
    """First day of fixed pay, in the organization's calendar; empty: since before anything here."""
    left_on: Mapped[date | None]
    """Last day of fixed pay, paid."""
    locale: Mapped[str | None] = mapped_column(String(16))
    """Language of the bot's messages to this user, such as "en" or "ur"; empty: the organization's."""
    name_key: Mapped[str | None] = mapped_column(Text)
    """The name as `fold` leaves it, by which it is searched for; empty: another program wrote the name."""

    __table_args__ = (
        Index("idx_users_email", "email"),
        Index("idx_users_active", "is_active"),
        Index("uq_users_email_any_case", text("lower(email)"), unique=True),
    )


class UserSession(Base):
    __tablename__ = "user_sessions"

    id: Mapped[UUID] = primary_id()
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    session_token: Mapped[str] = mapped_column(String(255), unique=True)
    """A keyed hash: the token itself is nowhere."""
    ip_address: Mapped[str | None] = mapped_column(IpAddress)
    """Empty for Telegram, which does not tell."""
    user_agent: Mapped[str | None] = mapped_column(Text)
    expires_at: Mapped[datetime]
    """Moves on with use."""
    created_at: Mapped[datetime] = now_column()
    chat_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    last_seen_at: Mapped[datetime] = now_column()
    ended_at: Mapped[datetime | None]
    """Log-out, deactivation or a link elsewhere; running out needs no mark."""

    __table_args__ = (
        Index("idx_user_sessions_token", "session_token"),
        Index("idx_user_sessions_expires_at", "expires_at"),
    )


class ChatLink(Base):
    """Which private chat is whose: one user a chat, one chat a user. Stays after log-out, so invoices still arrive."""

    __tablename__ = "chat_links"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    linked_at: Mapped[datetime] = now_column()
    blocked_at: Mapped[datetime | None]
    """Since when messages do not arrive, because the user blocked the bot or deleted the account."""


class Invite(Base):
    """A link that an admin forwards; opening it links the chat. Works once, until it expires."""

    __tablename__ = "invites"

    id: Mapped[UUID] = primary_id()
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """Keyed SHA-256, in hex: the token itself is nowhere."""
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = now_column()
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_chat_id: Mapped[int | None] = mapped_column(BigInteger)
    revoked_at: Mapped[datetime | None]


class AttemptSubject(StrEnum):
    EMAIL = "email"
    CHAT = "chat"


class LoginAttempts(Base):
    """Failed log-ins in a row, of an e-mail address and of a chat; the row goes away when one succeeds."""

    __tablename__ = "login_attempts"

    subject_kind: Mapped[AttemptSubject] = mapped_column(one_of(AttemptSubject, 10), primary_key=True)
    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    """A keyed hash of the address, whether anybody has it or not; or the chat's id."""
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
    lock_level: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often it was locked: each lock is longer than the one before."""
    locked_until: Mapped[datetime | None]
    last_failed_at: Mapped[datetime] = now_column()
