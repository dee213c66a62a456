"""What the closing is compared with: statements that somebody would write by hand, with no rule in them.

`LINES` adds up the lines and does nothing else. `LEAST` completes their orders as well, which the rules ask for and the
owner's schema has in each order's row. `ROWS` leaves the same rows behind as a closing: invoices, lines, a source for
each order, completed orders, a notification and a log row for each invoice (outside of the chain of hashes).
"""

# ruff: noqa: S608 - put together from the constants below

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

from sqlalchemy import text

from domain.persistence.db import create_engine

_SUMS: Final = """
    SELECT coalesce(assigned_to, created_by) AS worker, category, rate,
           sum(coalesce(approved_submissions, total_submissions)) AS quantity,
           sum(coalesce(approved_submissions, total_submissions)) * rate AS amount
    FROM work_orders
    WHERE status = 'Approved' AND archived_at IS NULL AND submitted_at < '2026-11-01'
    GROUP BY coalesce(assigned_to, created_by), category, rate
"""
_TABLE: Final = "(worker {id}, category VARCHAR(100), rate {money}, quantity INTEGER, amount {money})"
_COMPLETED: Final = """
    UPDATE work_orders SET status = 'Completed', updated_at = {now}
    WHERE status = 'Approved' AND archived_at IS NULL AND submitted_at < '2026-11-01'
"""
LINES: Final = ("CREATE TABLE raw_lines " + _TABLE, "INSERT INTO raw_lines " + _SUMS)
LEAST: Final = (*LINES, _COMPLETED)
ROWS: Final = (
    f"""CREATE TEMP TABLE raw_lines AS
        SELECT {{random}} AS id, row_number() OVER (PARTITION BY worker ORDER BY category, rate) AS position, sums.*
        FROM ({_SUMS}) AS sums""",
    """CREATE TEMP TABLE raw_invoices AS
       SELECT {random} AS id, worker, sum(quantity) AS quantity, sum(amount) AS amount,
              'INV-2026-' || substr('000000' || row_number() OVER (ORDER BY worker), -6) AS number
       FROM raw_lines GROUP BY worker""",
    "CREATE UNIQUE INDEX raw_lines_key ON raw_lines (worker, category, rate)",
    "CREATE UNIQUE INDEX raw_invoices_key ON raw_invoices (worker)",
    "ANALYZE raw_lines",
    "ANALYZE raw_invoices",
    """INSERT INTO invoices (id, worker_id, month, year, submission_count, work_pay, total_amount, created_by, number,
                             worker_name)
       SELECT made.id, worker, 10, 2026, quantity, amount, amount, {system}, number, name
       FROM raw_invoices AS made JOIN users ON users.id = worker""",
    """INSERT INTO invoice_lines (id, invoice_id, position, kind, label, category, quantity, rate, amount)
       SELECT line.id, made.id, position, 'work', category, category, line.quantity, rate, line.amount
       FROM raw_lines AS line JOIN raw_invoices AS made ON made.worker = line.worker""",
    """INSERT INTO invoice_sources (line_id, invoice_id, order_id, order_version, amount)
       SELECT line.id, made.id, orders.id, orders.version,
              coalesce(approved_submissions, total_submissions) * orders.rate
       FROM work_orders AS orders
       JOIN raw_lines AS line ON line.worker = coalesce(assigned_to, created_by)
            AND line.category = orders.category AND line.rate = orders.rate
       JOIN raw_invoices AS made ON made.worker = line.worker
       WHERE status = 'Approved' AND archived_at IS NULL AND submitted_at < '2026-11-01'""",
    _COMPLETED,
    """INSERT INTO notifications (user_id, kind, payload, dedupe_key)
       SELECT worker, 'invoice_issued', {object}, worker || ':invoice_issued:' || number FROM raw_invoices""",
    """INSERT INTO activity_logs (user_id, action, log_type, entity_type, entity_id, new_values)
       SELECT {system}, 'Issued invoice ' || number, 'invoice_generated', 'invoices', id, {object}
       FROM raw_invoices""",
)
_WORDS: Final = {
    "postgresql": {
        "id": "UUID",
        "money": "NUMERIC(10,2)",
        "random": "gen_random_uuid()",
        "system": "CAST('00000000-0000-0000-0000-000000000001' AS uuid)",
        "now": "CURRENT_TIMESTAMP",
        "object": "jsonb_build_object('number', number, 'month', '2026-10', 'total', amount, 'currency', 'PKR')",
    },
    "sqlite": {
        "id": "CHAR(32)",
        "money": "BIGINT",
        "random": "lower(hex(randomblob(16)))",
        "system": "'00000000000000000000000000000001'",
        "now": "strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'",
        "object": "json_object('number', number, 'month', '2026-10', 'total', amount, 'currency', 'PKR')",
    },
}


async def run_statements(url: str, statements: Sequence[str]) -> float:
    """Runs them in one transaction, on an engine as the product has it. Returns the seconds to its commit."""
    engine = create_engine(url)
    async with engine.connect() as connection:
        await connection.rollback()
        began = time.perf_counter()
        for statement in statements:
            await connection.execute(text(statement.format_map(_WORDS[engine.dialect.name])))
        await connection.commit()
        seconds = time.perf_counter() - began
    await engine.dispose()
    return seconds
