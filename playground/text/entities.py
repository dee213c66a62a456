"""What Telegram finds in a text by itself: mentions, hashtags, cashtags, commands, links, e-mail addresses, bank cards.

The rules are those of TDLib's find_entities as it runs for a bot, compared with the real library in the tests. For a
bot it does not look for media timestamps, and phone numbers it leaves to the server, so neither is found here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playground.text import ascii_only
from playground.text.bank_cards import find_bank_cards
from playground.text.model import Entity
from playground.text.nesting import sort_entities, without_overlaps
from playground.text.unicode import is_hashtag, is_letter, is_word
from playground.text.urls import find_tg_links, find_urls
from playground.text.utf16 import Utf16Index

if TYPE_CHECKING:
    from collections.abc import Iterator

_TRIGGER = re.compile(r"[@#/$]|\.(?! |\Z)|[0-9][0-9 \-]{11,}[0-9]")
"""A text that this is not found in holds no entity."""

_CARD_LIKE = re.compile(r"[0-9][0-9 \-]{11,}[0-9]")
_AT_NAME = re.compile(r"@([A-Za-z0-9_]*)")
_SHORT_USERNAMES = frozenset({"gif", "nft", "pic", "ufc", "vid"})
"""The usernames of fewer than four characters."""
_COMMAND = re.compile(r"/([A-Za-z0-9_]*)(?:@([A-Za-z0-9_]*))?")
_CASHTAG = re.compile(r"\$(1INCH|[A-Z]*)")
_MAX_HASHTAG = 256

_Span = tuple[int, int]


def detect_entities(text: str) -> tuple[Entity, ...]:
    """The entities of `text` that nobody marked, sorted and without overlaps.

    `bank_card_number` is among them: it is not shown, but nothing else is found inside of it.
    """
    if _TRIGGER.search(text) is None:
        return ()
    spans = list(_find_all(text))
    if not spans:
        return ()
    index = Utf16Index(text)
    found = []
    for kind, begin, end in spans:
        offset = index.to_units(begin)
        found.append(Entity(kind, offset, index.to_units(end) - offset))
    return tuple(without_overlaps(sort_entities(found)))


def _find_all(text: str) -> Iterator[tuple[str, int, int]]:
    for mark, kind, find in (
        ("@", "mention", _find_mentions),
        ("/", "bot_command", _find_commands),
        ("#", "hashtag", _find_hashtags),
        ("$", "cashtag", _find_cashtags),
    ):
        if mark in text:
            for begin, end in find(text):
                yield kind, begin, end
    if _CARD_LIKE.search(text) is not None:
        for begin, end in find_bank_cards(text):
            yield "bank_card_number", begin, end
    if "://" in text:
        for begin, end in find_tg_links(text):
            yield "url", begin, end
    if "." in text:
        for begin, end, is_email in find_urls(text):
            yield "email" if is_email else "url", begin, end


def _find_mentions(text: str) -> Iterator[_Span]:
    for found in _AT_NAME.finditer(text):
        begin, end = found.span()
        if begin and is_word(text[begin - 1]):
            continue
        name = found[1]
        if not 2 <= len(name) <= 32 or (end < len(text) and is_word(text[end])):
            continue
        if len(name) >= 4 or ascii_only.lower(name) in _SHORT_USERNAMES:
            yield begin, end


def _find_commands(text: str) -> Iterator[_Span]:
    for found in _COMMAND.finditer(text):
        begin, end = found.span()
        bot = found[2]
        if not 1 <= len(found[1]) <= 64 or (bot is not None and not 3 <= len(bot) <= 32):
            continue
        if not (_ends_command(text, begin - 1) or _ends_command(text, end)):
            yield begin, end


def _ends_command(text: str, at: int) -> bool:
    """Whether the character at `at` forbids a command next to it."""
    return 0 <= at < len(text) and (text[at] in "/<>" or is_word(text[at]))


def _find_hashtags(text: str) -> Iterator[_Span]:
    at = text.find("#")
    while at >= 0:
        begin, at = at, at + 1
        if not begin or not is_hashtag(text[begin - 1]):
            while at < len(text) and is_hashtag(text[at]):
                at += 1
            end = min(at, begin + 1 + _MAX_HASHTAG)
            name = text[begin + 1 : end]
            if name and end == at:
                at = end = _bot_suffix_end(text, at, cut_long=True)
            if not text.startswith("#", at) and any(map(is_letter, name)):
                yield begin, end
        at = text.find("#", at)


def _find_cashtags(text: str) -> Iterator[_Span]:
    at = 0
    while (found := _CASHTAG.search(text, at)) is not None:
        begin, at = found.start(), found.start() + 1
        if begin and _continues_cashtag(text[begin - 1]):
            continue
        at = found.end()
        if not 1 <= len(found[1]) <= 8:
            continue
        at = _bot_suffix_end(text, at, cut_long=False)
        if at == len(text) or not _continues_cashtag(text[at]):
            yield begin, at


def _continues_cashtag(char: str) -> bool:
    return char == "$" or is_hashtag(char)


def _bot_suffix_end(text: str, at: int, *, cut_long: bool) -> int:
    """Where `@username` at `at` ends, or `at` if there is none; a username over 32 characters is cut or is none."""
    bot = _AT_NAME.match(text, at)
    if bot is None or len(bot[1]) < 3 or (len(bot[1]) > 32 and not cut_long):
        return at
    return at + 1 + min(len(bot[1]), 32)
