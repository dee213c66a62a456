"""Refusals of an invite link."""

from domain.errors.base import DomainError


class InviteRefused(DomainError):  # noqa: N818
    """The link does not let anybody in (any more)."""

    code = "invite_refused"


class InviteMangled(InviteRefused):
    """Not as it was made: cut off or changed on the way."""

    code = "invite_mangled"


class InviteUnknown(InviteRefused):
    """Whole, but of no invite here."""

    code = "invite_unknown"


class InviteUsed(InviteRefused):
    code = "invite_used"


class InviteAlreadyYours(InviteRefused):
    """It was used by this very chat, which is still linked to that user. Facts: `name`."""

    code = "invite_already_yours"


class InviteExpired(InviteRefused):
    """Facts: `expired_at`."""

    code = "invite_expired"


class InviteRevoked(InviteRefused):
    """Withdrawn, or replaced by a newer one."""

    code = "invite_revoked"


class InviteOfInactiveUser(InviteRefused):
    """Its user was deactivated."""

    code = "invite_of_inactive_user"
