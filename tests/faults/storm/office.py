"""The agency that a storm comes over: admins, workers, and a last month that is still to be closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from domain.access import SYSTEM, Actor
from domain.accounts.login_service import LoginService
from domain.accounts.model import ChatLink, Role, User
from domain.accounts.passwords import Passwords
from domain.accounts.service import AccountService
from domain.accounts.token_hasher import TokenHasher
from domain.clock import Month, SystemClock
from domain.notifications.model import Notification
from domain.orders.categories import CategoryService
from domain.orders.model import OrderStatus, ReasonTemplate, TemplateKind, WorkOrder
from domain.pay.rate_list import RateList
from domain.unit_of_work import UnitOfWork
from playground.phone import Phone
from tests.faults.conftest import Machine, organization

LINKS: Final = "Link Building"
PRICED: Final = Decimal("7.98")
LISTINGS: Final = "Directories"
"""Without a rate, until an admin sets one: its workers' invoices are held up."""
LATER_PRICED: Final = Decimal("12.50")
TEMPLATE: Final = "The screenshot cannot be read"
PASSWORD: Final = "quiet-Harbour-71-lantern"
PAID: Final = 30
"""Workers with approved work of last month."""


@dataclass(frozen=True, slots=True)
class Member:
    phone: Phone
    actor: Actor

    @property
    def name(self) -> str:
        return self.actor.name

    @property
    def email(self) -> str:
        return f"{self.name.lower()}@example.com"


@dataclass(frozen=True, slots=True)
class Owed:
    """What a worker has earned last month, computed from the orders alone."""

    phone: Phone
    name: str
    orders: int
    total: Decimal
    is_held_up: bool
    """One of the orders lacks a rate."""


@dataclass(frozen=True, slots=True)
class Office:
    month: Month
    """The last one."""
    checkers: tuple[Member, Member]
    payer: Member
    """The admin who enters pay and closes the month."""
    workers: tuple[Member, ...]
    wanderer: Member
    """Who logs out and in."""
    owed: tuple[Owed, ...]

    @property
    def admins(self) -> tuple[Member, ...]:
        return (*self.checkers, self.payer)

    def checker_of(self, number: int) -> Member:
        """Who decides an order of that number, unless both do."""
        return self.checkers[number % 2]

    @property
    def phones(self) -> list[Phone]:
        return [member.phone for member in (*self.admins, *self.workers, self.wanderer)]


async def open_office(machine: Machine, sessions: async_sessionmaker[AsyncSession]) -> Office:
    """All of it, before the bot first runs."""
    month = organization().month(SystemClock().now()).previous()
    async with sessions() as session:
        unit = UnitOfWork(session, SystemClock(), organization())
        await _price(unit, month)
        admins = [await _member(machine, unit, name, Role.ADMIN) for name in ("Nadia", "Omar", "Hina")]
        workers = [await _member(machine, unit, name, Role.WORKER) for name in ("Ayesha", "Bilal", "Sana")]
        wanderer = await _member(machine, unit, "Zain", Role.WORKER)
        accounts = AccountService(unit, TokenHasher(b"only-for-tests"), Passwords(4))
        owed = [await _earned(machine, unit, month, place) for place in range(PAID)]
        await unit.finish()
        await session.commit()
        await accounts.set_password(None, PASSWORD, actor=wanderer.actor)
        await unit.finish()
        await session.execute(delete(Notification))  # of the past: read long ago
        await session.commit()
    return Office(month, (admins[0], admins[1]), admins[2], tuple(workers), wanderer, tuple(owed))


async def _price(unit: UnitOfWork, month: Month) -> None:
    categories = CategoryService(unit)
    links = await categories.add_category(LINKS, actor=SYSTEM)
    await categories.add_category(LISTINGS, actor=SYSTEM)
    await RateList(unit).set_rate(links.id, None, month.first, PRICED, actor=SYSTEM)
    unit.session.add_all(ReasonTemplate(kind=kind, text=TEMPLATE) for kind in TemplateKind)


async def _member(machine: Machine, unit: UnitOfWork, name: str, role: Role) -> Member:
    phone = await machine.playground.add_phone(machine.account, name)
    await phone.open()
    keys, passwords = TokenHasher(b"only-for-tests"), Passwords(4)
    invited = await AccountService(unit, keys, passwords).invite_user(
        name, f"{name.lower()}@example.com", role, actor=SYSTEM
    )
    await LoginService(unit, keys, passwords).accept_invite(invited.token, phone.user_id)
    return Member(phone, Actor(invited.person.id, name, role, phone.user_id))


async def _earned(machine: Machine, unit: UnitOfWork, month: Month, place: int) -> Owed:
    """A worker's approved orders of the month; every third worker has one that lacks a rate."""
    name = f"Worker {place:02}"
    phone = await machine.playground.add_phone(machine.account, name)
    await phone.open()
    user = User(email=f"worker{place}@example.com", name=name, role=Role.WORKER)
    unit.session.add(user)
    await unit.session.flush()
    unit.session.add(ChatLink(chat_id=phone.user_id, user_id=user.id))
    submitted = datetime.combine(month.first + timedelta(days=10), time(12), tzinfo=organization().zone)
    quantities: list[tuple[str, int, Decimal | None]] = [(LINKS, 10 + place, PRICED), (LINKS, 3, PRICED)]
    if place % 3 == 0:
        quantities.append((LISTINGS, 4, None))
    for category, approved, rate in quantities:
        unit.session.add(
            WorkOrder(
                title=f"{name}'s work",
                category=category,
                status=OrderStatus.APPROVED,
                total_submissions=approved + 1,
                approved_submissions=approved,
                rate=rate,
                created_by=user.id,
                assigned_to=user.id,
                submitted_at=submitted,
                decided_at=submitted,
            )
        )
    total = sum((approved * (rate or LATER_PRICED) for _, approved, rate in quantities), Decimal(0))
    return Owed(phone, name, len(quantities), total, is_held_up=place % 3 == 0)
