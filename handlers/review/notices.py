"""Notices to admins about orders: the card of new work, what waits, what could not be saved, comments of workers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from bot.screens.card_copies import still_shows
from bot.screens.formatting import cut, esc
from bot.screens.i18n import _
from bot.screens.interface import Notice
from bot.screens.menus import home_button
from bot.screens.screen import Button, Screen
from domain.access import SYSTEM, Permission
from domain.accounts.queries import reader
from domain.errors import NotFound
from domain.notifications.kinds import NotificationKind
from domain.orders.model import OrderStatus
from domain.orders.queries import OrderQueries
from domain.orders.reviews import ReviewQueries
from handlers.review import views
from handlers.review.payloads import CheckWork, ShowCard

if TYPE_CHECKING:
    from domain.orders.cards import OrderCard, OrderSummary
    from domain.unit_of_work import UnitOfWork

Payload = Mapping[str, Any]
TITLE_SHOWN: Final = 100
ERROR_SHOWN: Final = 300


async def order_submitted(unit: UnitOfWork, payload: Payload) -> Screen | None:
    """The card below its files. What was decided while this waited, in quiet hours, is no news any more."""
    try:
        review = await ReviewQueries(unit).review(UUID(payload["order_id"]), actor=SYSTEM)
    except NotFound:
        return None
    if not waits(review.card) or review.card.order.version != payload["version"]:
        return None
    return views.card(review, with_files=True)


async def order_waiting(unit: UnitOfWork, payload: Payload) -> Screen | None:
    card = await card_of(unit, payload)
    if card is None or not waits(card) or card.order.version != payload["version"]:
        return None
    text = _("⏰ <b>Order {n}</b> of {name} has waited for {hours} h.").format(
        n=card.order.number, name=esc(card.order.worker_name), hours=payload["hours"]
    )
    rows = ((_open(card.order),), (Button.of(_("▶️ Check what waits"), CheckWork()),))
    return Screen(f"{text}\n{esc(cut(card.order.title, TITLE_SHOWN))}", rows=rows)


async def card_changed(unit: UnitOfWork, payload: Payload) -> Screen | None:
    """An older copy of a card, as its reader may see the order now."""
    order_id, message_id, chat_id = UUID(payload["entity_id"]), payload["message_id"], payload["chat_id"]
    if not await still_shows(unit, chat_id, message_id, order_id):
        return None
    actor = await reader(unit, UUID(payload["viewer_id"]), chat_id)
    if actor is None or not actor.may(Permission.DECIDE_ORDERS):
        return None
    try:
        review = await ReviewQueries(unit).review(order_id, actor=actor)
    except NotFound:
        return None
    # It stays noted as the copy that it is: noting it again could overtake what its chat does at this moment.
    return replace(views.card(review), card=None, edit_message_id=message_id)


async def file_failed(unit: UnitOfWork, payload: Payload) -> Screen:
    card = await card_of(unit, payload) if payload["order_id"] else None
    name = esc(payload["name"])
    if card is None:
        return Screen(_("⚠️ The file {name} could not be saved.").format(name=name), rows=((home_button(),),))
    order = card.order
    if payload.get("is_of_reason"):
        text = _("⚠️ A picture with the reason for <b>order {n}</b> could not be saved: {name}.")
    else:
        text = _("⚠️ A file of <b>order {n}</b> could not be saved: {name}. Ask {worker} to send it again.")
    said = text.format(n=order.number, name=name, worker=esc(order.worker_name))
    return Screen(said, rows=((_open(order),), (home_button(),)))


async def files_waiting(_unit: UnitOfWork, payload: Payload) -> Screen:
    """The reason is for whoever looks after the bot: an address, a setting's name."""
    text = _(
        "⚠️ Photos and files cannot be saved at the moment:\n<code>{error}</code>\n\n"
        "No order is lost: the files are still at Telegram. They are saved as soon as that works again."
    ).format(error=esc(cut(payload["error"], ERROR_SHOWN)))
    return Screen(text, rows=((home_button(),),))


async def card_of(unit: UnitOfWork, payload: Payload) -> OrderCard | None:
    """The order that a notification is about."""
    try:
        return await OrderQueries(unit).order_card(UUID(payload["order_id"]), actor=SYSTEM)
    except NotFound:
        return None


def waits(card: OrderCard) -> bool:
    """Whether it is to be decided."""
    return card.order.status is OrderStatus.UNDER_QA and card.order.archived_at is None


def _open(order: OrderSummary) -> Button:
    return Button.of(_("🔎 Open order {n}").format(n=order.number), ShowCard(order.id, queue=False))


NOTICES: Final[Mapping[NotificationKind, Notice]] = {
    NotificationKind.CARD_CHANGED: card_changed,
    NotificationKind.ORDER_SUBMITTED: order_submitted,
    NotificationKind.ORDER_WAITING: order_waiting,
    NotificationKind.FILE_FAILED: file_failed,
    NotificationKind.FILES_WAITING: files_waiting,
}
