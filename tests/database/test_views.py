"""The two views, against numbers counted by hand."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.reports.model import dashboard_stats, worker_performance
from tests.support.rows import add, add_order, add_user

NOW = datetime.now(UTC)
MONTH_START = NOW.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


@pytest.fixture
async def connection(engine: AsyncEngine) -> Any:
    async with engine.connect() as made:
        yield made
        await made.rollback()


async def stats(connection: AsyncConnection) -> dict[str, int]:
    row = (await connection.execute(select(dashboard_stats))).mappings().one()
    return {name: int(value) for name, value in row.items()}


async def performance(connection: AsyncConnection, user: UUID) -> dict[str, Any]:
    query = select(worker_performance).where(worker_performance.c.id == user)
    return dict((await connection.execute(query)).mappings().one())


class TestDashboard:
    async def test_an_empty_month_is_all_zeros(self, connection: AsyncConnection) -> None:
        assert await stats(connection) == {
            "total_orders": 0,
            "total_submissions": 0,
            "approved_submissions": 0,
            "rejected_submissions": 0,
            "orders_in_qa": 0,
            "orders_in_work": 0,
        }

    async def test_a_month(self, connection: AsyncConnection) -> None:
        worker = await add_user(connection, "Bilal")
        admin = await add_user(connection, "Ayesha", "Admin")
        for values in (
            {"total_submissions": 10, "status": "Under QA"},
            {"total_submissions": 20, "status": "Under QA", "assigned_to": worker},
            {"total_submissions": 30, "status": "In Progress", "assigned_to": worker},
            {"total_submissions": 40, "status": "Approved", "assigned_to": worker},
            {"total_submissions": 50, "status": "Approved", "approved_submissions": 45},
            {"total_submissions": 60, "status": "Completed", "assigned_to": worker},
            {"total_submissions": 70, "status": "Completed", "assigned_to": worker, "approved_submissions": 0},
            {"total_submissions": 80, "status": "Rejected", "assigned_to": worker},
            {"total_submissions": 90, "status": "Rejected", "archived_at": NOW, "assigned_to": worker},
        ):
            await add_order(connection, admin, **values)

        assert await stats(connection) == {
            "total_orders": 8,
            "total_submissions": 10 + 20 + 30 + 40 + 50 + 60 + 70 + 80,
            "approved_submissions": 40 + 45 + 60 + 0,
            "rejected_submissions": 80,
            "orders_in_qa": 2,
            "orders_in_work": 4,  # under QA, in progress, approved, rejected: assigned, and not completed
        }

    async def test_the_month_begins_at_midnight_in_utc(self, connection: AsyncConnection) -> None:
        """The test server's own zone is Asia/Karachi, five hours ahead."""
        worker = await add_user(connection, "Bilal")
        for before, submissions in ((timedelta(microseconds=1), 1), (timedelta(0), 10), (timedelta(days=-40), 100)):
            await add_order(connection, worker, created_at=MONTH_START - before, total_submissions=submissions)

        assert (await stats(connection))["total_submissions"] == 110


class TestWorkerPerformance:
    async def test_several_orders_bonuses_and_fines_do_not_multiply_each_other(
        self, connection: AsyncConnection
    ) -> None:
        """The owner's view joined all of them at once: 3 orders, 2 bonuses and 2 fines made 12 rows to sum."""
        worker = await add_user(connection, "Bilal")
        admin = await add_user(connection, "Ayesha", "Admin")
        # Created by the worker; created and assigned; assigned by the admin.
        await add_order(connection, worker, total_submissions=10, status="Approved", approved_submissions=7)
        await add_order(connection, worker, assigned_to=worker, total_submissions=20, status="Completed")
        await add_order(connection, admin, assigned_to=worker, total_submissions=5, status="Rejected")
        for amount in ("100.25", "50.50"):
            await add(connection, "bonuses", **earned(worker, admin, amount), month=10, year=2026)
        for amount in ("10.10", "20.20"):
            await add(connection, "fines", **earned(worker, admin, amount))

        assert await performance(connection, worker) == {
            "id": worker,
            "name": "Bilal",
            "email": "bilal@example.com",
            "total_orders": 3,
            "total_submissions": 35,
            "approved_submissions": 27,
            "total_bonuses": Decimal("150.75"),
            "total_fines": Decimal("30.30"),
        }

    async def test_each_worker_has_their_own_numbers(self, connection: AsyncConnection) -> None:
        admin = await add_user(connection, "Ayesha", "Admin")
        bilal = await add_user(connection, "Bilal")
        sana = await add_user(connection, "Sana")
        await add_order(connection, bilal, assigned_to=bilal, total_submissions=1, status="Approved")
        await add_order(connection, bilal, assigned_to=sana, total_submissions=2, status="Approved")
        await add(connection, "fines", **earned(sana, admin, "3.00"))

        his, hers = await performance(connection, bilal), await performance(connection, sana)

        assert (his["total_orders"], his["approved_submissions"], his["total_fines"]) == (2, 3, Decimal("0.00"))
        assert (hers["total_orders"], hers["approved_submissions"], hers["total_fines"]) == (1, 2, Decimal("3.00"))

    async def test_archived_orders_and_cancelled_amounts_do_not_count(self, connection: AsyncConnection) -> None:
        worker = await add_user(connection, "Bilal")
        admin = await add_user(connection, "Ayesha", "Admin")
        await add_order(connection, worker, total_submissions=9, archived_at=NOW)
        cancelled = {"cancelled_at": NOW, "cancelled_by": admin, "cancel_reason": "a mistake"}
        await add(connection, "bonuses", **earned(worker, admin, "5.00"), **cancelled, month=10, year=2026)
        await add(connection, "fines", **earned(worker, admin, "5.00"), **cancelled)

        found = await performance(connection, worker)

        assert {name: value for name, value in found.items() if name not in {"id", "name", "email"}} == {
            "total_orders": 0,
            "total_submissions": 0,
            "approved_submissions": 0,
            "total_bonuses": Decimal("0.00"),
            "total_fines": Decimal("0.00"),
        }

    async def test_only_workers_are_listed(self, connection: AsyncConnection) -> None:
        await add_user(connection, "Ayesha", "Admin")
        await add_user(connection, "Bilal")
        await add_user(connection, "Gone", is_active=False)

        names = await connection.scalars(select(worker_performance.c.name).order_by("name"))

        assert names.all() == ["Bilal", "Gone"]


def earned(worker: UUID, admin: UUID, amount: str) -> dict[str, object]:
    return {"worker_id": worker, "amount": Decimal(amount), "reason": "r", "created_by": admin}
