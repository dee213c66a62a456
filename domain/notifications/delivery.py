"""What admins can do about messages that were given up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from domain.access import Actor, Permission, use_case
from domain.accounts.model import ChatLink, User
from domain.audit.model import LogType
from domain.errors.messages import NotGivenUp, OutOfReach
from domain.notifications.model import Notification, NotificationState

if TYPE_CHECKING:
    from domain.unit_of_work import UnitOfWork


class DeliveryService:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._session = unit.session

    @use_case(Permission.MANAGE_DELIVERY)
    async def try_again(self, notification_id: int, *, actor: Actor) -> None:
        """Queues a message anew that was given up; it says what is true when it goes out.

        Raises:
            NotGivenUp: It is on its way again, or delivered: another admin was first.
            OutOfReach: The person has no chat with the bot, or has blocked it.
        """
        given_up = (Notification.id == notification_id) & (Notification.state == NotificationState.DEAD)
        found = (
            select(
                Notification.kind, Notification.chat_id, User.name, ChatLink.chat_id.label("own"), ChatLink.blocked_at
            )
            .outerjoin(User, User.id == Notification.user_id)
            .outerjoin(ChatLink, ChatLink.user_id == Notification.user_id)
            .where(given_up)
        )
        row = (await self._session.execute(found)).one_or_none()
        if row is None:
            raise NotGivenUp
        if row.chat_id is None and (row.own is None or row.blocked_at is not None):
            raise OutOfReach(name=row.name)
        again = (
            update(Notification)
            .where(given_up)
            .values(state=NotificationState.QUEUED, attempts=0, next_try_at=self._unit.clock.now(), last_error=None)
            .returning(Notification.id)
        )
        if await self._session.scalar(again) is None:
            raise NotGivenUp
        self._unit.audit.record(
            LogType.OTHER,
            f"Had a message sent again that had not arrived ({row.kind})",
            actor=actor,
            entity_type="notifications",
            new={"notification": notification_id, "kind": row.kind, "to": row.name},
        )
