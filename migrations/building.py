"""What the migrations are written with: column types for both engines, and the triggers that refuse changes.

Released migrations use these functions. A change to what one of them makes would rewrite history: add another instead.
"""

from typing import Any, Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

_SQLITE_NOW: Final = "(strftime('%Y-%m-%d %H:%M:%f', 'now') || '000')"
_SQLITE_RANDOM_ID: Final = (
    "(lower(hex(randomblob(6)) || '4' || substr(hex(randomblob(2)), 2)"
    " || substr('89AB', 1 + abs(random() % 4), 1) || substr(hex(randomblob(8)), 2)))"
)
_LARGEST: Final = 9_999_999_999
"""DECIMAL(10,2) in hundredths."""


def has_model(name: str | None, kind: str, parents: object) -> bool:  # noqa: ARG001 - Alembic's signature
    """Whether Alembic should compare it. Not what only a trigger uses."""
    return kind != "table" or name != "order_numbers"


def on_sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"


# Columns


def id_column() -> sa.Column[Any]:
    default = sa.text(_SQLITE_RANDOM_ID if on_sqlite() else "gen_random_uuid()")
    return sa.Column("id", sa.Uuid(), primary_key=True, nullable=False, server_default=default)


def ref(name: str, target: str, *, null: bool = False, on_delete: str | None = None) -> sa.Column[Any]:
    """A reference to another table's `id`. Without `on_delete`, the row referred to cannot be deleted."""
    return sa.Column(name, sa.Uuid(), sa.ForeignKey(f"{target}.id", ondelete=on_delete), nullable=null)


def instant(name: str, *, null: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def now_column(name: str = "created_at") -> sa.Column[Any]:
    default = sa.text(_SQLITE_NOW if on_sqlite() else "CURRENT_TIMESTAMP")
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=default)


def money(name: str, *, null: bool = False, default: bool = False) -> list[Any]:
    """An amount and, on SQLite, the check that does what NUMERIC(10,2) does by itself.

    SQLite holds hundredths. It would take 7.98 as a float where 798 is meant, so anything but an integer is refused.
    """
    column_type = sa.Numeric(10, 2).with_variant(sa.BigInteger(), "sqlite")
    column: sa.Column[Any] = sa.Column(
        name, column_type, nullable=null, server_default=sa.text("0") if default else None
    )
    if not on_sqlite():
        return [column]
    fits = f"typeof({name}) = 'integer' AND {name} BETWEEN -{_LARGEST} AND {_LARGEST}"
    return [column, sa.CheckConstraint(f"{name} IS NULL OR ({fits})" if null else fits, name=f"{name}_money")]


def flag(name: str, *, default: bool) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.true() if default else sa.false())


def count(name: str, *, default: int | None = 0, null: bool = False) -> sa.Column[Any]:
    server_default = None if default is None else sa.text(str(default))
    return sa.Column(name, sa.Integer(), nullable=null, server_default=server_default)


def word(name: str, length: int, *, default: str | None = None, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length), nullable=null, server_default=default)


def prose(name: str, *, null: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=null)


def chat_id(name: str = "chat_id", *, null: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=null)


def json(name: str, *, null: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=null)


def ip_address() -> sa.Column[Any]:
    return sa.Column("ip_address", postgresql.INET().with_variant(sa.String(45), "sqlite"), nullable=True)


def counting_id() -> sa.Column[Any]:
    """A BIGINT primary key that counts up: its order is the order of insertion."""
    column_type = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    identity = [] if on_sqlite() else [sa.Identity(always=False)]
    return sa.Column("id", column_type, *identity, primary_key=True, nullable=False)


# Checks


def one_of(column: str, *values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)


def check(name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=name)


def month_range() -> sa.CheckConstraint:
    return sa.CheckConstraint("month BETWEEN 1 AND 12", name="month")


def at_most_one(*columns: str) -> str:
    return " + ".join(f"CASE WHEN {column} IS NULL THEN 0 ELSE 1 END" for column in columns) + " <= 1"


def exactly_one(*columns: str) -> str:
    return " + ".join(f"CASE WHEN {column} IS NULL THEN 0 ELSE 1 END" for column in columns) + " = 1"


# Indexes


def index(table: str, *columns: str, name: str | None = None, where: str | None = None) -> None:
    _index(table, columns, name or f"idx_{table}_{'_'.join(columns)}", where, unique=False)


def unique(table: str, *columns: str, name: str, where: str | None = None) -> None:
    _index(table, columns, name, where, unique=True)


def _index(table: str, columns: tuple[str, ...], name: str, where: str | None, *, unique: bool) -> None:
    condition = None if where is None else sa.text(where)
    expressions = [sa.text(column) if "(" in column else column for column in columns]
    op.create_index(name, table, expressions, unique=unique, postgresql_where=condition, sqlite_where=condition)


# Rows that stay as they are


def create_refusal() -> None:
    """PostgreSQL's trigger function, used by all tables below; a trigger's argument is what it says."""
    if not on_sqlite():
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME; "
            "END $$"
        )


def drop_refusal() -> None:
    if not on_sqlite():
        op.execute("DROP FUNCTION refuse_change()")


def refuse_update(table: str, message: str, *, of: tuple[str, ...] = (), when: str = "", name: str = "update") -> None:
    """No UPDATE of the columns, or of any; with `when`, only where that holds for the row (OLD and NEW)."""
    _refuse(table, f"UPDATE OF {', '.join(of)}" if of else "UPDATE", message, when, f"{table}_refuse_{name}")


def refuse_delete(table: str, message: str) -> None:
    _refuse(table, "DELETE", message, "", f"{table}_refuse_delete")


def _refuse(table: str, act: str, message: str, when: str, name: str) -> None:
    condition = f" WHEN ({when})" if when else ""
    said = message.replace("'", "''")
    head = f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW{condition}"
    if on_sqlite():
        op.execute(f"{head} BEGIN SELECT RAISE(ABORT, '{said}'); END")
    else:
        op.execute(f"{head} EXECUTE FUNCTION refuse_change('{said}')")


def settle_once(table: str, column: str, message: str) -> None:
    """After `column` (when it was cancelled, voided, withdrawn) is set, nothing in the row changes any more."""
    refuse_update(table, message, when=f"OLD.{column} IS NOT NULL", name="settled")
