"""Figures in a text: the one grammar of numbers, for counts and amounts alike.

    figures("30 of 40")     two figures, and what stands before, between and after them
    figures("1.5 lakh")     one figure of one reading, 150,000
    figures("12,50")        one figure of two readings, 12.50 and 1,250

Commas group thousands (1,234,567) or lakhs (12,34,567), a dot is the decimal point.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from itertools import pairwise
from re import Match
from re import compile as pattern
from typing import Final

from domain.typed_input.letters import plain

LONGEST_FIGURE: Final = 40
"""Characters."""
LONGEST_TEXT: Final = 200
"""Characters of a text with a number in it; what is longer is a story."""

_SCALES: Final[Mapping[int, tuple[str, ...]]] = {
    100: ("hundred", "hundreds", "sau", "سو"),
    1_000: ("k", "thousand", "thousands", "hazar", "hazaar", "ہزار"),
    100_000: ("lakh", "lakhs", "lac", "lacs", "لاکھ"),
    10_000_000: ("crore", "crores", "karor", "کروڑ"),
}
_SCALE_OF: Final = {plain(word): scale for scale, words in _SCALES.items() for word in words}
_SCALE_WORD: Final = "|".join(sorted(_SCALE_OF, key=len, reverse=True))
_AND: Final = frozenset({"", "and", plain("اور")})

_GROUPED: Final = r"[1-9]\d{0,2}(?:(?:,\d{3})+|(?: \d{3})+|(?:'\d{3})+)|[1-9]\d?(?:,\d{2})*,\d{3}|\d+"
_FIGURE: Final = pattern(
    r"(?<![\d.,'])"  # the middle of something that is no figure: 1.2.3
    rf"(?:(?P<slip>\d+,\d{{1,2}}|0+,\d{{3}})|(?P<whole>{_GROUPED})(?P<point>\.(?P<part>\d*))?|(?<![^\W\d_])\.(?P<only_part>\d+))"
    r"(?!\d|[.,']\d)"
    rf"(?: ?(?P<scale>{_SCALE_WORD})(?![^\W\d_]))?"
)
_EXACT: Final = Context(prec=2 * LONGEST_FIGURE)


@dataclass(frozen=True, slots=True)
class Figure:
    """One number as it was written, without a sign."""

    readings: tuple[Decimal, ...]
    """What it can mean, the likeliest first; exact. Empty: it is too long to be read."""
    places: int
    """Digits after the point."""
    scale: int
    """That of the word after it, such as 1000 for "k"; 1: there is none."""
    is_slip: bool
    """A comma stands where neither thousands nor lakhs are parted: a decimal comma, or a slip."""


@dataclass(frozen=True, slots=True)
class Figures:
    """A text with numbers in it. There is one gap more than there are figures: before, between, after."""

    found: tuple[Figure, ...]
    gaps: tuple[str, ...]


def figures(text: str) -> Figures:
    """The numbers of a typed text, with the text around them as `plain` leaves it.

    Parts that make one number ("2 lakh 50 thousand") are one figure; where the last one has no scale of its own
    ("2 lakh 50"), it is doubtful that they do.
    """
    shown = plain(text)
    matches = list(_FIGURE.finditer(shown))
    edges = [0, *(edge for match in matches for edge in match.span()), len(shown)]
    gaps = tuple(shown[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))
    found = tuple(map(_figure, matches))
    if _is_one_number(found, gaps):
        sum_ = sum((figure.readings[0] for figure in found), Decimal(0))
        readings = (sum_,) if found[-1].scale > 1 else (sum_, sum_ - found[-1].readings[0])
        return Figures((Figure(readings, 0, found[0].scale, is_slip=False),), (gaps[0], gaps[-1]))
    return Figures(found, gaps)


def distinct(values: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Without repetitions, in their order."""
    return tuple(dict.fromkeys(values))


def _figure(match: Match[str]) -> Figure:
    scale = _SCALE_OF[match["scale"]] if match["scale"] else 1
    if match.end() - match.start() > LONGEST_FIGURE:
        return Figure((), 0, scale, is_slip=False)
    if match["slip"]:
        whole, _, part = match["slip"].partition(",")
        readings = [f"{whole}.{part}"]
        if not whole.startswith("0") or len(part) == 3:
            readings.append(whole + part)
        return Figure(_scaled(readings, scale), len(part), scale, is_slip=True)
    whole = "".join(filter(str.isdigit, match["whole"] or "0"))
    part = match["part"] or match["only_part"] or ""
    readings = [f"{whole}.{part}"]
    if len(part) == 3 and part.endswith("0") and match["whole"] == whole and len(whole) <= 3 and whole[0] != "0":
        readings.append(whole + part)  # "1.500" is a thousand and a half to many people
    return Figure(_scaled(readings, scale), len(part), scale, is_slip=False)


def _scaled(readings: Sequence[str], scale: int) -> tuple[Decimal, ...]:
    return tuple(_EXACT.multiply(Decimal(reading), Decimal(scale)) for reading in readings)


def _is_one_number(found: Sequence[Figure], gaps: Sequence[str]) -> bool:
    """Whether each part is smaller than the scale of the one before: "2 lakh 50 thousand"."""
    if not 1 < len(found) <= len(_SCALES) + 1 or any(gap.strip() not in _AND for gap in gaps[1:-1]):
        return False
    if any(len(figure.readings) != 1 for figure in found) or (found[-1].scale == 1 and not gaps[-2]):
        return False
    return all(later.readings[0] < earlier.scale for earlier, later in pairwise(found))
