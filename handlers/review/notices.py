"""What people are told of orders: admins the card, workers what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from bot.screens.card_copies import still_shows
from bot.screens.interface import Notice
from domain.access import SYSTEM, Actor, Permission
from domain.accounts.queries import person
from domain.errors import NotFound
from domain.notifications.kinds import NotificationKind
from domain.orders.model import OrderStatus
from domain.orders.queries import OrderQueries
from handlers.review import card_views, file_views, told
from handlers.review.reading import read_review

if TYPE_CHECKING:
    from bot.screens.screen import Screen
    from domain.orders.cards import OrderCard
    from domain.unit_of_work import UnitOfWork

Payload = Mapping[str, Any]


# To admins


async def order_submitted(unit: UnitOfWork, payload: Payload) -> Screen | None:
    """The card below its files. What was decided while this waited, in quiet hours, is no news any more."""
    try:
        review = await read_review(unit, UUID(payload["order_id"]), actor=SYSTEM)
    except NotFound:
        return None
    order = review.card.order
    if not _waits(review.card) or order.version != payload["version"]:
        return None
    return card_views.card(review, with_files=True)


async def order_waiting(unit: UnitOfWork, payload: Payload) -> Screen | None:
    card = await _card(unit, payload)
    if card is None or not _waits(card) or card.order.version != payload["version"]:
        return None
    return told.waiting(card.order, payload["hours"])


async def card_changed(unit: UnitOfWork, payload: Payload) -> Screen | None:
    """An older copy of a card, as its reader may see the order now."""
    order_id, message_id = UUID(payload["entity_id"]), payload["message_id"]
    if not await still_shows(unit.session, payload["chat_id"], message_id, order_id):
        return None
    try:
        viewer = await person(unit.session, UUID(payload["viewer_id"]))
        actor = Actor(viewer.id, viewer.name, viewer.role, payload["chat_id"])
        if not viewer.is_active or not actor.may(Permission.DECIDE_ORDERS):
            return None
        review = await read_review(unit, order_id, actor=actor)
    except NotFound:
        return None
    # It stays noted as the copy that it is: noting it anew could overtake what its chat does at this moment.
    return replace(card_views.card(review), card=None, edit_message_id=message_id)


async def file_failed(unit: UnitOfWork, payload: Payload) -> Screen | None:
    card = await _card(unit, payload) if payload["order_id"] else None
    return told.file_failed(payload["name"], card.order if card is not None else None)


async def files_waiting(unit: UnitOfWork, payload: Payload) -> Screen | None:  # noqa: ARG001 - the signature of a notice
    return told.files_waiting(payload["error"])


# To workers


async def order_approved(unit: UnitOfWork, payload: Payload) -> Screen | None:
    card = await _card(unit, payload)
    if card is None or card.order.status not in {OrderStatus.APPROVED, OrderStatus.COMPLETED}:
        return None
    return told.approved(card.order, unit.organization)


async def order_rejected(unit: UnitOfWork, payload: Payload) -> Screen | None:
    return await _sent_back(unit, payload, OrderStatus.REJECTED)


async def order_returned(unit: UnitOfWork, payload: Payload) -> Screen | None:
    return await _sent_back(unit, payload, OrderStatus.IN_PROGRESS)


async def _sent_back(unit: UnitOfWork, payload: Payload, status: OrderStatus) -> Screen | None:
    """None where it was taken back meanwhile: the worker hears of that."""
    card = await _card(unit, payload)
    if card is None or card.order.status is not status or card.order.version != payload["record_version"]:
        return None
    return told.sent_back(card.order, payload["reason"])


async def order_reopened(unit: UnitOfWork, payload: Payload) -> Screen | None:
    card = await _card(unit, payload)
    return told.reopened(card.order) if card is not None and _waits(card) else None


async def order_archived(unit: UnitOfWork, payload: Payload) -> Screen | None:
    card = await _card(unit, payload)
    return told.archived(card.order) if card is not None and card.order.archived_at is not None else None


async def order_restored(unit: UnitOfWork, payload: Payload) -> Screen | None:
    card = await _card(unit, payload)
    return told.restored(card.order) if card is not None and card.order.archived_at is None else None


async def order_assigned(unit: UnitOfWork, payload: Payload) -> Screen | None:
    card = await _card(unit, payload)
    if card is None or card.order.status is not OrderStatus.IN_PROGRESS or card.order.archived_at is not None:
        return None
    return replace(told.assigned(card.order, payload["assigned_by"]), media=file_views.media(card.files))


async def order_due(unit: UnitOfWork, payload: Payload) -> Screen | None:
    card = await _card(unit, payload)
    if card is None or card.order.status is not OrderStatus.IN_PROGRESS or card.order.version != payload["version"]:
        return None
    return told.due(card.order, date.fromisoformat(payload["due_date"]), payload["days_left"])


# To either


async def order_commented(unit: UnitOfWork, payload: Payload) -> Screen | None:
    card = await _card(unit, payload)
    return None if card is None else told.commented(card.order, payload["author"], payload["comment"])


async def _card(unit: UnitOfWork, payload: Payload) -> OrderCard | None:
    try:
        return await OrderQueries(unit).order_card(UUID(payload["order_id"]), actor=SYSTEM)
    except NotFound:
        return None


def _waits(card: OrderCard) -> bool:
    return card.order.status is OrderStatus.UNDER_QA and card.order.archived_at is None


NOTICES: Final[Mapping[NotificationKind, Notice]] = {
    NotificationKind.CARD_CHANGED: card_changed,
    NotificationKind.ORDER_SUBMITTED: order_submitted,
    NotificationKind.ORDER_WAITING: order_waiting,
    NotificationKind.FILE_FAILED: file_failed,
    NotificationKind.FILES_WAITING: files_waiting,
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
