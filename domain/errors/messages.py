"""Refusals to send a message again that was given up."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import Conflict


class NotGivenUp(Conflict):
    """The message is on its way again, or delivered."""


@dataclass(eq=False, kw_only=True)
class OutOfReach(Conflict):
    """The person has no chat with the bot, or has blocked it."""

    name: str | None
    """Whose; None: the chat is nobody's any more."""
