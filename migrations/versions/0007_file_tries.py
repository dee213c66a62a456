"""When the next try to copy a file is due."""

from alembic import op

from migrations import building as b

revision = "0007_file_tries"
down_revision = "0006_views"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("file_uploads", b.instant("next_try_at"))


def downgrade() -> None:
    op.drop_column("file_uploads", "next_try_at")
