"""An organization for tests: transactions as the edge runs them, a clock that stands until it is moved, and people."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, Final, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from domain.access import SYSTEM, Actor
from domain.accounts.login_service import LoginService, Refused
from domain.accounts.model import ChatLink, LoginAttempts, Role, User, UserSession
from domain.accounts.passwords import Passwords
from domain.accounts.service import AccountService
from domain.accounts.sessions import Entered
from domain.accounts.standing import Standing, StandingService
from domain.accounts.token_hasher import TokenHasher
from domain.audit.model import ActivityLog, LogType
from domain.audit.service import verify
from domain.errors import DomainError
from domain.notifications.model import Notification
from domain.organization import Organization, QuietHours
from domain.unit_of_work import UnitOfWork
from tests.support.blocking import until_blocked
from tests.support.clock import SetClock

R = TypeVar("R")

NOON: Final = datetime(2026, 10, 14, 7, 0, tzinfo=UTC)
"""In Karachi: no quiet hours."""
PASSWORD: Final = "brisk-otter-lantern-42"
ORGANIZATION: Final = Organization("Tariq Outreach", ZoneInfo("Asia/Karachi"), "PKR", QuietHours(time(22), time(8)))


class Desk:
    """The services of one transaction."""

    def __init__(self, unit: UnitOfWork, keys: TokenHasher, passwords: Passwords) -> None:
        self.unit = unit
        self.accounts = AccountService(unit, keys, passwords)
        self.entrance = LoginService(unit, keys, passwords)
        self.gate = StandingService(unit)


@dataclass(frozen=True, slots=True)
class LogRow:
    log_type: LogType
    user_id: UUID
    entity_id: UUID | None
    old: dict[str, Any] | None
    new: dict[str, Any] | None
    chat_id: int | None


class Office:
    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self.sessions = sessions
        self.clock = SetClock(NOON)
        self.keys = TokenHasher(b"the secret of the tests")
        self.passwords = Passwords(4)

    @asynccontextmanager
    async def desk(self) -> AsyncIterator[Desk]:
        """One transaction, committed unless it fails."""
        async with self.sessions() as session:
            unit = UnitOfWork(session, self.clock, ORGANIZATION)
            yield Desk(unit, self.keys, self.passwords)
            await unit.finish()
            await session.commit()

    async def do(self, work: Callable[[Desk], Awaitable[R]]) -> R:
        async with self.desk() as desk:
            return await work(desk)

    async def overlap(
        self, first: Callable[[Desk], Awaitable[Any]], second: Callable[[Desk], Awaitable[Any]]
    ) -> tuple[Any, Any]:
        """Two transactions at once: the second begins when the first has done its work and not committed.

        On PostgreSQL the first commits once the second waits for a lock of its; on SQLite the second waits to begin.
        A refusal is a result.
        """
        async with self.desk() as desk:
            done = await first(desk)
            waiting = asyncio.ensure_future(self.outcome(second))
            await until_blocked(self.sessions, waiting)
        return done, await waiting

    async def outcome(self, work: Callable[[Desk], Awaitable[Any]]) -> Any:
        try:
            return await self.do(work)
        except DomainError as refusal:
            return refusal

    # People

    async def admin(self, name: str = "Ayesha", chat_id: int = 1) -> Actor:
        return await self.member(name, Role.ADMIN, chat_id)

    async def worker(self, name: str = "Bilal", chat_id: int = 2) -> Actor:
        return await self.member(name, Role.WORKER, chat_id)

    async def member(self, name: str, role: Role, chat_id: int) -> Actor:
        """Somebody who was invited and came in, by the shortest way."""
        invited = await self.invite(name, role)
        await self.do(lambda desk: desk.entrance.accept_invite(invited, chat_id))
        return await self.actor(chat_id)

    async def invite(self, name: str, role: Role = Role.WORKER, *, by: Actor = SYSTEM) -> str:
        email = f"{name.lower()}@example.com"
        invited = await self.do(lambda desk: desk.accounts.invite_user(name, email, role, actor=by))
        return invited.token

    async def standing(self, chat_id: int) -> Standing:
        return await self.do(lambda desk: desk.gate.actor_of_chat(chat_id))

    async def actor(self, chat_id: int) -> Actor:
        actor = (await self.standing(chat_id)).actor
        assert actor is not None
        return actor

    async def set_password(self, actor: Actor, password: str = PASSWORD) -> None:
        await self.do(lambda desk: desk.accounts.set_password(None, password, actor=actor))

    async def log_in(self, email: str, password: str, chat_id: int) -> Entered | Refused:
        return await self.do(lambda desk: desk.entrance.log_in(email, password, chat_id))

    # What is in the database

    async def log(self, *log_types: LogType) -> list[LogRow]:
        """The log rows of some types, in order, after having checked that the chain holds."""
        async with self.sessions() as session:
            assert await verify(session) == []
            statement = select(ActivityLog).order_by(ActivityLog.seq)
            if log_types:
                statement = statement.where(ActivityLog.log_type.in_(log_types))
            return [
                LogRow(row.log_type, row.user_id, row.entity_id, row.old_values, row.new_values, row.chat_id)
                for row in await session.scalars(statement)
            ]

    async def told(self, *kinds: str) -> list[Notification]:
        async with self.sessions() as session:
            statement = select(Notification).order_by(Notification.id)
            if kinds:
                statement = statement.where(Notification.kind.in_(kinds))
            return list(await session.scalars(statement))

    async def links(self) -> dict[int, UUID]:
        async with self.sessions() as session:
            return {link.chat_id: link.user_id for link in await session.scalars(select(ChatLink))}

    async def live_sessions(self) -> list[tuple[UUID, int | None]]:
        async with self.sessions() as session:
            statement = select(UserSession).where(UserSession.ended_at.is_(None)).order_by(UserSession.chat_id)
            return [(row.user_id, row.chat_id) for row in await session.scalars(statement)]

    async def user(self, user_id: UUID) -> User:
        async with self.sessions() as session:
            return await session.get_one(User, user_id)

    async def attempts(self) -> Sequence[LoginAttempts]:
        async with self.sessions() as session:
            return (await session.scalars(select(LoginAttempts).order_by(LoginAttempts.subject_kind))).all()

    async def change(self, statement: Any) -> None:
        """Past the services: for what the owner's own programs may have written."""
        async with self.sessions() as session:
            await session.execute(statement)
            await session.commit()
