"""Sentences for refused decisions: who was first, and how the order stands now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.screens.errors import ErrorTexts
from bot.screens.formatting import cut, day, isolated, moment
from bot.screens.i18n import _
from domain.errors.orders import (
    AlreadyDecided,
    AssigneeUnavailable,
    DueDateInPast,
    NoAssignee,
    OrderArchived,
    OrderConflict,
    OrderInvoiced,
    OutOfDate,
    OwnOrder,
    TooManyAtOnce,
    WrongStatus,
)
from domain.errors.submissions import ApprovedOutOfRange
from domain.orders.model import OrderStatus
from handlers.review import views

if TYPE_CHECKING:
    from bot.screens.context import OpsContext

MAX_NAMES = 90
"""Characters of a list of names inside a sentence."""

ERRORS = ErrorTexts()
ERRORS.add(
    OrderConflict, lambda _error, _context: _("That is not possible any more. This is how the order stands now.")
)
ERRORS.add(OutOfDate, lambda _error, _context: _("This button is old. This is how the order stands now."))
ERRORS.add(WrongStatus, lambda _error, _context: _("That is not possible any more. This is how the order stands now."))
ERRORS.add(OrderArchived, lambda _error, _context: _("This order is in the archive. Restore it first."))
ERRORS.add(OwnOrder, lambda _error, _context: _("This is your own work. Another admin has to check it."))
ERRORS.add(
    ApprovedOutOfRange,
    lambda error, _context: _("Type a number from 1 to {total}. To approve none, cancel and reject.").format(
        total=f"{error.total:,}"
    ),
)


@ERRORS.explains(OrderInvoiced)
def _invoiced(error: OrderInvoiced, _context: OpsContext) -> str:
    if error.number is None:
        return _("Too late to undo: this order is on an invoice. Take that invoice back, or add a correction.")
    text = _("Too late to undo: this order is on {number}. Take that invoice back, or add a correction.")
    return text.format(number=isolated(error.number))


@ERRORS.explains(AlreadyDecided)
def _already_decided(error: AlreadyDecided, context: OpsContext) -> str:
    text = _by_you(error.status) if error.by_you else _by_another(error.status)
    if error.decided_at is None or error.decided_by is None or text is None:
        return _("This was decided already. Nothing was changed.")
    name = isolated(cut(error.decided_by, views.NAME_SHOWN))
    return text.format(name=name, when=moment(error.decided_at, context.organization))


def _by_another(status: OrderStatus) -> str | None:
    return {
        OrderStatus.APPROVED: _("{name} approved this on {when}. Nothing was changed."),
        OrderStatus.COMPLETED: _("{name} approved this on {when}, and it is on an invoice. Nothing was changed."),
        OrderStatus.REJECTED: _("{name} rejected this on {when}. Nothing was changed."),
        OrderStatus.IN_PROGRESS: _("{name} sent this back on {when}. Nothing was changed."),
    }.get(status)


def _by_you(status: OrderStatus) -> str | None:
    return {
        OrderStatus.APPROVED: _("You approved this already, on {when}. Nothing was changed."),
        OrderStatus.COMPLETED: _("You approved this already, on {when}, and it is on an invoice. Nothing was changed."),
        OrderStatus.REJECTED: _("You rejected this already, on {when}. Nothing was changed."),
        OrderStatus.IN_PROGRESS: _("You sent this back already, on {when}. Nothing was changed."),
    }.get(status)


# Making and assigning

ERRORS.add(
    DueDateInPast,
    lambda error, _context: _("That day is over. Choose {today} or a later day.").format(today=day(error.today)),
)
ERRORS.add(NoAssignee, lambda _error, _context: _("Choose at least one worker."))
ERRORS.add(
    TooManyAtOnce,
    lambda error, _context: _("That is too many at once. Choose at most {limit:,}.").format(limit=error.limit),
)


@ERRORS.explains(AssigneeUnavailable)
def _unavailable(error: AssigneeUnavailable, _context: OpsContext) -> str:
    if not error.names:
        return _("Only active workers can get work. Choose again.")
    names = isolated(cut(", ".join(error.names), MAX_NAMES))
    return _("Only active workers can get work. Choose again, without: {names}.").format(names=names)
