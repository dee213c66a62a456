"""Notices to people about their account."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from bot.screens.formatting import moment
from bot.screens.interface import Notice
from bot.screens.screen import Screen
from domain.accounts.model import Role
from domain.notifications.kinds import NotificationKind
from domain.unit_of_work import UnitOfWork
from handlers.account import views


async def linked_elsewhere(unit: UnitOfWork, payload: Mapping[str, Any]) -> Screen:
    at = moment(datetime.fromisoformat(payload["at"]), unit.organization)
    return views.linked_elsewhere(payload["name"], at)


async def account_deactivated(_unit: UnitOfWork, _payload: Mapping[str, Any]) -> Screen:
    return views.account_deactivated()


async def account_reactivated(_unit: UnitOfWork, _payload: Mapping[str, Any]) -> Screen:
    return views.account_reactivated()


async def role_changed(_unit: UnitOfWork, payload: Mapping[str, Any]) -> Screen:
    return views.role_changed(Role(payload["role"]))


async def password_cleared(_unit: UnitOfWork, _payload: Mapping[str, Any]) -> Screen:
    return views.password_cleared()


NOTICES: Final[Mapping[NotificationKind, Notice]] = {
    NotificationKind.LINKED_ELSEWHERE: linked_elsewhere,
    NotificationKind.ACCOUNT_DEACTIVATED: account_deactivated,
    NotificationKind.ACCOUNT_REACTIVATED: account_reactivated,
    NotificationKind.ROLE_CHANGED: role_changed,
    NotificationKind.PASSWORD_CLEARED: password_cleared,
}
