"""Reading people."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.access import Actor
from domain.accounts.model import SYSTEM_USER_ID, ChatLink, Invite, Role, User, UserSession
from domain.accounts.passwords import is_hash
from domain.accounts.people import OpenInvite, PeoplePage, Person, PersonCard, PersonLine
from domain.errors import NotFound
from domain.unit_of_work import UnitOfWork

PAGE_SIZE: Final = 8

_PERSON: Final = (User.id, User.name, User.email, User.role, User.is_active)


def person_of(row: Row[Any]) -> Person:
    """From a row that has a user's columns, perhaps among others."""
    return Person(id=row.id, name=row.name, email=row.email, role=row.role, is_active=row.is_active)


def people(*further: Any) -> Select[*tuple[Any, ...]]:
    """Everybody, and further columns. The system's own user is nobody."""
    return select(*_PERSON, *further).where(User.id != SYSTEM_USER_ID)


def locked(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Keeps the users as they are until the commit. What only refers to them, such as a log row, does not wait."""
    return statement.with_for_update(key_share=True, of=User)


async def person(session: AsyncSession, user_id: UUID, *, lock: bool = False) -> Person:
    """Raises NotFound."""
    statement = people().where(User.id == user_id)
    row = (await session.execute(locked(statement) if lock else statement)).one_or_none()
    if row is None:
        raise NotFound(what="user")
    return person_of(row)


async def lock_active_admins(session: AsyncSession) -> set[UUID]:
    """The active admins, who stay that until the commit: of two who deactivate each other, the second is the last.

    In the order of their ids, so that two who do this wait for each other in turn.
    """
    statement = people().where(User.role == Role.ADMIN, User.is_active).order_by(User.id)
    return {row.id for row in await session.execute(locked(statement))}


def open_invites(now: datetime) -> Any:
    return Invite.used_at.is_(None) & Invite.revoked_at.is_(None) & (Invite.expires_at > now)


async def people_page(session: AsyncSession, page: int, *, active: bool | None, now: datetime) -> PeoplePage:
    which = [] if active is None else [User.is_active.is_(active)]
    total = await session.scalar(select(func.count()).select_from(people().where(*which).subquery())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 0), pages - 1)
    invited = select(Invite.id).where(Invite.user_id == User.id, open_invites(now)).exists()
    statement = (
        people(ChatLink.chat_id, invited.label("is_invited"))
        .outerjoin(ChatLink, ChatLink.user_id == User.id)
        .where(*which)
        .order_by(case((User.is_active, 0), else_=1), func.lower(User.name), User.id)
        .limit(PAGE_SIZE)
        .offset(page * PAGE_SIZE)
    )
    rows: Sequence[Row[Any]] = (await session.execute(statement)).all()
    lines = tuple(
        PersonLine(
            id=row.id,
            name=row.name,
            role=row.role,
            is_active=row.is_active,
            is_linked=row.chat_id is not None,
            is_invited=bool(row.is_invited),
        )
        for row in rows
    )
    return PeoplePage(lines=lines, page=page, pages=pages, total=total)


async def person_card(session: AsyncSession, user_id: UUID, *, now: datetime) -> PersonCard:
    """Raises NotFound."""
    of_user = UserSession.user_id == User.id
    live = UserSession.ended_at.is_(None) & (UserSession.expires_at > now)
    others = select(func.count()).where(User.role == Role.ADMIN, User.is_active, User.id != user_id)
    statement = (
        people(
            User.created_at,
            User.joined_on,
            User.left_on,
            User.locale,
            User.password_hash,
            ChatLink.linked_at,
            ChatLink.blocked_at,
            select(func.max(UserSession.last_seen_at)).where(of_user).scalar_subquery().label("last_seen_at"),
            select(UserSession.id).where(of_user, live).exists().label("is_logged_in"),
            others.scalar_subquery().label("other_admins"),
        )
        .outerjoin(ChatLink, ChatLink.user_id == User.id)
        .where(User.id == user_id)
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        raise NotFound(what="user")
    invites = select(Invite.id, Invite.expires_at).where(Invite.user_id == user_id, open_invites(now))
    invite = (await session.execute(invites.order_by(Invite.created_at.desc(), Invite.id).limit(1))).one_or_none()
    return PersonCard(
        person=person_of(row),
        created_at=row.created_at,
        joined_on=row.joined_on,
        left_on=row.left_on,
        locale=row.locale,
        has_password=is_hash(row.password_hash),
        linked_at=row.linked_at,
        blocked_at=row.blocked_at,
        last_seen_at=row.last_seen_at,
        is_logged_in=bool(row.is_logged_in),
        invite=None if invite is None else OpenInvite(invite.id, invite.expires_at),
        is_last_admin=row.role is Role.ADMIN and row.is_active and row.other_admins == 0,
    )


async def reader(unit: UnitOfWork, user_id: UUID, chat_id: int) -> Actor | None:
    """Whoever reads in a chat, as an actor; None: nobody who is active."""
    row = (await unit.session.execute(people().where(User.id == user_id, User.is_active))).one_or_none()
    return Actor(row.id, row.name, row.role, chat_id) if row is not None else None
