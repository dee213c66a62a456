"""Users, and how they come in: chats, invites, sessions, failed log-ins."""

import sqlalchemy as sa
from alembic import op

from migrations import building as b

revision = "0001_accounts"
down_revision = None
branch_labels = None
depends_on = None


SYSTEM_USER = "00000000000000000000000000000001"


def upgrade() -> None:
    b.create_refusal()
    op.create_table(
        "users",
        b.id_column(),
        b.word("email", 255),
        b.word("password_hash", 255),
        b.word("name", 255),
        b.word("role", 20),
        b.prose("profile_photo_url"),
        b.flag("is_active", default=True),
        b.now_column(),
        b.now_column("updated_at"),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        b.word("locale", 16, null=True),
        sa.UniqueConstraint("email"),
        b.one_of("role", "Admin", "Worker"),
        b.check("employment", "left_on IS NULL OR joined_on IS NULL OR left_on >= joined_on"),
    )
    b.index("users", "email")
    b.index("users", "role")
    b.index("users", "is_active", name="idx_users_active")
    b.unique("users", "lower(email)", name="uq_users_email_any_case")
    # Whom the audit names when nobody tapped anything: month end, reminders, the command line.
    op.execute(
        "INSERT INTO users (id, email, password_hash, name, role, is_active) "  # noqa: S608
        f"VALUES ('{SYSTEM_USER}', 'system@invalid', '!', 'System', 'Admin', {'0' if b.on_sqlite() else 'FALSE'})"
    )

    op.create_table(
        "user_sessions",
        b.id_column(),
        b.ref("user_id", "users", on_delete="CASCADE"),
        b.word("session_token", 255),
        b.ip_address(),
        b.prose("user_agent"),
        b.instant("expires_at", null=False),
        b.now_column(),
        b.chat_id(),
        b.now_column("last_seen_at"),
        b.instant("ended_at"),
        sa.UniqueConstraint("session_token"),
    )
    b.index("user_sessions", "user_id")
    b.index("user_sessions", "session_token", name="idx_user_sessions_token")
    b.index("user_sessions", "expires_at")
    b.index("user_sessions", "chat_id")

    op.create_table(
        "chat_links",
        b.chat_id(null=False),
        b.ref("user_id", "users", on_delete="CASCADE"),
        b.now_column("linked_at"),
        b.instant("blocked_at"),
        sa.PrimaryKeyConstraint("chat_id"),
        sa.UniqueConstraint("user_id"),
    )

    op.create_table(
        "invites",
        b.id_column(),
        b.word("token_hash", 64),
        b.ref("user_id", "users", on_delete="CASCADE"),
        b.ref("created_by", "users"),
        b.now_column(),
        b.instant("expires_at", null=False),
        b.instant("used_at"),
        b.chat_id("used_chat_id"),
        b.instant("revoked_at"),
        sa.UniqueConstraint("token_hash"),
        b.check("used", "(used_at IS NULL) = (used_chat_id IS NULL)"),
        b.check("outcome", "used_at IS NULL OR revoked_at IS NULL"),
    )
    b.index("invites", "user_id")

    op.create_table(
        "login_attempts",
        b.word("subject_kind", 10),
        b.word("subject", 64),
        b.count("failures"),
        b.count("lock_level"),
        b.instant("locked_until"),
        b.now_column("last_failed_at"),
        sa.PrimaryKeyConstraint("subject_kind", "subject"),
        b.one_of("subject_kind", "email", "chat"),
        b.check("counts", "failures >= 0 AND lock_level >= 0"),
    )


def downgrade() -> None:
    for table in ("login_attempts", "invites", "chat_links", "user_sessions", "users"):
        op.drop_table(table)
    b.drop_refusal()
