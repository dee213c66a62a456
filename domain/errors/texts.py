"""Refusals of typed text, whatever it is for."""

from domain.errors.base import InvalidInput


class TextMissing(InvalidInput):
    """Nothing that can be read was typed. Facts: `field`."""

    code = "text_missing"


class TextTooLong(InvalidInput):
    """Facts: `field`, `limit` and `length`, in characters. Nothing is cut behind a person's back."""

    code = "text_too_long"


class Ambiguous(InvalidInput):
    """What was typed can be read in more than one way; or in one, which is too doubtful to be taken without asking.

    Facts: `typed`; `candidates`, at least one, the likeliest first: int, Decimal, Month or date, as was asked for.
    """

    code = "ambiguous"

    def __init__(self, *, typed: str, candidates: tuple[object, ...]) -> None:
        super().__init__(typed=typed, candidates=candidates)
        self.candidates = candidates
