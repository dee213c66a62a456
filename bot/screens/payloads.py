"""Payloads: the typed values that buttons carry, packed into Telegram's 64 bytes and read back without trust.

A payload names an intent and what it is about, never a right: who tapped is checked by the service that it leads to.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, TypeVar, get_type_hints
from uuid import UUID

SEPARATOR = ":"
KEPT_MARK = "!"
"""Stands before the data of a button whose message stays as it is: see `Screen.keep`."""
MAX_BYTES = 64 - len(KEPT_MARK)
"""Telegram's limit on callback_data (documented), less the mark: any payload may stand below a message that is kept."""

PayloadType = TypeVar("PayloadType", bound="type[Payload]")


class PayloadError(ValueError):
    """A payload that cannot be packed: a programming error, found by tests."""


@dataclass(frozen=True, slots=True)
class Payload:
    """The base of all payloads: dataclasses of int, bool, str, UUID and StrEnum fields."""

    def pack(self) -> str:
        """The button's callback_data.

        Raises:
            PayloadError: it is longer than 63 bytes, or holds text that its separator would cut.
        """
        packed = SEPARATOR.join((_codes[type(self)], *(_encode(getattr(self, field.name)) for field in fields(self))))
        if len(packed.encode()) > MAX_BYTES:
            raise PayloadError(f"{packed!r} is longer than {MAX_BYTES} bytes")
        return packed

    def equals(self, data: object) -> bool:
        """Whether callback_data is this very one: the pattern of a button that always carries the same."""
        return isinstance(data, str) and data.removeprefix(KEPT_MARK) == self.pack()

    @classmethod
    def matches(cls, data: object) -> bool:
        """Whether callback_data is one of these: the pattern that routes a tap to its handler."""
        return isinstance(data, str) and data.removeprefix(KEPT_MARK).partition(SEPARATOR)[0] == _codes[cls]


_codes: dict[type[Payload], str] = {}
_types: dict[str, type[Payload]] = {}


def payload(code: str) -> Any:
    """Registers a payload class under a short code, unique in the whole bot."""

    def register(cls: PayloadType) -> PayloadType:
        if code in _types or SEPARATOR in code or code.startswith(KEPT_MARK):
            raise PayloadError(f"the code {code!r} is taken, holds a separator or begins with the mark")
        _codes[cls] = code
        _types[code] = cls
        return cls

    return register


def known() -> list[type[Payload]]:
    """All payload classes."""
    return list(_codes)


def field_types(cls: type[Payload]) -> list[Any]:
    """The types of a payload's fields, in their order."""
    hints = get_type_hints(cls)
    return [hints[field.name] for field in fields(cls)]


def unpack(data: str) -> Payload | None:
    """The payload of a tapped button; None for anything that this version of the bot did not make."""
    code, *parts = data.removeprefix(KEPT_MARK).split(SEPARATOR)
    cls = _types.get(code)
    if cls is None:
        return None
    kinds = field_types(cls)
    if len(parts) != len(kinds):
        return None
    try:
        return cls(*map(_decode, parts, kinds))
    except ValueError:
        return None


def _encode(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, UUID):
        return base64.urlsafe_b64encode(value.bytes).rstrip(b"=").decode()
    text = str(value)
    if SEPARATOR in text:
        raise PayloadError(f"{text!r} holds the separator {SEPARATOR!r}")
    return text


def _decode(part: str, kind: Any) -> Any:
    if kind is bool:
        if part not in {"0", "1"}:
            raise ValueError(part)
        return part == "1"
    if kind is int:
        number = int(part)
        if str(number) != part:
            raise ValueError(part)
        return number
    if kind is UUID:
        try:
            found = UUID(bytes=base64.urlsafe_b64decode(part + "=="))
        except binascii.Error:
            raise ValueError(part) from None
        if _encode(found) != part:
            raise ValueError(part)
        return found
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(part)
    return part
