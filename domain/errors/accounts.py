"""Refusals about a person's account: name, address, role, whether it is active."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from domain.errors import Conflict, InvalidInput

if TYPE_CHECKING:
    from domain.accounts.model import Role


@dataclass(eq=False, kw_only=True)
class InvalidName(InvalidInput):
    """Empty, too long, or not readable as a name."""

    limit: int
    """The most characters that a name may have."""


@dataclass(eq=False, kw_only=True)
class InvalidEmail(InvalidInput):
    """Not an e-mail address that could receive mail."""

    limit: int
    """The most characters that an address may have."""


@dataclass(eq=False, kw_only=True)
class EmailTaken(Conflict):
    """Somebody has this address, in whatever case. Only admins may see who."""

    user_id: UUID
    name: str
    """Of who has it."""
    is_active: bool
    """Whether that account is switched on."""


class LastAdmin(Conflict):
    """The organization would be left without an active admin."""


@dataclass(eq=False, kw_only=True)
class UserInactive(Conflict):
    """The account is switched off."""

    name: str
    """Whose."""


@dataclass(eq=False, kw_only=True)
class UserActive(Conflict):
    """The account is switched on already."""

    name: str
    """Whose."""


@dataclass(eq=False, kw_only=True)
class RoleUnchanged(Conflict):
    """The user has this role already."""

    name: str
    """Whose."""
    role: Role
