"""The message of a form's question: known at once, and written with its update's mark."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest

from bot.updates.inbox import Inbox

FIRST, SECOND = UUID(int=1), UUID(int=2)
"""Drafts."""


class Database:
    """Takes marks, where it is not away."""

    def __init__(self) -> None:
        self.engine = SimpleNamespace(dialect=SimpleNamespace(name="sqlite"))
        self.is_away = False
        self.log: list[object] = []
        self.commits = asyncio.Semaphore(0)

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[Any]:
        if self.is_away:
            raise OSError("away")
        yield SimpleNamespace(session=self)

    async def execute(self, _statement: object, values: dict[str, str]) -> None:
        self.log.append(values["ids"])

    async def note(self, _session: object, messages: Sequence[tuple[UUID, int]]) -> None:
        self.log.append(list(messages))

    async def commit(self) -> None:
        await asyncio.sleep(0)
        self.log.append("commit")
        self.commits.release()


def inbox_on(database: Database) -> Inbox:
    return Inbox(cast("Any", database), database)


async def test_it_is_known_at_once_and_written_with_the_marks() -> None:
    database = Database()
    inbox = inbox_on(database)
    inbox.mark_answered(1, form_message=(FIRST, 100))
    inbox.mark_answered(2)
    inbox.mark_answered(3, form_message=(SECOND, 200))
    inbox.mark_answered(4, form_message=(FIRST, 101))
    assert inbox.unwritten_form_messages() == {FIRST: 101, SECOND: 200}
    await inbox.close()
    assert database.log == ["[1,2,3,4]", [(FIRST, 101), (SECOND, 200)], "commit"]
    assert inbox.unwritten_form_messages() == {}


async def test_a_newer_question_is_not_forgotten_for_the_older_one_that_was_written() -> None:
    database = Database()
    inbox = inbox_on(database)
    inbox.mark_answered(1, form_message=(FIRST, 100))
    while "commit" not in database.log:
        await asyncio.sleep(0)
        if database.log and "[2]" not in database.log and inbox.unwritten_form_messages().get(FIRST) == 100:
            inbox.mark_answered(2, form_message=(FIRST, 101))  # while the first is being committed
    assert inbox.unwritten_form_messages().get(FIRST) == 101
    await inbox.close()
    assert database.log == ["[1]", [(FIRST, 100)], "commit", "[2]", [(FIRST, 101)], "commit"]


async def test_what_a_database_did_not_take_is_kept() -> None:
    database = Database()
    database.is_away = True
    inbox = inbox_on(database)
    inbox.mark_answered(1, form_message=(FIRST, 100))
    with pytest.raises(OSError, match="away"):
        await inbox._mark()
    assert inbox.unwritten_form_messages().get(FIRST) == 100
    database.is_away = False
    await inbox.close()
    assert database.log == ["[1]", [(FIRST, 100)], "commit"]
    assert inbox.unwritten_form_messages() == {}
