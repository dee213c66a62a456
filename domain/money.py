"""Amounts of money: exact decimals with two places, in the range of the database's DECIMAL(10,2). Never a float.

A line of an invoice is rounded once, half up (`rounded`); a total is the sum of rounded lines and needs no rounding.
"""

import unicodedata
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal
from re import compile as pattern
from typing import Final

from domain.errors.amounts import AmountNegative, AmountOutOfRange, AmountTooPrecise, AmountZero, NotAnAmount

CENT: Final = Decimal("0.01")
ZERO: Final = Decimal("0.00")
LIMIT: Final = Decimal("99999999.99")
"""The largest amount that DECIMAL(10,2) holds; the smallest is its negative."""

_LONGEST_INPUT: Final = 40
_LARGEST_EXPONENT: Final = 30  # of a sum: far beyond any, and far below what _EXACT can hold
_EXACT: Final = Context(prec=60, rounding=ROUND_HALF_UP)
"""Of our own, so that a caller's decimal context cannot change a sum."""

_DIGITS: Final = r"(?P<whole>\d+|\d{1,3}(?:(?:,\d{3})+|(?: \d{3})+|(?:'\d{3})+)|\d{1,2}(?:,\d{2})*,\d{3})"
"""The whole part: plain (1234567), in thousands (1,234,567), or in lakhs and crores as in Pakistan (12,34,567)."""
_AMOUNT: Final = pattern(rf"(?P<sign>[+-]?) ?(?:{_DIGITS}(?:\.(?P<cents>\d*))?|\.(?P<only_cents>\d+))")

_SAME_AS: Final = str.maketrans(
    {
        "٫": ".",  # Arabic decimal separator
        "٬": ",",  # Arabic thousands separator
        "،": ",",  # Arabic comma, which Urdu keyboards type in its place
        "−": "-",  # minus sign
        "\u2019": "'",
        **dict.fromkeys("\u00a0\u2007\u2009\u202f\t", " "),
        **dict.fromkeys("\u200e\u200f\u061c\u2066\u2067\u2068\u2069", ""),  # direction marks of pasted text
    }
)


def parse_amount(text: str, *, currency: str | None = None, zero: bool = False, negative: bool = False) -> Decimal:
    """The amount that a person typed: "1,234.50", "12,34,567", "٣٠٠", "PKR 300".

    Args:
        text: What was typed.
        currency: The organization's ISO code: may stand before or after the number.
        zero: Whether 0 is an answer (a rate may be 0, a bonus may not).
        negative: Whether an amount below zero is an answer (a correction may be).

    Raises:
        NotAnAmount: No number, an exponent, or a comma that could be a decimal comma ("12,50").
        AmountTooPrecise: More than two places.
        AmountNegative, AmountZero, AmountOutOfRange: As they say.
    """
    typed = text.strip().translate(_SAME_AS)
    if currency is not None:
        typed = _without_currency(typed, currency)
    match = _AMOUNT.fullmatch(_with_ascii_digits(typed.strip())) if len(typed) <= _LONGEST_INPUT else None
    if match is None:
        raise NotAnAmount(typed=text)
    cents = match["cents"] or match["only_cents"] or ""
    if len(cents) > 2:
        raise AmountTooPrecise(typed=text)
    whole = "".join(filter(str.isdigit, match["whole"] or "0"))
    amount = checked(Decimal(f"{whole}.{cents:0<2}"))
    if not amount and not zero:
        raise AmountZero(typed=text)
    if match["sign"] != "-" or not amount:
        return amount
    if not negative:
        raise AmountNegative(typed=text)
    return -amount


def _without_currency(typed: str, currency: str) -> str:
    folded = typed.casefold()
    if folded.startswith(currency.casefold()):
        return typed[len(currency) :]
    if folded.endswith(currency.casefold()):
        return typed[: -len(currency)]
    return typed


def _with_ascii_digits(typed: str) -> str:
    """Digits of any script as 0-9; a fraction or a superscript is no digit and stays as it is."""
    return "".join(str(unicodedata.decimal(char)) if unicodedata.category(char) == "Nd" else char for char in typed)


def checked(amount: Decimal) -> Decimal:
    """The same amount with exactly two places, in the column's range.

    Raises:
        TypeError: Not a `Decimal`: a float has already lost what was meant.
        AmountTooPrecise: It has more than two places, so that storing it would change it.
        AmountOutOfRange: The column cannot hold it.
    """
    result = exact(amount)
    if abs(result) > LIMIT:
        raise AmountOutOfRange(amount=amount, limit=LIMIT)
    return result


def exact(amount: Decimal) -> Decimal:
    """As `checked`, but of any size: for a sum over many people."""
    if not isinstance(amount, Decimal):
        raise TypeError(f"money is a Decimal, not {type(amount).__name__}")
    if not amount.is_finite() or amount.adjusted() > _LARGEST_EXPONENT:
        raise AmountOutOfRange(amount=amount, limit=LIMIT)
    result = amount.quantize(CENT, context=_EXACT)
    if result != amount:
        raise AmountTooPrecise(amount=amount)
    return result or ZERO  # never -0.00


def rounded(amount: Decimal) -> Decimal:
    """Half up to two places: what is done to each line, once. Half up means away from zero, so -0.005 becomes -0.01.

    Raises:
        TypeError, AmountOutOfRange: As for `checked`.
    """
    if not isinstance(amount, Decimal):
        raise TypeError(f"money is a Decimal, not {type(amount).__name__}")
    if not amount.is_finite() or abs(amount) > 2 * LIMIT:
        raise AmountOutOfRange(amount=amount, limit=LIMIT)
    return checked(amount.quantize(CENT, context=_EXACT))


def line_amount(quantity: int, rate: Decimal) -> Decimal:
    """What `quantity` submissions at `rate` earn."""
    return checked(_EXACT.multiply(Decimal(quantity), checked(rate)))


def share(amount: Decimal, part: int, whole: int) -> Decimal:
    """`part` of `whole` of an amount, rounded once: 11 of the month's 31 days of fixed pay.

    Raises:
        ValueError: Not 0 <= part <= whole, or whole is 0.
    """
    if not 0 <= part <= whole or whole == 0:
        raise ValueError(f"no share: {part} of {whole}")
    return rounded(_EXACT.divide(_EXACT.multiply(checked(amount), Decimal(part)), Decimal(whole)))


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The sum of rounded amounts, which is exact: an invoice's.

    Raises:
        AmountOutOfRange: The sum is beyond the column.
    """
    return checked(grand_total(amounts))


def grand_total(amounts: Iterable[Decimal]) -> Decimal:
    """Likewise, but over many people: it is never stored, and may be larger than one amount can be."""
    result = ZERO
    for amount in amounts:
        result = _EXACT.add(result, exact(amount))
    return result


def to_minor(amount: Decimal) -> int:
    """In hundredths: 7.98 is 798."""
    return int(checked(amount).scaleb(2, context=_EXACT))


def from_minor(minor: int) -> Decimal:
    """798 is 7.98. A sum that the database made may be larger than one amount can be."""
    return Decimal(minor).scaleb(-2, context=_EXACT)


def plain(amount: Decimal) -> str:
    """For files and logs: "-1234.50". What people read is set by their language, in the views."""
    return f"{exact(amount):.2f}"
