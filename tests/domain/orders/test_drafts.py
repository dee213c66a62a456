"""An order's draft."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors.orders import DraftIncomplete, TooManyFiles
from domain.errors.submissions import SubmissionsZero
from domain.files.naming import FileKind, kind_of, shown_name, stored_name
from domain.orders.drafts import (
    MAX_FILES,
    DraftFile,
    OrderDraft,
)
from tests.domain.orders.desk import DRAFT, draft_file

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
