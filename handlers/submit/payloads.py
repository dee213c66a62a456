"""What the buttons of the form carry. Each names its draft and its step: a button of before is recognized by that."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from bot.screens.payloads import Payload, payload
from handlers.submit.form import Step


class Action(StrEnum):
    SKIP = "s"
    """Leaves the field empty."""
    KEEP = "k"
    """Goes on with what the field holds."""
    BACK = "b"
    CANCEL = "c"
    REMOVE_LAST = "r"
    EDIT = "e"
    SUBMIT = "!"


@dataclass(frozen=True, slots=True)
class FormButton(Payload):
    """A button of one step of one draft."""

    draft: UUID
    step: Step


@payload("sa")
@dataclass(frozen=True, slots=True)
class Act(FormButton):
    action: Action


@payload("sc")
@dataclass(frozen=True, slots=True)
class PickCategory(FormButton):
    category: UUID


@payload("sp")
@dataclass(frozen=True, slots=True)
class PickRecent(FormButton):
    index: int
    """In the list that the draft remembers: a name is too long for a button."""


@payload("se")
@dataclass(frozen=True, slots=True)
class EditField(FormButton):
    field: Step


@payload("su")
@dataclass(frozen=True, slots=True)
class Continue(Payload):
    """Back to the draft that is under way."""


@payload("sn")
@dataclass(frozen=True, slots=True)
class StartNew(Payload):
    """A new order, instead of that draft."""

    draft: UUID


@payload("sr")
@dataclass(frozen=True, slots=True)
class StartResubmit(Payload):
    """The work for an order that was assigned, sent back or rejected."""

    order: UUID
    version: int


@payload("sx")
@dataclass(frozen=True, slots=True)
class ResubmitInstead(StartResubmit):
    """The same, instead of that draft."""

    draft: UUID


FORM_BUTTONS: tuple[type[FormButton], ...] = (Act, PickCategory, PickRecent, EditField)
