"""The queue: its next card, how many wait, and what can be taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.screens.i18n import _, count
from bot.screens.screen import Button, Screen
from handlers.places import home_button
from handlers.review.card_views import card
from handlers.review.payloads import Undo

if TYPE_CHECKING:
    from domain.orders.cards import OrderSummary
    from handlers.review.reading import Review


def queue_card(review: Review, waiting: int, *, undo: OrderSummary | None = None) -> Screen:
    """The next card, and how many wait; `undo` is what was decided just before."""
    screen = card(review, queue=True)
    left = count("<i>{n} order waits</i>", "<i>{n} orders wait</i>", waiting)
    rows = screen.rows if undo is None else (*screen.rows, _undo_row(undo))
    return replace(screen, text=f"{screen.text}\n\n{left}", rows=rows)


def empty_queue(*, undo: OrderSummary | None = None) -> Screen:
    rows = () if undo is None else (_undo_row(undo),)
    return Screen(_("👌 Nothing waits to be checked."), rows=(*rows, (home_button(),)))


def _undo_row(order: OrderSummary) -> tuple[Button, ...]:
    return (Button.of(_("↩️ Undo order {n}").format(n=order.number), Undo(order.id, True, order.version)),)


def decided_in_queue(said: str, waiting: int) -> str:
    """What was done, and how much of the queue is left."""
    return f"{said} {_('{n} left.').format(n=waiting)}" if waiting else said


def only_one() -> str:
    return _("This is the only one that waits.")
