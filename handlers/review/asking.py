"""The one question that a decision may need: how many, or why. Its answer is typed, or tapped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Self
from uuid import UUID

from handlers.review.payloads import Back

NAME: Final = "review"


class Step(StrEnum):
    COUNT = "count"
    REASON = "reason"


@dataclass(frozen=True, slots=True)
class Question:
    """What is being decided while its answer is waited for."""

    order: UUID
    version: int
    queue: bool
    message_id: int
    """Where the question stands."""
    total: int
    back: Back = Back.REJECT
    """For a reason: of what."""

    def to_json(self) -> dict[str, Any]:
        return {
            "order": str(self.order),
            "version": self.version,
            "queue": self.queue,
            "message_id": self.message_id,
            "total": self.total,
            "back": self.back.value,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            order=UUID(data["order"]),
            version=data["version"],
            queue=data["queue"],
            message_id=data["message_id"],
            total=data["total"],
            back=Back(data["back"]),
        )
