"""The database's two views, to select from. Their month is UTC's; reports in the organization's zone are queries."""

from typing import Final

from sqlalchemy import Column, Integer, MetaData, String, Table, Uuid

from domain.persistence.db import Money

_VIEWS: Final = MetaData()
"""Apart from the tables', so that Alembic does not take the views for tables."""

dashboard_stats: Final = Table(
    "dashboard_stats",
    _VIEWS,
    Column("total_orders", Integer),
    Column("total_submissions", Integer),
    Column("approved_submissions", Integer),
    Column("rejected_submissions", Integer),
    Column("orders_in_qa", Integer),
    Column("orders_in_work", Integer),
)
"""One row: orders created in the current month."""

worker_performance: Final = Table(
    "worker_performance",
    _VIEWS,
    Column("id", Uuid),
    Column("name", String),
    Column("email", String),
    Column("total_orders", Integer),
    Column("total_submissions", Integer),
    Column("approved_submissions", Integer),
    Column("total_bonuses", Money),
    Column("total_fines", Money),
)
"""A row a worker, over all time."""
