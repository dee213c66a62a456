"""Whatever people do in whatever order: a chat is whose it was linked to last, and in it is who came in last."""

from dataclasses import dataclass, field
from random import Random
from uuid import UUID

import pytest

from domain.access import SYSTEM
from domain.accounts.login_service import Refused
from domain.accounts.model import Role
from domain.accounts.standing import StandingKind
from domain.accounts.throttle import MAX_LOCK
from domain.errors.accounts import UserActive, UserInactive
from tests.domain.accounts.office import PASSWORD, Office

CHATS = (11, 12, 13, 14)
STEPS = 80


@dataclass
class Expected:
    """The rules, in memory."""

    active: set[UUID]
    links: dict[int, UUID] = field(default_factory=dict)
    logged_in: set[int] = field(default_factory=set)

    def enter(self, user: UUID, chat_id: int) -> None:
        for old in [old for old, owner in self.links.items() if owner == user]:
            del self.links[old]
            self.logged_in.discard(old)
        self.links[chat_id] = user
        self.logged_in.add(chat_id)

    def shut_out(self, user: UUID) -> None:
        self.active.discard(user)
        self.logged_in -= {chat_id for chat_id, owner in self.links.items() if owner == user}

    def standing(self, chat_id: int) -> tuple[StandingKind, UUID | None]:
        user = self.links.get(chat_id)
        if user is None:
            return StandingKind.STRANGER, None
        if user not in self.active:
            return StandingKind.DEACTIVATED, user
        return StandingKind.LOGGED_IN if chat_id in self.logged_in else StandingKind.LOGGED_OUT, user


@pytest.mark.parametrize("seed", [1, 2])
async def test_any_order(office: Office, seed: int) -> None:
    random = Random(seed)
    emails: dict[UUID, str] = {}
    for number, name in enumerate(("Bilal", "Sana", "Omar")):
        actor = await office.member(name, Role.WORKER, CHATS[number])
        await office.set_password(actor)
        emails[actor.user_id] = f"{name.lower()}@example.com"
    expected = Expected(active=set(emails))
    for chat_id, user in zip(CHATS, emails, strict=False):
        expected.enter(user, chat_id)

    for _ in range(STEPS):
        user, chat_id = random.choice(list(emails)), random.choice(CHATS)
        await step(office, expected, random.randrange(6), user, chat_id, emails[user])
        for each in CHATS:
            standing = await office.standing(each)
            assert (standing.kind, standing.user_id) == expected.standing(each)
        assert await office.links() == expected.links
        assert await office.live_sessions() == [(expected.links[each], each) for each in sorted(expected.logged_in)]
    await office.log()  # checks the chain


async def step(office: Office, expected: Expected, kind: int, user: UUID, chat_id: int, email: str) -> None:
    if kind in {0, 1}:
        entered = await office.log_in(email, PASSWORD, chat_id)
        assert isinstance(entered, Refused) is (user not in expected.active)
        if user in expected.active:
            expected.enter(user, chat_id)
        else:
            office.clock.move(MAX_LOCK)  # so that these refusals never lock anybody out of the walk
    elif kind == 2:
        invited = await office.outcome(lambda desk: desk.accounts.invite_again(user, actor=SYSTEM))
        if user in expected.active:
            await office.do(lambda desk: desk.entrance.accept_invite(invited.token, chat_id))
            expected.enter(user, chat_id)
        else:
            assert type(invited) is UserInactive
    elif kind == 3:
        actor = (await office.standing(chat_id)).actor
        if actor is not None:
            await office.do(lambda desk: desk.accounts.log_out(actor=actor))
            expected.logged_in.discard(chat_id)
    elif kind == 4:
        gone = await office.outcome(lambda desk: desk.accounts.deactivate(user, actor=SYSTEM))
        assert (type(gone) is UserInactive) is (user not in expected.active)
        expected.shut_out(user)
    else:
        back = await office.outcome(lambda desk: desk.accounts.reactivate(user, actor=SYSTEM))
        assert (type(back) is UserActive) is (user in expected.active)
        expected.active.add(user)
