"""Drafts of forms outlive a look at something else: one open a chat, others set aside, closed ones known.

What was under way in `conversations` goes on as it was, with the same fields under the same names.
"""

from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import building as b

revision = "0012_form_drafts"
down_revision = "0011_name_keys"
branch_labels = None
depends_on = None


_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_OLD = (
    ("name", sa.String()),
    ("key", sa.String()),
    ("data", _JSON),
    ("updated_at", sa.DateTime(timezone=True)),
)
_NEW = (
    ("id", sa.Uuid()),
    ("chat_id", sa.BigInteger()),
    ("user_id", sa.Uuid()),
    ("form", sa.String()),
    ("step", sa.String()),
    ("data", _JSON),
    ("memory", _JSON),
    ("status", sa.String()),
    ("opened_at", sa.DateTime(timezone=True)),
    ("asked_at", sa.DateTime(timezone=True)),
    ("updated_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    op.create_table(
        "form_drafts",
        b.id_column(),
        b.chat_id(null=False),
        b.ref("user_id", "users", null=True, on_delete="CASCADE"),
        b.word("form", 40),
        b.word("step", 40),
        b.json("data", null=False),
        b.json("memory", null=False),
        b.word("status", 10, default="open"),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        b.now_column("opened_at"),
        b.now_column("asked_at"),
        b.now_column("updated_at"),
        b.one_of("status", "open", "aside", "done", "cancelled", "replaced"),
    )
    b.unique("form_drafts", "chat_id", name="uq_form_drafts_open", where="status = 'open'")
    b.index("form_drafts", "chat_id", "status")
    _carry_over()
    op.drop_table("conversations")


def _carry_over() -> None:
    """Each conversation that was under way becomes its chat's open draft; its question is asked again when it is next
    looked at. Log-ins and passwords are not carried over: they hold nothing that was typed but an address.
    """
    connection = op.get_bind()
    old = sa.table("conversations", *(sa.column(name, kind) for name, kind in _OLD))
    new = sa.table("form_drafts", *(sa.column(name, kind) for name, kind in _NEW))
    people = sa.table("chat_links", sa.column("chat_id", sa.BigInteger()), sa.column("user_id", sa.Uuid()))
    owners = {row.chat_id: row.user_id for row in connection.execute(sa.select(people))}
    seen = set()
    for row in connection.execute(sa.select(old).order_by(old.c.updated_at.desc())).all():
        chat_id = int(row.key) if row.key.lstrip("-").isdigit() else None
        made = _converted(row.name, row.data) if chat_id is not None and isinstance(row.data, dict) else None
        if made is None or chat_id in seen:
            continue
        seen.add(chat_id)
        form, step, data = made
        connection.execute(
            sa.insert(new).values(
                id=uuid4(),
                chat_id=chat_id,
                user_id=owners.get(chat_id),
                form=form,
                step=step,
                data=data,
                memory={},
                status="aside",
                opened_at=row.updated_at,
                asked_at=row.updated_at,
                updated_at=row.updated_at,
            )
        )


def _converted(name: str, data: dict[str, Any]) -> tuple[str, str, dict[str, Any]] | None:
    """The form, its step and its fields; None where nothing that was typed would be lost."""
    if name == "submit":
        order = data.get("order") or {}
        return ("submit", "confirm", {**order, "resubmits": data.get("resubmits")})
    if name == "pay":
        kind = str(data.get("kind"))
        fields = ("category_id", "category", "worker_id", "worker_name", "amount", "reason", "month", "day")
        return (kind, "confirm", {field: data[field] for field in fields if data.get(field)})
    if name == "invite":
        return ("invite", "email", {field: data[field] for field in ("role", "name") if data.get(field)})
    return None


def downgrade() -> None:
    op.create_table(
        "conversations",
        b.word("name", 64),
        b.word("key", 64),
        b.json("state"),
        b.json("data"),
        b.now_column("updated_at"),
        sa.PrimaryKeyConstraint("name", "key"),
    )
    op.drop_table("form_drafts")
