"""A worker's month so far: the running statement."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select

from domain import money
from domain.access import Actor, Permission, use_case
from domain.accounts.model import SYSTEM_USER_ID
from domain.clock import Month
from domain.errors import NotFound
from domain.orders.model import OrderStatus, WorkOrder
from domain.pay.invoices import InvoiceHead, issued_invoice
from domain.pay.model import AppealStatus, Fine, FineAppeal
from domain.pay.sources import load_accounts, paid_to, submitted_at, unpriced_orders
from domain.pay.statement import Statement, settle
from domain.pay.use_cases import UseCases


@dataclass(frozen=True, slots=True)
class StatementView:
    """A worker's month: the invoice if it is issued, else what closing would make of it now."""

    worker_id: UUID
    worker_name: str
    month: Month
    currency: str
    issued: InvoiceHead | None
    statement: Statement | None
    """None: nothing yet, or issued."""
    earlier: tuple[Statement, ...]
    """Months before that are still open, and are paid first."""
    under_qa: int
    """Orders submitted in the month and not decided yet."""
    disputed: Decimal
    """Sum of fines under appeal, which are left out until that is decided."""


class EarningsQueries(UseCases):
    @use_case(Permission.SEE_OWN_PAY)
    async def my_statement(self, month: Month, *, actor: Actor) -> StatementView:
        """The actor's month: what closing would make of it now."""
        return await self._statement(actor.user_id, month)

    @use_case(Permission.SEE_ALL_PAY)
    async def statement(self, worker_id: UUID, month: Month, *, actor: Actor) -> StatementView:  # noqa: ARG002
        """A worker's month.

        Raises:
            NotFound: No such worker.
        """
        return await self._statement(worker_id, month)

    async def _statement(self, worker_id: UUID, month: Month) -> StatementView:
        session, organization = self._session, self._unit.organization
        workers = [worker_id]
        unpriced = await unpriced_orders(session, organization, workers, month)
        accounts = await load_accounts(session, organization, month, workers, unpriced=unpriced)
        if not accounts or worker_id == SYSTEM_USER_ID:
            raise NotFound(what="worker")
        [account] = accounts
        statements = settle(account, month)
        issued = await issued_invoice(session, worker_id, month)
        first, end = month.instants(organization.zone)
        waiting = select(func.count()).where(
            paid_to == worker_id,
            WorkOrder.status == OrderStatus.UNDER_QA,
            WorkOrder.archived_at.is_(None),
            submitted_at >= first,
            submitted_at < end,
        )
        disputed = (
            select(func.sum(Fine.amount))
            .join(FineAppeal, FineAppeal.fine_id == Fine.id)
            .where(
                Fine.worker_id == worker_id,
                Fine.cancelled_at.is_(None),
                Fine.created_at < end,
                FineAppeal.status == AppealStatus.OPEN,
            )
        )
        return StatementView(
            worker_id=worker_id,
            worker_name=account.name,
            month=month,
            currency=organization.currency,
            issued=issued,
            statement=next((each for each in statements if each.month == month), None),
            earlier=tuple(each for each in statements if each.month < month),
            under_qa=(await session.scalar(waiting)) or 0,
            disputed=(await session.scalar(disputed)) or money.ZERO,
        )
