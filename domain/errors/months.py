"""Refusals of a month: as it was typed, or because it cannot be closed."""

from domain.errors.base import Conflict, InvalidInput


class InvalidMonth(InvalidInput):
    """Not a month like 2026-10."""

    code = "invalid_month"


class MonthInFuture(InvalidInput):
    """Facts: `month`."""

    code = "month_in_future"


class MonthNotClosable(Conflict):
    """The worker's month cannot be closed yet."""

    code = "month_not_closable"


class MonthNotOver(MonthNotClosable):
    """Facts: `month`, `ends_at`."""

    code = "month_not_over"


class RateMissing(MonthNotClosable):
    """An approved order has no rate: missing is not zero. Facts: `category`, `orders`."""

    code = "rate_missing"


class PayOutOfRange(MonthNotClosable):
    """A line or a sum of the invoice is beyond DECIMAL(10,2). Facts: `month`."""

    code = "pay_out_of_range"


class MonthAlreadyInvoiced(Conflict):
    """The worker has a non-void invoice for this month. Facts: `number`."""

    code = "month_already_invoiced"
