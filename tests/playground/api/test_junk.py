"""Whatever a bot sends, the answer is one of the Bot API's: the playground itself never fails."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground.app import Playground
from playground.errors import bad_request
from playground.methods import METHODS, media
from playground.phone import BotAccount, Json, Phone, PlaygroundClient
from playground.settings import Settings
from tests.playground.api.raw import button, inline, picture

if TYPE_CHECKING:
    import httpx

CHAT, MESSAGE, QUERY, FILE = "{chat}", "{message}", "{query}", "{file}"
NAMES = [
    "chat_id", "message_id", "message_ids", "text", "parse_mode", "entities", "caption", "caption_entities",
    "reply_markup", "reply_parameters", "reply_to_message_id", "link_preview_options", "photo", "document",
    "media", "has_spoiler", "action", "callback_query_id", "show_alert", "inline_message_id", "inline_query_id",
    "results", "button", "next_offset", "commands", "scope", "language_code", "name", "description",
    "short_description", "menu_button", "file_id", "user_id", "offset", "limit", "allowed_updates",
    "secret_token", "max_connections",
]  # fmt: skip
MEMBERS = [
    "inline_keyboard", "keyboard", "text", "callback_data", "url", "web_app", "copy_text", "force_reply",
    "remove_keyboard", "message_id", "type", "id", "offset", "length", "user", "language", "media", "caption",
    "parse_mode", "caption_entities", "command", "description", "chat_id", "user_id", "title",
    "input_message_content", "message_text", "is_disabled",
]  # fmt: skip
KINDS = ["photo", "document", "video", "article", "chat", "chat_member", "default", "bold", "pre", "text_link", "HTML"]
LARGE = [0, -1, 1 << 31, -(1 << 31), 1 << 63, 10**30, 1.5, -0.0]

WORDS = st.one_of(
    st.sampled_from([CHAT, MESSAGE, QUERY, FILE, "attach://a", "attach://", "typing", "true", "null", *KINDS]),
    st.text(alphabet=st.characters(exclude_characters="."), max_size=20),
    st.text(alphabet="<>/b i&;\"'*_`[]()|~!\\{}", max_size=20),
)
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.sampled_from(LARGE), WORDS)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(MEMBERS), inner, max_size=5)),
    max_leaves=12,
)
PARAMS = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=8)
WITH_CHAT = PARAMS.map(lambda params: {"chat_id": CHAT, "message_id": MESSAGE, **params})
TYPES = [
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=b",
    "multipart/form-data; boundary=",
    "text/plain",
    "",
]
MODEST = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(*_: object) -> None:
        raise bad_request("failed to get HTTP URL content")

    monkeypatch.setattr(media, "fetch", nothing)


async def prepared(client: PlaygroundClient) -> tuple[BotAccount, Phone, dict[str, str]]:
    """A bot with one started chat, a message with a waiting button and a file; and the values of the placeholders."""
    bot = await client.add_bot()
    phone = await client.add_phone(bot)
    await phone.open()
    message = await bot.call("sendMessage", chat_id=phone.user_id, text="x", reply_markup=inline([button()]))
    query = (await phone.tap("Approve"))["callback_query_id"]
    url, files = f"/bot{bot.token}/sendPhoto", {"photo": ("a.jpg", picture())}
    photo = (await client.http.post(url, data={"chat_id": str(phone.user_id)}, files=files)).json()
    values = {
        CHAT: str(phone.user_id),
        MESSAGE: str(message["result"]["message_id"]),
        QUERY: query,
        FILE: photo["result"]["photo"][0]["file_id"],
    }
    return bot, phone, values


def filled(value: Any, values: dict[str, str]) -> Any:
    if isinstance(value, str):
        return values.get(value, value)
    if isinstance(value, list):
        return [filled(each, values) for each in value]
    if isinstance(value, dict):
        return {name: filled(each, values) for name, each in value.items()}
    return value


def assert_is_answer(answer: httpx.Response) -> None:
    content = orjson.loads(answer.content)
    if content["ok"]:
        assert answer.status_code == 200
        assert set(content) <= {"ok", "result", "description"}
    else:
        assert answer.status_code == content["error_code"]
        assert content["description"]
        assert content["error_code"] != 500, content


async def call_with(method: str, params: Json, *, as_form: bool) -> None:
    playground = Playground(Settings(flood=None))
    async with PlaygroundClient.in_process(playground) as client:
        bot, phone, values = await prepared(client)
        content, url = filled(params, values), f"/bot{bot.token}/{method}"
        if as_form:
            texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in content.items()}
            body = {name: value.encode(errors="surrogatepass") for name, value in texts.items()}
            answer = await client.http.post(url, data=body, files={"a": ("a.jpg", picture())})
        else:
            headers = {"content-type": "application/json"}
            answer = await client.http.post(
                url, content=json.dumps(content).encode("utf-8", "surrogatepass"), headers=headers
            )
        assert_is_answer(answer)
        await phone.screen()
        assert (await client.http.get(f"/playground/api/state?bot_id={bot.id}")).status_code == 200
    playground.world.stop()
    await playground.close()


@pytest.mark.parametrize("method", sorted(METHODS))
@MODEST
@given(params=PARAMS | WITH_CHAT, as_form=st.booleans())
def test_junk_parameters_get_an_answer(method: str, params: Json, as_form: bool) -> None:
    asyncio.run(call_with(method, params, as_form=as_form))


async def send_bytes(method: str, query: bytes, content: bytes, content_type: str) -> None:
    playground = Playground(Settings(flood=None))
    async with PlaygroundClient.in_process(playground) as client:
        bot = await client.add_bot()
        escaped = "".join(f"%{byte:02x}" for byte in query)
        url = f"/bot{bot.token}/{method}?text={escaped}&{escaped}"
        assert_is_answer(await client.http.post(url, content=content, headers={"content-type": content_type}))
    await playground.close()


@settings(parent=MODEST, max_examples=100)
@given(
    method=st.sampled_from(["sendMessage", "getMe", "sendDocument", ""]),
    query=st.binary(max_size=20),
    content=st.binary(max_size=60)
    | st.binary(max_size=20).map(lambda junk: b'{"chat_id": 1, "text": "' + junk)
    | st.binary(max_size=30).map(lambda junk: b'--b\r\nContent-Disposition: form-data; name="x"' + junk + b"\r\n--b--"),
    content_type=st.sampled_from(TYPES),
)
def test_junk_bytes_get_an_answer(method: str, query: bytes, content: bytes, content_type: str) -> None:
    asyncio.run(send_bytes(method, query, content, content_type))
