from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, insert
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.access import SYSTEM, Actor
from domain.accounts.model import SYSTEM_USER_ID, Role, User, UserSession
from domain.accounts.people import PersonLine
from domain.accounts.queries import PAGE_SIZE
from domain.accounts.service import AccountService
from domain.accounts.standing import StandingKind
from domain.audit.model import LogType
from domain.errors import NotAllowed, NotFound
from domain.errors.accounts import EmailTaken, InvalidName, LastAdmin, RoleUnchanged, UserActive, UserInactive
from tests.domain.accounts.office import NOON, Office


@pytest.fixture
async def admin(office: Office) -> Actor:
    return await office.admin("Ayesha", 1)


@pytest.fixture
async def bilal(office: Office) -> Actor:
    return await office.worker("Bilal", 2)


# Deactivating


async def test_deactivating_shuts_out_at_once(office: Office, admin: Actor, bilal: Actor) -> None:
    person = await office.do(lambda desk: desk.accounts.deactivate(bilal.user_id, actor=admin))
    assert not person.is_active
    assert (await office.standing(2)).kind is StandingKind.DEACTIVATED
    assert await office.live_sessions() == [(admin.user_id, 1)]
    assert bilal.user_id in (await office.links()).values()  # for the last invoice
    [row] = await office.log(LogType.USER_DEACTIVATED)
    assert (row.user_id, row.entity_id) == (admin.user_id, bilal.user_id)
    assert (row.old, row.new) == ({"is_active": True}, {"is_active": False})
    [told] = await office.told("account_deactivated")
    assert (told.user_id, told.payload) == (bilal.user_id, {"name": "Bilal"})


async def test_a_second_time_says_so_and_does_nothing(office: Office, admin: Actor, bilal: Actor) -> None:
    await office.do(lambda desk: desk.accounts.deactivate(bilal.user_id, actor=admin))
    with pytest.raises(UserInactive) as refusal:
        await office.do(lambda desk: desk.accounts.deactivate(bilal.user_id, actor=admin))
    assert vars(refusal.value) == {"name": "Bilal"}
    assert len(await office.told("account_deactivated")) == 1


async def test_two_admins_deactivate_one_worker_at_once(office: Office, admin: Actor, bilal: Actor) -> None:
    _, late = await office.overlap(
        lambda desk: desk.accounts.deactivate(bilal.user_id, actor=admin),
        lambda desk: desk.accounts.deactivate(bilal.user_id, actor=SYSTEM),
    )
    assert type(late) is UserInactive
    assert len(await office.log(LogType.USER_DEACTIVATED)) == 1


async def test_who_never_came_in_is_told_nothing(office: Office, admin: Actor) -> None:
    await office.invite("Sana")
    page = await office.do(lambda desk: desk.accounts.list_people(actor=admin))
    sana = next(line for line in page.lines if line.name == "Sana")
    await office.do(lambda desk: desk.accounts.deactivate(sana.id, actor=admin))
    assert await office.told("account_deactivated") == []
    assert len(await office.log(LogType.INVITE_REVOKED)) == 1


async def test_reactivated_users_have_to_come_in_again(office: Office, admin: Actor, bilal: Actor) -> None:
    await office.do(lambda desk: desk.accounts.deactivate(bilal.user_id, actor=admin))
    assert (await office.do(lambda desk: desk.accounts.reactivate(bilal.user_id, actor=admin))).is_active
    assert (await office.standing(2)).kind is StandingKind.LOGGED_OUT
    with pytest.raises(UserActive):
        await office.do(lambda desk: desk.accounts.reactivate(bilal.user_id, actor=admin))
    assert [row.new for row in await office.log(LogType.USER_REACTIVATED)] == [{"is_active": True}]
    # Gone and back twice: each time is an occasion of its own.
    office.clock.move(timedelta(days=1))
    await office.do(lambda desk: desk.accounts.deactivate(bilal.user_id, actor=admin))
    await office.do(lambda desk: desk.accounts.reactivate(bilal.user_id, actor=admin))
    kinds = [told.kind for told in await office.told("account_deactivated", "account_reactivated")]
    assert kinds == ["account_deactivated", "account_reactivated"] * 2


# The last admin


async def test_the_last_admin_can_be_neither_deactivated_nor_demoted(office: Office, admin: Actor) -> None:
    for actor in (admin, SYSTEM):
        with pytest.raises(LastAdmin):
            await office.do(lambda desk, actor=actor: desk.accounts.deactivate(admin.user_id, actor=actor))  # type: ignore[misc]
        with pytest.raises(LastAdmin):
            await office.do(
                lambda desk, actor=actor: desk.accounts.change_role(admin.user_id, Role.WORKER, actor=actor)  # type: ignore[misc]
            )
    assert (await office.actor(1)).role is Role.ADMIN


async def test_inactive_admins_and_the_systems_user_do_not_count(office: Office, admin: Actor) -> None:
    other = await office.admin("Omar", 3)
    await office.do(lambda desk: desk.accounts.deactivate(other.user_id, actor=admin))
    with pytest.raises(LastAdmin):
        await office.do(lambda desk: desk.accounts.deactivate(admin.user_id, actor=admin))
    demoted = await office.do(lambda desk: desk.accounts.change_role(other.user_id, Role.WORKER, actor=admin))
    assert demoted.role is Role.WORKER


async def test_admins_may_go_while_there_is_another(office: Office, admin: Actor) -> None:
    await office.admin("Omar", 3)
    await office.do(lambda desk: desk.accounts.deactivate(admin.user_id, actor=admin))
    assert (await office.standing(1)).kind is StandingKind.DEACTIVATED
    assert await office.told("account_deactivated") == []  # the screen says it


@pytest.mark.parametrize("way", ["deactivate", "demote", "one of each"])
async def test_two_admins_cannot_remove_each_other_at_once(office: Office, admin: Actor, way: str) -> None:
    omar = await office.admin("Omar", 3)
    _, late = await office.overlap(
        lambda desk: (
            desk.accounts.change_role(omar.user_id, Role.WORKER, actor=admin)
            if way == "demote"
            else desk.accounts.deactivate(omar.user_id, actor=admin)
        ),
        lambda desk: (
            desk.accounts.deactivate(admin.user_id, actor=omar)
            if way == "deactivate"
            else desk.accounts.change_role(admin.user_id, Role.WORKER, actor=omar)
        ),
    )
    assert type(late) is LastAdmin
    assert (await office.actor(1)).role is Role.ADMIN


# Roles, names, addresses


async def test_a_new_role_is_logged_and_told(office: Office, admin: Actor, bilal: Actor) -> None:
    person = await office.do(lambda desk: desk.accounts.change_role(bilal.user_id, Role.ADMIN, actor=admin))
    assert person.role is Role.ADMIN
    [row] = await office.log(LogType.ROLE_CHANGED)
    assert (row.old, row.new) == ({"role": "Worker"}, {"role": "Admin"})
    [told] = await office.told("role_changed")
    assert (told.user_id, told.payload) == (bilal.user_id, {"name": "Bilal", "old_role": "Worker", "role": "Admin"})
    with pytest.raises(RoleUnchanged) as refusal:
        await office.do(lambda desk: desk.accounts.change_role(bilal.user_id, Role.ADMIN, actor=admin))
    assert vars(refusal.value) == {"name": "Bilal", "role": Role.ADMIN}


async def test_renaming(office: Office, admin: Actor, bilal: Actor) -> None:
    person = await office.do(lambda desk: desk.accounts.rename(bilal.user_id, " Bilal  Khan", actor=admin))
    assert person.name == "Bilal Khan"
    await office.do(lambda desk: desk.accounts.rename(bilal.user_id, "Bilal Khan", actor=admin))
    [row] = await office.log(LogType.USER_UPDATED)
    assert (row.entity_id, row.old, row.new) == (bilal.user_id, {"name": "Bilal"}, {"name": "Bilal Khan"})
    with pytest.raises(InvalidName):
        await office.do(lambda desk: desk.accounts.rename(bilal.user_id, "", actor=admin))


async def test_a_new_address(office: Office, admin: Actor, bilal: Actor) -> None:
    for typed in ("b.khan@example.com", "B.Khan@example.com"):  # another case of one's own is free
        person = await office.do(
            lambda desk, typed=typed: desk.accounts.change_email(bilal.user_id, typed, actor=admin)  # type: ignore[misc]
        )
        assert person.email == typed
    with pytest.raises(EmailTaken) as refusal:
        await office.do(lambda desk: desk.accounts.change_email(bilal.user_id, "AYESHA@example.com", actor=admin))
    assert refusal.value.user_id == admin.user_id
    assert [row.new for row in await office.log(LogType.USER_UPDATED)] == [
        {"email": "b.khan@example.com"},
        {"email": "B.Khan@example.com"},
    ]


async def test_two_users_get_one_address_at_once(office: Office, admin: Actor, bilal: Actor) -> None:
    _, late = await office.overlap(
        lambda desk: desk.accounts.change_email(bilal.user_id, "new@example.com", actor=SYSTEM),
        lambda desk: desk.accounts.change_email(admin.user_id, "NEW@example.com", actor=SYSTEM),
    )
    assert type(late) is EmailTaken
    assert late.user_id == bilal.user_id
    assert len(await office.log(LogType.USER_UPDATED)) == 1


# Looking


async def test_the_list_is_in_pages(office: Office, admin: Actor, engine: AsyncEngine) -> None:
    count = PAGE_SIZE * 2 + 1
    await office.change(
        insert(User).values(
            [
                {"name": f"Worker {n:02}", "email": f"w{n}@example.com", "role": Role.WORKER, "is_active": n % 5 > 0}
                for n in range(count - 1)
            ]
        )
    )
    statements: list[str] = []
    event.listen(engine.sync_engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    pages = [await office.do(lambda desk, n=n: desk.accounts.list_people(n, actor=admin)) for n in range(3)]  # type: ignore[misc]
    assert len([statement for statement in statements if statement.startswith("SELECT")]) == 6
    assert [(page.page, page.pages, page.total, len(page.lines)) for page in pages] == [
        (0, 3, count, PAGE_SIZE),
        (1, 3, count, PAGE_SIZE),
        (2, 3, count, 1),
    ]
    lines = [line for page in pages for line in page.lines]
    assert len({line.id for line in lines}) == count
    assert lines == sorted(lines, key=lambda line: (not line.is_active, line.name.lower()))
    assert SYSTEM_USER_ID not in {line.id for line in lines}

    beyond = await office.do(lambda desk: desk.accounts.list_people(99, actor=admin))
    assert beyond == pages[2]
    assert await office.do(lambda desk: desk.accounts.list_people(-1, actor=admin)) == pages[0]
    inactive = await office.do(lambda desk: desk.accounts.list_people(active=False, actor=admin))
    assert inactive.total == len([n for n in range(count - 1) if n % 5 == 0])
    assert not any(line.is_active for line in inactive.lines)


async def test_a_line_says_who_is_in_and_who_is_invited(office: Office, admin: Actor) -> None:
    await office.invite("Sana")
    page = await office.do(lambda desk: desk.accounts.list_people(active=True, actor=admin))
    sana = page.lines[1]
    assert page.lines[0] == PersonLine(admin.user_id, "Ayesha", Role.ADMIN, True, is_linked=True, is_invited=False)
    assert sana == PersonLine(sana.id, "Sana", Role.WORKER, True, is_linked=False, is_invited=True)
    office.clock.move(timedelta(hours=72))
    page = await office.do(lambda desk: desk.accounts.list_people(actor=admin))
    assert [line.is_invited for line in page.lines] == [False, False]


async def test_a_card(office: Office, admin: Actor, bilal: Actor) -> None:
    invited = await office.do(lambda desk: desk.accounts.invite_again(bilal.user_id, actor=admin))
    card = await office.do(lambda desk: desk.accounts.card(bilal.user_id, actor=admin))
    assert card.person == invited.person
    assert (card.created_at, card.linked_at, card.last_seen_at, card.blocked_at) == (NOON, NOON, NOON, None)
    assert (card.is_logged_in, card.has_password, card.is_last_admin) == (True, False, False)
    assert card.invite is not None
    assert card.invite.expires_at == invited.expires_at
    await office.do(lambda desk: desk.accounts.revoke_invite(card.invite.id, actor=admin))  # type: ignore[union-attr]
    await office.do(lambda desk: desk.accounts.log_out(actor=bilal))
    card = await office.do(lambda desk: desk.accounts.own_card(actor=bilal))
    assert (card.invite, card.is_logged_in, card.linked_at) == (None, False, NOON)


async def test_a_card_says_who_is_the_last_admin(office: Office, admin: Actor) -> None:
    assert (await office.do(lambda desk: desk.accounts.own_card(actor=admin))).is_last_admin
    omar = await office.admin("Omar", 3)
    assert not (await office.do(lambda desk: desk.accounts.own_card(actor=admin))).is_last_admin
    await office.do(lambda desk: desk.accounts.deactivate(omar.user_id, actor=admin))
    assert (await office.do(lambda desk: desk.accounts.own_card(actor=admin))).is_last_admin
    assert not (await office.do(lambda desk: desk.accounts.card(omar.user_id, actor=admin))).is_last_admin


async def test_sessions_of_other_programs_are_seen(office: Office, admin: Actor, bilal: Actor) -> None:
    await office.do(lambda desk: desk.accounts.log_out(actor=bilal))
    seen = NOON + timedelta(days=2)
    web = {"session_token": "web", "expires_at": seen + timedelta(days=9), "last_seen_at": seen}
    await office.change(insert(UserSession).values(user_id=bilal.user_id, **web))
    card = await office.do(lambda desk: desk.accounts.card(bilal.user_id, actor=admin))
    assert (card.last_seen_at, card.is_logged_in) == (seen, True)


# Permissions


async def test_the_systems_user_and_strangers_ids_are_not_found(office: Office, admin: Actor) -> None:
    for user_id in (SYSTEM_USER_ID, UUID(int=404)):
        for act in (
            lambda desk, u=user_id: desk.accounts.card(u, actor=admin),
            lambda desk, u=user_id: desk.accounts.deactivate(u, actor=admin),
            lambda desk, u=user_id: desk.accounts.reactivate(u, actor=admin),
            lambda desk, u=user_id: desk.accounts.change_role(u, Role.WORKER, actor=admin),
            lambda desk, u=user_id: desk.accounts.rename(u, "X1", actor=admin),
            lambda desk, u=user_id: desk.accounts.change_email(u, "x@example.com", actor=admin),
            lambda desk, u=user_id: desk.accounts.clear_password(u, actor=admin),
            lambda desk, u=user_id: desk.accounts.invite_again(u, actor=admin),
        ):
            assert type(await office.outcome(act)) is NotFound


OPEN_TO_WORKERS = {"set_password", "log_out", "own_card"}
USE_CASES = {name: method for name, method in vars(AccountService).items() if not name.startswith("_")}


def test_every_use_case_declares_its_permission() -> None:
    assert all(hasattr(method, "permission") for method in USE_CASES.values())
    assert len(USE_CASES) == 15


async def test_workers_do_not_manage_people(office: Office, bilal: Actor) -> None:
    for name in set(USE_CASES) - OPEN_TO_WORKERS:
        async with office.desk() as desk:
            with pytest.raises(NotAllowed):
                await getattr(desk.accounts, name)(actor=bilal)


@given(st.sampled_from(sorted(USE_CASES)))
def test_a_call_without_an_actor_is_refused(name: str) -> None:
    with pytest.raises(NotAllowed):
        USE_CASES[name](None).send(None)
