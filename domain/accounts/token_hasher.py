"""Secrets that are given out, and the keyed hashes that are kept in their place."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from re import compile as pattern
from typing import Final

from domain.typed_input.emails import bare_address

RANDOM_BYTES: Final = 27
"""Of an invite's token."""
_CHECK_BYTES: Final = 3
_INVITE: Final = pattern(r"[A-Za-z0-9_-]{40}")
"""30 bytes in base64: no padding, no unused bits, and within the 64 characters of a deep link's parameter."""


class TokenHasher:
    """HMAC-SHA256 in hex under one secret, with another purpose for each kind, so that no hash serves as another.

    Without the secret, a copy of the database lets nobody in and confirms nobody's address. With a new secret, all open
    invites are unknown ones, and failed log-ins are forgotten.

    Raises:
        ValueError: The secret is empty.
    """

    def __init__(self, secret: bytes) -> None:
        if not secret:
            raise ValueError("the secret that keys hashes is empty")
        self._secret = secret

    def __repr__(self) -> str:
        return "TokenHasher(…)"

    def new_invite_token(self) -> str:
        """216 random bits and a checksum: 40 characters of [A-Za-z0-9_-]."""
        return invite_token(secrets.token_bytes(RANDOM_BYTES))

    @staticmethod
    def is_whole(invite_token: str) -> bool:
        """Whether an invite's token has arrived as it was made; says nothing about whether there is such an invite."""
        if not _INVITE.fullmatch(invite_token):
            return False
        made = urlsafe_b64decode(invite_token)
        return hmac.compare_digest(_checksum(made[:RANDOM_BYTES]), made[RANDOM_BYTES:])

    def invite(self, token: str) -> str:
        return self._hash("invite", token)

    def new_session(self) -> str:
        """The hash of a session token that nobody gets: a chat proves itself by being that chat."""
        return self.session(secrets.token_urlsafe(32))

    def session(self, token: str) -> str:
        return self._hash("session", token)

    def email(self, email: str) -> str:
        """The same for every spelling of one address, whether anybody has it or not."""
        return self._hash("email", bare_address(email).lower())

    def _hash(self, purpose: str, text: str) -> str:
        message = f"{purpose}\0{text}".encode("utf-8", "surrogatepass")
        return hmac.new(self._secret, message, hashlib.sha256).hexdigest()


def invite_token(random: bytes) -> str:
    """The token that so many random bytes make."""
    return urlsafe_b64encode(random + _checksum(random)).decode()


def _checksum(random: bytes) -> bytes:
    """Against accidents, not against forgers: a forged token that passes is an unknown one."""
    return hashlib.sha256(random).digest()[:_CHECK_BYTES]
