"""The two views for figures. On SQLite their amounts are hundredths, like all amounts there."""

from alembic import op

from migrations import building as b

revision = "0006_views"
down_revision = "0005_messages"
branch_labels = None
depends_on = None

APPROVED = (
    "CASE WHEN status IN ('Approved', 'Completed') THEN COALESCE(approved_submissions, total_submissions) ELSE 0 END"
)
# A day alone sorts before all of its instants, also as text.
MONTH_START = {
    "sqlite": "date('now', 'start of month')",
    "postgresql": "date_trunc('month', CURRENT_TIMESTAMP AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'",
}


def upgrade() -> None:
    op.execute(f"""
        CREATE VIEW dashboard_stats AS
        SELECT
            COUNT(*) AS total_orders,
            COALESCE(SUM(total_submissions), 0) AS total_submissions,
            COALESCE(SUM({APPROVED}), 0) AS approved_submissions,
            COALESCE(SUM(CASE WHEN status = 'Rejected' THEN total_submissions ELSE 0 END), 0) AS rejected_submissions,
            COUNT(CASE WHEN status = 'Under QA' THEN 1 END) AS orders_in_qa,
            COUNT(CASE WHEN assigned_to IS NOT NULL AND status <> 'Completed' THEN 1 END) AS orders_in_work
        FROM work_orders
        WHERE archived_at IS NULL
            AND created_at >= {MONTH_START["sqlite" if b.on_sqlite() else "postgresql"]}
    """)  # noqa: S608
    # Each sum is made before it is joined: joined first, an order would be counted once for each bonus and each fine.
    op.execute(f"""
        CREATE VIEW worker_performance AS
        SELECT
            u.id,
            u.name,
            u.email,
            COALESCE(o.total_orders, 0) AS total_orders,
            COALESCE(o.total_submissions, 0) AS total_submissions,
            COALESCE(o.approved_submissions, 0) AS approved_submissions,
            COALESCE(b.amount, 0) AS total_bonuses,
            COALESCE(f.amount, 0) AS total_fines
        FROM users u
        LEFT JOIN (
            SELECT
                worker_id,
                COUNT(*) AS total_orders,
                SUM(total_submissions) AS total_submissions,
                SUM({APPROVED}) AS approved_submissions
            FROM (
                SELECT created_by AS worker_id, status, total_submissions, approved_submissions
                FROM work_orders
                WHERE archived_at IS NULL
                UNION ALL
                SELECT assigned_to, status, total_submissions, approved_submissions
                FROM work_orders
                WHERE archived_at IS NULL AND assigned_to <> created_by
            ) AS taking_part
            GROUP BY worker_id
        ) AS o ON o.worker_id = u.id
        LEFT JOIN (
            SELECT worker_id, SUM(amount) AS amount FROM bonuses WHERE cancelled_at IS NULL GROUP BY worker_id
        ) AS b ON b.worker_id = u.id
        LEFT JOIN (
            SELECT worker_id, SUM(amount) AS amount FROM fines WHERE cancelled_at IS NULL GROUP BY worker_id
        ) AS f ON f.worker_id = u.id
        WHERE u.role = 'Worker'
    """)  # noqa: S608


def downgrade() -> None:
    op.execute("DROP VIEW worker_performance")
    op.execute("DROP VIEW dashboard_stats")
