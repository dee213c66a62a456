"""Counts: how many submissions, as office people write it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from re import IGNORECASE
from re import compile as pattern
from typing import Final

from domain.errors import InvalidInput
from domain.errors.submissions import (
    ApprovedOutOfRange,
    SubmissionsExponent,
    SubmissionsNegative,
    SubmissionsNotANumber,
    SubmissionsNotWhole,
    SubmissionsTooMany,
    SubmissionsZero,
)
from domain.errors.texts import Ambiguous
from domain.typed_input.figures import LONGEST_TEXT, Figure, figures
from domain.typed_input.letters import ascii_digits, plain, same_signs, visible, words

MAX_SUBMISSIONS: Final = 100_000

_EXPONENT: Final = pattern(r"[+-]?(?:\d+\.?\d*|\.\d+)e[+-]?\d+", IGNORECASE)
_LABEL: Final = "|".join(sorted(words("total", "qty", "quantity", "count", "number", "کل", "تعداد", "عدد")))
_BEFORE: Final = pattern(rf"(?:(?:{_LABEL}) ?[:=]? ?)?(?:x ?)?(?P<sign>[+-]?) ?")
_WORD: Final = pattern(r"[^\W\d_]{2,}(?:['-][^\W\d_]+)*|x")
_OF: Final = (("out", "of"), ("of",), ("/",))
_OF_AFTER_TOTAL: Final = (tuple(plain("میں سے").split()),)
"""In Urdu the total comes first: 40 میں سے 30."""
_BETWEEN: Final = (
    *_OF,
    *_OF_AFTER_TOTAL,
    *((word,) for word in ("-", ",", "&", "+", "to", "or", "and", plain("سے"), plain("تا"), plain("یا"), plain("اور"))),
)
_CHANGING: Final = words(
    *(
        "percent",
        "pct",
        "per",
        "dozen",
        "dozens",
        "million",
        "millions",
        "billion",
        "billions",
        "half",
        "quarter",
        "point",
    ),
    *(
        "and",
        "or",
        "to",
        "of",
        "plus",
        "minus",
        "less",
        "more",
        "not",
        "except",
        "but",
        "times",
        "st",
        "nd",
        "rd",
        "th",
    ),
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "twenty"),
    *("thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred", "thousand"),
    *(
        "فیصد",
        "درجن",
        "آدھا",
        "آدھے",
        "ملین",
        "ارب",
        "اور",
        "یا",
        "سے",
        "تا",
        "نہیں",
        "کم",
        "زیادہ",
        "ڈیڑھ",
        "ڈھائی",
        "ساڑھے",
    ),
)
"""Words after a number with which it is another one, or none."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two numbers, each as it was written, and the words that join them."""

    first: int
    second: int
    joined_by: tuple[str, ...]


def parse_count(text: str, *, limit: int = MAX_SUBMISSIONS) -> int:
    """The number that a person typed, from 1 to `limit`: "300", "1,500", "1.5k", "1 lakh", "۳۰۰", "30 links", "x30".

    One or two words after it are what is counted, and change nothing.

    Raises:
        Ambiguous: Two numbers ("30 of 40", "30-40"), or one that has two readings ("1,5k"); candidates are int.
        SubmissionsNotANumber, SubmissionsNotWhole, SubmissionsExponent, SubmissionsZero, SubmissionsNegative,
        SubmissionsTooMany: As they say.
    """
    read = _read(text, limit)
    if isinstance(read, int):
        return read
    candidates = _in_range((read.first, read.second), limit)
    if not candidates:
        raise SubmissionsNotANumber(typed=text)
    raise Ambiguous(typed=text, candidates=candidates)


def check_count(number: int, *, limit: int = MAX_SUBMISSIONS, typed: str | None = None) -> int:
    """A whole number from 1 to `limit`. `typed` is what a refusal repeats.

    Raises:
        SubmissionsZero, SubmissionsNegative, SubmissionsTooMany: It is not.
    """
    shown = str(number) if typed is None else typed
    if number == 0:
        raise SubmissionsZero(typed=shown)
    if number < 0:
        raise SubmissionsNegative(typed=shown)
    if number > limit:
        raise SubmissionsTooMany(typed=shown, limit=limit)
    return number


def parse_approved(text: str, total: int) -> int:
    """How many of `total` submissions are approved, as an admin typed it; also "3 of 5" and "3/5" where total is 5.

    Raises:
        Ambiguous, InvalidSubmissions: As for `parse_count`.
        ApprovedOutOfRange: More than there are.
    """
    read = _read(text, MAX_SUBMISSIONS)
    if isinstance(read, int):
        return check_approved(read, total)
    if read.joined_by in _OF and read.second == total:
        return check_approved(read.first, total)
    if read.joined_by in _OF_AFTER_TOTAL and read.first == total:
        return check_approved(read.second, total)
    candidates = _in_range((read.first, read.second), total)
    if not candidates:
        raise ApprovedOutOfRange(total=total)
    raise Ambiguous(typed=text, candidates=candidates)


def check_approved(approved: int, total: int) -> int:
    """Raises:
    ApprovedOutOfRange: Not 1 to `total`.
    """
    if not 1 <= approved <= total:
        raise ApprovedOutOfRange(total=total)
    return approved


def _read(text: str, limit: int) -> int | _Pair:
    shown = visible(text)
    if _EXPONENT.fullmatch(same_signs(ascii_digits(shown))) and len(shown) <= LONGEST_TEXT:
        raise SubmissionsExponent(typed=text)
    if len(shown) > LONGEST_TEXT and not shown.isdecimal():
        raise SubmissionsNotANumber(typed=text)
    read = figures(text)
    before = _BEFORE.fullmatch(read.gaps[0])
    if before is None or not _are_units(read.gaps[-1]):
        raise SubmissionsNotANumber(typed=text)
    is_negative = before["sign"] == "-"
    match read.found:
        case (one,):
            return _whole(one, text, limit, is_negative=is_negative)
        case (one, other) if not is_negative and (joined_by := _joining(read.gaps[1])) is not None:
            return _Pair(_plain_whole(one, text, limit), _plain_whole(other, text, limit), joined_by)
    raise SubmissionsNotANumber(typed=text)


def _whole(figure: Figure, text: str, limit: int, *, is_negative: bool) -> int:
    if not figure.readings:
        raise SubmissionsTooMany(typed=text, limit=limit)
    if figure.scale == 1 and (figure.places or figure.is_slip):
        raise SubmissionsNegative(typed=text) if is_negative else SubmissionsNotWhole(typed=text)
    whole = [int(reading) for reading in figure.readings if reading == int(reading)]
    if not whole:
        raise SubmissionsNotWhole(typed=text)
    if len(figure.readings) == 1:
        return check_count(-whole[0] if is_negative else whole[0], limit=limit, typed=text)
    candidates = () if is_negative else _in_range(whole, limit)
    if not candidates:
        raise SubmissionsNotANumber(typed=text)
    raise Ambiguous(typed=text, candidates=candidates)


def _plain_whole(figure: Figure, text: str, limit: int) -> int:
    """Of two numbers, one; what is not in range is kept apart from what cannot be read."""
    try:
        return _whole(figure, text, limit, is_negative=False)
    except (SubmissionsZero, SubmissionsTooMany):
        return 0
    except InvalidInput:
        raise SubmissionsNotANumber(typed=text) from None


def _in_range(numbers: Iterable[int], limit: int) -> tuple[int, ...]:
    return tuple(dict.fromkeys(number for number in numbers if 1 <= number <= limit))


def _are_units(gap: str) -> bool:
    units = gap.rstrip(".!").split()
    return len(units) <= 2 and all(_WORD.fullmatch(unit) and unit not in _CHANGING for unit in units)


def _joining(gap: str) -> tuple[str, ...] | None:
    """The words that join two numbers, perhaps after what the first one counts; (): a space alone; None: none do."""
    parts = tuple(gap.replace("-", " - ").replace("/", " / ").replace(",", " , ").split())
    for joining in _BETWEEN:
        if parts[-len(joining) :] == joining and _are_units(" ".join(parts[: -len(joining)])):
            return joining
    return () if gap.endswith(" ") and _are_units(gap) else None
