"""An order as it is shown: read from the database once, with the names of the people in it.

The functions are for the services here, which have checked who asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from domain.access import Actor, Permission
from domain.accounts.model import User
from domain.files.model import FileState, FileUpload
from domain.files.naming import FileKind, kind_of
from domain.money import line_amount
from domain.orders.model import Decision, OrderComment, OrderStatus, OrderVersion, WorkOrder
from domain.orders.transitions import Move, moves_from

ENTITY: Final = "work_order"
"""How files name an order as what they belong to."""
DECISION: Final = "order_decision"
"""The same for pictures that an admin sent with a reason: they are no part of the work, and no duplicates."""
TAKEN_BACK: Final = "order_decision_undone"
"""What they become when the decision is undone."""

_Worker = aliased(User, name="worker")
_Decider = aliased(User, name="decider")

worker_id_of: Final = func.coalesce(WorkOrder.assigned_to, WorkOrder.created_by)
"""Whose order it is. Rows from elsewhere may be assigned to nobody."""
submitted_at_of: Final = func.coalesce(WorkOrder.submitted_at, WorkOrder.created_at)
"""Since when it waits, and which month it pays in. Rows from elsewhere have no `submitted_at`."""

_SUBMITTED: Final = func.coalesce(FileUpload.entity_version, 1) > 0
"""A worker's file. An admin may give the same one to all assignees, which makes nothing a duplicate."""


@dataclass(frozen=True, slots=True)
class OrderSummary:
    """One order, as in a list."""

    id: UUID
    number: int
    """What people call it: "order 128"."""
    version: int
    status: OrderStatus
    title: str
    category: str
    total_submissions: int
    approved_submissions: int | None
    """How many are paid; None until it is approved."""
    rate: Decimal | None
    """Per approved submission; None on an approved order: it is missing."""
    business_name: str | None
    folder_name: str | None
    worker_id: UUID
    worker_name: str
    due_date: date | None
    created_at: datetime
    submitted_at: datetime | None
    """When it was submitted last; None: not yet."""
    decided_at: datetime | None
    decided_by: str | None
    """A name. Empty, as the fields around it, while nothing is decided about what was submitted last."""
    decided_by_id: UUID | None
    decision_note: str | None
    archived_at: datetime | None
    note: str | None
    """The worker's; until they submit, what the admin wrote into the assignment."""

    @property
    def amount(self) -> Decimal | None:
        """What it pays; None: nothing is approved, or the rate is missing."""
        if self.approved_submissions is None or self.rate is None:
            return None
        return line_amount(self.approved_submissions, self.rate)

    @property
    def rate_missing(self) -> bool:
        return self.status in {OrderStatus.APPROVED, OrderStatus.COMPLETED} and self.rate is None


@dataclass(frozen=True, slots=True)
class OrderFile:
    id: UUID
    kind: FileKind
    original_name: str
    mime_type: str | None
    size: int
    """Bytes."""
    state: FileState
    storage_key: str
    telegram_file_id: str | None
    version: int
    """The order's version that it was submitted with; 0: the admin gave it along with the assignment."""


@dataclass(frozen=True, slots=True)
class SubmittedVersion:
    """What was submitted once, and what was decided about it. Undone decisions are in the activity log alone."""

    version: int
    title: str
    category: str
    note: str | None
    total_submissions: int
    business_name: str | None
    folder_name: str | None
    submitted_at: datetime
    submitted_by: str
    decision: Decision | None
    decided_at: datetime | None
    decided_by: str | None
    approved_submissions: int | None
    rate: Decimal | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Comment:
    author: str
    body: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A file with the same bytes on an order of before."""

    file_id: UUID
    """This order's file."""
    original_name: str
    earlier_order_id: UUID
    earlier_number: int
    earlier_title: str
    earlier_worker: str


@dataclass(frozen=True, slots=True)
class OrderCard:
    order: OrderSummary
    files: tuple[OrderFile, ...]
    """Of all versions, the newest version's last."""
    history: tuple[SubmittedVersion, ...]
    """The oldest first."""
    comments: tuple[Comment, ...]
    """The oldest first."""
    duplicates: tuple[Duplicate, ...]
    """For admins; empty for the worker, who sees no others' orders."""
    moves: frozenset[Move]
    """What the person who asked can do to it now."""
    pictures: tuple[OrderFile, ...] = ()
    """Sent with the reasons of decisions that stand; `version` is the one that was decided."""

    def pictures_of(self, version: int) -> tuple[OrderFile, ...]:
        """With the decision about one version."""
        return tuple(file for file in self.pictures if file.version == version)

    @property
    def standing_pictures(self) -> tuple[OrderFile, ...]:
        """With the decision that stands about what was submitted last."""
        if not self.history or self.order.decision_note is None:
            return ()
        return self.pictures_of(self.history[-1].version)


def belongs_to(worker_id: UUID) -> Any:
    """Whether it is this person's order, in a form that both engines answer from the two columns' indexes."""
    return or_(
        WorkOrder.assigned_to == worker_id,
        and_(WorkOrder.assigned_to.is_(None), WorkOrder.created_by == worker_id),
    )


def summaries() -> Select[*tuple[Any, ...]]:
    return (
        select(
            WorkOrder.id,
            WorkOrder.number,
            WorkOrder.version,
            WorkOrder.status,
            WorkOrder.title,
            WorkOrder.category,
            WorkOrder.total_submissions,
            WorkOrder.approved_submissions,
            WorkOrder.rate,
            WorkOrder.business_name,
            WorkOrder.folder_name,
            worker_id_of.label("worker_id"),
            _Worker.name.label("worker_name"),
            WorkOrder.due_date,
            WorkOrder.created_at,
            WorkOrder.submitted_at,
            WorkOrder.decided_at,
            _Decider.name.label("decided_by"),
            WorkOrder.decided_by.label("decided_by_id"),
            WorkOrder.decision_note,
            WorkOrder.archived_at,
            WorkOrder.description.label("note"),
        )
        .join(_Worker, _Worker.id == worker_id_of)
        .outerjoin(_Decider, _Decider.id == WorkOrder.decided_by)
    )


def summary_of(row: Row[Any]) -> OrderSummary:
    values = row._asdict()
    paid = values["status"] in {OrderStatus.APPROVED, OrderStatus.COMPLETED}
    if paid and values["approved_submissions"] is None:
        values["approved_submissions"] = values["total_submissions"]
    if values["submitted_at"] is None and values["status"] is not OrderStatus.IN_PROGRESS:
        values["submitted_at"] = values["created_at"]
    return OrderSummary(**values)


async def read_summaries(session: AsyncSession, order_ids: Iterable[UUID]) -> dict[UUID, OrderSummary]:
    rows = await session.execute(summaries().where(WorkOrder.id.in_(order_ids)))
    return {row.id: summary_of(row) for row in rows}


async def read_card(session: AsyncSession, order_id: UUID, *, actor: Actor) -> OrderCard | None:
    """The order with all that belongs to it, in a handful of queries; None: there is none."""
    row = (await session.execute(summaries().where(WorkOrder.id == order_id))).one_or_none()
    if row is None:
        return None
    order = summary_of(row)
    files = await _files(session, order_id)
    return OrderCard(
        order=order,
        files=tuple(file for file, kind in files if kind == ENTITY),
        pictures=tuple(file for file, kind in files if kind == DECISION),
        history=await _history(session, order_id),
        comments=await _comments(session, order_id),
        duplicates=await _duplicates(session, order_id) if actor.may(Permission.SEE_ALL_ORDERS) else (),
        moves=moves_from(
            order.status,
            archived=order.archived_at is not None,
            is_its_worker=order.worker_id == actor.user_id,
            may_submit=actor.may(Permission.SUBMIT_ORDERS),
            may_decide=actor.may(Permission.DECIDE_ORDERS),
        ),
    )


async def _files(session: AsyncSession, order_id: UUID) -> list[tuple[OrderFile, str | None]]:
    """Those of the work and those of decisions about it, each with what it belongs to."""
    statement = (
        select(FileUpload)
        .where(FileUpload.related_entity_type.in_((ENTITY, DECISION)), FileUpload.related_entity_id == order_id)
        .order_by(FileUpload.entity_version, FileUpload.position, FileUpload.created_at, FileUpload.id)
        .execution_options(populate_existing=True)
    )
    return [(_order_file(file), file.related_entity_type) for file in await session.scalars(statement)]


def _order_file(file: FileUpload) -> OrderFile:
    return OrderFile(
        id=file.id,
        kind=kind_of(file.file_name),
        original_name=file.original_name,
        mime_type=file.mime_type,
        size=file.file_size,
        state=file.state,
        storage_key=file.storage_path,
        telegram_file_id=file.telegram_file_id,
        version=1 if file.entity_version is None else file.entity_version,
    )


async def _history(session: AsyncSession, order_id: UUID) -> tuple[SubmittedVersion, ...]:
    submitter = aliased(User)
    statement = (
        select(
            OrderVersion.version,
            OrderVersion.title,
            OrderVersion.category,
            OrderVersion.description.label("note"),
            OrderVersion.total_submissions,
            OrderVersion.business_name,
            OrderVersion.folder_name,
            OrderVersion.submitted_at,
            submitter.name.label("submitted_by"),
            OrderVersion.decision,
            OrderVersion.decided_at,
            _Decider.name.label("decided_by"),
            OrderVersion.approved_submissions,
            OrderVersion.rate,
            OrderVersion.note.label("reason"),
        )
        .join(submitter, submitter.id == OrderVersion.submitted_by)
        .outerjoin(_Decider, _Decider.id == OrderVersion.decided_by)
        .where(OrderVersion.order_id == order_id)
        .order_by(OrderVersion.version)
    )
    return tuple(SubmittedVersion(**row._asdict()) for row in await session.execute(statement))


async def _comments(session: AsyncSession, order_id: UUID) -> tuple[Comment, ...]:
    statement = (
        select(User.name, OrderComment.body, OrderComment.created_at)
        .join(User, User.id == OrderComment.author_id)
        .where(OrderComment.order_id == order_id)
        .order_by(OrderComment.created_at, OrderComment.id)
    )
    return tuple(Comment(name, body, at) for name, body, at in await session.execute(statement))


async def _duplicates(session: AsyncSession, order_id: UUID) -> tuple[Duplicate, ...]:
    """For each file the first order that had the same bytes, if that is another one and was there before."""
    mine = select(FileUpload.id, FileUpload.original_name, FileUpload.sha256)
    own = (
        await session.execute(
            mine.where(
                FileUpload.related_entity_type == ENTITY,
                FileUpload.related_entity_id == order_id,
                FileUpload.sha256.is_not(None),
                _SUBMITTED,
            ).order_by(FileUpload.entity_version, FileUpload.position)
        )
    ).all()
    if not own:
        return ()
    firsts = await first_orders_with(session, [file.sha256 for file in own])
    return tuple(
        Duplicate(file.id, file.original_name, first.id, first.number, first.title, first.worker)
        for file in own
        if (first := firsts.get(file.sha256)) is not None and first.id != order_id
    )


@dataclass(frozen=True, slots=True)
class FirstOrder:
    id: UUID
    number: int
    title: str
    worker: str


async def first_orders_with(session: AsyncSession, hashes: Sequence[str]) -> dict[str, FirstOrder]:
    """For each SHA-256 the order that a file with these bytes came with first."""
    place = func.row_number().over(
        partition_by=FileUpload.sha256, order_by=(FileUpload.created_at, WorkOrder.number, FileUpload.id)
    )
    ranked = (
        select(
            FileUpload.sha256,
            WorkOrder.id,
            WorkOrder.number,
            WorkOrder.title,
            _Worker.name.label("worker"),
            place.label("place"),
        )
        .join(WorkOrder, WorkOrder.id == FileUpload.related_entity_id)
        .join(_Worker, _Worker.id == worker_id_of)
        .where(FileUpload.related_entity_type == ENTITY, FileUpload.sha256.in_(set(hashes)), _SUBMITTED)
        .subquery()
    )
    rows = await session.execute(select(ranked).where(ranked.c.place == 1))
    return {row.sha256: FirstOrder(row.id, row.number, row.title, row.worker) for row in rows}
