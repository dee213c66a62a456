"""What people are told about accounts without having asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from bot.screens.formatting import esc, moment
from bot.screens.i18n import _
from bot.screens.interface import Notice
from bot.screens.screen import Button, Screen
from domain.accounts.model import Role
from domain.notifications.kinds import NotificationKind
from domain.unit_of_work import UnitOfWork
from handlers.account.views import role_name
from handlers.home.views import STRANGER
from handlers.places import Go, Place, home_button


async def invite_accepted(_unit: UnitOfWork, payload: Mapping[str, Any]) -> Screen:
    text = _("👋 <b>{name}</b> ({role}) opened the invite and is in.")
    return Screen(
        text.format(name=esc(payload["name"]), role=role_name(Role(payload["role"]))), rows=((home_button(),),)
    )


async def linked_elsewhere(unit: UnitOfWork, payload: Mapping[str, Any]) -> Screen:
    text = _(
        "⚠️ The account of <b>{name}</b> was opened in another chat on {at}. This chat is logged out, and gets no more "
        "messages for {name}.\n\nIf that was not you, tell your admin at once."
    )
    at = moment(datetime.fromisoformat(payload["at"]), unit.organization)
    return Screen(text.format(name=esc(payload["name"]), at=at), rows=((_log_in(),),), menu=STRANGER)


async def account_deactivated(_unit: UnitOfWork, _payload: Mapping[str, Any]) -> Screen:
    text = _("Your account was switched off by an admin. Invoices that are still owed to you will arrive here.")
    return Screen(text, menu=STRANGER)


async def account_reactivated(_unit: UnitOfWork, _payload: Mapping[str, Any]) -> Screen:
    text = _("Your account is switched on again. Log in with your password, or ask your admin for a new link.")
    return Screen(text, rows=((_log_in(),),))


async def role_changed(_unit: UnitOfWork, payload: Mapping[str, Any]) -> Screen:
    role = Role(payload["role"])
    text = _("Your role has changed: you are <b>{role}</b> now.").format(role=role_name(role))
    return Screen(text, rows=((home_button(),),), menu=role.value)


async def password_cleared(_unit: UnitOfWork, _payload: Mapping[str, Any]) -> Screen:
    text = _("An admin has cleared your password: it works no longer. Set a new one.")
    return Screen(text, rows=((Button.of(_("🔐 Set a password"), Go(Place.PASSWORD)),),))


def _log_in() -> Button:
    return Button.of(_("🔑 Log in"), Go(Place.LOG_IN))


NOTICES: Final[Mapping[NotificationKind, Notice]] = {
    NotificationKind.INVITE_ACCEPTED: invite_accepted,
    NotificationKind.LINKED_ELSEWHERE: linked_elsewhere,
    NotificationKind.ACCOUNT_DEACTIVATED: account_deactivated,
    NotificationKind.ACCOUNT_REACTIVATED: account_reactivated,
    NotificationKind.ROLE_CHANGED: role_changed,
    NotificationKind.PASSWORD_CLEARED: password_cleared,
}
