"""What a file is called in the storage: made of ids, never of what a person's device called it."""

from enum import StrEnum
from pathlib import PurePosixPath
from re import compile as pattern
from typing import Final
from uuid import UUID

_SUFFIX: Final = pattern(r"\.[a-z0-9]{1,8}")
_PHOTO: Final = "photo-"
NAME_LIMIT: Final = 255
"""The column's width, in characters."""


class FileKind(StrEnum):
    """How it was sent. Telegram takes back a `file_id` only as the same kind."""

    PHOTO = "photo"
    DOCUMENT = "document"


def stored_name(file_id: UUID, original_name: str, kind: FileKind) -> str:
    """`photo-<id>.jpg`, `<id>.pdf`: the suffix helps whoever looks into the folder, the prefix is for `kind_of`."""
    suffix = PurePosixPath(original_name.rpartition("/")[2]).suffix.lower()
    kept = suffix if _SUFFIX.fullmatch(suffix) else ""
    return f"{_PHOTO}{file_id}.jpg" if kind is FileKind.PHOTO else f"{file_id}{kept}"


def kind_of(name: str) -> FileKind:
    """How the file was sent; one from elsewhere counts as a document."""
    return FileKind.PHOTO if name.startswith(_PHOTO) else FileKind.DOCUMENT


def shown_name(original_name: str, kind: FileKind, position: int) -> str:
    """A file's own name, shortened in the middle where it is too long for the column. Photos have none: a number."""
    name = "".join(char for char in original_name if char.isprintable()).strip()
    if not name:
        return f"photo {position + 1}.jpg" if kind is FileKind.PHOTO else f"file {position + 1}"
    if len(name) <= NAME_LIMIT:
        return name
    end = name[-(NAME_LIMIT // 3) :]
    return name[: NAME_LIMIT - len(end) - 1] + "…" + end
