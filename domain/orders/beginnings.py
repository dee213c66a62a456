"""What a new organization begins with, so that its first worker finds something to choose from."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from domain.access import Actor, Permission, use_case
from domain.audit.model import LogType
from domain.orders.categories import CategoryService
from domain.orders.model import Category, ReasonTemplate, TemplateKind
from domain.unit_of_work import UnitOfWork

CATEGORIES: Final = ("Content Writing", "Link Building", "Live Citations", "SEO Optimization")
REASONS: Final = {
    TemplateKind.REJECT: ("This is the same work as an earlier order.", "The links do not work."),
    TemplateKind.CHANGES: ("The pictures do not show the whole page.", "Something is missing; please check the brief."),
}


class Beginnings:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    @use_case(Permission.MANAGE_SETTINGS)
    async def make(self, *, actor: Actor) -> None:
        """Adds the usual categories where there is none, and words for sending work back where there are none.

        What admins have made, or removed, stays as it is: it only ever fills what is empty.
        """
        session = self._unit.session
        if await session.scalar(select(Category.id).limit(1)) is None:
            for name in CATEGORIES:
                await CategoryService(self._unit).add_category(name, actor=actor)
        if await session.scalar(select(ReasonTemplate.id).limit(1)) is None:
            for kind, texts in REASONS.items():
                session.add_all(ReasonTemplate(kind=kind, text=text, position=at) for at, text in enumerate(texts))
            self._unit.audit.record(
                LogType.SETTINGS_CHANGED,
                "Added the first words for sending work back",
                actor=actor,
                entity_type="reason_templates",
                new={kind.value: list(texts) for kind, texts in REASONS.items()},
            )
