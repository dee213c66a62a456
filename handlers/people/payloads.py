"""The buttons about people."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from bot.screens.payloads import Payload, payload


@payload("wl")
@dataclass(frozen=True, slots=True)
class ShowPeople(Payload):
    page: int = 1


@payload("wc")
@dataclass(frozen=True, slots=True)
class ShowPerson(Payload):
    """A person's card; `page` is the page of the list that Back leads to."""

    user_id: UUID
    page: int = 1


@payload("wi")
@dataclass(frozen=True, slots=True)
class InvitePerson(Payload):
    """Opens the form that makes a link for somebody new."""


@payload("ag")
@dataclass(frozen=True, slots=True)
class InviteAgain(Payload):
    """A fresh link for somebody who is known already."""

    user_id: UUID
