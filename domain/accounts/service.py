"""People, and everybody's own account. What strangers may do is in `entrance`; who a chat is, in `gate`."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import func, or_, select, update
from sqlalchemy.exc import IntegrityError

from domain.access import Actor, Permission, use_case
from domain.accounts.invites import Invited, Invites
from domain.accounts.login_service import Refused
from domain.accounts.model import NO_PASSWORD, ChatLink, Role, User, UserSession
from domain.accounts.passwords import Passwords, is_hash
from domain.accounts.people import PeoplePage, Person, PersonCard
from domain.accounts.queries import (
    lock_active_admins,
    locked,
    people,
    people_page,
    person,
    person_card,
    person_of,
)
from domain.accounts.sessions import Sessions, live
from domain.accounts.throttle import LoginThrottle, Tally
from domain.accounts.token_hasher import TokenHasher
from domain.audit.model import LogType
from domain.errors import ChangedMeanwhile, NotFound
from domain.errors.accounts import EmailTaken, LastAdmin, RoleUnchanged, UserActive, UserInactive
from domain.errors.passwords import CurrentPasswordNeeded, LogInLocked, WrongPassword
from domain.notifications.kinds import NotificationKind
from domain.persistence.db import insert_into
from domain.typed_input.emails import clean_email
from domain.typed_input.names import clean_name, fold
from domain.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class PasswordSet:
    is_first: bool
    """There was none before."""


class AccountService:
    def __init__(self, unit: UnitOfWork, keys: TokenHasher, passwords: Passwords) -> None:
        self._unit = unit
        self._passwords = passwords
        self._attempts = LoginThrottle(unit, keys)
        self._invites = Invites(unit, keys)
        self._sessions = Sessions(unit)

    # Letting people in

    @use_case(Permission.MANAGE_PEOPLE)
    async def invite_user(self, name: str, email: str, role: Role, *, actor: Actor) -> Invited:
        """Creates a user and a link that lets them in, once, within 72 hours.

        Somebody who has this address and role but never came in gets a fresh link, and stays as they are.

        Raises:
            InvalidName, InvalidEmail: As typed, they can be nobody's.
            EmailTaken: By somebody else: `invite_again` is for those who are in, or were.
        """
        name, email = clean_name(name), clean_email(email)
        created = await self._create(name, email, role, actor=actor)
        if created is not None:
            return await self._invites.issue(created, is_new=True, actor=actor)
        other, is_linked = await self._with_email(email)
        if not other.is_active or other.role is not role or is_linked:
            raise EmailTaken(user_id=other.id, name=other.name, is_active=other.is_active)
        return await self._invites.issue(other, is_new=False, actor=actor)

    @use_case(Permission.MANAGE_PEOPLE)
    async def create_admin(self, name: str, email: str, *, actor: Actor) -> Invited:
        """An admin and their link, for the command line. An active admin who lost their chat gets a fresh link.

        Raises:
            InvalidName, InvalidEmail: As typed, they can be nobody's.
            EmailTaken: By a worker, or by somebody who was deactivated.
        """
        name, email = clean_name(name), clean_email(email)
        created = await self._create(name, email, Role.ADMIN, actor=actor)
        if created is not None:
            return await self._invites.issue(created, is_new=True, actor=actor)
        other, _ = await self._with_email(email)
        if not other.is_active or other.role is not Role.ADMIN:
            raise EmailTaken(user_id=other.id, name=other.name, is_active=other.is_active)
        return await self._invites.issue(other, is_new=False, actor=actor)

    @use_case(Permission.MANAGE_PEOPLE)
    async def invite_again(self, user_id: UUID, *, actor: Actor) -> Invited:
        """A fresh link, for another chat or after a log-out. Links under way stop working; the user's chat does not.

        Raises:
            NotFound, UserInactive
        """
        user = await person(self._unit.session, user_id, lock=True)
        if not user.is_active:
            raise UserInactive(name=user.name)
        return await self._invites.issue(user, is_new=False, actor=actor)

    @use_case(Permission.MANAGE_PEOPLE)
    async def revoke_invite(self, invite_id: UUID, *, actor: Actor) -> Person:
        """Withdraws a link that nobody has opened yet. Returns whom it was for.

        Raises:
            NotFound, InviteUsed, InviteRevoked, InviteExpired
        """
        return await self._invites.revoke(invite_id, actor=actor)

    # Looking

    @use_case(Permission.MANAGE_PEOPLE)
    async def list_people(
        self,
        page: int = 0,
        *,
        active: bool | None = None,
        actor: Actor,  # noqa: ARG002 - what `use_case` checks
    ) -> PeoplePage:
        """One page of everybody, or of the active or inactive alone; the active first, then by name."""
        return await people_page(self._unit.session, page, active=active, now=self._unit.clock.now())

    @use_case(Permission.MANAGE_PEOPLE)
    async def card(self, user_id: UUID, *, actor: Actor) -> PersonCard:  # noqa: ARG002
        """Raises NotFound."""
        return await person_card(self._unit.session, user_id, now=self._unit.clock.now())

    @use_case(Permission.USE_OWN_ACCOUNT)
    async def own_card(self, *, actor: Actor) -> PersonCard:
        return await person_card(self._unit.session, actor.user_id, now=self._unit.clock.now())

    # Changing people

    @use_case(Permission.MANAGE_PEOPLE)
    async def deactivate(self, user_id: UUID, *, actor: Actor) -> Person:
        """Shuts somebody out: sessions and open invites end at once. The chat stays theirs, for what is still owed.

        Admins may do it to themselves, while there is another.

        Raises:
            NotFound, UserInactive
            LastAdmin: Nobody could undo it.
        """
        admins = await lock_active_admins(self._unit.session)
        user = await person(self._unit.session, user_id, lock=True)
        if not user.is_active:
            raise UserInactive(name=user.name)
        if admins == {user.id}:
            raise LastAdmin
        user = await self._change(user, {"is_active": False}, LogType.USER_DEACTIVATED, "Deactivated", actor=actor)
        await self._sessions.end(UserSession.user_id == user.id, actor=actor, why="deactivated")
        await self._invites.revoke_open(user, actor=actor)
        if user.id != actor.user_id:
            await self._notify_if_linked(user, NotificationKind.ACCOUNT_DEACTIVATED)
        return user

    @use_case(Permission.MANAGE_PEOPLE)
    async def reactivate(self, user_id: UUID, *, actor: Actor) -> Person:
        """Lets somebody be a user again. They come in by their password, or by a fresh invite.

        Raises:
            NotFound, UserActive
        """
        user = await person(self._unit.session, user_id, lock=True)
        if user.is_active:
            raise UserActive(name=user.name)
        user = await self._change(user, {"is_active": True}, LogType.USER_REACTIVATED, "Reactivated", actor=actor)
        await self._notify_if_linked(user, NotificationKind.ACCOUNT_REACTIVATED)
        return user

    @use_case(Permission.MANAGE_PEOPLE)
    async def change_role(self, user_id: UUID, role: Role, *, actor: Actor) -> Person:
        """From their next tap on, they may do what the role includes.

        Raises:
            NotFound, RoleUnchanged
            LastAdmin: Nobody could undo it.
        """
        admins = await lock_active_admins(self._unit.session)
        user = await person(self._unit.session, user_id, lock=True)
        if user.role is role:
            raise RoleUnchanged(name=user.name, role=role)
        if admins == {user.id}:
            raise LastAdmin
        old_role = user.role
        user = await self._change(user, {"role": role}, LogType.ROLE_CHANGED, f"Made {role.value}:", actor=actor)
        if user.id != actor.user_id:
            await self._notify_if_linked(user, NotificationKind.ROLE_CHANGED, old_role=old_role, role=role)
        return user

    @use_case(Permission.MANAGE_PEOPLE)
    async def rename(self, user_id: UUID, name: str, *, actor: Actor) -> Person:
        """What is issued already keeps the name that it was issued to.

        Raises:
            NotFound, InvalidName
        """
        name = clean_name(name)
        user = await person(self._unit.session, user_id, lock=True)
        if user.name == name:
            return user
        return await self._change(user, {"name": name}, LogType.USER_UPDATED, "Renamed", actor=actor)

    @use_case(Permission.MANAGE_PEOPLE)
    async def change_email(self, user_id: UUID, email: str, *, actor: Actor) -> Person:
        """The address by which they log in; the password stays.

        Raises:
            NotFound, InvalidEmail, EmailTaken
        """
        email = clean_email(email)
        user = await person(self._unit.session, user_id, lock=True)
        if user.email == email:
            return user
        taken = people().where(func.lower(User.email) == email.lower(), User.id != user.id)
        if (other := (await self._unit.session.execute(taken)).one_or_none()) is not None:
            raise EmailTaken(user_id=other.id, name=other.name, is_active=other.is_active)
        try:
            # Somebody else may take the address between our look and our UPDATE.
            async with self._unit.session.begin_nested():
                return await self._change(user, {"email": email}, LogType.USER_UPDATED, "New address for", actor=actor)
        except IntegrityError:
            winner, _ = await self._with_email(email)
            raise EmailTaken(user_id=winner.id, name=winner.name, is_active=winner.is_active) from None

    @use_case(Permission.MANAGE_PEOPLE)
    async def clear_password(self, user_id: UUID, *, actor: Actor) -> Person:
        """For who forgot it: they set a new one, without the old, once they are in. Harmless where there is none."""
        user = await person(self._unit.session, user_id, lock=True)
        statement = (
            update(User)
            .where(User.id == user.id, User.password_hash != NO_PASSWORD)
            .values(password_hash=NO_PASSWORD, updated_at=self._unit.clock.now())
            .returning(User.id)
        )
        if await self._unit.session.scalar(statement) is not None:
            self._log(LogType.PASSWORD_CHANGED, f"Cleared {user.name}'s password", user.id, actor)
            if user.id != actor.user_id:
                await self._notify_if_linked(user, NotificationKind.PASSWORD_CLEARED)
        return user

    # One's own account

    @use_case(Permission.USE_OWN_ACCOUNT)
    async def set_password(self, current: str | None, new: str, *, actor: Actor) -> PasswordSet | Refused:
        """Sets the first password, or another one, which takes the current one. Sessions elsewhere end.

        A wrong current password counts as a failed log-in. Call it before anything is written: it leaves the
        transaction while it computes. Commit a refusal too.

        Returns:
            `Refused` with `WrongPassword` or `LogInLocked`.

        Raises:
            CurrentPasswordNeeded: There is a password, and none was given.
            PasswordRefused: One of its kinds.
            ChangedMeanwhile: In this moment the password was changed, the user deactivated, or the session ended.
        """
        statement = people(User.password_hash).where(User.id == actor.user_id, User.is_active)
        row = (await self._unit.session.execute(statement)).one_or_none()
        if row is None:
            raise NotFound(what="user")
        user, stored = person_of(row), row.password_hash
        is_first = not is_hash(stored)
        tallies: list[Tally] = []
        new_hash: str | None
        if is_first:
            new_hash = await self._unit.outside(self._hash_new(user, new))
        else:
            if current is None:
                raise CurrentPasswordNeeded
            subjects = self._attempts.subjects(user.email, actor.chat_id)
            if (until := await self._attempts.locked_until(subjects)) is not None:
                return Refused(LogInLocked(until=until))
            new_hash = await self._unit.outside(self._exchange(user, current, stored, new))
            tallies = await self._attempts.hold(subjects)
            if (until := self._attempts.still_locked(tallies)) is not None:
                return Refused(LogInLocked(until=until))
            if new_hash is None:
                until = await self._attempts.fail(tallies, actor=actor, user_id=user.id)
                return Refused(WrongPassword() if until is None else LogInLocked(until=until))
        await person(self._unit.session, user.id, lock=True)  # waits for who is logging them in elsewhere
        now = self._unit.clock.now()
        same = (User.id == user.id) & User.is_active & (User.password_hash == stored)
        here = (UserSession.user_id == user.id) & (UserSession.chat_id == actor.chat_id)
        is_in = select(UserSession.id).where(here, live(now)).exists()
        changed = update(User).where(same, is_in).values(password_hash=new_hash, updated_at=now)
        if await self._unit.session.scalar(changed.returning(User.id)) is None:
            raise ChangedMeanwhile
        if tallies:
            await self._attempts.forgive(tallies)
        self._log(LogType.PASSWORD_CHANGED, "Set a password" if is_first else "Changed the password", user.id, actor)
        elsewhere = or_(UserSession.chat_id.is_(None), UserSession.chat_id != actor.chat_id)
        await self._sessions.end((UserSession.user_id == user.id) & elsewhere, actor=actor, why="new password")
        return PasswordSet(is_first)

    @use_case(Permission.USE_OWN_ACCOUNT)
    async def log_out(self, *, actor: Actor) -> None:
        """Ends the session of this chat. It stays the user's: invoices still arrive, acting takes a log-in."""
        mine = (UserSession.user_id == actor.user_id) & (UserSession.chat_id == actor.chat_id)
        now = self._unit.clock.now()
        for session_id in await self._sessions.end(mine, actor=actor, why="log-out", log=False):
            self._unit.audit.record(
                LogType.LOGOUT,
                f"{actor.name} logged out",
                actor=actor,
                entity_type="user_sessions",
                entity_id=session_id,
                old={"ended_at": None},
                new={"ended_at": now},
            )

    # Steps of the above

    async def _create(self, name: str, email: str, role: Role, *, actor: Actor) -> Person | None:
        """None: the address is somebody's."""
        now = self._unit.clock.now()
        created = Person(id=uuid4(), name=name, email=email, role=role, is_active=True)
        row = insert_into(self._unit.session, User).values(
            id=created.id,
            name=name,
            name_key=fold(name),
            email=email,
            role=role,
            is_active=True,
            password_hash=NO_PASSWORD,
            created_at=now,
            updated_at=now,
        )
        # Its indexes decide, so that of two admins who add one person, the second hears of the first.
        if await self._unit.session.scalar(row.on_conflict_do_nothing().returning(User.id)) is None:
            return None
        self._log(
            LogType.USER_CREATED,
            f"Created {name}",
            created.id,
            actor,
            new={"name": name, "email": email, "role": role},
        )
        return created

    async def _with_email(self, email: str) -> tuple[Person, bool]:
        """Whose address it is, locked, and whether a chat is theirs."""
        statement = locked(people().where(func.lower(User.email) == email.lower()))
        row = (await self._unit.session.execute(statement)).one_or_none()
        if row is None:
            raise ChangedMeanwhile  # it was given up just now
        found = person_of(row)
        return found, await self._is_linked(found.id)

    async def _is_linked(self, user_id: UUID) -> bool:
        return await self._unit.session.scalar(select(ChatLink.chat_id).where(ChatLink.user_id == user_id)) is not None

    async def _change(
        self, user: Person, values: dict[str, object], log_type: LogType, done: str, *, actor: Actor
    ) -> Person:
        """Writes a change of a user, whose row is locked and so still is what `user` says; else changes nothing."""
        old: dict[str, object] = {name: getattr(user, name) for name in values}
        unchanged = [getattr(User, name) == value for name, value in old.items()]
        statement = update(User).where(User.id == user.id, *unchanged)
        key = {"name_key": fold(str(values["name"]))} if "name" in values else {}
        changed = statement.values(**values, **key, updated_at=self._unit.clock.now()).returning(User.id)
        if await self._unit.session.scalar(changed) is None:
            raise ChangedMeanwhile
        self._log(log_type, f"{done} {user.name}", user.id, actor, old=old, new=values)
        return await person(self._unit.session, user.id)

    def _log(
        self,
        log_type: LogType,
        action: str,
        user_id: UUID,
        actor: Actor,
        *,
        old: dict[str, object] | None = None,
        new: dict[str, object] | None = None,
    ) -> None:
        self._unit.audit.record(log_type, action, actor=actor, entity_type="users", entity_id=user_id, old=old, new=new)

    async def _notify_if_linked(self, user: Person, kind: NotificationKind, **payload: object) -> None:
        """To who never came in there is nothing to say, and nowhere."""
        if await self._is_linked(user.id):
            dedupe_key = f"{user.id} at {self._unit.clock.now().isoformat()}"
            self._unit.notifications.notify(user.id, kind, {"name": user.name, **payload}, dedupe_key=dedupe_key)

    async def _hash_new(self, user: Person, new: str) -> str:
        await self._require_strong(user, new)
        return await self._passwords.hash(new)

    async def _require_strong(self, user: Person, new: str) -> None:
        personal = [user.name, user.email, self._unit.organization.name]
        await self._passwords.require_strong(new, personal=personal)

    async def _exchange(self, user: Person, current: str, stored: str, new: str) -> str | None:
        """The new one's hash, if the current one is right. A weak new one is refused whether or not it is."""
        await self._require_strong(user, new)
        verdict = await self._passwords.verify(current, stored)
        return await self._passwords.hash(new) if verdict.matches else None
