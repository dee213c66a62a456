"""One-time links by which an admin lets somebody in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NoReturn
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update

from domain.access import Actor
from domain.accounts.model import ChatLink, Invite, User
from domain.accounts.people import Person
from domain.accounts.queries import locked, open_invites, people, person_of
from domain.accounts.token_hasher import TokenHasher
from domain.audit.model import LogType
from domain.errors import NotFound
from domain.errors.invites import (
    InviteAlreadyYours,
    InviteExpired,
    InviteMangled,
    InviteOfInactiveUser,
    InviteRevoked,
    InviteUnknown,
    InviteUsed,
)
from domain.unit_of_work import UnitOfWork

LIFETIME: Final = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Invited:
    person: Person
    token: str = field(repr=False)
    """To be put into the deep link. It is in the database as a hash only: shown once, here."""
    expires_at: datetime
    is_new: bool
    """Whether the user was created by it."""


@dataclass(frozen=True, slots=True)
class FoundInvite:
    id: UUID
    person: Person
    created_by: UUID
    expires_at: datetime


class Invites:
    def __init__(self, unit: UnitOfWork, keys: TokenHasher) -> None:
        self._unit = unit
        self._keys = keys

    async def find(self, token: str, *, chat_id: int | None, lock: bool = False) -> FoundInvite:
        """The invite of a link that still works; `lock` keeps its user as they are until the commit.

        Raises:
            InviteRefused: One of its kinds, for the reason that it does not work.
        """
        token = token.strip()
        if not self._keys.is_whole(token):
            raise InviteMangled
        statement = (
            people(
                Invite.id.label("invite_id"),
                Invite.created_by,
                Invite.expires_at,
                Invite.used_at,
                Invite.used_chat_id,
                Invite.revoked_at,
                ChatLink.chat_id,
            )
            .join(Invite, Invite.user_id == User.id)
            .outerjoin(ChatLink, ChatLink.user_id == Invite.user_id)
            .where(Invite.token_hash == self._keys.invite(token))
        )
        row = (await self._unit.session.execute(locked(statement) if lock else statement)).one_or_none()
        if row is None:
            raise InviteUnknown
        if row.used_at is not None:
            if chat_id is not None and row.used_chat_id == row.chat_id == chat_id:
                raise InviteAlreadyYours(name=row.name)
            raise InviteUsed
        if not row.is_active:
            raise InviteOfInactiveUser
        if row.revoked_at is not None:
            raise InviteRevoked
        if row.expires_at <= self._unit.clock.now():
            raise InviteExpired(expired_at=row.expires_at)
        return FoundInvite(row.invite_id, person_of(row), row.created_by, row.expires_at)

    async def use(self, invite: FoundInvite, chat_id: int, *, actor: Actor) -> bool:
        """Whether this call is the one that used it."""
        now = self._unit.clock.now()
        statement = (
            update(Invite)
            .where(Invite.id == invite.id, open_invites(now))
            .values(used_at=now, used_chat_id=chat_id)
            .returning(Invite.id)
        )
        if await self._unit.session.scalar(statement) is None:
            return False
        self._unit.audit.record(
            LogType.INVITE_USED,
            f"{invite.person.name} opened the invite",
            actor=actor,
            entity_type="invites",
            entity_id=invite.id,
            old={"used_at": None},
            new={"used_at": now},
        )
        return True

    async def issue(self, person: Person, *, is_new: bool, actor: Actor) -> Invited:
        """A fresh link; those that were under way stop working. The user's row is locked, or was made just now."""
        await self.revoke_open(person, actor=actor)
        now = self._unit.clock.now()
        token, invite_id, expires_at = self._keys.new_invite_token(), uuid4(), now + LIFETIME
        await self._unit.session.execute(
            insert(Invite).values(
                id=invite_id,
                token_hash=self._keys.invite(token),
                user_id=person.id,
                created_by=actor.user_id,
                created_at=now,
                expires_at=expires_at,
            )
        )
        self._unit.audit.record(
            LogType.INVITE_CREATED,
            f"Invited {person.name}",
            actor=actor,
            entity_type="invites",
            entity_id=invite_id,
            new={"user_id": person.id, "expires_at": expires_at},
        )
        return Invited(person=person, token=token, expires_at=expires_at, is_new=is_new)

    async def revoke_open(self, person: Person, *, actor: Actor) -> None:
        now = self._unit.clock.now()
        statement = (
            update(Invite)
            .where(Invite.user_id == person.id, open_invites(now))
            .values(revoked_at=now)
            .returning(Invite.id)
        )
        for invite_id in (await self._unit.session.scalars(statement)).all():
            self._log_revoked(invite_id, person.name, now, actor)

    async def revoke(self, invite_id: UUID, *, actor: Actor) -> Person:
        """Withdraws one link.

        Raises:
            NotFound: There is no such invite.
            InviteUsed, InviteRevoked, InviteExpired: There is nothing left to withdraw.
        """
        now = self._unit.clock.now()
        statement = (
            update(Invite)
            .where(Invite.id == invite_id, open_invites(now))
            .values(revoked_at=now)
            .returning(Invite.user_id)
        )
        user_id = await self._unit.session.scalar(statement)
        if user_id is None:
            await self._say_why_not(invite_id)
        row = (await self._unit.session.execute(people().where(User.id == user_id))).one()
        self._log_revoked(invite_id, row.name, now, actor)
        return person_of(row)

    async def _say_why_not(self, invite_id: UUID) -> NoReturn:
        statement = select(Invite.used_at, Invite.revoked_at, Invite.expires_at).where(Invite.id == invite_id)
        row = (await self._unit.session.execute(statement)).one_or_none()
        if row is None:
            raise NotFound(what="invite")
        if row.used_at is not None:
            raise InviteUsed
        if row.revoked_at is not None:
            raise InviteRevoked
        raise InviteExpired(expired_at=row.expires_at)

    def _log_revoked(self, invite_id: UUID, name: str, now: datetime, actor: Actor) -> None:
        self._unit.audit.record(
            LogType.INVITE_REVOKED,
            f"Withdrew {name}'s invite",
            actor=actor,
            entity_type="invites",
            entity_id=invite_id,
            old={"revoked_at": None},
            new={"revoked_at": now},
        )
