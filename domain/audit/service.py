"""Writing the activity log as a chain of hashes, and finding where somebody wrote past it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select, update

from domain.audit.model import ActivityChain, ActivityLog, LogType
from domain.money import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.ext.asyncio import AsyncSession

    from domain.access import Actor
    from domain.clock import Clock

FIRST_HASH: Final = "0" * 64
CHAIN_ID: Final = 1
_BATCH: Final = 1000


@dataclass(frozen=True, slots=True)
class ChainFault:
    """A place where the log was changed past the bot. `seq` is None for a row that was inserted without one."""

    seq: int | None
    row_id: UUID | None
    problem: str


class AuditLog:
    """The log rows of one transaction: collected while it works, written by `flush` just before it commits.

    The chain's head is locked from the first row on, or from `hold`; collecting them keeps other transactions from
    waiting for ours.
    """

    def __init__(self, session: AsyncSession, clock: Clock) -> None:
        self._session = session
        self._clock = clock
        self._pending: list[dict[str, Any]] = []
        self.last_seq: int | None = None
        """Of the newest row that this transaction has written."""

    @property
    def has_pending(self) -> bool:
        return bool(self._pending)

    def changed(self, entity_type: str) -> set[UUID]:
        """The records of a table that this transaction changed so far."""
        return {row["entity_id"] for row in self._pending if row["entity_type"] == entity_type and row["entity_id"]}

    def record(
        self,
        log_type: LogType,
        action: str,
        *,
        actor: Actor,
        entity_type: str | None = None,
        entity_id: UUID | None = None,
        old: Mapping[str, object] | None = None,
        new: Mapping[str, object] | None = None,
        details: str | None = None,
    ) -> None:
        """Notes one change: a sentence for people in `action`, the changed fields alone in `old` and `new`.

        Never pass a password, a token or a file's content.
        """
        self._pending.append(
            {
                "id": uuid4(),
                "user_id": actor.user_id,
                "action": action[:255],
                "details": details,
                "log_type": log_type,
                "created_at": self._clock.now(),
                "entity_type": entity_type,
                "entity_id": entity_id,
                "old_values": None if old is None else jsonable(old),
                "new_values": None if new is None else jsonable(new),
                "chat_id": actor.chat_id,
            }
        )

    async def hold(self) -> None:
        """Locks the chain's head at once: whoever changes something is done before us, or waits until we are.

        What is read from here on knows of everything that the log knows of. SQLite has one writer anyway.
        """
        await self._session.execute(NEWEST.with_for_update(key_share=True))

    async def flush(self) -> None:
        """Appends what was noted to the chain."""
        if not self._pending:
            return
        rows, self._pending = self._pending, []
        moved = (
            update(ActivityChain)
            .where(ActivityChain.id == CHAIN_ID)
            .values(seq=ActivityChain.seq + len(rows))
            .returning(ActivityChain.seq, ActivityChain.hash)
        )
        last, previous = (await self._session.execute(moved)).one()
        self.last_seq = last
        for seq, row in enumerate(rows, last - len(rows) + 1):
            row["seq"], row["prev_hash"] = seq, previous
            row["hash"] = previous = row_hash(row)
        await self._session.execute(insert(ActivityLog), rows)
        await self._session.execute(update(ActivityChain).where(ActivityChain.id == CHAIN_ID).values(hash=previous))


NEWEST: Final = select(ActivityChain.seq).where(ActivityChain.id == CHAIN_ID)
"""The place of the newest row: a stamp of what a reader has seen, for `changed_since`."""


async def changed_since(session: AsyncSession, entity_type: str, seen: Mapping[UUID, int]) -> set[UUID]:
    """The records of a table that were changed after somebody read them; `seen` has the stamp of each reading."""
    if not seen:
        return set()
    newest = (
        select(ActivityLog.entity_id, func.max(ActivityLog.seq).label("seq"))
        .where(
            ActivityLog.entity_type == entity_type,
            ActivityLog.entity_id.in_(seen),
            ActivityLog.seq > min(seen.values()),
        )
        .group_by(ActivityLog.entity_id)
    )
    rows = await session.execute(newest)
    return {row.entity_id for row in rows if row.entity_id is not None and row.seq > seen[row.entity_id]}


async def verify(session: AsyncSession) -> list[ChainFault]:
    """Every place where the log does not follow from itself; empty where nobody touched it."""
    faults: list[ChainFault] = []
    strays = select(ActivityLog.id).where(ActivityLog.seq.is_(None) | ActivityLog.hash.is_(None))
    faults.extend(ChainFault(None, row_id, "inserted past the bot") for row_id in await session.scalars(strays))
    seq, previous = 0, FIRST_HASH
    rows = select(ActivityLog).where(ActivityLog.seq.is_not(None)).order_by(ActivityLog.seq)
    stream = await session.stream_scalars(rows.execution_options(yield_per=_BATCH))
    async for row in stream:
        if row.seq != seq + 1:
            faults.append(ChainFault(seq + 1, None, f"{(row.seq or 0) - seq - 1} rows are missing"))
        elif row.prev_hash != previous:
            faults.append(ChainFault(row.seq, row.id, "does not follow the row before it"))
        if row.hash is not None and row.hash != row_hash(_values(row)):
            faults.append(ChainFault(row.seq, row.id, "was changed"))
        seq, previous = row.seq or seq, row.hash or previous
    head = await session.get_one(ActivityChain, CHAIN_ID)
    if (head.seq, head.hash) != (seq, previous):
        faults.append(ChainFault(head.seq, None, "rows at the end are missing"))
    return faults


def row_hash(row: Mapping[str, Any]) -> str:
    """SHA-256 over the row before and this one, in a form that both engines give back alike."""
    hashed = {name: value for name, value in row.items() if name != "hash"}
    text = json.dumps(jsonable(hashed), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _values(row: ActivityLog) -> dict[str, Any]:
    names = (
        "id", "user_id", "action", "details", "log_type", "created_at", "entity_type", "entity_id", "old_values",
        "new_values", "chat_id", "seq", "prev_hash",
    )  # fmt: skip
    return {name: getattr(row, name) for name in names}


def jsonable(values: Mapping[str, object]) -> dict[str, Any]:
    """Values as JSON holds them: money and ids as text, instants in UTC with microseconds."""
    return {name: _jsonable(value) for name, value in values.items()}


def _jsonable(value: object) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, dict):
        return jsonable(value)
    if isinstance(value, list | tuple):
        return [_jsonable(each) for each in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    return str(value)
