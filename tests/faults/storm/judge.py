"""What must be true after a storm. Each check gives what it found wrong, in words; nothing: all is well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot.database.models import DraftStatus, FormDraft, InboundUpdate, UpdateState
from domain.accounts.model import User
from domain.audit.model import ActivityLog, LogType
from domain.audit.service import verify
from domain.files.images import prepare
from domain.files.model import FileState, FileUpload
from domain.notifications.model import Notification, NotificationState
from domain.orders.model import Decision, OrderStatus, OrderVersion, WorkOrder
from domain.pay.model import Bonus, Fine, Invoice, InvoiceLine, InvoiceSource, InvoiceStatus, Rate
from tests.faults.conftest import Machine
from tests.faults.storm.book import Book, Handed, Way
from tests.faults.storm.lives import Life
from tests.faults.storm.office import Office

STATUS: Final = {Way.REJECT: OrderStatus.REJECTED, Way.REJECT_TYPED: OrderStatus.REJECTED}
DECISIONS: Final = {
    Way.REJECT: [Decision.REJECTED],
    Way.REJECT_TYPED: [Decision.REJECTED],
    Way.CHANGES: [Decision.CHANGES, Decision.APPROVED],
}
LOGGED: Final = {
    Decision.APPROVED: LogType.ORDER_APPROVED,
    Decision.REJECTED: LogType.ORDER_REJECTED,
    Decision.CHANGES: LogType.ORDER_RETURNED,
}


@dataclass(frozen=True, slots=True)
class Evidence:
    office: Office
    book: Book
    machine: Machine
    lives: Sequence[Life]


async def judge_database(evidence: Evidence, sessions: async_sessionmaker[AsyncSession]) -> list[str]:
    async with sessions() as session:
        court = _Court(evidence, session)
        await court.edge()
        await court.orders()
        await court.pay()
        await court.adjustments()
        await court.log_ins()
        await court.files()
        await court.log()
    court.outputs()
    return court.found


class _Court:
    def __init__(self, evidence: Evidence, session: AsyncSession) -> None:
        self._office = evidence.office
        self._book = evidence.book
        self._machine = evidence.machine
        self._lives = evidence.lives
        self._session = session
        self._logged: Counter[tuple[LogType, UUID | None]] = Counter()
        self.found: list[str] = []

    def _expect(self, is_true: object, otherwise: str) -> None:
        if not is_true:
            self.found.append(otherwise)

    async def edge(self) -> None:
        """Nothing is half done, and nobody is stuck."""
        session = self._session
        open_updates = select(InboundUpdate.update_id).where(InboundUpdate.state != UpdateState.ANSWERED)
        self._expect(not (left := list(await session.scalars(open_updates))), f"updates without an answer: {left}")
        failed = (await session.execute(select(InboundUpdate.update_id, InboundUpdate.error))).all()
        self._expect(not (errors := [row for row in failed if row.error]), f"updates that failed: {errors}")
        waits = FormDraft.status.in_((DraftStatus.OPEN, DraftStatus.ASIDE))
        stuck = (await session.execute(select(FormDraft.form, FormDraft.step, FormDraft.data).where(waits))).all()
        self._expect(not stuck, f"forms that nobody finishes: {stuck}")
        notifications = select(Notification.id, Notification.kind, Notification.state, Notification.last_error).where(
            Notification.state.not_in((NotificationState.SENT, NotificationState.CANCELLED))
        )
        undelivered = (await session.execute(notifications)).all()
        self._expect(not undelivered, f"notifications that did not get out: {undelivered}")

    async def orders(self) -> None:
        """Each order once, with each decision once."""
        session = self._session
        creator = select(User.id, User.name).where(User.id.in_(member.actor.user_id for member in self._office.workers))
        names = {row.id: row.name for row in await session.execute(creator)}
        rows = list(await session.scalars(select(WorkOrder).where(WorkOrder.created_by.in_(names))))
        self._expect(
            Counter(row.title for row in rows) == Counter(each.title for each in self._book.handed),
            f"handed in {sorted(each.title for each in self._book.handed)}, there are {sorted(r.title for r in rows)}",
        )
        for logged in await session.scalars(select(ActivityLog)):
            self._logged[logged.log_type, logged.entity_id] += 1
        by_title = {row.title: row for row in rows}
        for handed in self._book.handed:
            if (order := by_title.get(handed.title)) is not None:
                await self._order(handed, order, names[order.created_by])

    async def _order(self, handed: Handed, order: WorkOrder, worker: str) -> None:
        said = f"order {handed.number} ({handed.way})"
        version = 2 if handed.way is Way.CHANGES else 1
        decisions = DECISIONS.get(handed.way, [Decision.APPROVED])
        shares: dict[Way, set[int | None]] = {
            Way.SOME: {handed.quantity - 1},
            Way.SOME_TYPED: {handed.quantity - 1},
            Way.RACE: {handed.quantity - 1, handed.quantity},
            Way.REJECT: {None},
            Way.REJECT_TYPED: {None},
        }
        self._expect(
            (order.number, order.total_submissions, worker, order.version)
            == (handed.number, handed.quantity, handed.worker, version),
            f"{said}: is {order.number}, {order.total_submissions} by {worker}, version {order.version}",
        )
        self._expect(
            order.status == STATUS.get(handed.way, OrderStatus.APPROVED)
            and order.approved_submissions in shares.get(handed.way, {handed.quantity}),
            f"{said}: is {order.status}, {order.approved_submissions} of {handed.quantity}",
        )
        versions = select(OrderVersion.decision).where(OrderVersion.order_id == order.id).order_by(OrderVersion.version)
        self._expect(
            (made := list(await self._session.scalars(versions))) == decisions,
            f"{said}: decided {made}, not {decisions}",
        )
        logged = {kind: self._logged[kind, order.id] for kind in (*LOGGED.values(), *_HANDED_IN)}
        wanted = dict.fromkeys(logged, 0) | Counter(LOGGED[each] for each in decisions)
        wanted[LogType.ORDER_CREATED], wanted[LogType.ORDER_SUBMITTED] = 1, version - 1
        self._expect(logged == wanted, f"{said}: the log has {logged}")
        photos = select(func.count()).where(FileUpload.related_entity_id == order.id)
        self._expect(
            (kept := await self._session.scalar(photos)) == handed.photos, f"{said}: {kept} photos of {handed.photos}"
        )

    async def pay(self) -> None:
        """Each worker's month on one invoice, each number once, and each order on one line."""
        session = self._session
        rows = select(Invoice, User.name).join(User, User.id == Invoice.worker_id).order_by(Invoice.number)
        invoices = (await session.execute(rows)).all()
        month = self._office.month
        numbers = [f"INV-{month.year}-{count:06}" for count in range(1, len(self._office.owed) + 1)]
        self._expect([row.Invoice.number for row in invoices] == numbers, f"{[row.Invoice.number for row in invoices]}")
        self._expect(
            {row.name: row.Invoice.total_amount for row in invoices}
            == {owed.name: owed.total for owed in self._office.owed},
            f"other totals than {[(owed.name, owed.total) for owed in self._office.owed]}: "
            f"{[(row.name, row.Invoice.total_amount) for row in invoices]}",
        )
        owed_by_name = {owed.name: owed for owed in self._office.owed}
        for invoice, name in invoices:
            lines = list(await session.scalars(select(InvoiceLine.amount).where(InvoiceLine.invoice_id == invoice.id)))
            sources = list(
                await session.scalars(select(InvoiceSource.order_id).where(InvoiceSource.invoice_id == invoice.id))
            )
            is_whole = (
                invoice.status == InvoiceStatus.ISSUED
                and (invoice.year, invoice.month) == (month.year, month.month)
                and sum(lines, Decimal(0)) == invoice.total_amount
                and len(set(sources)) == len(sources) == owed_by_name[name].orders
                and self._logged[LogType.INVOICE_GENERATED, invoice.id] == 1
            )
            self._expect(is_whole, f"{invoice.number} of {name}: lines {lines}, {len(sources)} orders")
        open_orders = select(WorkOrder.number).where(
            WorkOrder.title.like("%'s work"), WorkOrder.status != OrderStatus.COMPLETED
        )
        self._expect(not (left := list(await session.scalars(open_orders))), f"orders not completed: {left}")

    async def adjustments(self) -> None:
        """Each bonus and each fine once, and the one rate."""
        session = self._session
        entered = sorted((each.kind, each.worker, each.amount, each.reason) for each in self._book.adjusted)
        written = []
        for kind, table, log_type in (("bonus", Bonus, LogType.BONUS_ADDED), ("fine", Fine, LogType.FINE_ISSUED)):
            found = select(table.id, User.name, table.amount, table.reason).join(User, User.id == table.worker_id)
            for row in await session.execute(found):
                written.append((kind, row.name, row.amount, row.reason))
                self._expect(self._logged[log_type, row.id] == 1, f"the log of {row.reason}")
        self._expect(sorted(written) == entered, f"entered {entered}, there are {sorted(written)}")
        rates = await session.scalar(select(func.count()).select_from(Rate))
        self._expect(rates == self._book.rates + 1, f"{rates} rates")

    async def log_ins(self) -> None:
        """Each of them, and each log-out, once in the log."""
        who = ActivityLog.user_id == self._office.wanderer.actor.user_id
        for log_type, more in ((LogType.LOGIN, 1), (LogType.LOGOUT, 0)):  # the first was by invite
            found = select(func.count()).where(who, ActivityLog.log_type == log_type)
            times = await self._session.scalar(found)
            self._expect(times == self._book.log_ins + more, f"{log_type}: {times} for {self._book.log_ins}")

    async def files(self) -> None:
        """Each photo is in the storage, as it is to be kept, and nothing else is."""
        folder = Path(self._machine.environment["DATA_FOLDER"]) / "files"
        rows = list(await self._session.scalars(select(FileUpload)))
        for row in rows:
            path = folder / row.storage_path
            if row.state != FileState.STORED or not path.is_file():
                self.found.append(f"{row.storage_path} is {row.state}, after {row.attempts} tries: {row.last_error}")
                continue
            sent = await prepare(await self._from_telegram(row.telegram_file_id), row.mime_type)
            is_same = (sent.content, sent.sha256, sent.size) == (path.read_bytes(), row.sha256, row.file_size)
            self._expect(is_same, f"{row.storage_path} has other bytes")
            stored = self._logged[LogType.FILE_STORED, row.id]
            self._expect(stored == 1, f"{row.storage_path}: stored {stored} times in the log")
        strays = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
        strays -= {row.storage_path for row in rows}
        self._expect(not strays, f"files of nobody: {sorted(strays)}")

    async def _from_telegram(self, file_id: str | None) -> bytes:
        account = self._machine.account
        path = (await account.call("getFile", file_id=file_id))["result"]["file_path"]
        answer = await account.client.http.get(f"/file/bot{account.token}/{path}")
        return answer.content

    async def log(self) -> None:
        self._expect(not (faults := await verify(self._session)), f"the activity log: {faults}")

    def outputs(self) -> None:
        """No bot has met what it did not expect."""
        for life in self._lives:
            output = life.log.read_text(errors="replace")
            is_clean = "Traceback" not in output and " ERROR " not in output
            self._expect(is_clean, f"{life.log.name}, which died at “{life.point}”, says:\n{output}")


_HANDED_IN: Final[tuple[Any, ...]] = (LogType.ORDER_CREATED, LogType.ORDER_SUBMITTED)
