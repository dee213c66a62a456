"""Taps: their updates, answerCallbackQuery, toasts and alerts."""

from __future__ import annotations

import pytest

from playground.phone import BotAccount, Json, NotShownError, Phone, PlaygroundClient, PlaygroundError
from tests.playground.api.raw import Api, button, inline

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


async def tapped(api: Api, phone: Phone) -> Json:
    """The update of a tap on a new message's button."""
    await api.send(phone, reply_markup=inline([button()]))
    await phone.tap("Approve")
    query: Json = (await api.update())["callback_query"]
    return query


async def test_a_tap_is_an_update_with_its_message(api: Api, phone: Phone) -> None:
    markup = inline([button("A", "a"), button("B", "b")])
    message = await api.send(phone, reply_markup=markup)
    await phone.tap("B")
    query = (await api.update())["callback_query"]
    assert query == {
        "id": query["id"],
        "from": {
            "id": phone.user_id,
            "is_bot": False,
            "first_name": "Ayesha",
            "last_name": "Khan",
            "username": "ayesha",
            "language_code": "en",
        },
        "message": message,
        "chat_instance": query["chat_instance"],
        "data": "b",
    }
    assert query["id"].isdigit()
    assert int(query["chat_instance"])


async def test_a_button_that_changed_under_the_finger_is_not_tapped(
    api: Api, phone: Phone, client: PlaygroundClient
) -> None:
    markup = inline([button("Undo", "u")])
    message = await api.send(phone, reply_markup=markup)
    place = {"message_id": message["message_id"], "row": 0, "column": 0, "text": "Approve"}
    with pytest.raises(PlaygroundError, match="says “Undo” by now"):
        await client.request("POST", f"bots/{phone.bot.id}/phones/{phone.user_id}/tap", json=place)
    assert not (await phone.screen()).buttons[0].waiting


async def test_the_button_waits_until_the_tap_is_answered(api: Api, phone: Phone) -> None:
    query = await tapped(api, phone)
    assert (await phone.screen()).buttons[0].waiting
    assert await api.ok("answerCallbackQuery", {"callback_query_id": query["id"]}) is True
    screen = await phone.screen()
    assert not screen.buttons[0].waiting
    assert screen.toast is None


@pytest.mark.parametrize("alert", [False, True])
async def test_a_text_is_shown_as_a_toast_or_an_alert(api: Api, phone: Phone, alert: bool) -> None:
    query = await tapped(api, phone)
    answer = {"callback_query_id": query["id"], "text": "Done", "show_alert": alert, "cache_time": 10**9}
    await api.ok("answerCallbackQuery", answer)
    toast = (await phone.screen()).toast
    assert toast is not None
    assert (toast["text"], toast["alert"], toast["message_id"]) == ("Done", alert, query["message"]["message_id"])


async def test_an_address_is_opened(api: Api, phone: Phone) -> None:
    query = await tapped(api, phone)
    url = "https://t.me/example_bot?start=x"
    await api.ok("answerCallbackQuery", {"callback_query_id": query["id"], "url": url})
    toast = (await phone.screen()).toast
    assert toast is not None
    assert toast["url"] == url


@pytest.mark.parametrize("query_id", [None, "", "0", "123", "junk"])
async def test_an_unknown_query(api: Api, query_id: str | None) -> None:
    await api.refuses("answerCallbackQuery", {} if query_id is None else {"callback_query_id": query_id}, TOO_OLD)


async def test_a_query_is_answered_once(api: Api, phone: Phone) -> None:
    answer = {"callback_query_id": (await tapped(api, phone))["id"]}
    await api.ok("answerCallbackQuery", answer)
    await api.refuses("answerCallbackQuery", answer, TOO_OLD)


async def test_a_query_of_another_bot(api: Api, phone: Phone, client: PlaygroundClient) -> None:
    query = await tapped(api, phone)
    other = Api(await client.add_bot())
    await other.refuses("answerCallbackQuery", {"callback_query_id": query["id"]}, TOO_OLD)
    await api.ok("answerCallbackQuery", {"callback_query_id": query["id"]})


async def test_a_query_waits_thirty_seconds(api: Api, phone: Phone, client: PlaygroundClient) -> None:
    first = await tapped(api, phone)
    await client.advance(20)
    second = await tapped(api, phone)
    await api.ok("answerCallbackQuery", {"callback_query_id": first["id"]})
    await client.advance(31)
    await api.refuses("answerCallbackQuery", {"callback_query_id": second["id"]}, TOO_OLD)
    assert not (await phone.screen()).buttons[0].waiting


@pytest.mark.parametrize(("text", "fits"), [("x" * 200, True), ("x" * 201, False), ("\N{WINKING FACE}" * 200, True)])
async def test_a_text_has_at_most_200_characters(api: Api, phone: Phone, text: str, fits: bool) -> None:
    answer = {"callback_query_id": (await tapped(api, phone))["id"], "text": text}
    if fits:
        await api.ok("answerCallbackQuery", answer)
    else:
        await api.refuses("answerCallbackQuery", answer, "MESSAGE_TOO_LONG")
        await api.ok("answerCallbackQuery", {**answer, "text": "short"})


async def test_that_the_query_is_too_old_is_told_before_its_text_is_too_long(api: Api) -> None:
    await api.refuses("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}, TOO_OLD)


async def test_a_tap_on_a_message_that_was_deleted_meanwhile(
    api: Api, phone: Phone, client: PlaygroundClient, bot: BotAccount
) -> None:
    sent = {"chat_id": phone.user_id, "text": "x", "reply_markup": inline([button()])}
    message = await api.ok("sendMessage", sent)
    await api.ok("deleteMessage", {"chat_id": phone.user_id, "message_id": message["message_id"]})
    with pytest.raises(NotShownError):
        await phone.tap("Approve")
    finger = {"message_id": message["message_id"], "row": 0, "column": 0}
    await client.request("POST", f"bots/{bot.id}/phones/{phone.user_id}/tap", json=finger)
    query = (await api.update())["callback_query"]
    assert query["message"] == {"chat": message["chat"], "message_id": message["message_id"], "date": 0}
    assert query["data"] == "yes"
    await api.ok("answerCallbackQuery", {"callback_query_id": query["id"], "text": "Too late"})
    toast = (await phone.screen()).toast
    assert toast is not None
    assert (toast["message_id"], toast["text"]) == (None, "Too late")


async def test_a_message_deleted_before_its_tap_is_answered(api: Api, phone: Phone) -> None:
    query = await tapped(api, phone)
    await api.ok("deleteMessage", {"chat_id": phone.user_id, "message_id": query["message"]["message_id"]})
    await api.ok("answerCallbackQuery", {"callback_query_id": query["id"], "text": "Done"})


async def test_an_edit_ends_the_waiting(api: Api, phone: Phone) -> None:
    query = await tapped(api, phone)
    where = {"chat_id": phone.user_id, "message_id": query["message"]["message_id"]}
    await api.ok("editMessageText", {**where, "text": "new", "reply_markup": inline([button()])})
    assert not (await phone.screen()).buttons[0].waiting
    await api.ok("answerCallbackQuery", {"callback_query_id": query["id"]})


@pytest.mark.parametrize(("row", "column"), [(1, 0), (0, 1), (-1, 0), (0, -1)])
async def test_a_button_that_is_not_there(
    api: Api, phone: Phone, client: PlaygroundClient, bot: BotAccount, row: int, column: int
) -> None:
    query = await tapped(api, phone)
    finger = {"message_id": query["message"]["message_id"], "row": row, "column": column}
    with pytest.raises(PlaygroundError, match="has no button"):
        await client.request("POST", f"bots/{bot.id}/phones/{phone.user_id}/tap", json=finger)


@pytest.mark.parametrize(
    ("action", "result"),
    [
        ({"url": "https://example.com/x"}, {"url": "https://example.com/x"}),
        ({"copy_text": {"text": "code"}}, {"copied": "code"}),
        ({"switch_inline_query_current_chat": "pears"}, {"inline_query": "pears"}),
        ({"switch_inline_query": "pears"}, {"inline_query": "pears"}),
        ({"web_app": {"url": "https://example.com/app"}}, {"url": "https://example.com/app"}),
    ],
    ids=lambda value: next(iter(value)),
)
async def test_other_buttons_do_their_own_thing(api: Api, phone: Phone, action: Json, result: Json) -> None:
    markup = inline([{"text": "A", **action}])
    await api.send(phone, reply_markup=markup)
    assert await phone.tap("A") == result
    assert await api.updates() == []


async def test_a_button_that_the_phones_cannot_do(api: Api, phone: Phone) -> None:
    markup = inline([{"text": "Pay", "pay": True}])
    await api.send(phone, reply_markup=markup)
    with pytest.raises(PlaygroundError, match="cannot do what this button does"):
        await phone.tap("Pay")
