"""`demo`: makes a small agency to try the bot with: people, two closed months, work that waits.

The people's chats are those of a playground's first phones, whose ids are always the same.
"""

from __future__ import annotations

import asyncio
import io
import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final
from uuid import UUID

from PIL import Image, ImageDraw
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot.settings import Settings
from domain.access import SYSTEM, Actor
from domain.accounts.login_service import LoginService
from domain.accounts.model import SYSTEM_USER_ID, ChatLink, Role, User, UserSession
from domain.accounts.passwords import Passwords
from domain.accounts.service import AccountService
from domain.accounts.sessions import IDLE_LIMIT
from domain.accounts.token_hasher import TokenHasher
from domain.clock import Month, SystemClock
from domain.files.images import prepare
from domain.files.model import FileUpload
from domain.files.naming import FileKind
from domain.files.service import FileService
from domain.files.storage import FolderStorage
from domain.notifications.kinds import NotificationKind
from domain.notifications.model import Notification, NotificationState
from domain.orders.beginnings import Beginnings
from domain.orders.categories import CategoryService
from domain.orders.drafts import DraftFile, OrderDraft
from domain.orders.model import Category
from domain.orders.service import OrderService
from domain.organization import QuietHours
from domain.pay.bonuses import BonusService
from domain.pay.closing import MonthEnd
from domain.pay.fines import FineService
from domain.pay.fixed_pay import FixedPayService
from domain.pay.rate_list import RateList
from domain.persistence.db import create_engine, session_factory
from domain.persistence.schema import upgrade
from domain.unit_of_work import UnitOfWork

FOLDER: Final = Path("data/demo")
FIRST_CHAT: Final = 5_000_001
"""The playground numbers its phones from here."""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    name: str
    email: str
    role: Role
    phone: int | None
    """Which of the playground's phones; None: has not linked a chat yet."""


PEOPLE: Final = (
    DemoPerson("Nadia Malik", "nadia@example.com", Role.ADMIN, 0),
    DemoPerson("Ayesha Khan", "ayesha@example.com", Role.WORKER, 1),
    DemoPerson("بلال احمد", "bilal@example.com", Role.WORKER, 2),
    DemoPerson("Sana Rauf", "sana@example.com", Role.WORKER, None),
)
RATES: Final = {
    "Link Building": Decimal("7.98"),
    "Live Citations": Decimal("12.50"),
    "Content Writing": Decimal("450.00"),
    "SEO Optimization": Decimal("300.00"),
}
PAST_WORK: Final = (
    # worker, category, title, business, submissions, approved
    (1, "Link Building", "Home and garden blogs", "Oakline Kitchens", 300, 300),
    (1, "Live Citations", "Leeds directories", "Oakline Kitchens", 40, 36),
    (2, "Content Writing", "Buying guides", "Harbour Dental", 6, 6),
    (3, "SEO Optimization", "On-page fixes", "Harbour Dental", 9, 9),
)
UNPRICED_WORK: Final = (2, "Video Scripts", "Three short films", "Harbour Dental", 3, 3)
"""Of last month, in a category that has no rate yet: it holds up its worker's invoice until an admin sets one."""
WAITING_WORK: Final = (
    (1, "Link Building", "Kitchen fitters, part two", "Oakline Kitchens", 120),
    (2, "Live Citations", "Bradford directories", "Harbour Dental", 25),
)


class _PastClock:
    """The clock of the agency's past, which is made in a moment."""

    def __init__(self) -> None:
        self.instant = datetime.now(UTC)

    def now(self) -> datetime:
        return self.instant


class Demo:
    """Makes the agency once, through the services; later runs find it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._organization = settings.organization
        self._clock = _PastClock()
        self._engine = create_engine(settings.database)
        self._sessions: async_sessionmaker[AsyncSession] = session_factory(self._engine)
        self._keys = TokenHasher(settings.secret())
        self._passwords = Passwords(settings.bcrypt_rounds)
        self._storage = FolderStorage(settings.data_folder / "files")
        self._actors: list[Actor] = []

    async def prepare(self) -> bool:
        """Makes what is missing, and has every linked phone welcomed; tells whether the agency is new."""
        await asyncio.to_thread(upgrade, self._settings.database)
        async with self._sessions() as session:
            is_new = not await session.scalar(select(func.count(User.id)).where(User.id != SYSTEM_USER_ID))
        if is_new:
            await self._make()
        self._clock.instant = SystemClock().now()
        await self._welcome()
        await self._engine.dispose()
        return is_new

    async def _make(self) -> None:
        this_month = self._organization.month(SystemClock().now())
        months = (this_month.previous().previous(), this_month.previous())
        self._at(months[0].first, 9)
        await self._people()
        await self._pay(months[0].first)
        await self._past_month(months[0], PAST_WORK)
        await self._past_month(months[1], (*PAST_WORK, UNPRICED_WORK))
        await self._this_month(this_month)
        # The past's messages were read long ago.
        async with self._sessions.begin() as session:
            read = update(Notification).where(Notification.state == NotificationState.QUEUED)
            await session.execute(read.values(state=NotificationState.CANCELLED))

    def _at(self, day: date, hour: int) -> None:
        self._clock.instant = datetime.combine(day, time(hour), tzinfo=self._organization.zone).astimezone(UTC)

    def _unit(self, session: AsyncSession) -> UnitOfWork:
        return UnitOfWork(session, self._clock, self._organization)

    async def _people(self) -> None:
        for person in PEOPLE:
            async with self._sessions() as session:
                unit = self._unit(session)
                accounts = AccountService(unit, self._keys, self._passwords)
                invited = await accounts.invite_user(person.name, person.email, person.role, actor=SYSTEM)
                chat_id = None if person.phone is None else FIRST_CHAT + person.phone
                if chat_id is not None:
                    await LoginService(unit, self._keys, self._passwords).accept_invite(invited.token, chat_id)
                await unit.finish()
                await session.commit()
            self._actors.append(Actor(invited.person.id, person.name, person.role, chat_id))

    async def _pay(self, since: date) -> None:
        admin = self._actors[0]
        async with self._sessions() as session:
            unit = self._unit(session)
            await Beginnings(unit).make(actor=admin)
            await CategoryService(unit).add_category(UNPRICED_WORK[1], actor=admin)
            rates = RateList(unit)
            for category in await session.scalars(select(Category).where(Category.name.in_(RATES))):
                await rates.set_rate(category.id, None, since, RATES[category.name], actor=admin)
            await FixedPayService(unit).set_fixed_pay(self._actors[3].user_id, since, Decimal("25000.00"), actor=admin)
            await unit.finish()
            await session.commit()

    async def _past_month(self, month: Month, done: tuple[tuple[int, str, str, str, int, int], ...]) -> None:
        for number, (worker, category, title, business, submissions, approved) in enumerate(done):
            self._at(month.first + timedelta(days=5 + number), 11)
            order_id = await self._submit(worker, category, title, business, submissions)
            self._clock.instant += timedelta(hours=3)
            async with self._sessions() as session:
                unit = self._unit(session)
                await OrderService(unit).approve(order_id, 1, approved=approved, actor=self._actors[0])
                await unit.finish()
                await session.commit()
        self._at(month.next().first, 9)
        await MonthEnd(self._sessions, self._clock, self._organization).close(month, actor=SYSTEM)

    async def _this_month(self, month: Month) -> None:
        now = SystemClock().now()
        start = month.start(self._organization.zone)
        # Work that waits since yesterday; on the first day of a month, since this morning.
        for number, work in enumerate(WAITING_WORK):
            self._clock.instant = max(start, now - timedelta(hours=20 - 3 * number))
            await self._submit(*work)
        self._clock.instant = max(start, now - timedelta(hours=2))
        async with self._sessions() as session:
            unit = self._unit(session)
            admin = self._actors[0]
            reason = "Most links of the week"
            await BonusService(unit).give_bonus(self._actors[1].user_id, Decimal("1500.00"), reason, month, actor=admin)
            await FineService(unit).fine(
                self._actors[2].user_id, Decimal("250.00"), "Ten citations without a phone number", actor=admin
            )
            await unit.finish()
            await session.commit()

    async def _submit(self, worker: int, category: str, title: str, business: str, submissions: int) -> UUID:
        photos = [_picture(title, business, number) for number in range(2)]
        files = tuple(
            DraftFile(f"demo-{number}", f"demo-{number}", "", "image/jpeg", len(photo), FileKind.PHOTO)
            for number, photo in enumerate(photos)
        )
        draft = OrderDraft(category, submissions, title, business, "November" if worker == 1 else None, None, files)
        async with self._sessions() as session:
            unit = self._unit(session)
            card = await OrderService(unit).submit(draft, actor=self._actors[worker])
            for file, photo in zip(card.files, photos, strict=True):
                kept = await prepare(photo, file.mime_type)
                await self._storage.put(file.storage_key, kept.content)
                await FileService(unit).mark_stored(
                    file.id, sha256=kept.sha256, size=kept.size, key=file.storage_key, actor=SYSTEM
                )
                # Telegram has never seen it: it goes out of the storage.
                await session.execute(update(FileUpload).where(FileUpload.id == file.id).values(telegram_file_id=None))
            await unit.finish()
            await session.commit()
        return card.order.id

    async def _welcome(self) -> None:
        """A playground forgets its chats when it stops, so every start begins with a home screen."""
        async with self._sessions() as session:
            unit = self._unit(session)
            now = self._clock.now()
            # Their last visit was when the agency began, or when the demo last ran: longer ago than a session lasts.
            live = update(UserSession).where(UserSession.ended_at.is_(None))
            await session.execute(live.values(last_seen_at=now, expires_at=now + IDLE_LIMIT))
            linked = select(User.id, User.name, User.role).join(ChatLink, ChatLink.user_id == User.id)
            for person in await session.execute(linked):
                dedupe_key = now.isoformat()
                unit.notifications.notify(
                    person.id,
                    NotificationKind.WELCOME,
                    {"user_id": person.id, "name": person.name, "role": person.role},
                    dedupe_key=dedupe_key,
                    urgent=True,
                )
            await unit.finish()
            await session.commit()


def _picture(title: str, business: str, number: int) -> bytes:
    """A picture of a web page that somebody could have photographed: no two alike."""
    image = Image.new("RGB", (900, 600), "#f4f1ea")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 900, 70), fill=("#2f4a43", "#41506b")[number % 2])
    draw.text((30, 22), business, fill="white", font_size=26)
    draw.text((40, 110), title, fill="#222222", font_size=34)
    for line in range(7):
        width = 780 - 90 * ((line * 7 + number * 3) % 4)
        draw.rectangle((40, 190 + line * 46, 40 + width, 204 + line * 46), fill="#d8d2c6")
    draw.rectangle((36, 232, 330, 262), outline="#c0392b", width=4)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


def demo_settings(settings: Settings) -> Settings:
    """The same settings, on a database and a folder of the demo's own."""
    own = {
        "data_folder": FOLDER,
        "database_url": f"sqlite:///{FOLDER}/agency.sqlite3",
        "db_host": "",
        # Whoever tries it at night wants to see the messages too.
        "quiet_hours": QuietHours(time(0), time(0)),
    }
    return settings.model_copy(update=own)


def start_over() -> None:
    """Forgets the demo's agency."""
    shutil.rmtree(FOLDER, ignore_errors=True)
