"""Forms as families declare them: an ordered list of typed steps, and a pydantic model that they fill in."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum, auto
from typing import TYPE_CHECKING, Any, Final, Generic, TypeAlias, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError

from bot.screens.screen import Rows, Screen

if TYPE_CHECKING:
    from bot.screens.context import OpsContext
    from domain.access import Permission
    from domain.errors import DomainError
    from domain.orders.drafts import DraftFile

D = TypeVar("D", bound=BaseModel)
Shown = Screen | Sequence[Screen]
"""What a handler answers with."""

ANSWERED_WITHIN: Final = timedelta(hours=2)
"""How long what is typed is taken for the answer; later it is asked back (rules, Accounts)."""
SECRET_WITHIN: Final = timedelta(minutes=10)
"""The same for a password."""
CONFIRM: Final = "confirm"
"""The name of every form's last step, at which all of it is looked at."""


def key_of(record_id: UUID) -> str:
    """A record's id as an option's key carries it: 22 characters."""
    return base64.urlsafe_b64encode(record_id.bytes).rstrip(b"=").decode()


def key_of_text(text: str) -> str:
    """A key for a text that is too long for a button: the same text has the same key, whenever it is offered."""
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:16]).rstrip(b"=").decode()


class StepKind(StrEnum):
    """What a step takes: decides the words for what it does not take."""

    CHOICE = auto()
    TEXT = auto()
    NUMBER = auto()
    AMOUNT = auto()
    DAY = auto()
    MONTH = auto()
    PERSON = auto()
    FILES = auto()
    SECRET = auto()
    CONFIRM = auto()


@dataclass(frozen=True, slots=True)
class Option:
    """One button of a step, and what choosing it fills in."""

    key: str
    """What its button carries: at most 22 characters of [A-Za-z0-9_-]."""
    label: str
    update: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the draft and their values."""
    words: tuple[str, ...] = ()
    """Other names by which people may type it."""
    says: str = ""
    """What it stands for instead of `update`: choosing it is the same as typing this."""


@dataclass(frozen=True, slots=True)
class OptionPage:
    """Some of the options of a step that has too many for one message."""

    options: Sequence[Option]
    page: int = 1
    pages: int = 1
    total: int = 0


@dataclass(frozen=True, slots=True)
class Declined:
    """What a step answers that takes a secret, where it does not take this one. It is no exception, as what was counted
    for it has to be committed."""

    said: str
    """Why, as plain text: it stands above the question."""
    step: str = ""
    """Where the form goes on; empty: at the same step."""


@dataclass(frozen=True, kw_only=True)
class Step(Generic[D]):
    """One question. Its name is the draft's field that it fills, unless its options fill others."""

    name: str
    kind: StepKind
    label: Callable[[], str]
    """What the field is called, in lists of what is filled in."""
    question: Callable[[OpsContext, D], str]
    """As HTML."""
    options: Callable[[OpsContext, D], Awaitable[Sequence[Option]]] | None = None
    """Buttons to choose from. Those of a step that also reads are suggestions."""
    search: Callable[[OpsContext, D, str, int], Awaitable[OptionPage]] | None = None
    """Options of a long list, by part of a name and page; for steps of the kind PERSON."""
    read: Callable[[OpsContext, D, str], Any] | None = None
    """From what was typed to the field's value; refuses with an `InvalidInput`."""
    fill: Callable[[OpsContext, D, str], Awaitable[Mapping[str, Any]]] | None = None
    """From what was typed to several fields and their values, where a service is asked; in place of `read`."""
    facts: Callable[[OpsContext, D], Awaitable[str]] | None = None
    """What the services know about it, as HTML, above the question; empty: nothing."""
    take_secret: Callable[[OpsContext, D, str], Awaitable[D | Shown | Declined]] | None = None
    """What becomes of a secret, instead of `read`: the draft is a row of the database, and no secret goes in there.

    With the draft as its result the form goes on. With what is to be shown it is finished.
    """
    optional: bool = False
    """It can be skipped."""
    when: Callable[[D], bool] = field(default=lambda _: True)
    """Whether the form asks this at all, as it is filled in so far."""
    shown: Callable[[D], str] | None = None
    """The field's value as HTML; None: as people write a value of its type."""
    is_filled: Callable[[D], bool] | None = None
    calendar: bool = False
    """With a calendar to choose a day from."""
    max_files: int = 0
    add_file: Callable[[D, DraftFile], D] | None = None
    """For steps of the kind FILES. Refuses with `TooManyFiles`."""
    add_caption: Callable[[D, str], D] | None = None
    """What becomes of a caption that comes with a file."""
    yes: Callable[[D], str] | None = None
    """The button that finishes the form, for the step of the kind CONFIRM."""

    def fills(self, draft: D) -> bool:
        """Whether the draft has an answer to it."""
        if self.is_filled is not None:
            return self.is_filled(draft)
        return getattr(draft, self.name, None) not in (None, "", ())

    @property
    def is_secret(self) -> bool:
        return self.kind is StepKind.SECRET

    @property
    def lasts(self) -> timedelta:
        return SECRET_WITHIN if self.is_secret else ANSWERED_WITHIN


@dataclass(frozen=True, kw_only=True)
class Form(Generic[D]):
    """A form of a family."""

    name: str
    draft: type[D]
    steps: tuple[Step[D], ...]
    title: Callable[[D], str]
    """As HTML, above each question."""
    called: Callable[[D], str]
    """What it is called where it is not finished: plain text, short."""
    finish: Callable[[OpsContext, D], Awaitable[Shown]] | None = None
    """The one service call that all the questions were for, and what to show after it. None: its last step takes a
    secret, and does that."""
    permission: Permission | None = None
    """Checked at the start: the service checks it too, but only after everything was typed. None: for strangers too."""
    left: Callable[[OpsContext, D], Awaitable[Screen]] | None = None
    """What its message shows after Cancel: the card that it was asked on. None: that it is cancelled."""
    sent: Callable[[D], str] | None = None
    """What its old buttons say once it is finished."""
    after_refusal: Callable[[DomainError], Rows] | None = None
    """Buttons above those of the question, for a refusal that there is a way round."""
    overtaken: Callable[[OpsContext, D, DomainError], Awaitable[Screen | None]] | None = None
    """What a refusal shows after which no answer helps any more: the record as it is now. The form is over then.
    None: another answer may do, so the question stays."""
    leaves_receipt: bool = True
    """What follows it keeps its text when one of its buttons is tapped."""

    def load(self, data: Mapping[str, Any]) -> D:
        """The draft from its row. What an older version of the program wrote and this one cannot read is left empty."""
        values = dict(data)
        while True:
            try:
                return self.draft.model_validate(values)
            except ValidationError as error:
                wrong = {str(problem["loc"][0]) for problem in error.errors() if problem["loc"]}
                if not wrong & values.keys():
                    raise
                values = {name: value for name, value in values.items() if name not in wrong}

    def step(self, name: str, draft: D) -> Step[D]:
        """The step of that name; the first open one where this version has no such step, or asks for all of it too
        soon."""
        found = next((step for step in self.steps if step.name == name and step.when(draft)), None)
        return self.first_open(draft) if found is None or found.kind is StepKind.CONFIRM else found

    def first_open(self, draft: D) -> Step[D]:
        """The first step without an answer, else the last one."""
        asked = self.asked(draft)
        return next((step for step in asked if not step.optional and not step.fills(draft)), asked[-1])

    def asked(self, draft: D) -> list[Step[D]]:
        """The steps that this draft goes through."""
        return [step for step in self.steps if step.when(draft)]

    def after(self, step: Step[D], draft: D) -> Step[D] | None:
        """The next step; None: that was all."""
        place = self.steps.index(step)
        return next((each for each in self.steps[place + 1 :] if each.when(draft)), None)

    def before(self, step: Step[D], draft: D) -> Step[D] | None:
        """Where Back leads; None: this is the first step."""
        place = self.steps.index(step)
        return next((each for each in reversed(self.steps[:place]) if each.when(draft)), None)

    def is_blank(self, draft: D) -> bool:
        """Nothing was filled in, so nothing would be lost."""
        return not any(step.fills(draft) for step in self.asked(draft) if step.kind is not StepKind.CONFIRM)

    @property
    def has_confirm(self) -> bool:
        return self.steps[-1].kind is StepKind.CONFIRM

    @property
    def files_step(self) -> Step[D] | None:
        return next((step for step in self.steps if step.kind is StepKind.FILES), None)


AnyForm: TypeAlias = Form[Any]
AnyStep: TypeAlias = Step[Any]
