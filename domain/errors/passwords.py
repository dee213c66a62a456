"""Refusals of a password: as a new one, as the current one, or to log in with."""

from domain.errors.base import DomainError, InvalidInput


class PasswordRefused(InvalidInput):
    """Not good enough as a new password. Its text is never among the facts."""

    code = "password_refused"


class PasswordTooShort(PasswordRefused):
    """Facts: `length` and `minimum`, in characters."""

    code = "password_too_short"


class PasswordTooLong(PasswordRefused):
    """Longer than bcrypt reads; it is not cut. Facts: `length` and `limit`, in bytes of UTF-8, and `characters`."""

    code = "password_too_long"


class PasswordTooWeak(PasswordRefused):
    """Easy to guess. Facts: `score` and `needed` (zxcvbn's 0 to 4), `reasons` (of `accounts.passwords.Reason`)."""

    code = "password_too_weak"


class CurrentPasswordNeeded(InvalidInput):
    """The account has a password: changing it takes that one."""

    code = "current_password_needed"


class WrongPassword(DomainError):  # noqa: N818
    """The current password is another one."""

    code = "wrong_password"


class LogInFailed(DomainError):  # noqa: N818
    """Nobody has this address, or the password is another, or the user has none or is inactive: all answer alike."""

    code = "log_in_failed"


class LogInLocked(DomainError):  # noqa: N818
    """Too many failures, of this address or in this chat. Facts: `until`."""

    code = "log_in_locked"
