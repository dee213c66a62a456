"""What may be typed into an order's form."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInput
from domain.errors.orders import DraftIncomplete, TooManyFiles
from domain.errors.submissions import (
    ApprovedOutOfRange,
    InvalidSubmissions,
    SubmissionsExponent,
    SubmissionsNegative,
    SubmissionsNotANumber,
    SubmissionsNotWhole,
    SubmissionsTooMany,
    SubmissionsZero,
)
from domain.errors.texts import TextMissing, TextTooLong
from domain.files.naming import FileKind, kind_of, shown_name, stored_name
from domain.orders.drafts import (
    MAX_FILES,
    MAX_SUBMISSIONS,
    DraftFile,
    OrderDraft,
    check_line,
    check_note,
    check_text,
    check_title,
    parse_approved,
    parse_submissions,
)
from tests.domain.orders.desk import DRAFT, draft_file


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1", 1),
        ("300", 300),
        (" 300 \n", 300),
        ("+5", 5),
        ("1,500", 1500),
        ("1 500", 1500),
        ("1,00,000", 100_000),
        ("007", 7),
        ("٣٠٠", 300),
        ("۳۰۰", 300),
        ("١٬٥٠٠", 1500),
        ("\u200f۳۰۰\u200e", 300),
        ("100000", 100_000),
    ],
)
def test_a_number_of_submissions_in_any_hand(typed: str, number: int) -> None:
    assert parse_submissions(typed) == number


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("0", SubmissionsZero),
        ("-0", SubmissionsZero),
        ("٠", SubmissionsZero),
        ("-1", SubmissionsNegative),
        ("−1", SubmissionsNegative),
        ("- 3", SubmissionsNegative),
        ("-1.5", SubmissionsNegative),
        ("1.5", SubmissionsNotWhole),
        ("1.0", SubmissionsNotWhole),
        (".5", SubmissionsNotWhole),
        ("1,5", SubmissionsNotWhole),
        ("١٫٥", SubmissionsNotWhole),
        ("1e9", SubmissionsExponent),
        ("1E+9", SubmissionsExponent),
        ("2.5e3", SubmissionsExponent),
        ("ten", SubmissionsNotANumber),
        ("", SubmissionsNotANumber),
        (".", SubmissionsNotANumber),
        ("-", SubmissionsNotANumber),
        ("5 links", SubmissionsNotANumber),
        ("5-6", SubmissionsNotANumber),
        ("½", SubmissionsNotANumber),
        ("²", SubmissionsNotANumber),
        ("nan", SubmissionsNotANumber),
        ("inf", SubmissionsNotANumber),
        ("0x10", SubmissionsNotANumber),
        ("1_000", SubmissionsNotANumber),
        ("100001", SubmissionsTooMany),
        ("9" * 5000, SubmissionsTooMany),
    ],
)
def test_anything_else_is_refused_by_name(typed: str, kind: type[InvalidSubmissions]) -> None:
    with pytest.raises(InvalidSubmissions) as refused:
        parse_submissions(typed)

    assert type(refused.value) is kind
    assert refused.value.typed == typed


@given(st.text())
def test_a_number_comes_back_or_a_refusal_does(typed: str) -> None:
    with suppress(InvalidInput):
        assert 1 <= parse_submissions(typed) <= MAX_SUBMISSIONS


@given(st.integers(1, MAX_SUBMISSIONS))
def test_every_number_in_range_is_read_as_it_is_written(number: int) -> None:
    assert parse_submissions(str(number)) == number
    assert parse_submissions(f"{number:,}") == number
    assert parse_submissions(str(number).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))) == number


def test_approved_is_from_one_to_all() -> None:
    assert [parse_approved(typed, 3) for typed in "123"] == [1, 2, 3]
    with pytest.raises(ApprovedOutOfRange) as refused:
        parse_approved("4", 3)
    assert refused.value.total == 3


def test_a_title_is_one_line_of_up_to_255_characters() -> None:
    assert check_title("  Backlinks \n for\tAce ") == "Backlinks for Ace"
    assert check_title("ی" * 255) == "ی" * 255
    with pytest.raises(TextTooLong) as refused:
        check_title("ی" * 256)
    assert vars(refused.value) == {"field": "title", "limit": 255, "length": 256}


@pytest.mark.parametrize("typed", ["", "   ", "\u200b\u200d", "\u202e", "\x00", "\ud800", "\n\n"])
def test_a_title_of_nothing_that_can_be_read_is_missing(typed: str) -> None:
    with pytest.raises(TextMissing):
        check_title(typed)


def test_what_the_database_or_the_reader_would_choke_on_is_left_out() -> None:
    assert check_title("a\x00b\ud800c\u202ed") == "abcd"
    assert check_title("می\u200cخواہم") == "می\u200cخواہم"  # the joiner is spelling
    assert check_note("one\r\n\r\ntwo\x07 ") == "one\n\ntwo"
    assert check_line(" ", field="folder_name") is None
    assert check_note(None) is None
    with pytest.raises(TextMissing):
        check_text(None, field="reason")
    with pytest.raises(TextTooLong):
        check_text("x" * 4001, field="reason")


@given(st.text(max_size=300))
def test_a_line_is_storable_and_tidying_it_again_changes_nothing(typed: str) -> None:
    try:
        line = check_line(typed, field="title")
    except TextTooLong:
        return
    if line is not None:
        line.encode()
        assert "\x00" not in line
        assert "\n" not in line
        assert check_line(line, field="title") == line


# Drafts

words = st.none() | st.text(min_size=1, max_size=50)
files = st.builds(
    DraftFile,
    st.text(min_size=1),
    st.text(min_size=1),
    st.text(),
    st.none() | st.text(min_size=1),
    st.integers(0, 10**12),
    st.sampled_from(FileKind),
)
drafts = st.builds(OrderDraft, words, st.none() | st.integers(), words, words, words, words, st.lists(files).map(tuple))


@given(drafts)
def test_a_draft_survives_the_database(draft: OrderDraft) -> None:
    assert OrderDraft.from_json(json.loads(json.dumps(draft.to_json()))) == draft


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from([*DRAFT.to_json(), "from_the_future"]), json_values))
def test_a_draft_of_another_version_is_read_as_far_as_it_goes(data: dict[str, object]) -> None:
    draft = OrderDraft.from_json(data)

    assert OrderDraft.from_json(draft.to_json()) == draft


def test_an_older_draft_lacks_what_was_added_since() -> None:
    old = {"title": "Ace", "total": 3, "files": [{"telegram_file_id": "abc"}, {"size": 3}, "abc"]}

    draft = OrderDraft.from_json(old)

    assert draft.title == "Ace"
    assert draft.missing == ("category", "total_submissions")
    assert draft.files == (DraftFile("abc", "abc", "", None, 0, FileKind.DOCUMENT),)
    with pytest.raises(DraftIncomplete) as refused:
        draft.checked()
    assert vars(refused.value) == {"missing": ("category", "total_submissions")}


def test_the_same_file_twice_is_one_file() -> None:
    draft = DRAFT.with_file(draft_file("a.pdf")).with_file(draft_file("b.pdf")).with_file(draft_file("a.pdf"))

    assert [file.original_name for file in draft.files] == ["a.pdf", "b.pdf"]


def test_files_have_a_limit() -> None:
    draft = DRAFT
    for number in range(MAX_FILES):
        draft = draft.with_file(draft_file(f"{number}.pdf"))
    assert draft.with_file(draft_file("0.pdf")) is draft
    with pytest.raises(TooManyFiles):
        draft.with_file(draft_file("one more.pdf"))
    with pytest.raises(TooManyFiles):
        replace(draft, files=(*draft.files, draft_file("one more.pdf"))).checked()


def test_a_draft_is_checked_again_when_it_is_submitted() -> None:
    checked = replace(DRAFT, title="  Ace \n ", business_name=" ", note="x ").checked()

    assert (checked.title, checked.business_name, checked.note) == ("Ace", None, "x")
    with pytest.raises(SubmissionsZero):
        replace(DRAFT, total_submissions=0).checked()


# Names


@given(st.uuids(), st.text(), st.sampled_from(FileKind))
def test_a_stored_name_holds_nothing_of_the_path_that_a_device_sent(file_id: object, name: str, kind: FileKind) -> None:
    stored = stored_name(file_id, name, kind)  # type: ignore[arg-type]

    assert kind_of(stored) is kind
    assert set(stored) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-")
    assert ".." not in stored


def test_names_to_show() -> None:
    assert shown_name("../../etc/passwd", FileKind.DOCUMENT, 0) == "../../etc/passwd"
    assert shown_name("", FileKind.PHOTO, 1) == "photo 2.jpg"
    assert shown_name("\x00\n", FileKind.DOCUMENT, 0) == "file 1"
    long = shown_name("x" * 400 + ".pdf", FileKind.DOCUMENT, 0)
    assert len(long) == 255
    assert long.endswith(".pdf")
