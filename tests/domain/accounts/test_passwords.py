import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import bcrypt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.accounts.model import NO_PASSWORD
from domain.accounts.passwords import Passwords, Reason, is_hash
from domain.errors.passwords import PasswordTooLong, PasswordTooShort, PasswordTooWeak

PASSWORDS = Passwords(4)
GOOD = "brisk-otter-lantern-42"


@dataclass
class Work:
    """What bcrypt was asked to do."""

    rounds: list[int] = field(default_factory=list)
    threads: set[threading.Thread] = field(default_factory=set)


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    seen = Work()
    real = bcrypt.hashpw

    def hashpw(password: bytes, salt: bytes) -> bytes:
        seen.rounds.append(int(salt[4:6]))
        seen.threads.add(threading.current_thread())
        return real(password, salt)

    monkeypatch.setattr(bcrypt, "hashpw", hashpw)
    yield seen
    assert threading.main_thread() not in seen.threads


@pytest.mark.parametrize("password", [GOOD, "مضبوط پاس ورڈ ہے", "x" * 72, "nul\0nul\0nul", "\ud83d half an emoji"])
async def test_what_was_hashed_matches_and_nothing_else(password: str) -> None:
    stored = await PASSWORDS.hash(password)
    assert is_hash(stored)
    assert (await PASSWORDS.verify(password, stored)).matches
    assert not (await PASSWORDS.verify(password[:-1], stored)).matches
    assert not (await PASSWORDS.verify(password.swapcase() + "!", stored)).matches


async def test_a_password_beyond_72_bytes_never_matches() -> None:
    """bcrypt itself would compare the first 72 bytes."""
    stored = await PASSWORDS.hash("x" * 72)
    assert not (await PASSWORDS.verify("x" * 73, stored)).matches


@pytest.mark.parametrize(
    "stored",
    [None, NO_PASSWORD, "", "plain text", "$2b$04$short", "$1$md5", "$2b$99$" + "." * 53, "$2b$03$" + "." * 53],
)
async def test_without_a_hash_the_same_work_is_done(work: Work, stored: str | None) -> None:
    assert not (await PASSWORDS.verify(GOOD, stored)).matches
    assert work.rounds == [4]


async def test_a_wrong_password_is_the_same_work_too(work: Work) -> None:
    stored = await PASSWORDS.hash(GOOD)
    work.rounds.clear()
    for wrong in ("wrong", "", "y" * 5000):
        assert not (await PASSWORDS.verify(wrong, stored)).matches
    assert work.rounds == [4, 4, 4]


async def test_the_work_is_done_in_threads(work: Work) -> None:
    stored = await PASSWORDS.hash(GOOD)
    await asyncio.gather(*(PASSWORDS.verify(GOOD, stored) for _ in range(4)))
    assert len(work.rounds) == 5


async def test_a_hash_of_other_rounds_is_renewed_when_it_matches() -> None:
    stored = await Passwords(5).hash(GOOD)
    verdict = await PASSWORDS.verify(GOOD, stored)
    assert verdict.matches
    assert verdict.rehashed is not None
    assert verdict.rehashed.startswith("$2b$04$")
    assert (await PASSWORDS.verify(GOOD, verdict.rehashed)).rehashed is None
    assert (await PASSWORDS.verify("wrong", stored)).rehashed is None


async def test_hashes_of_other_programs_are_read() -> None:
    stored = (await PASSWORDS.hash(GOOD)).replace("$2b$", "$2y$")
    assert (await PASSWORDS.verify(GOOD, stored)).matches


@pytest.mark.parametrize("rounds", [3, 32, 0, -1])
def test_rounds_that_bcrypt_does_not_take_are_refused(rounds: int) -> None:
    with pytest.raises(ValueError, match="4 to 31"):
        Passwords(rounds)


async def test_short_passwords_are_refused_with_their_length() -> None:
    with pytest.raises(PasswordTooShort) as refusal:
        await PASSWORDS.require_strong("x9#kQz!2v")
    assert vars(refusal.value) == {"length": 9, "minimum": 10}
    await PASSWORDS.require_strong("x9#kQz!2vL")


async def test_the_limit_is_72_bytes_not_characters() -> None:
    await PASSWORDS.require_strong("پاس ورڈ بہت مضبوط ہے جناب عالی")
    with pytest.raises(PasswordTooLong) as refusal:
        await PASSWORDS.require_strong("پ" * 37)
    assert vars(refusal.value) == {"length": 74, "limit": 72, "characters": 37}
    await PASSWORDS.require_strong((GOOD * 4)[:72])
    with pytest.raises(PasswordTooLong) as refusal:
        await PASSWORDS.require_strong((GOOD * 4)[:73])
    assert vars(refusal.value) == {"length": 73, "limit": 72, "characters": 73}


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("password123", Reason.COMMON),
        ("qwertyuiop[]", Reason.KEYBOARD),
        ("aaaaaaaaaaaa", Reason.REPEAT),
        ("abcdefghijkl", Reason.SEQUENCE),
        ("14-08-1947", Reason.DATE),
        ("sanaiqbal99", Reason.PERSONAL),
        ("tariqoutreach", Reason.PERSONAL),
    ],
)
async def test_weak_passwords_are_refused_with_the_reason(password: str, reason: Reason) -> None:
    with pytest.raises(PasswordTooWeak) as refusal:
        await PASSWORDS.require_strong(password, personal=["Sana Iqbal", "sana@example.com", "Tariq Outreach"])
    assert reason in refusal.value.reasons
    assert password not in str(refusal.value)


async def test_ones_own_name_is_weak_only_for_oneself() -> None:
    """zxcvbn keeps personal words in a global: judged side by side, one person's words must not count for another."""

    async def weak(personal: str) -> bool:
        try:
            await PASSWORDS.require_strong("Zubaidakhatoonvx", personal=[personal])
        except PasswordTooWeak:
            return True
        return False

    names = ["Zubaida Khatoon VX", "Omar Farooq"] * 10
    assert await asyncio.gather(*map(weak, names)) == [True, False] * 10


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=80), st.text(max_size=30))
def test_any_text_gets_a_verdict(password: str, name: str) -> None:
    try:
        asyncio.run(PASSWORDS.require_strong(password, personal=[name]))
    except (PasswordTooShort, PasswordTooLong, PasswordTooWeak):
        return
    assert len(password) >= 10
    assert len(password.encode("utf-8", "surrogatepass")) <= 72
