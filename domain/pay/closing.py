"""Month end: looking ahead, closing one worker's month, and closing everyone's."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from domain import money
from domain.access import Actor, Permission, use_case
from domain.accounts.model import SYSTEM_USER_ID, User
from domain.audit.model import LogType
from domain.audit.service import jsonable
from domain.clock import Clock, Month
from domain.errors import ChangedMeanwhile, NotFound
from domain.errors.months import MonthAlreadyInvoiced, MonthNotClosable, MonthNotOver, PayOutOfRange, RateMissing
from domain.notifications.kinds import NotificationKind
from domain.notifications.model import ScheduledRun
from domain.orders.model import OrderStatus, WorkOrder
from domain.organization import Organization
from domain.pay.batches import WORKERS_AT_ONCE, Batches
from domain.pay.invoices import issued_invoice
from domain.pay.issuing import BatchResult, IssuedInvoice, close_workers
from domain.pay.model import AppealStatus, Fine, FineAppeal, Invoice, InvoiceStatus
from domain.pay.sources import MONTH_END, load_accounts, submitted_at, unpriced_orders
from domain.pay.statement import Problem, Statement, settle
from domain.persistence.db import insert_into
from domain.unit_of_work import UnitOfWork

BATCHES_AT_ONCE: Final = 2
"""On PostgreSQL: more would leave a small server nothing for people who tap meanwhile."""
TURN_OF_OTHERS: Final = 0.12
"""Seconds. Who waits for SQLite's one writer looks every 0.1 s whether it is there: a shorter pause could be missed."""
NAMED_IN_A_MESSAGE: Final = 50
_TRIES: Final = 10
_RETRIED: Final = frozenset({"40001", "40P01"})
"""PostgreSQL: serialization failure, deadlock."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What closing a month now would do, and what to look at before."""

    month: Month
    statements: tuple[Statement, ...]
    """By worker's name: also of earlier months that are still open, which are closed first."""
    held_up: tuple[Statement, ...]
    """Those of the statements that have a problem."""
    under_qa: int
    """Orders submitted up to the end of the month and not decided yet."""
    open_appeals: int
    """Fines up to the end of the month that stay off the invoices because of it."""
    stopped_at_zero: tuple[Statement, ...]
    """Fines above pay: the rest is carried forward."""
    payout: Decimal
    """Sum of the totals without a problem."""
    already_issued: int
    already_issued_total: Decimal
    """Of the month itself."""
    last_month_total: Decimal
    """Issued for the month before: what `payout` and `already_issued_total` together compare with."""


@dataclass(frozen=True, slots=True)
class ClosingResult:
    month: Month
    issued: tuple[IssuedInvoice, ...]
    """By this run."""
    held_up: tuple[Statement, ...]
    invoices: int
    """Of the month, whoever issued them."""
    total: Decimal


class Closing:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._session = unit.session

    @use_case(Permission.CLOSE_MONTHS)
    async def preview(self, month: Month, *, actor: Actor) -> Preview:  # noqa: ARG002
        """What closing would do now, without writing. Also for a month that is not over."""
        session, organization = self._session, self._unit.organization
        unpriced = await unpriced_orders(session, organization, None, month)
        accounts = await load_accounts(session, organization, month, None, unpriced=unpriced)
        statements = sorted(
            (statement for account in accounts for statement in settle(account, month)),
            key=lambda each: (each.worker_name.lower(), each.worker_id, each.month),
        )
        before = month.next().start(organization.zone)
        count, total = await issued_totals(session, month)
        _, last_total = await issued_totals(session, month.previous())
        return Preview(
            month=month,
            statements=tuple(statements),
            held_up=tuple(each for each in statements if each.problem is not None),
            under_qa=await _count(
                session,
                WorkOrder.id,
                WorkOrder.status == OrderStatus.UNDER_QA,
                WorkOrder.archived_at.is_(None),
                submitted_at < before,
            ),
            open_appeals=await _count(
                session,
                FineAppeal.id,
                FineAppeal.status == AppealStatus.OPEN,
                FineAppeal.fine_id == Fine.id,
                Fine.cancelled_at.is_(None),
                Fine.created_at < before,
            ),
            stopped_at_zero=tuple(each for each in statements if each.totals.carried_forward),
            payout=sum((each.totals.total for each in statements if each.problem is None), money.ZERO),
            already_issued=count,
            already_issued_total=total,
            last_month_total=last_total,
        )

    @use_case(Permission.CLOSE_MONTHS)
    async def close_worker(self, month: Month, worker_id: UUID, *, actor: Actor) -> tuple[IssuedInvoice, ...]:
        """Issues the worker's invoice of a month, after those of earlier months that are still open.

        Returns:
            The invoices; empty where there is nothing to bill.

        Raises:
            NotFound: No such worker.
            MonthNotOver: The month is not.
            MonthAlreadyInvoiced: There is one.
            RateMissing, PayOutOfRange: Why the month, or an earlier one, cannot be closed. Nothing is issued then.
            ChangedMeanwhile: Try again.
        """
        self._must_be_over(month)
        if worker_id == SYSTEM_USER_ID or await self._session.get(User, worker_id) is None:
            raise NotFound(what="worker")
        outcome = await close_workers(self._unit, month, [worker_id], actor=actor)
        if outcome.held_up:
            raise refusal(outcome.held_up[0])
        if not outcome.issued:
            existing = await issued_invoice(self._session, worker_id, month)
            if existing is not None:
                raise MonthAlreadyInvoiced(number=existing.number)
        return outcome.issued

    @use_case(Permission.CLOSE_MONTHS)
    async def close_workers(self, month: Month, worker_ids: Sequence[UUID], *, actor: Actor) -> BatchResult:
        """Issues what is missing up to and with a month for some hundreds of workers at most, in this transaction.

        A worker whose month cannot be closed is in the outcome's `held_up`, and the others get their invoices.

        Raises:
            MonthNotOver: The month is not.
            ChangedMeanwhile: Roll back and try again.
        """
        self._must_be_over(month)
        return await close_workers(self._unit, month, worker_ids, actor=actor)

    def _must_be_over(self, month: Month) -> None:
        ends_at = month.next().start(self._unit.organization.zone)
        if self._unit.clock.now() < ends_at:
            raise MonthNotOver(month=month, ends_at=ends_at)


def refusal(statement: Statement) -> MonthNotClosable:
    """The error that says why this statement cannot become an invoice."""
    if statement.problem == Problem.OUT_OF_RANGE:
        return PayOutOfRange(month=statement.month)
    return RateMissing(
        month=statement.month,
        categories=tuple(sorted({missing.category for missing in statement.missing})),
        orders=sum(missing.orders for missing in statement.missing),
    )


async def issued_totals(session: AsyncSession, month: Month) -> tuple[int, Decimal]:
    """How many invoices the month has that are not void, and what they add up to."""
    found = select(func.count(), func.sum(Invoice.total_amount)).where(
        Invoice.year == month.year, Invoice.month == month.month, Invoice.status == InvoiceStatus.ISSUED
    )
    count, total = (await session.execute(found)).one()
    return count, total or money.ZERO


async def _count(session: AsyncSession, what: Any, *conditions: ColumnElement[bool]) -> int:
    return (await session.scalar(select(func.count(what)).where(*conditions))) or 0


class MonthEnd:
    """Closes a month for everyone, in transactions of its own: the one place of the domain that commits.

    One transaction for everyone would hold up SQLite's one writer, and lose it all to one failure. Call it with no
    transaction open; in an update, by way of `MonthEndService`.
    """

    def __init__(
        self,
        sessions: async_sessionmaker[AsyncSession],
        clock: Clock,
        organization: Organization,
        *,
        writer: asyncio.Lock | None = None,
        workers_at_once: int = WORKERS_AT_ONCE,
    ) -> None:
        """`writer` is held during each transaction, where the database has one writer only: others queue for it too."""
        self._sessions = sessions
        self._writer = writer
        self._clock = clock
        self._organization = organization
        self._workers_at_once = workers_at_once

    @use_case(Permission.CLOSE_MONTHS)
    async def close(self, month: Month, *, actor: Actor) -> ClosingResult:
        """Issues every invoice up to and with a month that is still missing, and tells the admins how it went.

        Run twice, on two machines at once, or late, it makes the same invoices and one message about each. A run that
        is cut off leaves whole invoices; the next one goes on.

        Raises:
            MonthNotOver: The month is not. Nothing was written.
        """
        workers = await self._begin(month)
        outcomes = await self._close_batches(month, Batches(workers, self._workers_at_once), actor)
        issued = tuple(each for outcome in outcomes for each in outcome.issued)
        held_up = tuple(each for outcome in outcomes for each in outcome.held_up)
        invoices, total = await self._report(month, held_up, actor)
        return ClosingResult(month, issued, held_up, invoices, total)

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[AsyncSession]:
        async with self._writer or nullcontext(), self._sessions.begin() as session:
            yield session

    def _unit(self, session: AsyncSession) -> UnitOfWork:
        return UnitOfWork(session, self._clock, self._organization)

    async def _begin(self, month: Month) -> list[UUID]:
        """Notes that the month is being closed: from the first such month on, fixed pay is owed."""
        if self._clock.now() < month.next().start(self._organization.zone):
            raise MonthNotOver(month=month, ends_at=month.next().start(self._organization.zone))
        async with self._transaction() as session:
            row = {"job": MONTH_END, "period": str(month), "started_at": self._clock.now()}
            await session.execute(insert_into(session, ScheduledRun).values(row).on_conflict_do_nothing())
            return list(await session.scalars(select(User.id).where(User.id != SYSTEM_USER_ID).order_by(User.id)))

    async def _close_batches(self, month: Month, batches: Batches, actor: Actor) -> list[BatchResult]:
        """Some side by side where the database can; on SQLite one by one, with time between for who else writes."""
        on_sqlite = self._sessions.kw["bind"].dialect.name == "sqlite"
        outcomes: dict[UUID, BatchResult] = {}

        async def close_next_ones() -> None:
            while batch := batches.take():
                began = time.monotonic()
                outcomes[batch[0]] = await self._close_some(month, batch, actor)
                batches.took(len(batch), time.monotonic() - began)
                if on_sqlite:
                    await asyncio.sleep(TURN_OF_OTHERS)

        lanes = (close_next_ones() for _ in range(1 if on_sqlite else BATCHES_AT_ONCE))
        ended = await asyncio.gather(*lanes, return_exceptions=True)
        # Only now: no transaction of ours goes on after the caller knows of the failure.
        for failure in ended:
            if failure is not None:
                raise failure
        return [outcome for _, outcome in sorted(outcomes.items())]

    async def _close_some(self, month: Month, workers: Sequence[UUID], actor: Actor) -> BatchResult:
        for attempt in range(1, _TRIES + 1):
            try:
                async with self._transaction() as session:
                    unit = self._unit(session)
                    outcome = await close_workers(unit, month, workers, actor=actor)
                    await unit.finish()
                    return outcome
            except ChangedMeanwhile:
                if attempt == _TRIES:
                    raise
            except DBAPIError as error:
                if attempt == _TRIES or getattr(error.orig, "sqlstate", None) not in _RETRIED:
                    raise
        raise AssertionError("unreachable")

    async def _report(self, month: Month, held_up: Sequence[Statement], actor: Actor) -> tuple[int, Decimal]:
        """Tells the admins, and writes a log row, if the result is another one than last time."""
        async with self._transaction() as session:
            unit = self._unit(session)
            this_run = (ScheduledRun.job == MONTH_END) & (ScheduledRun.period == str(month))
            # Locked: of two machines that finish together, the second finds the result told.
            before = await session.scalar(select(ScheduledRun.result).where(this_run).with_for_update())
            invoices, total = await issued_totals(session, month)
            result = jsonable({"invoices": invoices, "total": total, "held_up": [_problem(each) for each in held_up]})
            if result != before:
                await self._notify(unit, month, result, changed=before, actor=actor)
            done = {"finished_at": self._clock.now(), "result": result}
            await session.execute(update(ScheduledRun).where(this_run).values(done))
            await unit.finish()
            return invoices, total

    async def _notify(
        self, unit: UnitOfWork, month: Month, result: dict[str, Any], *, changed: dict[str, Any] | None, actor: Actor
    ) -> None:
        held_up = result["held_up"]
        summary = {"invoices": result["invoices"], "total": result["total"], "held_up": len(held_up)}
        unit.audit.record(
            LogType.MONTH_CLOSED,
            f"Closed {month}: {result['invoices']} invoices, {len(held_up)} workers held up",
            actor=actor,
            entity_type="scheduled_runs",
            old=None if changed is None else {**changed, "held_up": len(changed["held_up"])},
            new={"month": str(month), **summary},
        )
        facts = {"month": str(month), "currency": self._organization.currency, **summary}
        await unit.notifications.notify_admins(
            NotificationKind.MONTH_CLOSED, facts, dedupe_key=f"{month} {_digest(result)}"
        )
        if held_up:
            details = {"month": str(month), "count": len(held_up), "workers": held_up[:NAMED_IN_A_MESSAGE]}
            await unit.notifications.notify_admins(
                NotificationKind.CLOSING_HELD_UP, details, dedupe_key=f"{month} {_digest({'held_up': held_up})}"
            )


class MonthEndService:
    """Closes months from within an update, whose own transaction is left for as long as that takes."""

    def __init__(self, unit: UnitOfWork, month_end: MonthEnd) -> None:
        self._unit = unit
        self._month_end = month_end

    @use_case(Permission.CLOSE_MONTHS)
    async def close(self, month: Month, *, actor: Actor) -> ClosingResult:
        """As `MonthEnd.close`. A second tap, or another admin's, finds nothing left to do.

        Raises:
            MonthNotOver: The month is not. Nothing was written.
        """
        return await self._unit.outside(self._month_end.close(month, actor=actor))


def _problem(statement: Statement) -> dict[str, object]:
    return {
        "worker_id": statement.worker_id,
        "name": statement.worker_name,
        "month": str(statement.month),
        "problem": statement.problem,
        "missing": [
            {"month": str(each.month), "category": each.category, "orders": each.orders, "quantity": each.quantity}
            for each in statement.missing
        ],
    }


def _digest(value: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
