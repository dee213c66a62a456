"""What Telegram silently changes in a text before it stores it, and which texts count as empty.

The rules are those of TDLib's clean_input_string, replace_offending_characters and is_empty_string.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING

from playground.text.utf16 import Utf16Index

if TYPE_CHECKING:
    from playground.text.model import Entity

# Carriage returns, line and paragraph separators, direction overrides, and three marks that draw through other lines.
_REMOVED = re.compile(r"[\r\u2028-\u202e\u0333\u033f\u030a]")
_CONTROL = re.compile(r"[\0-\x09\x0b\x0c\x0e-\x1f]")
_DIRECTION_MARK_BEFORE_ANOTHER = re.compile(r"[\u200e\u200f](?=[\u200e\u200f])")
_UNCLEAN = re.compile(r"[\0-\x09\x0b-\x1f\u200e\u200f\u2028-\u202e\u0333\u033f\u030a]")
_EMPTY = re.compile(
    r"[ \n\u00a0\u1680\u180e\u2000-\u200f\u202e\u202f\u205f\u2800\u3000\ufeff\ufffc\U000e0000-\U000e007f]*"
)


def is_clean(text: str) -> bool:
    """Whether cleaning would leave `text` as it is; a lone direction mark counts as unclean, though it stays."""
    return (text.isascii() and text.isprintable()) or _UNCLEAN.search(text) is None


def clean(text: str) -> str:
    """`text` with control characters as spaces and without what Telegram removes."""
    if is_clean(text):
        return text
    text = _CONTROL.sub(" ", _REMOVED.sub("", text))
    return _DIRECTION_MARK_BEFORE_ANOTHER.sub("\u200c", text)


def clean_with_entities(text: str, entities: tuple[Entity, ...]) -> tuple[str, tuple[Entity, ...]]:
    """`clean`, with `entities` moved along; the result may hold empty entities."""
    if is_clean(text):
        return text, entities
    index = Utf16Index(text)
    # Every removed character takes one unit.
    removed = [index.to_units(found.start()) for found in _REMOVED.finditer(text)]
    if removed:
        entities = tuple(_without(entity, removed) for entity in entities)
    return clean(text), entities


def _without(entity: Entity, removed: list[int]) -> Entity:
    before = bisect_left(removed, entity.offset)
    inside = bisect_left(removed, entity.offset + entity.length) - before
    if not before and not inside:
        return entity
    return replace(entity, offset=entity.offset - before, length=entity.length - inside)


def looks_empty(text: str) -> bool:
    """Whether `text` shows nothing: spaces of all kinds and invisible characters only."""
    # Most texts show something at once.
    return not text or (not text[0].isalnum() and _EMPTY.fullmatch(text) is not None)
