"""What people look at: lists, cards, the queue of what waits for a decision, and what a form offers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from domain.access import Actor, Permission, use_case
from domain.clock import local_day
from domain.errors import NotAllowed, NotFound
from domain.orders.cards import (
    OrderCard,
    OrderSummary,
    belongs_to,
    read_card,
    submitted_at_of,
    summaries,
    summary_of,
    worker_id_of,
)
from domain.orders.drafts import OrderDraft
from domain.orders.model import Category, OrderStatus, ReasonTemplate, TemplateKind, WorkOrder
from domain.orders.paging import PAGE_SIZE, Page, paged
from domain.unit_of_work import UnitOfWork

RECENT: Final = 6
"""Buttons that save typing."""
TO_DO: Final = frozenset({OrderStatus.IN_PROGRESS, OrderStatus.REJECTED})
"""The worker's turn: assigned, sent back, rejected."""
_CATEGORIES: Final = (
    select(Category.id, Category.name).where(Category.is_active).order_by(Category.position, Category.name)
)


@dataclass(frozen=True, slots=True)
class QueueStep:
    """The next order to decide, and where it stands."""

    card: OrderCard | None
    """None: nothing waits behind the one before."""
    position: int
    """From 1, the oldest submission; 0 without a card."""
    waiting: int
    """All that this admin can decide, those passed over included."""


@dataclass(frozen=True, slots=True)
class MyCounts:
    """How many of a worker's orders wait for whom."""

    waiting: int
    """For a decision."""
    to_do: int
    """For the worker."""
    to_fix: int
    """Those of them that came back from a decision."""


@dataclass(frozen=True, slots=True)
class DeskCounts:
    """What an admin may want to look at."""

    waiting: int
    """For this admin's decision."""
    oldest: datetime | None
    """When the first of those was submitted; None: nothing waits."""
    in_work: int
    """In Progress."""
    late: int
    """Those of them whose last day is over."""


@dataclass(frozen=True, slots=True)
class CategoryChoice:
    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Template:
    id: UUID
    text: str


class OrderQueries:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._session = unit.session

    # Lists and cards

    @use_case(Permission.SEE_OWN_ORDERS)
    async def my_orders(
        self, *, page: int = 1, statuses: Collection[OrderStatus] = (), size: int = PAGE_SIZE, actor: Actor
    ) -> Page[OrderSummary]:
        """The worker's own, the newest first, without what is archived; with `statuses`, those in one of them alone."""
        conditions: list[ColumnElement[bool]] = [belongs_to(actor.user_id), WorkOrder.archived_at.is_(None)]
        if statuses:
            conditions.append(WorkOrder.status.in_(statuses))
        return await self._page(conditions, (WorkOrder.number.desc(),), page, size)

    @use_case(Permission.SEE_ALL_ORDERS)
    async def orders(
        self,
        *,
        page: int = 1,
        statuses: Collection[OrderStatus] = (),
        worker_id: UUID | None = None,
        category: str | None = None,
        archived: bool = False,
        size: int = PAGE_SIZE,
        actor: Actor,  # noqa: ARG002
    ) -> Page[OrderSummary]:
        """Everyone's, the newest first: those in the archive, or those that are not; `statuses` as in `my_orders`."""
        conditions: list[ColumnElement[bool]] = [
            WorkOrder.archived_at.is_not(None) if archived else WorkOrder.archived_at.is_(None)
        ]
        if statuses:
            conditions.append(WorkOrder.status.in_(statuses))
        if worker_id is not None:
            conditions.append(belongs_to(worker_id))
        if category is not None:
            conditions.append(WorkOrder.category == category)
        return await self._page(conditions, (WorkOrder.number.desc(),), page, size)

    @use_case(Permission.SEE_OWN_ORDERS)
    async def my_counts(self, *, actor: Actor) -> MyCounts:
        """Of the worker's own orders, without what is archived."""
        returned = and_(WorkOrder.status == OrderStatus.IN_PROGRESS, WorkOrder.decided_at.is_not(None))
        statement = select(
            _number_of(WorkOrder.status == OrderStatus.UNDER_QA),
            _number_of(WorkOrder.status.in_(TO_DO)),
            _number_of(or_(WorkOrder.status == OrderStatus.REJECTED, returned)),
        ).where(
            belongs_to(actor.user_id),
            WorkOrder.status.in_(TO_DO | {OrderStatus.UNDER_QA}),
            WorkOrder.archived_at.is_(None),
        )
        row = (await self._session.execute(statement)).one()
        return MyCounts(row[0], row[1], row[2])

    @use_case(Permission.SEE_ALL_ORDERS)
    async def desk_counts(self, *, actor: Actor) -> DeskCounts:
        """Of everybody's orders, without what is archived and, among those to decide, without the admin's own."""
        # Apart, as both engines look one status up in its index; for several, SQLite may read the whole table.
        waiting = (
            select(func.count().label("number"), func.min(submitted_at_of).label("oldest"))
            .where(*self._waiting_for(actor))
            .subquery()
        )
        in_work = (
            select(func.count().label("number"), _number_of(WorkOrder.due_date < self._today()).label("late"))
            .where(WorkOrder.status == OrderStatus.IN_PROGRESS, WorkOrder.archived_at.is_(None))
            .subquery()
        )
        both = select(waiting.c.number, waiting.c.oldest, in_work.c.number, in_work.c.late)
        row = (await self._session.execute(both.select_from(waiting.join(in_work, true())))).one()
        return DeskCounts(row[0], row[1], row[2], row[3])

    @use_case(Permission.SEE_ALL_ORDERS)
    async def overdue(
        self,
        *,
        page: int = 1,
        size: int = PAGE_SIZE,
        actor: Actor,  # noqa: ARG002
    ) -> Page[OrderSummary]:
        """In Progress after their last day, the longest first."""
        conditions: list[ColumnElement[bool]] = [
            WorkOrder.due_date < self._today(),
            WorkOrder.status == OrderStatus.IN_PROGRESS,
            WorkOrder.archived_at.is_(None),
        ]
        return await self._page(conditions, (WorkOrder.due_date, WorkOrder.number), page, size)

    @use_case(Permission.USE_OWN_ACCOUNT)
    async def order_card(self, order_id: UUID, *, actor: Actor) -> OrderCard:
        """One order with its files, history and comments: an admin sees any, a worker their own.

        Raises:
            NotFound: There is no such order, or none that the actor may see.
        """
        return await self._visible_card(order_id, actor)

    @use_case(Permission.USE_OWN_ACCOUNT)
    async def card_by_number(self, number: int, *, actor: Actor) -> OrderCard:
        """The order that people call by this number.

        Raises:
            NotFound: As for `order_card`.
        """
        # SQLite's and PostgreSQL's largest integer: a longer number is no order's.
        known = 0 < number < 2**63
        order_id = await self._session.scalar(select(WorkOrder.id).where(WorkOrder.number == number)) if known else None
        if order_id is None:
            raise NotFound(what="order")
        return await self._visible_card(order_id, actor)

    # The queue

    @use_case(Permission.DECIDE_ORDERS)
    async def queue(
        self,
        *,
        page: int = 1,
        worker_id: UUID | None = None,
        category: str | None = None,
        size: int = PAGE_SIZE,
        actor: Actor,
    ) -> Page[OrderSummary]:
        """What waits for this admin's decision, the oldest submission first. Their own orders wait for another."""
        conditions = self._waiting_for(actor)
        if worker_id is not None:
            conditions.append(belongs_to(worker_id))
        if category is not None:
            conditions.append(WorkOrder.category == category)
        return await self._page(conditions, (submitted_at_of, WorkOrder.number), page, size)

    @use_case(Permission.DECIDE_ORDERS)
    async def next_in_queue(self, *, after: UUID | None = None, actor: Actor) -> QueueStep:
        """The oldest submission, or the first behind `after`, whether that was decided meanwhile or passed over."""
        conditions = self._waiting_for(actor)
        waiting = await self._count(conditions)
        behind = [] if after is None else await self._behind(after)
        found = (
            await self._session.execute(
                select(WorkOrder.id, submitted_at_of.label("at"), WorkOrder.number)
                .where(*conditions, *behind)
                .order_by(submitted_at_of, WorkOrder.number)
                .limit(1)
            )
        ).one_or_none()
        if found is None:
            return QueueStep(None, 0, waiting)
        before = or_(submitted_at_of < found.at, and_(submitted_at_of == found.at, WorkOrder.number < found.number))
        position = await self._count([*conditions, before]) + 1
        return QueueStep(await read_card(self._session, found.id, actor=actor), position, waiting)

    # What forms offer

    @use_case(Permission.SUBMIT_ORDERS)
    async def recent_businesses(self, *, limit: int = RECENT, actor: Actor) -> tuple[str, ...]:
        """That the worker named last, each once."""
        return await self._recent(WorkOrder.business_name, actor, limit)

    @use_case(Permission.SUBMIT_ORDERS)
    async def recent_folders(
        self, *, business: str | None = None, limit: int = RECENT, actor: Actor
    ) -> tuple[str, ...]:
        """That the worker named last, each once; with `business`, of that one alone."""
        conditions = [] if business is None else [WorkOrder.business_name == business]
        return await self._recent(WorkOrder.folder_name, actor, limit, *conditions)

    @use_case(Permission.SUBMIT_ORDERS)
    async def draft_of(self, order_id: UUID, *, actor: Actor) -> OrderDraft:
        """The worker's order as a draft to go on with: its content, without the files.

        Raises:
            NotFound: There is no such order, or it is somebody else's.
        """
        statement = summaries().where(WorkOrder.id == order_id, worker_id_of == actor.user_id)
        row = (await self._session.execute(statement)).one_or_none()
        if row is None:
            raise NotFound(what="order")
        order = summary_of(row)
        return OrderDraft(
            category=order.category,
            # An order from elsewhere may have none, which no draft has.
            total_submissions=order.total_submissions or None,
            title=order.title,
            business_name=order.business_name,
            folder_name=order.folder_name,
            note=order.note,
        )

    @use_case(Permission.USE_OWN_ACCOUNT)
    async def categories(self, *, actor: Actor) -> tuple[CategoryChoice, ...]:  # noqa: ARG002
        """Those that new orders may have, in the order of their buttons."""
        return tuple(CategoryChoice(*row) for row in await self._session.execute(_CATEGORIES))

    @use_case(Permission.DECIDE_ORDERS)
    async def reason_templates(self, kind: TemplateKind, *, actor: Actor) -> tuple[Template, ...]:  # noqa: ARG002
        """Words for rejecting, or for asking for changes, in the order of their buttons."""
        statement = (
            select(ReasonTemplate.id, ReasonTemplate.text)
            .where(ReasonTemplate.kind == kind)
            .order_by(ReasonTemplate.position, ReasonTemplate.created_at, ReasonTemplate.id)
        )
        return tuple(Template(*row) for row in await self._session.execute(statement))

    def _today(self) -> date:
        return local_day(self._unit.clock.now(), self._unit.organization.zone)

    async def _page(
        self, conditions: list[ColumnElement[bool]], order_by: tuple[Any, ...], number: int, size: int
    ) -> Page[OrderSummary]:
        statement = summaries().where(*conditions).order_by(*order_by)
        rows, page = await paged(self._session, statement, select(WorkOrder.id).where(*conditions), number, size)
        return replace(page, items=tuple(summary_of(row) for row in rows))

    async def _visible_card(self, order_id: UUID, actor: Actor) -> OrderCard:
        all_orders = actor.may(Permission.SEE_ALL_ORDERS)
        if not all_orders and not actor.may(Permission.SEE_OWN_ORDERS):
            raise NotAllowed(permission=Permission.SEE_OWN_ORDERS)
        card = await read_card(self._session, order_id, actor=actor)
        if card is None or not (all_orders or card.order.worker_id == actor.user_id):
            raise NotFound(what="order")
        return card

    @staticmethod
    def _waiting_for(actor: Actor) -> list[ColumnElement[bool]]:
        return [
            WorkOrder.status == OrderStatus.UNDER_QA,
            WorkOrder.archived_at.is_(None),
            worker_id_of != actor.user_id,
        ]

    async def _behind(self, order_id: UUID) -> list[ColumnElement[bool]]:
        place = (
            await self._session.execute(
                select(submitted_at_of.label("at"), WorkOrder.number).where(WorkOrder.id == order_id)
            )
        ).one_or_none()
        if place is None:
            return []
        later = and_(submitted_at_of == place.at, WorkOrder.number > place.number)
        return [or_(submitted_at_of > place.at, later)]

    async def _count(self, conditions: list[ColumnElement[bool]]) -> int:
        return (await self._session.scalar(select(func.count()).select_from(WorkOrder).where(*conditions))) or 0

    async def _recent(
        self,
        column: InstrumentedAttribute[str | None],
        actor: Actor,
        limit: int,
        *conditions: ColumnElement[bool],
    ) -> tuple[str, ...]:
        statement = (
            select(column)
            .where(belongs_to(actor.user_id), column.is_not(None), *conditions)
            .group_by(column)
            .order_by(func.max(WorkOrder.number).desc())
            .limit(limit)
        )
        return tuple(name for name in await self._session.scalars(statement) if name)


def _number_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many rows fulfil it."""
    return func.count(case((condition, 1)))
