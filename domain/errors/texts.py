"""Refusals of typed text, whatever it is for."""

from domain.errors.base import InvalidInput


class TextMissing(InvalidInput):
    """Nothing that can be read was typed. Facts: `field`."""

    code = "text_missing"


class TextTooLong(InvalidInput):
    """Facts: `field`, `limit` and `length`, in characters. Nothing is cut behind a person's back."""

    code = "text_too_long"
