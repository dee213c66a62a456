"""What one folder of screens brings along."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.screens.errors import ErrorTexts
from bot.screens.interface import App, Notice
from bot.screens.payloads import Payload
from domain.notifications.kinds import NotificationKind
from handlers.errors import TruthScreen


@dataclass(frozen=True, slots=True)
class Family:
    """One family of screens, as `handlers.registration` puts it together with the others."""

    add_entrances: Callable[[App], None]
    """Adds commands and places: they work from anywhere, so they come before all conversations."""
    add_screens: Callable[[App], None]
    """Adds its conversation, then its stateless buttons."""
    words: ErrorTexts = field(default_factory=ErrorTexts)
    """The sentences of its refusals."""
    truths: tuple[TruthScreen, ...] = ()
    notices: Mapping[NotificationKind, Notice] = field(default_factory=dict)
    """Views of notifications."""
    open_commands: frozenset[str] = frozenset()
    open_conversations: frozenset[str] = frozenset()
    open_payloads: tuple[type[Payload] | Payload, ...] = ()
    """What strangers may use."""
    secret_steps: frozenset[tuple[str, str]] = frozenset()
    """Steps (conversation, step) at which passwords are typed."""
