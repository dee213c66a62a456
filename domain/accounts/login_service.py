"""What strangers may do: open an invite, and log in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from domain.access import SYSTEM, Actor, open_to_strangers
from domain.accounts.invites import FoundInvite, Invites
from domain.accounts.model import SYSTEM_USER_ID, ChatLink, Role, User
from domain.accounts.passwords import Passwords
from domain.accounts.people import Person
from domain.accounts.queries import locked, people, person_of
from domain.accounts.sessions import Entered, Sessions
from domain.accounts.throttle import LoginThrottle
from domain.accounts.token_hasher import TokenHasher
from domain.audit.model import LogType
from domain.errors import ChangedMeanwhile, DomainError
from domain.errors.accounts import InvalidEmail
from domain.errors.passwords import LogInFailed, LogInLocked
from domain.notifications.kinds import NotificationKind
from domain.typed_input.emails import clean_email
from domain.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer that is no exception: what was counted for it has to be committed."""

    reason: DomainError


@dataclass(frozen=True, slots=True)
class InvitePreview:
    name: str
    role: Role
    expires_at: datetime
    replaces: str | None
    """The name of another user whose chat this is until the invite is accepted: admins who open the link that they were
    to forward would give up their own place here."""


class LoginService:
    """There is no actor yet. All of it is for private chats alone."""

    def __init__(self, unit: UnitOfWork, keys: TokenHasher, passwords: Passwords) -> None:
        self._unit = unit
        self._passwords = passwords
        self._attempts = LoginThrottle(unit, keys)
        self._invites = Invites(unit, keys)
        self._sessions = Sessions(unit)
        self._keys = keys

    @open_to_strangers("Who has a link is not linked to a user yet; the link is the proof.")
    async def look_at_invite(self, token: str, chat_id: int | None = None) -> InvitePreview:
        """Whom a link lets in, before it is accepted.

        Raises:
            InviteRefused: One of its kinds.
        """
        invite = await self._invites.find(token, chat_id=chat_id)
        replaces = None
        if chat_id is not None:
            statement = (
                select(User.name)
                .join(ChatLink, ChatLink.user_id == User.id)
                .where(ChatLink.chat_id == chat_id, User.id != invite.person.id)
            )
            replaces = await self._unit.session.scalar(statement)
        return InvitePreview(invite.person.name, invite.person.role, invite.expires_at, replaces)

    @open_to_strangers("Who has a link is not linked to a user yet; the link is the proof.")
    async def accept_invite(self, token: str, chat_id: int) -> Entered:
        """Links the chat to the invite's user and logs it in. The admin who invited them is told.

        Raises:
            InviteRefused: One of its kinds; of two chats that open a link at once, the second finds it used.
        """
        invite = await self._invites.find(token, chat_id=chat_id, lock=True)
        person = invite.person
        if not await self._invites.use(invite, chat_id, actor=Actor(person.id, person.name, person.role, chat_id)):
            await self._invites.find(token, chat_id=chat_id)  # says why
            raise ChangedMeanwhile
        entered = await self._sessions.begin(person, chat_id, self._keys, proof="invite")
        await self._notify_inviter(invite)
        return entered

    @open_to_strangers("Who logs in is not known before; address and password are the proof.")
    async def log_in(self, email: str, password: str, chat_id: int) -> Entered | Refused:
        """Links the chat to whoever has this address and password.

        Five failures lock the address (whether anybody has it or not) and the chat. A refusal is the same, and takes as
        long, whatever was wrong; commit it too.

        Returns:
            `Refused` with `LogInFailed` or `LogInLocked`.
        """
        subjects = self._attempts.subjects(email, chat_id)
        if (until := await self._attempts.locked_until(subjects)) is not None:
            return Refused(LogInLocked(until=until))
        known, stored = await self._whose(email)
        verdict = await self._unit.outside(self._passwords.verify(password, stored))

        # Meanwhile anything may have changed: all that follows is read again, and locked.
        tallies = await self._attempts.hold(subjects)
        if (until := self._attempts.still_locked(tallies)) is not None:
            return Refused(LogInLocked(until=until))
        person = await self._still(known, stored) if known is not None and verdict.matches else None
        if person is None:
            system = Actor(SYSTEM.user_id, SYSTEM.name, SYSTEM.role, chat_id)
            user_id = None if known is None else known.id
            until = await self._attempts.fail(tallies, actor=system, user_id=user_id)
            return Refused(LogInFailed() if until is None else LogInLocked(until=until))
        await self._attempts.forgive(tallies)
        entered = await self._sessions.begin(person, chat_id, self._keys, proof="password")
        if verdict.rehashed is not None:
            await self._renew_hash(person, verdict.rehashed, chat_id)
        return entered

    async def _notify_inviter(self, invite: FoundInvite) -> None:
        """Or all admins, where the inviter is none any more."""
        person = invite.person
        payload = {"user_id": person.id, "name": person.name, "role": person.role}
        dedupe_key = f"invite {invite.id}"
        if invite.created_by in {SYSTEM_USER_ID, person.id}:
            return
        admin = select(User.id).where(User.id == invite.created_by, User.is_active, User.role == Role.ADMIN)
        if await self._unit.session.scalar(admin) is not None:
            self._unit.notifications.notify(
                invite.created_by, NotificationKind.INVITE_ACCEPTED, payload, dedupe_key=dedupe_key
            )
        else:
            await self._unit.notifications.notify_admins(
                NotificationKind.INVITE_ACCEPTED, payload, dedupe_key=dedupe_key, exclude=person.id
            )

    async def _whose(self, email: str) -> tuple[Person | None, str | None]:
        try:
            address = clean_email(email)
        except InvalidEmail:
            return None, None
        statement = people(User.password_hash).where(func.lower(User.email) == address.lower())
        row = (await self._unit.session.execute(statement)).one_or_none()
        return (None, None) if row is None else (person_of(row), row.password_hash)

    async def _still(self, known: Person, stored: str | None) -> Person | None:
        """The user, locked, if the password that was verified is still theirs and they are active."""
        statement = people().where(User.id == known.id, User.is_active, User.password_hash == stored)
        row = (await self._unit.session.execute(locked(statement))).one_or_none()
        return None if row is None else person_of(row)

    async def _renew_hash(self, person: Person, rehashed: str, chat_id: int) -> None:
        statement = update(User).where(User.id == person.id).values(password_hash=rehashed)
        await self._unit.session.execute(statement)
        self._unit.audit.record(
            LogType.USER_UPDATED,
            "Stored the same password with the cost that is set now",
            actor=Actor(person.id, person.name, person.role, chat_id),
            entity_type="users",
            entity_id=person.id,
            new={"bcrypt_rounds": self._passwords.rounds},
        )
