"""The files of an order: as an album, and counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.screens.i18n import count
from bot.screens.screen import MediaItem, MediaKind, Screen
from domain.files.model import FileState
from domain.files.naming import FileKind

if TYPE_CHECKING:
    from domain.orders.cards import OrderFile
    from handlers.review.reading import Review


def media(files: Sequence[OrderFile]) -> tuple[MediaItem, ...]:
    """Files by what Telegram has of them, else by what we have."""
    items = []
    for file in files:
        kind: MediaKind = "photo" if file.kind is FileKind.PHOTO else "document"
        if file.telegram_file_id:
            items.append(MediaItem(kind, file_id=file.telegram_file_id))
        elif file.state is FileState.STORED:
            items.append(MediaItem(kind, storage_key=file.storage_key, file_name=file.original_name))
    return tuple(items)


def album(review: Review) -> Screen:
    return Screen(media=media(review.files), as_new=True)


def file_count(files: Sequence[OrderFile]) -> str:
    photos = sum(file.kind is FileKind.PHOTO for file in files)
    parts = []
    if photos:
        parts.append(count("{n} photo", "{n} photos", photos))
    if len(files) > photos:
        parts.append(count("{n} file", "{n} files", len(files) - photos))
    return ", ".join(parts)
