"""The real TDLib as the judge: its requests that need no login, with their answers as our types."""

from __future__ import annotations

import json
from typing import Any

import tdjson

from playground.text import Entity, FormattedText

_PARSE_MODES = {
    "HTML": {"@type": "textParseModeHTML"},
    "Markdown": {"@type": "textParseModeMarkdown", "version": 1},
    "MarkdownV2": {"@type": "textParseModeMarkdown", "version": 2},
}
_TYPES = {
    "Mention": "mention",
    "Hashtag": "hashtag",
    "Cashtag": "cashtag",
    "BotCommand": "bot_command",
    "Url": "url",
    "EmailAddress": "email",
    "BankCardNumber": "bank_card_number",
    "MediaTimestamp": "media_timestamp",
    "Bold": "bold",
    "Italic": "italic",
    "Underline": "underline",
    "Strikethrough": "strikethrough",
    "Spoiler": "spoiler",
    "Code": "code",
    "Pre": "pre",
    "PreCode": "pre",
    "BlockQuote": "blockquote",
    "ExpandableBlockQuote": "expandable_blockquote",
    "TextUrl": "text_link",
    "MentionName": "text_mention",
    "CustomEmoji": "custom_emoji",
    "DateTime": "date_time",
}
_NAMES = {ours: theirs for theirs, ours in _TYPES.items()} | {"pre": "Pre"}
_TIMES = {"None": "", "Short": "t", "Long": "T"}
_DATES = {"None": "", "Short": "d", "Long": "D"}


def parse(text: str, parse_mode: str) -> FormattedText | str:
    """What TDLib makes of `text`: the formatted text, or its error as the Bot API shows it."""
    return _formatted_text(
        _execute({"@type": "parseTextEntities", "text": text, "parse_mode": _PARSE_MODES[parse_mode]})
    )


def detect(text: str) -> tuple[Entity, ...]:
    """The entities that TDLib finds in `text`; among them `media_timestamp`, which it does not look for as a bot."""
    return tuple(map(_entity, _execute({"@type": "getTextEntities", "text": text})["entities"]))


def fix(text: FormattedText) -> FormattedText | str:
    """What TDLib makes of `text` with given entities, without trimming and detecting; or its error.

    It is the first step of a request that then reads a third kind of Markdown, of which `text` must not have any mark:
    no backtick, no square bracket, and no two of `_*~|` in a row.
    """
    entities = [
        {"@type": "textEntity", "offset": entity.offset, "length": entity.length, "type": _request_type(entity)}
        for entity in text.entities
    ]
    formatted = {"@type": "formattedText", "text": text.text, "entities": entities}
    return _formatted_text(_execute({"@type": "parseMarkdown", "text": formatted}))


def _formatted_text(answer: dict[str, Any]) -> FormattedText | str:
    if answer["@type"] == "error":
        message: str = answer["message"]
        # As the Bot API does where the second letter is not a capital.
        return message[0].lower() + message[1:]
    return FormattedText(answer["text"], tuple(map(_entity, answer["entities"])))


def _request_type(entity: Entity) -> dict[str, Any]:
    name = "PreCode" if entity.language is not None else _NAMES[entity.type]
    request: dict[str, Any] = {
        "@type": f"textEntityType{name}",
        "url": entity.url,
        "user_id": entity.user_id,
        "language": entity.language,
        "custom_emoji_id": entity.custom_emoji_id,
        "unix_time": entity.unix_time,
    }
    return {name: value for name, value in request.items() if value is not None}


def _execute(request: dict[str, Any]) -> dict[str, Any]:
    answer = tdjson.td_execute(json.dumps(request).encode())
    assert answer is not None
    decoded: dict[str, Any] = json.loads(answer)
    return decoded


def _entity(entity: dict[str, Any]) -> Entity:
    kind = entity["type"]
    emoji_id = kind.get("custom_emoji_id")
    is_date = kind["@type"] == "textEntityTypeDateTime"
    return Entity(
        _TYPES[kind["@type"].removeprefix("textEntityType")],
        entity["offset"],
        entity["length"],
        url=kind.get("url"),
        user_id=kind.get("user_id"),
        language=kind.get("language"),
        custom_emoji_id=None if emoji_id is None else str(emoji_id),
        unix_time=kind.get("unix_time"),
        date_time_format=_date_time_format(kind.get("formatting_type")) if is_date else None,
    )


def _date_time_format(formatting: dict[str, Any] | None) -> str:
    if formatting is None:
        return ""
    if formatting["@type"] == "dateTimeFormattingTypeRelative":
        return "r"
    weekday = "w" if formatting["show_day_of_week"] else ""
    return weekday + _precision(formatting["date_precision"], _DATES) + _precision(formatting["time_precision"], _TIMES)


def _precision(precision: dict[str, Any], letters: dict[str, str]) -> str:
    return letters[precision["@type"].removeprefix("dateTimePartPrecision")]


# Fatal errors only: refused requests are what we are after.
_execute({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0})
