"""What is shown of people."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.accounts.model import Role


@dataclass(frozen=True, slots=True)
class Person:
    id: UUID
    name: str
    email: str
    role: Role
    is_active: bool


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One line of the list of people."""

    id: UUID
    name: str
    role: Role
    is_active: bool
    is_linked: bool
    """Whether a chat is linked, so that messages have somewhere to go."""
    is_invited: bool
    """Whether a link that still works is under way."""


@dataclass(frozen=True, slots=True)
class PeoplePage:
    lines: tuple[PersonLine, ...]
    page: int
    """From 0; the last page where there are fewer than asked for."""
    pages: int
    """At least 1."""
    total: int


@dataclass(frozen=True, slots=True)
class OpenInvite:
    id: UUID
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PersonCard:
    person: Person
    created_at: datetime
    joined_on: date | None
    left_on: date | None
    locale: str | None
    has_password: bool
    linked_at: datetime | None
    """Since when the chat is theirs; None: messages have nowhere to go."""
    blocked_at: datetime | None
    """Since when the chat takes no messages."""
    last_seen_at: datetime | None
    """To within an hour."""
    is_logged_in: bool
    invite: OpenInvite | None
    is_last_admin: bool
    """Then they can be neither deactivated nor demoted."""
