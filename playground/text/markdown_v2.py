"""The MarkdownV2 parse mode.

Results and error texts are those of TDLib's second Markdown parser, compared with it in the tests. A position in an
error is the UTF-8 byte offset in the text as given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from playground.text.dates import date_time_format
from playground.text.links import custom_emoji_id_of_link, time_of_link
from playground.text.markdown import PRE_HEADER, link_entity
from playground.text.model import Entity, FormattedText, TextError
from playground.text.nesting import sort_entities
from playground.text.utf16 import has_lone_surrogates, utf8_length, utf16_length

_RESERVED = re.compile(r"\\[\x01-\x7e]|[_*\[\]()~`>#+\-=|{}.!\n]")
_RESERVED_IN_CODE = re.compile(r"\\[\x01-\x7e]|`")
_ESCAPED = re.compile(r"\\([\x01-\x7e])")
_LINK = re.compile(r"\((?:[^)\\]|\\[\x01-\x7e]|\\(?![\x01-\x7e]))*")

_CLOSING = {
    "Bold": "*",
    "Italic": "_",
    "Underline": "__",
    "Strikethrough": "~",
    "Spoiler": "||",
    "Code": "`",
    "Pre": "```",
    "PreCode": "```",
    "TextUrl": "]",
    "CustomEmoji": "]",
}
_OPENING = {
    "*": "Bold",
    "_": "Italic",
    "__": "Underline",
    "~": "Strikethrough",
    "||": "Spoiler",
    "`": "Code",
    "```": "Pre",
    "[": "TextUrl",
    "![": "CustomEmoji",
}
_CODE = frozenset({"Code", "Pre", "PreCode"})
_BOT_API_TYPES = {
    "Bold": "bold",
    "Italic": "italic",
    "Underline": "underline",
    "Strikethrough": "strikethrough",
    "Spoiler": "spoiler",
    "Code": "code",
    "Pre": "pre",
    "PreCode": "pre",
}


@dataclass(slots=True)
class _Open:
    name: str
    """As the errors call it."""
    at: int
    """The index of its opening mark."""
    offset: int
    """Of its text, in UTF-16 code units."""
    piece: int
    """The index in the parser's output of its first piece of text."""
    language: str | None = None


def parse_markdown_v2(text: str) -> FormattedText:
    """The text and the entities that `text` describes, in the parse mode `MarkdownV2`.

    Raises TextError in Telegram's words.
    """
    if has_lone_surrogates(text):
        raise TextError("text must be encoded in UTF-8")
    if _RESERVED.search(text) is None:
        return FormattedText(text)
    return _MarkdownParser(text).parse()


class _MarkdownParser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._pieces: list[str] = []
        self._units = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []
        self._in_quote = False
        self._at_line_start = True
        """Whether a `>` here would open a quote."""

    def parse(self) -> FormattedText:
        text, at = self._text, 0
        while True:
            special = _RESERVED_IN_CODE if self._open and self._open[-1].name in _CODE else _RESERVED
            found = special.search(text, at)
            self._write(text[at:] if found is None else text[at : found.start()])
            if found is None:
                break
            if len(found[0]) == 2:
                self._write_escaped(found[0][1])
                at = found.end()
            else:
                at = self._read_mark(found.start())
        self._close_quote_at_end()
        if self._open:
            raise self._unclosed(self._open[-1])
        return FormattedText("".join(self._pieces), sort_entities(self._entities))

    def _write(self, piece: str) -> None:
        # A carriage return leaves the start of a line as it is.
        if piece.strip("\r"):
            self._at_line_start = False
        self._append(piece)

    def _write_escaped(self, char: str) -> None:
        if char != "\r":
            self._at_line_start = char == "\n"
        self._append(char)

    def _append(self, piece: str) -> None:
        if piece:
            self._pieces.append(piece)
            self._units += utf16_length(piece)

    def _read_mark(self, at: int) -> int:
        text = self._text
        char = text[at]
        if self._open:
            if char == "\n" and self._in_quote and not text.startswith(">", at + 1):
                return self._close_quote(at)
            if self._closes(self._open[-1].name, at):
                return self._close(at)
        if char == "\n":
            self._append("\n")
            self._at_line_start = True
            return at + 1
        if char == ">":
            return self._open_quote(at)
        return self._open_entity(at)

    def _closes(self, name: str, at: int) -> bool:
        # An underscore followed by another one is a mark of two, so it does not end italics.
        closing = _CLOSING.get(name)
        return (
            closing is not None
            and self._text.startswith(closing, at)
            and not (name == "Italic" and self._text.startswith("__", at))
        )

    def _open_quote(self, at: int) -> int:
        if not self._at_line_start:
            raise self._must_be_escaped(at)
        if not self._in_quote:
            self._in_quote = True
            self._open.append(_Open("BlockQuote", at, self._units, len(self._pieces)))
        return at + 1

    def _open_entity(self, at: int) -> int:
        mark = next((self._text[at : at + size] for size in (3, 2, 1) if self._text[at : at + size] in _OPENING), None)
        if mark is None:
            raise self._must_be_escaped(at)
        opened = _Open(_OPENING[mark], at, self._units, len(self._pieces))
        self._open.append(opened)
        end = at + len(mark)
        if mark == "```":
            header = PRE_HEADER.match(self._text, end)
            if header is not None:
                end, opened.language = header.end(), header[1]
            if opened.language is not None:
                opened.name = "PreCode"
        return end

    def _close(self, at: int) -> int:
        closed = self._open[-1]
        after = at + len(_CLOSING[closed.name])
        length = self._units - closed.offset
        entity: Entity | None
        if closed.name == "TextUrl":
            link = "".join(self._pieces[closed.piece :])
            if self._text.startswith("(", after):
                link, after = self._read_link(after)
            entity = link_entity(link, closed.offset, length)
        elif closed.name == "CustomEmoji":
            entity, after = self._read_emoji_or_time(after, closed.offset, length)
        else:
            entity = Entity(_BOT_API_TYPES[closed.name], closed.offset, length, language=closed.language)
        self._open.pop()
        if entity is not None and length:
            self._entities.append(entity)
        return after

    def _read_link(self, at: int) -> tuple[str, int]:
        found = _LINK.match(self._text, at)
        end = at if found is None else found.end()
        if not self._text.startswith(")", end):
            raise self._error("Can't find end of a URL", at + 1)
        return _ESCAPED.sub(r"\1", self._text[at + 1 : end]), end + 1

    def _read_emoji_or_time(self, at: int, offset: int, length: int) -> tuple[Entity, int]:
        if not self._text.startswith("(", at):
            raise _error("The entity must contain a tg://emoji or tg://time URL")
        link, after = self._read_link(at)
        emoji_id = custom_emoji_id_of_link(link)
        if emoji_id is not None:
            return Entity("custom_emoji", offset, length, custom_emoji_id=str(emoji_id)), after
        time = time_of_link(link)
        if time is None:
            raise _error("Invalid tg://emoji or tg://time URL specified")
        unix_time, letters = time
        shown = date_time_format(letters, winner="short")
        if shown is None:
            raise _error("Invalid date format used")
        return Entity("date_time", offset, length, unix_time=unix_time, date_time_format=shown), after

    def _close_quote(self, at: int) -> int:
        """End the quote at the line break at `at`, which still belongs to it."""
        carriage_return = bool(self._pieces) and self._pieces[-1].endswith("\r")
        is_expandable = self._drop_expanding_mark(at, carriage_return)
        quote = self._open[-1]
        if quote.name != "BlockQuote":
            raise self._unclosed(quote)
        self._append("\n")
        self._add_quote(is_expandable)
        self._at_line_start = True
        return at + 1

    def _close_quote_at_end(self) -> None:
        if not self._in_quote:
            return
        is_expandable = self._drop_expanding_mark(len(self._text), carriage_return=False)
        if self._open[-1].name == "BlockQuote":
            self._add_quote(is_expandable)

    def _drop_expanding_mark(self, end: int, carriage_return: bool) -> bool:
        """Whether a `||` just before `end`, or before a carriage return there, makes the quote expandable."""
        last = self._open[-1]
        if last.name != "Spoiler" or not (last.at == end - 2 or (carriage_return and last.at == end - 3)):
            return False
        self._open.pop()
        return True

    def _add_quote(self, is_expandable: bool) -> None:
        quote = self._open.pop()
        self._in_quote = False
        if self._units > quote.offset:
            name = "expandable_blockquote" if is_expandable else "blockquote"
            self._entities.append(Entity(name, quote.offset, self._units - quote.offset))

    def _must_be_escaped(self, at: int) -> TextError:
        return _error(f"Character '{self._text[at]}' is reserved and must be escaped with the preceding '\\'")

    def _unclosed(self, opened: _Open) -> TextError:
        return self._error(f"Can't find end of {opened.name} entity", opened.at)

    def _error(self, reason: str, index: int) -> TextError:
        return _error(f"{reason} at byte offset {utf8_length(self._text[:index])}")


def _error(reason: str) -> TextError:
    return TextError(f"can't parse entities: {reason}")
