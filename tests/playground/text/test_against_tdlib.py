"""Parse modes, detection and the fixing of entities give exactly what the real TDLib gives."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from playground.text import (
    Entity,
    FormattedText,
    TextError,
    admit_entities,
    detect_entities,
    fix_formatted_text,
    parse_html,
    parse_markdown,
    parse_markdown_v2,
)
from playground.text.utf16 import has_lone_surrogates
from tests.playground.text import corpus, strategies, tdlib

_PARSERS = {"HTML": parse_html, "Markdown": parse_markdown, "MarkdownV2": parse_markdown_v2}
_CORPUS = {"HTML": corpus.HTML, "Markdown": corpus.MARKDOWN, "MarkdownV2": corpus.MARKDOWN_V2}

# The same examples at every run, so that a failure is the change's and not the day's.
made_up = settings(
    max_examples=600, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


def _parse(text: str, parse_mode: str) -> FormattedText | str:
    try:
        return _PARSERS[parse_mode](text)
    except TextError as error:
        return str(error)


def _fix(text: FormattedText) -> FormattedText | str:
    try:
        admitted = FormattedText(text.text, admit_entities(text.entities))
        return fix_formatted_text(admitted, allow_empty=True, detect=False, skip_trim=True)
    except TextError as error:
        return str(error)


def _assert_parsed_alike(text: str, parse_mode: str) -> None:
    ours = _parse(text, parse_mode)
    if not isinstance(ours, FormattedText) or not any(map(_is_unprintable, ours.entities)):
        assert ours == tdlib.parse(text, parse_mode)


def _is_unprintable(entity: Entity) -> bool:
    """Whether TDLib would end the process, for want of a way to write this entity's link or language as JSON."""
    return has_lone_surrogates((entity.url or "") + (entity.language or ""))


def _assert_detected_alike(text: str) -> None:
    ours, theirs = detect_entities(text), tdlib.detect(text)
    # Without a login TDLib also finds media timestamps, which then take the place of what overlaps them.
    timestamps = [entity for entity in theirs if entity.type == "media_timestamp"]
    if not any(_overlap(entity, timestamp) for entity in ours for timestamp in timestamps):
        assert ours == tuple(entity for entity in theirs if entity not in timestamps)


def _overlap(one: Entity, other: Entity) -> bool:
    return one.offset < other.offset + other.length and other.offset < one.offset + one.length


@pytest.mark.parametrize(("parse_mode", "text"), [(mode, text) for mode, texts in _CORPUS.items() for text in texts])
def test_corpus_is_parsed_alike(parse_mode: str, text: str) -> None:
    _assert_parsed_alike(text, parse_mode)


@pytest.mark.parametrize("text", corpus.DETECTED)
def test_corpus_is_detected_alike(text: str) -> None:
    _assert_detected_alike(text)


@pytest.mark.parametrize(
    ("parse_mode", "error"),
    [
        ("HTML", "Unclosed start tag at byte offset"),
        ("HTML", 'Unclosed start tag "b" at byte offset'),
        ("HTML", 'Unsupported start tag "p" at byte offset'),
        ("HTML", 'Empty attribute name in the tag "b" at byte offset'),
        ("HTML", "Unexpected end of name token at byte offset"),
        ("HTML", 'Tag "span" must have class "tg-spoiler" at byte offset'),
        ("HTML", "Unexpected end tag at byte offset"),
        ("HTML", "Unclosed end tag at byte offset"),
        ("HTML", "Unmatched end tag at byte offset"),
        ("HTML", 'Can\'t find end tag corresponding to start tag "b"'),
        ("HTML", "Invalid custom emoji identifier specified"),
        ("HTML", "Invalid date format used"),
        ("HTML", "Text contains invalid Unicode characters after decoding HTML entities"),
        ("Markdown", "Can't find end of the entity starting at byte offset"),
        ("MarkdownV2", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("MarkdownV2", "Can't find end of Bold entity at byte offset"),
        ("MarkdownV2", "Can't find end of Spoiler entity at byte offset"),
        ("MarkdownV2", "Can't find end of PreCode entity at byte offset"),
        ("MarkdownV2", "Can't find end of a URL at byte offset"),
        ("MarkdownV2", "The entity must contain a tg://emoji or tg://time URL"),
        ("MarkdownV2", "Invalid tg://emoji or tg://time URL specified"),
        ("MarkdownV2", "Invalid date format used"),
    ],
)
def test_corpus_has_every_error(parse_mode: str, error: str) -> None:
    answers = [tdlib.parse(text, parse_mode) for text in _CORPUS[parse_mode]]
    assert any(isinstance(answer, str) and answer.startswith(f"can't parse entities: {error}") for answer in answers)


@made_up
@given(strategies.html)
def test_html_is_parsed_alike(text: str) -> None:
    _assert_parsed_alike(text, "HTML")


@made_up
@given(strategies.markdown)
def test_markdown_is_parsed_alike(text: str) -> None:
    _assert_parsed_alike(text, "Markdown")


@made_up
@given(strategies.markdown)
def test_markdown_v2_is_parsed_alike(text: str) -> None:
    _assert_parsed_alike(text, "MarkdownV2")


@made_up
@given(strategies.detectable)
def test_entities_are_detected_alike(text: str) -> None:
    _assert_detected_alike(text)


@made_up
@given(strategies.given_texts)
def test_given_entities_are_fixed_alike(text: FormattedText) -> None:
    assert _fix(text) == tdlib.fix(text)


def _alphabet() -> list[str]:
    """Characters at the borders of everything that TDLib's tables and ours could see differently."""
    starts = [0x1C89, 0xA7CB, 0xA7DA, 0x105C0, 0x10D40, 0x10D4A, 0x11380, 0x113B7, 0x116D0, 0x11BC0, 0x11BF0, 0x11F02]
    starts += [0x11F50, 0x13460, 0x143FA, 0x16100, 0x16130, 0x16D40, 0x18CFF, 0x1CCF0, 0x1D2C0, 0x1E030, 0x1E4D0]
    starts += [0x1E5D0, 0x2B739, 0x2EBF0, 0x2EE5D, 0x31350, 0x323AF, 0x0B7, 0x0D80, 0x0DFF, 0x200C, 0x2070, 0x2028]
    codes = {code for start in starts for code in range(start - 3, start + 24)} | set(range(0x20, 0x250))
    codes |= set(range(0x2000, 0x2070)) | {0x1680, 0x180E, 0x3000, 0xFEFF, 0x10FFFF, 0x660, 0x966, 0xB2, 0x2167, 0x4E00}
    return [chr(code) for code in sorted(codes)]


@pytest.mark.parametrize(
    "around",
    [
        "#a{}",
        "#{}",
        "{}@username",
        "@username{}",
        "t.me/{}x",
        "{}.com",
        "http://x{}y@b.com",
        "{}http://b.com",
        "a{}b.com",
        "$A{}",
    ],
)
def test_characters_are_classed_alike(around: str) -> None:
    _assert_detected_alike("\n".join(map(around.format, _alphabet())))
