"""Writing invoices: lines, sources, totals, number, orders, log and message, all in the caller's transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access import Actor
from domain.audit.model import LogType
from domain.clock import Month
from domain.errors import ChangedMeanwhile
from domain.notifications.kinds import NotificationKind
from domain.orders.model import OrderVersion, WorkOrder
from domain.pay.model import Invoice, InvoiceLine, InvoiceNumber, InvoiceSource, InvoiceStatus, LineKind
from domain.pay.sources import Unpriced, load_accounts, lock_workers, with_rates
from domain.pay.statement import NOT_YET, Line, Statement, Totals, settle
from domain.pay.unbilled import ORDERS, Place, bill_gathered, gather_orders
from domain.persistence.db import insert_into
from domain.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class IssuedInvoice:
    invoice_id: UUID
    number: str
    worker_id: UUID
    worker_name: str
    month: Month
    totals: Totals


@dataclass(frozen=True, slots=True)
class BatchResult:
    issued: tuple[IssuedInvoice, ...]
    held_up: tuple[Statement, ...]
    """The first month of each worker that could not be closed, with its problem."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An invoice about to be written."""

    invoice_id: UUID
    worker_id: UUID
    worker_name: str
    month: Month
    lines: tuple[Line, ...]
    totals: Totals
    is_manual: bool = False
    manual_reason: str | None = None


async def close_workers(unit: UnitOfWork, through: Month, workers: Sequence[UUID], *, actor: Actor) -> BatchResult:
    """Issues all invoices of these workers up to and with a month: all of them, or none if anything fails.

    Workers who already have theirs get nothing, so that doing it again, late or at the same time elsewhere is harmless.

    Raises:
        ChangedMeanwhile: An order was changed past the bot. Roll back and try again.
    """
    session, organization = unit.session, unit.organization
    await lock_workers(session, workers)
    await gather_orders(session, organization, workers, through)
    unpriced = await with_rates(
        session, organization, select(ORDERS).where(ORDERS.c.rate.is_(None)).order_by(ORDERS.c.number)
    )
    missing = [order for order in unpriced if order.rate is None]
    if len(missing) < len(unpriced):
        await freeze_rates(unit, [order for order in unpriced if order.rate is not None], actor=actor)
        await gather_orders(session, organization, workers, through)
    accounts = await load_accounts(session, organization, through, workers, unpriced=missing, orders=ORDERS)

    drafts: list[Draft] = []
    held_up: list[Statement] = []
    for account in accounts:
        before: UUID | None = None
        for statement in settle(account, through):
            if statement.problem is not None:
                held_up.append(statement)
                break
            drafts.append(_draft(statement, before))
            before = drafts[-1].invoice_id
    places = await write_invoices(unit, drafts, actor=actor)
    await _bill_orders(unit, through, drafts, places)
    issued = await number_invoices(unit, drafts, actor=actor)
    return BatchResult(tuple(issued), tuple(held_up))


def _draft(statement: Statement, before: UUID | None) -> Draft:
    """`before` is the worker's invoice before this one in the same closing: now it has an id."""
    lines = tuple(_with_source(line, before) if line.source_id == NOT_YET else line for line in statement.lines)
    return Draft(uuid4(), statement.worker_id, statement.worker_name, statement.month, lines, statement.totals)


def _with_source(line: Line, source_id: UUID | None) -> Line:
    return Line(line.kind, line.label, line.amount, source_id=source_id)


async def freeze_rates(unit: UnitOfWork, orders: Sequence[Unpriced], *, actor: Actor) -> None:
    """Gives approved orders the rate that was missing when they were approved. They must be locked by now."""
    if not orders:
        return
    rows = [{"order": order.order_id, "of": order.version, "frozen": order.rate} for order in orders]
    connection = await unit.session.connection()
    for table, order_id in ((WorkOrder, WorkOrder.id), (OrderVersion, OrderVersion.order_id)):
        same = (order_id == bindparam("order")) & (table.version == bindparam("of"))
        await connection.execute(update(table).where(same).values(rate=bindparam("frozen")), rows)
    for order in orders:
        unit.audit.record(
            LogType.ORDER_UPDATED,
            f"Set the missing rate of order {order.number}",
            actor=actor,
            entity_type="work_orders",
            entity_id=order.order_id,
            old={"rate": None},
            new={"rate": order.rate},
        )


async def write_invoices(unit: UnitOfWork, drafts: Sequence[Draft], *, actor: Actor) -> list[Place]:
    """The invoices without their numbers, their lines, and the sources that are not orders.

    Returns:
        Where those that are orders belong.
    """
    if not drafts:
        return []
    now = unit.clock.now()
    places: list[Place] = []
    lines: list[dict[str, Any]] = []
    sources: list[dict[str, Any]] = []
    for draft in drafts:
        for position, line in enumerate(draft.lines, 1):
            line_id = uuid4()
            lines.append(_line_row(draft.invoice_id, line_id, position, line))
            if line.source_id is not None:
                sources.append(_source_row(draft.invoice_id, line_id, line))
            places += (
                Place(draft.worker_id, part.month, part.category, part.rate, line_id, draft.invoice_id)
                for part in line.parts
            )
    invoices = [_invoice_row(draft, unit.organization.currency, actor, now) for draft in drafts]
    await unit.session.execute(insert(Invoice), invoices)
    await unit.session.execute(insert(InvoiceLine), lines)
    if sources:
        await unit.session.execute(insert(InvoiceSource), sources)
    return places


async def number_invoices(unit: UnitOfWork, drafts: Sequence[Draft], *, actor: Actor) -> list[IssuedInvoice]:
    """Gives written invoices their numbers, logs them and tells each worker.

    The last step of a transaction, because who issues another invoice of that year waits from here to the commit.
    """
    if not drafts:
        return []
    numbers = await take_numbers(unit.session, [draft.month.year for draft in drafts])
    issued = [
        IssuedInvoice(draft.invoice_id, number, draft.worker_id, draft.worker_name, draft.month, draft.totals)
        for draft, number in zip(drafts, numbers, strict=True)
    ]
    connection = await unit.session.connection()
    numbered = update(Invoice).where(Invoice.id == bindparam("invoice")).values(number=bindparam("taken"))
    await connection.execute(numbered, [{"invoice": made.invoice_id, "taken": made.number} for made in issued])
    for made, draft in zip(issued, drafts, strict=True):
        _announce(unit, made, draft, actor)
    return issued


async def take_numbers(session: AsyncSession, years: Sequence[int]) -> list[str]:
    """The next number for each invoice, of the year of the month that it is for.

    That year, not the one in which it is issued: closing December on 1 January, or three days later, makes the same
    numbers, and a year's numbers are that year's pay. Each year's row stays locked until the commit, so a number is
    never lost: a rollback gives it back, and who comes next waits for us.
    """
    following: dict[int, int] = {}
    for year, count in sorted(Counter(years).items()):  # in order, so that two closings do not wait for each other
        taken = insert_into(session, InvoiceNumber).values(year=year, last=count)
        raised = taken.on_conflict_do_update(
            index_elements=[InvoiceNumber.year], set_={"last": InvoiceNumber.last + taken.excluded.last}
        ).returning(InvoiceNumber.last)
        following[year] = (await session.scalars(raised)).one() - count + 1
    numbers = []
    for year in years:
        numbers.append(f"INV-{year}-{following[year]:06}")
        following[year] += 1
    return numbers


def _invoice_row(draft: Draft, currency: str, actor: Actor, now: datetime) -> dict[str, Any]:
    totals = draft.totals
    return {
        "id": draft.invoice_id,
        "worker_id": draft.worker_id,
        "month": draft.month.month,
        "year": draft.month.year,
        "submission_count": totals.submissions,
        "fixed_pay": totals.fixed,
        "work_pay": totals.work,
        "fine_amount": totals.fine,
        "bonus_amount": totals.bonus,
        "carried_amount": totals.carried,
        "correction_amount": totals.correction,
        "total_amount": totals.total,
        "carried_forward": totals.carried_forward,
        "is_manual": draft.is_manual,
        "manual_reason": draft.manual_reason,
        "created_by": actor.user_id,
        "created_at": now,
        "issued_at": now,
        "status": InvoiceStatus.ISSUED,
        "currency": currency,
        "worker_name": draft.worker_name,
    }


def _line_row(invoice_id: UUID, line_id: UUID, position: int, line: Line) -> dict[str, Any]:
    return {
        "id": line_id,
        "invoice_id": invoice_id,
        "position": position,
        "kind": line.kind,
        "label": line.label,
        "category": line.category,
        "quantity": line.quantity,
        "rate": line.rate,
        "amount": line.amount,
        "late_from_year": line.late_from.year if line.late_from else None,
        "late_from_month": line.late_from.month if line.late_from else None,
        "reason": line.reason,
    }


_SOURCES = {
    LineKind.BONUS: "bonus_id",
    LineKind.FINE: "fine_id",
    LineKind.CORRECTION: "correction_id",
    LineKind.CARRIED: "carried_invoice_id",
}


def _source_row(invoice_id: UUID, line_id: UUID, line: Line) -> dict[str, Any]:
    references: dict[str, UUID | None] = dict.fromkeys(_SOURCES.values())
    references[_SOURCES[line.kind]] = line.source_id
    return {"id": uuid4(), "line_id": line_id, "invoice_id": invoice_id, "amount": line.amount, **references}


def _announce(unit: UnitOfWork, made: IssuedInvoice, draft: Draft, actor: Actor) -> None:
    unit.audit.record(
        LogType.INVOICE_GENERATED,
        f"Issued invoice {made.number} of {made.worker_name} for {made.month}",
        actor=actor,
        entity_type="invoices",
        entity_id=made.invoice_id,
        new={
            "number": made.number,
            "month": str(made.month),
            "total_amount": made.totals.total,
            "carried_forward": made.totals.carried_forward,
            "lines": len(draft.lines),
            "orders_completed": sum(line.orders for line in draft.lines),
            "is_manual": draft.is_manual,
        },
    )
    unit.notifications.notify(
        made.worker_id,
        NotificationKind.INVOICE_ISSUED,
        {
            "invoice_id": made.invoice_id,
            "number": made.number,
            "month": str(made.month),
            "total": made.totals.total,
            "carried_forward": made.totals.carried_forward,
            "currency": unit.organization.currency,
        },
        dedupe_key=made.number,
    )


async def _bill_orders(unit: UnitOfWork, through: Month, drafts: Iterable[Draft], places: Sequence[Place]) -> None:
    expected = sum(line.orders for draft in drafts for line in draft.lines)
    taken, completed = await bill_gathered(unit.session, unit.organization, through, places)
    # They are locked, so this is for what comes past the bot.
    if not expected == taken == completed:
        raise ChangedMeanwhile
