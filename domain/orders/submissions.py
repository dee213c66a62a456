"""What comes in with a submission: the order's content, one row of its history, its files."""

from __future__ import annotations

from collections.abc import Sequence
from re import ASCII
from re import compile as pattern
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select

from domain.access import Actor
from domain.errors.orders import CategoryUnavailable
from domain.files.model import FileState, FileUpload
from domain.files.naming import shown_name, stored_name
from domain.orders.cards import ENTITY, OrderSummary
from domain.orders.drafts import CompleteDraft, DraftFile
from domain.orders.model import Category, OrderVersion
from domain.unit_of_work import UnitOfWork

ASSIGNMENT: Final = 0
"""The version of files that an admin gave along with an assignment."""
_MIME_TYPE: Final = pattern(r"[\w.+-]{1,49}/[\w.+-]{1,50}", ASCII)
"""What a device says is kept where it can be one, and fits the column."""


class Submissions:
    """For the services here, which have checked who submits."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._session = unit.session

    async def keep(self, order_id: UUID, version: int, draft: CompleteDraft, category: str, actor: Actor) -> None:
        await self._session.execute(
            insert(OrderVersion).values(
                order_id=order_id,
                version=version,
                **content_of(draft, category),
                submitted_at=self._unit.clock.now(),
                submitted_by=actor.user_id,
            )
        )
        await self.add_files(order_id, version, draft.files, actor)

    async def add_files(
        self, order_id: UUID, version: int, files: Sequence[DraftFile], actor: Actor, *, kind: str = ENTITY
    ) -> None:
        """Notes files that are to be copied: of the work, or with another `kind` what belongs to it."""
        if not files:
            return
        now = self._unit.clock.now()
        rows = []
        for position, file in enumerate(files):
            file_id = uuid4()
            name = stored_name(file_id, file.original_name, file.kind)
            rows.append(
                {
                    "id": file_id,
                    "file_name": name,
                    "original_name": shown_name(file.original_name, file.kind, position),
                    "file_size": file.size,
                    "mime_type": file.mime_type if _MIME_TYPE.fullmatch(file.mime_type or "") else None,
                    "storage_path": f"orders/{order_id}/{name}",
                    "uploaded_by": actor.user_id,
                    "related_entity_type": kind,
                    "related_entity_id": order_id,
                    "created_at": now,
                    "state": FileState.PENDING,
                    "telegram_file_id": file.telegram_file_id,
                    "telegram_file_unique_id": file.telegram_file_unique_id,
                    "position": position,
                    "entity_version": version,
                }
            )
        await self._session.execute(insert(FileUpload), rows)

    async def ensure(self, order: OrderSummary) -> None:
        """History of an order from elsewhere, which came without one: before it is overwritten or decided."""
        known = select(OrderVersion.version).where(
            OrderVersion.order_id == order.id, OrderVersion.version == order.version
        )
        if await self._session.scalar(known) is not None:
            return
        await self._session.execute(
            insert(OrderVersion).values(
                order_id=order.id,
                version=order.version,
                **shown_content(order),
                submitted_at=order.submitted_at or order.created_at,
                submitted_by=order.worker_id,
            )
        )

    async def category(self, name: str, *, kept: str | None = None) -> str:
        """The category's name as it is written in the table, whatever the case in which it was given."""
        if kept is not None and name == kept:
            return kept
        found = await self._session.scalar(
            select(Category.name).where(func.lower(Category.name) == func.lower(name), Category.is_active)
        )
        if found is None:
            raise CategoryUnavailable(category=name)
        return found


def content_of(draft: CompleteDraft, category: str) -> dict[str, Any]:
    return {
        "title": draft.title,
        "category": category,
        "description": draft.note,
        "total_submissions": draft.total_submissions,
        "business_name": draft.business_name,
        "folder_name": draft.folder_name,
    }


def shown_content(order: OrderSummary) -> dict[str, Any]:
    return {
        "title": order.title,
        "category": order.category,
        "description": order.note,
        "total_submissions": order.total_submissions,
        "business_name": order.business_name,
        "folder_name": order.folder_name,
    }
