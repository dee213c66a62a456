"""What this family's buttons carry, and the steps of its conversations."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from bot.screens.payloads import Payload, payload
from domain.accounts.model import Role


class Flow(StrEnum):
    """The conversations."""

    LOG_IN = "log_in"
    PASSWORD = "password"
    INVITE = "invite"


class LogInStep(StrEnum):
    EMAIL = "e"
    PASSWORD = "p"


class PasswordStep(StrEnum):
    CURRENT = "c"
    NEW = "n"


class InviteStep(StrEnum):
    ROLE = "r"
    NAME = "n"
    EMAIL = "e"


class Way(StrEnum):
    BACK = "b"
    CANCEL = "c"


@payload("as")
@dataclass(frozen=True, slots=True)
class StepButton(Payload):
    """Back or Cancel. It names its step, so that the button of an older prompt is recognised."""

    flow: Flow
    step: str
    way: Way


@payload("ar")
@dataclass(frozen=True, slots=True)
class InviteRole(Payload):
    """Which role somebody is invited to."""

    role: Role


@payload("ag")
@dataclass(frozen=True, slots=True)
class InviteAgain(Payload):
    """A fresh link for somebody who is known already."""

    user_id: UUID


@payload("aa")
@dataclass(frozen=True, slots=True)
class AcceptInvite(Payload):
    """The person of the link has confirmed to be that person."""

    token: str


@payload("ad")
@dataclass(frozen=True, slots=True)
class DeclineInvite(Payload):
    """Somebody else's link was opened."""


@payload("ao")
@dataclass(frozen=True, slots=True)
class LogOut(Payload):
    """After the warning that there is no password to come back with."""
