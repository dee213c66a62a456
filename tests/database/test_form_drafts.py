"""What was under way in an older version's conversations goes on as the drafts of forms."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Final
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Connection

from domain.persistence import schema
from domain.persistence.db import create_engine
from handlers.registration import FAMILIES

BEFORE = "0010_orders_change_faster"
SUBMIT: Final[dict[str, Any]] = {
    "id": "1b671a64-40d5-491e-99b0-da01ff1f3341",
    "order": {
        "category": "Link Building",
        "total_submissions": 300,
        "title": "Backlinks for Ace",
        "business_name": None,
        "folder_name": None,
        "note": None,
        "files": [
            {
                "telegram_file_id": "photo-1",
                "telegram_file_unique_id": "unique-1",
                "original_name": "",
                "mime_type": "image/jpeg",
                "size": 1000,
                "kind": "photo",
            }
        ],
    },
    "resubmits": None,
    "is_editing": False,
    "offered": [],
    "album": "",
    "said": "",
}
BONUS = {
    "kind": "bonus",
    "token": "abc",
    "category_id": None,
    "category": "",
    "worker_id": "1b671a64-40d5-491e-99b0-da01ff1f3341",
    "worker_name": "Ayesha",
    "amount": "500.00",
    "reason": "",
    "month": None,
    "day": None,
    "search": "",
    "page": 1,
}


def run(url: str, work: Any) -> Any:
    async def connect() -> Any:
        engine = create_engine(url)
        async with engine.begin() as connection:
            found = await connection.run_sync(work)
        await engine.dispose()
        return found

    return asyncio.run(connect())


@pytest.mark.parametrize(
    ("name", "data", "form", "kept", "asked"),
    [
        ("submit", SUBMIT, "submit", {"title": "Backlinks for Ace", "total_submissions": 300}, "confirm"),
        ("pay", BONUS, "bonus", {"worker_name": "Ayesha", "amount": "500.00"}, "reason"),
        ("invite", {"role": "Worker", "name": "Bilal"}, "invite", {"name": "Bilal"}, "email"),
    ],
)
def test_a_draft_of_an_older_version_is_carried_over(
    empty_url: str, name: str, data: dict[str, Any], form: str, kept: dict[str, Any], asked: str
) -> None:
    schema.upgrade(empty_url, BEFORE)

    def write(connection: Connection) -> None:
        connection.execute(
            text("INSERT INTO conversations (name, key, state, data) VALUES (:name, '5000001', :state, :data)"),
            {"name": name, "state": json.dumps("n"), "data": json.dumps(data)},
        )

    def read(connection: Connection) -> list[Any]:
        return list(connection.execute(text("SELECT id, chat_id, form, step, status, data FROM form_drafts")).all())

    run(empty_url, write)
    schema.upgrade(empty_url)

    [row] = run(empty_url, read)
    stored = row.data if isinstance(row.data, dict) else json.loads(row.data)
    assert (row.chat_id, row.form, row.status) == (5_000_001, form, "aside")
    assert {field: stored[field] for field in kept} == kept
    assert str(UUID(str(row.id)))
    [known] = [each for family in FAMILIES for each in family.forms if each.name == form]
    draft = known.load(stored)
    assert known.step(row.step, draft).name == asked
    assert {field: str(getattr(draft, field)) for field in kept} == {field: str(value) for field, value in kept.items()}


def test_a_log_in_holds_nothing_that_would_be_lost(empty_url: str) -> None:
    schema.upgrade(empty_url, BEFORE)

    def write(connection: Connection) -> None:
        connection.execute(
            text("INSERT INTO conversations (name, key, state, data) VALUES ('log_in', '5000001', :state, :data)"),
            {"state": json.dumps("p"), "data": json.dumps({"email": "a@example.com"})},
        )

    def read(connection: Connection) -> int:
        return int(connection.execute(text("SELECT count(*) FROM form_drafts")).scalar_one())

    run(empty_url, write)
    schema.upgrade(empty_url)
    assert run(empty_url, read) == 0
