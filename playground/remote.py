"""Files that a bot sends by their address."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import aiohttp

from playground.errors import bad_request
from playground.params import Upload

if TYPE_CHECKING:
    from playground.files import FileKind

MAX_BYTES = {"photo": 5 << 20, "document": 20 << 20}
DOCUMENT_TYPES = frozenset({"application/pdf", "application/zip", "image/gif"})
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
    if not (content_type.startswith("image/") if kind == "photo" else content_type in DOCUMENT_TYPES):
        raise bad_request("wrong type of the web page content")
    return Upload(unquote(parts.path.rsplit("/", 1)[-1]) or "file", content_type, content)
