"""Two instances on one database: one works, the other stands by and takes over."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from decimal import Decimal

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot.database.models import InboundUpdate, UpdateState
from domain.access import SYSTEM, Actor
from domain.accounts.model import Role
from domain.audit.service import verify
from domain.clock import SystemClock
from domain.pay.fixed_pay import FixedPayService
from domain.pay.model import Invoice
from domain.unit_of_work import UnitOfWork
from playground.phone import Phone
from tests.faults.conftest import BotProcess, Machine, organization
from tests.faults.test_kills_of_the_outbox import member
from tests.support.balancer import Balancer
from tests.support.ports import free_port

STARTS_IN = 30.0
TAKES_OVER_IN = 10.0
ANSWER = "back office"
"""A word of the answer to /help."""


@dataclass(frozen=True, slots=True)
class Instance:
    bot: BotProcess
    port: int

    async def health(self) -> str:
        """What it says of itself; empty while nobody listens."""
        async with httpx.AsyncClient() as client:
            try:
                answer = await client.get(f"http://127.0.0.1:{self.port}/health")
            except httpx.TransportError:
                return ""
        return str(answer.json()["status"])

    async def becomes(self, status: str, seconds: float = STARTS_IN) -> float:
        """Waits for it; the seconds that it took."""
        began = time.monotonic()
        while await self.health() != status:
            assert time.monotonic() - began < seconds, f"not {status} within {seconds} s"
            await asyncio.sleep(0.05)
        return time.monotonic() - began

    async def kill(self) -> None:
        self.bot.process.kill()
        await self.bot.process.wait()


@asynccontextmanager
async def instance(machine: Machine, port: int | None = None, **more: str) -> AsyncIterator[Instance]:
    port = port or free_port()
    environment = machine.environment | {"WEB_PORT": str(port)} | more
    async with replace(machine, environment=environment).bot() as bot:
        yield Instance(bot, port)


async def earns(session: AsyncSession, worker: Actor) -> None:
    """Fixed pay since last month, so that there is a month to close."""
    unit = UnitOfWork(session, SystemClock(), organization())
    last_month = organization().month(unit.clock.now()).previous()
    await FixedPayService(unit).set_fixed_pay(worker.user_id, last_month.first, Decimal(30_000), actor=SYSTEM)
    await unit.finish()
    await session.commit()


async def answers(phone: Phone) -> int:
    return sum(ANSWER in message.text for message in (await phone.screen()).messages if not message.is_mine)


async def ask(phone: Phone, times: int) -> None:
    """Asks for help, and waits until that many answers are there."""
    await phone.say("/help")
    await phone.wait_for(lambda now: sum(ANSWER in each.text for each in now.messages) >= times, timeout=STARTS_IN)


async def all_marked(sessions: async_sessionmaker[AsyncSession]) -> None:
    """Waits until every answer is marked: a kill before that may answer twice, which other tests are about."""
    open_updates = select(func.count()).where(InboundUpdate.state != UpdateState.ANSWERED)
    while True:
        async with sessions() as session:
            if not await session.scalar(open_updates):
                return
        await asyncio.sleep(0.02)


async def test_the_second_takes_over_after_a_kill(machine: Machine, sessions: async_sessionmaker[AsyncSession]) -> None:
    async with sessions() as session:
        admin, _ = await member(machine, session, "Nadia", Role.ADMIN)
        _, worker = await member(machine, session, "Ayesha", Role.WORKER)
        await earns(session, worker)
    async with instance(machine) as first:
        await first.becomes("ok")
        await admin.wait_for("is closed", timeout=STARTS_IN)
        async with instance(machine) as second:
            await second.becomes("standby")
            await ask(admin, 1)
            await all_marked(sessions)
            await first.kill()
            began = time.monotonic()
            await ask(admin, 2)
            assert time.monotonic() - began < TAKES_OVER_IN
            assert await second.health() == "ok"
    # What both found due at their start was done once.
    messages = (await admin.screen()).messages
    assert sum("is closed" in message.text for message in messages) == 1
    assert await answers(admin) == 2
    async with sessions() as session:
        assert len(list(await session.scalars(select(Invoice.number)))) == 1
        assert await verify(session) == []


@pytest.mark.parametrize("engine_name", ["postgresql"])
async def test_the_second_takes_over_from_one_that_is_frozen(
    machine: Machine, sessions: async_sessionmaker[AsyncSession]
) -> None:
    """The lease runs out though its holder lives. When that one wakes up, it finds so, and does nothing twice."""
    phone = await machine.playground.add_phone(machine.account, "Ayesha")
    async with instance(machine) as first, instance(machine) as second:
        active, waiting = await _roles(first, second)
        await ask(phone, 1)
        await all_marked(sessions)
        active.bot.process.send_signal(signal.SIGSTOP)
        began = time.monotonic()
        await ask(phone, 2)
        assert time.monotonic() - began < TAKES_OVER_IN
        active.bot.process.send_signal(signal.SIGCONT)
        await active.becomes("standby")
        await ask(phone, 3)
        assert await waiting.health() == "ok"
    assert await answers(phone) == 3


async def test_a_graceful_stop_hands_over_at_once(machine: Machine) -> None:
    phone = await machine.playground.add_phone(machine.account, "Ayesha")
    async with instance(machine) as first, instance(machine) as second:
        active, waiting = await _roles(first, second)
        await ask(phone, 1)
        active.bot.process.terminate()
        await ask(phone, 2)
        assert await waiting.health() == "ok"
        assert await active.bot.process.wait() == 0
    assert await answers(phone) == 2


async def test_either_receives_webhooks_and_one_works(
    machine: Machine, sessions: async_sessionmaker[AsyncSession]
) -> None:
    """A load balancer gives each call to the next instance: who stands by stores it, and the other one answers."""
    phones = [await machine.playground.add_phone(machine.account, name) for name in ("Ayesha", "Bilal", "Zain")]
    ports = free_port(), free_port()
    async with Balancer(ports).running() as balancer:
        webhook = {"WEBHOOK_URL": f"http://127.0.0.1:{balancer.port}"}
        async with (
            instance(machine, ports[0], **webhook) as first,
            instance(machine, ports[1], **webhook) as second,
        ):
            active, waiting = await _roles(first, second)
            for round_number in (1, 2):
                await asyncio.gather(*(ask(phone, round_number) for phone in phones))
            await all_marked(sessions)
            await active.kill()
            began = time.monotonic()
            await asyncio.gather(*(ask(phone, 3) for phone in phones))
            assert time.monotonic() - began < TAKES_OVER_IN
            assert await waiting.health() == "ok"
        assert all(balancer.taken.values())
    assert [await answers(phone) for phone in phones] == [3, 3, 3]


async def _roles(first: Instance, second: Instance) -> tuple[Instance, Instance]:
    """Who works, and who stands by."""
    pair = (first, second)
    began = time.monotonic()
    while sorted(states := [await each.health() for each in pair]) != ["ok", "standby"]:
        for each in pair:
            assert each.bot.process.returncode is None, (await each.bot.output()).decode()
        assert time.monotonic() - began < STARTS_IN, states
        await asyncio.sleep(0.05)
    return pair if await first.health() == "ok" else (second, first)
