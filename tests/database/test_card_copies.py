"""A copy of a card is noted, and its order changes: in two transactions at the same moment.

A photo turned out to be another order's while an admin's card with it was on its way, and the card never said so: the
one transaction had not seen the copy yet, the other one not the change.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from bot.screens.card_copies import ORDERS, note_sent_cards, refresh_changed_cards, refresh_late_cards
from bot.screens.screen import Sent
from domain.access import SYSTEM
from domain.accounts.model import ChatLink
from domain.audit.model import LogType
from domain.notifications.kinds import NotificationKind
from domain.notifications.model import Notification
from domain.organization import Organization, QuietHours
from domain.unit_of_work import UnitOfWork
from tests.support.blocking import until_blocked
from tests.support.clock import SetClock
from tests.support.rows import add_order, add_user

Sessions = async_sessionmaker[AsyncSession]
Step = Callable[[UnitOfWork, UUID], Awaitable[None]]

AGENCY = Organization("MT Web Experts", ZoneInfo("Asia/Karachi"), "PKR", QuietHours(time(22), time(8)))
CLOCK = SetClock(datetime(2026, 11, 10, 7, tzinfo=UTC))
CHAT, MESSAGE = 77, 5


@pytest.fixture
async def order_id(engine: AsyncEngine, sessions: Sessions) -> UUID:
    """An order whose card an admin has got."""
    async with engine.begin() as connection:
        admin = await add_user(connection, "Nadia", "Admin")
        order = await add_order(connection, await add_user(connection, "Ayesha"))
    async with sessions.begin() as session:
        session.add(ChatLink(chat_id=CHAT, user_id=admin))
    return order


async def note(unit: UnitOfWork, order_id: UUID) -> None:
    """The card, as it was read when nothing was logged yet, stands in the chat."""
    await note_sent_cards(unit.session, [((ORDERS, str(order_id), 1), Sent(CHAT, MESSAGE, has_media=False))])
    await refresh_late_cards(unit, {order_id: 0})


async def change(unit: UnitOfWork, order_id: UUID) -> None:
    unit.audit.record(
        LogType.ORDER_UPDATED, "Something is known now", actor=SYSTEM, entity_type=ORDERS, entity_id=order_id
    )
    await refresh_changed_cards(unit)


async def together(sessions: Sessions, order_id: UUID, first: Step, second: Step) -> None:
    """The second one is where it can get to when the first one commits."""
    async with sessions() as session:
        unit = UnitOfWork(session, CLOCK, AGENCY)
        await first(unit, order_id)
        late = asyncio.ensure_future(alone(sessions, order_id, second))
        await until_blocked(sessions, late)
        await unit.finish()
        await session.commit()
    await late


async def alone(sessions: Sessions, order_id: UUID, step: Step) -> None:
    async with sessions() as session:
        unit = UnitOfWork(session, CLOCK, AGENCY)
        await step(unit, order_id)
        await unit.finish()
        await session.commit()


@pytest.mark.parametrize(("first", "second"), [(note, change), (change, note)])
async def test_a_copy_that_is_noted_while_its_order_changes_is_edited(
    sessions: Sessions, order_id: UUID, first: Step, second: Step
) -> None:
    await together(sessions, order_id, first, second)
    async with sessions() as session:
        edits = select(func.count()).where(
            Notification.kind == NotificationKind.CARD_CHANGED, Notification.chat_id == CHAT
        )
        assert await session.scalar(edits) == 1
