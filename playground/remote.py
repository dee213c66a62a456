"""Files that a bot sends by their address."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import aiohttp

from playground.errors import bad_request
from playground.params import Upload

if TYPE_CHECKING:
    from playground.model import FileKind

DOCUMENT_TYPES = ("application/pdf", "application/zip", "image/gif")
TYPES: dict[FileKind, tuple[str, ...]] = {
    "photo": ("image/",),
    "document": DOCUMENT_TYPES,
    "voice": ("audio/",),
    "audio": ("audio/",),
    "video": ("video/",),
    "animation": ("image/gif", "video/"),
}
"""What an address must answer with, by what its file is sent as."""
MAX_BYTES: dict[FileKind, int] = {**dict.fromkeys(TYPES, 20 << 20), "photo": 5 << 20}
TIMEOUT = 10.0


async def fetch(address: str, kind: FileKind) -> Upload:
    """Downloads a file that is to be sent.

    Raises:
        ApiError: 400, the address, what it answers, or its type does not do.
    """
    url = address if "://" in address else f"http://{address}"
    try:
        parts = urlsplit(url)
        valid = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        valid = False
    if not valid:
        raise bad_request("wrong HTTP URL specified")
    limit = MAX_BYTES[kind]
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT)) as session,
            session.get(url) as answer,
        ):
            content = await answer.content.read(limit + 1)
            while len(content) <= limit and (more := await answer.content.read(limit + 1 - len(content))):
                content += more
            if not answer.ok or not content or len(content) > limit:
                raise bad_request("failed to get HTTP URL content")
            content_type = answer.content_type
    except (aiohttp.ClientError, TimeoutError, OSError):
        raise bad_request("failed to get HTTP URL content") from None
    if not content_type.startswith(TYPES[kind]):
        raise bad_request("wrong type of the web page content")
    return Upload(unquote(parts.path.rsplit("/", 1)[-1]) or "file", content_type, content)
