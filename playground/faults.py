"""Faults to order: what goes wrong between a bot and Telegram, when a test wants it to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

from playground.fields import optional_integer, optional_string

CallFault = Literal["drop", "delay", "429", "500", "half", "cut"]
UpdateFault = Literal["duplicate", "late", "overtake"]
CALL_FAULTS: tuple[str, ...] = get_args(CallFault)
UPDATE_FAULTS: tuple[str, ...] = get_args(UpdateFault)
DEFAULT_RETRY_AFTER = 3
DEFAULT_SECONDS = 1.0


@dataclass(slots=True)
class Fault:
    """One ordered fault; `left` counts down to zero, None is without end."""

    id: int
    kind: str
    method: str
    chat_id: int | None
    seconds: float
    retry_after: int
    left: int | None

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "kind": self.kind,
            "method": self.method,
            "chat_id": self.chat_id,
            "seconds": self.seconds,
            "retry_after": self.retry_after,
            "times": self.left or 0,
        }


class Faults:
    """The faults of a playground, the oldest first; each call or update meets at most one."""

    def __init__(self) -> None:
        self._ordered: list[Fault] = []
        self._last_id = 0

    def to_json(self) -> list[dict[str, Any]]:
        return [fault.to_json() for fault in self._ordered]

    def order(self, wanted: dict[str, Any]) -> Fault:
        """Adds one.

        Raises:
            ValueError: no such kind.
            ApiError: a member has the wrong type.
        """
        kind = optional_string(wanted, "kind")
        if kind not in CALL_FAULTS + UPDATE_FAULTS:
            raise ValueError(f"A fault's kind is one of {', '.join(CALL_FAULTS + UPDATE_FAULTS)}.")
        seconds = wanted.get("seconds", DEFAULT_SECONDS)
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds < 0:
            raise ValueError("A fault's seconds are a number, 0 or more.")
        self._last_id += 1
        fault = Fault(
            id=self._last_id,
            kind=kind,
            method=optional_string(wanted, "method").lower() or "*",
            chat_id=optional_integer(wanted, "chat_id") if wanted.get("chat_id") is not None else None,
            seconds=float(seconds),
            retry_after=optional_integer(wanted, "retry_after", DEFAULT_RETRY_AFTER),
            left=optional_integer(wanted, "times", 1) or None,
        )
        self._ordered.append(fault)
        return fault

    def remove(self, fault_id: int | None) -> bool:
        """Removes one, or all with None; tells whether there was one."""
        kept = [] if fault_id is None else [fault for fault in self._ordered if fault.id != fault_id]
        removed = len(kept) < len(self._ordered)
        self._ordered = kept
        return removed

    def meet_call(self, method: str, chat_id: str) -> Fault | None:
        """The fault that this call meets, counted down. `method` in lower case."""
        if not self._ordered:
            return None
        for fault in self._ordered:
            if fault.kind in CALL_FAULTS and fault.method in {"*", method} and _is_chat(fault, chat_id):
                return self._count_down(fault)
        return None

    def meet_update(self, kind: str, chat_id: int) -> Fault | None:
        """The fault that this update meets. `kind` is its field: `message`, `callback_query`, …"""
        if not self._ordered:
            return None
        for fault in self._ordered:
            if fault.kind not in UPDATE_FAULTS or fault.method not in {"*", kind} or not _is_chat(fault, str(chat_id)):
                continue
            if fault.kind == "overtake" and kind == "callback_query":
                continue
            return self._count_down(fault)
        return None

    def _count_down(self, fault: Fault) -> Fault:
        if fault.left is not None:
            fault.left -= 1
            if fault.left == 0:
                self._ordered.remove(fault)
        return fault


def _is_chat(fault: Fault, chat_id: str) -> bool:
    return fault.chat_id is None or str(fault.chat_id) == chat_id
