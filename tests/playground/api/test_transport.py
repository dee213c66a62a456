"""How calls are made and answered: paths, tokens, encodings, parameters, errors."""

from __future__ import annotations

from typing import Any

import pytest

from playground.app import Playground
from playground.errors import ApiError
from playground.phone import BotAccount, Json, Phone, PlaygroundClient
from playground.settings import Settings
from tests.playground.api.raw import Api, assert_refused, inline, picture

FORM = {"content-type": "application/x-www-form-urlencoded"}
JSON = {"content-type": "application/json"}
SECRET = "A" * 35


@pytest.mark.parametrize("verb", ["PUT", "DELETE", "PATCH"])
async def test_only_get_and_post_are_implemented(client: PlaygroundClient, bot: BotAccount, verb: str) -> None:
    answer = await client.http.request(verb, f"/bot{bot.token}/getMe")
    assert answer.status_code == 501
    assert answer.json()["ok"] is False
    assert answer.json()["error_code"] == 501


@pytest.mark.parametrize("method", ["getMe", "getme", "GETME", "GeTmE"])
@pytest.mark.parametrize("verb", ["GET", "POST"])
async def test_a_method_is_called_in_any_case_and_with_either_verb(
    client: PlaygroundClient, bot: BotAccount, verb: str, method: str
) -> None:
    answer = await client.http.request(verb, f"/bot{bot.token}/{method}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {
        "ok": True,
        "result": {
            "id": bot.id,
            "is_bot": True,
            "first_name": "Example",
            "username": "example_bot",
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": True,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        },
    }


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"params": {"method": "getMe"}}, id="query"),
        pytest.param({"data": {"method": "getMe"}}, id="form"),
        pytest.param({"json": {"method": "GETME"}}, id="json"),
        pytest.param({"data": {"method": "getMe"}, "files": {"f": b"x"}}, id="multipart"),
    ],
)
@pytest.mark.parametrize("slash", ["", "/"])
async def test_without_a_method_in_the_path_the_argument_counts(
    client: PlaygroundClient, bot: BotAccount, slash: str, options: Any
) -> None:
    answer = await client.http.post(f"/bot{bot.token}{slash}", **options)
    assert answer.json()["result"]["id"] == bot.id


@pytest.mark.parametrize("path", ["/", "/x", "/file", "/bo", "/api/bot1:2/getMe"])
async def test_a_path_of_nothing_is_not_found(client: PlaygroundClient, path: str) -> None:
    answer = await client.http.post(path)
    if path == "/":  # the way to the page
        assert answer.status_code in {307, 405}
        return
    assert_refused(answer, "Not Found", code=404)


@pytest.mark.parametrize("method", ["sendNothing", "", "getMe/x", "getMe "])
async def test_an_unknown_method_is_not_found(api: Api, method: str) -> None:
    assert_refused(await api.post(method), "Not Found: method not found", code=404)


async def test_a_method_that_is_not_built_says_so(api: Api) -> None:
    description = "Not Implemented: the method sendPoll is not built in this playground"
    assert_refused(await api.post("sendPoll"), description, code=501)


@pytest.mark.parametrize(
    ("token", "description"),
    [
        pytest.param("nothing", "Unauthorized: invalid token specified", id="no colon"),
        pytest.param(f"0123:{SECRET}", "Unauthorized: invalid token specified", id="leading zero"),
        pytest.param(f"123:{'A' * 80}", "Unauthorized: invalid token specified", id="over 80 characters"),
        pytest.param(f"12a:{SECRET}", "Unauthorized: invalid token specified", id="no number"),
        pytest.param(f"123:{'A' * 23}", "Unauthorized", id="short secret"),
        pytest.param(f"123:{'A' * 30}!", "Unauthorized", id="secret with other characters"),
        pytest.param(f"123:{SECRET}", "Unauthorized", id="nobody's"),
    ],
)
async def test_a_wrong_token_is_unauthorized(client: PlaygroundClient, token: str, description: str) -> None:
    assert_refused(await client.http.post(f"/bot{token}/getMe"), description, code=401)
    assert_refused(await client.http.get(f"/file/bot{token}/photos/file_1.jpg"), description, code=401)


async def test_the_token_is_checked_before_the_method(client: PlaygroundClient) -> None:
    assert_refused(await client.http.post("/bot1:2/sendNothing"), "Unauthorized", code=401)


async def test_a_revoked_token_is_unauthorized(api: Api) -> None:
    await api.bot.revoke()
    await api.refuses("getMe", {}, "Unauthorized", code=401)


async def test_after_log_out_nothing_is_answered(api: Api) -> None:
    assert await api.ok("logOut") is True
    for method in ("getMe", "logOut", "sendNothing"):
        assert_refused(await api.post(method), "Logged out", code=400, prefix="")


async def test_close_is_refused_in_the_first_ten_minutes(api: Api, client: PlaygroundClient) -> None:
    answer = await api.post("close")
    assert_refused(answer, "retry after 600", code=429, parameters={"retry_after": 600})
    assert answer.headers["retry-after"] == "600"
    await client.advance(601)
    assert await api.ok("close") is True
    assert_refused(await api.post("close"), "retry after 600", code=429, parameters={"retry_after": 600})


async def test_any_well_formed_token_is_a_bot_where_that_is_wanted() -> None:
    playground = Playground(Settings(flood=None, any_token=True))
    async with PlaygroundClient.in_process(playground) as client:
        answer = await client.http.post(f"/bot777:{SECRET}/getMe")
        assert answer.json()["result"]["id"] == 777
        assert_refused(await client.http.post(f"/bot777:{'B' * 35}/getMe"), "Unauthorized", code=401)
        assert_refused(await client.http.post("/bot778:short/getMe"), "Unauthorized", code=401)
    await playground.close()


# Parameters


async def test_every_encoding_carries_the_same_parameters(
    client: PlaygroundClient, bot: BotAccount, phone: Phone
) -> None:
    url = f"/bot{bot.token}/sendMessage"
    values = {"chat_id": str(phone.user_id), "text": "سلام & <hi>", "protect_content": "true"}
    answers = [
        await client.http.get(url, params=values),
        await client.http.post(url, params=values),
        await client.http.post(url, data=values),
        await client.http.post(url, json={"chat_id": phone.user_id, "text": "سلام & <hi>", "protect_content": True}),
        await client.http.post(url, data=values, files={"unused": b"x"}),
    ]
    for answer in answers:
        message = answer.json()["result"]
        assert message["text"] == "سلام & <hi>"
        assert message["has_protected_content"] is True


@pytest.mark.parametrize("encoding", ["query", "form", "json text", "json", "multipart"])
async def test_objects_arrive_as_json_text_in_every_encoding(
    client: PlaygroundClient, bot: BotAccount, phone: Phone, encoding: str
) -> None:
    url = f"/bot{bot.token}/sendMessage"
    text = '{"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]}'
    values: Json = {"chat_id": str(phone.user_id), "text": "x", "reply_markup": text}
    if encoding == "query":
        answer = await client.http.get(url, params=values)
    elif encoding == "form":
        answer = await client.http.post(url, data=values)
    elif encoding == "json text":
        answer = await client.http.post(url, json=values)
    elif encoding == "json":
        answer = await client.http.post(
            url, json={**values, "reply_markup": inline([{"text": "A", "callback_data": "a"}])}
        )
    else:
        answer = await client.http.post(url, data=values, files={"unused": b"x"})
    assert answer.json()["result"]["reply_markup"] == {"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]}


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"data": {"text": "body"}}, id="form"),
        pytest.param({"json": {"text": "body"}}, id="json"),
        pytest.param({"data": {"text": "body"}, "files": {"f": b"x"}}, id="multipart"),
    ],
)
async def test_the_url_beats_the_body(client: PlaygroundClient, bot: BotAccount, phone: Phone, options: Any) -> None:
    url = f"/bot{bot.token}/sendMessage?text=url&chat_id={phone.user_id}"
    answer = await client.http.post(url, **options)
    assert answer.json()["result"]["text"] == "url"


@pytest.mark.parametrize(
    ("headers", "content"),
    [
        pytest.param(FORM, "text=first&text=second", id="form"),
        pytest.param(JSON, '{"text": "first", "text": "second"}', id="json"),
    ],
)
async def test_the_first_of_a_repeated_name_counts(
    client: PlaygroundClient, bot: BotAccount, phone: Phone, headers: dict[str, str], content: str
) -> None:
    url = f"/bot{bot.token}/sendMessage"
    answer = await client.http.post(f"{url}?chat_id={phone.user_id}", content=content, headers=headers)
    assert answer.json()["result"]["text"] == "first"
    answer = await client.http.post(f"{url}?chat_id={phone.user_id}&text=1&text=2", content=content, headers=headers)
    assert answer.json()["result"]["text"] == "1"


async def test_the_first_of_two_files_of_a_name_counts(client: PlaygroundClient, bot: BotAccount, phone: Phone) -> None:
    files = [("document", ("first.txt", b"1")), ("document", ("second.txt", b"2"))]
    url = f"/bot{bot.token}/sendDocument"
    answer = await client.http.post(url, data={"chat_id": str(phone.user_id)}, files=files)
    assert answer.json()["result"]["document"]["file_name"] == "first.txt"


async def test_the_parameters_of_a_get_are_not_in_its_body(client: PlaygroundClient, bot: BotAccount) -> None:
    answer = await client.http.request("GET", f"/bot{bot.token}/sendMessage", json={"text": "x"})
    assert_refused(answer, "message text is empty")


@pytest.mark.parametrize(
    ("value", "text"),
    [("12", "12"), ("-1.50", "-1.50"), ("true", "true"), ("null", "null"), ('["a", 1]', '["a", 1]')],
)
async def test_what_is_no_string_keeps_its_json_text(
    client: PlaygroundClient, bot: BotAccount, phone: Phone, value: str, text: str
) -> None:
    content = f'{{"chat_id": {phone.user_id}, "text": {value}}}'
    answer = await client.http.post(f"/bot{bot.token}/sendMessage", content=content, headers=JSON)
    assert answer.json()["result"]["text"] == text


async def test_null_is_no_absent_markup(api: Api, phone: Phone) -> None:
    params = {"chat_id": phone.user_id, "text": "x", "reply_markup": None}
    await api.refuses("sendMessage", params, "object expected as reply markup")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param('{"text": "x", "broken"', id="cut off"),
        pytest.param('{"text": "x", "chat_id": }', id="no value"),
        pytest.param('{"text": "x" "chat_id": 1}', id="no comma"),
        pytest.param('{"text": "x", "deep": ' + "[" * 100_000, id="deeper than anything"),
    ],
)
async def test_a_broken_json_body_counts_as_far_as_it_goes(
    client: PlaygroundClient, bot: BotAccount, content: str
) -> None:
    answer = await client.http.post(f"/bot{bot.token}/sendMessage", content=content, headers=JSON)
    assert_refused(answer, "chat_id is empty")


@pytest.mark.parametrize("content", ["", "[]", "7", '"text"', "nonsense"])
async def test_a_body_that_is_no_object_holds_nothing(client: PlaygroundClient, bot: BotAccount, content: str) -> None:
    answer = await client.http.post(f"/bot{bot.token}/sendMessage", content=content, headers=JSON)
    assert_refused(answer, "message text is empty")


@pytest.mark.parametrize(
    ("value", "is_true"),
    [
        ("true", True),
        ("True", True),
        (" YES ", True),
        ("1", True),
        ("false", False),
        ("on", False),
        ("2", False),
        ("", False),
        ("t", False),
    ],
)
async def test_booleans(client: PlaygroundClient, bot: BotAccount, phone: Phone, value: str, is_true: bool) -> None:
    data = {"chat_id": str(phone.user_id), "text": "x", "protect_content": value}
    answer = await client.http.post(f"/bot{bot.token}/sendMessage", data=data)
    assert ("has_protected_content" in answer.json()["result"]) is is_true


@pytest.mark.parametrize(
    ("limit", "count"),
    [("junk", 1), ("0", 1), ("-7", 1), ("2", 2), ("2.9", 2), ("2abc", 2), (" 2", 1), ("٢", 1), ("9" * 30, 3), ("", 3)],
)
async def test_integers_are_read_leniently_and_moved_into_their_bounds(
    client: PlaygroundClient, bot: BotAccount, phone: Phone, limit: str, count: int
) -> None:
    for text in ("one", "two", "three"):
        await phone.say(text)
    await client.advance(4)
    answer = await client.http.post(f"/bot{bot.token}/getUpdates", data={"limit": limit, "offset": "0"})
    assert len(answer.json()["result"]) == count


@pytest.mark.parametrize("value", ["{id}abc", "{id}.9"])
async def test_a_chat_id_is_read_as_leniently(api: Api, phone: Phone, value: str) -> None:
    message = await api.ok("sendMessage", {"chat_id": value.format(id=phone.user_id), "text": "x"})
    assert message["chat"]["id"] == phone.user_id


# Limits


@pytest.mark.parametrize("encoding", ["form", "json", "multipart"])
async def test_over_a_mebibyte_of_parameters_is_too_large(
    client: PlaygroundClient, bot: BotAccount, encoding: str
) -> None:
    url = f"/bot{bot.token}/sendMessage"
    values = {"text": "x" * ((1 << 20) + 1)}
    if encoding == "form":
        answer = await client.http.post(url, data=values)
    elif encoding == "json":
        answer = await client.http.post(url, json=values)
    else:
        answer = await client.http.post(url, data=values, files={"unused": b"x"})
    assert_refused(answer, "Request Entity Too Large: too much parameters", code=413)


async def test_just_under_a_mebibyte_is_read(client: PlaygroundClient, bot: BotAccount) -> None:
    answer = await client.http.post(f"/bot{bot.token}/sendMessage", data={"text": "x" * ((1 << 20) - 5)})
    assert_refused(answer, "text is too long")


async def test_over_fifty_files_are_too_many(client: PlaygroundClient, bot: BotAccount, phone: Phone) -> None:
    url, data = f"/bot{bot.token}/sendDocument", {"chat_id": str(phone.user_id), "document": "attach://f49"}
    files = [(f"f{number}", (f"{number}.txt", b"x")) for number in range(50)]
    answer = await client.http.post(url, data=data, files=files)
    assert answer.json()["result"]["document"]["file_name"] == "49.txt"
    answer = await client.http.post(url, data=data, files=[*files, ("f50", ("50.txt", b"x"))])
    assert_refused(answer, "Request Entity Too Large: too much files attached", code=413)


@pytest.mark.parametrize(
    ("content_type", "content", "description"),
    [
        ("multipart/form-data", b"x", "boundary not found"),
        ("multipart/form-data; boundary=b", b"nonsense", "can't parse form data headers"),
    ],
)
async def test_a_multipart_body_that_is_none(
    client: PlaygroundClient, bot: BotAccount, content_type: str, content: bytes, description: str
) -> None:
    answer = await client.http.post(f"/bot{bot.token}/getMe", content=content, headers={"content-type": content_type})
    assert_refused(answer, description)


# Errors


@pytest.mark.parametrize(
    ("code", "message", "description"),
    [
        (400, "Chat not found", "Bad Request: chat not found"),
        (400, "chat not found", "Bad Request: chat not found"),
        (400, "BUTTON_DATA_INVALID", "Bad Request: BUTTON_DATA_INVALID"),
        (400, "A_B", "Bad Request: A_B"),
        (400, "URL host is empty", "Bad Request: URL host is empty"),
        (400, "Bad Request: already there", "Bad Request: already there"),
        (401, "", "Unauthorized"),
        (401, "Unauthorized: invalid token specified", "Unauthorized: invalid token specified"),
        (403, "Bot was blocked by the user", "Forbidden: bot was blocked by the user"),
        (404, "", "Not Found"),
        (409, "Terminated by setWebhook request", "Conflict: terminated by setWebhook request"),
        (429, "retry after 3", "Too Many Requests: retry after 3"),
        (500, "Internal Server Error", "Internal Server Error"),
        (500, "Broken", "Internal Server Error: broken"),
    ],
)
def test_a_description_is_the_prefix_and_the_text_with_a_small_letter(
    code: int, message: str, description: str
) -> None:
    assert ApiError(code, message).to_json() == {"ok": False, "error_code": code, "description": description}


def test_a_403_with_a_code_for_its_text_is_a_400() -> None:
    error = ApiError(403, "CHAT_WRITE_FORBIDDEN")
    assert error.to_json() == {"ok": False, "error_code": 400, "description": "Bad Request: CHAT_WRITE_FORBIDDEN"}


async def test_a_failure_of_the_playground_itself_is_a_500(
    api: Api, playground: Playground, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(playground.world, "put_message", fail)
    answer = await api.post("sendPhoto", {"chat_id": phone.user_id}, files={"photo": ("a.jpg", picture())})
    description = "Internal Server Error: the playground has a bug: RuntimeError"
    assert_refused(answer, description, code=500)
