"""What an admin is entering: a bonus, a fine, a rate or fixed pay, and the steps on the way there."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, Self
from uuid import UUID

from domain.clock import Month

CONVERSATION: Final = "pay"


class Kind(StrEnum):
    BONUS = "bonus"
    FINE = "fine"
    RATE = "rate"
    FIXED_PAY = "fixed_pay"


class Step(StrEnum):
    CATEGORY = "category"
    NEW_CATEGORY = "new_category"
    """Beside the way: from there back to the categories, or on with the new one."""
    WORKER = "worker"
    AMOUNT = "amount"
    REASON = "reason"
    MONTH = "month"
    DAY = "day"
    CONFIRM = "confirm"


STEPS: Final[Mapping[Kind, tuple[Step, ...]]] = {
    Kind.BONUS: (Step.WORKER, Step.AMOUNT, Step.REASON, Step.MONTH, Step.CONFIRM),
    Kind.FINE: (Step.WORKER, Step.AMOUNT, Step.REASON, Step.CONFIRM),
    Kind.RATE: (Step.CATEGORY, Step.WORKER, Step.AMOUNT, Step.DAY, Step.CONFIRM),
    Kind.FIXED_PAY: (Step.WORKER, Step.AMOUNT, Step.DAY, Step.CONFIRM),
}


@dataclass(frozen=True, slots=True)
class PayDraft:
    """Filled in step by step; the conversation's row holds it as JSON."""

    kind: Kind
    token: str = ""
    """On every button of the question that is open now: a button with another one is of an older question."""
    category_id: UUID | None = None
    category: str = ""
    worker_id: UUID | None = None
    """Of a rate, None: everyone."""
    worker_name: str = ""
    amount: Decimal | None = None
    reason: str = ""
    month: Month | None = None
    day: date | None = None
    search: str = ""
    """Part of a name, by which the list of workers is narrowed down."""
    page: int = 1

    def first(self) -> Step:
        return STEPS[self.kind][0]

    def after(self, step: Step) -> Step:
        steps = STEPS[self.kind]
        return steps[steps.index(Step.CATEGORY if step is Step.NEW_CATEGORY else step) + 1]

    def before(self, step: Step) -> Step | None:
        """None: this is the first."""
        if step is Step.NEW_CATEGORY:
            return Step.CATEGORY
        place = STEPS[self.kind].index(step)
        return STEPS[self.kind][place - 1] if place else None

    def asked_anew(self) -> Self:
        """For another question: buttons of those before it are old from now on."""
        return replace(self, token=secrets.token_hex(3), search="", page=1)

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind.value,
            "token": self.token,
            "category_id": _text(self.category_id),
            "category": self.category,
            "worker_id": _text(self.worker_id),
            "worker_name": self.worker_name,
            "amount": _text(self.amount),
            "reason": self.reason,
            "month": _text(self.month),
            "day": _text(self.day),
            "search": self.search,
            "page": self.page,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls(
            kind=Kind(stored["kind"]),
            token=stored["token"],
            category_id=UUID(stored["category_id"]) if stored["category_id"] else None,
            category=stored["category"],
            worker_id=UUID(stored["worker_id"]) if stored["worker_id"] else None,
            worker_name=stored["worker_name"],
            amount=Decimal(stored["amount"]) if stored["amount"] else None,
            reason=stored["reason"],
            month=Month.parse(stored["month"]) if stored["month"] else None,
            day=date.fromisoformat(stored["day"]) if stored["day"] else None,
            search=stored["search"],
            page=stored["page"],
        )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
