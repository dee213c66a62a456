"""Refusals about a person's account: name, address, role, whether it is active."""

from domain.errors.base import Conflict, InvalidInput


class InvalidName(InvalidInput):
    """Empty, too long, or not readable as a name. Facts: `limit`, in characters."""

    code = "invalid_name"


class InvalidEmail(InvalidInput):
    """Not an e-mail address that could receive mail. Facts: `limit`, in characters."""

    code = "invalid_email"


class EmailTaken(Conflict):
    """Somebody has this address, in whatever case. Facts: `user_id`, `name`, `is_active`, for admins."""

    code = "email_taken"


class LastAdmin(Conflict):
    """The organization would be left without an active admin."""

    code = "last_admin"


class UserInactive(Conflict):
    """Facts: `name`."""

    code = "user_inactive"


class UserActive(Conflict):
    """Facts: `name`."""

    code = "user_active"


class RoleUnchanged(Conflict):
    """The user has this role already. Facts: `name`, `role`."""

    code = "role_unchanged"
