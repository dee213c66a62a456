"""What was done, in a line: for a toast, or above a screen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.screens.formatting import cut, esc
from bot.screens.i18n import _
from bot.screens.screen import Screen
from handlers.review.payloads import Back

if TYPE_CHECKING:
    from domain.orders.cards import OrderSummary

NAME_IN_TOAST: Final = 40
"""Telegram's toasts hold 200 characters."""


def approved(order: OrderSummary) -> str:
    return _("Approved {share}: {name}, order {n}.").format(
        share=share(order), name=cut(order.worker_name, NAME_IN_TOAST), n=order.number
    )


def sent_back(order: OrderSummary, back: Back) -> str:
    text = {
        Back.REJECT: _("Rejected order {n}. {name} is told why."),
        Back.CHANGES: _("Sent order {n} back. {name} is told what to change."),
    }[back]
    return text.format(n=order.number, name=cut(order.worker_name, NAME_IN_TOAST))


def taken_back(order: OrderSummary) -> str:
    return _("Order {n} waits to be checked again.").format(n=order.number)


def unchanged() -> str:
    return _("Nothing was changed.")


def share(order: OrderSummary) -> str:
    """ "all 12", "3 of 12": how many were approved."""
    approved, total = order.approved_submissions or 0, order.total_submissions
    if approved == total:
        return _("all {n}").format(n=f"{total:,}") if total > 1 else "1"
    return _("{k} of {n}").format(k=f"{approved:,}", n=f"{total:,}")


def below_words(said: str, screen: Screen) -> Screen:
    """A screen with something said above it, where no tap waits for a toast."""
    return replace(screen, text=f"{esc(said)}\n\n{screen.text}") if said else screen
