"""What a decision is refused with: who was first, and how the order stands now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.screens.errors import ErrorTexts
from bot.screens.formatting import cut, day, moment
from bot.screens.i18n import _
from domain.errors import DomainError, NotAllowed, NotFound
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
from handlers.errors import GENERAL
from handlers.review import card_views, queue_views, results
from handlers.review.payloads import OrderButton
from handlers.review.reading import read_review

if TYPE_CHECKING:
    from bot.screens.context import OpsContext
    from bot.screens.screen import Screen

MAX_NAMES = 100
"""Characters of a list of names inside a sentence."""

WORDS = ErrorTexts()
WORDS.add(OrderConflict, lambda _error, _context: _("That is not possible any more. This is how the order stands now."))
WORDS.add(OutOfDate, lambda _error, _context: _("This button is old. This is how the order stands now."))
WORDS.add(WrongStatus, lambda _error, _context: _("That is not possible any more. This is how the order stands now."))
WORDS.add(OrderArchived, lambda _error, _context: _("This order is in the archive. Restore it first."))
WORDS.add(OwnOrder, lambda _error, _context: _("This is your own work, so another admin has to decide it."))
WORDS.add(
    ApprovedOutOfRange,
    lambda error, _context: _("Type a number from 1 to {total}. To approve none, cancel and reject.").format(
        total=error.total
    ),
)


@WORDS.explains(OrderInvoiced)
def _invoiced(error: OrderInvoiced, _context: OpsContext) -> str:
    if error.number is None:
        return _("Too late to undo: this order is on an invoice. Take that invoice back, or add a correction.")
    text = _("Too late to undo: this order is on {number}. Take that invoice back, or add a correction.")
    return text.format(number=error.number)


@WORDS.explains(AlreadyDecided)
def _already_decided(error: AlreadyDecided, context: OpsContext) -> str:
    text = _by_you(error.status) if error.by_you else _by_another(error.status)
    if error.decided_at is None or error.decided_by is None or text is None:
        return _("This was decided already. Nothing was changed.")
    name = cut(error.decided_by, results.NAME_IN_TOAST)
    return text.format(name=name, when=moment(error.decided_at, context.organization))


def _by_another(status: OrderStatus) -> str | None:
    return {
        OrderStatus.APPROVED: _("{name} approved this on {when}. Nothing was changed."),
        OrderStatus.COMPLETED: _("{name} approved this on {when}, and it is on an invoice. Nothing was changed."),
        OrderStatus.REJECTED: _("{name} rejected this on {when}. Nothing was changed."),
        OrderStatus.IN_PROGRESS: _("{name} sent this back for changes on {when}. Nothing was changed."),
    }.get(status)


def _by_you(status: OrderStatus) -> str | None:
    return {
        OrderStatus.APPROVED: _("You approved this already, on {when}. Nothing was changed."),
        OrderStatus.COMPLETED: _("You approved this already, on {when}, and it is on an invoice. Nothing was changed."),
        OrderStatus.REJECTED: _("You rejected this already, on {when}. Nothing was changed."),
        OrderStatus.IN_PROGRESS: _("You sent this back for changes already, on {when}. Nothing was changed."),
    }.get(status)


# Making and assigning

WORDS.add(
    DueDateInPast,
    lambda error, _context: _("That day is over. Choose {today} or a later day.").format(today=day(error.today)),
)
WORDS.add(NoAssignee, lambda _error, _context: _("Choose at least one worker."))
WORDS.add(
    TooManyAtOnce,
    lambda error, _context: _("That is too many at once. Choose at most {limit:,}.").format(limit=error.limit),
)


@WORDS.explains(AssigneeUnavailable)
def _unavailable(error: AssigneeUnavailable, _context: OpsContext) -> str:
    if not error.names:
        return _("Only active workers can get work. Choose again.")
    names = cut(", ".join(error.names), MAX_NAMES)
    return _("Only active workers can get work. Choose again, without: {names}.").format(names=names)


async def truth(error: DomainError, context: OpsContext) -> Screen | None:
    """For a tapped button: the order as it is now."""
    tapped = context.payload
    if not isinstance(tapped, OrderButton):
        return None
    actor = context.actor
    if tapped.queue and isinstance(error, AlreadyDecided) and error.by_you:
        # Tapped twice: the queue has gone on meanwhile, and stays where it is.
        step = await context.services.order_queries.next_in_queue(after=tapped.order, actor=actor)
        if step.card is not None:
            review = await read_review(context.unit, step.card.order.id, actor=actor)
            return queue_views.queue_card(review, step.waiting)
    return await order_now(error, context, tapped)


async def order_now(error: DomainError, context: OpsContext, about: OrderButton) -> Screen:
    """The order as it is now, for whoever may still see it."""
    if isinstance(error, NotAllowed) and not isinstance(error, OwnOrder):
        return card_views.lost_role()
    try:
        review = await read_review(context.unit, about.order, actor=context.actor)
    except NotFound:
        return card_views.gone()
    return card_views.card(review, queue=about.queue)


def said(error: DomainError, context: OpsContext) -> str:
    """The refusal's words, where they go above a card."""
    return _SAID.text_of(error, context)


_SAID = ErrorTexts(GENERAL, WORDS)
