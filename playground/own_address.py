"""Whether a request was meant for this server.

A page of another site may have its own name lead to 127.0.0.1 after it was loaded (DNS rebinding). Its requests then
come here as from the same origin; only their Host header still tells.
"""

from __future__ import annotations

import re
from collections.abc import Collection

HOST = re.compile(r"(\[[0-9a-f:.]+\]|[^:\[\]/@]+)(?::([0-9]{1,5}))?")
THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "[::1]"})
HTTP_PORT = 80


def is_own_address(host: str, server: tuple[str, int | None], names: Collection[str] = ()) -> bool:
    """Whether a Host header names this machine, the address on which the request came in, or one of `names`."""
    found = HOST.fullmatch(host.lower())
    if found is None:
        return False
    address, port = server
    if int(found[2] or HTTP_PORT) != (port or HTTP_PORT):
        return False
    return found[1] in THIS_MACHINE or found[1] in {_written(each) for each in (address, *names)}


def _written(address: str) -> str:
    """An address as it stands in a Host header."""
    return f"[{address}]".lower() if ":" in address else address.lower()
