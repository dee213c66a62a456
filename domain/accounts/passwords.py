"""Passwords: hashed, verified and judged in threads. bcrypt takes a quarter of a second; the event loop has none."""

import asyncio
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from re import compile as pattern
from threading import Lock
from typing import Any, Final

import bcrypt
import zxcvbn

from domain.errors.passwords import PasswordTooLong, PasswordTooShort, PasswordTooWeak

MIN_CHARACTERS: Final = 10
LIMIT_BYTES: Final = 72
"""bcrypt reads no further: a longer password would be accepted with any ending."""
NEEDED_SCORE: Final = 3
ROUNDS: Final = range(4, 32)

_HASH: Final = pattern(r"\$2[abxy]\$(?P<rounds>0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}")
_ONE_AT_A_TIME: Final = Lock()
"""zxcvbn keeps the words of the person in a module's global."""


class Reason(StrEnum):
    """Why a password is easy to guess."""

    COMMON = "common"
    """Among the passwords that everybody tries first."""
    PERSONAL = "personal"
    """From the person's or the organization's name or the address."""
    WORD = "word"
    NAME = "name"
    REPEAT = "repeat"
    SEQUENCE = "sequence"
    KEYBOARD = "keyboard"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Verdict:
    matches: bool
    rehashed: str | None = field(default=None, repr=False)
    """A hash with today's rounds, to be stored in place of the one that matched."""


def is_hash(stored: str) -> bool:
    """Whether a stored value can match any password at all."""
    return _HASH.fullmatch(stored) is not None


class Passwords:
    """Hashes and verifies with 2**rounds steps of bcrypt.

    Raises:
        ValueError: bcrypt takes 4 to 31 rounds.
    """

    def __init__(self, rounds: int) -> None:
        if rounds not in ROUNDS:
            raise ValueError(f"bcrypt takes {ROUNDS.start} to {ROUNDS.stop - 1} rounds, not {rounds}")
        self.rounds = rounds

    async def hash(self, password: str) -> str:
        """A fresh hash of a password that `require_strong` has let pass."""
        return await asyncio.to_thread(_hash, _bytes(password), self.rounds)

    async def verify(self, password: str, stored: str | None) -> Verdict:
        """Compares a typed password with a stored hash.

        Without a hash (nobody has that address, or the user no password), and with a password longer than any that was
        ever accepted, it does the same work and says no. Only a hash of other rounds takes another time, until its
        owner's next log-in renews it.
        """
        return await asyncio.to_thread(self._verify, _bytes(password), stored)

    def _verify(self, password: bytes, stored: str | None) -> Verdict:
        against = _HASH.fullmatch(stored or "")
        salt = against[0] if against else f"$2b${self.rounds:02}${'.' * 22}"
        made = bcrypt.hashpw(password[:LIMIT_BYTES], salt.encode())
        same = hmac.compare_digest(made, salt.encode())
        if against is None or not same or len(password) > LIMIT_BYTES:
            return Verdict(matches=False)
        outdated = int(against["rounds"]) != self.rounds
        return Verdict(matches=True, rehashed=_hash(password, self.rounds) if outdated else None)

    async def require_strong(self, password: str, *, personal: Iterable[str] = ()) -> None:
        """Judges a new password; `personal` are names and addresses that an attacker would try first.

        Raises:
            PasswordTooShort, PasswordTooLong, PasswordTooWeak: With the facts; nothing is cut or corrected.
        """
        length = len(_bytes(password))
        if len(password) < MIN_CHARACTERS:
            raise PasswordTooShort(length=len(password), minimum=MIN_CHARACTERS)
        if length > LIMIT_BYTES:
            raise PasswordTooLong(length=length, limit=LIMIT_BYTES, characters=len(password))
        score, reasons = await asyncio.to_thread(_judge, password, _words(personal))
        if score < NEEDED_SCORE:
            raise PasswordTooWeak(score=score, needed=NEEDED_SCORE, reasons=reasons)


def _bytes(password: str) -> bytes:
    # Half of a surrogate pair cannot be encoded, but can be sent.
    return password.encode("utf-8", "surrogatepass")


def _hash(password: bytes, rounds: int) -> str:
    return bcrypt.hashpw(password, bcrypt.gensalt(rounds)).decode()


def _words(personal: Iterable[str]) -> list[str]:
    """Whole and in parts: "Sana Iqbal" is three things to try."""
    found: dict[str, None] = {}
    for text in personal:
        parts = "".join(char if char.isalnum() else " " for char in text).split()
        found |= dict.fromkeys([text, "".join(parts), *parts])
    return [word for word in found if len(word) > 1]


def _judge(password: str, words: Sequence[str]) -> tuple[int, tuple[Reason, ...]]:
    with _ONE_AT_A_TIME:
        result = zxcvbn.zxcvbn(password, user_inputs=list(words))
    reasons = {reason for match in result["sequence"] if (reason := _reason(match)) is not None}
    return int(result["score"]), tuple(reason for reason in Reason if reason in reasons)


def _reason(match: Mapping[str, Any]) -> Reason | None:
    kind = match["pattern"]
    if kind == "dictionary":
        dictionaries = {
            "passwords": Reason.COMMON,
            "user_inputs": Reason.PERSONAL,
            "surnames": Reason.NAME,
            "male_names": Reason.NAME,
            "female_names": Reason.NAME,
        }
        return dictionaries.get(match["dictionary_name"], Reason.WORD)
    others = {
        "repeat": Reason.REPEAT,
        "sequence": Reason.SEQUENCE,
        "spatial": Reason.KEYBOARD,
        "regex": Reason.DATE,
        "date": Reason.DATE,
    }
    return others.get(kind)
