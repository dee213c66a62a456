"""sendMessage and sendChatAction: what is refused, in which order, and what comes of the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.playground.api.raw import Api, assert_refused, button, inline

if TYPE_CHECKING:
    from playground.phone import BotAccount, Json, Phone, PlaygroundClient

STRANGER = 999_999
EMOJI = "\N{WINKING FACE}"
"""One code point, two UTF-16 units."""
BAD = {"reply_markup": {"inline_keyboard": [[{"text": "no action"}]]}}
NOT_FOUND = "message to be replied not found"


async def test_a_sent_message(api: Api, phone: Phone, client: PlaygroundClient) -> None:
    await client.set_clock(1_800_000_000, freeze=True)
    message = await api.send(phone, "hello")
    number = message.pop("message_id")
    assert isinstance(number, int)
    assert message == {
        "from": {"id": api.bot.id, "is_bot": True, "first_name": "Example", "username": "example_bot"},
        "chat": {
            "id": phone.user_id,
            "first_name": "Ayesha",
            "last_name": "Khan",
            "username": "ayesha",
            "type": "private",
        },
        "date": 1_800_000_000,
        "text": "hello",
    }
    screen = await phone.screen()
    assert (screen.last.id, screen.last.text, screen.last.is_mine) == (number, "hello", False)


# Texts


@pytest.mark.parametrize(
    ("params", "description"),
    [
        pytest.param({}, "message text is empty", id="no text"),
        pytest.param({"text": ""}, "message text is empty", id="empty"),
        pytest.param({"text": " \n\t "}, "text must be non-empty", id="only whitespace"),
        pytest.param({"text": "\u200b\u2800\u200e"}, "text must be non-empty", id="only invisible characters"),
        pytest.param({"text": "<b></b>", "parse_mode": "HTML"}, "text must be non-empty", id="empty after parsing"),
        pytest.param({"text": "x" * 32_769}, "text is too long", id="over 32768 bytes"),
        pytest.param({"text": EMOJI * 8193}, "text is too long", id="over 32768 bytes, not characters"),
        pytest.param({"text": "x" * 4097}, "message is too long", id="over 4096 characters"),
        pytest.param({"text": EMOJI * 4097}, "message is too long", id="over 4096 code points"),
        pytest.param({"text": "x", "parse_mode": "LaTeX"}, "unsupported parse_mode", id="parse_mode"),
        pytest.param(
            {"text": "<p>x</p>", "parse_mode": "html"},
            'can\'t parse entities: Unsupported start tag "p" at byte offset 0',
            id="formatting",
        ),
        pytest.param(
            {"text": "x", "entities": [{"type": "bold", "offset": 0}]},
            "can't parse MessageEntity: Can't find field \"length\"",
            id="given entities",
        ),
        pytest.param(
            {"text": "x", "entities": [{"type": "bold", "offset": 0, "length": 2}]},
            "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 2",
            id="entity beyond the end",
        ),
        pytest.param(
            {"text": "x", "link_preview_options": "{"}, "can't parse link preview options JSON object", id="preview"
        ),
        pytest.param({"text": "x", "link_preview_options": []}, "object expected as link preview options", id="array"),
        pytest.param(
            {"text": "x", "link_preview_options": {"is_disabled": 1}},
            'field "is_disabled" must be of type Boolean',
            id="preview flag",
        ),
    ],
)
async def test_a_text_that_is_refused(api: Api, phone: Phone, params: Json, description: str) -> None:
    before = (await phone.screen()).version
    await api.refuses("sendMessage", {"chat_id": phone.user_id, **params}, description)
    assert (await phone.screen()).version == before


async def test_a_text_that_is_no_unicode(client: PlaygroundClient, bot: BotAccount, phone: Phone) -> None:
    url, headers = f"/bot{bot.token}/sendMessage", {"content-type": "application/x-www-form-urlencoded"}
    content = b"chat_id=%d&text=%%FF" % phone.user_id
    answer = await client.http.post(url, content=content, headers=headers)
    assert_refused(answer, "strings must be encoded in UTF-8")
    answer = await client.http.post(url, content=content + b"&parse_mode=HTML", headers=headers)
    assert_refused(answer, "text must be encoded in UTF-8")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x" * 4096, id="4096 characters"),
        pytest.param(EMOJI * 4096, id="4096 code points of two units each"),
        pytest.param("<b>" * 800 + "x" * 4096 + "</b>" * 800, id="longer before parsing"),
        pytest.param(" " * 5000 + "x", id="longer before trimming"),
    ],
)
async def test_a_text_that_is_just_short_enough(api: Api, phone: Phone, text: str) -> None:
    message = await api.send(phone, text, parse_mode="HTML")
    assert len(message["text"]) <= 4096


async def test_a_text_is_tidied_and_its_entities_move_along(api: Api, phone: Phone) -> None:
    message = await api.send(phone, " \n\r a\tb\x00c <b>bold</b> \n", parse_mode="HTML")
    assert message["text"] == "a b c bold"
    assert message["entities"] == [{"offset": 6, "length": 4, "type": "bold"}]


async def test_entities_are_detected_and_counted_in_utf16(api: Api, phone: Phone) -> None:
    text = f"{EMOJI} /start @example #tag $USD https://example.com http://localhost:8080/x a@b.example"
    message = await api.send(phone, text)
    found = [(each["type"], text.encode("utf-16-le")[each["offset"] * 2 :][: each["length"] * 2].decode("utf-16-le"))
             for each in message["entities"]]  # fmt: skip
    assert found == [
        ("bot_command", "/start"),
        ("mention", "@example"),
        ("hashtag", "#tag"),
        ("cashtag", "$USD"),
        ("url", "https://example.com"),
        ("email", "a@b.example"),
    ]


async def test_given_entities_count_where_no_parse_mode_is(api: Api, phone: Phone) -> None:
    entities = [{"type": "italic", "offset": 0, "length": 1}]
    assert (await api.send(phone, "x", entities=entities))["entities"] == entities
    message = await api.send(phone, "<b>x</b>", entities=entities, parse_mode="HTML")
    assert message["entities"] == [{"type": "bold", "offset": 0, "length": 1}]


@pytest.mark.parametrize("entities", ["[broken", "{}", "7", "null"])
async def test_entities_that_are_no_array_are_ignored(api: Api, phone: Phone, entities: str) -> None:
    assert "entities" not in await api.send(phone, "x", entities=entities)


async def test_a_mention_without_user_name_shows_the_person(api: Api, phone: Phone) -> None:
    message = await api.send(phone, f'<a href="tg://user?id={phone.user_id}">you</a>', parse_mode="HTML")
    (entity,) = message["entities"]
    assert entity["type"] == "text_mention"
    assert entity["user"]["first_name"] == "Ayesha"
    assert entity["user"]["is_bot"] is False


async def test_link_previews_are_shown_as_asked_for(api: Api, phone: Phone) -> None:
    message = await api.send(phone, "x", link_preview_options={"is_disabled": True, "show_above_text": False})
    assert message["link_preview_options"] == {"is_disabled": True}
    message = await api.send(phone, "x", disable_web_page_preview=True)
    assert message["link_preview_options"] == {"is_disabled": True}


# Chats


@pytest.mark.parametrize(
    ("chat_id", "description"),
    [
        pytest.param(None, "chat_id is empty", id="none"),
        pytest.param("", "chat_id is empty", id="empty"),
        pytest.param(STRANGER, "chat not found", id="nobody"),
        pytest.param("junk", "chat not found", id="no number"),
        pytest.param("9" * 40, "chat not found", id="too long a number"),
        pytest.param("@ayesha", "chat not found", id="the user name of a person"),
        pytest.param("@nobody", "chat not found", id="the user name of nobody"),
        pytest.param(-100_123, "chat not found", id="no group"),
    ],
)
async def test_a_chat_that_is_not_found(api: Api, phone: Phone, chat_id: Any, description: str) -> None:
    params = {"text": "x"} if chat_id is None else {"text": "x", "chat_id": chat_id}
    for method, more in (("sendMessage", {}), ("sendChatAction", {"action": "typing"}), ("getChat", {})):
        await api.refuses(method, {**params, **more}, description)
    assert len((await phone.screen()).messages) == 1


async def test_a_person_who_never_started_the_bot_is_not_found(
    api: Api, client: PlaygroundClient, bot: BotAccount
) -> None:
    other = await client.add_phone(bot, "Bilal")
    await api.refuses("sendMessage", {"chat_id": other.user_id, "text": "x"}, "chat not found")
    await other.open()
    await api.send(other, "x")


async def test_the_chat_of_one_bot_is_not_found_by_another(client: PlaygroundClient, phone: Phone) -> None:
    other = Api(await client.add_bot())
    await other.refuses("sendMessage", {"chat_id": phone.user_id, "text": "x"}, "chat not found")


async def test_a_bot_that_was_blocked(api: Api, phone: Phone) -> None:
    params = {"chat_id": phone.user_id, "text": "x"}
    await phone.block()
    await api.refuses("sendMessage", params, "bot was blocked by the user", code=403)
    typing = {"chat_id": phone.user_id, "action": "typing"}
    await api.refuses("sendChatAction", typing, "bot was blocked by the user", code=403)
    await phone.unblock()
    await api.ok("sendMessage", params)


async def test_a_person_who_is_deactivated(api: Api, phone: Phone) -> None:
    await phone.deactivate()
    params = {"chat_id": phone.user_id, "text": "x"}
    await api.refuses("sendMessage", params, "user is deactivated", code=403)
    await api.refuses("sendMessage", {**params, **BAD, "text": " "}, BAD_BUTTON)
    await api.refuses("sendMessage", {**params, "text": " "}, "user is deactivated", code=403)


# Numbers and replies


async def test_message_ids_come_from_one_counter_of_the_bot(
    api: Api, phone: Phone, client: PlaygroundClient, bot: BotAccount
) -> None:
    other = await client.add_phone(bot, "Bilal")
    await other.open()
    first = (await api.send(phone, "1"))["message_id"]
    second = await other.say("2")
    third = (await api.send(other, "3"))["message_id"]
    fourth = await phone.say("4")
    assert [second, third, fourth] == [first + 1, first + 2, first + 3]


async def test_a_reply_shows_the_message_one_level_deep(api: Api, phone: Phone) -> None:
    first = await phone.say("first")
    second = await api.send(phone, "second", reply_parameters={"message_id": first})
    assert second["reply_to_message"]["text"] == "first"
    third = await api.send(phone, "third", reply_to_message_id=second["message_id"])
    assert third["reply_to_message"]["text"] == "second"
    assert "reply_to_message" not in third["reply_to_message"]


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param({"reply_parameters": {"message_id": STRANGER}}, id="reply_parameters"),
        pytest.param({"reply_to_message_id": STRANGER}, id="reply_to_message_id"),
    ],
)
async def test_a_replied_message_that_does_not_exist(api: Api, phone: Phone, reply: Json) -> None:
    await api.refuses("sendMessage", {"chat_id": phone.user_id, "text": "x", **reply}, NOT_FOUND)
    lenient: Json = {"allow_sending_without_reply": True}
    if "reply_parameters" in reply:
        lenient = {"reply_parameters": {**reply["reply_parameters"], **lenient}}
    message = await api.send(phone, "x", **{**reply, **lenient})
    assert "reply_to_message" not in message


async def test_a_replied_message_that_is_deleted(api: Api, phone: Phone) -> None:
    number = await phone.say("gone")
    await phone.delete(number)
    params = {"chat_id": phone.user_id, "text": "x", "reply_parameters": {"message_id": number}}
    await api.refuses("sendMessage", params, NOT_FOUND)


@pytest.mark.parametrize(
    ("reply", "description"),
    [
        ("{", "can't parse reply parameters JSON object"),
        ([], "object expected as reply parameters"),
        (None, "object expected as reply parameters"),
        ({"chat_id": 1}, 'can\'t find field "message_id"'),
        ({"message_id": "x"}, 'field "message_id" must be a valid Number'),
        ({"message_id": 1 << 31}, 'field "message_id" must be a valid Number'),
        ({"message_id": 1.5}, 'field "message_id" must be a valid Number'),
        ({"message_id": None}, 'field "message_id" must be a Number'),
        ({"message_id": 1, "allow_sending_without_reply": "yes"},
         'field "allow_sending_without_reply" must be of type Boolean'),
    ],
)  # fmt: skip
async def test_reply_parameters_that_are_refused(api: Api, phone: Phone, reply: Any, description: str) -> None:
    params = {"chat_id": phone.user_id, "text": "x", "reply_parameters": reply}
    await api.refuses("sendMessage", params, description)


@pytest.mark.parametrize("reply", ["", {}, {"message_id": 0}, {"message_id": -5}])
async def test_reply_parameters_that_name_nothing(api: Api, phone: Phone, reply: Any) -> None:
    assert "reply_to_message" not in await api.send(phone, "x", reply_parameters=reply)


# Order


BAD_REPLY = {"reply_parameters": "{"}
BAD_BUTTON = "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
LONG_DATA = {"reply_markup": inline([button(data="x" * 65)])}
BAD_LINK = {"reply_markup": inline([{"text": "A", "url": "http://localhost/"}])}
LINK_ERROR = "inline keyboard button URL 'http://localhost/' is invalid: Wrong HTTP URL"


@pytest.mark.parametrize(
    ("params", "description"),
    [
        pytest.param(
            {"link_preview_options": "{", "text": ""},
            "can't parse link preview options JSON object",
            id="preview before text",
        ),
        pytest.param({"text": "", **BAD_REPLY}, "message text is empty", id="text before reply"),
        pytest.param(
            {"text": "<x", "parse_mode": "HTML", **BAD_REPLY},
            "can't parse entities: Unclosed start tag at byte offset 0",
            id="formatting before reply",
        ),
        pytest.param(
            {"text": "x", **BAD_REPLY, **BAD}, "can't parse reply parameters JSON object", id="reply before markup"
        ),
        pytest.param({"text": "x", **BAD}, BAD_BUTTON, id="markup before chat"),
        pytest.param({"text": " ", "chat_id": STRANGER}, "chat not found", id="chat before what the text shows"),
        pytest.param({"text": "x" * 4097, "chat_id": STRANGER}, "chat not found", id="chat before length"),
        pytest.param({"text": "x" * 4097, "reply_to_message_id": STRANGER}, NOT_FOUND, id="replied before length"),
        pytest.param({"text": "x", "reply_to_message_id": STRANGER, **BAD_LINK}, NOT_FOUND, id="replied before links"),
        pytest.param({"text": " ", **BAD_LINK}, LINK_ERROR, id="links before what the text shows"),
        pytest.param({"text": "x" * 4097, **LONG_DATA}, "message is too long", id="length before button data"),
    ],
)
async def test_of_two_errors_the_first_in_the_servers_order_is_told(
    api: Api, phone: Phone, params: Json, description: str
) -> None:
    await api.refuses("sendMessage", {"chat_id": phone.user_id, **params}, description)


async def test_that_the_bot_is_blocked_is_told_last(api: Api, phone: Phone) -> None:
    await phone.block()
    params = {"chat_id": phone.user_id, "text": "x"}
    await api.refuses("sendMessage", {**params, **LONG_DATA}, "BUTTON_DATA_INVALID")
    await api.refuses("sendMessage", {**params, "text": " "}, "text must be non-empty")
    await api.refuses("sendMessage", params, "bot was blocked by the user", code=403)


# Chat actions


@pytest.mark.parametrize("action", ["typing", "upload_photo", "UPLOAD_DOCUMENT", "find_location"])
async def test_an_action_is_shown_for_five_seconds(
    api: Api, phone: Phone, client: PlaygroundClient, action: str
) -> None:
    await api.ok("sendChatAction", {"chat_id": phone.user_id, "action": action})
    assert (await phone.screen()).json["action"] == action.lower()
    await client.advance(5)
    assert (await phone.screen()).json["action"] is None


@pytest.mark.parametrize("method", ["sendMessage", "sendChatAction"])
async def test_an_action_ends_with_a_message_or_when_it_is_cancelled(api: Api, phone: Phone, method: str) -> None:
    await api.ok("sendChatAction", {"chat_id": phone.user_id, "action": "typing"})
    await api.ok(method, {"chat_id": phone.user_id, "action": "cancel", "text": "x"})
    assert (await phone.screen()).json["action"] is None


@pytest.mark.parametrize("params", [{}, {"action": "dancing"}, {"action": "dancing", "chat_id": STRANGER}])
async def test_an_action_that_does_not_exist(api: Api, params: Json) -> None:
    await api.refuses("sendChatAction", params, "wrong parameter action in request")
