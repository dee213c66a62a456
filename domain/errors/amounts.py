"""Refusals of an amount of money."""

from domain.errors.base import InvalidInput


class InvalidAmount(InvalidInput):
    """Not an amount of money that this system can hold."""

    code = "invalid_amount"


class NotAnAmount(InvalidAmount):
    """No number could be read."""

    code = "not_an_amount"


class AmountTooPrecise(InvalidAmount):
    """More than two decimal places. Nothing is rounded behind a person's back."""

    code = "amount_too_precise"


class AmountNegative(InvalidAmount):
    code = "amount_negative"


class AmountZero(InvalidAmount):
    code = "amount_zero"


class AmountOutOfRange(InvalidAmount):
    """Beyond DECIMAL(10,2). Facts: `limit`."""

    code = "amount_out_of_range"


class OtherCurrency(NotAnAmount):
    """In a currency that is not the organization's. Facts: `typed`; `currency` and `expected`, ISO 4217 codes."""

    code = "other_currency"
