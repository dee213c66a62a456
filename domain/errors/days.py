"""Refusals of a day as it was typed."""

from domain.errors.base import InvalidInput


class InvalidDay(InvalidInput):
    """Not a day of the calendar. Facts: `typed`."""

    code = "invalid_day"


class DayAfterMonth(InvalidDay):
    """The month is written before the day, in numbers ("12/25/2026"). Facts: `typed`; `day`, that it would then be."""

    code = "day_after_month"
