"""What a phone sends beside texts, photos and documents, as the bot gets it; and the clips that a bot sends."""

from __future__ import annotations

from typing import Any

import aiogram.types
import pytest
import telegram

from playground.phone import Json, NotShownError, Phone, PlaygroundError
from tests.playground.api.raw import Api, Files, picture

FILE = {"file_id", "file_unique_id", "file_size"}
THUMBED = FILE | {"thumbnail", "thumb"}
COMMON = {"message_id", "from", "chat", "date"}
VIDEO: Files = {"video": ("walk.mp4", b"\0\0\0\x18ftypmp42")}

CLIPS = [
    ("voice", {"duration", "mime_type"} | FILE),
    ("audio", {"duration", "mime_type", "file_name", "title", "performer"} | FILE),
    ("video", {"duration", "width", "height", "mime_type", "file_name"} | THUMBED),
    ("video_note", {"duration", "length"} | THUMBED),
    ("animation", {"duration", "width", "height", "mime_type", "file_name"} | THUMBED),
    ("sticker", {"width", "height", "emoji", "set_name", "is_animated", "is_video", "type"} | THUMBED),
]


async def send_clip(phone: Phone, kind: str, **more: Any) -> int:
    if kind == "audio":
        more = {"title": "Song", "performer": "Band", **more}
    number: int = await getattr(phone, f"send_{kind}")(**more)
    return number


async def sent(api: Api) -> Json:
    message: Json = (await api.update())["message"]
    return message


# Clips


@pytest.mark.parametrize(("kind", "members"), CLIPS)
async def test_a_clip(api: Api, phone: Phone, kind: str, members: set[str]) -> None:
    number = await send_clip(phone, kind)
    message = await sent(api)
    assert message["message_id"] == number
    assert set(message) == COMMON | {kind} | ({"document"} if kind == "animation" else set())
    assert set(message[kind]) == members
    shown = (await phone.screen()).last
    assert shown.media is not None
    assert shown.media["kind"] == kind
    file = await api.ok("getFile", {"file_id": message[kind]["file_id"]})
    answer = await phone.client.http.get(f"/file/bot{api.bot.token}/{file['file_path']}")
    assert len(answer.content) == message[kind]["file_size"]


async def test_an_animation_is_a_document_too(api: Api, phone: Phone) -> None:
    await phone.send_animation(("cat.mp4", b"x"), caption="look")
    message = await sent(api)
    assert message["document"]["file_id"] == message["animation"]["file_id"]
    assert set(message["document"]) == {"file_name", "mime_type"} | THUMBED
    assert message["document"]["file_name"] == "cat.mp4"
    assert message["caption"] == "look"


async def test_a_clip_of_ones_own(api: Api, phone: Phone) -> None:
    await phone.send_voice(("hello.ogg", b"OggS!"), duration=61, caption="hello")
    message = await sent(api)
    assert (message["voice"]["duration"], message["voice"]["file_size"], message["caption"]) == (61, 5, "hello")
    assert message["voice"]["mime_type"] == "audio/ogg"
    file = await api.ok("getFile", {"file_id": message["voice"]["file_id"]})
    assert file["file_path"].startswith("voice/file_")
    assert file["file_path"].endswith(".oga")
    await phone.send_sticker(("wave.tgs", b"\x1f\x8b"), emoji="👋")
    sticker = (await sent(api))["sticker"]
    assert (sticker["is_animated"], sticker["is_video"], sticker["emoji"]) == (True, False, "👋")


@pytest.mark.parametrize("kind", [kind for kind, _ in CLIPS])
async def test_a_clip_answers_a_message(api: Api, phone: Phone, kind: str) -> None:
    asked = await api.send(phone, "Which?", reply_markup={"force_reply": True})
    await send_clip(phone, kind, reply_to=asked["message_id"])
    assert (await sent(api))["reply_to_message"]["text"] == "Which?"


@pytest.mark.parametrize("kind", ["video_note", "sticker"])
async def test_kinds_without_captions(phone: Phone, kind: str) -> None:
    path = f"bots/{phone.bot.id}/phones/{phone.user_id}/{kind}"
    with pytest.raises(PlaygroundError, match="no caption"):
        await phone.client.request("POST", path, json={"caption": "x"})
    number = await send_clip(phone, kind)
    with pytest.raises(PlaygroundError, match="no caption"):
        await phone.edit_caption(number, "x")
    with pytest.raises(PlaygroundError, match="nothing to edit"):
        await phone.edit(number, "x")


# Contacts, locations, polls


async def test_a_location(api: Api, phone: Phone) -> None:
    await phone.send_location(24.5, -67.25)
    assert (await sent(api))["location"] == {"latitude": 24.5, "longitude": -67.25}
    assert (await phone.screen()).last.special == {"kind": "location", "latitude": 24.5, "longitude": -67.25}
    with pytest.raises(PlaygroundError, match="between -90 and 90"):
        await phone.send_location(91, 0)


async def test_a_poll(api: Api, phone: Phone) -> None:
    await phone.send_poll("Tea?", ["Yes", "No"])
    message = await sent(api)
    poll = message["poll"]
    assert set(message) == COMMON | {"poll"}
    assert poll == {
        "id": poll["id"],
        "question": "Tea?",
        "options": [
            {"persistent_id": "0", "text": "Yes", "voter_count": 0},
            {"persistent_id": "1", "text": "No", "voter_count": 0},
        ],
        "total_voter_count": 0,
        "is_closed": False,
        "is_anonymous": True,
        "type": "regular",
        "allows_multiple_answers": False,
        "allows_revoting": True,
        "members_only": False,
    }
    with pytest.raises(PlaygroundError, match="2 to 12 options"):
        await phone.send_poll("Tea?", ["Yes"])


async def test_contacts_of_ones_own_and_of_others(api: Api, phone: Phone) -> None:
    await phone.share_contact()
    own = (await sent(api))["contact"]
    assert (own["user_id"], own["first_name"], own["last_name"]) == (phone.user_id, "Ayesha", "Khan")
    await phone.share_contact("Bilal", "+923001234567")
    assert (await sent(api))["contact"] == {"phone_number": "+923001234567", "first_name": "Bilal"}


async def test_they_cannot_be_edited(phone: Phone) -> None:
    number = await phone.send_poll()
    with pytest.raises(PlaygroundError, match="can't be edited"):
        await phone.edit(number, "x")
    with pytest.raises(PlaygroundError, match="no caption"):
        await phone.edit_caption(number, "x")


# Service messages


async def test_a_pinned_message(api: Api, phone: Phone) -> None:
    asked = await api.send(phone, "Order 1")
    await phone.say("ok", reply_to=asked["message_id"])
    await phone.service("pinned", message_id=asked["message_id"])
    assert (await api.updates())[-1]["message"]["pinned_message"] == asked
    number = await phone.service("pinned")
    pinned = (await sent(api))["pinned_message"]
    assert (pinned["text"], "reply_to_message" in pinned) == ("ok", False)
    assert (await phone.screen()).last.service == "Ayesha Khan pinned “ok”"
    with pytest.raises(PlaygroundError, match="cannot be forwarded"):
        await phone.forward(message_id=number)
    with pytest.raises(PlaygroundError, match="cannot be pinned"):
        await phone.service("pinned", message_id=number)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("timer", {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86_400}}),
        ("timer_off", {"message_auto_delete_timer_changed": {"message_auto_delete_time": 0}}),
        (
            "color",
            {
                "chat_background_set": {
                    "type": {"type": "fill", "fill": {"type": "solid", "color": 5408961}, "dark_theme_dimming": 0}
                }
            },
        ),
        ("write_access", {"write_access_allowed": {"from_request": True}}),
        ("unknown", {}),
    ],
)
async def test_a_service_message(api: Api, phone: Phone, kind: str, content: Json) -> None:
    await phone.service(kind)
    message = await sent(api)
    assert {name: value for name, value in message.items() if name not in COMMON} == content
    shown = (await phone.screen()).last
    assert shown.service
    assert shown.special is None


async def test_a_wallpaper(api: Api, phone: Phone) -> None:
    await phone.service("wallpaper")
    background = (await sent(api))["chat_background_set"]["type"]
    assert (background["type"], background["is_blurred"]) == ("wallpaper", True)
    assert set(background["document"]) == {"file_name", "mime_type"} | THUMBED


async def test_a_timer_of_a_week(api: Api, phone: Phone) -> None:
    await phone.service("timer", seconds=7 * 86_400)
    assert (await sent(api))["message_auto_delete_timer_changed"]["message_auto_delete_time"] == 7 * 86_400
    assert "after 7 days" in str(await phone.screen())


async def test_a_service_message_that_does_not_exist(phone: Phone) -> None:
    with pytest.raises(PlaygroundError, match="one of: pinned, timer"):
        await phone.service("fireworks")


async def test_a_group_shows_its_bot_every_service_message(api: Api, phone: Phone) -> None:
    group = {"title": "Desk", "type": "group", "member_ids": [phone.user_id]}
    made = await phone.client.request("POST", f"bots/{api.bot.id}/groups", json=group)
    await api.updates()
    there = Phone(phone.client, phone.bot, phone.user_id, phone.name, made["id"])
    await there.say("not for the bot")
    await there.send_voice()
    await there.service("timer")
    assert "message_auto_delete_timer_changed" in await sent(api)


# Forwarding


@pytest.mark.parametrize("kind", [*(kind for kind, _ in CLIPS), "location", "poll"])
async def test_all_of_them_are_forwarded(api: Api, phone: Phone, kind: str) -> None:
    number = await send_clip(phone, kind)
    first = await sent(api)
    await phone.forward(message_id=number)
    again = await sent(api)
    assert again[kind] == first[kind]
    assert again["forward_origin"] == {"type": "user", "sender_user": first["from"], "date": again["date"]}


# What frameworks make of them


async def test_frameworks_read_all_of_them(api: Api, phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # without it, python-telegram-bot warns at the sight of a timer
    for kind, _ in CLIPS:
        await send_clip(phone, kind)
    for kind in ("pinned", "timer", "wallpaper", "color", "write_access", "unknown"):
        await phone.service(kind)
    await phone.send_location()
    await phone.send_poll()
    await phone.share_contact()
    updates = await api.updates()
    assert len(updates) == len(CLIPS) + 9
    for update in updates:
        aiogram.types.Update.model_validate(update)
        read = telegram.Update.de_json(update, None).message
        assert read is not None
        told = set(update["message"]) - COMMON
        assert {name for name in told if read[name] is not None} == told


# Links and captions


async def test_words_that_lead_somewhere(api: Api, phone: Phone) -> None:
    await phone.say("😀 Here is the page.", links={"the page": "https://example.com/a"})
    message = await sent(api)
    link = {"offset": 11, "length": 8, "type": "text_link", "url": "https://example.com/a"}
    assert message["entities"] == [link]
    await phone.edit(message["message_id"], "The page", links={"The page": "example.com"})
    edited = (await api.update())["edited_message"]
    assert edited["entities"] == [{"offset": 0, "length": 8, "type": "text_link", "url": "http://example.com/"}]


async def test_marks_of_other_kinds(api: Api, phone: Phone) -> None:
    await phone.say("fat cat", entities=[{"type": "bold", "offset": 0, "length": 3}])
    assert (await sent(api))["entities"] == [{"offset": 0, "length": 3, "type": "bold"}]
    for entity in ({"type": "text_link", "offset": 0, "length": 3}, {"type": "bold", "offset": 0, "length": 99}, "x"):
        with pytest.raises(PlaygroundError, match="marked wrongly"):
            await phone.say("fat cat", entities=[entity])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="not in the text"):
        await phone.say("fat cat", links={"dog": "https://example.com"})


async def test_an_edited_caption(api: Api, phone: Phone) -> None:
    number = await phone.send_video(caption="old")
    await api.updates()
    await phone.edit_caption(number, "new")
    edited = (await api.update())["edited_message"]
    assert (edited["caption"], "edit_date" in edited, "video" in edited) == ("new", True, True)
    await phone.edit_caption(number, "")
    assert "caption" not in (await api.update())["edited_message"]
    text = await phone.say("a text")
    with pytest.raises(PlaygroundError, match="no caption"):
        await phone.edit_caption(text, "x")


# What a person sees


async def test_what_nobody_sees_does_not_count(api: Api, phone: Phone) -> None:
    isolated = "\u2068Ali\u2069 owes PKR\u00a0300\u200f"
    await api.send(
        phone, isolated, reply_markup={"inline_keyboard": [[{"text": "Pay \u2068Ali\u2069", "callback_data": "p"}]]}
    )
    screen = await phone.wait_for("Ali owes PKR 300")
    assert (screen.last.text, screen.last.raw_text) == ("Ali owes PKR 300", isolated)
    (button,) = screen.last.buttons
    assert (button.text, button.raw_text) == ("Pay Ali", "Pay \u2068Ali\u2069")
    await phone.wait_for("PKR\u00a0300")
    await phone.wait_for("Pay Ali")
    tapped = await phone.tap("Pay Ali")
    await api.ok("answerCallbackQuery", {"callback_query_id": tapped["callback_query_id"], "text": "\u2067Paid\u2069!"})
    toast = (await phone.wait_for("Paid!")).toast
    assert toast is not None
    assert (toast["text"], toast["raw_text"]) == ("Paid!", "\u2067Paid\u2069!")


async def test_a_reply_buttons_text_is_sent_as_it_is(api: Api, phone: Phone) -> None:
    await api.send(phone, reply_markup={"keyboard": [["My\u00a0orders \u2068(3)\u2069"]]})
    assert (await phone.screen()).reply_buttons == ["My orders (3)"]
    await phone.tap("My orders (3)")
    assert (await sent(api))["text"] == "My\u00a0orders \u2068(3)\u2069"
    with pytest.raises(NotShownError):
        await phone.tap("My orders (4)")


# What a bot sends


@pytest.mark.parametrize("kind", ["voice", "audio", "video", "animation"])
async def test_a_bot_sends_clips(api: Api, phone: Phone, kind: str) -> None:
    method, here = f"send{kind.capitalize()}", {"chat_id": phone.user_id}
    about = {"duration": 9, "width": 40, "height": 30, "title": "T", "performer": "P", "caption": "<b>c</b>"}
    params = {**here, **about, "parse_mode": "HTML", "has_spoiler": True}
    first = await api.ok(method, params, files={kind: ("a.bin", b"abc"), "thumbnail": ("t.jpg", picture())})
    assert (first[kind]["duration"], first[kind]["file_size"], first["caption"]) == (9, 3, "c")
    assert ("has_media_spoiler" in first) is (kind in {"video", "animation"})
    if kind in {"video", "animation"}:
        assert (first[kind]["width"], first[kind]["height"]) == (40, 30)
        assert (first[kind]["thumbnail"]["width"], first[kind]["thumbnail"]["height"]) == (40, 30)
    again = await api.ok(method, {**here, kind: first[kind]["file_id"]})
    assert again[kind] == first[kind]
    await api.refuses(method, here, f"there is no {kind} in the request")
    photo = (await api.ok("sendPhoto", here, files={"photo": ("a.jpg", picture())}))["photo"][0]["file_id"]
    name = "VoiceNote" if kind == "voice" else kind.capitalize()
    await api.refuses(method, {**here, kind: photo}, f"can't use file of type Photo as {name}")
    await api.refuses("sendPhoto", {**here, "photo": first[kind]["file_id"]}, f"can't use file of type {name} as Photo")
    await api.refuses(method, here, "file must be non-empty", files={kind: ("a.bin", b"")})
    long = {**here, "caption": "x" * 1025}
    await api.refuses(method, long, "message caption is too long", files={kind: ("a.bin", b"x")})


@pytest.mark.parametrize(("kind", "_"), CLIPS)
async def test_what_a_phone_sent_stays_what_it_is(api: Api, phone: Phone, kind: str, _: set[str]) -> None:
    """A file_id of any kind but a photo's may be given to any method of these: the file decides."""
    await send_clip(phone, kind)
    clip = (await sent(api))[kind]
    again = await api.ok("sendDocument", {"chat_id": phone.user_id, "document": clip["file_id"], "caption": "c"})
    assert again[kind] == clip
    assert ("caption" in again) is (kind not in {"sticker", "video_note"})


async def test_a_bot_edits_a_clip(api: Api, phone: Phone) -> None:
    message = await api.ok("sendVideo", {"chat_id": phone.user_id, "caption": "a"}, files=VIDEO)
    where = {"chat_id": phone.user_id, "message_id": message["message_id"]}
    assert (await api.ok("editMessageCaption", {**where, "caption": "b"}))["caption"] == "b"
    await api.refuses("editMessageText", {**where, "text": "b"}, "there is no text in the message to edit")
    media = {"type": "animation", "media": "attach://new", "duration": 7}
    edited = await api.ok("editMessageMedia", {**where, "media": media}, files={"new": ("a.mp4", b"x")})
    assert edited["animation"]["duration"] == 7
    assert "video" not in edited


async def test_an_album_of_a_video_and_a_photo(api: Api, phone: Phone) -> None:
    media = [{"type": "video", "media": "attach://v"}, {"type": "photo", "media": "attach://p"}]
    files: Files = {"v": ("v.mp4", b"x"), "p": ("p.jpg", picture())}
    here = {"chat_id": phone.user_id}
    album = await api.ok("sendMediaGroup", {**here, "media": media}, files=files)
    assert [("video" in each, "photo" in each) for each in album] == [(True, False), (False, True)]
    mixed = [media[1], {"type": "audio", "media": "attach://v"}]
    refusal = "audio can't be mixed with other media types"
    await api.refuses("sendMediaGroup", {**here, "media": mixed}, refusal, files=files)
