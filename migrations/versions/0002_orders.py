"""Work orders: categories, orders, what was submitted and decided, comments, the words for refusing."""

import sqlalchemy as sa
from alembic import op

from migrations import building as b

revision = "0002_orders"
down_revision = "0001_accounts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "categories",
        b.id_column(),
        b.word("name", 100),
        b.flag("is_active", default=True),
        b.count("position"),
        b.now_column(),
    )
    b.unique("categories", "lower(name)", name="uq_categories_name_any_case")

    sqlite = b.on_sqlite()
    number = sa.Column(
        "number",
        sa.BigInteger(),
        *([] if sqlite else [sa.Identity(always=False)]),
        nullable=False,
        server_default=sa.text("0") if sqlite else None,
    )
    op.create_table(
        "work_orders",
        b.id_column(),
        b.word("title", 255),
        b.word("category", 100),
        b.prose("description"),
        b.word("status", 20, default="Under QA"),
        b.count("total_submissions"),
        b.ref("assigned_to", "users", null=True, on_delete="SET NULL"),
        b.ref("created_by", "users", on_delete="CASCADE"),
        sa.Column("due_date", sa.Date(), nullable=True),
        b.prose("attachment_url"),
        b.word("attachment_name", 255, null=True),
        b.word("business_name", 255, null=True),
        b.word("folder_name", 255, null=True),
        b.now_column(),
        b.now_column("updated_at"),
        number,
        b.count("version", default=1),
        b.count("approved_submissions", default=None, null=True),
        *b.money("rate", null=True),
        b.instant("assigned_at"),
        b.instant("submitted_at"),
        b.instant("decided_at"),
        b.ref("decided_by", "users", null=True, on_delete="SET NULL"),
        b.prose("decision_note"),
        b.instant("archived_at"),
        b.ref("archived_by", "users", null=True, on_delete="SET NULL"),
        sa.UniqueConstraint("number"),
        b.one_of("status", "Under QA", "Approved", "Rejected", "In Progress", "Completed"),
        b.check("submissions", "total_submissions >= 0"),
        b.check("approved", "approved_submissions BETWEEN 0 AND total_submissions"),
        b.check("version", "version >= 1"),
        b.check("rate", "rate >= 0"),
        b.check("archived", "archived_at IS NULL OR status IN ('Under QA', 'In Progress', 'Rejected')"),
    )
    b.index("work_orders", "status")
    b.index("work_orders", "assigned_to")
    b.index("work_orders", "created_by")
    b.index("work_orders", "category")
    b.index("work_orders", "created_at")
    b.index("work_orders", "status", "submitted_at")
    b.index("work_orders", "due_date", where="due_date IS NOT NULL")
    if sqlite:
        number_orders_on_sqlite()

    op.create_table(
        "order_versions",
        b.ref("order_id", "work_orders", on_delete="CASCADE"),
        sa.Column("version", sa.Integer(), nullable=False),
        b.word("title", 255),
        b.word("category", 100),
        b.prose("description"),
        b.count("total_submissions", default=None),
        b.word("business_name", 255, null=True),
        b.word("folder_name", 255, null=True),
        b.now_column("submitted_at"),
        b.ref("submitted_by", "users"),
        b.word("decision", 20, null=True),
        b.instant("decided_at"),
        b.ref("decided_by", "users", null=True),
        b.count("approved_submissions", default=None, null=True),
        *b.money("rate", null=True),
        b.prose("note"),
        sa.PrimaryKeyConstraint("order_id", "version"),
        b.one_of("decision", "approved", "rejected", "changes"),
        b.check("version", "version >= 1"),
        b.check("submissions", "total_submissions >= 0"),
        b.check("approved", "approved_submissions BETWEEN 0 AND total_submissions"),
        b.check("rate", "rate >= 0"),
        b.check("decided", "(decision IS NULL) = (decided_at IS NULL)"),
    )
    b.refuse_update(
        "order_versions",
        "what was submitted stays as it was: a change is a new version",
        of=(
            "order_id",
            "version",
            "title",
            "category",
            "description",
            "total_submissions",
            "business_name",
            "folder_name",
            "submitted_at",
            "submitted_by",
        ),
    )

    op.create_table(
        "order_comments",
        b.id_column(),
        b.ref("order_id", "work_orders", on_delete="CASCADE"),
        b.ref("author_id", "users"),
        b.prose("body", null=False),
        b.now_column(),
    )
    b.index("order_comments", "order_id", "created_at")

    op.create_table(
        "reason_templates",
        b.id_column(),
        b.word("kind", 10),
        b.prose("text", null=False),
        b.count("position"),
        b.now_column(),
        b.one_of("kind", "reject", "changes"),
    )


def number_orders_on_sqlite() -> None:
    """What PostgreSQL's identity column does: a row that brings no number (0, the default) gets the next one.

    A trigger per row: a default cannot look anything up, and MAX + 1 gives all rows of one INSERT the same number.
    """
    op.create_table(
        "order_numbers",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("last", sa.BigInteger(), nullable=False),
        b.check("one_row", "id = 1"),
    )
    op.execute("INSERT INTO order_numbers (id, last) VALUES (1, 0)")
    op.execute(
        "CREATE TRIGGER work_orders_number AFTER INSERT ON work_orders FOR EACH ROW WHEN NEW.number = 0 BEGIN "
        "UPDATE order_numbers SET last = last + 1; "
        "UPDATE work_orders SET number = (SELECT last FROM order_numbers) WHERE id = NEW.id; "
        "END"
    )


def downgrade() -> None:
    for table in ("reason_templates", "order_comments", "order_versions", "work_orders", "categories"):
        op.drop_table(table)
    if b.on_sqlite():
        op.drop_table("order_numbers")
