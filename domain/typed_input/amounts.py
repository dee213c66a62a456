"""Amounts of money as office people write them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from re import compile as pattern
from typing import Final

from domain.errors.amounts import (
    AmountNegative,
    AmountTooPrecise,
    AmountZero,
    InvalidAmount,
    NotAnAmount,
    OtherCurrency,
)
from domain.errors.texts import Ambiguous
from domain.money import checked
from domain.typed_input.figures import LONGEST_TEXT, Figure, distinct, figures
from domain.typed_input.letters import visible, words

_RUPEES: Final = ("rs", "re", "₨", "rupee", "rupees", "rupay", "rupaye", "rupaya", "روپے", "روپیہ", "روپئے", "روپیے")
_DOLLARS: Final = ("$", "dollar", "dollars", "ڈالر")
_RIYALS: Final = ("riyal", "riyals", "rial", "rials", "ریال", "﷼")
_DINARS: Final = ("dinar", "dinars", "دینار")
_CURRENCIES: Final[Mapping[str, tuple[str, ...]]] = {
    "PKR": (*_RUPEES, "pak rs", "pak rupees", "pakistani rupees"),
    "INR": ("₹", "indian rupees", *_RUPEES),
    "LKR": _RUPEES,
    "NPR": _RUPEES,
    "USD": ("us$", "us dollar", "us dollars", *_DOLLARS),
    "CAD": ("c$", "ca$", *_DOLLARS),
    "AUD": ("a$", "au$", *_DOLLARS),
    "SGD": ("s$", *_DOLLARS),
    "HKD": ("hk$", *_DOLLARS),
    "NZD": ("nz$", *_DOLLARS),
    "EUR": ("€", "euro", "euros", "یورو"),
    "GBP": ("£", "pound", "pounds", "پاؤنڈ"),
    "AED": ("dh", "dhs", "dirham", "dirhams", "درہم"),
    "SAR": ("sr", *_RIYALS),
    "QAR": ("qr", *_RIYALS),
    "OMR": ("ro", *_RIYALS),
    "KWD": ("kd", *_DINARS),
    "BHD": ("bd", *_DINARS),
    "BDT": ("৳", "taka", "ٹکا"),
    "AFN": ("afghani", "afghanis", "افغانی"),
    "IRR": ("toman", "تومان"),
    "TRY": ("₺", "lira"),
    "CNY": ("yuan", "rmb", "یوان"),
    "JPY": ("¥", "yen"),
    "MYR": ("rm", "ringgit"),
    "CHF": ("francs",),
    "RUB": ("₽", "rubles"),
}
"""How people here write currencies, by ISO 4217 code; shared words belong to the organization's, else to the first."""

_SIGN: Final = r"(?P<sign>[+-]?) ?"
_HEAD: Final = pattern(rf"{_SIGN}(?P<mark>[^\d+-]*?) ?(?P<later_sign>[+-]?) ?")
_DASH: Final = r"(?: ?(?:/ ?[-=]|-/))?"
"""What ends an amount on paper: 500/-."""
_ONLY: Final = "|".join(sorted(words("only", "صرف", "فقط")))
_TAIL: Final = rf"{_DASH} ?(?P<mark>[^\d/=+-]*?){_DASH}(?: ?\b(?:{_ONLY}))?\.?"
_AFTER: Final = pattern(_TAIL)
_JOIN: Final = "|".join(sorted(words("to", "or", "and", "سے", "تا", "یا", "اور"), key=len, reverse=True))
_BETWEEN: Final = pattern(rf"(?P<after>.*?)(?: ?(?:[-/&,]|\b(?:{_JOIN})\b) ?| )(?P<before>[^-/&,]*)")


def parse_amount(text: str, *, currency: str | None = None, zero: bool = False, negative: bool = False) -> Decimal:
    """The amount that a person typed, with two places: "1,234.50", "12,34,567", "Rs 500", "500/-", "1.5k", "۳۰۰ روپے".

    Args:
        text: What was typed.
        currency: The organization's ISO 4217 code: it, or a word or sign for it, may stand before or after the number.
            None: none may.
        zero: Whether 0 is an answer (a rate may be 0, a bonus may not).
        negative: Whether an amount below zero is an answer (a correction may be).

    Raises:
        Ambiguous: More than one reading: "12,50", "1.500", "500 to 600"; candidates are Decimal.
        OtherCurrency: In another currency than the organization's.
        NotAnAmount: No number, or an exponent.
        AmountTooPrecise: More than two places.
        AmountNegative, AmountZero, AmountOutOfRange: As they say.
    """
    rule = _Rule(text, currency, zero=zero, negative=negative)
    if len(visible(text)) > LONGEST_TEXT:
        raise NotAnAmount(typed=text)
    read = figures(text)
    match read.found:
        case (one,):
            return rule.only_reading(one, read.gaps[0], read.gaps[1])
        case (one, other) if between := _BETWEEN.fullmatch(read.gaps[1]):
            rule.refuse_both(
                rule.readings(one, read.gaps[0], between["after"]),
                rule.readings(other, between["before"], read.gaps[2]),
            )
    raise NotAnAmount(typed=text)


class _Rule:
    """What may stand in one amount."""

    def __init__(self, text: str, currency: str | None, *, zero: bool, negative: bool) -> None:
        self._text = text
        self._currency = currency
        self._zero = zero
        self._negative = negative

    def only_reading(self, figure: Figure, before: str, after: str) -> Decimal:
        readings = self.readings(figure, before, after)
        if len(readings) == 1:
            return self._allowed(readings[0])
        self.refuse_both(readings)
        raise NotAnAmount(typed=self._text)

    def refuse_both(self, *readings: tuple[Decimal, ...]) -> None:
        """Raises Ambiguous with the readings that would be answers, if there are any."""
        answers = []
        for reading in (each for several in readings for each in several):
            try:
                answers.append(self._allowed(reading))
            except InvalidAmount:
                continue
        if answers:
            raise Ambiguous(typed=self._text, candidates=distinct(answers))

    def readings(self, figure: Figure, before: str, after: str) -> tuple[Decimal, ...]:
        """Of one figure and what stands around it, with its sign. Not yet held to what is an answer."""
        head, tail = _HEAD.fullmatch(before), _AFTER.fullmatch(after)
        if head is None or tail is None or not figure.readings:
            raise NotAnAmount(typed=self._text)
        marks = [mark for mark in (head["mark"].strip(), tail["mark"].strip()) if mark]
        for mark in marks:
            self._require_own(mark)
        signs = head["sign"] + head["later_sign"]
        if len(marks) > 1 or len(signs) > 1:
            raise NotAnAmount(typed=self._text)
        if figure.scale == 1 and figure.places > 2 and len(figure.readings) == 1:
            raise AmountTooPrecise(typed=self._text)
        return tuple(-reading if signs == "-" else reading for reading in figure.readings)

    def _require_own(self, mark: str) -> None:
        if self._currency is not None:
            if mark in _marks(self._currency):
                return
            for code in _CURRENCIES:
                if mark in _marks(code):
                    raise OtherCurrency(typed=self._text, currency=code, expected=self._currency)
        raise NotAnAmount(typed=self._text)

    def _allowed(self, amount: Decimal) -> Decimal:
        exact = checked(amount)
        if not exact and not self._zero:
            raise AmountZero(typed=self._text)
        if exact < 0 and not self._negative:
            raise AmountNegative(typed=self._text)
        return exact


def _marks(currency: str) -> frozenset[str]:
    return _MARKS.get(currency) or words(currency)


_MARKS: Final = {code: words(code, *marks) for code, marks in _CURRENCIES.items()}
