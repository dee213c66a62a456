"""editMessageText, editMessageCaption, editMessageMedia, editMessageReplyMarkup, and what people edit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.playground.api.raw import Api, button, inline, picture

if TYPE_CHECKING:
    from playground.phone import Json, Phone, PlaygroundClient

STRANGER = 999_999
DAY = 86_400
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)
PHOTO = {"type": "photo", "media": "attach://new"}
NEW_PHOTO = {"new": ("new.jpg", picture(50, 50))}
NEW_DOCUMENT = {"new": ("new.txt", b"new")}
EDITS: list[tuple[str, Json]] = [
    ("editMessageText", {"text": "new"}),
    ("editMessageCaption", {"caption": "new"}),
    ("editMessageMedia", {"media": PHOTO}),
    ("editMessageReplyMarkup", {"reply_markup": inline([button("new")])}),
]


async def send_photo(api: Api, phone: Phone, **more: Any) -> Json:
    params = {"chat_id": phone.user_id, "caption": "old", **more}
    message: Json = await api.ok("sendPhoto", params, files={"photo": ("a.jpg", picture())})
    return message


def place(phone: Phone, message: Json) -> Json:
    return {"chat_id": phone.user_id, "message_id": message["message_id"]}


async def test_an_edited_text(api: Api, phone: Phone, client: PlaygroundClient) -> None:
    await client.set_clock(1_800_000_000, freeze=True)
    message = await api.send(phone, "old", reply_markup=inline([button()]))
    await client.advance(60)
    params = {
        **place(phone, message),
        "text": "<b>new</b>",
        "parse_mode": "HTML",
        "reply_markup": inline([button("B")]),
    }
    assert await api.ok("editMessageText", params) == {
        **message,
        "edit_date": 1_800_000_060,
        "text": "new",
        "entities": [{"offset": 0, "length": 3, "type": "bold"}],
        "reply_markup": inline([button("B")]),
    }
    screen = await phone.screen()
    assert (screen.last.text, screen.last.is_edited, screen.buttons[0].text) == ("new", True, "B")
    assert await api.updates() == []


async def test_an_edited_caption(api: Api, phone: Phone) -> None:
    message = await send_photo(api, phone)
    edited = await api.ok("editMessageCaption", {**place(phone, message), "caption": "new"})
    assert edited["caption"] == "new"
    assert edited["photo"] == message["photo"]
    edited = await api.ok("editMessageCaption", place(phone, message))
    assert "caption" not in edited


async def test_an_edited_photo(api: Api, phone: Phone) -> None:
    message = await send_photo(api, phone)
    media = {**PHOTO, "caption": "new", "has_spoiler": True}
    edited = await api.ok("editMessageMedia", {**place(phone, message), "media": media}, files=NEW_PHOTO)
    assert edited["caption"] == "new"
    assert edited["has_media_spoiler"] is True
    assert (edited["photo"][-1]["width"], edited["photo"][-1]["height"]) == (50, 50)


async def test_a_text_becomes_a_photo_and_that_a_document(api: Api, phone: Phone) -> None:
    message = await api.send(phone, "old")
    edited = await api.ok("editMessageMedia", {**place(phone, message), "media": PHOTO}, files=NEW_PHOTO)
    assert "text" not in edited
    assert "photo" in edited
    media = {"type": "document", "media": "attach://new"}
    edited = await api.ok("editMessageMedia", {**place(phone, message), "media": media}, files=NEW_DOCUMENT)
    assert "photo" not in edited
    assert edited["document"]["file_name"] == "new.txt"


async def test_an_edited_keyboard(api: Api, phone: Phone) -> None:
    message = await api.send(phone, "old")
    params = {**place(phone, message), "reply_markup": inline([button("B")])}
    edited = await api.ok("editMessageReplyMarkup", params)
    assert edited["reply_markup"] == inline([button("B")])
    assert edited["text"] == "old"


@pytest.mark.parametrize(
    ("method", "params"), [("editMessageText", {"text": "new"}), ("editMessageReplyMarkup", {})], ids=["text", "markup"]
)
async def test_an_edit_without_keyboard_removes_it(api: Api, phone: Phone, method: str, params: Json) -> None:
    message = await api.send(phone, "old", reply_markup=inline([button()]))
    assert "reply_markup" not in await api.ok(method, {**place(phone, message), **params})
    assert (await phone.screen()).buttons == []


async def test_the_bots_own_messages_may_be_edited_for_ever(api: Api, phone: Phone, client: PlaygroundClient) -> None:
    message = await api.send(phone, "old")
    await client.advance(1000 * DAY)
    assert (await api.ok("editMessageText", {**place(phone, message), "text": "new"}))["text"] == "new"


# Refused


@pytest.mark.parametrize(("method", "params"), EDITS, ids=[method for method, _ in EDITS])
async def test_a_message_that_is_not_named_or_not_found(api: Api, phone: Phone, method: str, params: Json) -> None:
    refused: list[tuple[Json, str]] = [
        ({}, "message identifier is not specified"),
        ({"message_id": "junk"}, "message identifier is not specified"),
        ({"message_id": -5, "inline_message_id": ""}, "message identifier is not specified"),
        ({"message_id": 5}, "chat_id is empty"),
        ({"chat_id": STRANGER, "message_id": 5}, "chat not found"),
        ({"chat_id": phone.user_id}, "message to edit not found"),
        ({"chat_id": phone.user_id, "message_id": STRANGER}, "message to edit not found"),
        ({"inline_message_id": "nonsense"}, "MESSAGE_ID_INVALID"),
    ]
    for where, description in refused:
        await api.refuses(method, {**params, **where}, description, files=NEW_PHOTO)


@pytest.mark.parametrize(("method", "params"), EDITS, ids=[method for method, _ in EDITS])
async def test_a_message_that_can_never_be_edited(api: Api, phone: Phone, method: str, params: Json) -> None:
    keyboard = await api.send(phone, "old", reply_markup={"keyboard": [["A"]]})
    removed = await api.send(phone, "old", reply_markup={"remove_keyboard": True})
    forced = await api.send(phone, "old", reply_markup={"force_reply": True})
    theirs = {"message_id": await phone.say("mine")}
    forwarded = {"message_id": await phone.forward(message_id=keyboard["message_id"])}
    for message in (keyboard, removed, forced, theirs, forwarded):
        where = place(phone, message)
        await api.refuses(method, {**params, **where}, "message can't be edited", files=NEW_PHOTO)


@pytest.mark.parametrize(("method", "params"), EDITS, ids=[method for method, _ in EDITS])
async def test_only_an_inline_keyboard_can_be_put_on_a_sent_message(
    api: Api, phone: Phone, method: str, params: Json
) -> None:
    message = await (api.send(phone, "old") if method == "editMessageText" else send_photo(api, phone))
    for markup in ({"keyboard": [["A"]]}, {"remove_keyboard": True}, {"force_reply": True}):
        where = {**params, **place(phone, message), "reply_markup": markup}
        await api.refuses(method, where, "inline keyboard expected", files=NEW_PHOTO)


@pytest.mark.parametrize(("method", "params"), EDITS, ids=[method for method, _ in EDITS])
async def test_telegrams_own_checks_of_a_keyboard(api: Api, phone: Phone, method: str, params: Json) -> None:
    message = await (api.send(phone, "old") if method == "editMessageText" else send_photo(api, phone))
    for markup, description in (
        (inline([button(data="x" * 65)]), "BUTTON_DATA_INVALID"),
        (inline([button()] * 9), "reply markup is too long"),
        (
            inline([{"text": "A", "url": "http://localhost/"}]),
            "inline keyboard button URL 'http://localhost/' is invalid: Wrong HTTP URL",
        ),
    ):
        where = {**params, **place(phone, message), "reply_markup": markup}
        await api.refuses(method, where, description, files=NEW_PHOTO)


async def test_a_photo_has_no_text_and_a_text_no_caption(api: Api, phone: Phone) -> None:
    text, photo = await api.send(phone, "old"), await send_photo(api, phone)
    no_text, no_caption = "there is no text in the message to edit", "there is no caption in the message to edit"
    await api.refuses("editMessageText", {**place(phone, photo), "text": "new"}, no_text)
    await api.refuses("editMessageCaption", {**place(phone, text), "caption": "new"}, no_caption)


async def test_a_shared_contact_is_not_the_bots(api: Api, phone: Phone) -> None:
    await phone.share_contact()
    where = {"chat_id": phone.user_id, "message_id": (await api.update())["message"]["message_id"]}
    await api.refuses("editMessageText", {**where, "text": "new"}, "message can't be edited")


@pytest.mark.parametrize(
    ("change", "same"),
    [
        pytest.param({"text": "old"}, False, id="without its keyboard"),
        pytest.param({"text": "old", "reply_markup": inline([button()])}, True, id="the same"),
        pytest.param({"text": " old \n", "reply_markup": inline([button()])}, True, id="the same after trimming"),
        pytest.param(
            {"text": "<b></b>old", "parse_mode": "HTML", "reply_markup": inline([button()])},
            True,
            id="the same after parsing",
        ),
        pytest.param(
            {"text": "<b>old</b>", "parse_mode": "HTML", "reply_markup": inline([button()])},
            False,
            id="other formatting",
        ),
        pytest.param({"text": "old", "reply_markup": inline([button(data="no")])}, False, id="another button"),
    ],
)
async def test_an_edit_that_changes_nothing(api: Api, phone: Phone, change: Json, same: bool) -> None:
    message = await api.send(phone, "old", reply_markup=inline([button()]))
    params = {**place(phone, message), **change}
    if same:
        await api.refuses("editMessageText", params, NOT_MODIFIED)
        assert not (await phone.screen()).last.is_edited
    else:
        await api.ok("editMessageText", params)


async def test_other_edits_that_change_nothing(api: Api, phone: Phone) -> None:
    message = await send_photo(api, phone)
    where = place(phone, message)
    media = {"type": "photo", "media": message["photo"][-1]["file_id"], "caption": "old"}
    await api.refuses("editMessageCaption", {**where, "caption": "old"}, NOT_MODIFIED)
    await api.refuses("editMessageReplyMarkup", where, NOT_MODIFIED)
    await api.refuses("editMessageMedia", {**where, "media": media}, NOT_MODIFIED)


async def test_texts_that_are_too_long_are_told_otherwise_than_by_sending(api: Api, phone: Phone) -> None:
    text, photo = place(phone, await api.send(phone, "old")), place(phone, await send_photo(api, phone))
    await api.refuses("editMessageText", {**text, "text": "x" * 4097}, "MESSAGE_TOO_LONG")
    await api.refuses("editMessageText", {**text, "text": ""}, "message text is empty")
    await api.refuses("editMessageText", {**text, "text": " "}, "text must be non-empty")
    await api.refuses("editMessageText", {**text, "text": "x" * 32_769}, "text is too long")
    await api.refuses("editMessageCaption", {**photo, "caption": "x" * 1025}, "MEDIA_CAPTION_TOO_LONG")
    media = {**PHOTO, "caption": "x" * 1025}
    await api.refuses("editMessageMedia", {**photo, "media": media}, "MEDIA_CAPTION_TOO_LONG", files=NEW_PHOTO)


@pytest.mark.parametrize(
    ("media", "description"),
    [
        pytest.param("", 'parameter "media" is required', id="none"),
        pytest.param("{", "can't parse input media JSON object", id="bad JSON"),
        pytest.param([], "can't parse InputMedia: expected an Object", id="array"),
        pytest.param("null", "can't parse InputMedia: expected an Object", id="null"),
        pytest.param({"type": "photo"}, "can't parse InputMedia: media not found", id="no media"),
        pytest.param(
            {"type": "photo", "media": "attach://nothing"}, "can't parse InputMedia: media not found", id="no such part"
        ),
        pytest.param({"media": "attach://new"}, "can't parse InputMedia: Can't find field \"type\"", id="no type"),
        pytest.param(
            {"type": "sticker", "media": "attach://new"},
            'can\'t parse InputMedia: type "sticker" is unsupported',
            id="type",
        ),
        pytest.param(
            {**PHOTO, "caption": "<b>x", "parse_mode": "HTML"},
            "can't parse InputMedia: Can't parse entities: Can't find end tag corresponding to start tag \"b\"",
            id="formatting",
        ),
        pytest.param(
            {**PHOTO, "parse_mode": "LaTeX", "caption": "x"},
            "can't parse InputMedia: Unsupported parse_mode",
            id="parse_mode",
        ),
        pytest.param(
            {**PHOTO, "has_spoiler": None},
            'can\'t parse InputMedia: Field "has_spoiler" must be of type Boolean',
            id="null flag",
        ),
    ],
)
async def test_a_medium_that_is_refused(api: Api, phone: Phone, media: Any, description: str) -> None:
    where = place(phone, await send_photo(api, phone))
    await api.refuses("editMessageMedia", {**where, "media": media}, description, files=NEW_PHOTO)


async def test_an_album_stays_of_one_type(api: Api, phone: Phone) -> None:
    files = {"a": ("a.jpg", picture(30, 30)), "b": ("b.jpg", picture(31, 31))}
    media = [{"type": "photo", "media": f"attach://{name}"} for name in files]
    album = await api.ok("sendMediaGroup", {"chat_id": phone.user_id, "media": media}, files=files)
    where, document = place(phone, album[1]), {"type": "document", "media": "attach://new"}
    changed = "can't change media type in the album"
    await api.refuses("editMessageMedia", {**where, "media": document}, changed, files=NEW_DOCUMENT)
    audio, animation = {**document, "type": "audio"}, {**document, "type": "animation"}
    await api.refuses("editMessageMedia", {**where, "media": audio}, changed, files=NEW_DOCUMENT)
    unusable = "message content type can't be used in an album"
    await api.refuses("editMessageMedia", {**where, "media": animation}, unusable, files=NEW_DOCUMENT)
    edited = await api.ok("editMessageMedia", {**where, "media": PHOTO}, files=NEW_PHOTO)
    assert edited["media_group_id"] == album[0]["media_group_id"]


# Order


BAD_MARKUP = {"reply_markup": "{"}
MARKUP_ERROR = "can't parse reply keyboard markup JSON object"
WRONG_KIND = {"reply_markup": {"force_reply": True}}


async def test_of_two_errors_the_first_in_the_servers_order_is_told(api: Api, phone: Phone) -> None:
    text, photo = place(phone, await api.send(phone, "old")), place(phone, await send_photo(api, phone))
    theirs = place(phone, {"message_id": await phone.say("mine")})
    nowhere = {"chat_id": STRANGER, "message_id": 5}
    refused: list[tuple[str, Json, str]] = [
        ("editMessageText", {**text, "text": "", **BAD_MARKUP}, "message text is empty"),
        ("editMessageText", {"text": "x", **BAD_MARKUP}, MARKUP_ERROR),
        ("editMessageText", {**nowhere, "text": " ", **WRONG_KIND}, "chat not found"),
        ("editMessageText", {**theirs, "text": " "}, "message can't be edited"),
        ("editMessageText", {**photo, "text": " "}, "there is no text in the message to edit"),
        ("editMessageText", {**text, "text": " ", **WRONG_KIND}, "text must be non-empty"),
        ("editMessageText", {**text, "text": "x" * 4097, **WRONG_KIND}, "inline keyboard expected"),
        ("editMessageText", {**text, "text": "old", **WRONG_KIND}, "inline keyboard expected"),
        ("editMessageCaption", {"caption": "<", "parse_mode": "HTML", **BAD_MARKUP}, MARKUP_ERROR),
        ("editMessageCaption", {"caption": "x", "parse_mode": "y"}, "unsupported parse_mode"),
        ("editMessageCaption", {**text, "caption": "x", **WRONG_KIND}, "there is no caption in the message to edit"),
        ("editMessageMedia", {"media": "{", **BAD_MARKUP}, MARKUP_ERROR),
        ("editMessageMedia", {**nowhere, "media": "{"}, "can't parse input media JSON object"),
        ("editMessageReplyMarkup", {**nowhere, **BAD_MARKUP}, MARKUP_ERROR),
        ("editMessageReplyMarkup", {**nowhere, **WRONG_KIND}, "chat not found"),
        ("editMessageReplyMarkup", {**theirs, **WRONG_KIND}, "message can't be edited"),
    ]
    for method, params, description in refused:
        await api.refuses(method, params, description)


async def test_a_person_who_is_gone(api: Api, phone: Phone) -> None:
    where = place(phone, await api.send(phone, "old"))
    await phone.block()
    await api.refuses("editMessageText", {**where, "text": "x"}, "bot was blocked by the user", code=403)
    await phone.deactivate()
    await api.refuses("editMessageText", {**where, "text": "x"}, "user is deactivated", code=403)


# What people edit


async def test_a_person_edits_a_message(api: Api, phone: Phone, client: PlaygroundClient) -> None:
    await client.set_clock(1_800_000_000, freeze=True)
    number = await phone.say("befor /x")
    original = (await api.update())["message"]
    await phone.edit(number, "before /x")
    edited = (await api.update())["edited_message"]
    assert edited == {
        **original,
        "text": "before /x",
        "entities": [{"offset": 7, "length": 2, "type": "bot_command"}],
        "edit_date": edited["edit_date"],
    }
    assert 1_800_000_000 < edited["edit_date"] < 1_800_000_100


async def test_an_edit_to_the_same_text_is_no_update(api: Api, phone: Phone) -> None:
    number = await phone.say("same")
    await api.update()
    await phone.edit(number, " same\n")
    assert await api.updates() == []


async def test_an_edit_of_a_message_older_than_a_day_is_no_update(
    api: Api, phone: Phone, client: PlaygroundClient
) -> None:
    number = await phone.say("old")
    await api.update()
    await client.advance(DAY - 100)
    await phone.edit(number, "edited in time")
    assert "edited_message" in await api.update()
    await client.advance(200)
    await phone.edit(number, "edited too late")
    assert await api.updates() == []
    assert (await phone.screen()).last.text == "edited too late"
