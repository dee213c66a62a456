"""An agency to test with: people, categories, and short ways to write what happened."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from domain.access import Actor
from domain.accounts.model import Role, User
from domain.clock import Month
from domain.notifications.model import Notification
from domain.orders.model import Category, Decision, OrderStatus, OrderVersion, WorkOrder
from domain.organization import Organization, QuietHours
from domain.pay.closing import ClosingResult, MonthEnd
from domain.pay.model import Bonus, Correction, Fine, FixedPay, Invoice, InvoiceLine, InvoiceSource, Rate
from domain.unit_of_work import UnitOfWork
from tests.support.clock import SetClock

KARACHI = ZoneInfo("Asia/Karachi")
SEPTEMBER, OCTOBER, NOVEMBER = Month(2026, 9), Month(2026, 10), Month(2026, 11)


def karachi(year: int, month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=KARACHI).astimezone(UTC)


def money(text: str) -> Decimal:
    return Decimal(text)


class Office:
    def __init__(self, sessions: async_sessionmaker[AsyncSession], now: datetime, zone: ZoneInfo = KARACHI) -> None:
        self.sessions = sessions
        self.clock = SetClock(now)
        self.organization = Organization("MT Web Experts", zone, "PKR", QuietHours(time(22), time(8)))
        self.admin = Actor(uuid4(), "Ayesha", Role.ADMIN, 1)
        self.other_admin = Actor(uuid4(), "Omar", Role.ADMIN, 2)
        self.bilal = Actor(uuid4(), "Bilal", Role.WORKER, 3)
        self.zara = Actor(uuid4(), "Zara", Role.WORKER, 4)
        self.links = uuid4()
        self.writing = uuid4()

    async def open(self) -> None:
        async with self.sessions.begin() as session:
            for actor in (self.admin, self.other_admin, self.bilal, self.zara):
                session.add(User(id=actor.user_id, email=f"{actor.name}@example.com", name=actor.name, role=actor.role))
            session.add(Category(id=self.links, name="Link Building"))
            session.add(Category(id=self.writing, name="Content Writing"))

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[UnitOfWork]:
        """A transaction as the edge opens it: finished and committed unless something is raised."""
        async with self.sessions.begin() as session:
            unit = UnitOfWork(session, self.clock, self.organization)
            yield unit
            await unit.finish()

    async def worker(self, name: str, **values: Any) -> Actor:
        actor = Actor(uuid4(), name, Role.WORKER)
        async with self.sessions.begin() as session:
            session.add(
                User(id=actor.user_id, email=f"{actor.user_id}@example.com", name=name, role=Role.WORKER, **values)
            )
        return actor

    async def order(
        self,
        worker: Actor,
        quantity: int,
        rate: str | None,
        submitted: datetime | None = None,
        *,
        category: str = "Link Building",
        status: OrderStatus = OrderStatus.APPROVED,
        approved: int | None = None,
        **values: Any,
    ) -> UUID:
        """An order as the domain leaves it: approved by the admin, unless it says otherwise."""
        order_id = uuid4()
        instant = submitted or karachi(2026, 10, 10)
        price = None if rate is None else Decimal(rate)
        async with self.sessions.begin() as session:
            session.add(
                WorkOrder(
                    id=order_id,
                    title="Order",
                    category=category,
                    status=status,
                    total_submissions=quantity,
                    approved_submissions=approved,
                    rate=price,
                    submitted_at=instant,
                    **{"assigned_to": worker.user_id, "created_by": worker.user_id, **values},
                )
            )
            await session.flush()
            session.add(
                OrderVersion(
                    order_id=order_id,
                    version=1,
                    title="Order",
                    category=category,
                    total_submissions=quantity,
                    submitted_at=instant,
                    submitted_by=worker.user_id,
                    decision=Decision.APPROVED,
                    decided_at=instant,
                    approved_submissions=approved,
                    rate=price,
                )
            )
        return order_id

    async def rate(self, amount: str, since: date, worker: Actor | None = None, category: UUID | None = None) -> UUID:
        return await self._add(
            Rate(
                id=uuid4(),
                category_id=category or self.links,
                worker_id=worker.user_id if worker else None,
                effective_from=since,
                amount=Decimal(amount),
                created_by=self.admin.user_id,
            )
        )

    async def fixed_pay(self, worker: Actor, amount: str, since: date) -> UUID:
        return await self._add(
            FixedPay(
                id=uuid4(),
                worker_id=worker.user_id,
                effective_from=since,
                amount=Decimal(amount),
                created_by=self.admin.user_id,
            )
        )

    async def bonus(self, worker: Actor, amount: str, month: Month = OCTOBER) -> UUID:
        return await self._add(
            Bonus(
                id=uuid4(),
                worker_id=worker.user_id,
                amount=Decimal(amount),
                reason="Well done",
                month=month.month,
                year=month.year,
                created_by=self.admin.user_id,
            )
        )

    async def fine(self, worker: Actor, amount: str, at: datetime | None = None) -> UUID:
        return await self._add(
            Fine(
                id=uuid4(),
                worker_id=worker.user_id,
                amount=Decimal(amount),
                reason="Late",
                created_by=self.admin.user_id,
                created_at=at or karachi(2026, 10, 20),
            )
        )

    async def _add(self, row: Bonus | Fine | FixedPay | Rate) -> UUID:
        async with self.sessions.begin() as session:
            session.add(row)
        return row.id

    def month_end(self, workers_at_once: int = 500) -> MonthEnd:
        return MonthEnd(self.sessions, self.clock, self.organization, workers_at_once=workers_at_once)

    async def close(self, month: Month = OCTOBER) -> ClosingResult:
        """As the scheduler does, three hours into the next month or whenever the clock says later."""
        self.clock.set(max(self.clock.now(), month.next().start(self.organization.zone)))
        return await self.month_end().close(month, actor=self.admin)

    async def invoices(self, worker: Actor | None = None) -> list[Invoice]:
        found = select(Invoice).order_by(Invoice.number)
        if worker is not None:
            found = found.where(Invoice.worker_id == worker.user_id)
        async with self.sessions() as session:
            return list(await session.scalars(found))

    async def invoice(self, worker: Actor, month: Month = OCTOBER) -> Invoice:
        """The one that is not void."""
        [found] = [
            each
            for each in await self.invoices(worker)
            if (each.year, each.month) == (month.year, month.month) and each.voided_at is None
        ]
        return found

    async def lines(self, worker: Actor, month: Month = OCTOBER) -> list[tuple[str, int | None, str]]:
        """What a person reads: label, quantity, amount."""
        invoice = await self.invoice(worker, month)
        async with self.sessions() as session:
            rows = await session.scalars(
                select(InvoiceLine).where(InvoiceLine.invoice_id == invoice.id).order_by(InvoiceLine.position)
            )
            return [(row.label, row.quantity, f"{row.amount:.2f}") for row in rows]

    async def sources(self, invoice_id: UUID) -> list[InvoiceSource]:
        async with self.sessions() as session:
            return list(await session.scalars(select(InvoiceSource).where(InvoiceSource.invoice_id == invoice_id)))

    async def corrections(self) -> list[Correction]:
        async with self.sessions() as session:
            return list(await session.scalars(select(Correction).order_by(Correction.created_at)))

    async def status(self, order_id: UUID) -> OrderStatus:
        async with self.sessions() as session:
            return (await session.scalars(select(WorkOrder.status).where(WorkOrder.id == order_id))).one()

    async def told(self, kind: str, to: Actor | None = None) -> list[dict[str, Any]]:
        """Payloads of the notifications of a kind, oldest first."""
        found = select(Notification.payload).where(Notification.kind == kind).order_by(Notification.id)
        if to is not None:
            found = found.where(Notification.user_id == to.user_id)
        async with self.sessions() as session:
            return list(await session.scalars(found))
