"""Refusals of a password: as a new one, as the current one, or to log in with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from domain.errors import DomainError, InvalidInput

if TYPE_CHECKING:
    from domain.accounts.passwords import Reason


class PasswordRefused(InvalidInput):
    """Not good enough as a new password. Its text is never among the fields."""


@dataclass(eq=False, kw_only=True)
class PasswordTooShort(PasswordRefused):
    """Fewer characters than a new password needs."""

    length: int
    """Characters that it has."""
    minimum: int
    """The fewest characters that are accepted."""


@dataclass(eq=False, kw_only=True)
class PasswordTooLong(PasswordRefused):
    """Longer than bcrypt reads; it is not cut."""

    length: int
    """Bytes of UTF-8 that it has."""
    limit: int
    """The most bytes of UTF-8 that are accepted."""
    characters: int
    """Characters that it has: fewer than bytes where it has letters of other scripts, or emoji."""


@dataclass(eq=False, kw_only=True)
class PasswordTooWeak(PasswordRefused):
    """Easy to guess."""

    score: int
    """zxcvbn's, 0 to 4."""
    needed: int
    """The least score that is accepted."""
    reasons: tuple[Reason, ...]
    """Why, in the order of `Reason`; empty where zxcvbn names none."""


class CurrentPasswordNeeded(InvalidInput):
    """The account has a password: changing it takes that one."""


class WrongPassword(DomainError):  # noqa: N818
    """The current password is another one."""


class LogInFailed(DomainError):  # noqa: N818
    """Nobody has this address, or the password is another, or the user has none or is inactive: all answer alike."""


@dataclass(eq=False, kw_only=True)
class LogInLocked(DomainError):  # noqa: N818
    """Too many failures, of this address or in this chat."""

    until: datetime
    """When the next try is taken."""
