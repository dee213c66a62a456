"""Text formatting with the same results as Telegram's: parse modes, given entities, detection, and cleaning up."""

from __future__ import annotations

from playground.text.entities import detect_entities
from playground.text.entities_json import admit_entities, parse_entities
from playground.text.fix import fix_formatted_text
from playground.text.html import parse_html
from playground.text.markdown import parse_markdown
from playground.text.markdown_v2 import parse_markdown_v2
from playground.text.model import Entity, FormattedText, TextError

__all__ = [
    "Entity",
    "FormattedText",
    "TextError",
    "admit_entities",
    "detect_entities",
    "fix_formatted_text",
    "format_text",
    "parse_entities",
    "parse_html",
    "parse_markdown",
    "parse_markdown_v2",
    "parse_text",
    "store_text",
]

_PARSERS = {"html": parse_html, "markdown": parse_markdown, "markdownv2": parse_markdown_v2}


def format_text(text: str, parse_mode: str, entities: list[object] | None, *, allow_empty: bool) -> FormattedText:
    """The text of a message or a caption as the server stores it.

    `parse_mode` is `HTML`, `Markdown` or `MarkdownV2` in any case, or none with `""` or `none`; then the explicitly
    given `entities` (decoded JSON) count. `allow_empty` is for captions. Lengths are not limited here.

    Raises TextError with the description of Telegram's 400 answer, without its `Bad Request: `.
    """
    return store_text(parse_text(text, parse_mode, entities), allow_empty=allow_empty)


def parse_text(text: str, parse_mode: str, entities: list[object] | None) -> FormattedText:
    """The first half of `format_text`: what the server reads before it looks for the chat.

    Raises TextError for a text that its `parse_mode` cannot parse, and for malformed `entities`.
    """
    mode = parse_mode.lower()
    if not text or mode in ("", "none"):
        return FormattedText(text, parse_entities(entities or ()))
    parse = _PARSERS.get(mode)
    if parse is None:
        raise TextError("unsupported parse_mode")
    return parse(text)


def store_text(formatted: FormattedText, *, allow_empty: bool) -> FormattedText:
    """The second half of `format_text`: what the server finds when it has the chat.

    Raises TextError for a text that shows nothing, and for entities that it does not take.
    """
    if formatted.entities:
        formatted = FormattedText(formatted.text, admit_entities(formatted.entities))
    return fix_formatted_text(formatted, allow_empty=allow_empty)
