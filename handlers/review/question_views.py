"""The question that a decision may need: how many, or why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from bot.screens.formatting import cut, esc
from bot.screens.i18n import _
from bot.screens.screen import Button, Screen
from domain.orders.model import TemplateKind
from handlers.review.card_views import BEFORE_SHOWN
from handlers.review.lengths import short
from handlers.review.payloads import ApproveSome, Back, ShowCard, UseTemplate

if TYPE_CHECKING:
    from domain.orders.queries import Template
    from handlers.review.reading import Review

TEMPLATE_BUTTON: Final = 40
TEMPLATE_KINDS: Final = {Back.REJECT: TemplateKind.REJECT, Back.CHANGES: TemplateKind.CHANGES}


def ask_how_many(review: Review, *, queue: bool) -> Screen:
    order = review.card.order
    about = (order.id, queue, order.version)
    buttons = [Button.of(f"{each:,}", ApproveSome(*about, each)) for each in _common_shares(order.total_submissions)]
    text = _(
        "✂️ <b>Order {n}</b>, {name}\nHow many of the <b>{total}</b> do you approve? Tap, or type a number."
    ).format(n=order.number, name=esc(order.worker_name), total=f"{order.total_submissions:,}")
    rows = [tuple(buttons[start : start + 3]) for start in range(0, len(buttons), 3)]
    return _question(review, text, rows, queue=queue)


def _common_shares(total: int) -> list[int]:
    """What admins mostly approve when it is not all: all but a few, or half."""
    few = {total - 1, total - 2, total - 3, total - 5, total - 10, total // 2}
    return sorted((each for each in few if 1 <= each < total), reverse=True)


def ask_reason(review: Review, back: Back, templates: Sequence[Template], *, queue: bool) -> Screen:
    order = review.card.order
    title = {
        Back.REJECT: _("❌ Reject <b>order {n}</b> of {name}: why?"),
        Back.CHANGES: _("✏️ What should {name} change in <b>order {n}</b>?"),
    }[back].format(n=order.number, name=esc(order.worker_name))
    how = _("Tap a reason, or type your own.") if templates else _("Type it; {name} will read it.")
    lines = [title, how.format(name=esc(order.worker_name))]
    rows = []
    for place, template in enumerate(templates, 1):
        label = template.text
        if len(label) > TEMPLATE_BUTTON:
            # A button would cut it: nobody sends words that they have not seen.
            lines.append(f"\n{place}. {esc(short(template.text, BEFORE_SHOWN))}")
            label = f"{place}. {cut(label, TEMPLATE_BUTTON)}"
        rows.append((Button.of(label, UseTemplate(order.id, queue, order.version, back, template.id)),))
    return _question(review, "\n".join(lines), rows, queue=queue)


def _question(review: Review, text: str, rows: Sequence[tuple[Button, ...]], *, queue: bool) -> Screen:
    order = review.card.order
    cancel = (Button.of(_("✖️ Cancel"), ShowCard(order.id, queue)),)
    return Screen(text, rows=(*rows, cancel), card=("work_orders", str(order.id), order.version))


def type_it(*, is_count: bool) -> Screen:
    """Something came that is no text."""
    return Screen(_("Please type a number.") if is_count else _("Please type it as a text message."))
