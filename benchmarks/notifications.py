"""A closing's invoices, each with its PDF, through the real bot at Telegram's pace.

The bot is a process of its own, the playground another, with its flood limits on. Meanwhile people tap, and measure how
long they wait; one run kills the bot half-way.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from datetime import time as day_time
from pathlib import Path
from typing import Any, Literal
from uuid import UUID, uuid4

import httpx
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.crowded_playground import BOT_ID, FIRST_CHAT, TOKEN, crowded_playground
from benchmarks.machine import SUBJECT_CORE, cpu_seconds, memory, pin
from benchmarks.month_end_data import CATEGORIES, MONTH, ZONE, fill
from benchmarks.postgres import durable_postgres
from benchmarks.tables import percentile, table
from domain.accounts.model import ChatLink, Role, User, UserSession
from domain.clock import SystemClock
from domain.notifications.kinds import NotificationKind
from domain.notifications.model import Notification, NotificationState
from domain.notifications.service import Notifications
from domain.organization import Organization, QuietHours
from domain.persistence.db import create_engine, session_factory
from domain.persistence.schema import upgrade
from playground.phone import BotAccount, NotShownError, Phone, PlaygroundClient

Engine = Literal["postgresql", "sqlite"]

ROOT = Path(__file__).parents[1]
TAPPERS = 10
"""People who tap meanwhile, each every other second."""
TAP_PAUSE = 2.0
TOO_MANY = 429
SETTLED_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Plan:
    """One run. `rate` is in messages a second, `latency` in seconds a call to Telegram."""

    workers: int = 10_000
    rate: int = 30
    engine: Engine = "postgresql"
    latency: float = 0.0
    is_killed: bool = False
    blocked: int = 100
    is_closing: bool = True
    """Otherwise each worker is told of a bonus: a text instead of an invoice."""

    @property
    def kind(self) -> NotificationKind:
        return NotificationKind.INVOICE_ISSUED if self.is_closing else NotificationKind.BONUS_GIVEN


@dataclass(slots=True)
class Measured:
    """What a run came to. `seconds`: from the first invoice to the last."""

    plan: Plan
    seconds: float = 0.0
    messages: int = 0
    """Invoices and answers: the limit counts both, and tries that met a block."""
    refused: int = 0
    missing: int = 0
    twice: int = 0
    unmarked_at_the_kill: int = 0
    marked_blocked: int = 0
    processor: float = 0.0
    """Seconds of one core that the bot computed."""
    megabytes: float = 0.0
    waits: list[float] = field(default_factory=list)

    @property
    def of_the_limit(self) -> float:
        """How long it took, against messages / rate."""
        return self.seconds / (self.messages / self.plan.rate)


@contextmanager
def _database(engine: Engine, folder: Path) -> Iterator[str]:
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'bot.sqlite3'}"
        return
    with durable_postgres(f"n{os.getpid()}") as postgres:
        name = f"bench_{uuid4().hex}"
        postgres.execute(f"CREATE DATABASE {name}")
        yield postgres.url(name)


async def _link(engine: AsyncEngine) -> list[UUID]:
    """Gives each worker a chat; the first ones are logged in. An admin taps as well."""
    now = datetime.now(UTC)
    async with engine.begin() as connection:
        people = list(await connection.scalars(select(User.id).where(User.role == Role.WORKER).order_by(User.email)))
        admin = {"id": uuid4(), "email": "admin@example.com", "name": "Nadia", "role": Role.ADMIN}
        await connection.execute(insert(User), [admin])
        everybody = [admin["id"], *people]
        links = [{"chat_id": FIRST_CHAT + place, "user_id": user_id} for place, user_id in enumerate(everybody)]
        await connection.execute(insert(ChatLink), links)
        sessions = [
            {
                "user_id": link["user_id"],
                "chat_id": link["chat_id"],
                "session_token": f"made for {link['chat_id']}",
                "expires_at": now + timedelta(days=30),
                "last_seen_at": now,
            }
            for link in links[:TAPPERS]
        ]
        await connection.execute(insert(UserSession), sessions)
    return people


class Run:
    """One closing from its start until nothing is queued any more."""

    def __init__(self, plan: Plan, url: str, database_url: str, folder: Path) -> None:
        self._plan = plan
        self._result = Measured(plan)
        self._engine = create_engine(database_url)
        self._client = PlaygroundClient(url)
        self._account = BotAccount(self._client, BOT_ID, TOKEN, "bench_bot")
        self._environment = {
            **os.environ,
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": url,
            "DATABASE_URL": database_url,
            "DATA_FOLDER": str(folder),
            "SEND_RATE": str(plan.rate),
            "QUIET_HOURS": "00:00-00:00",
            "LOG_LEVEL": "error",
        }

    async def measure(self) -> Measured:
        await _link(self._engine)
        async with self._client:
            if self._plan.latency:
                for method in ("sendDocument", "sendMessage", "editMessageText", "answerCallbackQuery"):
                    await self._client.order_fault("delay", method=method, seconds=self._plan.latency, times=0)
            async with self._bot() as bot:
                await self._until_called(1)
                tapping = [asyncio.create_task(self._tap(place)) for place in range(TAPPERS)]
                closing = asyncio.create_task(self._close() if self._plan.is_closing else self._tell())
                is_done = await self._watch(bot, until_half=self._plan.is_killed)
                if not is_done:
                    bot.kill()
                    await bot.wait()
                    await self._look_at_the_window()
                    async with self._bot() as second:
                        await self._watch(second, until_half=False)
                        self._note(second)
                else:
                    self._note(bot)
                await closing
                for task in tapping:
                    task.cancel()
                await asyncio.gather(*tapping, return_exceptions=True)
            await self._count()
        await self._engine.dispose()
        return self._result

    @asynccontextmanager
    async def _bot(self) -> AsyncIterator[asyncio.subprocess.Process]:
        process = await self._start("run")
        pin(SUBJECT_CORE, process.pid)
        try:
            yield process
        finally:
            if process.returncode is None:
                process.terminate()
                await process.wait()

    async def _start(self, *arguments: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "main.py",
            *arguments,
            cwd=ROOT,
            env=self._environment,
            stdout=asyncio.subprocess.DEVNULL,
        )

    async def _close(self) -> None:
        closing = await self._start("close", str(MONTH))
        if await closing.wait():
            raise RuntimeError("the month could not be closed")

    async def _tell(self) -> None:
        quiet = QuietHours(day_time(0), day_time(0))
        organization = Organization("Bench", ZONE, "PKR", quiet)
        async with session_factory(self._engine)() as session:
            notifications = Notifications(session, SystemClock(), organization)
            facts = {"amount": "10.00", "currency": "PKR", "month": str(MONTH), "reason": "Good work"}
            for user_id in await session.scalars(select(User.id).where(User.role == Role.WORKER)):
                notifications.notify(user_id, self._plan.kind, facts, dedupe_key="bench")
            await notifications.flush()
            await session.commit()

    async def _tap(self, place: int) -> None:
        """Asks for the menu, and measures how long it takes to come."""
        phone = Phone(self._client, self._account, FIRST_CHAT + place, "Somebody")
        await asyncio.sleep(TAP_PAUSE * place / TAPPERS)
        while True:
            began = time.monotonic()
            try:
                await phone.say("/menu")
                await phone.wait_for("⚙️ More", timeout=60)
            except (NotShownError, httpx.HTTPError):
                # While the bot is dead; the wait counts.
                pass
            self._result.waits.append(time.monotonic() - began)
            await asyncio.sleep(TAP_PAUSE)

    async def _watch(self, bot: asyncio.subprocess.Process, *, until_half: bool) -> bool:
        """Whether all is out; with `until_half`, only half of it."""
        while True:
            await asyncio.sleep(0.2)
            if bot.returncode is not None:
                raise RuntimeError("the bot ended")
            states = await self._states()
            settled = sum(states.values()) - states[NotificationState.QUEUED]
            if until_half and settled > self._plan.workers // 2:
                return False
            if settled >= self._plan.workers:
                return True

    async def _states(self) -> Counter[NotificationState]:
        query = select(Notification.state, func.count()).where(Notification.kind == self._plan.kind)
        async with self._engine.connect() as connection:
            found = await connection.execute(query.group_by(Notification.state))
            return Counter({row[0]: row[1] for row in found})

    async def _look_at_the_window(self) -> None:
        # Calls that were on their way to the playground in that moment are carried out yet.
        await asyncio.sleep(SETTLED_SECONDS)
        states = await self._states()
        sent = sum(call["ok"] for call in await self._notifications())
        self._result.unmarked_at_the_kill = sent - states[NotificationState.SENT]

    def _note(self, bot: asyncio.subprocess.Process) -> None:
        self._result.processor = cpu_seconds(bot.pid)
        self._result.megabytes = memory(bot.pid)[1]

    async def _until_called(self, times: int) -> None:
        while len(await self._calls("setMyCommands")) < times:
            await asyncio.sleep(0.1)

    async def _calls(self, method: str) -> list[dict[str, Any]]:
        return await self._client.calls(method=method)

    async def _notifications(self) -> list[dict[str, Any]]:
        """The calls that sent them, or tried to."""
        if self._plan.is_closing:
            return await self._calls("sendDocument")
        return [call for call in await self._calls("sendMessage") if "bonus" in call["params"]["text"]]

    async def _count(self) -> None:
        result = self._result
        tries = await self._notifications()
        sent = [call for call in tries if call["ok"]]
        began, ended = min(call["at"] for call in sent), max(call["at"] for call in sent)
        texts = await self._calls("sendMessage")
        answers = [call for call in texts if "Hello" in call["params"]["text"]]
        result.seconds = ended - began
        result.messages = len(tries) + sum(began <= call["at"] <= ended for call in answers)
        result.refused = sum(call["error_code"] == TOO_MANY for call in (*tries, *answers))
        chats = Counter(call["chat_id"] for call in sent)
        result.missing = self._plan.workers - self._plan.blocked - len(chats)
        result.twice = sum(times - 1 for times in chats.values())
        async with self._engine.connect() as connection:
            blocked = select(func.count()).select_from(ChatLink).where(ChatLink.blocked_at.is_not(None))
            result.marked_blocked = (await connection.scalar(blocked)) or 0


def measured(plan: Plan) -> Measured:
    # The admin has a chat too.
    with (
        tempfile.TemporaryDirectory(prefix="bench-notifications-") as folder,
        _database(plan.engine, Path(folder)) as database_url,
        crowded_playground(plan.workers + 1, plan.blocked, plan.rate) as url,
    ):
        upgrade(database_url)
        asyncio.run(fill(database_url, plan.workers, plan.workers * CATEGORIES if plan.is_closing else 1))
        return asyncio.run(Run(plan, url, database_url, Path(folder)).measure())


def report(results: list[Measured]) -> str:
    header = (
        "Run",
        "Seconds",
        "Of messages / rate",
        "Refused (429)",
        "Missing",
        "Twice",
        "Answers p50 / p95 / worst, ms",
        "Bot: core, MB",
    )
    return table(header, [_row(result) for result in results])


def _row(result: Measured) -> tuple[str, ...]:
    plan, waits = result.plan, [wait * 1000 for wait in result.waits]
    what = "invoices" if plan.is_closing else "texts"
    name = f"{plan.workers:,} {what} at {plan.rate}/s, {plan.engine}"
    if plan.latency:
        name += f", {plan.latency * 1000:.0f} ms a call"
    twice = str(result.twice)
    if plan.is_killed:
        name += ", kill -9 half-way"
        twice += f" of {result.unmarked_at_the_kill} sent and not marked"
    return (
        name,
        f"{result.seconds:,.1f}",
        f"{result.of_the_limit:.3f}",
        str(result.refused),
        str(result.missing),
        twice,
        f"{percentile(waits, 0.5):,.0f} / {percentile(waits, 0.95):,.0f} / {max(waits):,.0f}",
        f"{result.processor / result.seconds:.0%}, {result.megabytes:,.0f}",
    )


INTRODUCTION = f"""## Notifications: a closing's invoices at Telegram's pace

A month of 10,000 workers is closed by the command line; the running bot sends each an invoice with its PDF. 100 of them
have blocked it. The playground refuses whoever sends too fast. {TAPPERS} people ask for their menu every
{TAP_PAUSE:g} s; their answers count against the same limit, so both are in messages / rate. At 1,000/s, which Telegram
sells as paid broadcasts, each worker gets a text. The bot has one core, playground and database the other.
"""


def section() -> str:
    """For RESULTS.md: about eight minutes."""
    plans = (
        Plan(is_killed=True),
        Plan(rate=1000, latency=0.05, is_closing=False),
        Plan(rate=1000, latency=0.05, is_closing=False, engine="sqlite"),
    )
    return f"{INTRODUCTION}\n{report([measured(plan) for plan in plans])}\n"


def main() -> None:
    parser = argparse.ArgumentParser(description="Sends a closing's invoices through the real bot.")
    parser.add_argument("--workers", type=int, default=10_000)
    parser.add_argument("--rate", type=int, default=30, help="messages a second; 1000 with paid broadcasts")
    parser.add_argument("--engine", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds that each call to Telegram takes")
    parser.add_argument("--blocked", type=int, default=100, help="workers who have blocked the bot")
    parser.add_argument("--texts", action="store_true", help="texts to each instead of a closing's invoices")
    parser.add_argument("--kill", action="store_true", help="kill -9 when half of it is out")
    given = parser.parse_args()
    plan = Plan(given.workers, given.rate, given.engine, given.latency, given.kill, given.blocked, not given.texts)
    print(report([measured(plan)]))


if __name__ == "__main__":
    main()
