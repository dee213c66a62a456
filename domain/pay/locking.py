"""Keeping others waiting while something about a worker's pay is written."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access import Actor
from domain.accounts.model import User
from domain.errors import NotFound
from domain.errors.pay import OwnPay
from domain.pay.model import Invoice
from domain.pay.sources import lock_workers


async def hold_worker(session: AsyncSession, worker_id: UUID, actor: Actor) -> str:
    """Keeps closings of this worker waiting until our commit: so either the invoice is there by now, or it will be made
    from what we write. Returns the worker's name.

    Raises:
        OwnPay: The worker is the actor.
    """
    await _hold(session, worker_id, actor)
    return (await session.scalars(select(User.name).where(User.id == worker_id))).one()


async def hold_invoice(session: AsyncSession, invoice_id: UUID, actor: Actor) -> Any:
    """The invoice, with its worker held until the commit: of a payment and a voiding at the same moment, one waits
    and then sees the other.

    Raises:
        NotFound: No such invoice.
        OwnPay: It is the actor's own.
    """
    worker_id = await session.scalar(select(Invoice.worker_id).where(Invoice.id == invoice_id))
    if worker_id is None:
        raise NotFound(what="invoice")
    await _hold(session, worker_id, actor)
    found = select(
        Invoice.id,
        Invoice.number,
        Invoice.worker_id,
        func.coalesce(Invoice.worker_name, User.name).label("worker_name"),
        Invoice.year,
        Invoice.month,
        Invoice.status,
        Invoice.total_amount,
        Invoice.currency,
    )
    statement = found.join(User, User.id == Invoice.worker_id).where(Invoice.id == invoice_id)
    return (await session.execute(statement)).one()


async def _hold(session: AsyncSession, worker_id: UUID, actor: Actor) -> None:
    if worker_id == actor.user_id:
        raise OwnPay
    await lock_workers(session, [worker_id])
