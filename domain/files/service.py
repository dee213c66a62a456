"""Files on their way into the storage. The edge downloads and stores the bytes, outside of any transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, update

from domain.access import Actor, Permission, use_case
from domain.audit.model import LogType
from domain.errors import NotAllowed, NotFound
from domain.files.model import FileState, FileUpload
from domain.files.naming import FileKind, kind_of
from domain.notifications.kinds import NotificationKind
from domain.orders.cards import DECISION, ENTITY, Duplicate, first_orders_with, worker_id_of
from domain.orders.model import WorkOrder
from domain.unit_of_work import UnitOfWork

PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 4, 10, 45, 180, 480, 720, *[1440] * 6))
"""After each try to copy a file: a week in all, and then it has failed. Telegram promises a download for an hour, and
gives it much longer.
"""
TELL_AFTER: Final = 4
"""Tries, in a quarter of an hour: then admins hear, once a day, that files are waiting."""
_TABLE: Final = FileUpload.__tablename__
_ERROR_LIMIT: Final = 1000


@dataclass(frozen=True, slots=True)
class PendingFile:
    """A file to copy, claimed for one try."""

    id: UUID
    telegram_file_id: str
    storage_key: str
    kind: FileKind
    mime_type: str | None
    size: int
    """Bytes, as Telegram says; 0 where it does not."""
    attempt: int
    """From 1."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    id: UUID
    storage_key: str
    original_name: str
    mime_type: str | None
    size: int
    """Bytes, in the storage."""
    state: FileState
    entity_type: str | None
    entity_id: UUID | None
    duplicate: Duplicate | None
    """For admins: the order of before with the same bytes. Finding it is noted as a change of this one's."""


class FileService:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._session = unit.session

    # SEE_ALL_ORDERS: the copying is the system's work, and shows nothing that an admin does not see.

    @use_case(Permission.SEE_ALL_ORDERS)
    async def has_due(self, *, actor: Actor) -> bool:  # noqa: ARG002
        """Whether there is anything to claim now."""
        return await self._session.scalar(select(FileUpload.id).where(*self._due()).limit(1)) is not None

    def _due(self) -> tuple[ColumnElement[bool], ...]:
        is_time = or_(FileUpload.next_try_at.is_(None), FileUpload.next_try_at <= self._unit.clock.now())
        return FileUpload.state == FileState.PENDING, FileUpload.telegram_file_id.is_not(None), is_time

    @use_case(Permission.SEE_ALL_ORDERS)
    async def claim_pending(self, *, limit: int = 10, actor: Actor) -> tuple[PendingFile, ...]:
        """Files whose bytes are due for a try now, the oldest first; each is counted as tried, whatever comes of it.

        A try that ends in a crash is followed by the next one at the next start, see `resume`; one that was the last is
        given up here. Two tries of one file at the same time do no harm: they write the same bytes under the same key.
        """
        now = self._unit.clock.now()
        rows = (
            await self._session.execute(
                select(
                    FileUpload.id,
                    FileUpload.telegram_file_id,
                    FileUpload.storage_path,
                    FileUpload.file_name,
                    FileUpload.mime_type,
                    FileUpload.file_size,
                    FileUpload.attempts,
                )
                .where(*self._due())
                .order_by(FileUpload.created_at, FileUpload.id)
                .limit(limit)
            )
        ).all()
        claimed = []
        for row in rows:
            if row.attempts > len(PAUSES):
                await self.mark_failed(row.id, "the last try was cut off", final=True, actor=actor)
                continue
            won = await self._session.scalar(
                update(FileUpload)
                .where(
                    FileUpload.id == row.id,
                    FileUpload.attempts == row.attempts,
                    FileUpload.state == FileState.PENDING,
                )
                .values(
                    attempts=row.attempts + 1,
                    next_try_at=now + PAUSES[min(row.attempts, len(PAUSES) - 1)],
                    last_error=None,
                )
                .returning(FileUpload.id)
                .execution_options(synchronize_session=False)
            )
            if won is not None:
                claimed.append(
                    PendingFile(
                        id=row.id,
                        telegram_file_id=row.telegram_file_id,
                        storage_key=row.storage_path,
                        kind=kind_of(row.file_name),
                        mime_type=row.mime_type,
                        size=row.file_size,
                        attempt=row.attempts + 1,
                    )
                )
        return tuple(claimed)

    @use_case(Permission.SEE_ALL_ORDERS)
    async def mark_stored(self, file_id: UUID, *, sha256: str, size: int, key: str, actor: Actor) -> StoredFile:
        """The bytes are in the storage. A second time changes nothing.

        Args:
            file_id: Of a file that was claimed; one that was given up may still succeed.
            sha256: In hex, of the bytes as they arrived.
            size: Bytes in the storage.
            key: Where.
            actor: The system.

        Raises:
            NotFound: There is no such file.
        """
        won = await self._session.scalar(
            update(FileUpload)
            .where(FileUpload.id == file_id, FileUpload.state != FileState.STORED)
            .values(
                state=FileState.STORED,
                sha256=sha256,
                file_size=size,
                storage_path=key,
                stored_at=self._unit.clock.now(),
                last_error=None,
            )
            .returning(FileUpload.id)
            .execution_options(synchronize_session=False)
        )
        stored = await self._file(file_id)
        if won is not None:
            self._unit.audit.record(
                LogType.FILE_STORED,
                f"Stored a file of {size} bytes",
                actor=actor,
                entity_type=_TABLE,
                entity_id=file_id,
                new={"state": FileState.STORED, "sha256": sha256, "file_size": size},
            )
            if stored.duplicate is not None:
                self._unit.audit.record(
                    LogType.FILE_STORED,
                    f"Found a file that came with order {stored.duplicate.earlier_number} before",
                    actor=actor,
                    entity_type=WorkOrder.__tablename__,
                    entity_id=stored.entity_id,
                    new={"file": file_id, "earlier_order": stored.duplicate.earlier_order_id},
                )
        return stored

    @use_case(Permission.SEE_ALL_ORDERS)
    async def resume(self, *, actor: Actor) -> None:  # noqa: ARG002
        """After a start: a try that was cut off neither failed nor succeeded, and the next one is due now."""
        await self._session.execute(
            update(FileUpload)
            .where(FileUpload.state == FileState.PENDING, FileUpload.attempts > 0, FileUpload.last_error.is_(None))
            .values(next_try_at=None)
            .execution_options(synchronize_session=False)
        )

    @use_case(Permission.SEE_ALL_ORDERS)
    async def hurry(self, *, actor: Actor) -> None:  # noqa: ARG002
        """The storage works again: what is still pending is due now, not after its pause."""
        await self._session.execute(
            update(FileUpload)
            .where(FileUpload.state == FileState.PENDING, FileUpload.attempts <= len(PAUSES))
            .values(next_try_at=None)
            .execution_options(synchronize_session=False)
        )

    @use_case(Permission.SEE_ALL_ORDERS)
    async def mark_failed(self, file_id: UUID, error: str, *, final: bool = False, actor: Actor) -> FileState:
        """A try that failed. After the last one, or where another cannot help (`final`), the file is given up, and the
        admins are told: `file_failed`. Before that they hear once a day that files are waiting: `files_waiting`.

        Raises:
            NotFound: There is no such file.
        """
        attempts = await self._attempts(file_id)
        over = final or attempts > len(PAUSES)
        state = FileState.FAILED if over else FileState.PENDING
        won = await self._session.scalar(
            update(FileUpload)
            .where(FileUpload.id == file_id, FileUpload.state == FileState.PENDING)
            .values(state=state, last_error=error[:_ERROR_LIMIT])
            .returning(FileUpload.id)
            .execution_options(synchronize_session=False)
        )
        stored = await self._file(file_id)
        if won is None:
            return stored.state
        if not over:
            if attempts >= TELL_AFTER:
                today = self._unit.clock.now().astimezone(self._unit.organization.zone).date()
                facts = {"error": error[:_ERROR_LIMIT]}
                await self._unit.notifications.notify_admins(
                    NotificationKind.FILES_WAITING, facts, dedupe_key=f"files waiting {today}"
                )
            return stored.state
        self._unit.audit.record(
            LogType.OTHER,
            "Gave up copying a file",
            actor=actor,
            entity_type=_TABLE,
            entity_id=file_id,
            old={"state": FileState.PENDING},
            new={"state": FileState.FAILED},
        )
        await self._unit.notifications.notify_admins(
            NotificationKind.FILE_FAILED,
            {
                "file_id": file_id,
                "name": stored.original_name,
                "order_id": stored.entity_id if stored.entity_type in {ENTITY, DECISION} else None,
                "is_of_reason": stored.entity_type == DECISION,
                "error": error[:_ERROR_LIMIT],
            },
            dedupe_key=f"file {file_id} failed",
        )
        return stored.state

    @use_case(Permission.USE_OWN_ACCOUNT)
    async def file(self, file_id: UUID, *, actor: Actor) -> StoredFile:
        """What is needed to show a file: an admin any, a worker what they sent, or what belongs to an order of theirs.

        Raises:
            NotFound: There is no such file, or none that the actor may see.
        """
        if actor.may(Permission.SEE_ALL_ORDERS):
            return await self._file(file_id)
        if not actor.may(Permission.SEE_OWN_ORDERS):
            raise NotAllowed(permission=Permission.SEE_OWN_ORDERS)
        theirs = (
            select(WorkOrder.id)
            .where(
                WorkOrder.id == FileUpload.related_entity_id,
                FileUpload.related_entity_type.in_((ENTITY, DECISION)),
                worker_id_of == actor.user_id,
            )
            .exists()
        )
        visible = select(FileUpload.id).where(
            FileUpload.id == file_id, or_(FileUpload.uploaded_by == actor.user_id, theirs)
        )
        if await self._session.scalar(visible) is None:
            raise NotFound(what="file")
        return await self._file(file_id, with_duplicate=False)

    async def _file(self, file_id: UUID, *, with_duplicate: bool = True) -> StoredFile:
        row = (
            await self._session.execute(
                select(
                    FileUpload.storage_path,
                    FileUpload.original_name,
                    FileUpload.mime_type,
                    FileUpload.file_size,
                    FileUpload.state,
                    FileUpload.related_entity_type,
                    FileUpload.related_entity_id,
                    FileUpload.sha256,
                    func.coalesce(FileUpload.entity_version, 1).label("version"),
                ).where(FileUpload.id == file_id)
            )
        ).one_or_none()
        if row is None:
            raise NotFound(what="file")
        duplicate = None
        if with_duplicate and row.sha256 and row.related_entity_type == ENTITY and row.version > 0:
            first = (await first_orders_with(self._session, [row.sha256])).get(row.sha256)
            if first is not None and first.id != row.related_entity_id:
                duplicate = Duplicate(file_id, row.original_name, first.id, first.number, first.title, first.worker)
        return StoredFile(
            id=file_id,
            storage_key=row.storage_path,
            original_name=row.original_name,
            mime_type=row.mime_type,
            size=row.file_size,
            state=row.state,
            entity_type=row.related_entity_type,
            entity_id=row.related_entity_id,
            duplicate=duplicate,
        )

    async def _attempts(self, file_id: UUID) -> int:
        found = await self._session.scalar(select(FileUpload.attempts).where(FileUpload.id == file_id))
        if found is None:
            raise NotFound(what="file")
        return found
