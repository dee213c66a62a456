"""The buttons of accounts."""

from __future__ import annotations

from dataclasses import dataclass

from bot.screens.payloads import Payload, payload


@payload("al")
@dataclass(frozen=True, slots=True)
class LogIn(Payload):
    """Opens the form that asks for e-mail and password."""


@payload("ap")
@dataclass(frozen=True, slots=True)
class SetPassword(Payload):
    """Opens the form that sets or changes one's own password."""


@payload("aa")
@dataclass(frozen=True, slots=True)
class AcceptInvite(Payload):
    """The person of the link says that it is theirs."""

    token: str


@payload("ad")
@dataclass(frozen=True, slots=True)
class DeclineInvite(Payload):
    """Somebody else's link was opened."""


@payload("aq")
@dataclass(frozen=True, slots=True)
class AskLogOut(Payload):
    """Logs out, after a warning where there is no password to come back with."""


@payload("ao")
@dataclass(frozen=True, slots=True)
class LogOut(Payload):
    """Logs out."""
