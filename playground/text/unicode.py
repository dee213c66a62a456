"""Classes of characters as TDLib knows them: Unicode 16, while Python 3.11 brings Unicode 14.

The tables hold what is missing, found by asking TDLib about every code point. A newer Python knows these by itself.
"""

from __future__ import annotations

from bisect import bisect_right

_NEW_LETTERS = (
    (0x1C89, 0x1C8A),
    (0xA7CB, 0xA7CD),
    (0xA7DA, 0xA7DC),
    (0x105C0, 0x105F3),
    (0x10D4A, 0x10D65),
    (0x10D6F, 0x10D85),
    (0x10EC2, 0x10EC4),
    (0x1123F, 0x11240),
    (0x11380, 0x11389),
    (0x1138B, 0x1138B),
    (0x1138E, 0x1138E),
    (0x11390, 0x113B5),
    (0x113B7, 0x113B7),
    (0x113D1, 0x113D1),
    (0x113D3, 0x113D3),
    (0x11BC0, 0x11BE0),
    (0x11F02, 0x11F02),
    (0x11F04, 0x11F10),
    (0x11F12, 0x11F33),
    (0x1342F, 0x1342F),
    (0x13441, 0x13446),
    (0x13460, 0x143FA),
    (0x16100, 0x1611D),
    (0x16D40, 0x16D6C),
    (0x18CFF, 0x18CFF),
    (0x1B132, 0x1B132),
    (0x1B155, 0x1B155),
    (0x1DF25, 0x1DF2A),
    (0x1E030, 0x1E06D),
    (0x1E4D0, 0x1E4EB),
    (0x1E5D0, 0x1E5ED),
    (0x1E5F0, 0x1E5F0),
    (0x2B739, 0x2B739),
    (0x2EBF0, 0x2EE5D),
    (0x31350, 0x323AF),
)
_NEW_DIGITS = (
    (0x10D40, 0x10D49),
    (0x116D0, 0x116E3),
    (0x11BF0, 0x11BF9),
    (0x11F50, 0x11F59),
    (0x16130, 0x16139),
    (0x16D70, 0x16D79),
    (0x1CCF0, 0x1CCF9),
    (0x1E4F0, 0x1E4F9),
    (0x1E5F1, 0x1E5FA),
)
_NEW_NUMBERS = ((0x1D2C0, 0x1D2D3),)

_Ranges = tuple[tuple[int, int], ...]


def _is_in(ranges: _Ranges, code: int) -> bool:
    at = bisect_right(ranges, (code, 0x10FFFF)) - 1
    return at >= 0 and code <= ranges[at][1]


def is_letter(char: str) -> bool:
    """Whether `char` is a letter of any script."""
    return char.isalpha() or _is_in(_NEW_LETTERS, ord(char))


def _is_digit(char: str) -> bool:
    return char.isdecimal() or _is_in(_NEW_DIGITS, ord(char))


def is_word(char: str) -> bool:
    """Whether `char` is a letter, a number of any kind, or an underscore."""
    if char.isascii():
        return char.isalnum() or char == "_"
    return char.isalnum() or is_letter(char) or _is_digit(char) or _is_in(_NEW_NUMBERS, ord(char))


def is_hashtag(char: str) -> bool:
    """Whether `char` can be part of a hashtag."""
    if char.isascii():
        return char.isalnum() or char == "_"
    # The middle dot is Catalan's, the joiner Persian's; of Sinhala, vowel signs count too.
    return char in "\u00b7\u200c" or "\u0d80" <= char <= "\u0dff" or is_letter(char) or _is_digit(char)
