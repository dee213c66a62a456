"""The whole way of a text: parse mode or given entities, then what is stored."""

from __future__ import annotations

import pytest

from playground.text import Entity, FormattedText, TextError, format_text
from playground.text.utf16 import Utf16Index, utf16_length

BOLD = {"type": "bold", "offset": 0, "length": 1}


@pytest.mark.parametrize(
    ("parse_mode", "text"),
    [
        ("HTML", "<b>a</b>"),
        ("html", "<b>a</b>"),
        ("Markdown", "*a*"),
        ("MARKDOWN", "*a*"),
        ("MarkdownV2", "*a*"),
        ("markdownv2", "*a*"),
        ("", "a"),
        ("None", "a"),
    ],
)
def test_parse_mode_is_read_in_any_case(parse_mode: str, text: str) -> None:
    expected = FormattedText("a", (Entity("bold", 0, 1),))
    assert format_text(text, parse_mode, [BOLD], allow_empty=False) == expected


def test_given_entities_count_without_a_parse_mode_only() -> None:
    assert format_text("<i>a</i>", "HTML", [{"nonsense": True}], allow_empty=False).entities == (
        Entity("italic", 0, 1),
    )
    assert format_text("<i>", "", None, allow_empty=False) == FormattedText("<i>")


@pytest.mark.parametrize(
    ("text", "parse_mode", "entities", "error"),
    [
        ("a", "BBCode", None, "unsupported parse_mode"),
        ("a", "HTML ", None, "unsupported parse_mode"),
        ("é<p>", "HTML", None, 'can\'t parse entities: Unsupported start tag "p" at byte offset 2'),
        ("\ud83d", "HTML", None, "text must be encoded in UTF-8"),
        ("\ud83d", "Markdown", None, "text must be encoded in UTF-8"),
        ("\ud83d", "MarkdownV2", None, "text must be encoded in UTF-8"),
        ("\ud83d", "", None, "strings must be encoded in UTF-8"),
        ("a", "", [5], "can't parse MessageEntity: expected an Object"),
        (
            "a",
            "",
            [{**BOLD, "length": 2}],
            "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 2",
        ),
        ("<b> </b>", "HTML", None, "text must be non-empty"),
        ("", "", None, "text must be non-empty"),
        # Half of what TDLib reads as the link is already overwritten by the result.
        ("[éa.bb]", "Markdown", None, "messageEntityTextUrl.url must be encoded in UTF-8"),
    ],
)
def test_text_is_refused(text: str, parse_mode: str, entities: list[object] | None, error: str) -> None:
    with pytest.raises(TextError) as refused:
        format_text(text, parse_mode, entities, allow_empty=False)
    assert str(refused.value) == error


def test_empty_caption_has_no_parse_mode() -> None:
    assert format_text("", "BBCode", None, allow_empty=True) == FormattedText("")


def test_everything_at_once() -> None:
    text = ' <b>Order #o12</b> of @worker: <a href="Example.com">link</a>\r\n<blockquote>😀 see a.com</blockquote> '
    assert format_text(text, "HTML", None, allow_empty=False) == FormattedText(
        "Order #o12 of @worker: link\n😀 see a.com",
        (
            Entity("bold", 0, 6),
            Entity("hashtag", 6, 4),
            Entity("bold", 6, 4),
            Entity("mention", 14, 7),
            Entity("text_link", 23, 4, url="http://example.com/"),
            Entity("blockquote", 28, 12),
            Entity("url", 35, 5),
        ),
    )


def test_given_entities_nest_as_the_bot_api_shows_them() -> None:
    entities: list[object] = [
        {"type": "italic", "offset": 2, "length": 4},
        {"type": "bold", "offset": 0, "length": 4},
        {"type": "url", "offset": 0, "length": 1},
    ]
    shown = [entity.to_json() for entity in format_text("😀abcd", "", entities, allow_empty=False).entities]
    assert shown == [
        {"offset": 0, "length": 2, "type": "bold"},
        {"offset": 2, "length": 4, "type": "italic"},
        {"offset": 2, "length": 2, "type": "bold"},
    ]


@pytest.mark.parametrize("text", ["", "abc", "é中", "a😀b😀😀c"])
def test_index_counts_utf16_units(text: str) -> None:
    index = Utf16Index(text)
    starts = [len(text[:at].encode("utf-16-le")) // 2 for at in range(len(text) + 1)]
    assert index.length == utf16_length(text) == starts[-1]
    assert [index.to_units(at) for at in range(len(text) + 1)] == starts
    assert [index.to_index(units) for units in starts] == list(range(len(text) + 1))
    inside = [units for units in range(index.length + 1) if index.is_inside_character(units)]
    assert inside == sorted(set(range(index.length + 1)) - set(starts))
