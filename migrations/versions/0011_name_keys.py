"""A key for each person's name, by which all its spellings are found.

The program writes keys; who knows only the owner's columns writes names without them. A name that changes without its
key loses it, and a name without a key is found by the program's own comparison.
"""

import sqlalchemy as sa
from alembic import op

from domain.typed_input.names import fold
from migrations import building as b

revision = "0011_name_keys"
down_revision = "0010_orders_change_faster"
branch_labels = None
depends_on = None

TRIGGER = "users_forget_name_key"


def upgrade() -> None:
    op.add_column("users", sa.Column("name_key", sa.Text(), nullable=True))
    columns = sa.column("id", sa.Uuid()), sa.column("name", sa.String()), sa.column("name_key", sa.Text())
    users = sa.table("users", *columns)
    connection = op.get_bind()
    names = connection.execute(sa.select(users.c.id, users.c.name)).all()
    keys = [{"user": user_id, "key": fold(name)} for user_id, name in names]
    key_of = users.update().where(users.c.id == sa.bindparam("user")).values(name_key=sa.bindparam("key"))
    connection.execute(key_of, keys)  # the system's own user is always there

    if b.on_sqlite():
        op.execute(
            f"CREATE TRIGGER {TRIGGER} AFTER UPDATE OF name ON users FOR EACH ROW "  # noqa: S608
            "WHEN OLD.name <> NEW.name AND OLD.name_key IS NEW.name_key "
            "BEGIN UPDATE users SET name_key = NULL WHERE id = NEW.id; END"
        )
    else:
        op.execute(
            "CREATE FUNCTION forget_name_key() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "NEW.name_key := NULL; RETURN NEW; "
            "END $$"
        )
        op.execute(
            f"CREATE TRIGGER {TRIGGER} BEFORE UPDATE OF name ON users FOR EACH ROW "
            "WHEN (OLD.name <> NEW.name AND OLD.name_key IS NOT DISTINCT FROM NEW.name_key) "
            "EXECUTE FUNCTION forget_name_key()"
        )


def downgrade() -> None:
    if b.on_sqlite():
        op.execute(f"DROP TRIGGER {TRIGGER}")
    else:
        op.execute(f"DROP TRIGGER {TRIGGER} ON users")
        op.execute("DROP FUNCTION forget_name_key()")
    op.drop_column("users", "name_key")
