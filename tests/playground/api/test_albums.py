"""sendMediaGroup, and the albums that people send."""

from __future__ import annotations

from typing import Any

import pytest

from playground.phone import Json, Phone, PlaygroundError
from tests.playground.api.raw import Api, Files, picture

FILES: Files = {name: (f"{name}.jpg", picture(30 + number, 30)) for number, name in enumerate("abcdefghijk")}


def photos(names: str, **first: Any) -> list[Json]:
    media: list[Json] = [{"type": "photo", "media": f"attach://{name}"} for name in names]
    media[0].update(first)
    return media


def documents(names: str) -> list[Json]:
    return [{"type": "document", "media": f"attach://{name}"} for name in names]


async def send(api: Api, phone: Phone, media: list[Json], **more: Any) -> list[Json]:
    params = {"chat_id": phone.user_id, "media": media, **more}
    album: list[Json] = await api.ok("sendMediaGroup", params, files=FILES)
    return album


async def refused(api: Api, phone: Phone, media: Any, description: str, *, code: int = 400) -> None:
    before = (await phone.screen()).version
    params = {"chat_id": phone.user_id, "media": media}
    await api.refuses("sendMediaGroup", params, description, code=code, files=FILES)
    assert (await phone.screen()).version == before


@pytest.mark.parametrize("names", ["ab", "abcdefghij"])
@pytest.mark.parametrize("make", [photos, documents])
async def test_an_album_of_two_to_ten(api: Api, phone: Phone, make: Any, names: str) -> None:
    album = await send(api, phone, make(names))
    assert len(album) == len(names)
    (group,) = {message["media_group_id"] for message in album}
    assert isinstance(group, str)
    assert group.isdigit()
    numbers = [message["message_id"] for message in album]
    assert numbers == list(range(numbers[0], numbers[0] + len(names)))
    shown = [message.json["media_group_id"] for message in (await phone.screen()).messages if message.media]
    assert shown == [group] * len(names)


async def test_an_album_of_one_is_a_plain_message(api: Api, phone: Phone) -> None:
    (message,) = await send(api, phone, photos("a"))
    assert "media_group_id" not in message


async def test_captions_replies_and_spoilers_of_an_album(api: Api, phone: Phone) -> None:
    number = await phone.say("send them")
    caption = {"caption": "<b>both</b>", "parse_mode": "HTML", "has_spoiler": True, "show_caption_above_media": True}
    first, second = await send(api, phone, photos("ab", **caption), reply_parameters={"message_id": number})
    assert first["caption"] == "both"
    assert first["caption_entities"] == [{"offset": 0, "length": 4, "type": "bold"}]
    assert first["has_media_spoiler"] is True
    assert first["show_caption_above_media"] is True
    assert not {"caption", "has_media_spoiler", "show_caption_above_media"} & set(second)
    assert [each["reply_to_message"]["message_id"] for each in (first, second)] == [number, number]


async def test_an_album_has_no_keyboard(api: Api, phone: Phone) -> None:
    album = await send(api, phone, photos("ab"), reply_markup="{nonsense that nobody reads")
    assert all("reply_markup" not in message for message in album)


async def test_an_album_of_file_ids(api: Api, phone: Phone) -> None:
    first = await send(api, phone, photos("ab"))
    media = [{"type": "photo", "media": each["photo"][-1]["file_id"]} for each in first]
    again = await api.ok("sendMediaGroup", {"chat_id": phone.user_id, "media": media})
    assert [each["photo"] for each in again] == [each["photo"] for each in first]
    assert again[0]["media_group_id"] != first[0]["media_group_id"]


@pytest.mark.parametrize(
    ("media", "description"),
    [
        pytest.param("", 'parameter "media" is required', id="none"),
        pytest.param("[", "can't parse media JSON object", id="bad JSON"),
        pytest.param({}, "expected an Array of InputMedia", id="object"),
        pytest.param("null", "expected an Array of InputMedia", id="null"),
        pytest.param([], "there are no messages to send", id="empty"),
        pytest.param(photos("abcdefghijk"), "too many messages to send as an album", id="eleven"),
        pytest.param([7], "can't parse InputMedia: expected an Object", id="number"),
        pytest.param([{"type": "photo"}], "can't parse InputMedia: media not found", id="no media"),
        pytest.param([{"media": "attach://a"}], "can't parse InputMedia: Can't find field \"type\"", id="no type"),
        pytest.param(
            [{"type": "animation", "media": "attach://a"}],
            "can't parse InputMedia: type \"animation\" can't be used in sendMediaGroup",
            id="animation",
        ),
        pytest.param(
            [{"type": "voice", "media": "attach://a"}],
            'can\'t parse InputMedia: type "voice" is unsupported',
            id="voice",
        ),
        pytest.param(
            [*photos("a"), *documents("b")], "document can't be mixed with other media types", id="photo and document"
        ),
        pytest.param(
            [*documents("a"), *photos("b")], "document can't be mixed with other media types", id="document and photo"
        ),
        pytest.param(photos("ab", caption="x" * 1025), "message caption is too long", id="caption"),
        pytest.param(
            photos("ab", media="not a file id"),
            "wrong remote file identifier specified: Wrong character in the string",
            id="mangled file_id",
        ),
    ],
)
async def test_an_album_that_is_refused(api: Api, phone: Phone, media: Any, description: str) -> None:
    await refused(api, phone, media, description)


async def test_one_item_that_fails_fails_the_album(api: Api, phone: Phone) -> None:
    bad = {"a": FILES["a"], "b": ("b.jpg", b"no picture"), "c": ("c.png", picture(300, 10, "PNG"))}
    for names, number, reason in (("ab", 2, "IMAGE_PROCESS_FAILED"), ("ca", 1, "PHOTO_INVALID_DIMENSIONS")):
        description = f'failed to send message #{number} with the error message "{reason}"'
        params = {"chat_id": phone.user_id, "media": photos(names)}
        await api.refuses("sendMediaGroup", params, description, files=bad)


async def test_an_address_that_fails_is_told_in_telegrams_own_words(api: Api, phone: Phone) -> None:
    media = [*photos("a"), {"type": "photo", "media": "http://127.0.0.1:9/b.jpg"}]
    await refused(api, phone, media, 'failed to send message #2 with the error message "WEBPAGE_CURL_FAILED"')


async def test_of_two_errors_the_first_in_the_servers_order_is_told(api: Api, phone: Phone) -> None:
    nowhere, long = {"chat_id": 999_999}, photos("ab", caption="x" * 1025)
    await api.refuses(
        "sendMediaGroup",
        {**nowhere, "media": "[", "reply_parameters": "{"},
        "can't parse reply parameters JSON object",
    )
    await api.refuses("sendMediaGroup", {**nowhere, "media": "["}, "can't parse media JSON object")
    await api.refuses("sendMediaGroup", {**nowhere, "media": []}, "chat not found")
    await api.refuses("sendMediaGroup", {**nowhere, "media": long}, "chat not found", files=FILES)
    params = {"chat_id": phone.user_id, "media": long * 6, "reply_to_message_id": 999_999}
    await api.refuses("sendMediaGroup", params, "message to be replied not found", files=FILES)
    await refused(api, phone, long * 6, "too many messages to send as an album")
    await refused(api, phone, [*long, *documents("c")], "message caption is too long")


async def test_a_blocked_bot_sends_no_album(api: Api, phone: Phone) -> None:
    await phone.block()
    params = {"chat_id": phone.user_id, "media": photos("ab")}
    await api.refuses("sendMediaGroup", params, "bot was blocked by the user", code=403, files=FILES)


# From people


@pytest.mark.parametrize("kind", ["photo", "document"])
async def test_an_album_of_a_phone_is_an_update_for_each_item(api: Api, phone: Phone, kind: str) -> None:
    await phone.send_album([*FILES.values()][:3], kind=kind, caption="all three")
    messages = [update["message"] for update in await api.updates()]
    assert [kind in message for message in messages] == [True] * 3
    (group,) = {message["media_group_id"] for message in messages}
    assert group.isdigit()
    assert [message.get("caption") for message in messages] == ["all three", None, None]


@pytest.mark.parametrize("count", [1, 11])
async def test_a_phone_sends_two_to_ten_at_once(phone: Phone, count: int) -> None:
    with pytest.raises(PlaygroundError, match="2 to 10"):
        await phone.send_album([*FILES.values()][:count])
