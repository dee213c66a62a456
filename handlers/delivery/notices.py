"""Notices that come by themselves: to admins, who blocked the bot; to whoever comes back, what they missed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, Final

from bot.screens.interface import Notice
from bot.screens.screen import Screen
from domain.access import SYSTEM
from domain.notifications.kinds import NotificationKind
from domain.notifications.queries import DeliveryQueries
from domain.unit_of_work import UnitOfWork
from handlers.delivery import views


async def blocked_today(unit: UnitOfWork, payload: Mapping[str, Any]) -> Screen | None:
    """Everybody of that day until now; nothing where they have all come back."""
    begins = datetime.combine(date.fromisoformat(payload["day"]), time(), tzinfo=unit.organization.zone)
    names = await DeliveryQueries(unit).blocked_since(begins, actor=SYSTEM)
    return views.blocked(names) if names else None


async def came_back(_unit: UnitOfWork, payload: Mapping[str, Any]) -> Screen:
    return views.came_back(payload["missed"], payload["invoices"])


NOTICES: Final[Mapping[NotificationKind, Notice]] = {
    NotificationKind.BLOCKED_TODAY: blocked_today,
    NotificationKind.CAME_BACK: came_back,
}
