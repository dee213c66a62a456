"""reply_markup: what is refused, what is cut, what the message and the phone show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.playground.api.raw import Api, button, inline

if TYPE_CHECKING:
    from playground.phone import Json, Phone, Screen

BUTTON = "can't parse inline keyboard button: "
KEY = "can't parse keyboard button: "
ROWS = 'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'


async def shown(api: Api, phone: Phone, markup: Any) -> tuple[Json, Screen]:
    message = await api.send(phone, reply_markup=markup)
    return message, await phone.screen()


@pytest.mark.parametrize(
    ("markup", "description"),
    [
        pytest.param("{", "can't parse reply keyboard markup JSON object", id="bad JSON"),
        pytest.param("null", "object expected as reply markup", id="null"),
        pytest.param("[]", "object expected as reply markup", id="array"),
        pytest.param("7", "object expected as reply markup", id="number"),
        pytest.param({"inline_keyboard": {}}, 'field "inline_keyboard" must be of type Array', id="rows: object"),
        pytest.param({"inline_keyboard": None}, 'field "inline_keyboard" must be of type Array', id="rows: null"),
        pytest.param({"inline_keyboard": [button()]}, ROWS, id="a button for a row"),
        pytest.param(inline(["A"]), BUTTON + "InlineKeyboardButton must be an Object", id="text for a button"),
        pytest.param(inline([{}]), BUTTON + 'Can\'t find field "text"', id="no text"),
        pytest.param(inline([{"text": None}]), BUTTON + 'Field "text" must be of type String', id="null text"),
        pytest.param(
            inline([{"text": "A"}]), BUTTON + "Text buttons are unallowed in the inline keyboard", id="no action"
        ),
        pytest.param(
            inline([button(data="")]), BUTTON + "Text buttons are unallowed in the inline keyboard", id="empty data"
        ),
        pytest.param(
            inline([{"text": "A", "callback_data": {}}]),
            BUTTON + 'Field "callback_data" must be of type String',
            id="object for data",
        ),
        pytest.param(
            inline([{"text": "A", "url": None, "callback_data": "a"}]),
            BUTTON + 'Field "url" must be of type String',
            id="null for an absent url",
        ),
        pytest.param(
            inline([{"text": "A", "web_app": "x"}]), BUTTON + 'Field "web_app" must be of type Object', id="web_app"
        ),
        pytest.param(
            inline([{"text": "A", "copy_text": {}}]), BUTTON + 'Can\'t find field "text"', id="copy_text without text"
        ),
        pytest.param({"keyboard": {}}, 'field "keyboard" must be of type Array', id="keys: object"),
        pytest.param({"keyboard": ["A"]}, 'field "keyboard" must be an Array of Arrays', id="a key for a row"),
        pytest.param({"keyboard": [[7]]}, KEY + "KeyboardButton must be a String or an Object", id="number for a key"),
        pytest.param({"keyboard": [[{}]]}, KEY + 'Can\'t find field "text"', id="key without text"),
        pytest.param(
            {"keyboard": [[{"text": "A", "request_contact": 1}]]},
            KEY + 'Field "request_contact" must be of type Boolean',
            id="request_contact",
        ),
        pytest.param(
            {"keyboard": [["A"]], "one_time_keyboard": "yes"},
            'field "one_time_keyboard" must be of type Boolean',
            id="one_time_keyboard",
        ),
        pytest.param({"remove_keyboard": 1}, 'field "remove_keyboard" must be of type Boolean', id="remove_keyboard"),
        pytest.param({"force_reply": "true"}, 'field "force_reply" must be of type Boolean', id="force_reply"),
    ],
)
async def test_a_markup_that_is_refused(api: Api, phone: Phone, markup: Any, description: str) -> None:
    params = {"chat_id": phone.user_id, "text": "x", "reply_markup": markup}
    await api.refuses("sendMessage", params, description)


@pytest.mark.parametrize(
    ("data", "fits"),
    [("a" * 64, True), ("a" * 65, False), ("ی" * 32, True), ("ی" * 33, False)],
    ids=["64 bytes", "65 bytes", "32 letters of two bytes", "33 letters of two bytes"],
)
async def test_callback_data_has_at_most_64_bytes(api: Api, phone: Phone, data: str, fits: bool) -> None:
    params = {"chat_id": phone.user_id, "text": "x", "reply_markup": inline([button(data=data)])}
    if fits:
        assert (await api.ok("sendMessage", params))["reply_markup"] == inline([button(data=data)])
    else:
        await api.refuses("sendMessage", params, "BUTTON_DATA_INVALID")


@pytest.mark.parametrize(
    ("rows", "fits"),
    [
        pytest.param([8], True, id="8 in a row"),
        pytest.param([9], False, id="9 in a row"),
        pytest.param([5] * 20, True, id="100 in all"),
        pytest.param([5] * 20 + [1], False, id="101 in all"),
    ],
)
async def test_telegram_takes_eight_buttons_in_a_row_and_a_hundred_in_all(
    api: Api, phone: Phone, rows: list[int], fits: bool
) -> None:
    params = {"chat_id": phone.user_id, "text": "x", "reply_markup": inline(*([button()] * count for count in rows))}
    if fits:
        await api.ok("sendMessage", params)
    else:
        await api.refuses("sendMessage", params, "reply markup is too long")


async def test_about_ten_kilobytes_of_markup_are_too_long(api: Api, phone: Phone) -> None:
    keys = [button("x" * 90, "y" * 60)] * 2
    await api.send(phone, reply_markup=inline(*[keys] * 20))
    params = {"chat_id": phone.user_id, "text": "x", "reply_markup": inline(*[keys] * 40)}
    await api.refuses("sendMessage", params, "reply markup is too long")


@pytest.mark.parametrize(
    ("url", "reason"),
    [("http://localhost:8080/", "Wrong HTTP URL"), ("javascript:alert(1)", None), ("ftp://example.com/", None)],
)
async def test_an_address_that_telegram_does_not_take(api: Api, phone: Phone, url: str, reason: str | None) -> None:
    params = {"chat_id": phone.user_id, "text": "x", "reply_markup": inline([{"text": "A", "url": url}])}
    answer = (await api.post("sendMessage", params)).json()
    assert answer["error_code"] == 400
    assert answer["description"].startswith(f"Bad Request: inline keyboard button URL '{url}' is invalid: ")
    if reason is not None:
        assert answer["description"].endswith(f": {reason}")


async def test_addresses_are_written_as_telegram_writes_them(api: Api, phone: Phone) -> None:
    message, _ = await shown(api, phone, inline([{"text": "A", "url": "example.com"}, {"text": "B", "url": "tg://x"}]))
    (row,) = message["reply_markup"]["inline_keyboard"]
    assert [each["url"] for each in row] == ["http://example.com/", "tg://x/"]


async def test_url_beats_callback_data(api: Api, phone: Phone) -> None:
    both = {"text": "A", "callback_data": "a", "url": "https://example.com/"}
    message, _ = await shown(api, phone, inline([both]))
    assert message["reply_markup"] == inline([{"text": "A", "url": "https://example.com/"}])


@pytest.mark.parametrize(
    "action",
    [
        {"callback_data": "x"},
        {"switch_inline_query": ""},
        {"switch_inline_query_current_chat": "pears"},
        {"copy_text": {"text": "copied"}},
        {"web_app": {"url": "https://example.com/app"}},
    ],
    ids=lambda action: next(iter(action)),
)
async def test_every_kind_of_button_comes_back_as_it_was_sent(api: Api, phone: Phone, action: Json) -> None:
    message, _ = await shown(api, phone, inline([{"text": "A", **action}]))
    assert message["reply_markup"] == inline([{"text": "A", **action}])


async def test_a_button_without_text_is_dropped(api: Api, phone: Phone) -> None:
    message, _ = await shown(api, phone, inline([button(""), button("B")], [button("")]))
    assert message["reply_markup"] == inline([button("B")])


@pytest.mark.parametrize(
    "markup",
    [{}, inline(), inline([]), inline([button("")]), {"keyboard": [[]]}, {"remove_keyboard": False}, "  {} "],
)
async def test_an_empty_markup_is_none(api: Api, phone: Phone, markup: Any) -> None:
    message, screen = await shown(api, phone, markup)
    assert "reply_markup" not in message
    assert screen.json["reply_keyboard"] is None


async def test_the_server_itself_cuts_rows_at_twelve_and_keyboards_at_300(api: Api, phone: Phone) -> None:
    rows = [[f"{row}.{column}" for column in range(13)] for row in range(27)]
    _, screen = await shown(api, phone, {"keyboard": rows})
    kept = screen.json["reply_keyboard"]["rows"]
    assert [len(row) for row in kept] == [12] * 25


async def test_only_inline_keyboards_are_part_of_the_message(api: Api, phone: Phone) -> None:
    for markup in ({"keyboard": [["A"]]}, {"remove_keyboard": True}, {"force_reply": True}):
        message, _ = await shown(api, phone, markup)
        assert "reply_markup" not in message
    message, _ = await shown(api, phone, inline([button()]))
    assert message["reply_markup"] == inline([button()])


@pytest.mark.parametrize(
    ("markup", "kind"),
    [
        pytest.param(
            {"keyboard": [["A"]], **inline([button()]), "remove_keyboard": True, "force_reply": True},
            "keyboard",
            id="1",
        ),
        pytest.param({**inline([button()]), "remove_keyboard": True, "force_reply": True}, "inline", id="2"),
        pytest.param({"remove_keyboard": True, "force_reply": True}, "remove", id="3"),
        pytest.param({"force_reply": True}, "force_reply", id="4"),
        pytest.param({"keyboard": [], **inline([button()])}, "inline", id="an empty one does not count"),
    ],
)
async def test_of_several_markups_the_first_in_order_counts(api: Api, phone: Phone, markup: Json, kind: str) -> None:
    await shown(api, phone, {"keyboard": [["old"]]})
    message, screen = await shown(api, phone, markup)
    assert ("reply_markup" in message) is (kind == "inline")
    assert screen.reply_buttons == {"keyboard": ["A"], "remove": []}.get(kind, ["old"])
    assert (screen.json["force_reply"] is not None) is (kind == "force_reply")


async def test_a_wrong_markup_is_refused_even_where_another_counts(api: Api, phone: Phone) -> None:
    markup = {"keyboard": [["A"]], "inline_keyboard": [[{"text": "no action"}]]}
    description = BUTTON + "Text buttons are unallowed in the inline keyboard"
    await api.refuses("sendMessage", {"chat_id": phone.user_id, "text": "x", "reply_markup": markup}, description)


async def test_a_reply_keyboard_is_shown_until_it_is_removed(api: Api, phone: Phone) -> None:
    markup = {
        "keyboard": [["Yes", {"text": "No"}], [{"text": "My number", "request_contact": True}]],
        "resize_keyboard": True,
        "one_time_keyboard": False,
        "is_persistent": True,
        "input_field_placeholder": "Well?",
    }
    _, screen = await shown(api, phone, markup)
    assert screen.json["reply_keyboard"] == {
        "rows": [
            [{"text": "Yes", "kind": "text"}, {"text": "No", "kind": "text"}],
            [{"text": "My number", "kind": "request_contact"}],
        ],
        "resize": True,
        "one_time": False,
        "persistent": True,
        "placeholder": "Well?",
    }
    await phone.tap("Yes")
    message = (await api.update())["message"]
    assert message["text"] == "Yes"
    assert "reply_to_message" not in message
    assert (await phone.screen()).reply_buttons == ["Yes", "No", "My number"]
    _, screen = await shown(api, phone, {"remove_keyboard": True, "selective": True})
    assert screen.reply_buttons == []


async def test_a_one_time_keyboard_goes_with_its_use(api: Api, phone: Phone) -> None:
    await shown(api, phone, {"keyboard": [["Yes"]], "one_time_keyboard": True})
    await phone.say("something else")
    assert (await phone.screen()).reply_buttons == ["Yes"]
    await phone.tap("Yes")
    assert (await phone.screen()).reply_buttons == []


async def test_a_contact_is_shared_by_its_button(api: Api, phone: Phone) -> None:
    await shown(api, phone, {"keyboard": [[{"text": "My number", "request_contact": True}]]})
    await phone.share_contact()
    contact = (await api.update())["message"]["contact"]
    assert contact["user_id"] == phone.user_id
    assert contact["first_name"] == "Ayesha"


async def test_a_force_reply_is_answered_with_a_reply(api: Api, phone: Phone) -> None:
    message, screen = await shown(api, phone, {"force_reply": True, "input_field_placeholder": "Your name"})
    assert screen.json["force_reply"] == {"message_id": message["message_id"], "placeholder": "Your name"}
    await phone.say("Ayesha", reply_to=message["message_id"])
    answer = (await api.update())["message"]
    assert answer["reply_to_message"]["message_id"] == message["message_id"]
    assert (await phone.screen()).json["force_reply"] is None
