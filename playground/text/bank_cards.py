"""Bank card numbers in a text. The Bot API never shows them, but they take the place of what overlaps them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.text.unicode import is_letter

if TYPE_CHECKING:
    from collections.abc import Iterator

_DIGITS = frozenset("0123456789")
_CARD = frozenset("0123456789 -")
_LENGTHS = range(13, 20)
_UNBROKEN_LENGTHS = range(16, 20)


def find_bank_cards(text: str) -> Iterator[tuple[int, int]]:
    """The spans of the bank card numbers in `text`, as indexes of their first character and of what follows."""
    at, size = 0, len(text)
    while at < size:
        if text[at] not in _DIGITS:
            at += 1
            continue
        if at and (text[at - 1] in ".,+-_" or is_letter(text[at - 1])):
            while at < size and text[at] in _CARD:
                at += 1
            continue
        begin = at
        digits, at = _read_number(text, begin)
        if len(digits) not in _LENGTHS:
            continue
        end = at
        while text[end - 1] not in _DIGITS:
            end -= 1
        if end - begin > 2 * len(digits) - 1 or (end < size and (text[end] in "-_" or is_letter(text[end]))):
            continue
        if _is_card(digits):
            yield begin, end


def _read_number(text: str, begin: int) -> tuple[str, int]:
    digits, at = 0, begin
    while at < len(text) and text[at] in _CARD:
        if text[at] == " " and digits == at - begin and digits in _UNBROKEN_LENGTHS:
            # A number without gaps ends at its first space.
            break
        digits += text[at] in _DIGITS
        at += 1
    return text[begin:at].replace(" ", "").replace("-", ""), at


def _is_card(digits: str) -> bool:
    """Whether the check digit (Luhn) and, for issuers with fixed lengths, the length are right."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    if (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10:
        return False
    length, two, four = len(digits), int(digits[:2]), int(digits[:4])
    if digits[0] == "4":
        return length in (13, 16, 18, 19)
    if 51 <= two <= 55 or 2200 <= four <= 2204 or 2221 <= four <= 2720:
        return length == 16
    if two in (34, 37):
        return length == 15
    return two not in (62, 81) or length >= 16
