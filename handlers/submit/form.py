"""The form that a worker fills in: its steps, and the draft as the conversation keeps it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any, Final, Self
from uuid import UUID, uuid4

from domain.orders.drafts import OrderDraft
from domain.typed_input.numbers import parse_count
from domain.typed_input.text import check_text, check_title

NAME: Final = "submit"


class Step(StrEnum):
    """One letter each: they go into buttons."""

    CATEGORY = "c"
    SUBMISSIONS = "n"
    TITLE = "t"
    BUSINESS = "b"
    FOLDER = "f"
    NOTE = "o"
    FILES = "p"
    EDIT = "e"
    """Which field?"""
    CARD = "z"
    """All of it, to be looked at and submitted."""


ASKED: Final = (Step.CATEGORY, Step.SUBMISSIONS, Step.TITLE, Step.BUSINESS, Step.FOLDER, Step.NOTE, Step.FILES)
FIELDS: Final[Mapping[Step, str]] = {
    Step.CATEGORY: "category",
    Step.SUBMISSIONS: "total_submissions",
    Step.TITLE: "title",
    Step.BUSINESS: "business_name",
    Step.FOLDER: "folder_name",
    Step.NOTE: "note",
}
OPTIONAL: Final = frozenset({Step.BUSINESS, Step.FOLDER, Step.NOTE})
TYPED: Final[Mapping[Step, Callable[[str], object]]] = {
    Step.SUBMISSIONS: parse_count,
    Step.TITLE: check_title,
    Step.BUSINESS: lambda text: check_title(text, field="business_name"),
    Step.FOLDER: lambda text: check_title(text, field="folder_name"),
    Step.NOTE: lambda text: check_text(text, field="note"),
}
"""How a typed answer is read; what cannot be meant is refused in words."""


@dataclass(frozen=True, slots=True)
class Resubmission:
    """The order that the draft goes into, as its worker saw it."""

    order: UUID
    version: int
    number: int


@dataclass(frozen=True, slots=True)
class Form:
    """A draft, and what its buttons refer to."""

    id: UUID = field(default_factory=uuid4)
    order: OrderDraft = field(default_factory=OrderDraft)
    resubmits: Resubmission | None = None
    is_editing: bool = False
    """One field is being changed: after it comes the card again."""
    offered: tuple[str, ...] = ()
    """What the buttons of this step stand for."""
    album: str = ""
    """The album that the last file came with: its other files change the answer to the first."""
    said: str = ""
    """What was said about that album's files, which their answer keeps saying."""

    def to_json(self) -> dict[str, Any]:
        order = self.resubmits
        return {
            "id": str(self.id),
            "order": self.order.to_json(),
            "resubmits": asdict(order) | {"order": str(order.order)} if order is not None else None,
            "is_editing": self.is_editing,
            "offered": list(self.offered),
            "album": self.album,
            "said": self.said,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        order = data["resubmits"]
        return cls(
            id=UUID(data["id"]),
            order=OrderDraft.from_json(data["order"]),
            resubmits=Resubmission(UUID(order["order"]), order["version"], order["number"]) if order else None,
            is_editing=data["is_editing"],
            offered=tuple(data["offered"]),
            album=data["album"],
            said=data["said"],
        )

    @property
    def is_empty(self) -> bool:
        """Nothing would be lost."""
        return self.order == OrderDraft()

    def value(self, step: Step) -> Any:
        """What the step's field holds."""
        return self.order.files if step is Step.FILES else getattr(self.order, FIELDS[step])

    def with_value(self, step: Step, value: Any) -> Self:
        return replace(self, order=replace(self.order, **{FIELDS[step]: value}))

    def without_last_file(self) -> Self:
        return replace(self, order=replace(self.order, files=self.order.files[:-1]))

    def after(self, step: Step) -> Step:
        """Where an answer leads."""
        if self.is_editing or step not in ASKED[:-1]:
            return Step.CARD
        return ASKED[ASKED.index(step) + 1]

    def before(self, step: Step) -> Step | None:
        """Where Back leads; None: the form begins here."""
        if step is Step.EDIT or (self.is_editing and step is not Step.CARD):
            return Step.CARD
        if step is Step.CARD:
            return None if self.resubmits is not None else ASKED[-1]
        return ASKED[ASKED.index(step) - 1] if step is not ASKED[0] else None
