"""What a message brings along: a photo, a document, or what no order takes."""

from __future__ import annotations

from typing import Final

from telegram import Message
from telegram.ext import filters

from domain.files.naming import FileKind
from domain.orders.drafts import DraftFile

MB: Final = 1024 * 1024
DOWNLOAD_LIMIT_MB: Final = 20
"""What Telegram's own servers hand out to a bot (documented)."""
LOCAL_DOWNLOAD_LIMIT_MB: Final = 2000
"""What a Bot API server with `--local` does."""

# An animation comes with a `document` beside it, but cannot be sent again as one.
TAKEN: Final = filters.PHOTO | (filters.Document.ALL & ~filters.ANIMATION)


def file_of(message: Message) -> DraftFile | None:
    """None: nothing that `TAKEN` lets through."""
    if message.photo:
        photo = message.photo[-1]
        size = photo.file_size or 0
        return DraftFile(photo.file_id, photo.file_unique_id, "", "image/jpeg", size, FileKind.PHOTO)
    document = message.document
    if document is None or message.animation is not None:
        return None
    return DraftFile(
        document.file_id,
        document.file_unique_id,
        document.file_name or "",
        document.mime_type,
        document.file_size or 0,
        FileKind.DOCUMENT,
    )


def limit_mb(*, is_api_local: bool) -> int:
    return LOCAL_DOWNLOAD_LIMIT_MB if is_api_local else DOWNLOAD_LIMIT_MB
