"""Refusals of an invite link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.errors import DomainError


class InviteRefused(DomainError):  # noqa: N818
    """The link does not let anybody in (any more)."""


class InviteMangled(InviteRefused):
    """Not as it was made: cut off or changed on the way."""


class InviteUnknown(InviteRefused):
    """Whole, but of no invite here."""


class InviteUsed(InviteRefused):
    """It let somebody in before, and each works once."""


@dataclass(eq=False, kw_only=True)
class InviteAlreadyYours(InviteRefused):
    """It was used by this very chat, which is still linked to that user."""

    name: str
    """The user's."""


@dataclass(eq=False, kw_only=True)
class InviteExpired(InviteRefused):
    """Links work for 72 hours."""

    expired_at: datetime


class InviteRevoked(InviteRefused):
    """Withdrawn, or replaced by a newer one."""


class InviteOfInactiveUser(InviteRefused):
    """Its user was deactivated."""
