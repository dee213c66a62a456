"""Fresh databases at the newest schema, on both engines. Cheap: each is a copy of one that was migrated once a run."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from domain.persistence import schema
from tests.support.postgres import Postgres, running_postgres


class Databases:
    """Makes databases, and removes them when the worker ends.

    Args:
        run: The same word in all workers of a test run.
        folder: For SQLite's files; this worker's own.
        with_postgres: Whether there may be a PostgreSQL; without one, a test that needs it is skipped.
    """

    def __init__(self, run: str, folder: Path, *, with_postgres: bool = True) -> None:
        self._run = run
        self._folder = folder
        self._with_postgres = with_postgres
        self._sqlite_template: Path | None = None
        self._postgres: Postgres | None = None
        self._open = ExitStack()

    def close(self) -> None:
        self._open.close()

    @property
    def postgres(self) -> Postgres:
        """Started when a test first needs it."""
        if not self._with_postgres:
            pytest.skip("without PostgreSQL, as --databases says")
        if self._postgres is None:
            self._postgres = self._open.enter_context(running_postgres(self._run))
        return self._postgres

    @contextmanager
    def empty(self, engine: str) -> Iterator[str]:
        """The URL of a database without a schema."""
        if engine == "sqlite":
            yield f"sqlite:///{self._folder / uuid4().hex}.db"
            return
        with self._on_postgres("template0") as url:
            yield url

    @contextmanager
    def migrated(self, engine: str) -> Iterator[str]:
        """The URL of a database at the newest schema."""
        if engine == "sqlite":
            copy = self._folder / f"{uuid4().hex}.db"
            shutil.copyfile(self._migrated_file(), copy)
            yield f"sqlite:///{copy}"
            copy.unlink()
            return
        self._migrated_template()
        with self._on_postgres("migrated") as url:
            yield url

    @contextmanager
    def _on_postgres(self, template: str) -> Iterator[str]:
        name = f"test_{uuid4().hex}"
        self.postgres.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        try:
            yield self.postgres.url(name)
        finally:
            self.postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _migrated_template(self) -> None:
        with self.postgres.lock():
            if "migrated" not in self.postgres.databases():
                self.postgres.execute(
                    "DROP DATABASE IF EXISTS migrating", "CREATE DATABASE migrating TEMPLATE template0"
                )
                schema.upgrade(self.postgres.url("migrating"))
                self.postgres.execute("ALTER DATABASE migrating RENAME TO migrated")

    def _migrated_file(self) -> Path:
        if self._sqlite_template is None:
            template = self._folder / "template.db"
            schema.upgrade(f"sqlite:///{template}")
            self._sqlite_template = template
        return self._sqlite_template
