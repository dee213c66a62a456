"""Notices to workers about their orders: short, and with the button that each calls for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from html import escape
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from bot.screens.formatting import cut, day, esc, is_long, money, short
from bot.screens.i18n import _
from bot.screens.interface import Notice
from bot.screens.menus import home_button
from bot.screens.screen import MAX_TEXT, Button, Screen, text_length
from domain.access import SYSTEM
from domain.errors import NotFound
from domain.notifications.kinds import NotificationKind
from domain.orders.model import OrderStatus
from domain.orders.queries import OrderQueries
from handlers.money import views as money_views
from handlers.orders import views
from handlers.orders.payloads import ViewOrder
from handlers.review.payloads import ShowCard

if TYPE_CHECKING:
    from domain.orders.cards import OrderCard, OrderSummary
    from domain.unit_of_work import UnitOfWork

Payload = Mapping[str, Any]
TITLE_SHOWN: Final = 100
"""Where the order's own screens show all of it."""
PLACE_SHOWN: Final = 60


async def order_approved(unit: UnitOfWork, payload: Payload) -> Screen | None:
    card = await _card(unit, payload)
    if card is None or card.order.status not in {OrderStatus.APPROVED, OrderStatus.COMPLETED}:
        return None
    order = card.order
    paid, total = order.approved_submissions or 0, order.total_submissions
    share = f"<b>{total:,}</b>" if paid == total else _("<b>{k} of {n}</b>").format(k=f"{paid:,}", n=f"{total:,}")
    lines = [
        _("✅ <b>Order {n} approved</b>: {share} · {category}").format(
            n=order.number, share=share, category=esc(order.category)
        ),
        _title(order),
    ]
    if order.amount is not None:
        lines.append(f"💰 <b>{money(order.amount, unit.organization.currency)}</b>")
    else:
        lines.append(_("💰 Its rate is not set yet; the amount follows."))
    return Screen("\n".join(lines), rows=((money_views.money_button(), _open(order)),))


async def order_rejected(unit: UnitOfWork, payload: Payload) -> Screen | None:
    return await _sent_back(unit, payload, OrderStatus.REJECTED, _("❌ <b>Order {n} was rejected</b>"))


async def order_returned(unit: UnitOfWork, payload: Payload) -> Screen | None:
    return await _sent_back(unit, payload, OrderStatus.IN_PROGRESS, _("✏️ <b>Order {n} was sent back</b>"))


async def _sent_back(unit: UnitOfWork, payload: Payload, status: OrderStatus, heading: str) -> Screen | None:
    """The reason is told whole, below its pictures. None where it was taken back meanwhile: that is told too."""
    card = await _card(unit, payload)
    if card is None or card.order.status is not status or card.order.version != payload["record_version"]:
        return None
    order = card.order
    first = heading.format(n=order.number)
    by = _("{name} writes:").format(name=esc(cut(order.decided_by or _("An admin"), TITLE_SHOWN)))
    text = _with_long(f"{first}\n{_title(order)}\n\n{by}", first, long=payload["reason"])
    again = () if order.archived_at is not None else ((views.submit_button(card),),)
    media = views.media(card.pictures_of(payload["version"]))
    return Screen(text, rows=(*again, (_open(order), views.my_orders_button())), media=media)


async def order_reopened(unit: UnitOfWork, payload: Payload) -> Screen | None:
    card = await _card(unit, payload)
    if card is None or card.order.status is not OrderStatus.UNDER_QA or card.order.archived_at is not None:
        return None
    return _short(card.order, _("↩️ <b>Order {n}</b> is checked again: the decision was taken back."))


async def order_archived(unit: UnitOfWork, payload: Payload) -> Screen | None:
    card = await _card(unit, payload)
    if card is None or card.order.archived_at is None:
        return None
    return _short(card.order, _("🗄 <b>Order {n}</b> was put into the archive. It is not paid."))


async def order_restored(unit: UnitOfWork, payload: Payload) -> Screen | None:
    card = await _card(unit, payload)
    if card is None or card.order.archived_at is not None:
        return None
    return _short(card.order, _("🗄 <b>Order {n}</b> is back from the archive."))


async def order_assigned(unit: UnitOfWork, payload: Payload) -> Screen | None:
    """New work, below what the admin gave along."""
    card = await _card(unit, payload)
    if card is None or card.order.status is not OrderStatus.IN_PROGRESS or card.order.archived_at is not None:
        return None
    order = card.order
    lines = [
        _("📝 <b>New work</b> from {name}: order {n}").format(
            n=order.number, name=esc(cut(payload["assigned_by"], TITLE_SHOWN))
        ),
        f"<b>{esc(order.title)}</b>",
        f"{order.total_submissions:,} · {esc(order.category)}",
    ]
    if order.due_date is not None:
        lines.append(_("📅 Due: {day}").format(day=day(order.due_date)))
    if order.business_name:
        lines.append(_("Business: {name}").format(name=esc(cut(order.business_name, PLACE_SHOWN))))
    if order.folder_name:
        lines.append(_("Folder: {name}").format(name=esc(cut(order.folder_name, PLACE_SHOWN))))
    text = "\n".join(lines)
    if order.note:
        text = _with_long(f"{text}\n", lines[0], long=order.note)
    screen = Screen(text, rows=((views.submit_button(card),), (_open(order), views.my_orders_button())))
    return replace(screen, media=views.media(card.files))


async def order_due(unit: UnitOfWork, payload: Payload) -> Screen | None:
    card = await _card(unit, payload)
    if card is None or card.order.status is not OrderStatus.IN_PROGRESS or card.order.version != payload["version"]:
        return None
    when = _("today") if payload["days_left"] <= 0 else _("tomorrow")
    last = day(date.fromisoformat(payload["due_date"]))
    text = _("⏰ <b>Order {n}</b> is due {when}, {day}.").format(n=card.order.number, when=when, day=last)
    rows = ((views.submit_button(card),), (_open(card.order), views.my_orders_button()))
    return Screen(f"{text}\n{_title(card.order)}", rows=rows)


async def order_commented(unit: UnitOfWork, payload: Payload) -> Screen | None:
    """To the worker, or, of a worker's comment, to the admins."""
    card = await _card(unit, payload)
    if card is None:
        return None
    author = esc(cut(payload["author"], TITLE_SHOWN // 2))
    text = _("💬 {name} on <b>order {n}</b>:").format(name=author, n=card.order.number)
    order = card.order
    to_admins = Button.of(_("🔎 Open order {n}").format(n=order.number), ShowCard(order.id, queue=False))
    rows = ((to_admins if payload.get("by_worker") else _open(order), home_button()),)
    return Screen(_with_long(text, long=payload["comment"]), rows=rows)


async def _card(unit: UnitOfWork, payload: Payload) -> OrderCard | None:
    try:
        return await OrderQueries(unit).order_card(UUID(payload["order_id"]), actor=SYSTEM)
    except NotFound:
        return None


def _short(order: OrderSummary, text: str) -> Screen:
    rows = ((_open(order), views.my_orders_button()),)
    return Screen(f"{text.format(n=order.number)}\n{_title(order)}", rows=rows)


def _with_long(*headings: str, long: str) -> str:
    """A text as long as a message, whole, below as much of a heading as there is room for."""
    for heading in headings:
        if not is_long(long, MAX_TEXT - text_length(heading) - 1):
            return f"{heading}\n{esc(long)}"
    # So many short lines that isolating them takes more than there is: they are told as they are.
    return escape(long, quote=False) if text_length(long) <= MAX_TEXT else esc(short(long, MAX_TEXT))


def _title(order: OrderSummary) -> str:
    return esc(cut(order.title, TITLE_SHOWN))


def _open(order: OrderSummary) -> Button:
    return Button.of(_("📄 Order {n}").format(n=order.number), ViewOrder(order.id))


NOTICES: Final[Mapping[NotificationKind, Notice]] = {
    NotificationKind.ORDER_APPROVED: order_approved,
    NotificationKind.ORDER_REJECTED: order_rejected,
    NotificationKind.ORDER_RETURNED: order_returned,
    NotificationKind.ORDER_REOPENED: order_reopened,
    NotificationKind.ORDER_ARCHIVED: order_archived,
    NotificationKind.ORDER_RESTORED: order_restored,
    NotificationKind.ORDER_ASSIGNED: order_assigned,
    NotificationKind.ORDER_DUE: order_due,
    NotificationKind.ORDER_COMMENTED: order_commented,
}
