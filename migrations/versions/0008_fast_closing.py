"""What a closing writes for each order, made smaller: fewer indexes and checks on the sources; numbers given last.

A source's reference to its line names the line's invoice too, so its own reference to that invoice checked the same
again; the sources of an invoice are found by its lines, and those of a line by the primary key.
"""

from alembic import op
from sqlalchemy import text

from migrations import building as b

revision = "0008_fast_closing"
down_revision = "0007_file_tries"
branch_labels = None
depends_on = None

FROZEN = "an issued invoice is never edited: void it or add a correction"
INVOICE = (
    "id",
    "worker_id",
    "month",
    "year",
    "submission_count",
    "fixed_pay",
    "work_pay",
    "fine_amount",
    "bonus_amount",
    "total_amount",
    "is_manual",
    "created_by",
    "created_at",
    "number",
    "carried_amount",
    "correction_amount",
    "carried_forward",
    "currency",
    "worker_name",
    "issued_at",
    "manual_reason",
)
# As SQLite keeps the table's text.
KEY, FULL_KEY = "pk_invoice_sources PRIMARY KEY (id)", "pk_invoice_sources PRIMARY KEY (line_id, id)"
OF_ORDER = "CONSTRAINT fk_invoice_sources_order_id "
OF_INVOICE = "CONSTRAINT fk_invoice_sources_invoice_id FOREIGN KEY(invoice_id) REFERENCES invoices (id), \n\t"


def upgrade() -> None:
    op.drop_index("idx_invoice_sources_line_id", "invoice_sources")
    op.drop_index("idx_invoice_sources_invoice_id", "invoice_sources")
    if b.on_sqlite():
        rebuild_on_sqlite({KEY: FULL_KEY, OF_INVOICE: ""})
    else:
        op.drop_constraint("fk_invoice_sources_invoice_id", "invoice_sources", type_="foreignkey")
        op.drop_constraint("pk_invoice_sources", "invoice_sources", type_="primary")
        op.create_primary_key("pk_invoice_sources", "invoice_sources", ["line_id", "id"])

    # So that a closing locks the counter of a year in its last moments only, and closings run side by side.
    drop_trigger("invoices_refuse_update", "invoices")
    b.refuse_update("invoices", FROZEN, of=tuple(column for column in INVOICE if column != "number"))
    b.refuse_update("invoices", FROZEN, of=("number",), when="OLD.number IS NOT NULL", name="renumber")


def downgrade() -> None:
    drop_trigger("invoices_refuse_renumber", "invoices")
    drop_trigger("invoices_refuse_update", "invoices")
    b.refuse_update("invoices", FROZEN, of=INVOICE)

    if b.on_sqlite():
        rebuild_on_sqlite({FULL_KEY: KEY, OF_ORDER: OF_INVOICE + OF_ORDER})
    else:
        op.drop_constraint("pk_invoice_sources", "invoice_sources", type_="primary")
        op.create_primary_key("pk_invoice_sources", "invoice_sources", ["id"])
        op.create_foreign_key("fk_invoice_sources_invoice_id", "invoice_sources", "invoices", ["invoice_id"], ["id"])
    b.index("invoice_sources", "line_id")
    b.index("invoice_sources", "invoice_id")


def drop_trigger(name: str, table: str) -> None:
    op.execute(f"DROP TRIGGER {name}" if b.on_sqlite() else f"DROP TRIGGER {name} ON {table}")


def rebuild_on_sqlite(changes: dict[str, str]) -> None:
    """SQLite cannot change a key or a reference: a table of the changed text takes the rows, indexes and triggers."""
    connection = op.get_bind()
    parts = "SELECT sql FROM sqlite_master WHERE tbl_name = 'invoice_sources' AND sql IS NOT NULL AND type {} 'table'"
    [table] = connection.scalars(text(parts.format("=")))
    others = list(connection.scalars(text(parts.format("<>"))))
    for before, after in changes.items():
        if before not in table:
            raise RuntimeError(f"invoice_sources is not as it was made: {table}")
        table = table.replace(before, after)
    op.rename_table("invoice_sources", "earlier_sources")
    connection.exec_driver_sql(table)
    connection.exec_driver_sql("INSERT INTO invoice_sources SELECT * FROM earlier_sources ORDER BY line_id")
    op.drop_table("earlier_sources")
    for statement in others:
        connection.exec_driver_sql(statement)
