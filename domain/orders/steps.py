"""One step of an order, taken by whoever is first, and what it leaves behind: history, a log row, a message.

Each step is one conditional UPDATE on the order's id, status and version: of two people who tap at the same moment one
wins, and only the winner's transaction writes the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select, update

from domain.access import Actor
from domain.audit.model import LogType
from domain.clock import local_day
from domain.errors import Conflict, NotFound
from domain.errors.orders import (
    AlreadyDecided,
    OrderArchived,
    OrderInvoiced,
    OutOfDate,
    OwnOrder,
    TooManyFiles,
    WrongStatus,
)
from domain.files.model import FileUpload
from domain.money import line_amount, plain
from domain.notifications.kinds import NotificationKind
from domain.orders.cards import DECISION, TAKEN_BACK, OrderSummary, read_summaries
from domain.orders.drafts import MAX_PICTURES, DraftFile
from domain.orders.model import Decision, OrderStatus, OrderVersion, WorkOrder
from domain.orders.submissions import Submissions
from domain.orders.transitions import ARCHIVABLE, Move, Transition, transition
from domain.pay.model import Invoice, InvoiceSource
from domain.pay.rates import RateKey
from domain.typed_input.numbers import check_approved
from domain.unit_of_work import UnitOfWork

TABLE: Final = WorkOrder.__tablename__
"""How log rows name it."""
UNDECIDED: Final[Mapping[str, None]] = dict.fromkeys(
    ("decided_at", "decided_by", "decision_note", "approved_submissions", "rate")
)


class Steps:
    """For the services here, which have checked the actor's permission."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._session = unit.session
        self._submissions = Submissions(unit)

    async def order(self, order_id: UUID) -> OrderSummary:
        order = (await read_summaries(self._session, [order_id])).get(order_id)
        if order is None:
            raise NotFound(what="order")
        return order

    @staticmethod
    def allowed(order: OrderSummary, version: int, move: Move, actor: Actor) -> Transition:
        """What the step does, as far as the order's row was read; `take` decides.

        Raises:
            OwnOrder: Nobody decides their own.
            Conflict: `refusal` says which.
        """
        if order.worker_id == actor.user_id and move is not Move.SUBMIT:
            raise OwnOrder(number=order.number)
        step = transition(move, order.status)
        if step is None or order.version != version or order.archived_at is not None:
            raise refusal(order, version, move, actor)
        return step

    async def take(
        self,
        order: OrderSummary,
        step: Transition,
        actor: Actor,
        values: Mapping[str, Any],
        *conditions: ColumnElement[bool],
    ) -> None:
        """The step itself. Whatever the order's row was read as, only this statement decides.

        Raises:
            Conflict: Somebody else was first.
        """
        won = await self._session.scalar(
            update(WorkOrder)
            .where(
                WorkOrder.id == order.id,
                WorkOrder.status == order.status,
                WorkOrder.version == order.version,
                WorkOrder.archived_at.is_(None),
                *conditions,
            )
            .values(
                status=step.target,
                version=order.version + step.next_version,
                updated_at=self._unit.clock.now(),
                **values,
            )
            .returning(WorkOrder.id)
            .execution_options(synchronize_session=False)
        )
        if won is None:
            number = await self.invoice_number(order.id) if step.move is Move.UNDO else None
            if number is not None:
                raise OrderInvoiced(number=number)
            raise refusal(await self.order(order.id), order.version, step.move, actor)

    async def approve(
        self, order: OrderSummary, version: int, approved: int | None, rate: Decimal | None, actor: Actor
    ) -> None:
        step = self.allowed(order, version, Move.APPROVE, actor)
        total = order.total_submissions
        count = total if approved is None else check_approved(approved, total)
        if rate is not None:
            line_amount(count, rate)  # refuses what no invoice could hold
        decided = {"decided_at": self._unit.clock.now(), "decided_by": actor.user_id}
        frozen = {"approved_submissions": count, "rate": rate}
        await self.take(order, step, actor, {**decided, **frozen, "decision_note": None})
        await self._note_decision(order, {**decided, **frozen, "decision": Decision.APPROVED})
        worth = "no rate yet" if rate is None else f"at {plain(rate)}"
        self._unit.audit.record(
            LogType.ORDER_APPROVED,
            f"Approved order {order.number}, version {version}: {count} of {total}, {worth}",
            actor=actor,
            entity_type=TABLE,
            entity_id=order.id,
            old={"status": order.status},
            new={"status": step.target, **frozen},
        )
        self._notify_worker(order, NotificationKind.ORDER_APPROVED, actor, approved=count)

    async def send_back(
        self,
        order: OrderSummary,
        version: int,
        move: Move,
        reason: str,
        actor: Actor,
        pictures: Sequence[DraftFile] = (),
    ) -> None:
        if len(pictures) > MAX_PICTURES:
            raise TooManyFiles(limit=MAX_PICTURES)
        step = self.allowed(order, version, move, actor)
        rejected = move is Move.REJECT
        decided = {"decided_at": self._unit.clock.now(), "decided_by": actor.user_id}
        nothing = {"approved_submissions": None, "rate": None}
        await self.take(order, step, actor, {**decided, **nothing, "decision_note": reason})
        decision = Decision.REJECTED if rejected else Decision.CHANGES
        await self._note_decision(order, {**decided, "decision": decision, "note": reason})
        await self._submissions.add_files(order.id, version, pictures, actor, kind=DECISION)
        done = "Rejected" if rejected else "Asked for changes to"
        old, new = difference(
            {"status": order.status, "version": version, "decision_note": None, "pictures": 0},
            {
                "status": step.target,
                "version": version + step.next_version,
                "decision_note": reason,
                "pictures": len(pictures),
            },
        )
        self._unit.audit.record(
            LogType.ORDER_REJECTED if rejected else LogType.ORDER_RETURNED,
            f"{done} order {order.number}, version {version}",
            actor=actor,
            entity_type=TABLE,
            entity_id=order.id,
            old=old,
            new=new,
        )
        self._notify_worker(
            order,
            NotificationKind.ORDER_REJECTED if rejected else NotificationKind.ORDER_RETURNED,
            actor,
            reason=reason,
            extra={"record_version": version + step.next_version},
        )

    async def undo(self, order: OrderSummary, version: int, actor: Actor) -> None:
        invoiced = await self.invoice_number(order.id)
        if invoiced is not None or order.status is OrderStatus.COMPLETED:
            raise OrderInvoiced(number=invoiced)
        step = self.allowed(order, version, Move.UNDO, actor)
        on_invoice = exists().where(InvoiceSource.order_id == order.id, InvoiceSource.released_at.is_(None))
        await self.take(order, step, actor, UNDECIDED, ~on_invoice)
        await self._session.execute(
            update(OrderVersion)
            .where(OrderVersion.order_id == order.id, OrderVersion.version == version)
            .values(decision=None, decided_at=None, decided_by=None, approved_submissions=None, rate=None, note=None)
            .execution_options(synchronize_session=False)
        )
        await self._session.execute(
            update(FileUpload)
            .where(
                FileUpload.related_entity_type == DECISION,
                FileUpload.related_entity_id == order.id,
                FileUpload.entity_version == version,
            )
            .values(related_entity_type=TAKEN_BACK)
            .execution_options(synchronize_session=False)
        )
        self._unit.audit.record(
            LogType.ORDER_REOPENED,
            f"Took back the decision on order {order.number}, version {version}: it was {order.status}",
            actor=actor,
            entity_type=TABLE,
            entity_id=order.id,
            old={
                "status": order.status,
                "decided_at": order.decided_at,
                "decided_by": order.decided_by_id,
                "decision_note": order.decision_note,
                "approved_submissions": order.approved_submissions,
                "rate": order.rate,
            },
            new={"status": step.target, **UNDECIDED},
        )
        self._notify_worker(order, NotificationKind.ORDER_REOPENED, actor, extra={"was": order.status})

    async def archive(self, order: OrderSummary, version: int, actor: Actor) -> None:
        if order.archived_at is not None or order.version != version or order.status not in ARCHIVABLE:
            raise refusal(order, version, Move.ARCHIVE, actor)
        await self._mark(order, WorkOrder.archived_at.is_(None), Move.ARCHIVE, actor, self._unit.clock.now())

    async def restore(self, order: OrderSummary, version: int, actor: Actor) -> None:
        if order.archived_at is None or order.version != version:
            raise refusal(order, version, Move.RESTORE, actor)
        await self._mark(order, WorkOrder.archived_at.is_not(None), Move.RESTORE, actor, None)

    async def _mark(
        self, order: OrderSummary, still: ColumnElement[bool], move: Move, actor: Actor, archived_at: datetime | None
    ) -> None:
        archiving = archived_at is not None
        won = await self._session.scalar(
            update(WorkOrder)
            .where(
                WorkOrder.id == order.id,
                WorkOrder.status == order.status,
                WorkOrder.version == order.version,
                still,
            )
            .values(
                archived_at=archived_at,
                archived_by=actor.user_id if archiving else None,
                updated_at=self._unit.clock.now(),
            )
            .returning(WorkOrder.id)
            .execution_options(synchronize_session=False)
        )
        if won is None:
            raise refusal(await self.order(order.id), order.version, move, actor)
        self._unit.audit.record(
            LogType.ORDER_ARCHIVED if archiving else LogType.ORDER_RESTORED,
            f"{'Archived' if archiving else 'Restored'} order {order.number}",
            actor=actor,
            entity_type=TABLE,
            entity_id=order.id,
            old={"archived_at": order.archived_at},
            new={"archived_at": archived_at},
        )
        if order.worker_id != actor.user_id:
            self._notify_worker(
                order, NotificationKind.ORDER_ARCHIVED if archiving else NotificationKind.ORDER_RESTORED, actor
            )

    async def _note_decision(self, order: OrderSummary, values: dict[str, Any]) -> None:
        statement = (
            update(OrderVersion)
            .where(OrderVersion.order_id == order.id, OrderVersion.version == order.version)
            .values(**values)
            .returning(OrderVersion.version)
            .execution_options(synchronize_session=False)
        )
        if await self._session.scalar(statement) is None:
            await self._submissions.ensure(order)
            await self._session.execute(statement)

    def _notify_worker(
        self,
        order: OrderSummary,
        kind: NotificationKind,
        actor: Actor,
        *,
        approved: int | None = None,
        reason: str | None = None,
        extra: dict[str, object] | None = None,
    ) -> None:
        """`version` is what it is about; a button of the message needs `record_version`, what the order has now."""
        payload = {
            "order_id": order.id,
            "number": order.number,
            "title": order.title,
            "category": order.category,
            "version": order.version,
            "approved": approved,
            "total": order.total_submissions,
            "reason": reason,
            "decided_by": actor.name,
            "record_version": order.version,
            **(extra or {}),
        }
        # The instant is a part of the key: a decision that was undone may be made again.
        at = self._unit.clock.now().isoformat()
        self._unit.notifications.notify(
            order.worker_id, kind, payload, dedupe_key=f"order {order.id} v{order.version} {at}"
        )

    def rate_key(self, order: OrderSummary) -> RateKey:
        """The rate of the day on which it was submitted, in the organization's calendar."""
        day = local_day(order.submitted_at or order.created_at, self._unit.organization.zone)
        return RateKey(order.category, order.worker_id, day)

    async def invoice_number(self, order_id: UUID) -> str | None:
        """Of the invoice that it is on and that is not void."""
        number: str | None = await self._session.scalar(
            select(Invoice.number)
            .join(InvoiceSource, InvoiceSource.invoice_id == Invoice.id)
            .where(InvoiceSource.order_id == order_id, InvoiceSource.released_at.is_(None))
            .limit(1)
        )
        return number


def refusal(order: OrderSummary, version: int, move: Move, actor: Actor) -> Conflict:
    """Why `move` is not possible: what is true now, which is more use than what was wrong with the tap."""
    status, version_now = order.status, order.version
    decides = move in {Move.APPROVE, Move.REJECT, Move.RETURN}
    if order.archived_at is not None:
        return OrderArchived(status=status, version=version_now)
    if decides and status is not OrderStatus.UNDER_QA and not _never_submitted(order):
        return AlreadyDecided(
            status=status,
            version=version_now,
            decided_by=order.decided_by,
            decided_at=order.decided_at,
            by_you=order.decided_by_id == actor.user_id,
        )
    return (OutOfDate if version_now != version else WrongStatus)(status=status, version=version_now)


def _never_submitted(order: OrderSummary) -> bool:
    return order.status is OrderStatus.IN_PROGRESS and order.decided_at is None


def difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a log row holds of both: the changed fields alone."""
    changed = [name for name in new if old.get(name) != new[name]]
    return {name: old.get(name) for name in changed}, {name: new[name] for name in changed}
