"""The inbox: stores each update before Telegram is told that it arrived, and marks it once it is answered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

import orjson
from sqlalchemy import delete, select, text

from bot.database.lease import NEWS
from bot.database.models import InboundUpdate, UpdateState
from bot.retry import retrying
from bot.tasks import finish_or_cancel
from domain.persistence.db import DATABASE_AWAY, reason_of

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy.ext.asyncio import AsyncSession

    from bot.database.transactions import Transactions

logger = logging.getLogger(__name__)

MARK_PAUSE = 0.05
"""Seconds in which answered updates are collected, to be marked by one commit."""
RETRY_PAUSE = 1.0
"""Seconds between two tries to reach a database that is gone."""
CLOSE_SECONDS = 2.0
"""How long a commit under way may take when the bot stops."""
DELETE_BATCH = 2_000
"""Updates that one transaction removes: others write in between."""

# One statement for any number of updates, with one parameter for each column: built by SQLAlchemy it would be compiled
# anew for each size of a batch, which cost more than all the rest of storing.
_INSERT: Final = {
    "postgresql": text(
        "INSERT INTO inbound_updates (update_id, lane, body)"
        " SELECT * FROM unnest(CAST(:ids AS bigint[]), CAST(:lanes AS varchar[]), CAST(:bodies AS json[]))"
        " ON CONFLICT (update_id) DO NOTHING RETURNING update_id"
    ),
    "sqlite": text(
        "INSERT INTO inbound_updates (update_id, lane, body)"
        " SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]')"
        " FROM json_each(:rows) WHERE true"
        " ON CONFLICT (update_id) DO NOTHING RETURNING update_id"
    ),
}
# Only the id is still needed, against a redelivery. Links that let somebody in stood in the rest.
_MARK: Final = {
    "postgresql": text(
        "UPDATE inbound_updates SET state = 'answered', screen = NULL,"
        " body = CASE WHEN error IS NULL THEN '{}' ELSE body END"
        " WHERE update_id = ANY(CAST(:ids AS bigint[]))"
    ),
    "sqlite": text(
        "UPDATE inbound_updates SET state = 'answered', screen = NULL,"
        " body = CASE WHEN error IS NULL THEN '{}' ELSE body END"
        " WHERE update_id IN (SELECT value FROM json_each(:ids))"
    ),
}
_NOTIFY: Final = text("SELECT pg_notify(:channel, '')")


@dataclass(frozen=True, slots=True)
class StoredUpdate:
    """An update that is in the database."""

    update_id: int
    lane: str
    body: dict[str, Any]
    answer: dict[str, Any] | None = None
    """Its answer, where that is still to be sent: its transaction was committed before a crash."""


_NONE: Final[Mapping[Any, int]] = {}
OnStored = Callable[[StoredUpdate], None]


class FormMessages(Protocol):
    """Where it is written which message holds the question that a chat's form is at."""

    async def note(self, session: AsyncSession, messages: Sequence[tuple[UUID, int]]) -> None:
        """Writes pairs of (draft, message) within the transaction that marks updates; it neither commits nor fails.

        A draft that is gone is skipped.
        """


class Inbox:
    """Stores updates, hands each new one over once, and marks those that are answered.

    Args:
        form_messages: Writes which message holds the question that a chat's form is at, with the mark of its update.
    """

    def __init__(self, transactions: Transactions, form_messages: FormMessages | None = None) -> None:
        self._transactions = transactions
        self._form_messages = form_messages
        self._engine = transactions.engine.dialect.name
        self._on_stored: OnStored | None = None
        self._held: set[int] = set()
        """Updates that were handed over and are not marked yet, or were marked since a reading under way began."""
        self._marked: set[int] = set()
        self._readings = 0
        """How many readings of the open updates are under way."""
        self._waiting: list[tuple[dict[str, Any], asyncio.Future[None]]] = []
        self._storing: asyncio.Task[None] | None = None
        self._answered: list[int] = []
        self._unwritten_questions: dict[UUID, int] = {}
        """The message with the form's question by chat, until it is written with its update's mark."""
        self._marking: asyncio.Task[None] | None = None
        self.problem: str | None = None
        """Why the database did not take the last updates; None: it did."""

    async def store(self, bodies: Sequence[dict[str, Any]]) -> None:
        """Returns once the updates are committed.

        Calls at the same time share a commit. A redelivery changes nothing. A database that is gone is waited for:
        until then nothing is confirmed to Telegram, so nothing is lost.
        """
        loop = asyncio.get_running_loop()
        done = [loop.create_future() for _ in bodies]
        self._waiting.extend(zip(bodies, done, strict=True))
        if self._storing is None or self._storing.done():
            self._storing = asyncio.create_task(self._store_waiting())
        await asyncio.gather(*done)

    async def _store_waiting(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            # The same one twice in a batch is one update.
            updates = {body["update_id"]: StoredUpdate(body["update_id"], lane_of(body), body) for body, _ in batch}
            new = await self._insert(list(updates.values()))
            for update_id, each in updates.items():
                if update_id in new:
                    self._hand_over(each)
            for _, done in batch:
                if not done.done():
                    done.set_result(None)

    async def _insert(self, updates: Sequence[StoredUpdate]) -> set[int]:
        """Stores updates; the ids of those that were not there yet."""
        rows = self._columns(updates)

        async def insert() -> set[int]:
            try:
                async with self._transactions.unit() as unit:
                    found = set(await unit.session.scalars(_INSERT[self._engine], rows))
                    if self._on_stored is None and self._engine == "postgresql":
                        await unit.session.execute(_NOTIFY, {"channel": NEWS})
                    await unit.session.commit()
                if self.problem is not None:
                    # A try that broke may have been committed all the same, and then none of them is new by now.
                    found |= {each.update_id for each in await self._unfinished()}
            except DATABASE_AWAY as error:
                self.problem = reason_of(error)
                raise
            self.problem = None
            return found

        return await retrying(
            insert,
            on=DATABASE_AWAY,
            pauses=(RETRY_PAUSE,),
            say="The database takes nothing; updates wait at Telegram",
            say_over="The database takes updates again",
        )

    def _columns(self, updates: Sequence[StoredUpdate]) -> dict[str, Any]:
        bodies = [orjson.dumps(each.body).decode() for each in updates]
        if self._engine == "postgresql":
            return {
                "ids": [each.update_id for each in updates],
                "lanes": [each.lane for each in updates],
                "bodies": bodies,
            }
        rows = [(each.update_id, each.lane, body) for each, body in zip(updates, bodies, strict=True)]
        return {"rows": orjson.dumps(rows).decode()}

    def _hand_over(self, stored: StoredUpdate) -> None:
        if self._on_stored is not None and stored.update_id not in self._held:
            self._held.add(stored.update_id)
            self._on_stored(stored)

    async def finish_storing(self) -> None:
        """Lets a commit under way finish. After this no update is new any more.

        Whoever waited for the commit is gone by now. Without this its update could start when everything around it is
        closed, and fail for no reason of its own.
        """
        if self._storing is not None:
            await finish_or_cancel(self._storing, seconds=CLOSE_SECONDS)

    async def begin(self, on_stored: OnStored) -> None:
        """Hands updates over from now on: first those that were stored before and are not at their end, in order."""
        newer: list[StoredUpdate] = []
        self._on_stored = newer.append
        try:
            earlier = await self._unfinished()
        except BaseException:
            self._on_stored = None
            raise
        self._held.difference_update(each.update_id for each in newer)
        self._on_stored = on_stored
        for stored in (*earlier, *newer):
            self._hand_over(stored)

    def pause(self) -> None:
        """Only stores from now on: another instance leads."""
        self._on_stored = None

    async def catch_up(self) -> None:
        """Hands over what other instances have stored or left: updates to run, and answers to send again."""
        for stored in await self._unfinished():
            self._hand_over(stored)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Keeps what is marked meanwhile held: the database may have answered before it was marked."""
        self._readings += 1
        try:
            yield
        finally:
            self._readings -= 1
            self._let_go(())

    def _let_go(self, marked: Collection[int]) -> None:
        self._marked.update(marked)
        if not self._readings:
            self._held -= self._marked
            self._marked.clear()

    async def _unfinished(self) -> list[StoredUpdate]:
        """Updates to run from the start, and committed answers to send, that nobody here holds.

        Hand them over before anything else is waited for: by then they may be held, and at their end.
        """
        with self._reading():
            found = await self._open()
            return [each for each in found if each.update_id not in self._held]

    async def _open(self) -> list[StoredUpdate]:
        columns = (InboundUpdate.update_id, InboundUpdate.lane, InboundUpdate.body, InboundUpdate.screen)
        is_open = InboundUpdate.state != UpdateState.ANSWERED
        async with self._transactions.reading() as session:
            ids = set(await session.scalars(select(InboundUpdate.update_id).where(is_open)))
            missing = ids - self._held
            if not missing:
                return []
            found = select(*columns, InboundUpdate.state).where(is_open).order_by(InboundUpdate.update_id)
            rows = (await session.execute(found)).all()
        return [
            StoredUpdate(row.update_id, row.lane, row.body, row.screen if row.state == UpdateState.DONE else None)
            for row in rows
            if row.update_id in missing
        ]

    def release(self, update_ids: Collection[int]) -> None:
        """Gives up updates that are not run here after all: they may be handed over again."""
        self._held.difference_update(update_ids)

    def mark_answered(self, update_id: int, *, form_message: tuple[UUID, int] | None = None) -> None:
        """Notes that an update is finished. That is written a moment later, together with others.

        `form_message`: the draft and the message of a form's question that was just sent.
        """
        self._answered.append(update_id)
        if form_message is not None:
            draft_id, message_id = form_message
            self._unwritten_questions[draft_id] = message_id
        if self._marking is None or self._marking.done():
            self._marking = asyncio.create_task(self._mark_soon())

    def unwritten_form_messages(self) -> Mapping[UUID, int]:
        """The messages of forms' questions, by draft, that the database does not know yet.

        Asked before the database is read: they may be written in between.
        """
        return dict(self._unwritten_questions) if self._unwritten_questions else _NONE

    async def _mark_soon(self) -> None:
        while self._answered:
            await asyncio.sleep(MARK_PAUSE)
            await retrying(
                self._mark,
                on=DATABASE_AWAY,
                pauses=(RETRY_PAUSE,),
                say="Answered updates are not marked yet: the database does not answer",
                say_over="Answered updates are marked",
            )

    async def _mark(self) -> None:
        """Marks all that are answered by now. What the database did not take is kept for the next try."""
        ids, self._answered = self._answered, []
        questions = sorted(self._unwritten_questions.items())
        given = ids if self._engine == "postgresql" else orjson.dumps(ids).decode()
        try:
            async with self._transactions.unit() as unit:
                await unit.session.execute(_MARK[self._engine], {"ids": given})
                if questions and self._form_messages is not None:
                    await self._form_messages.note(unit.session, questions)
                await unit.session.commit()
        except DATABASE_AWAY:
            self._answered = ids + self._answered
            raise
        self._let_go(ids)
        for draft_id, message_id in questions:
            if self._unwritten_questions[draft_id] == message_id:
                del self._unwritten_questions[draft_id]

    async def forget(self, before: datetime) -> int:
        """Removes updates that arrived before an instant and are answered: Telegram redelivers for a day at most.

        Those that ended in a bug stay, for whoever looks into it.

        Returns:
            How many updates that were.
        """
        forgotten = 0
        while True:
            old = (
                select(InboundUpdate.update_id)
                .where(
                    InboundUpdate.state == UpdateState.ANSWERED,
                    InboundUpdate.error.is_(None),
                    InboundUpdate.received_at < before,
                )
                .order_by(InboundUpdate.update_id)
                .limit(DELETE_BATCH)
            )
            async with self._transactions.unit() as unit:
                gone = await unit.session.execute(
                    delete(InboundUpdate).where(InboundUpdate.update_id.in_(old)).returning(InboundUpdate.update_id)
                )
                count = len(gone.all())
                await unit.session.commit()
            forgotten += count
            if count < DELETE_BATCH:
                return forgotten

    async def close(self) -> None:
        """Writes the last marks. Those under way are let finish: cancelled, their updates would be answered again."""
        if self._marking is not None:
            await finish_or_cancel(self._marking, seconds=CLOSE_SECONDS)
        if self._answered:
            with suppress(*DATABASE_AWAY):
                await self._mark()


def lane_of(body: dict[str, Any]) -> str:
    """The lane of an update: its chat's, or its person's where there is no chat. One lane, one update at a time."""
    for name, content in body.items():
        if name == "update_id" or not isinstance(content, dict):
            continue
        message = content.get("message") if name == "callback_query" else content
        chat = message.get("chat") if isinstance(message, dict) else None
        if isinstance(chat, dict):
            return f"chat:{chat['id']}"
        person = content.get("from")
        if isinstance(person, dict):
            return f"user:{person['id']}"
    return "none"
