"""An order while it is being typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, Self

from domain.errors.orders import DraftIncomplete, TooManyFiles
from domain.files.naming import FileKind
from domain.typed_input.numbers import check_count
from domain.typed_input.text import check_line, check_note, check_title

MAX_FILES: Final = 30
MAX_PICTURES: Final = 10
"""With the reason of a decision: one album."""


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A file that Telegram has and we do not yet."""

    telegram_file_id: str
    telegram_file_unique_id: str
    original_name: str
    """As the person's device called it; empty for photos, which have no name."""
    mime_type: str | None
    size: int
    """Bytes; 0 where Telegram does not say."""
    kind: FileKind

    @classmethod
    def from_json(cls, data: object) -> Self | None:
        """None: not a file that this version of the program can use."""
        if not isinstance(data, Mapping):
            return None
        file_id = _text(data.get("telegram_file_id"))
        if not file_id:
            return None
        kind = data.get("kind")
        return cls(
            telegram_file_id=file_id,
            telegram_file_unique_id=_text(data.get("telegram_file_unique_id")) or file_id,
            original_name=_text(data.get("original_name")) or "",
            mime_type=_text(data.get("mime_type")),
            size=max(_number(data.get("size")) or 0, 0),
            kind=FileKind.PHOTO if kind == FileKind.PHOTO else FileKind.DOCUMENT,
        )


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """Filled in step by step with `dataclasses.replace` and `with_file`; what is empty was skipped or is to come."""

    category: str | None = None
    total_submissions: int | None = None
    title: str | None = None
    business_name: str | None = None
    folder_name: str | None = None
    note: str | None = None
    files: tuple[DraftFile, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"files": [asdict(file) | {"kind": file.kind.value} for file in self.files]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Reads what any version of the program wrote: what it does not know or cannot use is left empty."""
        listed = data.get("files")
        files = (DraftFile.from_json(each) for each in listed) if isinstance(listed, list | tuple) else ()
        return cls(
            total_submissions=_number(data.get("total_submissions")),
            files=tuple(file for file in files if file is not None),
            **{name: _text(data.get(name)) for name in ("category", "title", "business_name", "folder_name", "note")},
        )

    def with_file(self, file: DraftFile) -> Self:
        """With one more file; the same file again changes nothing.

        Raises:
            TooManyFiles: There are `MAX_FILES` already.
        """
        if any(each.telegram_file_unique_id == file.telegram_file_unique_id for each in self.files):
            return self
        if len(self.files) >= MAX_FILES:
            raise TooManyFiles(limit=MAX_FILES)
        return replace(self, files=(*self.files, file))

    @property
    def missing(self) -> tuple[str, ...]:
        """The fields without which it cannot be submitted and that are empty, in the order of asking."""
        return tuple(name for name in ("category", "total_submissions", "title") if getattr(self, name) is None)

    def checked(self) -> CompleteDraft:
        """Every field held to its rule once more: a draft may be older than the program.

        Raises:
            DraftIncomplete, TextMissing, TextTooLong, SubmissionsZero, SubmissionsNegative, SubmissionsTooMany,
            TooManyFiles: As they say. Whether the category exists, the service knows.
        """
        if self.category is None or self.total_submissions is None or self.title is None:
            raise DraftIncomplete(missing=self.missing)
        if len(self.files) > MAX_FILES:
            raise TooManyFiles(limit=MAX_FILES)
        return CompleteDraft(
            category=check_title(self.category, field="category"),
            total_submissions=check_count(self.total_submissions),
            title=check_title(self.title),
            business_name=check_line(self.business_name, field="business_name"),
            folder_name=check_line(self.folder_name, field="folder_name"),
            note=check_note(self.note),
            files=self.files,
        )


@dataclass(frozen=True, slots=True)
class CompleteDraft:
    """A draft that can be stored as it is."""

    category: str
    total_submissions: int
    title: str
    business_name: str | None
    folder_name: str | None
    note: str | None
    files: tuple[DraftFile, ...]


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
