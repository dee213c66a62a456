import pytest
from sqlalchemy import insert, update

from domain.access import Actor
from domain.accounts.login_service import Refused
from domain.accounts.model import User, UserSession
from domain.accounts.passwords import Passwords
from domain.accounts.service import PasswordSet
from domain.accounts.sessions import Entered
from domain.accounts.standing import StandingKind
from domain.audit.model import LogType
from domain.errors import ChangedMeanwhile, NotFound
from domain.errors.passwords import (
    CurrentPasswordNeeded,
    LogInLocked,
    PasswordTooLong,
    PasswordTooShort,
    PasswordTooWeak,
    WrongPassword,
)
from tests.domain.accounts.office import NOON, PASSWORD, Office

NEW = "velvet-cactus-harbour-77"


@pytest.fixture
async def bilal(office: Office) -> Actor:
    return await office.worker("Bilal", 2)


async def set_password(office: Office, current: str | None, new: str, actor: Actor) -> PasswordSet | Refused:
    return await office.do(lambda desk: desk.accounts.set_password(current, new, actor=actor))


async def test_the_first_password_takes_no_other(office: Office, bilal: Actor) -> None:
    assert await set_password(office, None, PASSWORD, bilal) == PasswordSet(is_first=True)
    assert isinstance(await office.log_in("bilal@example.com", PASSWORD, 2), Entered)
    card = await office.do(lambda desk: desk.accounts.own_card(actor=bilal))
    assert card.has_password
    [row] = await office.log(LogType.PASSWORD_CHANGED)
    assert (row.user_id, row.entity_id, row.old, row.new) == (bilal.user_id, bilal.user_id, None, None)


async def test_changing_it_takes_the_current_one(office: Office, bilal: Actor) -> None:
    await office.set_password(bilal)
    with pytest.raises(CurrentPasswordNeeded):
        await set_password(office, None, NEW, bilal)
    assert await set_password(office, PASSWORD, NEW, bilal) == PasswordSet(is_first=False)
    assert isinstance(await office.log_in("bilal@example.com", PASSWORD, 2), Refused)
    assert isinstance(await office.log_in("bilal@example.com", NEW, 2), Entered)


async def test_what_another_program_wrote_in_place_of_a_hash_is_no_password(office: Office, bilal: Actor) -> None:
    await office.change(update(User).where(User.id == bilal.user_id).values(password_hash="to be set"))
    assert await set_password(office, None, PASSWORD, bilal) == PasswordSet(is_first=True)


async def test_a_wrong_current_password_is_a_failed_log_in(office: Office, bilal: Actor) -> None:
    await office.set_password(bilal)
    for _ in range(4):
        refused = await set_password(office, "wrong", NEW, bilal)
        assert isinstance(refused, Refused)
        assert type(refused.reason) is WrongPassword
    for current in ("wrong", PASSWORD):
        refused = await set_password(office, current, NEW, bilal)
        assert isinstance(refused, Refused)
        assert type(refused.reason) is LogInLocked
    refused_elsewhere = await office.log_in("bilal@example.com", PASSWORD, 20)
    assert isinstance(refused_elsewhere, Refused)
    assert type(refused_elsewhere.reason) is LogInLocked
    assert {row.user_id for row in await office.log(LogType.LOGIN_FAILED)} == {bilal.user_id}


async def test_the_right_one_forgives(office: Office, bilal: Actor) -> None:
    await office.set_password(bilal)
    await set_password(office, "wrong", NEW, bilal)
    assert len(await office.attempts()) == 2
    await set_password(office, PASSWORD, NEW, bilal)
    assert await office.attempts() == []


@pytest.mark.parametrize("current", [None, PASSWORD, "wrong"])
async def test_a_weak_new_one_changes_nothing(office: Office, bilal: Actor, current: str | None) -> None:
    if current is not None:
        await office.set_password(bilal)
    before = (await office.user(bilal.user_id)).password_hash
    for new, refusal in [
        ("short", PasswordTooShort),
        ("x" * 73, PasswordTooLong),
        ("bilal@example.com", PasswordTooWeak),
        ("Tariq Outreach 1", PasswordTooWeak),  # the organization's name
    ]:
        with pytest.raises(refusal):
            await set_password(office, current, new, bilal)
    assert (await office.user(bilal.user_id)).password_hash == before
    assert await office.attempts() == []


async def test_sessions_elsewhere_end(office: Office, bilal: Actor) -> None:
    await office.change(
        insert(UserSession).values(user_id=bilal.user_id, session_token="web", expires_at=NOON.replace(year=2027))
    )
    await office.set_password(bilal)
    assert await office.live_sessions() == [(bilal.user_id, 2)]


async def test_two_first_passwords_at_once(office: Office, bilal: Actor) -> None:
    first, second = await office.overlap(
        lambda desk: desk.accounts.set_password(None, PASSWORD, actor=bilal),
        lambda desk: desk.accounts.set_password(None, NEW, actor=bilal),
    )
    assert first == PasswordSet(is_first=True)
    assert type(second) is ChangedMeanwhile or type(second) is CurrentPasswordNeeded
    stored = (await office.user(bilal.user_id)).password_hash
    assert (await Passwords(4).verify(PASSWORD, stored)).matches
    assert len(await office.log(LogType.PASSWORD_CHANGED)) == 1


async def test_who_was_deactivated_meanwhile_sets_none(office: Office, bilal: Actor) -> None:
    admin = await office.admin()
    _, late = await office.overlap(
        lambda desk: desk.accounts.deactivate(bilal.user_id, actor=admin),
        lambda desk: desk.accounts.set_password(None, PASSWORD, actor=bilal),
    )
    assert type(late) in {ChangedMeanwhile, NotFound}
    assert not (await office.do(lambda desk: desk.accounts.card(bilal.user_id, actor=admin))).has_password


async def test_who_was_logged_in_elsewhere_meanwhile_sets_none(office: Office, bilal: Actor) -> None:
    """Whoever still holds the old chat must not change the password from there."""
    await office.set_password(bilal)
    _, late = await office.overlap(
        lambda desk: desk.entrance.log_in("bilal@example.com", PASSWORD, 20),
        lambda desk: desk.accounts.set_password(PASSWORD, NEW, actor=bilal),
    )
    assert type(late) is ChangedMeanwhile
    assert isinstance(await office.log_in("bilal@example.com", PASSWORD, 20), Entered)


async def test_an_admin_clears_a_forgotten_password(office: Office, bilal: Actor) -> None:
    admin = await office.admin()
    await office.set_password(bilal)
    await office.do(lambda desk: desk.accounts.clear_password(bilal.user_id, actor=admin))
    assert isinstance(await office.log_in("bilal@example.com", PASSWORD, 20), Refused)
    assert [(told.user_id, told.kind) for told in await office.told("password_cleared")] == [
        (bilal.user_id, "password_cleared")
    ]
    await office.do(lambda desk: desk.accounts.clear_password(bilal.user_id, actor=admin))
    assert len(await office.log(LogType.PASSWORD_CHANGED)) == 2
    assert await set_password(office, None, NEW, bilal) == PasswordSet(is_first=True)


async def test_logging_out_keeps_the_chat(office: Office, bilal: Actor) -> None:
    for _ in range(2):  # the second tap does nothing
        await office.do(lambda desk: desk.accounts.log_out(actor=bilal))
    assert await office.links() == {2: bilal.user_id}
    assert (await office.standing(2)).kind is StandingKind.LOGGED_OUT
    [row] = await office.log(LogType.LOGOUT)
    assert (row.user_id, row.chat_id) == (bilal.user_id, 2)
    assert await office.log(LogType.SESSION_ENDED) == []
