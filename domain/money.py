"""Amounts of money: exact decimals with two places, in the range of the database's DECIMAL(10,2). Never a float.

A line of an invoice is rounded once, half up (`rounded`); a total is the sum of rounded lines and needs no rounding.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

from domain.errors.amounts import AmountOutOfRange, AmountTooPrecise

CENT: Final = Decimal("0.01")
ZERO: Final = Decimal("0.00")
LIMIT: Final = Decimal("99999999.99")
"""The largest amount that DECIMAL(10,2) holds; the smallest is its negative."""

_LARGEST_EXPONENT: Final = 30  # of a sum: far beyond any, and far below what _EXACT can hold
_EXACT: Final = Context(prec=60, rounding=ROUND_HALF_UP)
"""Of our own, so that a caller's decimal context cannot change a sum."""


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
