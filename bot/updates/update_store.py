"""The update store: the two statements that run at every update, through the database's own driver."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson
from sqlalchemy import bindparam, select, text, true, update

from bot.database.drivers.postgres import PostgresDriver
from bot.database.drivers.sqlite import SqliteDriver
from bot.database.models import InboundUpdate, UpdateState
from bot.screens.drafts import DRAFT_COLUMNS, DRAFTS, OPEN_DRAFT, Draft, draft_of
from domain.accounts.standing import STANDING, KnownChat
from domain.audit.service import NEWEST
from domain.persistence.db import tables_of

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from bot.database.connections import Connections
    from bot.database.drivers.base import Driver
    from bot.screens.screen import Answer
    from domain.unit_of_work import UnitOfWork

(_updates,) = tables_of(InboundUpdate)
_standing = STANDING.subquery()
# Who writes, the draft of the form that is open, and how far the log is: one statement, as every update needs them.
_READ_CHAT: Final = (
    select(*_standing.c, *DRAFT_COLUMNS, NEWEST.scalar_subquery().label("seen"))
    .select_from(select(true()).subquery())
    .outerjoin(_standing, true())
    .outerjoin(DRAFTS, (DRAFTS.c.chat_id == bindparam("chat")) & OPEN_DRAFT)
    .limit(1)
)
_MARK_DONE: Final = (
    update(_updates)
    .where(_updates.c.update_id == bindparam("update"), _updates.c.state == UpdateState.NEW)
    .values(
        state=UpdateState.DONE,
        screen=bindparam("shown", type_=_updates.c.screen.type),
        error=bindparam("problem", type_=_updates.c.error.type),
        attempts=_updates.c.attempts + 1,
    )
)
_DATA, _MEMORY = (
    next(place for place, column in enumerate(DRAFT_COLUMNS) if column.name == name)
    for name in ("draft_data", "draft_memory")
)
_MARK_DONE_IN_SECRET: Final = _MARK_DONE.values(body=text("'{}'"))


class AlreadyDoneError(Exception):
    """Another process has run this update: what this one did is rolled back."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the database knows of a chat when its update begins."""

    chat: KnownChat | None
    draft: Draft | None
    """Of the form that is open in the chat, whoever's it is."""
    seen: int
    """Place of the log's newest row."""


class UpdateStore:
    """Reads what an update begins with, and writes that it is done: the fast path around SQLAlchemy.

    Every update runs these two statements, and many run no other. A session takes ten times as long for them as the
    driver alone.

    - `begin` reads, with one SELECT, who writes, where they are in a conversation, and how far the log is. It runs
      before the update's transaction begins. That changes nothing: each statement of a transaction sees what was
      committed before it (READ COMMITTED), and on SQLite the one writer holds the lock all along.
    - `end` marks, with one UPDATE, the update as done and keeps its answer. It runs in the update's transaction where
      there is one. An update that has read and written nothing else has none: the statement is its whole transaction.
    """

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._read_chat = driver.prepare(_READ_CHAT)
        self._mark_done = driver.prepare(_MARK_DONE)
        self._mark_done_in_secret = driver.prepare(_MARK_DONE_IN_SECRET)

    async def begin(self, unit: UnitOfWork, chat_id: int) -> Found:
        """Who writes, and where they are."""
        *row, seen = await self._driver.fetch_one(self._read_chat, {"chat": chat_id, "now": unit.clock.now()})
        chat, draft = row[: -len(DRAFT_COLUMNS)], row[-len(DRAFT_COLUMNS) :]
        if draft[0] is None:
            return Found(KnownChat.of(chat), None, seen)
        draft[_DATA], draft[_MEMORY] = _decoded(draft[_DATA]), _decoded(draft[_MEMORY])
        return Found(KnownChat.of(chat), draft_of(draft), seen)

    async def end(
        self, unit: UnitOfWork, update_id: int, answer: Answer, *, error: str | None = None, is_secret: bool = False
    ) -> None:
        """Marks the update as done and keeps its answer. Where it is secret, nothing is kept of what it said.

        Raises:
            AlreadyDoneError: another instance was faster.
        """
        shown, others = answer.to_json(), {"update": update_id, "problem": error}
        if unit.has_begun:
            marking = _MARK_DONE_IN_SECRET if is_secret else _MARK_DONE
            marked: Any = await unit.session.execute(marking, {"shown": shown, **others})
            changed = marked.rowcount
        else:
            query = self._mark_done_in_secret if is_secret else self._mark_done
            changed = await self._driver.execute(query, {"shown": orjson.dumps(shown).decode(), **others})
        if changed != 1:
            raise AlreadyDoneError(update_id)

    async def close(self) -> None:
        """Closes the driver's connections."""
        await self._driver.close()


def update_store_of(engine: AsyncEngine, at_once: int, connections: Connections) -> UpdateStore:
    """The update store of a database, for so many updates at once."""
    if engine.dialect.name == "postgresql":
        return UpdateStore(PostgresDriver(engine.url, at_once, connections))
    return UpdateStore(SqliteDriver(engine))


def _decoded(content: str | None) -> Any:
    return None if content is None else orjson.loads(content)
