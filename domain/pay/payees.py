"""Who is paid: workers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access import Actor, Permission, use_case
from domain.accounts.model import Role, User
from domain.accounts.name_search import is_named
from domain.errors import NotFound
from domain.orders.paging import PAGE_SIZE, Page, paged
from domain.pay.use_cases import UseCases


@dataclass(frozen=True, slots=True)
class Payee:
    worker_id: UUID
    name: str
    is_active: bool


async def payee_of(session: AsyncSession, worker_id: UUID) -> Payee:
    """A worker, active or not: who has left may still be owed something.

    Raises:
        NotFound: No such worker.
    """
    found = select(User.id, User.name, User.is_active).where(User.id == worker_id, User.role == Role.WORKER)
    row = (await session.execute(found)).one_or_none()
    if row is None:
        raise NotFound(what="worker")
    return Payee(*row)


class PayeeQueries(UseCases):
    @use_case(Permission.MANAGE_PAY)
    async def payees(
        self,
        *,
        name: str = "",
        page: int = 1,
        size: int = PAGE_SIZE,
        actor: Actor,  # noqa: ARG002
    ) -> Page[Payee]:
        """Workers whose name holds `name`, in any spelling. Who left may still be owed something, and comes last."""
        conditions: list[ColumnElement[bool]] = [User.role == Role.WORKER]
        if name:
            conditions.append(await is_named(self._session, name))
        found = (
            select(User.id, User.name, User.is_active)
            .where(*conditions)
            .order_by(User.is_active.desc(), func.lower(User.name), User.id)
        )
        rows, listed = await paged(self._session, found, select(User.id).where(*conditions), page, size)
        return replace(listed, items=tuple(Payee(*row) for row in rows))

    @use_case(Permission.MANAGE_PAY)
    async def payee(self, worker_id: UUID, *, actor: Actor) -> Payee:  # noqa: ARG002
        """A worker by id.

        Raises:
            NotFound: No such worker.
        """
        return await payee_of(self._session, worker_id)
