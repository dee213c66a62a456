"""Money: rates, fixed pay, bonuses, fines, corrections, invoices and what they are made of, payments."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations import building as b

revision = "0003_pay"
down_revision = "0002_orders"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create_rates()
    create_bonuses_and_fines()
    create_invoices()
    create_invoice_parts()
    create_payments()


def create_rates() -> None:
    never_edited = "a rate is never edited: withdraw it and add another"
    op.create_table(
        "rates",
        b.id_column(),
        b.ref("category_id", "categories"),
        b.ref("worker_id", "users", null=True),
        sa.Column("effective_from", sa.Date(), nullable=False),
        *b.money("amount"),
        b.ref("created_by", "users"),
        b.now_column(),
        *withdrawal(),
        b.check("amount", "amount >= 0"),
    )
    # Two indexes, because NULL (everyone) is not equal to NULL.
    b.unique(
        "rates",
        "category_id",
        "worker_id",
        "effective_from",
        name="uq_rates_worker",
        where="worker_id IS NOT NULL AND withdrawn_at IS NULL",
    )
    b.unique(
        "rates",
        "category_id",
        "effective_from",
        name="uq_rates_everyone",
        where="worker_id IS NULL AND withdrawn_at IS NULL",
    )
    frozen = ("id", "category_id", "worker_id", "effective_from", "amount", "created_by", "created_at")
    b.refuse_update("rates", never_edited, of=frozen)
    b.settle_once("rates", "withdrawn_at", "a rate that was withdrawn stays withdrawn")
    b.refuse_delete("rates", never_edited)

    never_edited = "fixed pay is never edited: withdraw it and add another"
    op.create_table(
        "fixed_pays",
        b.id_column(),
        b.ref("worker_id", "users"),
        sa.Column("effective_from", sa.Date(), nullable=False),
        *b.money("amount"),
        b.ref("created_by", "users"),
        b.now_column(),
        *withdrawal(),
        b.check("amount", "amount >= 0"),
    )
    b.unique("fixed_pays", "worker_id", "effective_from", name="uq_fixed_pays_worker", where="withdrawn_at IS NULL")
    b.refuse_update(
        "fixed_pays",
        never_edited,
        of=("id", "worker_id", "effective_from", "amount", "created_by", "created_at"),
    )
    b.settle_once("fixed_pays", "withdrawn_at", "fixed pay that was withdrawn stays withdrawn")
    b.refuse_delete("fixed_pays", never_edited)


def withdrawal() -> list[Any]:
    return [
        b.instant("withdrawn_at"),
        b.ref("withdrawn_by", "users", null=True),
        b.check("withdrawn", "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)"),
    ]


def cancellation() -> list[Any]:
    return [
        b.instant("cancelled_at"),
        b.ref("cancelled_by", "users", null=True),
        b.prose("cancel_reason"),
        b.check(
            "cancelled",
            "(cancelled_at IS NULL) = (cancelled_by IS NULL) AND (cancelled_at IS NULL) = (cancel_reason IS NULL)",
        ),
    ]


def freeze(table: str, thing: str, *columns: str) -> None:
    """Cancelled with a reason, once; otherwise as it was written."""
    message = f"{thing} is never edited or deleted: cancel it with a reason"
    b.refuse_update(table, message, of=("id", *columns, "created_by", "created_at"))
    b.settle_once(table, "cancelled_at", f"{thing} that was cancelled stays cancelled")
    b.refuse_delete(table, message)


def create_bonuses_and_fines() -> None:
    op.create_table(
        "bonuses",
        b.id_column(),
        b.ref("worker_id", "users"),
        *b.money("amount"),
        b.prose("reason", null=False),
        b.count("month", default=None),
        b.count("year", default=None),
        b.ref("created_by", "users"),
        b.now_column(),
        *cancellation(),
        b.month_range(),
        b.check("amount", "amount > 0"),
    )
    b.index("bonuses", "worker_id")
    b.index("bonuses", "month", "year")
    b.index("bonuses", "created_at")
    freeze("bonuses", "a bonus", "worker_id", "amount", "reason", "month", "year")

    op.create_table(
        "fines",
        b.id_column(),
        b.ref("worker_id", "users"),
        *b.money("amount"),
        b.prose("reason", null=False),
        b.ref("created_by", "users"),
        b.now_column(),
        *cancellation(),
        b.check("amount", "amount > 0"),
    )
    b.index("fines", "worker_id")
    b.index("fines", "created_at")
    freeze("fines", "a fine", "worker_id", "amount", "reason")

    op.create_table(
        "fine_appeals",
        b.id_column(),
        b.ref("fine_id", "fines"),
        b.prose("text", null=False),
        b.word("status", 10, default="open"),
        b.now_column(),
        b.instant("decided_at"),
        b.ref("decided_by", "users", null=True),
        b.prose("decision_note"),
        b.one_of("status", "open", "upheld", "cancelled"),
        b.check("decided", "(status = 'open') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)"),
    )
    b.index("fine_appeals", "fine_id")
    b.unique("fine_appeals", "fine_id", name="uq_fine_appeals_open", where="status = 'open'")


def create_invoices() -> None:
    op.create_table(
        "invoice_numbers",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year"),
        b.check("last", "last >= 0"),
    )
    op.create_table(
        "invoices",
        b.id_column(),
        b.ref("worker_id", "users"),
        b.count("month", default=None),
        b.count("year", default=None),
        b.count("submission_count"),
        *b.money("fixed_pay", default=True),
        *b.money("work_pay", default=True),
        *b.money("fine_amount", default=True),
        *b.money("bonus_amount", default=True),
        *b.money("total_amount"),
        b.flag("is_manual", default=False),
        b.ref("created_by", "users"),
        b.now_column(),
        b.word("number", 20, null=True),
        b.word("status", 10, default="issued"),
        *b.money("carried_amount", default=True),
        *b.money("correction_amount", default=True),
        *b.money("carried_forward", default=True),
        b.word("currency", 3, default="PKR"),
        b.word("worker_name", 255, null=True),
        b.now_column("issued_at"),
        b.prose("manual_reason"),
        b.instant("voided_at"),
        b.ref("voided_by", "users", null=True),
        b.prose("void_reason"),
        sa.UniqueConstraint("number"),
        b.month_range(),
        b.one_of("status", "issued", "void"),
        b.check("submissions", "submission_count >= 0"),
        b.check(
            "amounts",
            "fixed_pay >= 0 AND work_pay >= 0 AND fine_amount >= 0 AND bonus_amount >= 0"
            " AND total_amount >= 0 AND carried_forward >= 0",
        ),
        # Only where there are lines: the seed's INSERT may name a total alone, and has no number.
        b.check(
            "total",
            "number IS NULL OR total_amount = fixed_pay + work_pay + bonus_amount - fine_amount"
            " + carried_amount + correction_amount + carried_forward",
        ),
        b.check("carried_forward", "carried_forward = 0 OR total_amount = 0"),
        b.check("frozen_name", "number IS NULL OR worker_name IS NOT NULL"),
        b.check(
            "void",
            "(status = 'void') = (voided_at IS NOT NULL) AND (voided_at IS NULL) = (voided_by IS NULL)"
            " AND (voided_at IS NULL) = (void_reason IS NULL)",
        ),
    )
    b.index("invoices", "worker_id")
    b.index("invoices", "month", "year")
    b.index("invoices", "created_at")
    b.unique("invoices", "worker_id", "month", "year", name="uq_invoices_worker_month", where="status <> 'void'")
    frozen = "an issued invoice is never edited: void it or add a correction"
    b.refuse_update(
        "invoices",
        frozen,
        of=(
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
        ),
    )
    b.settle_once("invoices", "voided_at", "a void invoice stays void")
    b.refuse_delete("invoices", "an invoice is never deleted: void it")


def once_each(table: str, ended: str, *references: tuple[str, ...]) -> None:
    """Each thing referred to is in one row of the table at most, not counting rows that are ended."""
    for columns in references:
        name = f"uq_{table}_{columns[0].removesuffix('_id')}"
        b.unique(table, *columns, name=name, where=f"{columns[0]} IS NOT NULL AND {ended} IS NULL")


def create_invoice_parts() -> None:
    op.create_table(
        "corrections",
        b.id_column(),
        b.ref("worker_id", "users"),
        *b.money("amount"),
        b.prose("reason", null=False),
        b.ref("from_invoice_id", "invoices", null=True),
        b.ref("order_id", "work_orders", null=True),
        b.count("order_version", default=None, null=True),
        b.ref("bonus_id", "bonuses", null=True),
        b.ref("fine_id", "fines", null=True),
        b.ref("created_by", "users"),
        b.now_column(),
        *cancellation(),
        b.check("amount", "amount <> 0"),
        b.check("order", "(order_id IS NULL) = (order_version IS NULL)"),
        b.check("reverses", b.at_most_one("order_id", "bonus_id", "fine_id")),
    )
    b.index("corrections", "worker_id", "created_at")
    once_each("corrections", "cancelled_at", ("order_id", "order_version"), ("bonus_id",), ("fine_id",))
    freeze(
        "corrections",
        "a correction",
        "worker_id",
        "amount",
        "reason",
        "from_invoice_id",
        "order_id",
        "order_version",
        "bonus_id",
        "fine_id",
    )

    op.create_table(
        "invoice_lines",
        b.id_column(),
        b.ref("invoice_id", "invoices"),
        b.count("position", default=None),
        b.word("kind", 12),
        b.word("label", 255),
        b.word("category", 100, null=True),
        b.count("quantity", default=None, null=True),
        *b.money("rate", null=True),
        *b.money("amount"),
        b.count("late_from_year", default=None, null=True),
        b.count("late_from_month", default=None, null=True),
        b.prose("reason"),
        sa.UniqueConstraint("invoice_id", "position"),
        sa.UniqueConstraint("id", "invoice_id"),
        b.one_of("kind", "fixed", "work", "bonus", "fine", "carried", "correction", "manual"),
        b.check("late", "(late_from_year IS NULL) = (late_from_month IS NULL)"),
        b.check("late_from_month", "late_from_month BETWEEN 1 AND 12"),
        b.check(
            "sign",
            "(kind NOT IN ('fixed', 'work', 'bonus') OR amount >= 0) AND (kind <> 'fine' OR amount <= 0)",
        ),
        b.check("work", "kind <> 'work' OR rate IS NULL OR amount = quantity * rate"),
    )
    b.refuse_update("invoice_lines", "an issued line is never edited: void the invoice or add a correction")
    b.refuse_delete("invoice_lines", "an issued line is never deleted: void the invoice or add a correction")

    sources = ("order_id", "bonus_id", "fine_id", "correction_id", "carried_invoice_id")
    op.create_table(
        "invoice_sources",
        b.id_column(),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        b.ref("invoice_id", "invoices"),
        b.ref("order_id", "work_orders", null=True),
        b.count("order_version", default=None, null=True),
        b.ref("bonus_id", "bonuses", null=True),
        b.ref("fine_id", "fines", null=True),
        b.ref("correction_id", "corrections", null=True),
        b.ref("carried_invoice_id", "invoices", null=True),
        *b.money("amount"),
        b.instant("released_at"),
        # A source is of the invoice that its line is of.
        sa.ForeignKeyConstraint(["line_id", "invoice_id"], ["invoice_lines.id", "invoice_lines.invoice_id"]),
        b.check("source", b.exactly_one(*sources)),
        b.check("order", "(order_id IS NULL) = (order_version IS NULL)"),
    )
    b.index("invoice_sources", "line_id")
    b.index("invoice_sources", "invoice_id")
    # The rule that pays nothing twice: a second invoice with the same source is refused until the first is void.
    others = [(source,) for source in sources[1:]]
    once_each("invoice_sources", "released_at", ("order_id", "order_version"), *others)
    stays = "a source stays on its invoice until that is void"
    b.refuse_update("invoice_sources", stays, of=("id", "line_id", "invoice_id", "order_version", "amount", *sources))
    refuse_release_of_issued(stays)
    b.settle_once("invoice_sources", "released_at", "a released source stays released")
    b.refuse_delete("invoice_sources", stays)


def refuse_release_of_issued(message: str) -> None:
    if b.on_sqlite():
        b.refuse_update(
            "invoice_sources",
            message,
            of=("released_at",),
            when="(SELECT status FROM invoices WHERE id = OLD.invoice_id) <> 'void'",
            name="release",
        )
        return
    # The condition of a PostgreSQL trigger cannot look at another table, so it is in the function.
    op.execute(
        "CREATE FUNCTION refuse_release_of_issued() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF (SELECT status FROM invoices WHERE id = OLD.invoice_id) <> 'void' THEN "
        "RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME; "
        "END IF; RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER invoice_sources_refuse_release BEFORE UPDATE OF released_at ON invoice_sources "
        f"FOR EACH ROW EXECUTE FUNCTION refuse_release_of_issued('{message}')"
    )


def create_payments() -> None:
    op.create_table(
        "invoice_payments",
        b.id_column(),
        b.ref("invoice_id", "invoices"),
        *b.money("amount"),
        sa.Column("paid_on", sa.Date(), nullable=False),
        b.word("reference", 255, null=True),
        b.ref("created_by", "users"),
        b.now_column(),
        *cancellation(),
        b.check("amount", "amount > 0"),
    )
    b.index("invoice_payments", "invoice_id")
    freeze("invoice_payments", "a payment", "invoice_id", "amount", "paid_on", "reference")


def downgrade() -> None:
    for table in (
        "invoice_payments",
        "invoice_sources",
        "invoice_lines",
        "corrections",
        "invoices",
        "invoice_numbers",
        "fine_appeals",
        "fines",
        "bonuses",
        "fixed_pays",
        "rates",
    ):
        op.drop_table(table)
    if not b.on_sqlite():
        op.execute("DROP FUNCTION refuse_release_of_issued()")
