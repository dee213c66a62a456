"""What pay is made of, each written once and never edited: it is withdrawn or cancelled, and the log says so."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access import Actor
from domain.audit.model import LogType
from domain.errors import NotFound
from domain.errors.pay import AlreadyCancelled, AlreadyWithdrawn
from domain.pay.model import Bonus, Correction, Fine, FixedPay, InvoicePayment, Rate
from domain.persistence.db import insert_into
from domain.unit_of_work import UnitOfWork


async def insert_new(session: AsyncSession, table: type[Rate | FixedPay], values: dict[str, Any]) -> bool:
    """Whether the row is new: the database's unique index decides, also between two admins at the same moment."""
    statement = insert_into(session, table).values(values).on_conflict_do_nothing().returning(table.id)
    return (await session.scalar(statement)) is not None


async def withdraw(
    unit: UnitOfWork, table: type[Rate | FixedPay], row_id: UUID, log_type: LogType, sentence: str, *, actor: Actor
) -> None:
    """From now on it is as if it had never been set.

    Raises:
        NotFound: No such row.
        AlreadyWithdrawn: It has been.
    """
    now = unit.clock.now()
    withdrawn = await unit.session.execute(
        update(table)
        .where(table.id == row_id, table.withdrawn_at.is_(None))
        .values(withdrawn_at=now, withdrawn_by=actor.user_id)
        .returning(table.effective_from, table.amount)
    )
    row = withdrawn.one_or_none()
    if row is None:
        before = await unit.session.scalar(select(table.withdrawn_at).where(table.id == row_id))
        if before is None:
            raise NotFound(what=table.__tablename__)
        raise AlreadyWithdrawn(withdrawn_at=before)
    unit.audit.record(
        log_type,
        f"{sentence} of {row.amount} from {row.effective_from}",
        actor=actor,
        entity_type=table.__tablename__,
        entity_id=row_id,
        old={"withdrawn_at": None},
        new={"withdrawn_at": now},
    )


async def cancel(
    unit: UnitOfWork,
    table: type[Bonus | Fine | Correction | InvoicePayment],
    row_id: UUID,
    why: str,
    log_type: LogType,
    sentence: str,
    *,
    actor: Actor,
) -> None:
    """Takes back a row that is there.

    Raises:
        AlreadyCancelled: It has been.
    """
    cancelled = await unit.session.execute(
        update(table)
        .where(table.id == row_id, table.cancelled_at.is_(None))
        .values(cancelled_at=unit.clock.now(), cancelled_by=actor.user_id, cancel_reason=why)
        .returning(table.id)
    )
    if cancelled.one_or_none() is None:
        found = await unit.session.execute(select(table.cancelled_at, table.cancel_reason).where(table.id == row_id))
        before = found.mappings().one()
        raise AlreadyCancelled(cancelled_at=before["cancelled_at"], reason=before["cancel_reason"])
    unit.audit.record(
        log_type,
        sentence,
        actor=actor,
        entity_type=table.__tablename__,
        entity_id=row_id,
        old={"cancel_reason": None},
        new={"cancel_reason": why},
    )
