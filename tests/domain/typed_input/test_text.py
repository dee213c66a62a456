"""Typed text: what is kept of it, and how long it may be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors.texts import TextMissing, TextTooLong
from domain.typed_input.text import check_line, check_note, check_reason, check_text, check_title, visible


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


@given(st.text(max_size=300))
def test_a_note_is_storable_and_tidying_it_again_changes_nothing(typed: str) -> None:
    note = check_note(typed)
    if note is not None:
        note.encode()
        assert check_note(note) == note


def test_emoji_keep_their_joiners_and_nobody_sees_the_rest() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f"
    assert check_title(f"\ufeff{family}\u200b\u2066!\u2069") == f"{family}!"


def test_a_reason_has_a_limit_of_its_own() -> None:
    assert check_reason(" Late \n again ") == "Late \n again"
    with pytest.raises(TextTooLong) as refused:
        check_reason("x" * 1001)
    assert vars(refused.value) == {"field": "reason", "limit": 1000, "length": 1001}


def test_what_is_visible() -> None:
    assert visible("\ufeff a\u200bb\u00a0\u00a0c\u202e\td\u200d\ufe0f\n") == "ab c d"


@given(st.text())
def test_what_is_visible_stays_so(typed: str) -> None:
    assert visible(visible(typed)) == visible(typed)
