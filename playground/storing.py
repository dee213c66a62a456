"""Photos, documents and clips, kept in the forms in which Telegram keeps them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from playground.clips import store_clip
from playground.model import ClipFacts, Document, Photo, PhotoSize
from playground.pictures import photo_sizes, thumbnail

if TYPE_CHECKING:
    from playground.model import FileKind, Media, StoredFile
    from playground.params import Upload
    from playground.world import World

NOTHING_SAID = ClipFacts()


async def store_media(
    world: World,
    kind: FileKind,
    upload: Upload,
    *,
    has_spoiler: bool = False,
    facts: ClipFacts = NOTHING_SAID,
    cover: Upload | None = None,
) -> Media:
    """Keeps a new photo in its sizes, a document as it is, a clip with what is said of it.

    Raises:
        ApiError: 400, a photo that cannot be read.
    """
    if kind == "photo":
        return await _store_photo(world, upload, has_spoiler=has_spoiler)
    if kind == "document":
        return await _store_document(world, upload)
    return await store_clip(world, kind, upload, facts, has_spoiler=has_spoiler, cover=cover)


async def _store_photo(world: World, upload: Upload, *, has_spoiler: bool) -> Photo:
    pictures = await asyncio.to_thread(photo_sizes, upload.content)
    sizes = [
        PhotoSize(await world.files.put(each.content, "photo", "photo.jpg", "image/jpeg"), each.width, each.height)
        for each in pictures
    ]
    photo = Photo(tuple(sizes), has_spoiler)
    for size in sizes:
        world.files.media[size.file.key] = photo
    return photo


async def _store_document(world: World, upload: Upload) -> Document:
    name = Path(upload.file_name.replace("\\", "/")).name
    if name in {"", ".."}:
        name = "file"
    declared = "" if upload.content_type == "application/octet-stream" else upload.content_type
    stored = await world.files.put(upload.content, "document", name, declared)
    document = Document(stored, await _thumbnail(world, stored, upload.content))
    world.files.media[stored.key] = document
    return document


async def _thumbnail(world: World, stored: StoredFile, content: bytes) -> PhotoSize | None:
    if not stored.mime_type.startswith("image/"):
        return None
    small = await asyncio.to_thread(thumbnail, content)
    if small is None:
        return None
    file = await world.files.put(small.content, "photo", "thumbnail.jpg", "image/jpeg")
    return PhotoSize(file, small.width, small.height)
