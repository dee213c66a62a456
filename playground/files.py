"""Files: their bytes on disk, their ids, and the ids' checks."""

from __future__ import annotations

import asyncio
import base64
import binascii
import mimetypes
import struct
import tempfile
import zlib
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

from playground.errors import bad_request
from playground.model import CLIP_KINDS, StoredFile

if TYPE_CHECKING:
    from playground.model import Bot, FileKind, Media

KINDS: tuple[FileKind, ...] = ("photo", "document", *CLIP_KINDS)
KIND_NAMES: dict[FileKind, str] = {
    "photo": "Photo", "document": "Document", "voice": "VoiceNote", "audio": "Audio", "video": "Video",
    "video_note": "VideoNote", "animation": "Animation", "sticker": "Sticker",
}  # fmt: skip
FOLDERS: dict[FileKind, str] = {
    "photo": "photos", "document": "documents", "voice": "voice", "audio": "music", "video": "videos",
    "video_note": "video_notes", "animation": "animations", "sticker": "stickers",
}  # fmt: skip
FILE_ID = struct.Struct(">BqQ")
UNIQUE_ID = struct.Struct(">BQ")
CHECKSUM = struct.Struct(">I")


class FileStore:
    """Keeps the newest files' bytes in a folder that goes away with the playground."""

    def __init__(self, kept_bytes: int) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="playground-", ignore_cleanup_errors=True)
        self._kept_bytes = kept_bytes
        self._total = 0
        self._files: OrderedDict[int, StoredFile] = OrderedDict()
        self._last_key = 0
        self.media: dict[int, Media] = {}
        """What a kept file is a part of, by its key: how a file_id is sent again."""

    async def put(self, content: bytes, kind: FileKind, file_name: str, mime_type: str = "") -> StoredFile:
        self._last_key += 1
        guessed = mime_type or mimetypes.guess_type(file_name)[0] or "application/octet-stream"
        stored = StoredFile(self._last_key, len(content), kind, file_name, guessed)
        await asyncio.to_thread(self.path(stored).write_bytes, content)
        self._files[stored.key] = stored
        self._total += stored.size
        while self._total > self._kept_bytes and len(self._files) > 1:
            _, oldest = self._files.popitem(last=False)
            self._total -= oldest.size
            self.media.pop(oldest.key, None)
            self.path(oldest).unlink(missing_ok=True)
        return stored

    def get(self, key: int) -> StoredFile | None:
        return self._files.get(key)

    def path(self, stored: StoredFile) -> Path:
        return Path(self._folder.name) / str(stored.key)

    def close(self) -> None:
        self._folder.cleanup()


def file_id(bot: Bot, stored: StoredFile) -> str:
    """An id that only this bot can use, as often as it likes."""
    packed = FILE_ID.pack(KINDS.index(stored.kind), bot.id, stored.key)
    return _encode(packed + CHECKSUM.pack(zlib.crc32(packed)))


def file_unique_id(stored: StoredFile) -> str:
    """The same for all bots; of no use for sending or downloading."""
    return _encode(UNIQUE_ID.pack(KINDS.index(stored.kind), stored.key))


def file_path(stored: StoredFile) -> str:
    """Where the file is downloaded: the folder of its kind, a number, its ending; the original name is lost."""
    return f"{FOLDERS[stored.kind]}/file_{stored.key}{Path(stored.file_name).suffix.lower()}"


def decode_file_id(bot: Bot, identifier: str) -> tuple[FileKind, int]:
    """The kind and key that an id stands for; of another bot's id the key is 0, which no file has.

    Raises:
        ApiError: 400, the id is mangled.
    """
    try:
        content = base64.urlsafe_b64decode(identifier + "=" * (-len(identifier) % 4))
        if not identifier.isascii() or _encode(content) != identifier:
            raise bad_request("wrong remote file identifier specified: Wrong character in the string")
    except (binascii.Error, ValueError):
        raise bad_request("wrong remote file identifier specified: Wrong character in the string") from None
    packed, checksum = content[: FILE_ID.size], content[FILE_ID.size :]
    if len(packed) != FILE_ID.size or checksum != CHECKSUM.pack(zlib.crc32(packed)):
        raise bad_request("wrong remote file identifier specified: can't unserialize it")
    kind, bot_id, key = FILE_ID.unpack(packed)
    return KINDS[kind], key if bot_id == bot.id else 0


def _encode(packed: bytes) -> str:
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()
