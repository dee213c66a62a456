"""What comes by itself: the home screen after a fresh start of the demo, and reports of our own bugs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from bot.demo import WELCOME
from bot.outbox import Notice
from bot.screen import Screen
from bot.trouble import TROUBLE
from domain.access import Actor
from domain.accounts.queries import person
from domain.unit import Unit
from handlers.home import views
from handlers.home.handlers import home_of
from handlers.wording import moment


async def welcome(unit: Unit, payload: Mapping[str, Any]) -> Screen:
    """A role's home, and its menu beside the input field."""
    found = await person(unit.session, UUID(payload["user_id"]))
    actor = Actor(found.id, found.name, found.role)
    return replace(await home_of(unit, actor), menu=actor.role.value)


async def trouble(unit: Unit, payload: Mapping[str, Any]) -> Screen:
    """A bug of ours, told to the admins."""
    at = moment(datetime.fromisoformat(payload["at"]), unit.organization)
    return views.trouble(payload["error"], payload["place"], at)


NOTICES: dict[str, Notice] = {WELCOME: welcome, TROUBLE: trouble}
