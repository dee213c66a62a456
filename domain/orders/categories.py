"""Kinds of work: what orders are filed under, and what rates are set for."""

from __future__ import annotations

from typing import Any, Final
from uuid import uuid4

from sqlalchemy import func, select

from domain.access import Actor, Permission, use_case
from domain.audit.model import LogType
from domain.errors.orders import CategoryExists
from domain.orders.model import Category
from domain.orders.queries import CategoryChoice
from domain.persistence.db import insert_into
from domain.typed_input.text import check_title
from domain.unit_of_work import UnitOfWork

NAME_LIMIT: Final = 100
"""Characters: the columns' width."""


class CategoryService:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._session = unit.session

    @use_case(Permission.MANAGE_SETTINGS)
    async def add_category(self, name: str, *, actor: Actor) -> CategoryChoice:
        """A category that new orders may have from now on.

        Raises:
            TextMissing, TextTooLong: As they say.
            CategoryExists: There is one of that name, in whatever case.
        """
        tidy = check_title(name, field="category", limit=NAME_LIMIT)
        made: dict[str, Any] = {"id": uuid4(), "name": tidy, "created_at": self._unit.clock.now()}
        # The unique index decides, also between two admins at the same moment.
        statement = insert_into(self._session, Category).values(made).on_conflict_do_nothing().returning(Category.id)
        if await self._session.scalar(statement) is None:
            same = select(Category.name).where(func.lower(Category.name) == func.lower(tidy))
            raise CategoryExists(category=await self._session.scalar(same) or tidy)
        self._unit.audit.record(
            LogType.CATEGORY_CREATED,
            f"Added the category {tidy}",
            actor=actor,
            entity_type="categories",
            entity_id=made["id"],
            new={"name": tidy},
        )
        return CategoryChoice(made["id"], tidy)
