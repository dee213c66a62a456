"""What several screens of this family are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot.screens.formatting import esc, money, month_name
from bot.screens.i18n import _, count
from bot.screens.payloads import Payload
from bot.screens.screen import Button, Rows, text_length
from domain.clock import Month
from domain.pay.invoices import LineView
from domain.pay.model import LineKind
from domain.pay.statement import Line

PAGE_TEXT = 2500
"""As much as is still read on a phone; a title and sums come on top of it."""


def leaf(number: int, pages: int, to: Callable[[int], Payload]) -> Rows:
    """Buttons to the pages beside this one; none for a single page."""
    if pages <= 1:
        return ()
    row = []
    if number > 1:
        row.append(Button.of(f"‹ {number - 1}", to(number - 1)))
    row.append(Button.of(_("{page} of {pages}").format(page=number, pages=pages), to(number)))
    if number < pages:
        row.append(Button.of(f"{number + 1} ›", to(number + 1)))
    return (tuple(row),)


def paged_text(blocks: Iterable[str], number: int, *, limit: int = PAGE_TEXT) -> tuple[str, int, int]:
    """One page of blocks that stay whole; the page's number, the nearest there is; and how many there are."""
    pages: list[list[str]] = [[]]
    length = 0
    for block in blocks:
        size = text_length(block) + 1
        if pages[-1] and length + size > limit:
            pages.append([])
            length = 0
        pages[-1].append(block)
        length += size
    number = min(max(number, 1), len(pages))
    return "\n".join(pages[number - 1]), number, len(pages)


def line_text(line: Line | LineView, month: Month, currency: str) -> str:
    """ "Link Building · 300 × 7.98 = PKR 2,394.00", and why below it."""
    amount = money(line.amount, currency)
    match line.kind:
        case LineKind.WORK:
            name = f"{esc(line.category or line.label)} · {line.quantity or 0:,} × {line.rate:,.2f}"
        case LineKind.FIXED if line.quantity is not None and line.quantity < month.days:
            days = count("{n} day", "{n} days", line.quantity)
            name = _("Fixed pay · {days} of {all}").format(days=days, all=month.days)
        case _:
            name = _line_name(line)
    text = f"• {name} = <b>{amount}</b>" if line.kind is LineKind.WORK else f"• {name}: <b>{amount}</b>"
    if line.late_from is not None:
        text += "\n   " + _("late from {month}").format(month=month_name(line.late_from))
    if line.reason:
        text += f"\n   <i>{esc(line.reason)}</i>"
    return text


def _line_name(line: Line | LineView) -> str:
    names = {
        LineKind.FIXED: _("Fixed pay"),
        LineKind.BONUS: _("Bonus"),
        LineKind.FINE: _("Fine"),
        LineKind.CARRIED: _("Carried forward from before"),
        LineKind.CORRECTION: _("Correction"),
    }
    return names.get(line.kind) or esc(line.label)
