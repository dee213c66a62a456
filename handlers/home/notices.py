"""Notices: the home after a start of the demo, and reports of our own bugs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from bot.screens.formatting import moment
from bot.screens.homes import Homes
from bot.screens.interface import Notice
from bot.screens.screen import Screen
from domain.access import Actor
from domain.accounts.model import Role
from domain.notifications.kinds import NotificationKind
from domain.unit_of_work import UnitOfWork
from handlers.home import views


async def bug_report(unit: UnitOfWork, payload: Mapping[str, Any]) -> Screen:
    """A bug of ours, told to the admins."""
    at = moment(datetime.fromisoformat(payload["at"]), unit.organization)
    return views.bug_report(payload["error"], payload["place"], at)


def welcome(homes: Homes) -> Notice:
    """A role's home, and its command menu: with the menus that all families' entries make."""

    async def notice(unit: UnitOfWork, payload: Mapping[str, Any]) -> Screen:
        actor = Actor(UUID(payload["user_id"]), payload["name"], Role(payload["role"]))
        return replace(await homes.home(unit, actor), menu=actor.role.value)

    return notice


NOTICES: Final[dict[NotificationKind, Notice]] = {NotificationKind.BUG_REPORT: bug_report}
