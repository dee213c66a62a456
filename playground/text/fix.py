"""What the server does to a text and its entities before it stores them.

The rules are those of TDLib's fix_formatted_text. The tests compare cleaning, nesting, bounds and detection with the
real library. Only with a login would it show how it trims, how it adds what it detects to what is given, and what it
refuses as empty: these are read in its source. Its cut at 35,000 bytes is left out, because the Bot API refuses so long
a text, and so long a caption, anyway.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from playground.text.cleaning import clean_with_entities, looks_empty
from playground.text.entities import detect_entities
from playground.text.links import is_user_id
from playground.text.model import Entity, FormattedText, TextError
from playground.text.nesting import add_detected, fix_entities, sort_entities
from playground.text.utf16 import Utf16Index, has_lone_surrogates, utf8_length, utf16_length

if TYPE_CHECKING:
    from collections.abc import Sequence

_MAX_POSITION = 1_000_000
_HIDDEN = "bank_card_number"


def fix_formatted_text(
    text: FormattedText, *, allow_empty: bool = False, detect: bool = True, skip_trim: bool = False
) -> FormattedText:
    """`text` as the server stores it: cleaned, trimmed, its entities nesting properly, and the detected ones added.

    `allow_empty` lets through a text that shows nothing, as a caption may. `skip_trim` keeps the spaces around.
    Bank cards are left out of the result, as the Bot API leaves them out of messages.

    Raises TextError for a text that shows nothing, and for entities that do not fit the text.
    """
    plain, entities = text.text, text.entities
    if has_lone_surrogates(plain):
        raise TextError("strings must be encoded in UTF-8")
    if entities:
        _check_positions(entities)
        entities = fix_entities(_without_empty(entities))
        _check_bounds(plain, entities)
    plain, entities = clean_with_entities(plain, entities)
    if not plain.strip(" \n"):
        if allow_empty:
            return FormattedText("")
        raise TextError("text must be non-empty")
    if entities:
        # Removed characters may have emptied an entity, or brought two together.
        entities = fix_entities(_without_empty(entities))
    if not skip_trim:
        plain, entities = _trim(plain, entities)
    if looks_empty(plain) and not allow_empty:
        raise TextError("text must be non-empty")
    if detect:
        entities = add_detected(entities, detect_entities(plain))
        if any(entity.type == _HIDDEN for entity in entities):
            entities = tuple(entity for entity in entities if entity.type != _HIDDEN)
    return FormattedText(plain, entities)


def _check_positions(entities: Sequence[Entity]) -> None:
    for entity in entities:
        if not 0 <= entity.offset <= _MAX_POSITION:
            raise TextError(f"receive an entity with incorrect offset {entity.offset}")
        if not 0 <= entity.length <= _MAX_POSITION:
            raise TextError(f"receive an entity with incorrect length {entity.length}")


def _without_empty(entities: tuple[Entity, ...]) -> tuple[Entity, ...]:
    if all(map(_says_something, entities)):
        return entities
    return tuple(filter(_says_something, entities))


def _says_something(entity: Entity) -> bool:
    if entity.length <= 0:
        return False
    match entity.type:
        case "text_link":
            return bool(entity.url)
        case "text_mention":
            return entity.user_id is not None and is_user_id(entity.user_id)
        case "custom_emoji":
            return entity.custom_emoji_id not in (None, "0")
        case "date_time":
            return entity.unix_time is not None and entity.unix_time > 0
        case _:
            return True


def _check_bounds(text: str, entities: Sequence[Entity]) -> None:
    """Refuse `entities`, sorted and properly nested, that cut a character in two or reach beyond the text."""
    if not entities:
        return
    index = Utf16Index(text)
    if index.length != len(text):
        _check_characters(text, index, entities)
    for entity in entities:
        if entity.offset > index.length:
            raise TextError(f"entity begins after the end of the text at UTF-16 offset {entity.offset}")
    for entity in reversed(entities):
        end = entity.offset + entity.length
        if end > index.length:
            beginning = f"entity beginning at UTF-16 offset {entity.offset}"
            raise TextError(f"{beginning} ends after the end of the text at UTF-16 offset {end}")


def _check_characters(text: str, index: Utf16Index, entities: Sequence[Entity]) -> None:
    # The first fault in the text is named; where a character is cut twice, the end that cuts it goes first.
    faults = [
        (entity.offset, 1, "entity begins in a middle of a UTF-16 symbol")
        for entity in entities
        if index.is_inside_character(entity.offset)
    ]
    for entity in reversed(entities):
        end = entity.offset + entity.length
        if index.is_inside_character(end):
            reason = f"entity beginning at UTF-16 offset {entity.offset} ends in a middle of a UTF-16 symbol"
            faults.append((end, 0, reason))
    if faults:
        units, _, reason = min(faults, key=lambda fault: fault[:2])
        raise TextError(f"{reason} at byte offset {utf8_length(text[: index.to_index(units + 1)])}")


def _trim(text: str, entities: tuple[Entity, ...]) -> tuple[str, tuple[Entity, ...]]:
    """`text` without spaces and line breaks at its end, and at its beginning up to the first entity."""
    trimmed = text.rstrip(" \n")
    if entities and len(trimmed) < len(text):
        entities = _cut_at(entities, utf16_length(trimmed))
    begin = len(trimmed) - len(trimmed.lstrip(" \n"))
    if entities:
        begin = min(begin, entities[0].offset)
    if begin:
        trimmed = trimmed[begin:]
        entities = tuple(replace(entity, offset=entity.offset - begin) for entity in entities)
    return trimmed, entities


def _cut_at(entities: tuple[Entity, ...], end: int) -> tuple[Entity, ...]:
    return sort_entities(
        replace(entity, length=min(entity.length, end - entity.offset)) for entity in entities if entity.offset < end
    )
