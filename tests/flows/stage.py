"""A bot with its people, as flow tests find it: HTTP to a playground, a real database, a clock that stands still."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from bot.application import RunningBot
from bot.screens.context import Tools
from bot.screens.interface import Register
from bot.settings import Settings
from domain.access import SYSTEM, Actor
from domain.accounts.login_service import LoginService
from domain.accounts.model import Role
from domain.accounts.service import AccountService
from domain.notifications.model import Notification, NotificationState
from domain.unit_of_work import UnitOfWork
from handlers.registration import register
from playground.app import Playground
from playground.phone import BotAccount, Phone, PlaygroundClient
from playground.server import RunningPlayground
from playground.settings import Settings as PlaygroundSettings
from tests.support.clock import SetClock

PASSWORD = "quiet-Harbour-71-lantern"
WITHOUT_LIMITS = PlaygroundSettings(flood=None)
START = datetime.fromisoformat("2026-11-10T12:00:00+05:00")
"""A Tuesday noon in Karachi."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the agency, with their phone."""

    phone: Phone
    actor: Actor
    email: str

    @property
    def id(self) -> UUID:
        return self.actor.user_id


@dataclass
class Stage:
    """Everything a flow test needs."""

    playground: PlaygroundClient
    account: BotAccount
    settings: Settings
    clock: SetClock
    handlers: Register = register
    _bot: RunningBot | None = None
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    _running: asyncio.Task[None] | None = None
    _people: int = 0

    @property
    def bot(self) -> RunningBot:
        assert self._bot is not None
        return self._bot

    @property
    def tools(self) -> Tools:
        """What the bot's services need beside their transaction."""
        found: Tools = self.bot.application.bot_data["tools"]
        return found

    async def start(self) -> None:
        """Starts the bot, and waits until it has set its commands: then it works."""
        self._stop = asyncio.Event()
        self._bot = RunningBot(self.settings, self.handlers, self.clock)
        self._running = asyncio.create_task(self._bot.run(self._stop))
        while not await self.playground.calls(bot_id=self.account.id, method="setMyCommands"):
            assert not self._running.done(), self._running.exception()
            await asyncio.sleep(0.01)

    async def stop(self) -> None:
        """Stops it as SIGTERM does; what a phone does meanwhile waits at Telegram."""
        self._stop.set()
        if self._running is not None:
            await self._running
        await self.playground.request("DELETE", "calls")

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[UnitOfWork]:
        """A transaction beside the bot, committed at the end: for arranging what a test begins with.

        What it queued goes out at once, as after a commit of the bot's own.
        """
        async with self.bot.transactions.unit() as unit:
            yield unit
            await unit.finish()
            await unit.session.commit()
        self.bot.outbox.wake()

    def accounts(self, unit: UnitOfWork) -> AccountService:
        return AccountService(unit, self.tools.keys, self.tools.passwords)

    def entrance(self, unit: UnitOfWork) -> LoginService:
        return LoginService(unit, self.tools.keys, self.tools.passwords)

    async def admin(self, name: str = "Nadia") -> Member:
        return await self.member(name, Role.ADMIN)

    async def worker(self, name: str = "Ayesha") -> Member:
        return await self.member(name, Role.WORKER)

    async def member(self, name: str, role: Role) -> Member:
        """A new user whose phone is linked and logged in, at home."""
        self._people += 1
        email = f"person{self._people}@example.com"
        phone = await self.stranger(name)
        async with self.unit() as unit:
            invited = await self.accounts(unit).invite_user(name, email, role, actor=SYSTEM)
            entered = await self.entrance(unit).accept_invite(invited.token, phone.user_id)
        await phone.say("/menu")
        await phone.wait_for("⚙️ More")
        return Member(phone, Actor(entered.person.id, name, role, phone.user_id), email)

    async def stranger(self, name: str = "Zain") -> Phone:
        """A phone that nobody knows."""
        return await self.playground.add_phone(self.account, name)

    async def settled(self) -> None:
        """Waits until nothing is on its way: no update, no notification."""
        while self.bot.is_busy() or await self._queued():
            await asyncio.sleep(0.01)

    async def told(self, kind: str) -> int:
        """How many notifications of a kind there are."""
        number = select(func.count()).where(Notification.kind == kind)
        async with self.bot.transactions.reading() as session:
            return (await session.scalar(number)) or 0

    async def _queued(self) -> int:
        now = self.clock.now()
        due = select(func.count()).where(
            Notification.state == NotificationState.QUEUED, Notification.next_try_at <= now
        )
        async with self.bot.transactions.reading() as session:
            return (await session.scalar(due)) or 0


def stage_settings(url: str, account: BotAccount, database_url: str, folder: Path, **more: Any) -> Settings:
    """Settings of a bot under test: cheap hashes, no pace."""
    values: dict[str, Any] = {
        "telegram_bot_token": account.token,
        "telegram_api_url": url,
        "database_url": database_url,
        "data_folder": folder,
        "jwt_secret": "only-for-tests-and-nothing-else",
        "bcrypt_rounds": 4,
        "send_rate": 1000,
        "send_rate_per_chat": 30,
        "quiet_hours": "00:00-00:00",
        **more,
    }
    return Settings.model_validate(values)


@asynccontextmanager
async def telegram(settings: PlaygroundSettings = WITHOUT_LIMITS) -> AsyncIterator[BotAccount]:
    """A playground, and a bot's account there."""
    async with RunningPlayground(Playground(settings)) as served, PlaygroundClient(served.url) as client:
        yield await client.add_bot(username="office_bot", first_name="Office")


@asynccontextmanager
async def staged(
    database_url: str,
    folder: Path,
    *,
    handlers: Register = register,
    playground: PlaygroundSettings = WITHOUT_LIMITS,
    **settings: Any,
) -> AsyncIterator[Stage]:
    """A running bot without people, on a playground of its own."""
    async with telegram(playground) as account:
        values = stage_settings(account.client.url, account, database_url, folder, **settings)
        made = Stage(account.client, account, values, SetClock(START), handlers)
        await made.start()
        try:
            yield made
        finally:
            await made.stop()
