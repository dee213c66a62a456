"""kill -9 around a notification: it arrives, twice only where the kill fell between Telegram's answer and our mark."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from domain.access import SYSTEM, Actor
from domain.accounts.login_service import LoginService
from domain.accounts.model import Role
from domain.accounts.passwords import Passwords
from domain.accounts.service import AccountService
from domain.accounts.token_hasher import TokenHasher
from domain.audit.service import verify
from domain.clock import SystemClock
from domain.notifications.model import Notification, NotificationState
from domain.orders.drafts import OrderDraft
from domain.orders.model import Category
from domain.orders.service import OrderService
from domain.unit_of_work import UnitOfWork
from playground.phone import Phone
from tests.faults.conftest import Machine, organization

STARTS_IN = 30.0
TITLE = "Forty directories"


async def member(machine: Machine, session: AsyncSession, name: str, role: Role) -> tuple[Phone, Actor]:
    """A user whose phone is linked and has the bot's chat open."""
    phone = await machine.playground.add_phone(machine.account, name)
    await phone.open()
    unit = UnitOfWork(session, SystemClock(), organization())
    keys, passwords = TokenHasher(b"only-for-tests"), Passwords(4)
    email = f"{name.lower()}@example.com"
    invited = await AccountService(unit, keys, passwords).invite_user(name, email, role, actor=SYSTEM)
    await LoginService(unit, keys, passwords).accept_invite(invited.token, phone.user_id)
    await unit.finish()
    await session.commit()
    return phone, Actor(invited.person.id, name, role, phone.user_id)


async def submit(session: AsyncSession, worker: Actor) -> None:
    """An order, as the worker's own update would leave it: its notification is queued, the bot is not running."""
    session.add(Category(name="Live Citations"))
    unit = UnitOfWork(session, SystemClock(), organization())
    await session.flush()
    await OrderService(unit).submit(OrderDraft("Live Citations", 40, TITLE), actor=worker)
    await unit.finish()
    await session.commit()


@pytest.mark.parametrize(
    ("point", "most"), [("notification about to be sent", 1), ("notification sent, not marked", 2)]
)
async def test_a_notification_arrives_after_a_kill(
    machine: Machine, sessions: async_sessionmaker[AsyncSession], point: str, most: int
) -> None:
    async with sessions() as session:
        admin, _ = await member(machine, session, "Nadia", Role.ADMIN)
        _, worker = await member(machine, session, "Ayesha", Role.WORKER)
        await submit(session, worker)
    async with machine.bot(dying=point) as bot:
        await bot.killed()
    async with machine.bot():
        await admin.wait_for(lambda now: any(TITLE in message.text for message in now.messages), timeout=STARTS_IN)
        await admin.say("/queue")
        await admin.wait_for(TITLE)
        # What the first life sent is on the screen already, perhaps before the second one has come to send it.
        await sent(sessions, "order_submitted")
    told = sum(TITLE in message.text for message in (await admin.screen()).messages) - 1
    assert 1 <= told <= most
    async with sessions() as session:
        assert await verify(session) == []


async def sent(sessions: async_sessionmaker[AsyncSession], kind: str) -> None:
    """Waits until the one notification of a kind is marked as sent."""
    states: list[NotificationState] = []
    while states != [NotificationState.SENT]:
        await asyncio.sleep(0.02)
        async with sessions() as session:
            states = list(await session.scalars(select(Notification.state).where(Notification.kind == kind)))
