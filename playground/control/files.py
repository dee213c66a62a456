"""Files: those that were sent, and the samples that a phone may send."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from playground.control.reading import Body, NotFoundError
from playground.samples import SAMPLES
from playground.world import World

SAFE_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain")
"""Shown in the browser as they are; anything else is only ever downloaded, so that a document cannot run as a page."""


async def samples(_: Request, __: World) -> list[Body]:
    return SAMPLES


async def content(request: Request, world: World) -> Response:
    stored = world.files.get(request.path_params["key"])
    if stored is None:
        raise NotFoundError("This file is no longer kept.")
    is_safe = stored.mime_type in SAFE_TYPES
    return FileResponse(
        world.files.path(stored),
        media_type=stored.mime_type if is_safe else "application/octet-stream",
        filename=stored.file_name,
        content_disposition_type="inline" if is_safe and "download" not in request.query_params else "attachment",
        headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "private, max-age=3600"},
    )
