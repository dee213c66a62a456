from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from domain.access import SYSTEM
from domain.accounts.invites import LIFETIME
from domain.accounts.login_service import LoginService
from domain.accounts.model import NO_PASSWORD, SYSTEM_USER_ID, Invite, Role
from domain.accounts.standing import STRANGER, StandingKind
from domain.audit.model import LogType
from domain.errors import NotFound
from domain.errors.accounts import EmailTaken, InvalidEmail, InvalidName, UserInactive
from domain.errors.invites import (
    InviteAlreadyYours,
    InviteExpired,
    InviteMangled,
    InviteOfInactiveUser,
    InviteRevoked,
    InviteUnknown,
    InviteUsed,
)
from tests.domain.accounts.office import NOON, Office

DAY = timedelta(days=1)


async def test_an_admin_invites_a_worker_who_comes_in(office: Office) -> None:
    admin = await office.admin()
    invited = await office.do(
        lambda desk: desk.accounts.invite_user(" Sana  Iqbal ", " Sana@Example.com ", Role.WORKER, actor=admin)
    )
    assert invited.is_new
    assert invited.expires_at == NOON + timedelta(hours=72)
    assert invited.person.name == "Sana Iqbal"
    assert invited.person.email == "Sana@Example.com"
    assert invited.token not in repr(invited)

    preview = await office.do(lambda desk: desk.entrance.look_at_invite(invited.token, 7))
    assert (preview.name, preview.role, preview.expires_at) == ("Sana Iqbal", Role.WORKER, invited.expires_at)
    assert preview.replaces is None
    assert await office.standing(7) is STRANGER

    entered = await office.do(lambda desk: desk.entrance.accept_invite(invited.token, 7))
    assert entered.person == invited.person
    assert entered.expires_at == NOON + timedelta(days=30)
    assert (entered.was_elsewhere, entered.replaced) == (False, None)
    assert (await office.actor(7)).user_id == invited.person.id

    [told] = await office.told()
    assert (told.user_id, told.kind, told.chat_id) == (admin.user_id, "invite_accepted", None)
    assert told.payload == {"user_id": str(invited.person.id), "name": "Sana Iqbal", "role": "Worker"}


async def test_all_of_it_is_in_the_log_and_the_token_nowhere(office: Office) -> None:
    admin = await office.admin()
    before = len(await office.log())
    token = await office.invite("Sana", by=admin)
    await office.do(lambda desk: desk.entrance.accept_invite(token, 7))
    sana = await office.actor(7)
    rows = (await office.log())[before:]
    assert [(row.log_type, row.user_id, row.chat_id) for row in rows] == [
        (LogType.USER_CREATED, admin.user_id, 1),
        (LogType.INVITE_CREATED, admin.user_id, 1),
        (LogType.INVITE_USED, sana.user_id, 7),
        (LogType.CHAT_LINKED, sana.user_id, 7),
        (LogType.LOGIN, sana.user_id, 7),
    ]
    assert rows[0].new == {"name": "Sana", "email": "sana@example.com", "role": "Worker"}
    assert (rows[3].old, rows[3].new) == ({"chat_id": None}, {"chat_id": 7})
    async with office.sessions() as session:
        for table in ("users", "invites", "user_sessions", "chat_links", "activity_logs", "notifications"):
            for row in await session.execute(text(f"SELECT * FROM {table}")):  # noqa: S608
                assert token not in str(row)


async def test_a_link_works_once(office: Office) -> None:
    token = await office.invite("Sana")
    await office.do(lambda desk: desk.entrance.accept_invite(token, 7))
    for chat_id, answer in [(8, InviteUsed), (7, InviteAlreadyYours)]:
        for act in (LoginService.accept_invite, LoginService.look_at_invite):
            with pytest.raises(answer):
                async with office.desk() as desk:
                    await act(desk.entrance, token, chat_id)
    assert list(await office.links()) == [7]


async def test_ones_own_used_link_does_not_undo_a_log_out(office: Office) -> None:
    token = await office.invite("Sana")
    await office.do(lambda desk: desk.entrance.accept_invite(token, 7))
    sana = await office.actor(7)
    await office.do(lambda desk: desk.accounts.log_out(actor=sana))
    with pytest.raises(InviteAlreadyYours) as refusal:
        await office.do(lambda desk: desk.entrance.accept_invite(token, 7))
    assert vars(refusal.value) == {"name": "Sana"}
    assert (await office.standing(7)).kind is StandingKind.LOGGED_OUT


async def test_a_link_expires_after_72_hours(office: Office) -> None:
    token = await office.invite("Sana")
    office.clock.move(LIFETIME - timedelta(microseconds=1))
    await office.do(lambda desk: desk.entrance.look_at_invite(token))
    office.clock.move(timedelta(microseconds=1))
    with pytest.raises(InviteExpired) as refusal:
        await office.do(lambda desk: desk.entrance.accept_invite(token, 7))
    assert vars(refusal.value) == {"expired_at": NOON + LIFETIME}
    with pytest.raises(InviteExpired):
        await office.do(lambda desk: desk.entrance.look_at_invite(token))
    assert await office.links() == {}


async def test_a_cut_link_is_told_from_an_unknown_one(office: Office) -> None:
    token = await office.invite("Sana")
    for mangled in (token[:-1], token.lower(), "", "hello", token + "x", "\0", "../../etc"):
        with pytest.raises(InviteMangled):
            await office.do(lambda desk, mangled=mangled: desk.entrance.accept_invite(mangled, 7))  # type: ignore[misc]
    with pytest.raises(InviteUnknown):
        await office.do(lambda desk: desk.entrance.accept_invite(office.keys.new_invite_token(), 7))
    await office.do(lambda desk: desk.entrance.accept_invite(f" {token}\n", 7))


async def test_a_withdrawn_link_works_no_more(office: Office) -> None:
    admin = await office.admin()
    token = await office.invite("Sana", by=admin)
    async with office.sessions() as session:
        invite = (await session.scalars(select(Invite).where(Invite.created_by == admin.user_id))).one()
    person = await office.do(lambda desk: desk.accounts.revoke_invite(invite.id, actor=admin))
    assert person.name == "Sana"
    with pytest.raises(InviteRevoked):
        await office.do(lambda desk: desk.entrance.accept_invite(token, 7))
    with pytest.raises(InviteRevoked):
        await office.do(lambda desk: desk.accounts.revoke_invite(invite.id, actor=admin))
    [row] = await office.log(LogType.INVITE_REVOKED)
    assert (row.user_id, row.entity_id) == (admin.user_id, invite.id)


async def test_there_is_nothing_to_withdraw(office: Office) -> None:
    admin = await office.admin()
    async with office.sessions() as session:
        used = (await session.scalars(select(Invite))).one()
    with pytest.raises(InviteUsed):
        await office.do(lambda desk: desk.accounts.revoke_invite(used.id, actor=admin))
    with pytest.raises(NotFound):
        await office.do(lambda desk: desk.accounts.revoke_invite(admin.user_id, actor=admin))
    await office.invite("Sana")
    async with office.sessions() as session:
        late = (await session.scalars(select(Invite).where(Invite.used_at.is_(None)))).one()
    office.clock.move(LIFETIME)
    with pytest.raises(InviteExpired):
        await office.do(lambda desk: desk.accounts.revoke_invite(late.id, actor=admin))
    assert await office.log(LogType.INVITE_REVOKED) == []


async def test_a_fresh_link_replaces_the_open_one(office: Office) -> None:
    admin = await office.admin()
    first = await office.invite("Sana", by=admin)
    again = await office.do(
        lambda desk: desk.accounts.invite_user("S. Iqbal", "SANA@example.com", Role.WORKER, actor=admin)
    )
    assert not again.is_new
    assert again.person.name == "Sana"
    with pytest.raises(InviteRevoked):
        await office.do(lambda desk: desk.entrance.accept_invite(first, 7))
    third = await office.do(lambda desk: desk.accounts.invite_again(again.person.id, actor=admin))
    with pytest.raises(InviteRevoked):
        await office.do(lambda desk: desk.entrance.accept_invite(again.token, 7))
    await office.do(lambda desk: desk.entrance.accept_invite(third.token, 7))
    assert len(await office.log(LogType.USER_CREATED)) == 2


async def test_an_address_that_somebody_uses_is_refused_in_any_case(office: Office) -> None:
    worker = await office.worker("Bilal")
    for typed in ("bilal@example.com", "BILAL@Example.COM"):
        with pytest.raises(EmailTaken) as refusal:
            await office.do(
                lambda desk, typed=typed: desk.accounts.invite_user("Other", typed, Role.WORKER, actor=SYSTEM)  # type: ignore[misc]
            )
        assert vars(refusal.value) == {"user_id": worker.user_id, "name": "Bilal", "is_active": True}


async def test_an_invite_to_another_role_is_refused_not_reinterpreted(office: Office) -> None:
    await office.invite("Sana", Role.WORKER)
    with pytest.raises(EmailTaken):
        await office.invite("Sana", Role.ADMIN)


async def test_what_cannot_be_a_person_is_refused(office: Office) -> None:
    with pytest.raises(InvalidName):
        await office.do(lambda desk: desk.accounts.invite_user(" ", "a@example.com", Role.WORKER, actor=SYSTEM))
    with pytest.raises(InvalidEmail):
        await office.do(lambda desk: desk.accounts.invite_user("A", "a@example", Role.WORKER, actor=SYSTEM))
    assert await office.log() == []


async def test_a_deactivated_users_link_says_so(office: Office) -> None:
    token = await office.invite("Sana")
    sana = (await office.do(lambda desk: desk.accounts.list_people(actor=SYSTEM))).lines[0]
    await office.do(lambda desk: desk.accounts.deactivate(sana.id, actor=SYSTEM))
    with pytest.raises(InviteOfInactiveUser):
        await office.do(lambda desk: desk.entrance.accept_invite(token, 7))
    with pytest.raises(UserInactive):
        await office.do(lambda desk: desk.accounts.invite_again(sana.id, actor=SYSTEM))
    await office.do(lambda desk: desk.accounts.reactivate(sana.id, actor=SYSTEM))
    with pytest.raises(InviteRevoked):
        await office.do(lambda desk: desk.entrance.accept_invite(token, 7))


async def test_a_link_to_another_chat_ends_the_old_session_and_tells_the_old_chat(office: Office) -> None:
    worker = await office.worker("Bilal", 2)
    again = await office.do(lambda desk: desk.accounts.invite_again(worker.user_id, actor=SYSTEM))
    assert (await office.standing(2)).kind is StandingKind.LOGGED_IN  # until the link is opened
    entered = await office.do(lambda desk: desk.entrance.accept_invite(again.token, 20))
    assert entered.was_elsewhere
    assert await office.links() == {20: worker.user_id}
    assert await office.live_sessions() == [(worker.user_id, 20)]
    assert await office.standing(2) is STRANGER
    [told] = await office.told("linked_elsewhere")
    assert (told.user_id, told.chat_id, told.urgent) == (None, 2, True)
    assert told.payload["name"] == "Bilal"
    [_, moved] = await office.log(LogType.CHAT_LINKED)
    assert (moved.old, moved.new) == ({"chat_id": 2}, {"chat_id": 20})
    assert len(await office.log(LogType.SESSION_ENDED)) == 1


async def test_a_chat_that_takes_another_users_invite_becomes_theirs(office: Office) -> None:
    """An admin who opens the link that was to be forwarded: the preview says what it would cost."""
    admin = await office.admin("Ayesha", 1)
    token = await office.invite("Sana", by=admin)
    preview = await office.do(lambda desk: desk.entrance.look_at_invite(token, 1))
    assert preview.replaces == "Ayesha"
    entered = await office.do(lambda desk: desk.entrance.accept_invite(token, 1))
    assert (entered.replaced, entered.was_elsewhere) == ("Ayesha", False)
    sana = await office.actor(1)
    assert sana.name == "Sana"
    assert await office.links() == {1: sana.user_id}
    assert await office.live_sessions() == [(sana.user_id, 1)]
    [parted] = await office.log(LogType.CHAT_UNLINKED)
    assert (parted.user_id, parted.entity_id) == (sana.user_id, admin.user_id)
    assert (parted.old, parted.new) == ({"chat_id": 1}, {"chat_id": None})
    assert await office.told("linked_elsewhere") == []


async def test_a_fresh_link_in_ones_own_chat_is_a_log_in(office: Office) -> None:
    worker = await office.worker("Bilal", 2)
    await office.do(lambda desk: desk.accounts.log_out(actor=worker))
    again = await office.do(lambda desk: desk.accounts.invite_again(worker.user_id, actor=SYSTEM))
    entered = await office.do(lambda desk: desk.entrance.accept_invite(again.token, 2))
    assert (entered.was_elsewhere, entered.replaced) == (False, None)
    assert await office.actor(2) == worker
    assert len(await office.log(LogType.CHAT_LINKED)) == 1


async def test_all_admins_hear_of_it_where_the_inviter_is_gone(office: Office) -> None:
    inviter, other = await office.admin("Ayesha", 1), await office.admin("Omar", 3)
    token = await office.invite("Sana", by=inviter)
    await office.do(lambda desk: desk.accounts.deactivate(inviter.user_id, actor=other))
    await office.do(lambda desk: desk.entrance.accept_invite(token, 7))
    assert [told.user_id for told in await office.told("invite_accepted")] == [other.user_id]


async def test_the_first_admin_comes_from_the_command_line(office: Office) -> None:
    invited = await office.do(lambda desk: desk.accounts.create_admin("Ayesha", "ayesha@example.com", actor=SYSTEM))
    assert (invited.person.role, invited.is_new) == (Role.ADMIN, True)
    user = await office.user(invited.person.id)
    assert (user.password_hash, user.is_active, user.created_at) == (NO_PASSWORD, True, NOON)
    await office.do(lambda desk: desk.entrance.accept_invite(invited.token, 1))
    assert (await office.actor(1)).role is Role.ADMIN
    assert await office.told() == []
    assert {row.user_id for row in await office.log(LogType.USER_CREATED)} == {SYSTEM_USER_ID}


async def test_the_command_line_lets_a_lost_admin_in_again_and_nobody_else(office: Office) -> None:
    admin, worker = await office.admin("Ayesha", 1), await office.worker("Bilal", 2)
    again = await office.do(lambda desk: desk.accounts.create_admin("A.", "AYESHA@example.com", actor=SYSTEM))
    assert (again.person.id, again.person.name, again.is_new) == (admin.user_id, "Ayesha", False)
    with pytest.raises(EmailTaken) as refusal:
        await office.do(lambda desk: desk.accounts.create_admin("B.", "bilal@example.com", actor=SYSTEM))
    assert refusal.value.user_id == worker.user_id


async def test_two_chats_open_one_link_at_once(office: Office) -> None:
    token = await office.invite("Sana")
    entered, late = await office.overlap(
        lambda desk: desk.entrance.accept_invite(token, 7), lambda desk: desk.entrance.accept_invite(token, 8)
    )
    assert entered.person.name == "Sana"
    assert type(late) is InviteUsed
    assert list(await office.links()) == [7]
    assert len(await office.live_sessions()) == 1


async def test_a_link_is_opened_while_it_is_withdrawn(office: Office) -> None:
    token = await office.invite("Sana")
    async with office.sessions() as session:
        invite = (await session.scalars(select(Invite))).one()
    _, late = await office.overlap(
        lambda desk: desk.accounts.revoke_invite(invite.id, actor=SYSTEM),
        lambda desk: desk.entrance.accept_invite(token, 7),
    )
    assert type(late) is InviteRevoked
    assert await office.links() == {}


async def test_a_link_is_opened_while_its_user_is_deactivated(office: Office) -> None:
    await office.admin()
    token = await office.invite("Sana")
    sana = next(
        line for line in (await office.do(lambda d: d.accounts.list_people(actor=SYSTEM))).lines if line.is_invited
    )
    _, late = await office.overlap(
        lambda desk: desk.accounts.deactivate(sana.id, actor=SYSTEM),
        lambda desk: desk.entrance.accept_invite(token, 7),
    )
    assert type(late) is InviteOfInactiveUser
    assert list(await office.links()) == [1]


async def test_two_users_take_one_chat_at_once(office: Office) -> None:
    """Updates of a chat come one by one, but two machines may have one each."""
    first, second = await office.invite("Sana"), await office.invite("Omar")
    _, late = await office.overlap(
        lambda desk: desk.entrance.accept_invite(first, 7), lambda desk: desk.entrance.accept_invite(second, 7)
    )
    assert late.replaced == "Sana"
    omar = await office.actor(7)
    assert omar.name == "Omar"
    assert await office.links() == {7: omar.user_id}
    assert await office.live_sessions() == [(omar.user_id, 7)]
    assert len(await office.log(LogType.CHAT_UNLINKED)) == 1


async def test_two_users_change_chats_at_once(office: Office) -> None:
    bilal, omar = await office.member("Bilal", Role.WORKER, 2), await office.member("Omar", Role.WORKER, 3)
    of_bilal = await office.do(lambda desk: desk.accounts.invite_again(bilal.user_id, actor=SYSTEM))
    of_omar = await office.do(lambda desk: desk.accounts.invite_again(omar.user_id, actor=SYSTEM))
    await office.overlap(
        lambda desk: desk.entrance.accept_invite(of_bilal.token, 3),
        lambda desk: desk.entrance.accept_invite(of_omar.token, 2),
    )
    assert await office.links() == {3: bilal.user_id, 2: omar.user_id}
    assert await office.live_sessions() == [(omar.user_id, 2), (bilal.user_id, 3)]
    # Who came second found the first one's work, not what had been there before it.
    assert [row.entity_id for row in await office.log(LogType.CHAT_UNLINKED)] == [omar.user_id]
    assert [told.chat_id for told in await office.told("linked_elsewhere")] == [2]


async def test_two_admins_invite_one_person_at_once(office: Office) -> None:
    first, second = await office.overlap(
        lambda desk: desk.accounts.invite_user("Sana", "sana@example.com", Role.WORKER, actor=SYSTEM),
        lambda desk: desk.accounts.invite_user("Sana I.", "Sana@Example.com", Role.WORKER, actor=SYSTEM),
    )
    assert second.person == first.person
    assert (first.is_new, second.is_new) == (True, False)
    with pytest.raises(InviteRevoked):
        await office.do(lambda desk: desk.entrance.accept_invite(first.token, 7))


async def test_the_systems_own_user_is_nobody(office: Office) -> None:
    with pytest.raises(NotFound):
        await office.do(lambda desk: desk.accounts.invite_again(SYSTEM_USER_ID, actor=SYSTEM))
    await office.invite("Sana")
    await office.change(update(Invite).values(user_id=SYSTEM_USER_ID))
    async with office.sessions() as session:
        assert (await session.scalars(select(Invite))).one().user_id == SYSTEM_USER_ID
    assert (await office.do(lambda desk: desk.accounts.list_people(actor=SYSTEM))).total == 1
