"""The activity log, which only grows, and what is known of uploaded files."""

import sqlalchemy as sa
from alembic import op

from migrations import building as b

revision = "0004_audit_and_files"
down_revision = "0003_pay"
branch_labels = None
depends_on = None


LOG_TYPES = (
    # the eight of the schema's owner
    *("login", "logout", "order_created", "order_updated"),
    *("user_created", "invoice_generated", "bonus_added", "fine_issued"),
    # accounts
    *("user_updated", "user_deactivated", "user_reactivated", "role_changed", "password_changed"),
    *("invite_created", "invite_used", "invite_revoked", "chat_linked", "chat_unlinked"),
    *("login_failed", "login_locked", "session_ended"),
    # orders
    *("order_assigned", "order_submitted", "order_approved", "order_rejected", "order_returned", "order_reopened"),
    *("order_completed", "order_archived", "order_restored", "order_commented"),
    *("category_created", "category_updated", "template_changed"),
    # pay
    *("rate_added", "rate_withdrawn", "fixed_pay_added", "fixed_pay_withdrawn"),
    *("bonus_cancelled", "fine_cancelled", "fine_appealed", "appeal_decided"),
    *("correction_added", "correction_cancelled"),
    *("invoice_voided", "payment_added", "payment_cancelled", "month_closed"),
    # files, the system, and what nobody foresaw
    *("file_stored", "file_removed", "report_exported", "settings_changed"),
    *("notification_failed", "backup_made", "backup_restored", "data_imported", "other"),
)


def upgrade() -> None:
    op.create_table(
        "activity_logs",
        b.id_column(),
        b.ref("user_id", "users"),
        b.word("action", 255),
        b.prose("details"),
        b.word("log_type", 50),
        b.ip_address(),
        b.prose("user_agent"),
        b.now_column(),
        b.word("entity_type", 50, null=True),
        sa.Column("entity_id", sa.Uuid(), nullable=True),
        b.json("old_values"),
        b.json("new_values"),
        b.chat_id(),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        b.word("prev_hash", 64, null=True),
        b.word("hash", 64, null=True),
        sa.UniqueConstraint("seq"),
        b.one_of("log_type", *LOG_TYPES),
        b.check("chain", "(seq IS NULL) = (hash IS NULL) AND (seq IS NULL) = (prev_hash IS NULL)"),
        b.check("seq", "seq >= 1"),
    )
    b.index("activity_logs", "user_id")
    b.index("activity_logs", "log_type", name="idx_activity_logs_type")
    b.index("activity_logs", "created_at")
    b.index("activity_logs", "entity_type", "entity_id", name="idx_activity_logs_entity")
    only_grows = "the activity log is never changed or deleted"
    b.refuse_update("activity_logs", only_grows)
    b.refuse_delete("activity_logs", only_grows)
    if not b.on_sqlite():
        withhold_on_postgresql(only_grows)

    op.create_table(
        "activity_chain",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        b.word("hash", 64),
        sa.PrimaryKeyConstraint("id"),
        b.check("one_row", "id = 1"),
        b.check("seq", "seq >= 0"),
    )
    op.execute(f"INSERT INTO activity_chain (id, seq, hash) VALUES (1, 0, '{'0' * 64}')")  # noqa: S608
    b.refuse_update("activity_chain", "the chain only grows", when="NEW.seq < OLD.seq")
    b.refuse_delete("activity_chain", "the chain's head is never deleted")

    op.create_table(
        "file_uploads",
        b.id_column(),
        b.word("file_name", 255),
        b.word("original_name", 255),
        sa.Column("file_size", sa.BigInteger(), nullable=False),
        b.word("mime_type", 100, null=True),
        b.prose("storage_path", null=False),
        b.ref("uploaded_by", "users"),
        b.word("related_entity_type", 50, null=True),
        sa.Column("related_entity_id", sa.Uuid(), nullable=True),
        b.now_column(),
        b.word("state", 10, default="stored"),
        b.word("sha256", 64, null=True),
        b.prose("telegram_file_id"),
        b.word("telegram_file_unique_id", 64, null=True),
        b.count("position"),
        b.count("entity_version", default=None, null=True),
        b.count("attempts"),
        b.prose("last_error"),
        b.instant("stored_at"),
        b.one_of("state", "pending", "stored", "failed"),
        b.check("file_size", "file_size >= 0"),
    )
    b.index("file_uploads", "uploaded_by")
    b.index("file_uploads", "related_entity_type", "related_entity_id", name="idx_file_uploads_entity")
    b.index("file_uploads", "created_at")
    b.index("file_uploads", "sha256")
    b.index("file_uploads", "created_at", name="idx_file_uploads_pending", where="state = 'pending'")


def withhold_on_postgresql(message: str) -> None:
    """TRUNCATE passes row triggers by; and the privileges go too, so that dropping a trigger is not enough.

    One column keeps UPDATE: PostgreSQL's own check of the foreign key locks rows here when a user is to be deleted, and
    to lock needs that privilege on any column. The trigger refuses the update itself.
    """
    op.execute(
        "CREATE TRIGGER activity_logs_refuse_truncate BEFORE TRUNCATE ON activity_logs "
        f"FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('{message}')"
    )
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON activity_logs FROM PUBLIC, CURRENT_USER")
    op.execute("GRANT UPDATE (id) ON activity_logs TO CURRENT_USER")


def downgrade() -> None:
    for table in ("file_uploads", "activity_chain", "activity_logs"):
        op.drop_table(table)
