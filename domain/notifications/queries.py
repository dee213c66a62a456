"""What could not be delivered, for the admins: people who are out of reach, and messages that were given up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from domain.access import Actor, Permission, use_case
from domain.accounts.model import ChatLink, User
from domain.notifications.model import BLOCKED, Notification, NotificationState
from domain.orders.paging import Page, paged

if TYPE_CHECKING:
    from domain.unit_of_work import UnitOfWork

KEPT: Final = timedelta(days=30)
"""How long a message that was given up is shown."""
PEOPLE_ON_PAGE: Final = 20
MESSAGES_ON_PAGE: Final = 5


@dataclass(frozen=True, slots=True)
class Undelivered:
    people: int
    messages: int


@dataclass(frozen=True, slots=True)
class OutOfReach:
    """Somebody who blocked the bot or deleted the account."""

    user_id: UUID
    name: str
    since: datetime
    missed: int
    """Messages that were given up for it."""


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A message that could not be delivered for another reason."""

    id: int
    kind: str
    """A `NotificationKind`, of this version of the program or of another one."""
    name: str | None
    """None: to a chat that is nobody's any more."""
    queued_at: datetime
    error: str


class DeliveryQueries:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._session = unit.session

    @use_case(Permission.MANAGE_DELIVERY)
    async def counts(self, *, actor: Actor) -> Undelivered:  # noqa: ARG002
        people = select(func.count()).select_from(self._people().subquery()).scalar_subquery()
        messages = select(func.count()).select_from(Notification).where(*self._given_up()).scalar_subquery()
        row = (await self._session.execute(select(people, messages))).one()
        return Undelivered(row[0], row[1])

    @use_case(Permission.MANAGE_DELIVERY)
    async def out_of_reach(self, *, page: int = 1, actor: Actor) -> Page[OutOfReach]:  # noqa: ARG002
        """Active people who blocked the bot, the latest first."""
        people = self._people()
        missed = (
            select(func.count())
            .where(
                Notification.user_id == User.id,
                Notification.state == NotificationState.DEAD,
                Notification.last_error == BLOCKED,
            )
            .scalar_subquery()
        )
        shown = people.add_columns(missed.label("missed")).order_by(ChatLink.blocked_at.desc(), User.id)
        rows, listed = await paged(self._session, shown, people, page, PEOPLE_ON_PAGE)
        return replace(listed, items=tuple(OutOfReach(row.id, row.name, row.blocked_at, row.missed) for row in rows))

    @use_case(Permission.MANAGE_DELIVERY)
    async def given_up(self, *, page: int = 1, actor: Actor) -> Page[GivenUp]:  # noqa: ARG002
        """Messages of the last 30 days, the latest first."""
        found = (
            select(Notification.id, Notification.kind, User.name, Notification.created_at, Notification.last_error)
            .outerjoin(User, User.id == Notification.user_id)
            .where(*self._given_up())
            .order_by(Notification.id.desc())
        )
        counted = select(Notification.id).where(*self._given_up())
        rows, listed = await paged(self._session, found, counted, page, MESSAGES_ON_PAGE)
        items = tuple(GivenUp(row.id, row.kind, row.name, row.created_at, row.last_error) for row in rows)
        return replace(listed, items=items)

    @use_case(Permission.MANAGE_DELIVERY)
    async def blocked_since(self, since: datetime, *, actor: Actor) -> list[str]:  # noqa: ARG002
        """The names of those who blocked the bot from then on, in that order."""
        found = select(User.name).join(ChatLink, ChatLink.user_id == User.id)
        found = found.where(ChatLink.blocked_at >= since, User.is_active).order_by(ChatLink.blocked_at, User.id)
        return list(await self._session.scalars(found))

    @staticmethod
    def _people() -> Select[*tuple[Any, ...]]:
        people: Select[*tuple[Any, ...]] = select(User.id, User.name, ChatLink.blocked_at)
        return people.join(ChatLink, ChatLink.user_id == User.id).where(
            ChatLink.blocked_at.is_not(None), User.is_active
        )

    def _given_up(self) -> tuple[ColumnElement[bool], ...]:
        return (
            Notification.state == NotificationState.DEAD,
            Notification.last_error != BLOCKED,
            Notification.created_at >= self._unit.clock.now() - KEPT,
        )
