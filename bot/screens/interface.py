"""The seam between handlers and the edge: what the ones give to the other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from telegram import BotCommand
from telegram.ext import Application

from bot.screens.context import OpsContext
from bot.screens.drafts import Draft
from bot.screens.gate import Gate
from bot.screens.screen import Screen
from domain.errors import DomainError
from domain.organization import Organization
from domain.unit_of_work import UnitOfWork

Notice = Callable[[UnitOfWork, Mapping[str, Any]], Awaitable[Screen | None]]
"""A view of a notification: from its payload to what is shown; None where it is no longer true."""
App = Application[Any, OpsContext, Any, Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Interface:
    """Made by `handlers.register`, which also adds the handlers to the application."""

    gate: Gate
    notices: Mapping[str, Notice]
    """The view of each kind of notification."""
    menus: Callable[[], Mapping[str, list[BotCommand]]]
    """Commands by menu, in the language that is spoken; "stranger" is everyone's until they link their chat."""
    description: Callable[[Organization], str]
    """What the bot says of itself before somebody presses Start, at most 512 characters."""
    failure: Callable[[], Screen]
    """After a bug: nothing was changed."""
    explain: Callable[[DomainError, OpsContext], Awaitable[Sequence[Screen]]]
    """After a refusal: what is true now, and what to do. Runs in a transaction of its own, without what was refused."""
    is_secret: Callable[[Draft | None], bool]
    """Whether what is typed now is a password: whatever becomes of such a message, it is deleted in the chat and not
    kept in the inbox."""


Register = Callable[[App], Interface]
