"""What a decision is refused with: who was first, and how the order stands now."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from bot.screens.formatting import cut, moment
from bot.screens.i18n import _
from domain.errors import AlreadyDecided, DomainError, NotAllowed, NotFound, OwnOrder
from domain.orders.model import OrderStatus
from handlers.errors import GENERAL, Words, filled, fixed
from handlers.review import card_views, queue_views, results
from handlers.review.payloads import OrderButton
from handlers.review.reading import read_review

if TYPE_CHECKING:
    from bot.screens.context import OpsContext
    from bot.screens.screen import Screen

DECIDED: Final = {
    OrderStatus.APPROVED: "{name} approved this on {when}.",
    OrderStatus.COMPLETED: "{name} approved this on {when}, and it is on an invoice.",
    OrderStatus.REJECTED: "{name} rejected this on {when}.",
    OrderStatus.IN_PROGRESS: "{name} sent this back for changes on {when}.",
}
DECIDED_BY_YOU: Final = {
    OrderStatus.APPROVED: "You approved this already, on {when}.",
    OrderStatus.COMPLETED: "You approved this already, on {when}, and it is on an invoice.",
    OrderStatus.REJECTED: "You rejected this already, on {when}.",
    OrderStatus.IN_PROGRESS: "You sent this back for changes already, on {when}.",
}


def _already_decided(error: DomainError, context: OpsContext) -> str:
    facts = error.facts
    texts = DECIDED_BY_YOU if facts.get("by_you") else DECIDED
    status, when = facts.get("status"), facts.get("decided_at")
    if not isinstance(status, OrderStatus) or not isinstance(when, datetime) or status not in texts:
        return _("This was decided already.")
    name = cut(str(facts.get("decided_by") or _("Somebody")), results.NAME_IN_TOAST)
    return f"{_(texts[status]).format(name=name, when=moment(when, context.organization))} {results.unchanged()}"


def _invoiced(error: DomainError, _context: OpsContext) -> str:
    number = error.facts.get("number") or _("an issued invoice")
    return _("Too late to undo: this order is on {number}. Void that invoice, or add a correction.").format(
        number=number
    )


WORDS: Final[dict[str, Words]] = {
    "already_decided": _already_decided,
    "out_of_date": fixed("That button is about an older version. This is how the order stands now."),
    "wrong_status": fixed("That is not possible any more. This is how the order stands now."),
    "order_archived": fixed("This order is in the archive: restore it first."),
    "order_invoiced": _invoiced,
    "own_order": fixed("This is your own work: another admin decides it."),
    "approved_out_of_range": filled("Type a number from 1 to {total}. To approve none, cancel and reject."),
}


async def truth(error: DomainError, context: OpsContext) -> Screen | None:
    """For a tapped button: the order as it is now."""
    tapped = context.payload
    if not isinstance(tapped, OrderButton):
        return None
    actor = context.actor
    if tapped.queue and isinstance(error, AlreadyDecided) and error.facts.get("by_you"):
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
    words = WORDS.get(error.code) or GENERAL.get(error.code) or GENERAL["conflict"]
    return words(error, context)
