"""An agency's desk to test with: two admins, two workers, categories, and short ways to say what they do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, TypeVar, cast
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from domain.access import Actor
from domain.accounts.model import Role, User
from domain.audit.model import ActivityLog
from domain.files.naming import FileKind
from domain.files.service import FileService
from domain.notifications.model import Notification
from domain.orders.bulk import BulkDecisionService
from domain.orders.cards import OrderCard
from domain.orders.drafts import DraftFile, OrderDraft
from domain.orders.model import Category, OrderStatus, WorkOrder
from domain.orders.queries import OrderQueries
from domain.orders.service import OrderService
from domain.organization import Organization, QuietHours
from domain.pay.model import Invoice, InvoiceLine, InvoiceSource, LineKind, Rate
from domain.unit_of_work import UnitOfWork
from tests.support.clock import SetClock

S = TypeVar("S")
KARACHI = ZoneInfo("Asia/Karachi")
DRAFT = OrderDraft(
    category="Link Building",
    total_submissions=300,
    title="Backlinks for Ace Plumbing",
    business_name="Ace Plumbing",
    folder_name="October",
    note="All on the sheet",
)


def karachi(year: int, month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=KARACHI).astimezone(UTC)


def draft_file(name: str = "report.pdf", unique: str | None = None, kind: FileKind = FileKind.DOCUMENT) -> DraftFile:
    return DraftFile(f"id of {unique or name}", unique or name, name, "application/pdf", 1000, kind)


class Desk:
    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self.sessions = sessions
        self.clock = SetClock(karachi(2026, 10, 14, 15))
        self.organization = Organization("MT Web Experts", KARACHI, "PKR", QuietHours(time(22), time(8)))
        self.ayesha = Actor(uuid4(), "Ayesha", Role.ADMIN, 1)
        self.omar = Actor(uuid4(), "Omar", Role.ADMIN, 2)
        self.bilal = Actor(uuid4(), "Bilal", Role.WORKER, 3)
        self.zara = Actor(uuid4(), "Zara", Role.WORKER, 4)
        self.links = uuid4()

    async def open(self) -> None:
        async with self.sessions.begin() as session:
            for actor in (self.ayesha, self.omar, self.bilal, self.zara):
                session.add(User(id=actor.user_id, email=f"{actor.name}@example.com", name=actor.name, role=actor.role))
            session.add(Category(id=self.links, name="Link Building", position=2))
            session.add(Category(name="Content Writing", position=1))
            session.add(Category(name="Fax Marketing", is_active=False))

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[UnitOfWork]:
        """A transaction as the edge opens it: finished and committed unless something is raised."""
        async with self.sessions.begin() as session:
            unit = UnitOfWork(session, self.clock, self.organization)
            yield unit
            await unit.finish()

    @property
    def orders(self) -> OrderService:
        """The service, each call of it in a transaction of its own."""
        return self._each_alone(OrderService)

    @property
    def bulk_decisions(self) -> BulkDecisionService:
        return self._each_alone(BulkDecisionService)

    @property
    def queries(self) -> OrderQueries:
        return self._each_alone(OrderQueries)

    @property
    def stored_files(self) -> FileService:
        return self._each_alone(FileService)

    def _each_alone(self, service: Callable[[UnitOfWork], S]) -> S:
        desk = self

        class EachAlone:
            def __getattr__(self, name: str) -> Any:
                async def call(*args: Any, **kwargs: Any) -> Any:
                    async with desk.unit() as unit:
                        return await getattr(service(unit), name)(*args, **kwargs)

                return call

        return cast("S", EachAlone())

    async def submitted(self, worker: Actor | None = None, draft: OrderDraft = DRAFT) -> OrderCard:
        """An order Under QA; a minute passes, so that orders have places in the queue."""
        card = await self.orders.submit(draft, actor=worker or self.bilal)
        self.clock.advance(minutes=1)
        return card

    async def rate(self, amount: str, since: date, worker: Actor | None = None) -> None:
        await self.add(
            Rate(
                category_id=self.links,
                worker_id=worker.user_id if worker else None,
                effective_from=since,
                amount=Decimal(amount),
                created_by=self.ayesha.user_id,
            )
        )

    async def from_elsewhere(self, status: OrderStatus = OrderStatus.UNDER_QA, **values: Any) -> UUID:
        """A row as the schema's owner would insert it: no submission, no version, nobody assigned."""
        order_id = uuid4()
        named = {"title": "Old work", "category": "Link Building", "total_submissions": 5}
        await self.add(
            WorkOrder(
                id=order_id,
                **{"status": status, "created_by": self.bilal.user_id, "created_at": self.clock.now()} | named | values,
            )
        )
        return order_id

    async def invoice(self, order_id: UUID, version: int = 1) -> str:
        """An issued invoice with the order on it, as the month's end leaves it; the order itself is left alone."""
        number = "INV-2026-000001"
        invoice, line = uuid4(), uuid4()
        amount = Decimal("2394.00")
        async with self.sessions.begin() as session:
            session.add(
                Invoice(
                    id=invoice,
                    worker_id=self.bilal.user_id,
                    year=2026,
                    month=10,
                    number=number,
                    worker_name="Bilal",
                    submission_count=300,
                    work_pay=amount,
                    total_amount=amount,
                    created_by=self.ayesha.user_id,
                )
            )
            await session.flush()
            session.add(
                InvoiceLine(
                    id=line,
                    invoice_id=invoice,
                    position=1,
                    kind=LineKind.WORK,
                    label="Link Building",
                    category="Link Building",
                    quantity=300,
                    rate=Decimal("7.98"),
                    amount=amount,
                )
            )
            await session.flush()
            session.add(
                InvoiceSource(line_id=line, invoice_id=invoice, order_id=order_id, order_version=version, amount=amount)
            )
        return number

    async def add(self, *rows: Any) -> None:
        async with self.sessions.begin() as session:
            session.add_all(rows)

    async def row(self, order_id: UUID) -> WorkOrder:
        async with self.sessions() as session:
            return await session.get_one(WorkOrder, order_id)

    async def told(self, actor: Actor | None = None, kind: str | None = None) -> list[Notification]:
        async with self.sessions() as session:
            statement = select(Notification).order_by(Notification.id)
            if actor is not None:
                statement = statement.where(Notification.user_id == actor.user_id)
            if kind is not None:
                statement = statement.where(Notification.kind == kind)
            return list(await session.scalars(statement))

    async def log(self, entity_id: UUID | None = None) -> list[ActivityLog]:
        async with self.sessions() as session:
            statement = select(ActivityLog).order_by(ActivityLog.seq)
            if entity_id is not None:
                statement = statement.where(ActivityLog.entity_id == entity_id)
            return list(await session.scalars(statement))
