"""The schema's owner wrote eight tables. A program that knows only their columns goes on working."""

# ruff: noqa: S608 - the parts are from this file

from decimal import Decimal

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

COLUMNS = {
    "users": "id email password_hash name role profile_photo_url is_active created_at updated_at",
    "work_orders": "id title category description status total_submissions assigned_to created_by due_date"
    " attachment_url attachment_name business_name folder_name created_at updated_at",
    "invoices": "id worker_id month year submission_count fixed_pay work_pay fine_amount bonus_amount total_amount"
    " is_manual created_by created_at",
    "bonuses": "id worker_id amount reason month year created_by created_at",
    "fines": "id worker_id amount reason created_by created_at",
    "activity_logs": "id user_id action details log_type ip_address user_agent created_at",
    "file_uploads": "id file_name original_name file_size mime_type storage_path uploaded_by related_entity_type"
    " related_entity_id created_at",
    "user_sessions": "id user_id session_token ip_address user_agent expires_at created_at",
}

INDEXES = """
    idx_users_email idx_users_role idx_users_active
    idx_work_orders_status idx_work_orders_assigned_to idx_work_orders_created_by idx_work_orders_category
    idx_work_orders_created_at
    idx_invoices_worker_id idx_invoices_month_year idx_invoices_created_at
    idx_bonuses_worker_id idx_bonuses_month_year idx_bonuses_created_at
    idx_fines_worker_id idx_fines_created_at
    idx_activity_logs_user_id idx_activity_logs_type idx_activity_logs_created_at
    idx_file_uploads_uploaded_by idx_file_uploads_entity idx_file_uploads_created_at
    idx_user_sessions_user_id idx_user_sessions_token idx_user_sessions_expires_at
"""

AMOUNT = {"sqlite": {"9.50": "950", "0.00": "0", "100.00": "10000", "109.50": "10950"}}
"""SQLite holds hundredths: there, a program from elsewhere writes those."""

INSERTS = """
INSERT INTO users (email, password_hash, name, role) VALUES ('boss@example.com', 'x', 'Boss', 'Admin');
INSERT INTO users (email, password_hash, name, role, profile_photo_url, is_active) VALUES ('w@example.com', 'x',
    'Worker', 'Worker', 'https://example.com/w.jpg', TRUE);
INSERT INTO work_orders (title, category, description, total_submissions, assigned_to, created_by, due_date,
    attachment_url, attachment_name, business_name, folder_name) VALUES ('T', 'Anything', 'D', 3, {worker}, {boss},
    '2026-10-31', 'u', 'n', 'b', 'f');
INSERT INTO work_orders (title, category, status, total_submissions, created_by) VALUES ('T', 'C', 'Approved',
    5, {worker});
INSERT INTO invoices (worker_id, month, year, submission_count, fixed_pay, work_pay, fine_amount, bonus_amount,
    total_amount, is_manual, created_by) VALUES ({worker}, 9, 2026, 5, {100.00}, {9.50}, {0.00}, {0.00}, {109.50},
    FALSE, {boss});
INSERT INTO invoices (worker_id, month, year, total_amount, created_by) VALUES ({worker}, 10, 2026, {109.50},
    {boss});
INSERT INTO bonuses (worker_id, amount, reason, month, year, created_by) VALUES ({worker}, {9.50}, 'r', 10,
    2026, {boss});
INSERT INTO fines (worker_id, amount, reason, created_by) VALUES ({worker}, {9.50}, 'r', {boss});
INSERT INTO activity_logs (user_id, action, details, log_type, ip_address, user_agent)
    VALUES ({worker}, 'Logged in', 'd', 'login', '203.0.113.7', 'Firefox');
INSERT INTO file_uploads (file_name, original_name, file_size, mime_type, storage_path, uploaded_by,
    related_entity_type) VALUES ('f', 'o', 5000000000, 'image/png', 'p', {worker}, 'work_order');
INSERT INTO user_sessions (user_id, session_token, ip_address, user_agent, expires_at) VALUES ({worker}, 't',
    '2001:db8::1', 'Firefox', '2026-11-01 00:00:00')
"""


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
async def test_columns_and_indexes_keep_their_names(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        columns, indexes, views = await connection.run_sync(
            lambda sync: (
                {table: [column["name"] for column in inspect(sync).get_columns(table)] for table in COLUMNS},
                {index["name"] for table in COLUMNS for index in inspect(sync).get_indexes(table)},
                set(inspect(sync).get_view_names()),
            )
        )

    for table, names in COLUMNS.items():
        owners = names.split()
        assert columns[table][: len(owners)] == owners, f"{table}: the owner's columns come first, in their order"
    assert set(INDEXES.split()) <= indexes
    assert views == {"dashboard_stats", "worker_performance"}


async def test_inserts_with_the_owners_columns_work(engine: AsyncEngine) -> None:
    names = {
        "boss": "(SELECT id FROM users WHERE email = 'boss@example.com')",
        "worker": "(SELECT id FROM users WHERE email = 'w@example.com')",
    }
    amounts = AMOUNT.get(engine.dialect.name, {})
    async with engine.begin() as connection:
        for statement in INSERTS.split(";"):
            written = statement
            for name, value in names.items():
                written = written.replace(f"{{{name}}}", value)
            for amount in ("9.50", "0.00", "100.00", "109.50"):
                written = written.replace(f"{{{amount}}}", amounts.get(amount, amount))
            await connection.execute(text(written))

    async with engine.connect() as connection:
        approved = await connection.scalar(text("SELECT SUM(approved_submissions) FROM worker_performance"))
        counted = await connection.scalar(text("SELECT SUM(approved_submissions) FROM work_orders"))
        bonuses = await connection.scalar(text("SELECT total_bonuses FROM worker_performance"))

    assert approved == 5, "approved without saying how many counts whole"
    assert counted is None
    assert bonuses == (950 if engine.dialect.name == "sqlite" else Decimal("9.50"))


async def test_the_owners_defaults(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        await connection.execute(text(INSERTS.partition(";")[0]))
        boss = "(SELECT id FROM users WHERE email = 'boss@example.com')"
        await connection.execute(
            text(f"INSERT INTO work_orders (title, category, created_by) VALUES ('T', 'C', {boss})")
        )
        await connection.execute(
            text(
                "INSERT INTO invoices (worker_id, month, year, total_amount, created_by) "
                f"VALUES ({boss}, 1, 2026, 0, {boss})"
            )
        )
        user = (await connection.execute(text("SELECT is_active FROM users WHERE name = 'Boss'"))).one()
        order = (await connection.execute(text("SELECT status, total_submissions FROM work_orders"))).one()
        invoice = (
            await connection.execute(
                text(
                    "SELECT submission_count, fixed_pay, work_pay, fine_amount, bonus_amount, is_manual, status,"
                    " carried_amount, correction_amount, carried_forward, currency FROM invoices"
                )
            )
        ).one()

    assert tuple(user) == (True,)
    assert tuple(order) == ("Under QA", 0)
    assert tuple(invoice) == (0, 0, 0, 0, 0, False, "issued", 0, 0, 0, "PKR")
