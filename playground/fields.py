"""Members of a JSON object, with the leniency and the complaints of the real server's JSON reader.

A member that is null is not an absent one: it has the wrong type.
"""

from __future__ import annotations

import re
from typing import Any

from playground.errors import bad_request

INTEGER = re.compile(r"-?[0-9]+\Z")
INT32 = 1 << 31
INT64 = 1 << 63
MAX_DIGITS = 40
"""Longer spellings are out of any bounds."""


def optional_string(members: dict[str, Any], name: str) -> str:
    """A string, or a number's text; "" where there is none."""
    value = members.get(name, "")
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise bad_request(f'Field "{name}" must be of type String')


def required_string(members: dict[str, Any], name: str) -> str:
    if name not in members:
        raise bad_request(f'Can\'t find field "{name}"')
    return optional_string(members, name)


def optional_boolean(members: dict[str, Any], name: str) -> bool:
    value = members.get(name, False)
    if not isinstance(value, bool):
        raise bad_request(f'Field "{name}" must be of type Boolean')
    return value


def optional_integer(members: dict[str, Any], name: str, default: int = 0, bound: int = INT64) -> int:
    """A number, or a string that holds one: from `-bound` to `bound - 1`."""
    value = members.get(name, default)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise bad_request(f'Field "{name}" must be a Number')
    number = exact_integer(value, bound)
    if number is None:
        raise bad_request(f'Field "{name}" must be a valid Number')
    return number


def exact_integer(value: str | float, bound: int) -> int | None:
    """The whole number that `value` is or spells; None where it is none, or out of bounds."""
    written = str(value)
    if isinstance(value, float) or not INTEGER.match(written) or len(written) > MAX_DIGITS:
        return None
    number = int(written)
    return number if -bound <= number < bound else None


def required_integer(members: dict[str, Any], name: str, bound: int = INT64) -> int:
    if name not in members:
        raise bad_request(f'Can\'t find field "{name}"')
    return optional_integer(members, name, bound=bound)


def required_object(members: dict[str, Any], name: str) -> dict[str, Any]:
    if name not in members:
        raise bad_request(f'Can\'t find field "{name}"')
    value = members[name]
    if not isinstance(value, dict):
        raise bad_request(f'Field "{name}" must be of type Object')
    return value
