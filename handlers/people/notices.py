"""Notices to admins about people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from bot.screens.interface import Notice
from bot.screens.screen import Screen
from domain.accounts.model import Role
from domain.notifications.kinds import NotificationKind
from domain.unit_of_work import UnitOfWork
from handlers.people import views


async def invite_accepted(_unit: UnitOfWork, payload: Mapping[str, Any]) -> Screen:
    return views.invite_accepted(UUID(payload["user_id"]), payload["name"], Role(payload["role"]))


NOTICES: Final[Mapping[NotificationKind, Notice]] = {NotificationKind.INVITE_ACCEPTED: invite_accepted}
