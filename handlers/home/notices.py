"""What comes by itself: the home screen after a fresh start of the demo, and reports of our own bugs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from bot.screens.formatting import moment
from bot.screens.interface import Notice
from bot.screens.screen import Screen
from domain.access import Actor
from domain.accounts.queries import person
from domain.notifications.kinds import NotificationKind
from domain.unit_of_work import UnitOfWork
from handlers.home import views
from handlers.home.handlers import home_of


async def welcome(unit: UnitOfWork, payload: Mapping[str, Any]) -> Screen:
    """A role's home, and its menu beside the input field."""
    found = await person(unit.session, UUID(payload["user_id"]))
    actor = Actor(found.id, found.name, found.role)
    return replace(await home_of(unit, actor), menu=actor.role.value)


async def trouble(unit: UnitOfWork, payload: Mapping[str, Any]) -> Screen:
    """A bug of ours, told to the admins."""
    at = moment(datetime.fromisoformat(payload["at"]), unit.organization)
    return views.trouble(payload["error"], payload["place"], at)


NOTICES: Final[Mapping[NotificationKind, Notice]] = {
    NotificationKind.WELCOME: welcome,
    NotificationKind.BUG_REPORT: trouble,
}
