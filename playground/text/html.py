"""The HTML parse mode.

Not HTML as browsers know it but the language of TDLib's HTML parser, whose results and error texts these are: a few
tags, four named character references, and an error for everything else. A position in an error is the UTF-8 byte
offset in the text as given. The tests compare all of it with the real TDLib.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from playground.text import ascii_only
from playground.text.dates import date_time_format
from playground.text.links import checked_link, user_id_of_link
from playground.text.model import Entity, FormattedText, TextError
from playground.text.nesting import sort_entities
from playground.text.utf16 import has_lone_surrogates, utf8_length, utf16_length

_STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}
_TAGS = frozenset([*_STYLES, "a", "code", "pre", "tg-emoji", "tg-time", "blockquote"])
_NAMED_REFERENCES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}

_MARKUP = re.compile("[<&]")
_REFERENCE = re.compile(r"&(?:#(?:x([0-9A-Fa-f]*)|([0-9]*))|([A-Za-z]*))(;?)")
_MAX_NUMERIC_REFERENCE = 9
"""The longest numeric reference that is decoded, counted from its `&` to its last digit."""
_BARE_TAG = re.compile(r"<(/?)([A-Za-z-]*)>")
_TAG_NAME = re.compile(r"[^ \t\r\n\0\v>]*")
_SPACE = re.compile(r"[ \t\r\n\v]*")
_SPACE_OR_END = re.compile(r"[ \t\r\n\v\0]")
_ATTRIBUTE_NAME = re.compile(r"""[^ \t\r\n\0\v=>/"']*""")
_NAME_TOKEN = re.compile(r"[A-Za-z0-9.\-]*")
_LEADING_INTEGER = re.compile(r"-?[0-9]*")


@dataclass(slots=True)
class _OpenTag:
    name: str
    offset: int
    """Of the element's text, in UTF-16 code units."""
    piece: int
    """The index in the parser's output of the element's first piece of text."""
    argument: str = ""
    unix_time: int = 0


def parse_html(text: str) -> FormattedText:
    """The text and the entities that `text` describes, in the parse mode `HTML`.

    Raises TextError in Telegram's words.
    """
    if has_lone_surrogates(text):
        raise TextError("text must be encoded in UTF-8")
    if _MARKUP.search(text) is None:
        return FormattedText(text)
    return _HtmlParser(text).parse()


class _HtmlParser:
    def __init__(self, text: str) -> None:
        # The NUL ends the text as in C: a NUL that was in the text before ends a tag likewise.
        self._text = text + "\0"
        self._pieces: list[str] = []
        self._units = 0
        self._open: list[_OpenTag] = []
        self._entities: list[Entity] = []

    def parse(self) -> FormattedText:
        text, end, at = self._text, len(self._text) - 1, 0
        while True:
            markup = _MARKUP.search(text, at)
            until = end if markup is None else markup.start()
            if until > at:
                self._write(text[at:until])
            if markup is None:
                break
            at = self._read_tag(until) if text[until] == "<" else self._read_reference(until)
        if self._open:
            raise _error(f'Can\'t find end tag corresponding to start tag "{self._open[-1].name}"')
        result = "".join(self._pieces)
        if has_lone_surrogates(result):
            raise _error(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )
        return FormattedText(result, sort_entities([_without_lone_language(entity) for entity in self._entities]))

    def _write(self, piece: str) -> None:
        self._pieces.append(piece)
        self._units += utf16_length(piece)

    def _read_reference(self, at: int) -> int:
        char, end = _decode_reference(self._text, at)
        self._write(char)
        return end

    def _read_tag(self, at: int) -> int:
        bare = _BARE_TAG.match(self._text, at)
        if bare is not None:
            name = ascii_only.lower(bare[2])
            if bare[1]:
                self._close(name, at)
            else:
                self._start(_OpenTag(name, self._units, len(self._pieces)), at)
            return bare.end()
        if self._text[at + 1] == "/":
            return self._read_end_tag(at)
        return self._read_start_tag(at)

    def _read_start_tag(self, at: int) -> int:
        name_end = _end_of(_TAG_NAME, self._text, at + 1)
        if self._text[name_end] == "\0":
            raise self._error("Unclosed start tag", at)
        tag = _OpenTag(ascii_only.lower(self._text[at + 1 : name_end]), self._units, len(self._pieces))
        if tag.name not in _TAGS:
            raise self._error(f'Unsupported start tag "{tag.name}"', at)
        here = name_end
        while True:
            here = _end_of(_SPACE, self._text, here)
            if self._text[here] == ">":
                break
            here = self._read_attribute(tag, at, here)
        self._start(tag, at)
        return here + 1

    def _read_attribute(self, tag: _OpenTag, tag_at: int, at: int) -> int:
        text = self._text
        name_end = _end_of(_ATTRIBUTE_NAME, text, at)
        name = text[at:name_end]
        if not name:
            raise self._error(f'Empty attribute name in the tag "{tag.name}"', tag_at)
        at = _end_of(_SPACE, text, name_end)
        has_value = text[at] == "="
        if has_value:
            at = _end_of(_SPACE, text, at + 1)
        if text[at] == "\0":
            raise self._error(f'Unclosed start tag "{tag.name}"', tag_at)
        if not has_value:
            _set_attribute(tag, name, None)
            return at
        value, at = self._read_string(at) if text[at] in "'\"" else self._read_name_token(at)
        if text[at] == "\0":
            raise self._error("Unclosed start tag", tag_at)
        _set_attribute(tag, name, value)
        return at

    def _read_name_token(self, at: int) -> tuple[str, int]:
        end = _end_of(_NAME_TOKEN, self._text, at)
        if self._text[end] != ">" and _SPACE_OR_END.match(self._text, end) is None:
            raise self._error("Unexpected end of name token", at)
        return ascii_only.lower(self._text[at:end]), end

    def _read_string(self, at: int) -> tuple[str, int]:
        text, quote = self._text, self._text[at]
        # A NUL ends the string too; the caller sees it and refuses the tag.
        end = min(found for found in (text.find(quote, at + 1), text.find("\0", at + 1)) if found >= 0)
        value, at = [], at + 1
        while True:
            reference = text.find("&", at, end)
            if reference < 0:
                value.append(text[at:end])
                break
            value.append(text[at:reference])
            char, at = _decode_reference(text, reference)
            value.append(char)
        return "".join(value), end + (text[end] == quote)

    def _start(self, tag: _OpenTag, at: int) -> None:
        if tag.name not in _TAGS:
            raise self._error(f'Unsupported start tag "{tag.name}"', at)
        if tag.name == "span" and tag.argument != "spoiler":
            raise self._error('Tag "span" must have class "tg-spoiler"', at)
        self._open.append(tag)

    def _read_end_tag(self, at: int) -> int:
        if not self._open:
            raise self._error("Unexpected end tag", at)
        name_end = _end_of(_TAG_NAME, self._text, at + 2)
        end = _end_of(_SPACE, self._text, name_end)
        if self._text[end] != ">":
            raise self._error("Unclosed end tag", at)
        self._close(ascii_only.lower(self._text[at + 2 : name_end]), at)
        return end + 1

    def _close(self, name: str, at: int) -> None:
        if not self._open:
            raise self._error("Unexpected end tag", at)
        tag = self._open[-1]
        if name and name != tag.name:
            raise TextError(
                f"can't parse entities: Unmatched end tag at byte offset {self._bytes(at)}, "
                f'expected "</{tag.name}>", found "</{name}>"'
            )
        if self._units > tag.offset:
            self._add_entity(tag)
        self._open.pop()

    def _add_entity(self, tag: _OpenTag) -> None:
        offset, length = tag.offset, self._units - tag.offset
        style = _STYLES.get(tag.name)
        if style is not None:
            self._entities.append(Entity(style, offset, length))
        elif tag.name == "a":
            self._add_link(tag.argument or "".join(self._pieces[tag.piece :]), offset, length)
        elif tag.name in ("pre", "code"):
            self._add_code(tag, offset, length)
        elif tag.name == "blockquote":
            self._entities.append(Entity("expandable_blockquote" if tag.argument else "blockquote", offset, length))
        elif tag.name == "tg-emoji":
            emoji_id = ascii_only.exact_integer(tag.argument, 64)
            if not emoji_id:
                raise _error("Invalid custom emoji identifier specified")
            self._entities.append(Entity("custom_emoji", offset, length, custom_emoji_id=str(emoji_id)))
        else:
            shown = date_time_format(tag.argument, winner="short")
            if shown is None:
                raise _error("Invalid date format used")
            if tag.unix_time > 0:
                self._entities.append(
                    Entity("date_time", offset, length, unix_time=tag.unix_time, date_time_format=shown)
                )

    def _add_link(self, link: str, offset: int, length: int) -> None:
        user_id = user_id_of_link(link)
        if user_id is not None:
            self._entities.append(Entity("text_mention", offset, length, user_id=user_id))
            return
        url = checked_link(link)
        if url is not None:
            self._entities.append(Entity("text_link", offset, length, url=url))

    def _add_code(self, tag: _OpenTag, offset: int, length: int) -> None:
        # A `pre` and a `code` around the same text are one entity, with the language of the `code`; in either order.
        last = self._entities[-1] if self._entities else None
        if last is not None and (last.offset, last.length) == (offset, length):
            if tag.name == "pre" and last.type == "code" and last.language:
                self._entities[-1] = replace(last, type="pre")
                return
            if tag.name == "code" and last.type == "pre" and last.language is None and tag.argument:
                self._entities[-1] = replace(last, language=tag.argument)
                return
        language = tag.argument if tag.name == "code" and tag.argument else None
        self._entities.append(Entity(tag.name, offset, length, language=language))

    def _bytes(self, index: int) -> int:
        return utf8_length(self._text[:index])

    def _error(self, reason: str, index: int) -> TextError:
        return _error(f"{reason} at byte offset {self._bytes(index)}")


def _error(reason: str) -> TextError:
    return TextError(f"can't parse entities: {reason}")


def _end_of(pattern: re.Pattern[str], text: str, begin: int) -> int:
    found = pattern.match(text, begin)
    return begin if found is None else found.end()


def _without_lone_language(entity: Entity) -> Entity:
    """A `code` whose `pre` never came has no language."""
    return replace(entity, language=None) if entity.type == "code" and entity.language else entity


def _decode_reference(text: str, at: int) -> tuple[str, int]:
    """The character that the reference at `at` stands for, the `&` itself if for none, and where it ends."""
    found = _REFERENCE.match(text, at)
    if found is None:
        return "&", at + 1
    hexadecimal, decimal, name, semicolon = found.groups()
    if name is not None:
        char = _NAMED_REFERENCES.get(name, "")
    else:
        is_short = found.end() - len(semicolon) - at <= _MAX_NUMERIC_REFERENCE
        digits = decimal if hexadecimal is None else hexadecimal
        code = int(digits, 10 if hexadecimal is None else 16) if is_short and digits else 0
        char = chr(code) if 0 < code < 0x10FFFF else ""
    return (char, found.end()) if char else ("&", at + 1)


def _set_attribute(tag: _OpenTag, name: str, value: str | None) -> None:
    """Keep the attributes that mean something on this tag; `value` is None where there is no `=`."""
    match tag.name, name:
        case "blockquote", "expandable":
            tag.argument = "expandable"
        case ("a", "href") | ("tg-emoji", "emoji-id") | ("tg-time", "format"):
            tag.argument = tag.argument if value is None else value
        case "code", "class":
            tag.argument = _after("language-", value, tag.argument)
        case "span", "class":
            tag.argument = _after("tg-", value, tag.argument)
        case "tg-time", "unix":
            tag.unix_time = tag.unix_time if value is None else _leading_int32(value)


def _after(prefix: str, value: str | None, default: str) -> str:
    return default if value is None or not value.startswith(prefix) else value[len(prefix) :]


def _leading_int32(value: str) -> int:
    """The integer that `value` begins with, 0 if none, wrapped to 32 bits as TDLib does."""
    found = _LEADING_INTEGER.match(value)
    digits = "" if found is None else found[0]
    number = 0
    # Digit by digit: int() refuses thousands of them.
    for digit in digits.removeprefix("-"):
        number = (number * 10 + int(digit)) & 0xFFFFFFFF
    if digits.startswith("-"):
        number = -number & 0xFFFFFFFF
    return number - (1 << 32) if number >= 1 << 31 else number
