"""Explicitly given `entities` and `caption_entities`.

What is accepted, and the words of what is not, are those of the Bot API server (Client.cpp, get_text_entity), then of
TDLib behind it (get_message_entities). The latter also reads the entities that a parse mode has made.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeGuard

from playground.text import ascii_only
from playground.text.cleaning import clean
from playground.text.dates import date_time_format
from playground.text.links import LinkError, check_link, is_user_id, link_error, user_id_of_link
from playground.text.model import Entity, TextError
from playground.text.utf16 import has_lone_surrogates

if TYPE_CHECKING:
    from collections.abc import Iterable

_PLAIN = frozenset(
    {
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
    }
)
_DETECTED = frozenset(
    {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number"}
)


class _FieldError(ValueError):
    """What is wrong with one entity's JSON, without the sentence around it."""


def parse_entities(values: Iterable[object]) -> tuple[Entity, ...]:
    """The entities of a decoded JSON array, without those of the types that Telegram finds by itself.

    Raises TextError, `can't parse MessageEntity: …`.
    """
    entities = []
    for value in values:
        try:
            entity = _read_entity(value)
        except _FieldError as error:
            raise TextError(f"can't parse MessageEntity: {error}") from error
        if entity is not None:
            entities.append(entity)
    return tuple(entities)


def _read_entity(value: object) -> Entity | None:
    if not _is_object(value):
        raise _FieldError("expected an Object")
    offset = _integer(value, "offset", 32)
    length = _integer(value, "length", 32)
    kind = _string(value, "type")
    if not kind:
        raise _FieldError("Type is not specified")
    if kind in _PLAIN:
        return Entity(kind, offset, length)
    if kind in _DETECTED:
        return None
    match kind:
        case "pre":
            return Entity(kind, offset, length, language=_string(value, "language", default="") or None)
        case "text_link":
            return Entity(kind, offset, length, url=_string(value, "url"))
        case "text_mention":
            user = _field(value, "user")
            if not _is_object(user):
                raise _FieldError('Field "user" must be of type Object')
            return Entity(kind, offset, length, user_id=_integer(user, "id", 64))
        case "custom_emoji":
            return Entity(kind, offset, length, custom_emoji_id=str(_integer(value, "custom_emoji_id", 64)))
        case "date_time":
            unix_time = _integer(value, "unix_time", 32)
            letters = date_time_format(_string(value, "date_time_format", default=""), winner="last")
            if letters is None:
                raise _FieldError("Invalid date-time format specified")
            return Entity(kind, offset, length, unix_time=unix_time, date_time_format=letters)
        case _:
            raise _FieldError("Unsupported type specified")


def _is_object(value: object) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def _field(value: dict[str, Any], name: str) -> object:
    if name not in value:
        raise _FieldError(f'Can\'t find field "{name}"')
    return value[name]


def _string(value: dict[str, Any], name: str, *, default: str | None = None) -> str:
    if default is not None and name not in value:
        return default
    field = _as_written(_field(value, name))
    if field is None:
        raise _FieldError(f'Field "{name}" must be of type String')
    return field


def _integer(value: dict[str, Any], name: str, bits: int) -> int:
    field = _as_written(_field(value, name))
    if field is None:
        raise _FieldError(f'Field "{name}" must be a Number')
    number = ascii_only.exact_integer(field, bits)
    if number is None:
        raise _FieldError(f'Field "{name}" must be a valid Number')
    return number


def _as_written(value: object) -> str | None:
    """A string, or a number as JSON writes it: the server takes either for the other."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def admit_entities(entities: tuple[Entity, ...]) -> tuple[Entity, ...]:
    """`entities`, given or made by a parse mode, with their links in the form in which Telegram keeps them.

    Raises TextError for a link, a mention, an emoji or a date that Telegram does not take.
    """
    return tuple(_ADMISSIONS.get(entity.type, _same)(entity) for entity in entities) if entities else entities


def _same(entity: Entity) -> Entity:
    return entity


def _admit_pre(entity: Entity) -> Entity:
    if entity.language is None:
        return entity
    if has_lone_surrogates(entity.language):
        raise TextError("messageEntityPreCode.language must be encoded in UTF-8")
    return replace(entity, language=clean(entity.language))


def _admit_link(entity: Entity) -> Entity:
    url = entity.url or ""
    if has_lone_surrogates(url):
        raise TextError("messageEntityTextUrl.url must be encoded in UTF-8")
    url = clean(url)
    user_id = user_id_of_link(url)
    if user_id is not None:
        return Entity("text_mention", entity.offset, entity.length, user_id=user_id)
    try:
        checked = check_link(url)
    except LinkError as error:
        raise TextError(f"entity {link_error(url, error)}") from error
    return entity if checked == entity.url else replace(entity, url=checked)


def _admit_mention(entity: Entity) -> Entity:
    if entity.user_id is None or not is_user_id(entity.user_id):
        raise TextError("user not found")
    return entity


def _admit_emoji(entity: Entity) -> Entity:
    if entity.custom_emoji_id in (None, "0"):
        raise TextError("invalid custom emoji identifier specified")
    return entity


def _admit_date(entity: Entity) -> Entity:
    if entity.unix_time is None or entity.unix_time <= 0:
        raise TextError("invalid date specified")
    return entity


_ADMISSIONS = {
    "pre": _admit_pre,
    "text_link": _admit_link,
    "text_mention": _admit_mention,
    "custom_emoji": _admit_emoji,
    "date_time": _admit_date,
}
