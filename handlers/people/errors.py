"""Sentences for refusals about somebody's account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.screens.errors import ErrorTexts
from bot.screens.formatting import cut, isolated
from bot.screens.i18n import _
from domain.accounts.model import Role
from domain.errors.accounts import EmailTaken, InvalidName, LastAdmin, RoleUnchanged, UserActive, UserInactive

if TYPE_CHECKING:
    from bot.screens.context import OpsContext

NAME = 40
"""Characters of a name in a sentence that has to fit into a box of 200."""

ERRORS = ErrorTexts()
ERRORS.add(
    InvalidName,
    lambda error, _context: _("Type a name with at least one letter or digit, and at most {limit} characters.").format(
        limit=error.limit
    ),
)
ERRORS.add(
    LastAdmin,
    lambda _error, _context: _("This is the only active admin. Make somebody else an admin first."),
)
ERRORS.add(
    UserInactive,
    lambda error, _context: _("The account of {name} is switched off. An admin can switch it on again.").format(
        name=_name(error.name)
    ),
)
ERRORS.add(
    UserActive,
    lambda error, _context: _("The account of {name} is switched on already. Nothing was changed.").format(
        name=_name(error.name)
    ),
)


@ERRORS.explains(EmailTaken)
def _email_taken(error: EmailTaken, _context: OpsContext) -> str:
    if error.is_active:
        text = _("{name} has this address and is here already. Type another address, or send {name} a new link.")
    else:
        text = _("{name} has this address, and that account is switched off. Type another address.")
    return text.format(name=_name(error.name))


@ERRORS.explains(RoleUnchanged)
def _role_unchanged(error: RoleUnchanged, _context: OpsContext) -> str:
    if error.role is Role.ADMIN:
        return _("{name} is an admin already. Nothing was changed.").format(name=_name(error.name))
    return _("{name} is a worker already. Nothing was changed.").format(name=_name(error.name))


def _name(name: str) -> str:
    return isolated(cut(name, NAME))
