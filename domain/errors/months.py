"""Refusals of a month: as it was typed, or because it cannot be closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from domain.errors import Conflict, InvalidInput

if TYPE_CHECKING:
    from domain.clock import Month


@dataclass(eq=False, kw_only=True)
class InvalidMonth(InvalidInput):
    """Not a month like 2026-10."""

    typed: str
    """As the person wrote it."""


@dataclass(eq=False, kw_only=True)
class MonthInFuture(InvalidInput):
    """The month has not begun."""

    month: Month


class MonthNotClosable(Conflict):
    """The worker's month cannot be closed yet."""


@dataclass(eq=False, kw_only=True)
class MonthNotOver(MonthNotClosable):
    """It still runs in the organization's time zone."""

    month: Month
    ends_at: datetime
    """The first instant of the next month."""


@dataclass(eq=False, kw_only=True)
class RateMissing(MonthNotClosable):
    """An approved order has no rate: missing is not zero."""

    month: Month
    """The month that is held up: the one to close, or an earlier one."""
    categories: tuple[str, ...]
    """Those that lack a rate, in alphabetical order."""
    orders: int
    """How many orders have no rate."""


@dataclass(eq=False, kw_only=True)
class PayOutOfRange(MonthNotClosable):
    """A line or a sum of the invoice is beyond what the database's column holds, DECIMAL(10,2)."""

    month: Month
    """The month that is held up: the one to close, or an earlier one."""


@dataclass(eq=False, kw_only=True)
class MonthAlreadyInvoiced(Conflict):
    """The worker has a non-void invoice for this month."""

    number: str | None
    """Of that invoice; None for one from elsewhere, which may have no number."""
