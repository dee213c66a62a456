"""The home screen that comes by itself: after a fresh start of the demo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from bot.demo import WELCOME
from bot.outbox import Notice
from bot.screen import Screen
from domain.access import Actor
from domain.accounts.model import Role
from domain.accounts.queries import person
from domain.orders.queries import OrderQueries
from domain.unit import Unit
from handlers.home import views


async def welcome(unit: Unit, payload: Mapping[str, Any]) -> Screen:
    """A role's home, and its menu beside the input field."""
    found = await person(unit.session, UUID(payload["user_id"]))
    actor = Actor(found.id, found.name, found.role)
    waiting = None
    if actor.role is Role.ADMIN:
        waiting = (await OrderQueries(unit).queue(size=1, actor=actor)).total
    return replace(views.home(actor, waiting), menu=actor.role.value)


NOTICES: dict[str, Notice] = {WELCOME: welcome}
