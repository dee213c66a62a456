"""Refusals of an amount of money."""

from domain.errors.base import InvalidInput


class InvalidAmount(InvalidInput):
    """Not an amount of money that this system can hold."""

    code = "invalid_amount"


class NotAnAmount(InvalidAmount):
    """No number could be read, or more than one reading is possible ("12,50")."""

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
