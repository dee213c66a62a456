"""Long lists: one pager for all, filters as buttons, and what an empty list says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from bot.screens.i18n import _
from bot.screens.screen import Button, Rows, text_length

if TYPE_CHECKING:
    from bot.screens.payloads import Payload
    from domain.orders.paging import Page

MAX_PAGE_TEXT: Final = 2500
"""Units of text that are still read on a phone; a title and sums come on top of them."""
FILTERS_IN_A_ROW: Final = 3
"""A fourth has no room for its word on a phone of 320 pixels."""


def pager(number: int, pages: int, to: Callable[[int], Payload]) -> Rows:
    """Buttons to the pages beside this one; none for a single page. They work after a restart: they carry the page."""
    if pages <= 1:
        return ()
    row = [Button.of(_("{page} of {pages}").format(page=number, pages=pages), to(number))]
    if number > 1:
        row.insert(0, Button.of("◀", to(number - 1)))
    if number < pages:
        row.append(Button.of("▶", to(number + 1)))
    return (tuple(row),)


def page_rows(page: Page[Any], line: Callable[[Any], Button], to: Callable[[int], Payload]) -> Rows:
    """A page's items as a button each, and the pager."""
    return (*((line(item),) for item in page.items), *pager(page.number, page.pages, to))


def filters(options: Sequence[tuple[str, Payload]], chosen: Payload) -> Rows:
    """A list's filters, side by side as far as a narrow phone shows their words; the one that is on is marked."""
    buttons = [Button.of(f"• {label}" if to == chosen else label, to) for label, to in options]
    rows = -(-len(buttons) // FILTERS_IN_A_ROW)
    each = -(-len(buttons) // rows) if rows else 1
    return tuple(tuple(buttons[first : first + each]) for first in range(0, len(buttons), each))


def paged_text(blocks: Iterable[str], number: int, *, limit: int = MAX_PAGE_TEXT) -> tuple[str, int, int]:
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
