"""The legacy Markdown parse mode: bold, italic, code, pre and links, none of them nested.

Results and error texts are those of TDLib's first Markdown parser, compared with it in the tests. A position in an
error is the UTF-8 byte offset in the text as given.
"""

from __future__ import annotations

import re

from playground.text.links import checked_link, user_id_of_link
from playground.text.model import Entity, FormattedText, TextError
from playground.text.utf16 import has_lone_surrogates, utf8_length, utf16_length

_MARKUP = re.compile(r"\\[_*`\[]|[_*`\[]")
PRE_HEADER = re.compile(r"(?:([^ \t\r\n\0\v`]+)(?=[ \t\r\n\0\v]))?(?:\r\n|\n\r|\r|\n)?")
"""What may follow the opening of a `pre`: a language, which some space must end, and one line break."""
_STYLES = {"_": "italic", "*": "bold", "`": "code", "```": "pre"}


def parse_markdown(text: str) -> FormattedText:
    """The text and the entities that `text` describes, in the parse mode `Markdown`.

    Raises TextError in Telegram's words.
    """
    if has_lone_surrogates(text):
        raise TextError("text must be encoded in UTF-8")
    if _MARKUP.search(text) is None:
        return FormattedText(text)
    pieces: list[str] = []
    entities: list[Entity] = []
    units = at = 0
    while (markup := _MARKUP.search(text, at)) is not None:
        plain = text[at : markup.start()] + markup[0][1:]
        pieces.append(plain)
        units += utf16_length(plain)
        if len(markup[0]) == 2:
            at = markup.end()
            continue
        inner, entity, at = _read_entity(text, markup.start(), units, pieces)
        pieces.append(inner)
        units += utf16_length(inner)
        if entity is not None:
            entities.append(entity)
    pieces.append(text[at:])
    return FormattedText("".join(pieces), tuple(entities))


def _read_entity(text: str, at: int, offset: int, written: list[str]) -> tuple[str, Entity | None, int]:
    """The inner text of the entity that the mark at `at` opens, the entity at UTF-16 `offset`, and where it ends.

    `written` is the result's text so far.
    """
    mark = "```" if text.startswith("```", at) else text[at]
    begin, language = at + len(mark), None
    if mark == "```":
        header = PRE_HEADER.match(text, begin)
        if header is not None:
            begin, language = header.end(), header[1]
    closing = "]" if mark == "[" else mark
    end = text.find(closing, begin)
    if end < 0:
        raise TextError(
            f"can't parse entities: Can't find end of the entity starting at byte offset {utf8_length(text[:at])}"
        )
    inner, after = text[begin:end], end + len(closing)
    length = utf16_length(inner)
    if not length:
        return inner, None, after
    if mark != "[":
        return inner, Entity(_STYLES[mark], offset, length, language=language), after
    if not text.startswith("(", after):
        link = _link_of_overwritten_text(text, begin, end, "".join(written) + inner)
    else:
        # A missing bracket is no error: the link then reaches to the end of the text.
        link_end = text.find(")", after)
        link_end = len(text) if link_end < 0 else link_end
        link, after = text[after + 1 : link_end], link_end + 1
    return inner, link_entity(link, offset, length), after


def _link_of_overwritten_text(text: str, begin: int, end: int, written: str) -> str:
    """The link that TDLib makes of `[text]` without a `(link)` after it.

    TDLib writes its result over its input, byte by byte, and then reads the link where the text was: it gets some of
    the result instead, shifted by the marks left out so far. `[t.me/a]` leads to `.me/aa`; half a character makes a
    link that is not UTF-8, here with lone surrogates.
    """
    given, result = text.encode(), written.encode()
    overwritten = result + given[len(result) :]
    return overwritten[utf8_length(text[:begin]) : utf8_length(text[:end])].decode(errors="surrogateescape")


def link_entity(link: str, offset: int, length: int) -> Entity | None:
    """The mention or the link that `link` makes of a text; None if Telegram refuses it, which it does silently."""
    user_id = user_id_of_link(link)
    if user_id is not None:
        return Entity("text_mention", offset, length, user_id=user_id)
    url = checked_link(link)
    return None if url is None else Entity("text_link", offset, length, url=url)
