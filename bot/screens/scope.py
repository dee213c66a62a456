"""The scope of an update: its transaction, who sent it, what to show for it."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from telegram import Update

    from bot.screens.drafts import Drafts
    from bot.screens.screen import Origin, Screen
    from domain.accounts.standing import Standing
    from domain.unit_of_work import UnitOfWork


@dataclass(slots=True)
class UpdateScope:
    """Lives as long as its update's transaction; a second try after a rollback gets a new one."""

    update: Update
    unit: UnitOfWork
    standing: Standing
    origin: Origin
    drafts: Drafts
    seen: int = 0
    """Place of the newest row of the log when it began: what is shown is no older than that."""
    screens: list[Screen] = field(default_factory=list)
    error: Exception | None = None
    """What a handler raised: python-telegram-bot catches it, but the transaction must not go on."""


_current: ContextVar[UpdateScope] = ContextVar("update_scope")


def current_scope() -> UpdateScope:
    return _current.get()


def enter_scope(scope: UpdateScope) -> None:
    """For the rest of this task: each update is processed in a task of its own."""
    _current.set(scope)
