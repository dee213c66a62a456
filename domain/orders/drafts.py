"""An order while it is being typed, and what may be typed into each of its fields.

The functions take what a person typed and return what is stored, or raise an `InvalidInput` that says what is wrong.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from re import IGNORECASE
from re import compile as pattern
from typing import Any, Final, Self

from domain.errors.orders import DraftIncomplete, TooManyFiles
from domain.errors.submissions import (
    ApprovedOutOfRange,
    SubmissionsExponent,
    SubmissionsNegative,
    SubmissionsNotANumber,
    SubmissionsNotWhole,
    SubmissionsTooMany,
    SubmissionsZero,
)
from domain.errors.texts import TextMissing, TextTooLong
from domain.files.naming import FileKind

LINE_LIMIT: Final = 255
"""Characters of a title, a business, a folder: the columns' width."""
TEXT_LIMIT: Final = 4000
"""Characters of a note, a reason, a comment: about one Telegram message."""
MAX_SUBMISSIONS: Final = 100_000
MAX_FILES: Final = 30
MAX_PICTURES: Final = 10
"""With the reason of a decision: one album."""

_GROUPED: Final = r"\d+|\d{1,3}(?:(?:,\d{3})+|(?: \d{3})+|(?:'\d{3})+)|\d{1,2}(?:,\d{2})*,\d{3}"
"""Plain, in thousands, or in lakhs: as amounts of money are typed."""
_WHOLE: Final = pattern(rf"(?P<sign>[+-]?) ?(?P<digits>{_GROUPED})")
_FRACTION: Final = pattern(rf"(?P<sign>[+-]?) ?(?:(?:{_GROUPED})?\.\d*|\d+,\d{{1,2}})")
_EXPONENT: Final = pattern(r"[+-]?(?:\d+\.?\d*|\.\d+)e[+-]?\d+", IGNORECASE)
_LONGEST_NUMBER: Final = 40
_SAME_AS: Final = str.maketrans(
    {
        "٫": ".",  # Arabic decimal separator
        "٬": ",",  # Arabic thousands separator
        "،": ",",  # Arabic comma, which Urdu keyboards type in its place
        "−": "-",  # minus sign
        "\u2019": "'",
        **dict.fromkeys("\u00a0\u2007\u2009\u202f\t", " "),
    }
)
_DIRECTIONS: Final = dict.fromkeys(map(ord, "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
"""Marks that come along with pasted text. Some reach beyond it, and would turn round the line that it is shown in."""


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
            total_submissions=check_submissions(self.total_submissions),
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


def parse_submissions(text: str) -> int:
    """The number of submissions that a person typed, in any script's digits: "300", "1,500", "٣٠٠", "۳۰۰".

    Raises:
        SubmissionsNotANumber, SubmissionsNotWhole, SubmissionsExponent, SubmissionsZero, SubmissionsNegative,
        SubmissionsTooMany: As they say.
    """
    typed = text.translate(_SAME_AS).translate(_DIRECTIONS).strip()
    if _EXPONENT.fullmatch(typed):
        raise SubmissionsExponent(typed=text)
    if (fraction := _FRACTION.fullmatch(typed)) and any(map(str.isdecimal, typed)):
        raise SubmissionsNegative(typed=text) if fraction["sign"] == "-" else SubmissionsNotWhole(typed=text)
    match = _WHOLE.fullmatch(typed)
    if match is None:
        raise SubmissionsNotANumber(typed=text)
    if len(typed) > _LONGEST_NUMBER:
        raise SubmissionsTooMany(typed=text, limit=MAX_SUBMISSIONS)
    number = int("".join(filter(str.isdecimal, match["digits"])))
    return check_submissions(-number if match["sign"] == "-" else number, typed=text)


def check_submissions(number: int, *, typed: str | None = None) -> int:
    """A whole number from 1 to `MAX_SUBMISSIONS`.

    Raises:
        SubmissionsZero, SubmissionsNegative, SubmissionsTooMany: It is not.
    """
    shown = str(number) if typed is None else typed
    if number == 0:
        raise SubmissionsZero(typed=shown)
    if number < 0:
        raise SubmissionsNegative(typed=shown)
    if number > MAX_SUBMISSIONS:
        raise SubmissionsTooMany(typed=shown, limit=MAX_SUBMISSIONS)
    return number


def parse_approved(text: str, total: int) -> int:
    """How many of `total` submissions are approved, as an admin typed it.

    Raises:
        InvalidSubmissions: As for `parse_submissions`.
        ApprovedOutOfRange: More than there are.
    """
    return check_approved(parse_submissions(text), total)


def check_approved(approved: int, total: int) -> int:
    """Raises:
    ApprovedOutOfRange: Not 1 to `total`.
    """
    if not 1 <= approved <= total:
        raise ApprovedOutOfRange(total=total)
    return approved


def check_title(text: str, *, field: str = "title") -> str:
    """One line of 1 to `LINE_LIMIT` characters.

    Raises:
        TextMissing, TextTooLong: It is not.
    """
    line = check_line(text, field=field)
    if line is None:
        raise TextMissing(field=field)
    return line


def check_line(text: str | None, *, field: str) -> str | None:
    """One line of at most `LINE_LIMIT` characters, its white space tidied; None: nothing.

    Raises:
        TextTooLong: It is longer.
    """
    return _limited(" ".join(_readable(text or "").split()), LINE_LIMIT, field)


def check_note(text: str | None) -> str | None:
    """A text of at most `TEXT_LIMIT` characters; None: nothing.

    Raises:
        TextTooLong: It is longer.
    """
    return _limited(_readable(text or "").strip(), TEXT_LIMIT, "note")


def check_text(text: str | None, *, field: str) -> str:
    """A text of 1 to `TEXT_LIMIT` characters: a reason, a comment.

    Raises:
        TextMissing, TextTooLong: It is not.
    """
    kept = _limited(_readable(text or "").strip(), TEXT_LIMIT, field)
    if kept is None:
        raise TextMissing(field=field)
    return kept


def _limited(text: str, limit: int, name: str) -> str | None:
    if len(text) > limit:
        raise TextTooLong(field=name, limit=limit, length=len(text))
    # Joiners and other characters that only shape their neighbours are no text by themselves.
    return text if any(unicodedata.category(char)[0] not in "CZ" for char in text) else None


def _readable(text: str) -> str:
    """Without what the database refuses (NUL, halves of surrogate pairs), controls and direction marks."""
    plain = text.translate(_DIRECTIONS).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in plain if char in "\n\t" or unicodedata.category(char) not in {"Cc", "Cs"})


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
