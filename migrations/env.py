"""What Alembic runs for every command. `domain.persistence.schema` gives the connection, its transaction and its lock.

A new migration begins as: DATABASE_URL=… alembic revision --autogenerate -m "what it does"
"""

import asyncio
import os

from alembic import context
from sqlalchemy.engine import Connection
from sqlalchemy.pool import NullPool

import bot.database.models  # noqa: F401
import domain.accounts.model
import domain.audit.model
import domain.files.model
import domain.notifications.model
import domain.orders.model
import domain.pay.model  # noqa: F401
from domain.persistence.db import Base, create_engine
from migrations.building import has_model


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        # SQLite does roll back DDL, now that we begin its transactions; Alembic assumes that it does not.
        transactional_ddl=True,
        include_name=has_model,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


async def migrate_from_command_line() -> None:
    engine = create_engine(os.environ["DATABASE_URL"], poolclass=NullPool, foreign_keys=False)
    async with engine.begin() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


given = context.config.attributes.get("connection")
if given is None:
    asyncio.run(migrate_from_command_line())
else:
    migrate(given)
