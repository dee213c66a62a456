"""Bot tokens: their form, and what is wrong with one."""

from __future__ import annotations

import random
import re
import string

MAX_LENGTH = 80
MIN_SECRET = 24
SECRET_LETTERS = string.ascii_letters + string.digits + "_-"
SECRET = re.compile(rf"[A-Za-z0-9_-]{{{MIN_SECRET},}}\Z")


def new_token() -> str:
    return f"{random.randint(10**9, 8 * 10**9)}:{''.join(random.choices(SECRET_LETTERS, k=35))}"


def token_problem(token: str) -> str | None:
    """The 401's text for a token that no bot can have; None for a well-formed one."""
    number, colon, secret = token.partition(":")
    if not colon or token.startswith("0") or len(token) > MAX_LENGTH or not number.isascii() or not number.isdigit():
        return "Unauthorized: invalid token specified"
    return None if SECRET.match(secret) else "Unauthorized"
