"""Ports for servers that a test starts as processes, which cannot be handed a socket that listens already."""

from __future__ import annotations

import random
import socket
from contextlib import suppress
from itertools import count
from typing import Final

FIRST: Final = 20_000
HOW_MANY: Final = 12_000
"""Below those that Linux gives to outgoing connections, from 32768 on: one of these was taken by another test before
its server got to it."""
_numbers = count(random.SystemRandom().randrange(HOW_MANY))


def free_port() -> int:
    """A port on which nobody listens now, and which this process has not given before."""
    while True:
        port = FIRST + next(_numbers) % HOW_MANY
        with suppress(OSError), socket.socket() as tried:
            tried.bind(("127.0.0.1", port))
            return port
