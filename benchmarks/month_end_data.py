"""An agency at the end of a month: workers, and their approved orders, made by the database itself in some statements.

Orders lie in the table as they came in, so that a worker's are all over it, and each has 8 categories to be in.
"""

# ruff: noqa: S608 - put together from the constants below

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import text

from domain.clock import Month
from domain.persistence.db import create_engine

MONTH: Final = Month(2026, 10)
ZONE: Final = ZoneInfo("Asia/Karachi")
CATEGORIES: Final = 8

_ORDERS: Final = """
    (id, title, category, status, total_submissions, approved_submissions, rate, assigned_to, created_by, number,
     created_at, updated_at, submitted_at, decided_at, business_name)
"""
# Consecutive orders are of different workers; a worker's consecutive orders are of different categories.
_POSTGRESQL: Final = (
    """INSERT INTO users (id, email, password_hash, name, role)
       SELECT gen_random_uuid(), 'worker' || n || '@example.com', '!', 'Worker ' || n, 'Worker'
       FROM generate_series(0, :workers - 1) AS n""",
    """CREATE TEMP TABLE people AS
       SELECT id, CAST(row_number() OVER (ORDER BY id) - 1 AS integer) AS place FROM users WHERE role = 'Worker'""",
    f"""INSERT INTO work_orders {_ORDERS}
       SELECT gen_random_uuid(), 'Backlinks ' || n, 'Category ' || (n / :workers) % :categories, 'Approved',
              1 + n % 50, 1 + n % 50, 5 + (n / :workers) % :categories * 1.37, people.id, people.id, n + 1,
              moment, moment, moment, moment, 'Business ' || n % 997
       FROM generate_series(0, :orders - 1) AS n
       JOIN people ON people.place = n % :workers
       CROSS JOIN LATERAL (
           SELECT CAST(:start AS timestamptz) + n * (interval '1 day' * 31 / :orders) AS moment) AS submitted
       ORDER BY n""",
)
_SQLITE: Final = (
    """WITH RECURSIVE series(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM series WHERE n + 1 < :workers)
       INSERT INTO users (id, email, password_hash, name, role)
       SELECT lower(hex(randomblob(16))), 'worker' || n || '@example.com', '!', 'Worker ' || n, 'Worker' FROM series""",
    "CREATE TEMP TABLE people (place INTEGER PRIMARY KEY, id CHAR(32))",
    """INSERT INTO people
       SELECT row_number() OVER (ORDER BY id) - 1, id FROM users WHERE role = 'Worker'""",
    f"""WITH RECURSIVE series(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM series WHERE n + 1 < :orders),
       dated(n, moment) AS (
           SELECT n, strftime('%Y-%m-%d %H:%M:%f', :start, (n * 31.0 * 86400 / :orders) || ' seconds') || '000'
           FROM series)
       INSERT INTO work_orders {_ORDERS}
       SELECT lower(hex(randomblob(16))), 'Backlinks ' || n, 'Category ' || (n / :workers) % :categories, 'Approved',
              1 + n % 50, 1 + n % 50, 500 + (n / :workers) % :categories * 137, people.id, people.id, n + 1,
              moment, moment, moment, moment, 'Business ' || n % 997
       FROM dated JOIN people ON people.place = n % :workers""",
)


async def fill(url: str, workers: int, orders: int) -> None:
    """Puts the agency into a database at the newest schema."""
    engine = create_engine(url, synchronous="OFF")
    on_postgresql = engine.dialect.name == "postgresql"
    start = MONTH.start(ZONE)
    values = {
        "workers": workers,
        "orders": orders,
        "categories": CATEGORIES,
        "start": start if on_postgresql else start.strftime("%Y-%m-%d %H:%M:%S"),
    }
    async with engine.connect() as connection:
        if not on_postgresql:
            # While it is made; every connection that measures has the product's own settings.
            await connection.exec_driver_sql("PRAGMA cache_size = -1000000")
            await connection.rollback()
        for statement in _POSTGRESQL if on_postgresql else _SQLITE:
            named = {name: value for name, value in values.items() if f":{name}" in statement}
            await connection.execute(text(statement), named)
        await connection.commit()
    if on_postgresql:
        # What autovacuum would have done in a month.
        async with engine.connect() as connection:
            outside = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await outside.exec_driver_sql("VACUUM ANALYZE")
    await engine.dispose()
