"""What people do to orders. Each method is one step of `domain.orders.transitions`, and refuses every other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import insert, select

from domain.access import Actor, Permission, use_case
from domain.accounts.model import Role, User
from domain.audit.model import LogType
from domain.clock import local_day
from domain.errors import NotAllowed, NotFound
from domain.errors.orders import AssigneeUnavailable, DueDateInPast, NoAssignee, OwnOrder, TooManyAtOnce
from domain.notifications.kinds import NotificationKind
from domain.orders.bulk import MAX_AT_ONCE
from domain.orders.cards import OrderCard, OrderSummary, read_card, read_summaries
from domain.orders.drafts import DraftFile, OrderDraft
from domain.orders.model import OrderComment, OrderStatus, TemplateKind, WorkOrder
from domain.orders.steps import TABLE, UNDECIDED, Steps, difference
from domain.orders.submissions import ASSIGNMENT, Submissions, content_of, shown_content
from domain.orders.templates import reason_for
from domain.orders.transitions import Move
from domain.pay.rates import rate_for
from domain.typed_input.text import check_text
from domain.unit_of_work import UnitOfWork


class OrderService:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._session = unit.session
        self._steps = Steps(unit)
        self._submissions = Submissions(unit)

    # The worker's steps

    @use_case(Permission.SUBMIT_ORDERS)
    async def submit(self, draft: OrderDraft, *, actor: Actor) -> OrderCard:
        """A new order, Under QA, with its files still to be copied. Tells the admins: `order_submitted`.

        Raises:
            InvalidInput: A field breaks its rule (`OrderDraft.checked`), or the category takes no orders.
        """
        complete = draft.checked()
        now = self._unit.clock.now()
        order_id = uuid4()
        category = await self._submissions.category(complete.category)
        await self._session.execute(
            insert(WorkOrder).values(
                id=order_id,
                status=OrderStatus.UNDER_QA,
                **content_of(complete, category),
                assigned_to=actor.user_id,
                created_by=actor.user_id,
                created_at=now,
                updated_at=now,
                submitted_at=now,
                version=1,
            )
        )
        await self._submissions.keep(order_id, 1, complete, category, actor)
        card = await self._card(order_id, actor)
        self._unit.audit.record(
            LogType.ORDER_CREATED,
            f"Submitted order {card.order.number}: {complete.total_submissions} × {category}",
            actor=actor,
            entity_type=TABLE,
            entity_id=order_id,
            new={"status": OrderStatus.UNDER_QA, "version": 1, "files": len(complete.files)}
            | content_of(complete, category),
        )
        await self._notify_submitted(card.order, len(complete.files), actor)
        return card

    @use_case(Permission.SUBMIT_ORDERS)
    async def resubmit(self, order_id: UUID, version: int, draft: OrderDraft, *, actor: Actor) -> OrderCard:
        """The work for an order of the worker's: one assigned, one sent back, or one rejected.

        The same record; what was submitted and decided before stays in its history. Tells the admins:
        `order_submitted`.

        Args:
            order_id: Whose worker is the actor.
            version: The order's, as the worker saw it. Submitting after a rejection takes it up by one.
            draft: What is submitted now; its files alone belong to the new submission.
            actor: The worker.

        Raises:
            NotFound: There is no such order, or it is somebody else's.
            OutOfDate, WrongStatus, OrderArchived: It cannot be submitted, or not any more.
            InvalidInput: As for `submit`. The order may keep a category that takes no new orders.
        """
        order = await self._own(order_id, actor)
        step = self._steps.allowed(order, version, Move.SUBMIT, actor)
        complete = draft.checked()
        category = await self._submissions.category(complete.category, kept=order.category)
        await self._steps.take(
            order,
            step,
            actor,
            {**content_of(complete, category), **UNDECIDED, "submitted_at": self._unit.clock.now()},
        )
        if step.next_version:
            await self._submissions.ensure(order)
        next_version = version + step.next_version
        await self._submissions.keep(order_id, next_version, complete, category, actor)
        card = await self._card(order_id, actor)
        old, new = difference(
            {"status": order.status, "version": version, **shown_content(order), "files": 0},
            {
                "status": step.target,
                "version": next_version,
                **content_of(complete, category),
                "files": len(complete.files),
            },
        )
        self._unit.audit.record(
            LogType.ORDER_SUBMITTED,
            f"Submitted order {order.number}, version {next_version}: {complete.total_submissions} × {category}",
            actor=actor,
            entity_type=TABLE,
            entity_id=order_id,
            old=old,
            new=new,
        )
        await self._notify_submitted(card.order, len(complete.files), actor)
        return card

    # The admins' steps

    @use_case(Permission.ASSIGN_ORDERS)
    async def assign(
        self, draft: OrderDraft, assignees: Sequence[UUID], *, due_date: date | None = None, actor: Actor
    ) -> tuple[OrderSummary, ...]:
        """Work for people: an order In Progress for each of them. Tells them: `order_assigned`.

        Args:
            draft: What is to be done; its files are material, and go to each order.
            assignees: Active workers; the same one twice counts once.
            due_date: The last day, in the organization's calendar.
            actor: The admin.

        Raises:
            InvalidInput: As for `submit`; `NoAssignee`, `DueDateInPast`, `TooManyAtOnce`.
            AssigneeUnavailable: One of them is no active worker; nothing was assigned.
        """
        complete = draft.checked()
        workers = await self._workers(assignees)
        now = self._unit.clock.now()
        today = local_day(now, self._unit.organization.zone)
        if due_date is not None and due_date < today:
            raise DueDateInPast(today=today)
        category = await self._submissions.category(complete.category)
        content = content_of(complete, category)
        ids = {worker: uuid4() for worker in workers}
        await self._session.execute(
            insert(WorkOrder),
            [
                {
                    "id": order_id,
                    "status": OrderStatus.IN_PROGRESS,
                    **content,
                    "assigned_to": worker,
                    "created_by": actor.user_id,
                    "created_at": now,
                    "updated_at": now,
                    "assigned_at": now,
                    "due_date": due_date,
                    "version": 1,
                }
                for worker, order_id in ids.items()
            ],
        )
        for order_id in ids.values():
            await self._submissions.add_files(order_id, ASSIGNMENT, complete.files, actor)
        made = await read_summaries(self._session, ids.values())
        orders = tuple(sorted(made.values(), key=lambda order: order.number))
        for order in orders:
            self._unit.audit.record(
                LogType.ORDER_ASSIGNED,
                f"Assigned order {order.number} to {order.worker_name}: {order.total_submissions} × {category}",
                actor=actor,
                entity_type=TABLE,
                entity_id=order.id,
                new={"status": order.status, "assigned_to": order.worker_id, "due_date": due_date, **content},
            )
            self._unit.notifications.notify(
                order.worker_id,
                NotificationKind.ORDER_ASSIGNED,
                {
                    "order_id": order.id,
                    "number": order.number,
                    "title": order.title,
                    "version": order.version,
                    "category": category,
                    "total": order.total_submissions,
                    "due_date": None if due_date is None else due_date.isoformat(),
                    "note": complete.note,
                    "assigned_by": actor.name,
                },
                dedupe_key=f"order {order.id} assigned",
            )
        return orders

    @use_case(Permission.DECIDE_ORDERS)
    async def approve(self, order_id: UUID, version: int, *, approved: int | None = None, actor: Actor) -> OrderCard:
        """Freezes the rate of the submission's day; without one, `card.order.rate_missing`. Tells the worker:
        `order_approved`.

        Args:
            order_id: Under QA.
            version: As the admin saw it.
            approved: How many of its submissions, from 1; None: all.
            actor: The admin.

        Raises:
            NotFound: There is no such order.
            OwnOrder: The actor is its worker.
            AlreadyDecided, OutOfDate, WrongStatus, OrderArchived: Not, or not any more.
            ApprovedOutOfRange: More than there are, or none.
            AmountOutOfRange: It would pay more than the database's column holds.
        """
        order = await self._steps.order(order_id)
        rate = await rate_for(self._session, *self._steps.rate_key(order))
        await self._steps.approve(order, version, approved, rate, actor)
        return await self._card(order_id, actor)

    @use_case(Permission.DECIDE_ORDERS)
    async def reject(
        self,
        order_id: UUID,
        version: int,
        reason: str | None = None,
        *,
        template: UUID | None = None,
        pictures: Sequence[DraftFile] = (),
        actor: Actor,
    ) -> OrderCard:
        """Tells the worker: `order_rejected`, with the reason in own words or a template's, and pictures of it.

        Raises:
            TextMissing, TextTooLong: The reason.
            TooManyFiles: More than `MAX_PICTURES`.
            NotFound: There is no such order, or no such template.
            OwnOrder, AlreadyDecided, OutOfDate, WrongStatus, OrderArchived: As for `approve`.
        """
        words = await reason_for(self._session, reason, template, TemplateKind.REJECT)
        await self._steps.send_back(await self._steps.order(order_id), version, Move.REJECT, words, actor, pictures)
        return await self._card(order_id, actor)

    @use_case(Permission.DECIDE_ORDERS)
    async def needs_changes(
        self,
        order_id: UUID,
        version: int,
        note: str | None = None,
        *,
        template: UUID | None = None,
        pictures: Sequence[DraftFile] = (),
        actor: Actor,
    ) -> OrderCard:
        """Back to the same worker as the same record, its version up by one. Tells them: `order_returned`.

        Raises:
            As for `reject`.
        """
        words = await reason_for(self._session, note, template, TemplateKind.CHANGES)
        await self._steps.send_back(await self._steps.order(order_id), version, Move.RETURN, words, actor, pictures)
        return await self._card(order_id, actor)

    @use_case(Permission.DECIDE_ORDERS)
    async def undo(self, order_id: UUID, version: int, *, actor: Actor) -> OrderCard:
        """Takes an approval or a rejection back: Under QA again, in its old place. Tells the worker: `order_reopened`.

        Raises:
            NotFound: There is no such order.
            OwnOrder: The actor is its worker.
            OrderInvoiced: It is on an issued invoice.
            OutOfDate, WrongStatus: Nothing to undo, or not any more.
        """
        order = await self._steps.order(order_id)
        if order.worker_id == actor.user_id:
            raise OwnOrder(number=order.number)
        await self._steps.undo(order, version, actor)
        return await self._card(order_id, actor)

    @use_case(Permission.DECIDE_ORDERS)
    async def archive(self, order_id: UUID, version: int, *, actor: Actor) -> OrderCard:
        """Puts aside an order that is not to be paid, whoever's it is. Tells the worker: `order_archived`.

        Raises:
            NotFound: There is no such order.
            OutOfDate, WrongStatus, OrderArchived: It cannot be archived, or was.
        """
        await self._steps.archive(await self._steps.order(order_id), version, actor)
        return await self._card(order_id, actor)

    @use_case(Permission.DECIDE_ORDERS)
    async def restore(self, order_id: UUID, version: int, *, actor: Actor) -> OrderCard:
        """Takes an order out of the archive, in the state in which it went there. Tells the worker: `order_restored`.

        Raises:
            NotFound: There is no such order.
            OutOfDate, WrongStatus: It is not archived, or not any more.
        """
        await self._steps.restore(await self._steps.order(order_id), version, actor)
        return await self._card(order_id, actor)

    # Either side's

    @use_case(Permission.USE_OWN_ACCOUNT)
    async def comment(self, order_id: UUID, body: str, *, actor: Actor) -> OrderCard:
        """A remark that changes nothing: of the worker on their own order, of an admin on any. Tells the other side:
        `order_commented`.

        Raises:
            NotFound: There is no such order, or none that the actor may see.
            TextMissing, TextTooLong: The comment.
        """
        order = await self._visible(order_id, actor)
        words = check_text(body, field="comment")
        comment_id = uuid4()
        await self._session.execute(
            insert(OrderComment).values(
                id=comment_id,
                order_id=order_id,
                author_id=actor.user_id,
                body=words,
                created_at=self._unit.clock.now(),
            )
        )
        self._unit.audit.record(
            LogType.ORDER_COMMENTED,
            f"Commented on order {order.number}",
            actor=actor,
            entity_type=TABLE,
            entity_id=order_id,
            new={"comment": words},
        )
        payload = {
            "order_id": order_id,
            "number": order.number,
            "title": order.title,
            "version": order.version,
            "author": actor.name,
            "comment": words,
        }
        dedupe_key = f"comment {comment_id}"
        if actor.user_id == order.worker_id:
            await self._unit.notifications.notify_admins(
                NotificationKind.ORDER_COMMENTED, payload, dedupe_key=dedupe_key, exclude=actor.user_id
            )
        else:
            self._unit.notifications.notify(
                order.worker_id, NotificationKind.ORDER_COMMENTED, payload, dedupe_key=dedupe_key
            )
        return await self._card(order_id, actor)

    async def _notify_submitted(self, order: OrderSummary, files: int, actor: Actor) -> None:
        await self._unit.notifications.notify_admins(
            NotificationKind.ORDER_SUBMITTED,
            {
                "order_id": order.id,
                "number": order.number,
                "title": order.title,
                "category": order.category,
                "version": order.version,
                "total": order.total_submissions,
                "files": files,
                "worker_id": order.worker_id,
                "worker": order.worker_name,
            },
            dedupe_key=f"order {order.id} v{order.version} submitted",
            exclude=actor.user_id,
        )

    async def _own(self, order_id: UUID, actor: Actor) -> OrderSummary:
        order = await self._steps.order(order_id)
        if order.worker_id != actor.user_id:
            raise NotFound(what="order")
        return order

    async def _visible(self, order_id: UUID, actor: Actor) -> OrderSummary:
        if actor.may(Permission.SEE_ALL_ORDERS):
            return await self._steps.order(order_id)
        if actor.may(Permission.SEE_OWN_ORDERS):
            return await self._own(order_id, actor)
        raise NotAllowed(permission=Permission.SEE_OWN_ORDERS)

    async def _card(self, order_id: UUID, actor: Actor) -> OrderCard:
        card = await read_card(self._session, order_id, actor=actor)
        if card is None:
            raise NotFound(what="order")
        return card

    async def _workers(self, assignees: Sequence[UUID]) -> tuple[UUID, ...]:
        wanted = tuple(dict.fromkeys(assignees))
        if not wanted:
            raise NoAssignee
        if len(wanted) > MAX_AT_ONCE:
            raise TooManyAtOnce(limit=MAX_AT_ONCE)
        rows = await self._session.execute(
            select(User.id, User.name, User.role, User.is_active).where(User.id.in_(wanted))
        )
        people = {row.id: row for row in rows}
        able = {row.id for row in people.values() if row.is_active and row.role is Role.WORKER}
        unable = [person for person in wanted if person not in able]
        if unable:
            raise AssigneeUnavailable(names=tuple(people[person].name for person in unable if person in people))
        return wanted
