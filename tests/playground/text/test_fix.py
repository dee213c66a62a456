"""What is done to a text before it is stored: the parts that TDLib shows only with a login, and properties of all."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.text import Entity, FormattedText, TextError, fix_formatted_text
from playground.text.nesting import sort_entities
from playground.text.utf16 import Utf16Index
from tests.playground.text import strategies


def entities(*shorthands: str) -> tuple[Entity, ...]:
    """Entities from `type:offset+length`."""
    found = []
    for shorthand in shorthands:
        kind, _, place = shorthand.partition(":")
        offset, _, length = place.partition("+")
        url = "http://a.b/" if kind == "text_link" else None
        found.append(Entity(kind, int(offset), int(length), url=url))
    return tuple(found)


def fixed(text: str, *shorthands: str, allow_empty: bool = False) -> tuple[str, list[str]]:
    """The fixed text, and its entities as `type:offset+length`."""
    result = fix_formatted_text(FormattedText(text, entities(*shorthands)), allow_empty=allow_empty)
    return result.text, [f"{entity.type}:{entity.offset}+{entity.length}" for entity in result.entities]


@pytest.mark.parametrize(
    ("given_text", "stored"),
    [
        ("plain", "plain"),
        ("  both ends \n\n", "both ends"),
        (" \n mixed \n ", "mixed"),
        ("inner  \n\n  spaces stay", "inner  \n\n  spaces stay"),
        ("\ttab\tis\ta\0space\x1f", "tab is a space"),
        ("\x0b\x0ca", "a"),
        ("a\r\nb\rc", "a\nbc"),
        ("\r \r\n a", "a"),
        ("a\u2028b\u2029c\u202ad\u202ee\u2027", "abcde\u2027"),
        ("a\u0333b\u033fc\u030ad\u0301", "abcd\u0301"),
        ("a\u200e\u200f\u200eb", "a\u200c\u200c\u200eb"),
        ("a\u200eb\u200f", "a\u200eb\u200f"),
        ("\u200e\r\u200fa", "\u200c\u200fa"),
        ("\u00a0nbsp stays\u00a0", "\u00a0nbsp stays\u00a0"),
        ("\u200bzero width stays", "\u200bzero width stays"),
        (" سلام 😀 ", "سلام 😀"),
        ("\x7f", "\x7f"),
    ],
)
def test_text_is_cleaned_and_trimmed(given_text: str, stored: str) -> None:
    assert fix_formatted_text(FormattedText(given_text)) == FormattedText(stored)


EMPTY = [
    "",
    " ",
    "\n\n",
    "\t\r\n",
    "\u2028",
    "\u200b",
    "\u00a0",
    "\u2800 \u3000",
    "\ufeff\u200d\u200e",
    "\U000e0041",
    "\ufffc",
]


@pytest.mark.parametrize("text", EMPTY)
def test_text_that_shows_nothing_is_refused(text: str) -> None:
    with pytest.raises(TextError, match=r"^text must be non-empty$"):
        fix_formatted_text(FormattedText(text))


@pytest.mark.parametrize(
    ("text", "stored"), [("", ""), (" \n", ""), ("\r", ""), ("\u200b", "\u200b"), (" \u00a0 ", "\u00a0")]
)
def test_caption_may_show_nothing(text: str, stored: str) -> None:
    assert fix_formatted_text(FormattedText(text), allow_empty=True) == FormattedText(stored)


def test_caption_that_shows_nothing_has_no_entities() -> None:
    assert fixed(" \n ", "bold:0+3", allow_empty=True) == ("", [])


@pytest.mark.parametrize(
    ("text", "shorthands", "stored", "shown"),
    [
        # Trimming: not into the first entity at the beginning, but into the last at the end.
        ("  a b", ["bold:2+1"], "a b", ["bold:0+1"]),
        ("  a b", ["bold:1+2"], " a b", ["bold:0+2"]),
        ("  a b", ["bold:0+5"], "  a b", ["bold:0+5"]),
        ("a b  ", ["bold:2+3"], "a b", ["bold:2+1"]),
        ("a b  ", ["bold:0+1", "italic:3+2"], "a b", ["bold:0+1"]),
        ("a 😀  ", ["bold:2+4"], "a 😀", ["bold:2+2"]),
        ("  \n", ["bold:0+3"], None, None),
        # An end that is cut off makes two entities equally long, so that their types put them in order.
        ("ab ", ["italic:0+3", "bold:0+3"], "ab", ["bold:0+2", "italic:0+2"]),
        # Cleaning moves entities.
        ("a\rb\rc", ["bold:2+3"], "abc", ["bold:1+2"]),
        ("a\rb", ["bold:1+1"], "ab", []),
        ("a\rb", ["bold:0+1", "bold:2+1"], "ab", ["bold:0+2"]),
        ("😀\u2028😀", ["bold:0+5", "italic:3+2"], "😀😀", ["bold:0+2", "bold:2+2", "italic:2+2"]),
        # Neighbours and overlaps.
        ("abcd", ["bold:2+2", "bold:0+2"], "abcd", ["bold:0+4"]),
        ("abcd", ["bold:0+3", "bold:1+3"], "abcd", ["bold:0+4"]),
        ("abcd", ["bold:0+3", "italic:1+3"], "abcd", ["bold:0+1", "italic:1+3", "bold:1+2"]),
        ("abcd", ["code:0+2", "code:2+2"], "abcd", ["code:0+2", "code:2+2"]),
        ("abcd", ["code:0+3", "code:1+3"], "abcd", ["code:0+3"]),
        ("abcd", ["bold:0+4", "code:1+2"], "abcd", ["bold:0+1", "code:1+2", "bold:3+1"]),
        ("abcd", ["bold:1+2", "code:0+4"], "abcd", ["code:0+4"]),
        ("abcd", ["bold:0+4", "text_link:1+2"], "abcd", ["bold:0+1", "text_link:1+2", "bold:1+2", "bold:3+1"]),
        ("abcd", ["pre:0+4", "text_link:0+4", "code:0+4"], "abcd", ["pre:0+4"]),
        ("abcd", ["blockquote:0+4", "expandable_blockquote:1+2"], "abcd", ["blockquote:0+4"]),
        (
            "abcd",
            ["blockquote:0+3", "code:1+1", "bold:2+2"],
            "abcd",
            ["blockquote:0+3", "code:1+1", "bold:2+1", "bold:3+1"],
        ),
        ("abcd", ["blockquote:0+3", "code:2+2"], "abcd", ["blockquote:0+3"]),
        ("abcd", ["text_link:0+4", "blockquote:1+2"], "abcd", ["blockquote:1+2"]),
        ("abcd", ["bold:0+0", "italic:1+2"], "abcd", ["italic:1+2"]),
        # What is detected yields to what is solid, and is itself solid to styles.
        ("see a.com now", [], "see a.com now", ["url:4+5"]),
        ("see a.com now", ["code:0+13"], "see a.com now", ["code:0+13"]),
        ("see a.com now", ["code:8+2"], "see a.com now", ["code:8+2"]),
        ("see a.com now", ["text_link:0+5"], "see a.com now", ["text_link:0+5"]),
        ("see a.com now", ["text_link:0+4"], "see a.com now", ["text_link:0+4", "url:4+5"]),
        ("see a.com now", ["bold:0+13"], "see a.com now", ["bold:0+4", "url:4+5", "bold:4+5", "bold:9+4"]),
        ("see a.com now", ["blockquote:0+13"], "see a.com now", ["blockquote:0+13", "url:4+5"]),
        ("see a.com now", ["blockquote:4+5"], "see a.com now", ["blockquote:4+5", "url:4+5"]),
        ("see a.com now", ["blockquote:5+3"], "see a.com now", ["blockquote:5+3"]),
        ("see a.com now", ["blockquote:0+6"], "see a.com now", ["blockquote:0+6"]),
        ("/start@bot #tag", ["italic:11+4"], "/start@bot #tag", ["bot_command:0+10", "hashtag:11+4", "italic:11+4"]),
        ("  /start ", [], "/start", ["bot_command:0+6"]),
        ("😀 a.com", [], "😀 a.com", ["url:3+5"]),
        # Found in what cleaning leaves.
        ("a.c\rom", [], "a.com", ["url:0+5"]),
        # A bank card is hidden, but takes its place.
        ("4111111111111111", [], "4111111111111111", []),
        ("x 4111111111111111", ["bold:0+18"], "x 4111111111111111", ["bold:0+2", "bold:2+16"]),
    ],
)
def test_entities_are_fixed(text: str, shorthands: list[str], stored: str | None, shown: list[str] | None) -> None:
    if stored is None:
        with pytest.raises(TextError, match=r"^text must be non-empty$"):
            fixed(text, *shorthands)
    else:
        assert fixed(text, *shorthands) == (stored, shown)


@pytest.mark.parametrize(
    ("text", "shorthands", "error"),
    [
        ("abc", ["bold:-1+1"], "receive an entity with incorrect offset -1"),
        ("abc", ["bold:1000001+1"], "receive an entity with incorrect offset 1000001"),
        ("abc", ["bold:0+-1"], "receive an entity with incorrect length -1"),
        ("abc", ["bold:0+1000001"], "receive an entity with incorrect length 1000001"),
        ("abc", ["bold:4+1"], "entity begins after the end of the text at UTF-16 offset 4"),
        ("abc", ["bold:0+4"], "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 4"),
        ("abc", ["bold:3+1"], "entity beginning at UTF-16 offset 3 ends after the end of the text at UTF-16 offset 4"),
        ("é😀b", ["bold:2+1"], "entity begins in a middle of a UTF-16 symbol at byte offset 6"),
        (
            "é😀b",
            ["bold:0+2"],
            "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol at byte offset 6",
        ),
        ("\ud83d", [], "strings must be encoded in UTF-8"),
    ],
)
def test_entities_that_do_not_fit_are_refused(text: str, shorthands: list[str], error: str) -> None:
    with pytest.raises(TextError) as refused:
        fixed(text, *shorthands)
    assert str(refused.value) == error


def test_trimming_and_detection_can_be_left_out() -> None:
    text = FormattedText(" a.com ")
    assert fix_formatted_text(text, skip_trim=True) == FormattedText(" a.com ", (Entity("url", 1, 5),))
    assert fix_formatted_text(text, detect=False) == FormattedText("a.com")


@settings(max_examples=500, derandomize=True, deadline=None, database=None)
@given(strategies.fitting_texts, st.booleans())
def test_fixing_once_is_enough(text: FormattedText, skip_trim: bool) -> None:
    once = fix_formatted_text(text, allow_empty=True, skip_trim=skip_trim)
    assert fix_formatted_text(once, allow_empty=True, detect=False, skip_trim=True).text == once.text
    given_again = tuple(entity for entity in once.entities if entity.type not in _DETECTED)
    assert fix_formatted_text(FormattedText(once.text, given_again), allow_empty=True, skip_trim=skip_trim) == once


_DETECTED = {"mention", "hashtag", "cashtag", "bot_command", "url", "email"}
_QUOTES = {"blockquote", "expandable_blockquote"}
_STYLES = {"bold", "italic", "underline", "strikethrough", "spoiler"}


@settings(max_examples=500, derandomize=True, deadline=None, database=None)
@given(strategies.fitting_texts)
def test_stored_entities_are_sound(text: FormattedText) -> None:
    stored = fix_formatted_text(text, allow_empty=True)
    index = Utf16Index(stored.text)
    assert stored.entities == sort_entities(stored.entities)
    solid_end = quote_end = 0
    for entity in stored.entities:
        end = entity.offset + entity.length
        assert 0 <= entity.offset < end <= index.length
        assert not index.is_inside_character(entity.offset)
        assert not index.is_inside_character(end)
        if entity.type in _QUOTES:
            assert entity.offset >= quote_end
            quote_end = end
        elif entity.type not in _STYLES:
            assert entity.offset >= solid_end
            assert entity.offset >= quote_end or end <= quote_end
            solid_end = end


@settings(max_examples=500, derandomize=True, deadline=None, database=None)
@given(strategies.fitting_texts)
def test_every_character_keeps_its_styles(text: FormattedText) -> None:
    """Whatever is split and merged: a character that was bold stays bold, except in code."""
    stored = fix_formatted_text(text, allow_empty=True, skip_trim=True, detect=False)
    if stored.text != text.text:
        return
    covered = {
        unit
        for entity in stored.entities
        if entity.type in {"pre", "code", "date_time"}
        for unit in range(entity.offset, entity.offset + entity.length)
    }
    for style in _STYLES:
        assert _units(stored, style) == _units(text, style) - covered


def _units(text: FormattedText, style: str) -> set[int]:
    return {
        unit
        for entity in text.entities
        if entity.type == style
        for unit in range(entity.offset, entity.offset + entity.length)
    }
