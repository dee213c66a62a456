"""Buttons of forms: one class for all forms, as each names its draft and its question."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from bot.screens.payloads import Payload, payload


class FormAction(StrEnum):
    PICK = "p"
    """`value` is an option's key."""
    SKIP = "s"
    """Leaves the field empty."""
    KEEP = "k"
    """Goes on with what the field holds."""
    DONE = "d"
    """No more files."""
    REMOVE_LAST = "r"
    BACK = "b"
    CANCEL = "c"
    CONFIRM = "y"
    CHANGE = "e"
    """Which field? With a `value`, that step."""
    PAGE = "g"
    """`value` is a page of the options, or a month of the calendar."""
    ALL = "a"
    """All names again."""
    IT_IS = "+"
    """What came late is the answer."""
    IT_IS_NOT = "-"


@payload("f")
@dataclass(frozen=True, slots=True)
class FormTap(Payload):
    """A button of one question of one draft."""

    draft: UUID
    turn: int
    action: FormAction
    value: str = ""


@payload("fc")
@dataclass(frozen=True, slots=True)
class ContinueDraft(Payload):
    draft: UUID


@payload("fx")
@dataclass(frozen=True, slots=True)
class DeleteDraft(Payload):
    """Deletes a draft that is not finished, and starts what was asked for instead."""

    draft: UUID


@payload("fb")
@dataclass(frozen=True, slots=True)
class BringBack(Payload):
    """A cancelled draft, as it was."""

    draft: UUID
