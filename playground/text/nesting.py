"""Which entities may overlap, and what Telegram makes of those that may not.

Three kinds are told apart. *Styles* (bold …) may overlap anything but code: they are merged with their like and split
at the borders of whatever they cross. *Quotes* may hold others but not each other. All the rest is *solid*: solid
entities neither overlap nor nest. The rules are those of TDLib's fix_entities and merge_new_entities.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.text.model import Entity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_STYLES = ("bold", "italic", "underline", "strikethrough", "spoiler")
_QUOTES = frozenset({"blockquote", "expandable_blockquote"})
_STYLE_FREE = frozenset({"pre", "code", "date_time"})
"""No style shows inside these."""

_PRIORITIES = {
    "blockquote": 0,
    "expandable_blockquote": 0,
    "pre": 11,
    "code": 20,
    "date_time": 30,
    "text_link": 49,
    "text_mention": 49,
    "bold": 90,
    "italic": 91,
    "underline": 92,
    "strikethrough": 93,
    "spoiler": 94,
    "custom_emoji": 99,
}
_DETECTED_PRIORITY = 50
_FOREVER = 1 << 31


def _place(entity: Entity) -> tuple[int, int, int]:
    priority = _PRIORITIES.get(entity.type, _DETECTED_PRIORITY)
    if entity.language is not None:
        priority -= 1
    return entity.offset, -entity.length, priority


def sort_entities(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    """`entities` by offset, the longer first, and for the same text in Telegram's order of types."""
    return tuple(sorted(entities, key=_place))


def fix_entities(entities: Sequence[Entity]) -> tuple[Entity, ...]:
    """`entities`, in any order, made to nest as Telegram requires; what cannot stay is dropped."""
    in_order = sort_entities(entities)
    if _are_apart(in_order):
        return in_order
    styles, quotes, solid = _by_kind(in_order)
    quotes = without_overlaps(quotes)
    return _recombine(styles, quotes, _fitting_quotes(without_overlaps(solid), quotes))


def add_detected(entities: tuple[Entity, ...], detected: Sequence[Entity]) -> tuple[Entity, ...]:
    """`entities`, which nest properly, and of the solid, sorted `detected` ones those that still find room."""
    if not detected:
        return entities
    if not entities:
        return tuple(detected)
    styles, quotes, solid = _by_kind(entities)
    fitting = _fitting_quotes(detected, quotes)
    return _recombine(styles, quotes, sort_entities([*solid, *_beside(fitting, solid)]))


def _are_apart(entities: Sequence[Entity]) -> bool:
    """Whether the sorted `entities` share no text, and there are no neighbours to merge."""
    end, style = -1, ""
    for entity in entities:
        if entity.offset < end or (entity.offset == end and entity.type == style):
            return False
        end = entity.offset + entity.length
        style = entity.type if entity.type in _STYLES else ""
    return True


def _by_kind(entities: Iterable[Entity]) -> tuple[list[Entity], list[Entity], list[Entity]]:
    styles: list[Entity] = []
    quotes: list[Entity] = []
    solid: list[Entity] = []
    for entity in entities:
        kind = styles if entity.type in _STYLES else quotes if entity.type in _QUOTES else solid
        kind.append(entity)
    return styles, quotes, solid


def without_overlaps(entities: Iterable[Entity]) -> list[Entity]:
    """Of sorted `entities`, those that begin after the last kept one's end."""
    kept, end = [], 0
    for entity in entities:
        if entity.offset >= end:
            kept.append(entity)
            end = entity.offset + entity.length
    return kept


def _fitting_quotes(solid: Iterable[Entity], quotes: Sequence[Entity]) -> list[Entity]:
    """Of sorted `solid` entities, those that lie wholly inside or outside of every one of the sorted `quotes`."""
    kept, next_quote = [], 0
    for entity in solid:
        end = entity.offset + entity.length
        while next_quote < len(quotes) and quotes[next_quote].offset + quotes[next_quote].length <= entity.offset:
            next_quote += 1
        if next_quote < len(quotes):
            quote = quotes[next_quote]
            if quote.offset + quote.length < end or entity.offset < quote.offset < end:
                continue
        kept.append(entity)
    return kept


def _beside(detected: Iterable[Entity], solid: Sequence[Entity]) -> list[Entity]:
    """Of sorted `detected` entities, those that share no text with the sorted `solid` ones."""
    kept, at = [], 0
    for entity in detected:
        while at < len(solid) and solid[at].offset + solid[at].length <= entity.offset:
            at += 1
        if at == len(solid) or entity.offset + entity.length <= solid[at].offset:
            kept.append(entity)
    return kept


def _recombine(styles: list[Entity], quotes: Sequence[Entity], solid: Sequence[Entity]) -> tuple[Entity, ...]:
    others = sort_entities([*quotes, *solid])
    if not styles:
        return others
    return sort_entities([*others, *_StyleSplitter(styles).split_around(others)])


class _StyleSplitter:
    """Merges styles with their like, and cuts them where something else begins or ends."""

    def __init__(self, styles: Sequence[Entity]) -> None:
        self._waiting = styles
        self._next = 0
        # Of each style that is being read: where its uncut part begins, and where it ends.
        self._open: dict[str, tuple[int, int]] = {}
        self._result: list[Entity] = []

    def split_around(self, others: Sequence[Entity]) -> list[Entity]:
        """The styles cut at the borders of the sorted and properly nested `others`."""
        inside: list[Entity] = []
        for other in others:
            self._leave(inside, other.offset)
            self._advance(other.offset)
            inside.append(other)
        self._leave(inside, _FOREVER)
        self._advance(_FOREVER)
        return self._result

    def _leave(self, inside: list[Entity], offset: int) -> None:
        while inside and inside[-1].offset + inside[-1].length <= offset:
            left = inside.pop()
            kept = len(self._result)
            self._advance(left.offset + left.length)
            if left.type in _STYLE_FREE:
                del self._result[kept:]

    def _advance(self, offset: int) -> None:
        while self._next < len(self._waiting) and self._waiting[self._next].offset < offset:
            style = self._waiting[self._next]
            end = style.offset + style.length
            begin, open_end = self._open.get(style.type, (0, -1))
            if style.offset <= open_end:
                self._open[style.type] = begin, max(end, open_end)
            else:
                # A style that begins cuts those that it begins inside of.
                self._cut(style.offset)
                self._open[style.type] = style.offset, end
            self._next += 1
        self._cut(offset)

    def _cut(self, offset: int) -> None:
        for style in list(self._open):
            begin, end = self._open[style]
            if begin >= offset:
                continue
            self._result.append(Entity(style, begin, min(end, offset) - begin))
            if end <= offset:
                del self._open[style]
            else:
                self._open[style] = offset, end
