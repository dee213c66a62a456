import asyncio
import threading
from datetime import datetime, timedelta

import bcrypt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from domain.access import SYSTEM, Actor
from domain.accounts.login_service import Refused
from domain.accounts.model import SYSTEM_USER_ID, AttemptSubject, User
from domain.accounts.passwords import Passwords
from domain.accounts.sessions import Entered
from domain.accounts.standing import STRANGER, StandingKind
from domain.accounts.throttle import lock_length
from domain.audit.model import LogType
from domain.errors import DomainError
from domain.errors.passwords import LogInFailed, LogInLocked
from tests.domain.accounts.office import NOON, PASSWORD, Office

EMAIL = "bilal@example.com"
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def bilal(office: Office) -> Actor:
    worker = await office.worker("Bilal", 2)
    await office.set_password(worker)
    return worker


def reason(result: Entered | Refused) -> DomainError:
    assert isinstance(result, Refused)
    return result.reason


def until(result: Entered | Refused) -> datetime:
    locked = reason(result)
    assert type(locked) is LogInLocked
    end = locked.until
    assert isinstance(end, datetime)
    return end


async def test_the_right_password_lets_in(office: Office, bilal: Actor) -> None:
    await office.do(lambda desk: desk.accounts.log_out(actor=bilal))
    entered = await office.log_in(" BILAL@Example.com ", PASSWORD, 2)
    assert isinstance(entered, Entered)
    assert entered.person.id == bilal.user_id
    assert (entered.was_elsewhere, entered.replaced) == (False, None)
    assert await office.actor(2) == bilal
    assert await office.attempts() == []
    assert (await office.log())[-1].log_type is LogType.LOGIN


async def test_from_another_chat_it_ends_the_old_session_and_tells_the_old_chat(office: Office, bilal: Actor) -> None:
    entered = await office.log_in(EMAIL, PASSWORD, 20)
    assert isinstance(entered, Entered)
    assert entered.was_elsewhere
    assert await office.links() == {20: bilal.user_id}
    assert await office.live_sessions() == [(bilal.user_id, 20)]
    assert await office.standing(2) is STRANGER
    assert [(told.user_id, told.chat_id) for told in await office.told("linked_elsewhere")] == [(None, 2)]


async def test_in_another_users_chat_it_ends_their_link(office: Office, bilal: Actor) -> None:
    admin = await office.admin("Ayesha", 1)
    entered = await office.log_in(EMAIL, PASSWORD, 1)
    assert isinstance(entered, Entered)
    assert (entered.replaced, entered.was_elsewhere) == ("Ayesha", True)
    assert await office.links() == {1: bilal.user_id}
    assert await office.live_sessions() == [(bilal.user_id, 1)]
    assert [row.entity_id for row in await office.log(LogType.CHAT_UNLINKED)] == [admin.user_id]


@pytest.mark.usefixtures("bilal")
async def test_moving_there_and_back_tells_each_time(office: Office) -> None:
    for chat_id in (20, 2, 20):
        await office.log_in(EMAIL, PASSWORD, chat_id)
    assert [told.chat_id for told in await office.told("linked_elsewhere")] == [2, 20, 2]


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The rounds of each hash that bcrypt computes; never on the event loop."""
    rounds: list[int] = []
    real = bcrypt.hashpw

    def hashpw(password: bytes, salt: bytes) -> bytes:
        assert threading.current_thread() is not threading.main_thread()
        rounds.append(int(salt[4:6]))
        return real(password, salt)

    monkeypatch.setattr(bcrypt, "hashpw", hashpw)
    return rounds


REFUSED = [
    (EMAIL, "wrong"),
    (EMAIL, ""),
    (EMAIL, PASSWORD + "x" * 72),
    (EMAIL, "\0\ud800"),
    ("nobody@example.com", PASSWORD),
    ("no address", PASSWORD),
    ("bilal@ex\0ample.com", PASSWORD),
    ("\ud800", PASSWORD),
    ("x" * 5000, PASSWORD),
    ("sana@example.com", PASSWORD),  # has no password
    ("system@invalid", "!"),
    ("gone@example.com", PASSWORD),  # deactivated
]


async def test_all_refusals_are_alike_and_as_much_work(office: Office, bilal: Actor, work: list[int]) -> None:
    await office.invite("Sana")
    gone = await office.worker("Gone", 9)
    await office.set_password(gone)
    await office.do(lambda desk: desk.accounts.deactivate(gone.user_id, actor=SYSTEM))
    for chat_id, (email, password) in enumerate(REFUSED, 20):
        work.clear()
        refusal = reason(await office.log_in(email, password, chat_id))
        assert (type(refusal), vars(refusal), work) == (LogInFailed, {}, [4])
    counted = [(row.subject_kind, row.failures, row.lock_level) for row in await office.attempts()]
    assert counted.count((AttemptSubject.CHAT, 1, 0)) == 12
    assert counted.count((AttemptSubject.EMAIL, 1, 0)) == 8
    assert counted.count((AttemptSubject.EMAIL, 4, 0)) == 1
    assert await office.links() == {2: bilal.user_id, 9: gone.user_id}
    rows = await office.log(LogType.LOGIN_FAILED)
    assert [(row.user_id, row.chat_id) for row in rows] == [(SYSTEM_USER_ID, 20 + number) for number in range(12)]


async def test_an_address_that_differs_only_for_unicode_is_another(office: Office, bilal: Actor) -> None:
    """The Kelvin sign's lower case is k, and a dotted capital I's may be i: each would be a counter of its own."""
    await office.change(update(User).where(User.id == bilal.user_id).values(email="kiki@example.com"))
    for email in ("\u212ai\u212ai@example.com", "k\u0130ki@example.com"):
        assert type(reason(await office.log_in(email, PASSWORD, 20))) is LogInFailed


async def test_the_fifth_failure_locks_the_account_and_the_chat(office: Office, bilal: Actor) -> None:
    for _ in range(4):
        assert type(reason(await office.log_in(EMAIL, "wrong", 20))) is LogInFailed
    assert until(await office.log_in(EMAIL, "wrong", 20)) == NOON + 15 * MINUTE
    office.clock.move(15 * MINUTE - timedelta(microseconds=1))
    assert until(await office.log_in(EMAIL, PASSWORD, 21)) == NOON + 15 * MINUTE  # the account, from elsewhere
    assert until(await office.log_in("other@example.com", PASSWORD, 20)) == NOON + 15 * MINUTE  # the chat
    assert (await office.standing(2)).kind is StandingKind.LOGGED_IN  # the owner's session stays
    office.clock.move(timedelta(microseconds=1))
    assert isinstance(await office.log_in(EMAIL, PASSWORD, 21), Entered)
    locked = await office.log(LogType.LOGIN_LOCKED)
    assert [row.entity_id for row in locked] == [bilal.user_id] * 2
    assert len(await office.log(LogType.LOGIN_FAILED)) == 5


async def test_while_locked_nothing_is_computed_and_nothing_counted(
    office: Office, bilal: Actor, work: list[int]
) -> None:
    for _ in range(5):
        await office.log_in(EMAIL, "wrong", 20)
    before = [(row.failures, row.lock_level, row.locked_until) for row in await office.attempts()]
    work.clear()
    for _ in range(5):
        until(await office.log_in(EMAIL, PASSWORD, 20))
    assert work == []
    assert [(row.failures, row.lock_level, row.locked_until) for row in await office.attempts()] == before
    assert bilal.user_id in (await office.links()).values()


async def test_nobodys_address_is_locked_alike(office: Office) -> None:
    for chat_id in range(20, 24):
        assert type(reason(await office.log_in("nobody@example.com", "x", chat_id))) is LogInFailed
    assert until(await office.log_in("Nobody@Example.com", "x", 24)) == NOON + 15 * MINUTE
    assert until(await office.log_in("nobody@example.com", "x", 25)) == NOON + 15 * MINUTE
    assert type(reason(await office.log_in("other@example.com", "x", 25))) is LogInFailed


async def test_a_chat_that_tries_many_addresses_is_locked(office: Office) -> None:
    for number in range(4):
        await office.log_in(f"nobody{number}@example.com", "x", 20)
    assert until(await office.log_in("nobody4@example.com", "x", 20)) == NOON + 15 * MINUTE
    assert type(reason(await office.log_in("nobody4@example.com", "x", 21))) is LogInFailed


async def test_each_lock_is_longer(office: Office) -> None:
    lengths = []
    for _ in range(9):
        for _ in range(4):
            assert type(reason(await office.log_in(EMAIL, "wrong", 20))) is LogInFailed
        end = until(await office.log_in(EMAIL, "wrong", 20))
        lengths.append((end - office.clock.now()) // MINUTE)
        office.clock.set(end)
    assert lengths == [15, 30, 60, 120, 240, 480, 960, 1440, 1440]


@given(st.integers(0, 10_000))
def test_locks_grow_to_a_day(level: int) -> None:
    assert timedelta(minutes=15) <= lock_length(level) <= lock_length(level + 1) <= timedelta(days=1)


async def test_a_success_begins_anew(office: Office, bilal: Actor) -> None:
    for _ in range(4):
        await office.log_in(EMAIL, "wrong", 20)
    assert isinstance(await office.log_in(EMAIL, PASSWORD, 20), Entered)
    assert await office.attempts() == []
    for _ in range(4):
        assert type(reason(await office.log_in(EMAIL, "wrong", 20))) is LogInFailed
    assert bilal.user_id in (await office.links()).values()


async def test_guesses_side_by_side_get_five_answers(office: Office, bilal: Actor) -> None:
    """Twelve chats send a guess at once: all find no lock and compute. Only the first five are judged."""
    results = await asyncio.gather(*(office.log_in(EMAIL, "wrong", chat_id) for chat_id in range(20, 32)))
    kinds = [type(reason(result)) for result in results]
    assert (kinds.count(LogInFailed), kinds.count(LogInLocked)) == (4, 8)
    assert len(await office.log(LogType.LOGIN_FAILED)) == 5
    assert bilal.user_id in (await office.links()).values()


async def test_the_right_guess_among_too_many_does_not_get_in(office: Office, bilal: Actor) -> None:
    """It was computed before the lock, but judged after it: an answer would make the sixth guess worth trying."""
    for _ in range(4):
        await office.log_in(EMAIL, "wrong", 20)
    wrong, right = await office.overlap(
        lambda desk: desk.entrance.log_in(EMAIL, "wrong", 21), lambda desk: desk.entrance.log_in(EMAIL, PASSWORD, 22)
    )
    assert until(wrong) == until(right) == NOON + 15 * MINUTE
    assert await office.links() == {2: bilal.user_id}


async def test_two_chats_log_in_as_one_user_at_once(office: Office, bilal: Actor) -> None:
    _, late = await office.overlap(
        lambda desk: desk.entrance.log_in(EMAIL, PASSWORD, 21), lambda desk: desk.entrance.log_in(EMAIL, PASSWORD, 22)
    )
    assert isinstance(late, Entered)
    assert await office.links() == {22: bilal.user_id}
    assert await office.live_sessions() == [(bilal.user_id, 22)]
    assert [told.chat_id for told in await office.told("linked_elsewhere")] == [2, 21]


async def test_who_is_deactivated_during_the_log_in_does_not_get_in(office: Office, bilal: Actor) -> None:
    _, late = await office.overlap(
        lambda desk: desk.accounts.deactivate(bilal.user_id, actor=SYSTEM),
        lambda desk: desk.entrance.log_in(EMAIL, PASSWORD, 2),
    )
    assert type(reason(late)) is LogInFailed
    assert await office.live_sessions() == []


async def test_a_hash_of_other_rounds_is_renewed(office: Office, bilal: Actor) -> None:
    office.passwords = Passwords(5)
    await office.log_in(EMAIL, "wrong", 2)
    assert (await office.user(bilal.user_id)).password_hash.startswith("$2b$04$")
    assert isinstance(await office.log_in(EMAIL, PASSWORD, 2), Entered)
    assert (await office.user(bilal.user_id)).password_hash.startswith("$2b$05$")
    assert isinstance(await office.log_in(EMAIL, PASSWORD, 2), Entered)
    [row] = await office.log(LogType.USER_UPDATED)
    assert (row.entity_id, row.new) == (bilal.user_id, {"bcrypt_rounds": 5})


async def test_neither_the_address_nor_the_password_is_kept(office: Office) -> None:
    """A password typed where the address belongs would be in the log for good."""
    await office.log_in("my-secret-passphrase", "another-secret", 20)
    [row] = await office.log(LogType.LOGIN_FAILED)
    assert "secret" not in repr(row)
    assert all("secret" not in row.subject for row in await office.attempts())


@pytest.mark.usefixtures("bilal")
async def test_what_nobody_sees_in_an_address_neither_shuts_out_nor_evades_the_lock(office: Office) -> None:
    assert isinstance(await office.log_in("\ufeffBilal@\u00a0example.com", PASSWORD, 20), Entered)
    for place in range(5):
        await office.log_in(EMAIL + "\u200b" * place, "wrong", 100 + place)

    assert isinstance(reason(await office.log_in(EMAIL, PASSWORD, 200)), LogInLocked)
