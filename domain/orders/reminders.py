"""What nobody has done yet: work that is due, and submissions that wait for an admin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import and_, or_, select

from domain.access import Actor, Permission, use_case
from domain.accounts.model import Role, User
from domain.clock import local_day
from domain.notifications.kinds import NotificationKind
from domain.orders.cards import submitted_at_of, summaries, summary_of
from domain.orders.model import OrderStatus, WorkOrder
from domain.unit_of_work import UnitOfWork

WAITING_DAYS: Final = (1, 2)
"""After how many times 24 hours Under QA the admins are reminded."""


@dataclass(frozen=True, slots=True)
class Reminded:
    """Orders of which somebody is to hear. Those that were told of before, for the same reason, are among them."""

    due: int
    waiting: int


class OrderReminderService:
    """For the scheduler, every hour or so: the same reminder is queued once, however often it runs."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._session = unit.session

    @use_case(Permission.SEE_ALL_ORDERS)
    async def remind(self, *, actor: Actor) -> Reminded:  # noqa: ARG002
        """Tells workers what is due tomorrow and today (`order_due`), and admins what has waited for 24 hours, and for
        48 (`order_waiting`).
        """
        return Reminded(due=await self._due(), waiting=await self._waiting())

    async def _due(self) -> int:
        today = local_day(self._unit.clock.now(), self._unit.organization.zone)
        rows = await self._session.execute(
            summaries()
            .where(
                WorkOrder.due_date.in_([today, today + timedelta(days=1)]),
                WorkOrder.status == OrderStatus.IN_PROGRESS,
                WorkOrder.archived_at.is_(None),
            )
            .order_by(WorkOrder.due_date, WorkOrder.number)
        )
        orders = [summary_of(row) for row in rows]
        for order in orders:
            left = (order.due_date or today) - today
            self._unit.notifications.notify(
                order.worker_id,
                NotificationKind.ORDER_DUE,
                {
                    "order_id": order.id,
                    "number": order.number,
                    "title": order.title,
                    "version": order.version,
                    "due_date": str(order.due_date),
                    "days_left": left.days,
                },
                dedupe_key=f"order {order.id} v{order.version} due {order.due_date}, {left.days} days left",
            )
        return len(orders)

    async def _waiting(self) -> int:
        now = self._unit.clock.now()
        # A day's width each: what was passed over for longer, because nothing ran, is no news any more.
        steps = [
            and_(
                submitted_at_of <= now - timedelta(days=days),
                submitted_at_of > now - timedelta(days=days + 1),
            )
            for days in WAITING_DAYS
        ]
        rows = await self._session.execute(
            summaries()
            .where(WorkOrder.status == OrderStatus.UNDER_QA, WorkOrder.archived_at.is_(None), or_(*steps))
            .order_by(submitted_at_of, WorkOrder.number)
        )
        orders = [summary_of(row) for row in rows]
        admins = list(await self._session.scalars(select(User.id).where(User.role == Role.ADMIN, User.is_active)))
        for order in orders:
            days = (now - (order.submitted_at or order.created_at)) // timedelta(days=1)
            for admin in admins:
                if admin == order.worker_id:
                    continue
                self._unit.notifications.notify(
                    admin,
                    NotificationKind.ORDER_WAITING,
                    {
                        "order_id": order.id,
                        "number": order.number,
                        "title": order.title,
                        "version": order.version,
                        "worker": order.worker_name,
                        "hours": 24 * days,
                    },
                    # An undo puts the order back into the place that it had: it was told of already.
                    dedupe_key=f"order {order.id} v{order.version} waiting {days}",
                )
        return len(orders)
