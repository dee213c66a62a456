"""The control API: what it answers, what it refuses, who may call it."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import orjson
import pytest

from playground.own_address import is_own_address
from playground.phone import WHOLE_CHAT, BotAccount, Json, NotShownError, Phone, PlaygroundClient, PlaygroundError
from tests.playground.api.raw import Api, button, inline, picture

ROOT = "/playground/api"


async def refused(client: PlaygroundClient, method: str, path: str, status: int, **options: Any) -> str:
    answer = await client.http.request(method, f"{ROOT}/{path}", **options)
    assert answer.status_code == status
    assert list(answer.json()) == ["error"]
    return str(answer.json()["error"])


# Who may call


@pytest.mark.parametrize(
    ("origin", "is_allowed"),
    [
        (None, True),
        ("http://playground", True),
        ("http://evil.example", False),
        ("http://playground.evil.example", False),
        ("null", False),
    ],
)
async def test_other_pages_cannot_drive_the_phones(
    client: PlaygroundClient, origin: str | None, is_allowed: bool
) -> None:
    headers = {} if origin is None else {"origin": origin}
    for method, path in (("POST", "bots"), ("GET", "state"), ("GET", "calls")):
        answer = await client.http.request(method, f"{ROOT}/{path}", headers=headers)
        assert (answer.status_code == 403) is not is_allowed
    assert bool(await client.request("GET", "bots")) is is_allowed


@pytest.mark.parametrize(
    ("host", "server", "names", "is_own"),
    [
        ("127.0.0.1:8081", ("127.0.0.1", 8081), (), True),
        ("localhost:8081", ("127.0.0.1", 8081), (), True),
        ("LocalHost:8081", ("127.0.0.1", 8081), (), True),
        ("[::1]:8081", ("::1", 8081), (), True),
        ("[::1]:8081", ("127.0.0.1", 8081), (), True),
        ("192.168.1.5:8081", ("192.168.1.5", 8081), (), True),
        ("[fe80::1]:8081", ("fe80::1", 8081), (), True),
        ("desk.lan:8081", ("192.168.1.5", 8081), ("desk.lan",), True),
        ("localhost", ("127.0.0.1", 80), (), True),
        ("desk.lan:8081", ("192.168.1.5", 8081), (), False),
        ("192.168.1.5:8081", ("127.0.0.1", 8081), (), False),
        ("localhost:8082", ("127.0.0.1", 8081), (), False),
        ("localhost", ("127.0.0.1", 8081), (), False),
        ("evil.example:8081", ("127.0.0.1", 8081), (), False),
        ("localhost.evil.example:8081", ("127.0.0.1", 8081), (), False),
        ("localhost:8081@evil.example", ("127.0.0.1", 8081), (), False),
        ("127.0.0.1:8081:80", ("127.0.0.1", 8081), (), False),
        ("", ("127.0.0.1", 8081), ("",), False),
        (":8081", ("127.0.0.1", 8081), ("",), False),
    ],
)
def test_a_servers_own_addresses(host: str, server: tuple[str, int], names: tuple[str, ...], is_own: bool) -> None:
    assert is_own_address(host, server, names) is is_own


async def test_a_request_meant_for_another_server_is_refused(served: PlaygroundClient) -> None:
    bot = await served.add_bot()
    port = served.url.rpartition(":")[2]
    for path in ("/", "/playground/", f"{ROOT}/state", f"/bot{bot.token}/getMe", f"/file/bot{bot.token}/x", "/nothing"):
        for host in (f"evil.example:{port}", "127.0.0.1:1"):
            answer = await served.http.get(path, headers={"host": host})
            assert answer.status_code == 403
            assert "own address" in answer.text
        assert (await served.http.get(path, headers={"host": f"localhost:{port}"})).status_code != 403
    assert [call["method"] for call in await served.calls()] == ["getMe"]


# Bots and people


async def test_bots_are_made_with_or_without_a_token(client: PlaygroundClient) -> None:
    token = f"4242:{'a' * 30}"
    made = await client.add_bot(token, username="desk_bot", first_name="Desk")
    assert (made.id, made.token, made.username) == (4242, token, "desk_bot")
    other = await client.add_bot()
    assert (await other.call("getMe"))["result"]["username"] == other.username
    with pytest.raises(PlaygroundError, match="4242 already"):
        await client.add_bot(token)
    with pytest.raises(PlaygroundError, match="a colon and at least 24"):
        await client.add_bot("nonsense")
    assert [bot["id"] for bot in await client.request("GET", "bots")] == [4242, other.id]


async def test_people_are_made_and_changed(client: PlaygroundClient, bot: BotAccount) -> None:
    phone = await client.add_phone(bot, "Ayesha", id=77, username="ayesha")
    assert phone.user_id == 77
    change = {"first_name": "Aisha", "username": "", "language_code": ""}
    changed = await client.request("PATCH", "users/77", json=change)
    assert (changed["first_name"], changed["name"], "username" in changed) == ("Aisha", "Aisha", False)
    assert changed["language_code"] == "en"
    await phone.open()
    message = (await Api(bot).update())["message"]
    assert message["from"]["first_name"] == "Aisha"
    for person, problem in (
        ({"first_name": " "}, "needs a first_name"),
        ({"first_name": "B", "id": 77}, "77 already"),
        ({"first_name": 7.5, "id": "x"}, "must be a valid Number"),
    ):
        with pytest.raises(PlaygroundError, match=problem):
            await client.request("POST", "users", json=person)


async def test_user_names_are_taken_once(client: PlaygroundClient, bot: BotAccount) -> None:
    await client.add_phone(bot, "Ayesha", username="ayesha")
    with pytest.raises(PlaygroundError, match="ayesha is taken"):
        await client.add_phone(bot, "Bilal", username="ayesha")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "state?bot_id=5"),
        ("PATCH", "bots/5"),
        ("PATCH", "users/5"),
        ("POST", "bots/5/groups"),
        ("GET", "bots/5/phones/5/screen"),
        ("POST", "bots/5/phones/5/say"),
        ("DELETE", "faults/5"),
        ("GET", "../files/5/x.txt"),
    ],
)
async def test_what_does_not_exist(client: PlaygroundClient, method: str, path: str) -> None:
    assert "no" in await refused(client, method, path, 404)


@pytest.mark.parametrize("content", ["{", "[]", "7", '"x"', b"\xff"])
async def test_a_body_that_is_no_object(client: PlaygroundClient, content: str | bytes) -> None:
    assert "JSON" in await refused(client, "POST", "users", 400, content=content)


async def test_unknown_paths_and_verbs(client: PlaygroundClient) -> None:
    for method, path, status in (("GET", "nothing", 404), ("DELETE", "bots", 405)):
        answer = await client.http.request(method, f"{ROOT}/{path}")
        assert answer.status_code == status


# Phones


@pytest.mark.parametrize(
    ("action", "body", "problem"),
    [
        ("say", {"text": " "}, "needs a text"),
        ("say", {"text": "x" * 4097}, "4097 characters"),
        ("say", {"text": "x", "reply_to": 999}, "no message 999"),
        ("say", {"text": ["x"]}, "must be of type String"),
        ("say", {"text": "x", "chat_id": -5}, "in no such chat"),
        ("edit", {"message_id": 999, "text": "x"}, "no message 999"),
        ("edit", {"text": "x"}, "find field"),
        ("delete", {"message_ids": [999]}, "no message 999"),
        ("delete", {"message_ids": "x"}, "list of numbers"),
        ("tap", {"message_id": 999, "row": 0, "column": 0}, "no message 999"),
        ("tap", {}, "find field"),
        ("photo", {"sample": "no.jpg"}, "no sample no.jpg"),
        ("photo", {}, "one file"),
        ("album", {"samples": "x"}, "list of names"),
        ("album", {"samples": ["backlinks.csv"] * 2, "kind": "sticker"}, "photo or document"),
        ("photo", {"sample": "backlinks.csv"}, "IMAGE_PROCESS_FAILED"),
        ("choose", {"inline_query_id": "1", "result_id": "1"}, "no such result"),
        ("forward", {"message_id": 999}, "no message 999"),
    ],
)
async def test_what_a_phone_cannot_do(
    client: PlaygroundClient, phone: Phone, action: str, body: Json, problem: str
) -> None:
    path = f"bots/{phone.bot.id}/phones/{phone.user_id}/{action}"
    with pytest.raises(PlaygroundError, match=problem):
        await client.request("POST", path, json=body)
    assert len((await phone.screen()).messages) == 1


async def test_a_person_edits_own_messages_for_two_days(api: Api, phone: Phone, client: PlaygroundClient) -> None:
    sent = await api.send(phone)
    with pytest.raises(PlaygroundError, match="one's own"):
        await phone.edit(sent["message_id"], "y")
    number = await phone.say("mine")
    await client.advance(49 * 3600)
    with pytest.raises(PlaygroundError, match="any more"):
        await phone.edit(number, "new")


async def test_a_screen_waits_for_something_newer(phone: Phone, api: Api) -> None:
    version = (await phone.screen()).version
    waits = asyncio.create_task(phone.screen(since=version, timeout=30))
    await asyncio.sleep(0)
    await api.send(phone, "news")
    assert (await waits).last.text == "news"


async def test_a_test_that_waits_in_vain_is_told_what_is_shown(api: Api, phone: Phone) -> None:
    sent = {"chat_id": phone.user_id, "text": "Order 1", "reply_markup": inline([button()])}
    await api.ok("sendMessage", sent)
    with pytest.raises(NotShownError, match=r"(?s)“Order 2” after 0 s.*Order 1.*\[Approve\]"):
        await phone.wait_for("Order 2", timeout=0)
    with pytest.raises(NotShownError, match="no button “Decline”"):
        await phone.tap("Decline")


async def test_files_go_from_phones_as_forms(client: PlaygroundClient, phone: Phone, api: Api) -> None:
    await phone.send_photo(("a.jpg", picture()), caption="one")
    await phone.send_document(("a.txt", b"x"), caption="two")
    await phone.send_document("work-report.pdf")
    messages = [update["message"] for update in await api.updates()]
    assert [message.get("caption") for message in messages] == ["one", "two", None]
    media = (await phone.screen()).messages[-2].media
    assert media is not None
    answer = await client.http.get(media["url"])
    assert answer.content == b"x"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_document_cannot_run_as_a_page(client: PlaygroundClient, phone: Phone) -> None:
    await phone.send_document(("evil.html", b"<script>alert(1)</script>"))
    media = (await phone.screen()).last.media
    assert media is not None
    answer = await client.http.get(media["url"])
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")


# The log of calls


async def test_the_log_of_calls(client: PlaygroundClient, api: Api, phone: Phone) -> None:
    await client.request("DELETE", "calls")
    await api.send(phone, "x" * 300)
    await api.refuses("SENDMESSAGE", {"chat_id": 5, "text": "y"}, "chat not found")
    await api.ok("getUpdates", {"offset": -1})
    await api.ok("sendDocument", {"chat_id": phone.user_id}, files={"document": ("a.txt", b"xyz")})
    await api.ok("setWebhook", {"url": "", "secret_token": "very-secret"})
    calls = await client.calls(bot_id=api.bot.id)
    assert [call["method"] for call in calls] == ["sendMessage", "sendMessage", "sendDocument", "setWebhook"]
    first, second, third, fourth = calls
    assert (first["ok"], first["error_code"], first["fault"], first["bot_id"]) == (True, None, None, api.bot.id)
    assert first["params"]["text"] == "x" * 200 + "…"
    assert (second["error_code"], second["description"]) == (400, "Bad Request: chat not found")
    assert third["params"]["document"] == "a.txt (3 bytes)"
    assert fourth["params"]["secret_token"] == "…"
    assert [call["id"] for call in await client.calls(failed=1)] == [second["id"]]
    assert [call["id"] for call in await client.calls(method="SendDocument")] == [third["id"]]
    assert [call["id"] for call in await client.calls(chat_id=5)] == [second["id"]]
    assert [call["id"] for call in await client.calls(after=third["id"])] == [fourth["id"]]
    assert [call["id"] for call in await client.calls(limit=2)] == [third["id"], fourth["id"]]
    await client.request("DELETE", "calls")
    assert await client.calls() == []


# The state and the events


async def test_the_state_of_an_empty_playground(client: PlaygroundClient) -> None:
    state = await client.request("GET", "state")
    assert (state["bots"], state["bot_id"], state["phones"], state["calls"]) == ([], None, [], [])
    assert {sample["kind"] for sample in state["samples"]} == {"photo", "document"}


async def test_the_state_is_one_bots(client: PlaygroundClient, api: Api, phone: Phone) -> None:
    await api.send(phone)
    other = await client.add_bot()
    state = await client.request("GET", "state", params={"bot_id": other.id})
    assert state["bot_id"] == other.id
    assert [each["screen"]["messages"] for each in state["phones"]] == [[]]
    state = await client.request("GET", "state")
    assert [message["text"] for message in state["phones"][0]["screen"]["messages"]] == ["/start", "x"]


async def read_events(client: PlaygroundClient, count: int, **options: Any) -> list[tuple[int, str, Json]]:
    """The first events of a stream."""
    found: list[tuple[int, str, Json]] = []
    async with client.http.stream("GET", f"{ROOT}/events", **options) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        event: dict[str, str] = {}
        async for line in answer.aiter_lines():
            name, _, value = line.partition(": ")
            event[name] = value
            if not line and "data" in event:
                found.append((int(event["id"]), event["event"], orjson.loads(event["data"])))
                event = {}
                if len(found) == count:
                    break
    return found


async def test_events_are_resumed_after_the_last_one_seen(served: PlaygroundClient) -> None:
    bot = await served.add_bot()
    phone = await served.add_phone(bot)
    await phone.open()
    start = (await served.request("GET", "state"))["event_id"]
    await phone.say("one")
    await phone.say("two")
    first, second = await read_events(served, 2, params={"after": start})
    assert (first[1], first[2]["message"]["text"], second[2]["message"]["text"]) == ("message", "one", "two")
    (again,) = await read_events(served, 1, headers={"last-event-id": str(first[0])})
    assert again == second
    (reset,) = await read_events(served, 1, params={"after": 999_999})
    assert (reset[1], reset[2]) == ("reset", {})


@pytest.mark.parametrize("after", ["x", "-1", "1.5"])
async def test_an_event_number_that_is_none(client: PlaygroundClient, after: str) -> None:
    assert "number" in await refused(client, "GET", f"events?after={after}", 400)


async def test_the_root_leads_to_the_page(client: PlaygroundClient) -> None:
    answer = await client.http.get("/")
    assert isinstance(answer, httpx.Response)
    assert answer.headers["location"] == "/playground/"


# Nonsense gets a sentence


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "bots", {"token": 7}),
        ("POST", "bots", {"username": ["x"]}),
        ("POST", "users", {"first_name": "A", "id": -5}),
        ("POST", "users", {"first_name": "A", "id": 1 << 63}),
        ("POST", "users", {"first_name": {}}),
        ("POST", "bots/{bot}/groups", {"title": "x", "member_ids": 5}),
        ("POST", "bots/{bot}/groups", {"title": "x", "member_ids": [[]]}),
        ("POST", "bots/{bot}/groups", {"title": "x"}),
        ("POST", "bots/{bot}/groups", {"title": "x", "member_ids": []}),
        ("POST", "clock", {"set": 1e300}),
        ("POST", "clock", {"set": -1}),
        ("POST", "clock", {"advance": 1e300}),
        ("GET", "bots/{bot}/phones/{user}/screen?chat_id=x", None),
        ("GET", "bots/{bot}/phones/{user}/screen?since=x", None),
        ("GET", "calls?limit=x", None),
        ("GET", "calls?after=nan&limit=inf", None),
        ("GET", "state?bot_id=²", None),
        ("POST", "bots/{bot}/phones/{user}/say", {"text": "x", "chat_id": "x"}),
        ("POST", "bots/{bot}/phones/{user}/delete", {"message_ids": [{}]}),
    ],
)
async def test_nonsense_is_refused_with_a_sentence(
    client: PlaygroundClient, phone: Phone, method: str, path: str, body: Json | None
) -> None:
    options: Json = {} if body is None else {"json": body}
    url = path.format(bot=phone.bot.id, user=phone.user_id)
    answer = await client.http.request(method, f"{ROOT}/{url}", **options)
    assert answer.status_code in {400, 404}
    assert "literal" not in answer.json()["error"]
    assert "object" not in answer.json()["error"]
    assert (await client.http.get(f"{ROOT}/state")).status_code == 200
    assert (await Api(phone.bot).ok("getMe"))["id"] == phone.bot.id


async def test_a_phone_scrolls_up(bot: BotAccount, phone: Phone) -> None:
    """A message beyond the newest 200 could not be read, nor its button be tapped."""
    await phone.open()
    keyboard = {"inline_keyboard": [[{"text": "Old", "callback_data": "old"}]]}
    sent = await bot.call("sendMessage", chat_id=phone.user_id, text="first", reply_markup=keyboard)
    first = sent["result"]["message_id"]
    for number in range(200):
        await phone.say(str(number))
    assert all(message.id != first for message in (await phone.screen()).messages)
    assert [message.text for message in (await phone.screen(newest=2)).messages] == ["198", "199"]
    assert any(message.id == first for message in (await phone.screen(newest=WHOLE_CHAT)).messages)
    with pytest.raises(NotShownError):
        await phone.tap("Old")
    await phone.tap("Old", message_id=first)
