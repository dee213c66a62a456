"""Databases for the subjects: durable as in production, at the newest schema, with a worker logged in at each chat."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal
from uuid import uuid4

from sqlalchemy import insert, text

from benchmarks.load import CHATS, FIRST_CHAT
from benchmarks.machine import family_cpu_seconds
from benchmarks.postgres import durable_postgres
from domain.accounts.model import ChatLink, Role, User, UserSession
from domain.orders.model import Category
from domain.persistence.db import create_engine
from domain.persistence.schema import upgrade
from tests.support.postgres import Postgres

Engine = Literal["postgresql", "sqlite"]

PEER_TABLE = "CREATE TABLE peer_updates (update_id BIGINT PRIMARY KEY, chat_id BIGINT NOT NULL, body JSON NOT NULL)"


class BenchDatabases:
    """Copies of a prepared database, one for each run of a subject.

    Args:
        folder: For SQLite's files, on a real disk.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open = ExitStack()
        self._postgres: Postgres | None = None
        self._sqlite: Path | None = None

    def close(self) -> None:
        self._open.close()

    @contextmanager
    def copy(self, engine: Engine) -> Iterator[str]:
        """The URL of a fresh database."""
        name = f"bench_{uuid4().hex}"
        if engine == "sqlite":
            file = self._folder / f"{name}.sqlite3"
            shutil.copyfile(self._sqlite_template(), file)
            try:
                yield f"sqlite:///{file}"
            finally:
                for left in self._folder.glob(f"{name}*"):
                    left.unlink()
            return
        postgres = self._postgres_with_template()
        postgres.execute(f"CREATE DATABASE {name} TEMPLATE prepared", "CHECKPOINT")
        try:
            yield postgres.url(name)
        finally:
            postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def server_cpu_seconds(self) -> float:
        """What the PostgreSQL server has computed so far; 0 where none runs."""
        if self._postgres is None:
            return 0.0
        server = (self._postgres.folder / "data" / "postmaster.pid").read_text(encoding="utf-8").split()[0]
        return family_cpu_seconds(int(server))

    def _sqlite_template(self) -> Path:
        if self._sqlite is None:
            file = self._folder / "prepared.sqlite3"
            _prepare(f"sqlite:///{file}")
            self._sqlite = file
        return self._sqlite

    def _postgres_with_template(self) -> Postgres:
        if self._postgres is None:
            self._postgres = self._open.enter_context(durable_postgres(f"b{os.getpid()}"))
            self._postgres.execute("CREATE DATABASE prepared TEMPLATE template0")
            _prepare(self._postgres.url("prepared"))
        return self._postgres


def _prepare(url: str) -> None:
    upgrade(url)
    asyncio.run(_fill(url))


async def _fill(url: str) -> None:
    now = datetime.now(UTC)
    users = [
        {"id": uuid4(), "email": f"worker{chat}@example.com", "name": f"Worker {chat}", "role": Role.WORKER}
        for chat in range(FIRST_CHAT, FIRST_CHAT + CHATS)
    ]
    chats = list(enumerate((user["id"] for user in users), FIRST_CHAT))
    sessions = [
        {
            "user_id": user,
            "chat_id": chat,
            "session_token": f"hash of {chat}",
            "last_seen_at": now,
            "expires_at": now + timedelta(days=30),
        }
        for chat, user in chats
    ]
    engine = create_engine(url)
    async with engine.begin() as connection:
        await connection.execute(text(PEER_TABLE))
        await connection.execute(insert(User), users)
        await connection.execute(insert(ChatLink), [{"chat_id": chat, "user_id": user} for chat, user in chats])
        await connection.execute(insert(UserSession), sessions)
        await connection.execute(insert(Category), [{"name": "Link Building"}, {"name": "Content Writing"}])
    await engine.dispose()
