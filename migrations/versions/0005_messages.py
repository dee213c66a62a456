"""Work in progress: notifications, scheduled runs, settings, and what the Telegram edge remembers."""

import sqlalchemy as sa
from alembic import op

from migrations import building as b

revision = "0005_messages"
down_revision = "0004_audit_and_files"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notifications",
        b.counting_id(),
        b.ref("user_id", "users", null=True, on_delete="CASCADE"),
        b.chat_id(),
        b.word("kind", 50),
        b.json("payload", null=False),
        b.word("dedupe_key", 200),
        b.flag("urgent", default=False),
        b.word("state", 10, default="queued"),
        b.instant("not_before"),
        b.now_column("next_try_at"),
        b.count("attempts"),
        b.prose("last_error"),
        b.now_column(),
        b.instant("sent_at"),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.UniqueConstraint("dedupe_key"),
        b.one_of("state", "queued", "sent", "dead", "cancelled"),
        b.check("recipient", "user_id IS NOT NULL OR chat_id IS NOT NULL"),
    )
    b.index("notifications", "next_try_at", "id", name="idx_notifications_queued", where="state = 'queued'")
    b.index("notifications", "user_id", "id")

    op.create_table(
        "scheduled_runs",
        b.word("job", 50),
        b.word("period", 30),
        b.now_column("started_at"),
        b.instant("finished_at"),
        b.json("result"),
        sa.PrimaryKeyConstraint("job", "period"),
    )
    op.create_table(
        "settings",
        b.word("key", 64),
        b.json("value", null=False),
        b.now_column("updated_at"),
        b.ref("updated_by", "users", null=True),
        sa.PrimaryKeyConstraint("key"),
    )

    op.create_table(
        "inbound_updates",
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        b.word("lane", 40),
        sa.Column("body", sa.JSON(), nullable=False),
        b.now_column("received_at"),
        b.word("state", 10, default="new"),
        b.json("screen"),
        b.prose("error"),
        b.count("attempts"),
        sa.PrimaryKeyConstraint("update_id"),
        b.one_of("state", "new", "done", "answered"),
    )
    b.index("inbound_updates", "update_id", name="idx_inbound_updates_open", where="state <> 'answered'")

    op.create_table(
        "conversations",
        b.word("name", 64),
        b.word("key", 64),
        b.json("state"),
        b.json("data"),
        b.now_column("updated_at"),
        sa.PrimaryKeyConstraint("name", "key"),
    )
    op.create_table(
        "sent_cards",
        b.chat_id(null=False),
        sa.Column("message_id", sa.BigInteger(), autoincrement=False, nullable=False),
        b.word("entity_type", 50),
        sa.Column("entity_id", sa.Uuid(), nullable=False),
        b.count("version", default=1),
        b.flag("has_media", default=False),
        b.now_column("sent_at"),
        sa.PrimaryKeyConstraint("chat_id", "message_id"),
    )
    b.index("sent_cards", "entity_type", "entity_id", name="idx_sent_cards_entity")


def downgrade() -> None:
    for table in ("sent_cards", "conversations", "inbound_updates", "settings", "scheduled_runs", "notifications"):
        op.drop_table(table)
