"""What a new organization begins with."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access import SYSTEM
from domain.orders.beginnings import CATEGORIES, REASONS, Beginnings
from domain.orders.model import Category, ReasonTemplate
from domain.organization import Organization, QuietHours
from domain.unit_of_work import UnitOfWork
from tests.support.clock import SetClock


def unit(session: AsyncSession) -> UnitOfWork:
    organization = Organization("MT", ZoneInfo("Asia/Karachi"), "PKR", QuietHours(time(0), time(0)))
    return UnitOfWork(session, SetClock(datetime(2026, 11, 10, tzinfo=UTC)), organization)


async def test_it_fills_what_is_empty_and_nothing_else(session: AsyncSession) -> None:
    session.add(Category(name="Video"))
    await session.flush()
    for _ in range(2):
        made = unit(session)
        await Beginnings(made).make(actor=SYSTEM)
        await made.finish()
    assert list(await session.scalars(select(Category.name))) == ["Video"]
    texts = set(await session.scalars(select(ReasonTemplate.text)))
    assert texts == {text for texts in REASONS.values() for text in texts}


async def test_a_new_organization_has_the_usual_categories(session: AsyncSession) -> None:
    made = unit(session)
    await Beginnings(made).make(actor=SYSTEM)
    await made.finish()
    assert set(await session.scalars(select(Category.name))) == set(CATEGORIES)
