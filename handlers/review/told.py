"""Messages about orders that nobody asked for: short, and with the button that they call for."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from bot.screens.formatting import cut, day, esc, money
from bot.screens.i18n import _, count
from bot.screens.screen import MAX_TEXT, Button, Screen, text_length
from domain.orders.model import OrderStatus
from handlers.places import Go, Place, home_button
from handlers.review.payloads import ShowCard
from handlers.submit.payloads import StartResubmit

if TYPE_CHECKING:
    from domain.orders.cards import OrderSummary
    from domain.organization import Organization

TITLE_SHOWN: Final = 100
"""Where the order's own screens show all of it."""
ERROR_SHOWN: Final = 300


# To workers


def approved(order: OrderSummary, organization: Organization) -> Screen:
    paid, total = order.approved_submissions or 0, order.total_submissions
    if paid == total:
        share = count("<b>{n}</b> submission", "all <b>{n}</b> submissions", total)
    else:
        share = _("<b>{k} of {n}</b> submissions").format(k=f"{paid:,}", n=f"{total:,}")
    lines = [_("✅ <b>Order {n} approved</b>: {share}").format(n=order.number, share=share), _title(order)]
    if order.amount is not None:
        lines.append(f"💰 <b>{money(order.amount, organization.currency)}</b>")
    else:
        lines.append(_("💰 Its rate is not set yet; the amount follows."))
    buttons = (Button.of(_("💰 Earnings"), Go(Place.EARNINGS)), Button.of(_("📋 My orders"), Go(Place.ORDERS)))
    return Screen("\n".join(lines), rows=(buttons,))


def sent_back(order: OrderSummary, reason: str) -> Screen:
    """A rejection, or needed changes: the reason is told whole."""
    if order.status is OrderStatus.REJECTED:
        heading, label = _("❌ <b>Order {n} was rejected</b>"), _("🔁 Submit it again")
    else:
        heading, label = _("✏️ <b>Order {n} needs changes</b>"), _("🔁 Submit the new version")
    first = heading.format(n=order.number)
    by = _("{name} writes:").format(name=esc(cut(order.decided_by or _("An admin"), TITLE_SHOWN)))
    text = _with_long(f"{first}\n{_title(order)}\n\n{by}", first, long=reason)
    again = () if order.archived_at is not None else ((Button.of(label, StartResubmit(order.id, order.version)),),)
    return Screen(text, rows=(*again, (_my_orders(),)))


def reopened(order: OrderSummary) -> Screen:
    text = _("↩️ <b>Order {n}</b> is being checked again: the decision was taken back.")
    return Screen(f"{text.format(n=order.number)}\n{_title(order)}", rows=((_my_orders(),),))


def archived(order: OrderSummary) -> Screen:
    text = _("🗄 <b>Order {n}</b> was put into the archive. It is not paid.")
    return Screen(f"{text.format(n=order.number)}\n{_title(order)}", rows=((_my_orders(),),))


def restored(order: OrderSummary) -> Screen:
    text = _("🗄 <b>Order {n}</b> is back from the archive.")
    return Screen(f"{text.format(n=order.number)}\n{_title(order)}", rows=((_my_orders(),),))


def assigned(order: OrderSummary, by: str) -> Screen:
    amount = count("{n} submission", "{n} submissions", order.total_submissions)
    lines = [
        _("📝 <b>New work</b> from {name}: order {n}").format(name=esc(cut(by, TITLE_SHOWN)), n=order.number),
        f"<b>{esc(order.title)}</b>",
        f"{amount} · {esc(order.category)}",
    ]
    if order.due_date is not None:
        lines.append(_("📅 Due {day}").format(day=day(order.due_date)))
    if order.business_name:
        lines.append(_("Business: {name}").format(name=esc(cut(order.business_name, TITLE_SHOWN))))
    if order.folder_name:
        lines.append(_("Folder: {name}").format(name=esc(cut(order.folder_name, TITLE_SHOWN))))
    text = "\n".join(lines)
    if order.note:
        text = _with_long(f"{text}\n", lines[0], long=order.note)
    return Screen(text, rows=_submit_rows(order))


def due(order: OrderSummary, last: date, days_left: int) -> Screen:
    when = _("today") if days_left <= 0 else _("tomorrow")
    text = _("⏰ <b>Order {n}</b> is due {when}, {day}.").format(n=order.number, when=when, day=day(last))
    return Screen(f"{text}\n{_title(order)}", rows=_submit_rows(order))


def _submit_rows(order: OrderSummary) -> tuple[tuple[Button, ...], ...]:
    return ((Button.of(_("➕ Submit the work"), StartResubmit(order.id, order.version)),), (_my_orders(),))


# To admins


def waiting(order: OrderSummary, hours: int) -> Screen:
    text = _("⏰ <b>Order {n}</b> of {name} has waited for {hours} h.").format(
        n=order.number, name=esc(order.worker_name), hours=hours
    )
    rows = ((_open(order),), (Button.of(_("▶️ Check what waits"), Go(Place.QUEUE)),))
    return Screen(f"{text}\n{_title(order)}", rows=rows)


def file_failed(name: str, order: OrderSummary | None) -> Screen:
    if order is None:
        return Screen(_("⚠️ The file {name} could not be saved.").format(name=esc(name)), rows=((home_button(),),))
    text = _("⚠️ A file of <b>order {n}</b> could not be saved: {name}. Ask {worker} to send it again.").format(
        n=order.number, name=esc(name), worker=esc(order.worker_name)
    )
    return Screen(text, rows=((_open(order),),))


def files_waiting(error: str) -> Screen:
    """The reason is for whoever looks after the bot: an address, a setting's name."""
    text = _(
        "⚠️ Photos and documents cannot be saved at the moment:\n<code>{error}</code>\n\n"
        "No order is lost: the files are still at Telegram, and are saved as soon as that works again."
    ).format(error=esc(cut(error, ERROR_SHOWN)))
    return Screen(text, rows=((home_button(),),))


# To either


def commented(order: OrderSummary, author: str, comment: str) -> Screen:
    text = _("💬 {name} on <b>order {n}</b>:").format(name=esc(cut(author, TITLE_SHOWN // 2)), n=order.number)
    return Screen(_with_long(text, long=comment), rows=((home_button(),),))


def _with_long(*headings: str, long: str) -> str:
    """A text as long as a message, whole, below as much of a heading as there is room for."""
    for heading in headings:
        text = f"{heading}\n{esc(long)}"
        if text_length(text) <= MAX_TEXT:
            return text
    return esc(long)


def _title(order: OrderSummary) -> str:
    return esc(cut(order.title, TITLE_SHOWN))


def _open(order: OrderSummary) -> Button:
    return Button.of(_("Open order {n}").format(n=order.number), ShowCard(order.id, False))


def _my_orders() -> Button:
    return Button.of(_("📋 My orders"), Go(Place.ORDERS))
