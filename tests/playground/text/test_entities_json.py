"""Explicitly given entities: read as leniently, and refused in the same words, as by the Bot API server."""

from __future__ import annotations

from typing import Any

import pytest

from playground.text import Entity, TextError, admit_entities, parse_entities


def entity(kind: str, **fields: object) -> dict[str, Any]:
    return {"type": kind, "offset": 1, "length": 2, **fields}


@pytest.mark.parametrize(
    ("value", "read"),
    [
        *[
            (entity(kind), Entity(kind, 1, 2))
            for kind in ("bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre")
        ],
        (entity("blockquote"), Entity("blockquote", 1, 2)),
        (entity("expandable_blockquote"), Entity("expandable_blockquote", 1, 2)),
        (entity("pre", language="py"), Entity("pre", 1, 2, language="py")),
        (entity("pre", language=""), Entity("pre", 1, 2)),
        (entity("pre", language=7), Entity("pre", 1, 2, language="7")),
        (entity("text_link", url="a.b"), Entity("text_link", 1, 2, url="a.b")),
        (entity("text_mention", user={"id": 42, "first_name": "A"}), Entity("text_mention", 1, 2, user_id=42)),
        (entity("text_mention", user={"id": "42"}), Entity("text_mention", 1, 2, user_id=42)),
        (entity("custom_emoji", custom_emoji_id="-5"), Entity("custom_emoji", 1, 2, custom_emoji_id="-5")),
        (entity("custom_emoji", custom_emoji_id=5), Entity("custom_emoji", 1, 2, custom_emoji_id="5")),
        (entity("date_time", unix_time=5), Entity("date_time", 1, 2, unix_time=5, date_time_format="")),
        (
            entity("date_time", unix_time="5", date_time_format="tTdDw"),
            Entity("date_time", 1, 2, unix_time=5, date_time_format="wDT"),
        ),
        (
            entity("date_time", unix_time=5, date_time_format="R"),
            Entity("date_time", 1, 2, unix_time=5, date_time_format="r"),
        ),
        ({"type": "bold", "offset": "-1", "length": "0", "more": None}, Entity("bold", -1, 0)),
    ],
)
def test_entity_is_read(value: object, read: Entity) -> None:
    assert parse_entities([value]) == (read,)


@pytest.mark.parametrize(
    "kind", ["mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number"]
)
def test_types_that_are_detected_are_left_out(kind: str) -> None:
    assert parse_entities([entity(kind), entity("bold")]) == (Entity("bold", 1, 2),)


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (None, "expected an Object"),
        ([], "expected an Object"),
        ("bold", "expected an Object"),
        ({}, 'Can\'t find field "offset"'),
        ({"offset": 0}, 'Can\'t find field "length"'),
        ({"offset": 0, "length": 1}, 'Can\'t find field "type"'),
        ({"type": "x", "offset": None, "length": 1}, 'Field "offset" must be a Number'),
        ({"type": "x", "offset": True, "length": 1}, 'Field "offset" must be a Number'),
        ({"type": "x", "offset": 1.5, "length": 1}, 'Field "offset" must be a valid Number'),
        ({"type": "x", "offset": "+1", "length": 1}, 'Field "offset" must be a valid Number'),
        ({"type": "x", "offset": 0, "length": 1 << 31}, 'Field "length" must be a valid Number'),
        ({"type": "x", "offset": 0, "length": "9" * 9999}, 'Field "length" must be a valid Number'),
        (entity(""), "Type is not specified"),
        ({"type": [], "offset": 0, "length": 1}, 'Field "type" must be of type String'),
        (entity("marquee"), "Unsupported type specified"),
        ({"type": 5, "offset": 0, "length": 1}, "Unsupported type specified"),
        (entity("pre", language=None), 'Field "language" must be of type String'),
        (entity("text_link"), 'Can\'t find field "url"'),
        (entity("text_link", url={}), 'Field "url" must be of type String'),
        (entity("text_mention"), 'Can\'t find field "user"'),
        (entity("text_mention", user=5), 'Field "user" must be of type Object'),
        (entity("text_mention", user={}), 'Can\'t find field "id"'),
        (entity("custom_emoji"), 'Can\'t find field "custom_emoji_id"'),
        (entity("custom_emoji", custom_emoji_id="x"), 'Field "custom_emoji_id" must be a valid Number'),
        (entity("date_time"), 'Can\'t find field "unix_time"'),
        (entity("date_time", unix_time=1 << 31), 'Field "unix_time" must be a valid Number'),
        (entity("date_time", unix_time=5, date_time_format="x"), "Invalid date-time format specified"),
    ],
)
def test_bad_entity_is_refused(value: object, error: str) -> None:
    with pytest.raises(TextError) as refused:
        parse_entities([value])
    assert str(refused.value) == f"can't parse MessageEntity: {error}"


def test_links_are_kept_in_their_normal_form() -> None:
    given = (
        Entity("text_link", 0, 1, url="Example.com"),
        Entity("text_link", 1, 1, url="tg://user?id=42"),
        Entity("text_link", 2, 1, url="a.b/\u202e\tc"),
        Entity("pre", 3, 1, language="a\r\tb"),
    )
    assert admit_entities(given) == (
        Entity("text_link", 0, 1, url="http://example.com/"),
        Entity("text_mention", 1, 1, user_id=42),
        Entity("text_link", 2, 1, url="http://a.b/%20c"),
        Entity("pre", 3, 1, language="a b"),
    )


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (Entity("text_link", 0, 1, url="x"), "entity URL 'x' is invalid: Wrong HTTP URL"),
        (Entity("text_link", 0, 1, url=""), "entity URL '' is invalid: URL host is empty"),
        (Entity("text_link", 0, 1, url="ftp://a.b"), "entity URL 'ftp://a.b' is invalid: Unsupported URL protocol"),
        (
            Entity("text_link", 0, 1, url="a.b:99999"),
            "entity URL 'a.b:99999' is invalid: Wrong port number specified in the URL",
        ),
        (Entity("text_link", 0, 1, url="a b.c"), "entity URL 'a b.c' is invalid: Disallowed character in URL host"),
        (
            Entity("text_link", 0, 1, url="a%.b"),
            "entity URL 'a%.b' is invalid: Wrong percent-encoded symbol in URL host",
        ),
        (Entity("text_link", 0, 1, url="[x]"), "entity URL '[x]' is invalid: Wrong IPv6 address specified in the URL"),
        (Entity("text_link", 0, 1, url="tg:http://a"), "entity URL 'tg:http://a' is invalid: Wrong tg URL"),
        (Entity("text_link", 0, 1, url="ton:a:80"), "entity URL 'ton:a:80' is invalid: Wrong ton URL"),
        (Entity("text_link", 0, 1, url="tg:a.b"), "entity URL 'tg:a.b' is invalid: Unallowed characters in URL host"),
        (Entity("text_link", 0, 1, url="http://."), "entity URL 'http://.' is invalid: Host is invalid"),
        (Entity("text_link", 0, 1, url="\ud83d"), "messageEntityTextUrl.url must be encoded in UTF-8"),
        (Entity("pre", 0, 1, language="\ud83d"), "messageEntityPreCode.language must be encoded in UTF-8"),
        (Entity("text_mention", 0, 1, user_id=0), "user not found"),
        (Entity("custom_emoji", 0, 1, custom_emoji_id="0"), "invalid custom emoji identifier specified"),
        (Entity("date_time", 0, 1, unix_time=-5), "invalid date specified"),
    ],
)
def test_bad_details_are_refused(given: Entity, error: str) -> None:
    with pytest.raises(TextError) as refused:
        admit_entities((given,))
    assert str(refused.value) == error
