"""The models say what the migrations made: tables, columns, types, references, indexes, defaults, checked values."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Enum, Inspector, Table, inspect
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

import bot.database.models  # noqa: F401
from domain.persistence.db import Base
from domain.reports.model import dashboard_stats, worker_performance
from migrations.building import has_model

Result = TypeVar("Result")


async def inspected(engine: AsyncEngine, work: Callable[[Inspector], Result]) -> Result:
    async with engine.connect() as connection:
        return await connection.run_sync(lambda sync: work(inspect(sync)))


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
async def test_alembic_finds_no_difference(engine: AsyncEngine) -> None:
    def compare(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"include_name": has_model})
        return list(compare_metadata(context, Base.metadata))

    async with engine.connect() as connection:
        assert await connection.run_sync(compare) == []


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
async def test_indexes_have_the_same_names_columns_and_conditions(engine: AsyncEngine) -> None:
    """Alembic does not compare the condition of a partial index, and a unique index without it refuses too much."""

    def described(inspector: Inspector, table: str) -> set[tuple[str, tuple[str, ...], bool, str]]:
        return {
            (
                str(index["name"]),
                tuple(str(name) for name in index["column_names"]),
                bool(index["unique"]),
                bare(index.get("dialect_options", {}).get(f"{engine.dialect.name}_where")),
            )
            for index in inspector.get_indexes(table)
            if None not in index["column_names"] and "duplicates_constraint" not in index
        }

    def declared(table: Table) -> set[tuple[str, tuple[str, ...], bool, str]]:
        return {
            (
                str(index.name),
                tuple(column.name for column in index.columns),
                index.unique,
                bare(index.dialect_options[engine.dialect.name]["where"]),
            )
            for index in table.indexes
            if "any_case" not in str(index.name)
        }

    tables = Base.metadata.sorted_tables
    found = await inspected(engine, lambda inspector: {t.name: described(inspector, t.name) for t in tables})

    assert found == {table.name: declared(table) for table in tables}


def bare(condition: object) -> str:
    """A condition without what PostgreSQL adds: parentheses and casts."""
    return "" if condition is None else re.sub(r"::\w+( varying)?|[()]", "", str(condition))


async def test_the_same_columns_have_a_default(engine: AsyncEngine) -> None:
    """What the ORM reads back after an INSERT is what the database fills in."""
    tables = Base.metadata.sorted_tables
    columns = await inspected(
        engine, lambda inspector: {table.name: inspector.get_columns(table.name) for table in tables}
    )

    for table in tables:
        in_database = {column["name"] for column in columns[table.name] if column["default"] is not None}
        in_database |= {column["name"] for column in columns[table.name] if column.get("identity")}
        in_model = {column.name for column in table.columns if column.server_default is not None}
        if engine.dialect.name == "sqlite":
            in_model -= {
                column.name for column in table.columns if table.name == "notifications" and column.primary_key
            }
        assert in_database == in_model, table.name


async def test_checks_list_the_values_of_the_enums(engine: AsyncEngine) -> None:
    enums = [
        (table.name, column.name, set(column.type.enums))
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Enum)
    ]
    assert len(enums) >= 12

    checks = await inspected(
        engine,
        lambda inspector: {
            (table, check["name"]): str(check["sqltext"])
            for table, _, _ in enums
            for check in inspector.get_check_constraints(table)
        },
    )

    for table, column, values in enums:
        assert set(re.findall(r"'([^']*)'", checks[table, f"ck_{table}_{column}"])) == values, f"{table}.{column}"


async def test_views_have_the_columns_that_the_models_select(engine: AsyncEngine) -> None:
    for view in (dashboard_stats, worker_performance):
        columns = await inspected(engine, lambda inspector, name=view.name: inspector.get_columns(name))  # type: ignore[misc]
        assert [column["name"] for column in columns] == [column.name for column in view.columns]
