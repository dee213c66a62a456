"""What the database refuses, whoever writes: each constraint, by a row that differs from a good one in that alone."""

# ruff: noqa: S608 - names of tables and columns, from this file

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from domain.accounts.model import SYSTEM_USER_ID
from tests.support.rows import add, add_order, add_user, execute

NOW = datetime(2026, 10, 15, 12, tzinfo=UTC)
ONE = Decimal("1.00")


GOOD: dict[str, dict[str, object]] = {
    "users": {"email": "new@example.com", "password_hash": "!", "name": "New", "role": "Worker"},
    "user_sessions": {"user_id": "@worker", "session_token": "s", "expires_at": NOW},
    "chat_links": {"user_id": "@worker", "chat_id": 1},
    "invites": {"token_hash": "h", "user_id": "@worker", "created_by": "@admin", "expires_at": NOW},
    "login_attempts": {"subject_kind": "chat", "subject": "1"},
    "categories": {"name": "Link Building"},
    "work_orders": {"title": "T", "category": "C", "created_by": "@worker", "total_submissions": 3},
    "order_versions": {
        "order_id": "@order",
        "version": 1,
        "title": "T",
        "category": "C",
        "total_submissions": 3,
        "submitted_by": "@worker",
    },
    "reason_templates": {"kind": "reject", "text": "Too short"},
    "rates": {
        "category_id": "@category",
        "effective_from": date(2026, 10, 1),
        "amount": ONE,
        "created_by": "@admin",
    },
    "fixed_pays": {
        "worker_id": "@worker",
        "effective_from": date(2026, 10, 1),
        "amount": ONE,
        "created_by": "@admin",
    },
    "bonuses": {
        "worker_id": "@worker",
        "amount": ONE,
        "reason": "r",
        "month": 10,
        "year": 2026,
        "created_by": "@admin",
    },
    "fines": {"worker_id": "@worker", "amount": ONE, "reason": "r", "created_by": "@admin"},
    "fine_appeals": {"fine_id": "@fine", "text": "No"},
    "corrections": {"worker_id": "@worker", "amount": ONE, "reason": "r", "created_by": "@admin"},
    "invoices": {
        "worker_id": "@worker",
        "month": 10,
        "year": 2026,
        "created_by": "@admin",
        "number": "INV-2026-000009",
        "worker_name": "Bilal",
        "work_pay": ONE,
        "total_amount": ONE,
    },
    "invoice_lines": {
        "invoice_id": "@invoice",
        "position": 1,
        "kind": "work",
        "label": "L",
        "quantity": 1,
        "rate": ONE,
        "amount": ONE,
    },
    "invoice_sources": {
        "line_id": "@line",
        "invoice_id": "@invoice",
        "amount": ONE,
        "bonus_id": "@bonus",
    },
    "invoice_payments": {
        "invoice_id": "@invoice",
        "amount": ONE,
        "paid_on": date(2026, 11, 5),
        "created_by": "@admin",
    },
    "activity_logs": {"user_id": "@admin", "action": "a", "log_type": "login"},
    "file_uploads": {
        "file_name": "f",
        "original_name": "o",
        "file_size": 1,
        "storage_path": "p",
        "uploaded_by": "@worker",
    },
    "notifications": {"user_id": "@worker", "kind": "k", "payload": "{}", "dedupe_key": "d"},
    "scheduled_runs": {"job": "close", "period": "2026-10"},
    "inbound_updates": {"update_id": 1, "lane": "1", "body": "{}"},
    "sent_cards": {"chat_id": 1, "message_id": 1, "entity_type": "work_order", "entity_id": uuid4()},
}
"""The columns of a row that is accepted, by table. "@worker" is the id of a row of the stage."""


WITHOUT_ID = [
    "chat_links",
    "login_attempts",
    "order_versions",
    "notifications",
    "scheduled_runs",
    "inbound_updates",
    "sent_cards",
]
"""Tables whose key is another, or made by the database."""


class Stage:
    """A worker, an admin and one good row of each table, in a transaction that is never committed."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self.ids: dict[str, UUID] = {}

    async def build(self) -> None:
        self.ids["worker"] = await add_user(self.connection, "Bilal")
        self.ids["admin"] = await add_user(self.connection, "Ayesha", "Admin")
        self.ids["category"] = await self.add("categories")
        self.ids["order"] = await self.add("work_orders")
        self.ids["bonus"] = await self.add("bonuses")
        self.ids["fine"] = await self.add("fines")
        self.ids["invoice"] = await self.add("invoices", month=8, number="INV-2026-000001")
        self.ids["line"] = await self.add("invoice_lines")
        self.ids["correction"] = await self.add("corrections")

    async def add(self, table: str, **changes: object) -> UUID:
        """A good row with some columns changed; `None` leaves a column out."""
        values = {**GOOD[table], **changes}
        meant = {
            name: self.ids[value.removeprefix("@")] if isinstance(value, str) and value.startswith("@") else value
            for name, value in values.items()
            if value is not None
        }
        if table in WITHOUT_ID:
            names, places = ", ".join(meant), ", ".join(f":{name}" for name in meant)
            await execute(self.connection, f"INSERT INTO {table} ({names}) VALUES ({places})", **meant)
            return UUID(int=0)
        return await add(self.connection, table, **meant)

    async def change(self, table: str, row: str | UUID, **values: object) -> None:
        made = self.ids[row] if isinstance(row, str) else row
        assignments = ", ".join(f"{name} = :{name}" for name in values)
        await execute(self.connection, f"UPDATE {table} SET {assignments} WHERE id = :row_id", row_id=made, **values)

    async def delete(self, table: str, row: str | UUID) -> None:
        made = self.ids[row] if isinstance(row, str) else row
        await execute(self.connection, f"DELETE FROM {table} WHERE id = :row_id", row_id=made)

    async def void(self, invoice: str | UUID) -> None:
        await self.change(
            "invoices", invoice, status="void", voided_at=NOW, voided_by=self.ids["admin"], void_reason="wrong"
        )

    async def refuses(self, doing: Any, match: str = "") -> None:
        """The statement fails, and the rows before it stay."""
        with pytest.raises(IntegrityError, match=match):
            async with self.connection.begin_nested():
                await doing


@pytest.fixture
async def stage(engine: AsyncEngine) -> Any:
    async with engine.connect() as connection:
        made = Stage(connection)
        await made.build()
        yield made
        await connection.rollback()


REFUSED: list[tuple[str, dict[str, object], str]] = [
    # accounts
    ("users", {"role": "Owner"}, "ck_users_role"),
    ("users", {"email": "bilal@example.com"}, "email"),
    ("users", {"email": "BILAL@Example.com"}, "uq_users_email_any_case"),
    ("users", {"name": None}, "name"),
    ("users", {"joined_on": date(2026, 10, 2), "left_on": date(2026, 10, 1)}, "ck_users_employment"),
    ("user_sessions", {"user_id": UUID(int=99)}, "(?i)foreign key"),
    ("login_attempts", {"subject_kind": "ip"}, "ck_login_attempts_subject_kind"),
    ("login_attempts", {"failures": -1}, "ck_login_attempts_counts"),
    ("invites", {"used_at": NOW}, "ck_invites_used"),
    ("invites", {"used_at": NOW, "used_chat_id": 1, "revoked_at": NOW}, "ck_invites_outcome"),
    # orders
    ("categories", {"name": "LINK building"}, "uq_categories_name_any_case"),
    ("work_orders", {"status": "Done"}, "ck_work_orders_status"),
    ("work_orders", {"status": "under qa"}, "ck_work_orders_status"),
    ("work_orders", {"total_submissions": -1}, "ck_work_orders_submissions"),
    ("work_orders", {"approved_submissions": 4}, "ck_work_orders_approved"),
    ("work_orders", {"approved_submissions": -1}, "ck_work_orders_approved"),
    ("work_orders", {"version": 0}, "ck_work_orders_version"),
    ("work_orders", {"rate": -ONE}, "ck_work_orders_rate"),
    ("work_orders", {"status": "Approved", "archived_at": NOW}, "ck_work_orders_archived"),
    ("work_orders", {"status": "Completed", "archived_at": NOW}, "ck_work_orders_archived"),
    ("work_orders", {"created_by": UUID(int=99)}, "(?i)foreign key"),
    ("order_versions", {"decision": "maybe", "decided_at": NOW}, "ck_order_versions_decision"),
    ("order_versions", {"decision": "approved"}, "ck_order_versions_decided"),
    ("order_versions", {"approved_submissions": 4}, "ck_order_versions_approved"),
    ("order_versions", {"order_id": UUID(int=99)}, "(?i)foreign key"),
    ("reason_templates", {"kind": "praise"}, "ck_reason_templates_kind"),
    # pay
    ("rates", {"amount": -ONE}, "ck_rates_amount"),
    ("rates", {"withdrawn_at": NOW}, "ck_rates_withdrawn"),
    ("fixed_pays", {"amount": -ONE}, "ck_fixed_pays_amount"),
    ("bonuses", {"month": 13}, "ck_bonuses_month"),
    ("bonuses", {"month": 0}, "ck_bonuses_month"),
    ("bonuses", {"amount": -ONE}, "ck_bonuses_amount"),
    ("bonuses", {"amount": Decimal(0)}, "ck_bonuses_amount"),
    ("bonuses", {"reason": None}, "reason"),
    ("bonuses", {"cancelled_at": NOW, "cancelled_by": SYSTEM_USER_ID}, "ck_bonuses_cancelled"),
    ("fines", {"amount": -ONE}, "ck_fines_amount"),
    ("fine_appeals", {"status": "lost"}, "ck_fine_appeals"),
    ("fine_appeals", {"status": "upheld"}, "ck_fine_appeals_decided"),
    ("corrections", {"amount": Decimal(0)}, "ck_corrections_amount"),
    ("corrections", {"bonus_id": "@bonus", "fine_id": "@fine"}, "ck_corrections_reverses"),
    ("corrections", {"order_id": "@order"}, "ck_corrections_order"),
    ("invoices", {"month": 13}, "ck_invoices_month"),
    ("invoices", {"month": 8}, r"uq_invoices_worker_month|invoices\.worker_id, invoices\.month, invoices\.year"),
    ("invoices", {"number": "INV-2026-000001"}, "number"),
    ("invoices", {"status": "paid"}, "ck_invoices_status"),
    ("invoices", {"status": "void"}, "ck_invoices_void"),
    ("invoices", {"submission_count": -1}, "ck_invoices_submissions"),
    ("invoices", {"total_amount": -ONE, "work_pay": -ONE}, "ck_invoices_amounts"),
    ("invoices", {"fine_amount": -ONE, "work_pay": Decimal(0)}, "ck_invoices_amounts"),
    ("invoices", {"total_amount": 2 * ONE}, "ck_invoices_total"),
    ("invoices", {"carried_forward": ONE, "total_amount": 2 * ONE}, "ck_invoices_carried_forward"),
    ("invoices", {"worker_name": None}, "ck_invoices_frozen_name"),
    ("invoice_lines", {"position": 1}, r"position"),
    ("invoice_lines", {"position": 2, "kind": "gift"}, "ck_invoice_lines_kind"),
    ("invoice_lines", {"position": 2, "kind": "fine"}, "ck_invoice_lines_sign"),
    ("invoice_lines", {"position": 2, "kind": "bonus", "amount": -ONE}, "ck_invoice_lines_sign"),
    ("invoice_lines", {"position": 2, "quantity": 2}, "ck_invoice_lines_work"),
    ("invoice_lines", {"position": 2, "late_from_year": 2026}, "ck_invoice_lines_late"),
    ("invoice_sources", {"fine_id": "@fine"}, "ck_invoice_sources_source"),
    ("invoice_sources", {"bonus_id": None}, "ck_invoice_sources_source"),
    ("invoice_sources", {"bonus_id": None, "order_id": "@order"}, "ck_invoice_sources_order"),
    ("invoice_sources", {"line_id": UUID(int=99)}, "(?i)foreign key"),
    ("invoice_payments", {"amount": Decimal(0)}, "ck_invoice_payments_amount"),
    ("invoice_payments", {"amount": -ONE}, "ck_invoice_payments_amount"),
    # audit, files, messages
    ("activity_logs", {"log_type": "coffee"}, "ck_activity_logs_log_type"),
    ("activity_logs", {"user_id": None}, "user_id"),
    ("activity_logs", {"seq": 1}, "ck_activity_logs_chain"),
    ("file_uploads", {"state": "lost"}, "ck_file_uploads_state"),
    ("file_uploads", {"file_size": -1}, "ck_file_uploads_file_size"),
    ("notifications", {"state": "read"}, "ck_notifications_state"),
    ("notifications", {"user_id": None}, "ck_notifications_recipient"),
    ("inbound_updates", {"state": "lost"}, "ck_inbound_updates_state"),
]


async def test_each_row_that_breaks_a_constraint_is_refused(stage: Stage, subtests: pytest.Subtests) -> None:
    """One after another on one database, because making one takes longer than all of them."""
    for table, changes, constraint in REFUSED:
        with subtests.test(table, **changes):
            await stage.refuses(stage.add(table, **changes), constraint)


async def test_the_good_rows_are_accepted(stage: Stage) -> None:
    """So it is the change that is refused, above."""
    for table in {table for table, _, _ in REFUSED} - {"categories", "invoice_lines"}:
        await stage.add(table)


async def test_keys_are_unique(stage: Stage) -> None:
    for table in ("user_sessions", "chat_links", "invites", "login_attempts", "order_versions", "notifications"):
        await stage.add(table)
        await stage.refuses(stage.add(table), "(?i)unique")
    for table in ("scheduled_runs", "inbound_updates", "sent_cards"):
        await stage.add(table)
        await stage.refuses(stage.add(table), "(?i)unique")


class TestOnePerWorkerAndMonth:
    async def test_a_second_invoice_waits_until_the_first_is_void(self, stage: Stage) -> None:
        await stage.refuses(stage.add("invoices", month=8), "(?i)unique")

        await stage.void("invoice")
        second = await stage.add("invoices", month=8)

        await stage.refuses(stage.add("invoices", month=8, number="INV-2026-000010"), "(?i)unique")
        await stage.void(second)
        await stage.add("invoices", month=8, number="INV-2026-000010")

    async def test_other_months_years_and_workers_are_free(self, stage: Stage) -> None:
        await stage.add("invoices", month=9, number="2")
        await stage.add("invoices", month=8, year=2027, number="3")
        await stage.add("invoices", month=8, worker_id="@admin", number="4")


class TestRates:
    async def test_one_for_everyone_and_one_for_each_worker_a_day(self, stage: Stage) -> None:
        everyone = await stage.add("rates")
        await stage.add("rates", worker_id="@worker")
        await stage.add("rates", effective_from=date(2026, 11, 1))

        await stage.refuses(stage.add("rates"), "(?i)unique")
        await stage.refuses(stage.add("rates", worker_id="@worker"), "(?i)unique")

        await stage.change("rates", everyone, withdrawn_at=NOW, withdrawn_by=stage.ids["admin"])
        await stage.add("rates", amount=2 * ONE)

    async def test_fixed_pay_likewise(self, stage: Stage) -> None:
        await stage.add("fixed_pays")
        await stage.refuses(stage.add("fixed_pays"), "(?i)unique")
        await stage.add("fixed_pays", worker_id="@admin")

    async def test_zero_is_a_rate(self, stage: Stage) -> None:
        await stage.add("rates", amount=Decimal(0))


class TestSources:
    """Each source is on at most one non-void invoice."""

    KINDS: tuple[dict[str, object], ...] = (
        {"bonus_id": "@bonus"},
        {"bonus_id": None, "fine_id": "@fine"},
        {"bonus_id": None, "correction_id": "@correction"},
        {"bonus_id": None, "carried_invoice_id": "@invoice"},
        {"bonus_id": None, "order_id": "@order", "order_version": 1},
    )

    async def test_a_source_is_on_one_invoice_until_that_is_void(self, stage: Stage) -> None:
        stage.ids["second"] = await stage.add("invoices", month=9)
        stage.ids["second line"] = await stage.add("invoice_lines", invoice_id="@second")
        there = {"invoice_id": "@second", "line_id": "@second line"}
        first = [await stage.add("invoice_sources", **kind) for kind in self.KINDS]

        for kind in self.KINDS:
            await stage.refuses(stage.add("invoice_sources", **kind), "(?i)unique")
            await stage.refuses(stage.add("invoice_sources", **kind, **there), "(?i)unique")
        await stage.refuses(stage.change("invoice_sources", first[0], released_at=NOW), "until that is void")

        await stage.void("invoice")
        for source, kind in zip(first, self.KINDS, strict=True):
            await stage.change("invoice_sources", source, released_at=NOW)
            await stage.add("invoice_sources", **kind, **there)
            await stage.refuses(stage.add("invoice_sources", **kind, **there), "(?i)unique")

    async def test_another_version_of_an_order_is_another_source(self, stage: Stage) -> None:
        await stage.add("invoice_sources", bonus_id=None, order_id="@order", order_version=1)
        await stage.add("invoice_sources", bonus_id=None, order_id="@order", order_version=2)

    async def test_a_source_is_of_the_invoice_that_its_line_is_of(self, stage: Stage) -> None:
        second = await stage.add("invoices", month=9)

        await stage.refuses(stage.add("invoice_sources", invoice_id=second), "(?i)foreign key")

    async def test_a_reversal_happens_once(self, stage: Stage) -> None:
        order: dict[str, object] = {"order_id": "@order", "order_version": 1}
        for what in ({"bonus_id": "@bonus"}, {"fine_id": "@fine"}, order):
            made = await stage.add("corrections", **what)
            await stage.refuses(stage.add("corrections", **what), "(?i)unique")
            await cancel(stage, "corrections", made)
            await stage.add("corrections", **what)


class TestAppeals:
    async def test_one_open_appeal_a_fine(self, stage: Stage) -> None:
        first = await stage.add("fine_appeals")
        await stage.refuses(stage.add("fine_appeals"), "(?i)unique")

        await stage.change("fine_appeals", first, status="upheld", decided_at=NOW, decided_by=stage.ids["admin"])

        await stage.add("fine_appeals")


class TestInvoiceTotals:
    async def test_fines_above_pay_stop_at_zero_and_the_rest_is_carried(self, stage: Stage) -> None:
        await stage.add(
            "invoices",
            fixed_pay=Decimal("100.00"),
            work_pay=Decimal("20.50"),
            bonus_amount=Decimal("5.00"),
            fine_amount=Decimal("150.75"),
            carried_amount=Decimal("-10.00"),
            correction_amount=Decimal("-4.25"),
            total_amount=Decimal("0.00"),
            carried_forward=Decimal("39.50"),
        )

    async def test_a_row_from_elsewhere_may_name_a_total_alone(self, stage: Stage) -> None:
        await stage.add("invoices", number=None, worker_name=None, work_pay=Decimal(0), total_amount=Decimal(500))


class TestWhatStaysAsItIs:
    """The triggers: what was written about money, work and deeds is not rewritten."""

    async def test_money_is_not_rewritten_or_deleted(self, stage: Stage) -> None:
        stage.ids["source"] = await stage.add("invoice_sources")
        stage.ids["payment"] = await stage.add("invoice_payments")
        stage.ids["rate"] = await stage.add("rates")
        stage.ids["fixed pay"] = await stage.add("fixed_pays")
        rows: dict[str, tuple[str, dict[str, object]]] = {
            "rates": ("rate", {"amount": 2 * ONE, "effective_from": date(2026, 1, 1)}),
            "fixed_pays": ("fixed pay", {"amount": 2 * ONE, "worker_id": stage.ids["admin"]}),
            "bonuses": ("bonus", {"amount": 2 * ONE, "reason": "other", "month": 1, "worker_id": stage.ids["admin"]}),
            "fines": ("fine", {"amount": 2 * ONE, "reason": "other", "created_at": NOW}),
            "corrections": ("correction", {"amount": 2 * ONE}),
            "invoices": ("invoice", {"total_amount": 2 * ONE, "worker_name": "Other", "month": 1, "number": "9"}),
            "invoice_lines": ("line", {"amount": 2 * ONE, "label": "other"}),
            "invoice_sources": ("source", {"amount": 2 * ONE, "fine_id": stage.ids["fine"]}),
            "invoice_payments": ("payment", {"amount": 2 * ONE, "paid_on": date(2026, 1, 1)}),
        }
        for table, (row, changes) in rows.items():
            for column, value in changes.items():
                await stage.refuses(stage.change(table, row, **{column: value}), "never|stays")
            await stage.refuses(stage.delete(table, row), "never|stays")

    async def test_what_is_cancelled_stays_cancelled(self, stage: Stage) -> None:
        stage.ids["payment"] = await stage.add("invoice_payments")
        for table, row in (("bonuses", "bonus"), ("fines", "fine"), ("invoice_payments", "payment")):
            await cancel(stage, table, stage.ids[row])
            await stage.refuses(stage.change(table, row, cancel_reason="another"), "stays cancelled")
        await stage.void("invoice")
        await stage.refuses(stage.change("invoices", "invoice", void_reason="another"), "stays void")

    async def test_what_was_submitted_stays(self, stage: Stage) -> None:
        await stage.add("order_versions")
        decide = "UPDATE order_versions SET decision = 'approved', decided_at = :now"
        await execute(stage.connection, decide, now=NOW)

        rewrite = "UPDATE order_versions SET total_submissions = 30"
        await stage.refuses(execute(stage.connection, rewrite), "stays as it was")

    async def test_the_activity_log_only_grows(self, stage: Stage) -> None:
        row = await stage.add("activity_logs")

        await stage.refuses(stage.change("activity_logs", row, details="nothing happened"), "never changed")
        await stage.refuses(stage.delete("activity_logs", row), "never changed or deleted")
        if stage.connection.dialect.name == "postgresql":
            await stage.refuses(execute(stage.connection, "TRUNCATE activity_logs"), "never changed or deleted")
        else:
            replace = "REPLACE INTO activity_logs (id, user_id, action, log_type) SELECT id, user_id, 'b', 'login'"
            replaced = execute(stage.connection, f"{replace} FROM activity_logs")
            await stage.refuses(replaced, "never changed or deleted")

    async def test_the_chain_does_not_go_back(self, stage: Stage) -> None:
        advance = "UPDATE activity_chain SET seq = seq + :by"
        await execute(stage.connection, advance, by=2)

        await stage.refuses(execute(stage.connection, advance, by=-1), "only grows")
        await stage.refuses(execute(stage.connection, "DELETE FROM activity_chain"), "never deleted")


class TestDeletingAUser:
    async def test_what_is_only_about_them_goes_with_them(self, stage: Stage) -> None:
        leaver = await add_user(stage.connection, "Leaver")
        await stage.add("chat_links", user_id=leaver)
        await stage.add("user_sessions", user_id=leaver)
        await add_order(stage.connection, stage.ids["admin"], assigned_to=leaver)
        await add_order(stage.connection, leaver)

        await stage.delete("users", leaver)

        orders = await stage.connection.execute(text("SELECT assigned_to FROM work_orders"))
        assert [row.assigned_to for row in orders] == [None, None]
        for table in ("chat_links", "user_sessions"):
            assert await stage.connection.scalar(text(f"SELECT COUNT(*) FROM {table}")) == 0

    async def test_a_user_whom_the_audit_or_an_invoice_names_stays(self, stage: Stage) -> None:
        acting = await add_user(stage.connection, "Acting")
        await stage.add("activity_logs", user_id=acting)

        await stage.refuses(stage.delete("users", acting), "(?i)foreign key")
        await stage.refuses(stage.delete("users", "worker"), "(?i)foreign key|never deleted")


async def test_sqlite_takes_no_amount_but_hundredths(stage: Stage) -> None:
    """On SQLite 7.98 would be stored as a float, and read as eight hundredths."""
    statement = (
        "INSERT INTO fines (worker_id, amount, reason, created_by) "
        "SELECT id, {}, 'r', id FROM users WHERE name = 'Bilal'"
    )
    if stage.connection.dialect.name == "sqlite":
        for wrong in ("7.98", "'7.98'", "99999999999"):
            await stage.refuses(execute(stage.connection, statement.format(wrong)), "ck_fines_amount_money")
    else:
        await execute(stage.connection, statement.format("7.98"))
        with pytest.raises(DBAPIError, match="numeric field overflow"):
            await execute(stage.connection, statement.format("100000000"))


async def cancel(stage: Stage, table: str, row: UUID) -> None:
    by = stage.ids["admin"]
    await stage.change(table, row, cancelled_at=NOW, cancelled_by=by, cancel_reason="a mistake")
