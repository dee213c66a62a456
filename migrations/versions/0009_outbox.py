"""The outbox reads who is next for each person, and admins what could not be delivered."""

from alembic import op

from migrations import building as b

revision = "0009_outbox"
down_revision = "0008_fast_closing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("idx_notifications_queued", "notifications")
    b.index(
        "notifications",
        *("user_id", "chat_id", "id", "next_try_at", "attempts", "state"),
        name="idx_notifications_queued",
        where="state = 'queued'",
    )
    b.index("notifications", "id", name="idx_notifications_dead", where="state = 'dead'")


def downgrade() -> None:
    op.drop_index("idx_notifications_dead", "notifications")
    op.drop_index("idx_notifications_queued", "notifications")
    b.index("notifications", "next_try_at", "id", name="idx_notifications_queued", where="state = 'queued'")
