"""Many people with their chats at once, and messages queued for them: what a month's closing leaves behind."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from domain.accounts.model import ChatLink, Role, User, UserSession
from domain.clock import SystemClock
from domain.notifications.kinds import NotificationKind
from domain.notifications.model import Notification, NotificationState
from domain.notifications.service import Notifications
from playground.app import Playground
from playground.phone import Phone
from playground.seen import as_seen
from tests.faults.conftest import BotProcess, Machine, organization

KIND = NotificationKind.BONUS_GIVEN
"""A kind whose view reads nothing."""
WAIT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Person:
    user_id: UUID
    chat_id: int


@dataclass(frozen=True, slots=True)
class Crowd:
    """People of one agency, on one playground."""

    machine: Machine
    playground: Playground
    sessions: async_sessionmaker[AsyncSession]

    async def add(self, count: int) -> list[Person]:
        """Workers whose chats with the bot are open and linked."""
        world = self.playground.world
        bot = world.bots[self.machine.account.id]
        people = []
        for number in range(count):
            user = world.add_user(f"Worker {number}")
            world.private_chat(bot, user).started = True
            people.append(Person(uuid4(), user.id))
        async with self.sessions() as session:
            users = [
                {
                    "id": each.user_id,
                    "email": f"{each.chat_id}@example.com",
                    "name": f"Worker {each.chat_id}",
                    "role": Role.WORKER,
                }
                for each in people
            ]
            await session.execute(insert(User), users)
            await session.execute(
                insert(ChatLink), [{"chat_id": each.chat_id, "user_id": each.user_id} for each in people]
            )
            await session.commit()
        return people

    async def phone(self, person: Person) -> Phone:
        """The phone of somebody who is logged in."""
        now = SystemClock().now()
        async with self.sessions() as session:
            session.add(
                UserSession(
                    user_id=person.user_id,
                    chat_id=person.chat_id,
                    session_token=f"made for {person.chat_id}",
                    expires_at=now + timedelta(days=365),
                    last_seen_at=now,
                )
            )
            await session.commit()
        return Phone(self.machine.playground, self.machine.account, person.chat_id, "Worker")

    async def tell(self, people: Sequence[Person], messages: Sequence[str]) -> None:
        """Queues each message for each person, message by message."""
        async with self.sessions() as session:
            notifications = Notifications(session, SystemClock(), organization())
            for text in messages:
                for person in people:
                    facts = {"amount": "10.00", "currency": "PKR", "month": "2026-10", "reason": text}
                    notifications.notify(person.user_id, KIND, facts, dedupe_key=text)
            await notifications.flush()
            await session.commit()

    async def states(self) -> Counter[NotificationState]:
        async with self.sessions() as session:
            return Counter(await session.scalars(select(Notification.state).where(Notification.kind == KIND)))

    async def until(self, bot: BotProcess, condition: Callable[[], Awaitable[bool]]) -> None:
        """Waits while the bot works.

        Raises:
            AssertionError: the bot ended, or it takes longer than a minute.
        """
        deadline = time.monotonic() + WAIT_SECONDS
        while not await condition():
            assert bot.process.returncode is None, (await bot.output()).decode()
            assert time.monotonic() < deadline, str(await self.states())
            await asyncio.sleep(0.02)

    async def until_done(self, bot: BotProcess) -> None:
        """Waits until nothing is queued."""

        async def is_done() -> bool:
            return not (await self.states())[NotificationState.QUEUED]

        await self.until(bot, is_done)

    async def until_called(self, bot: BotProcess, times: int) -> None:
        """Waits until the bot has tried to send so many messages."""

        async def is_called() -> bool:
            return len(self.calls()) >= times

        await self.until(bot, is_called)

    async def until_refused(self, bot: BotProcess, times: int) -> None:
        """Waits until so many calls have come too fast."""

        async def is_refused() -> bool:
            return len(self.refused()) >= times

        await self.until(bot, is_refused)

    def shown(self, person: Person) -> list[str]:
        """The reasons in what the bot has sent to somebody, in order."""
        world = self.playground.world
        chat = world.chats[self.machine.account.id, person.chat_id]
        texts = (as_seen(message.text.text) for message in chat.messages.values() if message.sender is chat.bot)
        return [text.partition("Reason: ")[2] for text in texts if "Reason: " in text]

    def calls(self, *, failed: bool | None = None) -> list[dict[str, Any]]:
        """The bot's calls that send; with `failed`, only those that were refused, or not."""
        return [
            call
            for call in self.playground.world.calls
            if call["method"].startswith("send") and failed in {None, not call["ok"]}
        ]

    def refused(self) -> list[dict[str, Any]]:
        """Calls that came too fast."""
        return [call for call in self.playground.world.calls if call["error_code"] == 429]


@dataclass
class Answers:
    """Somebody who asks while others are sent to. Counted in messages, as seconds say more of the machine."""

    crowd: Crowd
    phone: Phone
    went_before: list[int] = field(default_factory=list)
    """Messages to others between a question and its answer."""

    async def measure(self) -> None:
        """Asks again and again, until it is cancelled. The first answer does not count: the bot is still starting."""
        await self._ask()
        while True:
            # As a person who reads: at the pace at which Telegram lets a chat be answered.
            await asyncio.sleep(1.0)
            self.went_before.append(await self._ask())

    async def _ask(self) -> int:
        before = len(self.crowd.calls())
        await self.phone.say("/menu")
        await self.phone.wait_for("⚙️ More", timeout=30)
        return len(self.crowd.calls()) - before - 1

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.went_before, n=20, method="inclusive")[-1]
