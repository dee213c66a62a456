"""Failed log-ins: counted for the address and for the chat, whoever has the address or nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update

from domain.access import Actor
from domain.accounts.model import AttemptSubject, LoginAttempts
from domain.accounts.token_hasher import TokenHasher
from domain.audit.model import LogType
from domain.persistence.db import insert_into
from domain.unit_of_work import UnitOfWork

ALLOWED_FAILURES: Final = 5
FIRST_LOCK: Final = timedelta(minutes=15)
MAX_LOCK: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Subject:
    kind: AttemptSubject
    key: str


@dataclass(frozen=True, slots=True)
class Tally:
    """What is known about one subject; its row is locked until the commit."""

    subject: Subject
    failures: int
    """Since the last lock."""
    lock_level: int
    locked_until: datetime | None


def lock_length(level: int) -> timedelta:
    """Of the lock that comes after `level` others: 15 minutes, 30, 60 … 24 hours."""
    return min(FIRST_LOCK * (1 << min(level, 10)), MAX_LOCK)


def _among(subjects: Sequence[Subject]) -> ColumnElement[bool]:
    return or_(
        *(
            and_(LoginAttempts.subject_kind == subject.kind, LoginAttempts.subject == subject.key)
            for subject in subjects
        )
    )


class LoginThrottle:
    """How a password is judged: `locked_until` before its hash is computed, `hold` after it, then `fail` or `forgive`.

    Guesses that were computed side by side are judged one after another, since `hold` waits for whoever holds the same
    address or chat: so no more than five of them ever get an answer.
    """

    def __init__(self, unit: UnitOfWork, keys: TokenHasher) -> None:
        self._unit = unit
        self._keys = keys

    def subjects(self, email: str, chat_id: int | None) -> tuple[Subject, ...]:
        address = Subject(AttemptSubject.EMAIL, self._keys.email(email))
        # The chat first, always: two that wait for each other's rows do so in one order.
        return (address,) if chat_id is None else (Subject(AttemptSubject.CHAT, str(chat_id)), address)

    async def locked_until(self, subjects: Sequence[Subject]) -> datetime | None:
        """The end of the longest lock that is on; None: go ahead."""
        statement = select(func.max(LoginAttempts.locked_until)).where(
            _among(subjects), LoginAttempts.locked_until > self._unit.clock.now()
        )
        return await self._unit.session.scalar(statement)

    async def hold(self, subjects: Sequence[Subject]) -> list[Tally]:
        """Locks the subjects' rows, made where they are missing, and reads them."""
        now = self._unit.clock.now()
        tallies = []
        for subject in subjects:  # one by one: a statement of many rows promises no order of its locks
            row = insert_into(self._unit.session, LoginAttempts).values(
                subject_kind=subject.kind, subject=subject.key, last_failed_at=now, failures=0, lock_level=0
            )
            statement = row.on_conflict_do_update(
                index_elements=["subject_kind", "subject"], set_={"failures": LoginAttempts.failures}
            ).returning(LoginAttempts.failures, LoginAttempts.lock_level, LoginAttempts.locked_until)
            failures, lock_level, locked_until = (await self._unit.session.execute(statement)).one()
            tallies.append(Tally(subject, failures, lock_level, locked_until))
        return tallies

    def still_locked(self, tallies: Sequence[Tally]) -> datetime | None:
        """As `locked_until`, of rows that are held."""
        ends = [tally.locked_until for tally in tallies if tally.locked_until is not None]
        return max((end for end in ends if end > self._unit.clock.now()), default=None)

    async def fail(self, tallies: Sequence[Tally], *, actor: Actor, user_id: UUID | None) -> datetime | None:
        """Counts one more; the fifth locks. Returns the end of a lock that this one brought on.

        Args:
            tallies: What `hold` has returned.
            actor: For the log: the system, where nobody knows who it is.
            user_id: Whose address it is, if anybody's. The address is not logged: it may be a mistyped password.
        """
        now = self._unit.clock.now()
        ends = []
        entity_type = None if user_id is None else "users"
        self._unit.audit.record(
            LogType.LOGIN_FAILED, "Password refused", actor=actor, entity_type=entity_type, entity_id=user_id
        )
        for tally in tallies:
            changes: dict[str, object] = {"failures": tally.failures + 1, "last_failed_at": now}
            if tally.failures + 1 >= ALLOWED_FAILURES:
                until = now + lock_length(tally.lock_level)
                ends.append(until)
                changes |= {"failures": 0, "lock_level": tally.lock_level + 1, "locked_until": until}
                self._unit.audit.record(
                    LogType.LOGIN_LOCKED,
                    f"Log-in locked for the {'chat' if tally.subject.kind is AttemptSubject.CHAT else 'account'}",
                    actor=actor,
                    entity_type=entity_type,
                    entity_id=user_id,
                    old={"locked_until": tally.locked_until},
                    new={"locked_until": until},
                )
            await self._unit.session.execute(update(LoginAttempts).where(_among([tally.subject])).values(changes))
        return max(ends, default=None)

    async def forgive(self, tallies: Sequence[Tally]) -> None:
        """Forgets the failures, after a success."""
        subjects = [tally.subject for tally in tallies]
        await self._unit.session.execute(delete(LoginAttempts).where(_among(subjects)))
