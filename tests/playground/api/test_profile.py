"""What a bot says of itself: commands in their scopes, names, descriptions, the menu button."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playground.phone import BotAccount, Json, Phone, PlaygroundClient
    from tests.playground.api.raw import Api

STRANGER = 999_999
START = {"command": "start", "description": "Begin"}
COMMAND = "can't parse BotCommand: "
SCOPE = "can't parse BotCommandScope: "
MENU = "can't parse menu button: "
NO_COMMANDS: list[Json] = []


def numbered(count: int) -> list[Json]:
    return [{"command": f"c{number}", "description": "x"} for number in range(count)]


# Commands


async def test_commands_are_kept_by_scope_and_language(api: Api, phone: Phone) -> None:
    lists: list[tuple[Json, list[Json]]] = [
        ({}, [{"command": "a", "description": "default"}]),
        ({"language_code": "ur"}, [{"command": "b", "description": "default, in Urdu"}]),
        ({"scope": {"type": "all_private_chats"}}, [{"command": "c", "description": "private"}]),
        ({"scope": {"type": "chat", "chat_id": phone.user_id}}, [{"command": "d", "description": "one chat"}]),
    ]
    for where, commands in lists:
        assert await api.ok("getMyCommands", where) == NO_COMMANDS
        assert await api.ok("setMyCommands", {**where, "commands": commands}) is True
    for where, commands in lists:
        assert await api.ok("getMyCommands", where) == commands
    assert await api.ok("getMyCommands", {"scope": {"type": "default"}}) == lists[0][1]
    for where, _ in lists:
        assert await api.ok("deleteMyCommands", where) is True
        assert await api.ok("getMyCommands", where) == NO_COMMANDS


async def test_the_phones_menu_shows_the_narrowest_scope_in_the_persons_language(
    api: Api, client: PlaygroundClient, bot: BotAccount
) -> None:
    phone = await client.add_phone(bot, "Ayesha", language_code="ur")
    await phone.open()
    await api.ok("setMyCommands", {"commands": [{"command": "everyone", "description": "x"}]})
    assert (await phone.screen()).commands == ["everyone"]
    await api.ok("setMyCommands", {"commands": [{"command": "urdu", "description": "x"}], "language_code": "ur"})
    assert (await phone.screen()).commands == ["urdu"]
    scope = {"type": "chat", "chat_id": phone.user_id}
    await api.ok("setMyCommands", {"commands": [{"command": "one", "description": "x"}], "scope": scope})
    assert (await phone.screen()).commands == ["one"]
    await api.ok("deleteMyCommands", {"scope": scope})
    await api.ok("deleteMyCommands", {"language_code": "ur"})
    assert (await phone.screen()).commands == ["everyone"]


@pytest.mark.parametrize("commands", [None, "", []])
async def test_absent_commands_clear_the_list(api: Api, commands: Any) -> None:
    await api.ok("setMyCommands", {"commands": [START]})
    await api.ok("setMyCommands", {} if commands is None else {"commands": commands})
    assert await api.ok("getMyCommands") == NO_COMMANDS


async def test_commands_are_trimmed_and_lose_a_slash(api: Api) -> None:
    await api.ok("setMyCommands", {"commands": [{"command": " /start ", "description": " Begin\n"}]})
    assert await api.ok("getMyCommands") == [START]


@pytest.mark.parametrize(
    ("commands", "description"),
    [
        pytest.param("[", "can't parse commands JSON object", id="bad JSON"),
        pytest.param({}, "expected an Array of BotCommand", id="object"),
        pytest.param("null", "expected an Array of BotCommand", id="null"),
        pytest.param(["start"], COMMAND + "expected an Object", id="text"),
        pytest.param([{"description": "x"}], COMMAND + 'Can\'t find field "command"', id="no command"),
        pytest.param([{"command": "x"}], COMMAND + 'Can\'t find field "description"', id="no description"),
        pytest.param([{"command": {}}], COMMAND + 'Field "command" must be of type String', id="object for a command"),
        pytest.param([{"command": "", "description": "x"}], "command must be non-empty", id="empty"),
        pytest.param([{"command": " / ", "description": "x"}], "command must be non-empty", id="only a slash"),
        pytest.param(
            [{"command": "a" * 33, "description": "x"}], "command length must not exceed 32", id="33 characters"
        ),
        pytest.param([{"command": "a", "description": " "}], "command description must be non-empty", id="blank"),
        pytest.param(
            [{"command": "a", "description": "x" * 257}],
            "command description length must not exceed 256",
            id="257 characters",
        ),
        pytest.param([{"command": "Start", "description": "x"}], "BOT_COMMAND_INVALID", id="capital"),
        pytest.param([{"command": "a-b", "description": "x"}], "BOT_COMMAND_INVALID", id="dash"),
        pytest.param([{"command": "شروع", "description": "x"}], "BOT_COMMAND_INVALID", id="Urdu"),
        pytest.param([START, {"command": "//x", "description": "x"}], "BOT_COMMAND_INVALID", id="two slashes"),
        pytest.param(numbered(101), "BOT_COMMANDS_TOO_MUCH", id="101"),
    ],
)
async def test_commands_that_are_refused(api: Api, commands: Any, description: str) -> None:
    await api.ok("setMyCommands", {"commands": [START]})
    await api.refuses("setMyCommands", {"commands": commands}, description)
    assert await api.ok("getMyCommands") == [START]


async def test_the_longest_commands(api: Api) -> None:
    commands = [{"command": "a" * 32, "description": "x" * 256}, *numbered(99)]
    await api.ok("setMyCommands", {"commands": commands})
    assert await api.ok("getMyCommands") == commands


@pytest.mark.parametrize(
    ("scope", "description"),
    [
        pytest.param("{", "can't parse BotCommandScope JSON object", id="bad JSON"),
        pytest.param([], SCOPE + "BotCommandScope must be an Object", id="array"),
        pytest.param("null", SCOPE + "BotCommandScope must be an Object", id="null"),
        pytest.param({}, SCOPE + 'Can\'t find field "type"', id="no type"),
        pytest.param({"type": "everybody"}, SCOPE + "Unsupported type specified", id="type"),
        pytest.param({"type": "Default"}, SCOPE + "Unsupported type specified", id="capital"),
        pytest.param({"type": "chat"}, SCOPE + 'Can\'t find field "chat_id"', id="no chat"),
        pytest.param({"type": "chat", "chat_id": ""}, SCOPE + "Empty chat_id specified", id="empty chat"),
        pytest.param({"type": "chat", "chat_id": STRANGER}, "chat not found", id="unknown chat"),
        pytest.param({"type": "chat_member", "chat_id": 1}, SCOPE + 'Can\'t find field "user_id"', id="no member"),
        pytest.param(
            {"type": "chat_member", "chat_id": 1, "user_id": 0}, SCOPE + "Invalid user_id specified", id="member zero"
        ),
        pytest.param(
            {"type": "chat_member", "chat_id": 1, "user_id": "x"},
            SCOPE + 'Field "user_id" must be a valid Number',
            id="member junk",
        ),
    ],
)
async def test_a_scope_that_is_refused(api: Api, scope: Any, description: str) -> None:
    for method in ("setMyCommands", "getMyCommands", "deleteMyCommands"):
        await api.refuses(method, {"scope": scope, "commands": [START]}, description)


async def test_scopes_that_private_chats_do_not_have(api: Api, phone: Phone) -> None:
    for kind in ("chat_administrators", "chat_member"):
        scope = {"type": kind, "chat_id": phone.user_id, "user_id": phone.user_id}
        for method in ("setMyCommands", "getMyCommands", "deleteMyCommands"):
            await api.refuses(method, {"scope": scope}, "can't use specified scope in private chats")


@pytest.mark.parametrize("language", ["english", "e", "EN", "e1", "en-US", "en\n"])
async def test_a_language_is_two_small_letters(api: Api, language: str) -> None:
    for method in (
        "setMyCommands",
        "getMyCommands",
        "deleteMyCommands",
        "setMyName",
        "getMyName",
        "setMyDescription",
        "getMyDescription",
        "setMyShortDescription",
        "getMyShortDescription",
    ):
        await api.refuses(method, {"language_code": language}, "invalid language code specified")


async def test_of_two_errors_the_first_in_the_servers_order_is_told(api: Api) -> None:
    bad, unknown = [{"command": "BAD", "description": "x"}], {"type": "chat", "chat_id": STRANGER}
    refused: list[tuple[Json, str]] = [
        ({"commands": [7], "scope": "{"}, COMMAND + "expected an Object"),
        ({"commands": bad, "scope": "{"}, "can't parse BotCommandScope JSON object"),
        ({"commands": bad, "scope": unknown, "language_code": "xyz"}, "chat not found"),
        ({"commands": bad, "language_code": "xyz"}, "invalid language code specified"),
    ]
    for params, description in refused:
        await api.refuses("setMyCommands", params, description)


# Names and descriptions

TEXTS = [("Name", "name", 64), ("Description", "description", 512), ("ShortDescription", "short_description", 120)]


@pytest.mark.parametrize(("method", "name", "longest"), TEXTS, ids=[name for _, name, _ in TEXTS])
async def test_a_text_is_kept_by_language(api: Api, method: str, name: str, longest: int) -> None:
    without = {name: "Example" if name == "name" else ""}
    assert await api.ok(f"getMy{method}") == without
    assert await api.ok(f"setMy{method}", {name: "x" * longest}) is True
    assert await api.ok(f"setMy{method}", {name: "اردو", "language_code": "ur"}) is True
    assert await api.ok(f"getMy{method}") == {name: "x" * longest}
    assert await api.ok(f"getMy{method}", {"language_code": "ur"}) == {name: "اردو"}
    assert await api.ok(f"getMy{method}", {"language_code": "de"}) == {name: "x" * longest}
    await api.ok(f"setMy{method}", {name: ""})
    assert await api.ok(f"getMy{method}") == without


@pytest.mark.parametrize(("method", "name", "longest"), TEXTS, ids=[name for _, name, _ in TEXTS])
async def test_a_text_that_is_too_long_is_refused_somehow(api: Api, method: str, name: str, longest: int) -> None:
    """Telegram's own words for it are unknown; these are the playground's."""
    await api.refuses(f"setMy{method}", {name: "x" * (longest + 1)}, f"{name} is too long")


async def test_the_name_and_the_description_are_shown(api: Api, phone: Phone) -> None:
    await api.ok("setMyName", {"name": "Order desk"})
    await api.ok("setMyDescription", {"description": "Takes orders."})
    assert (await api.ok("getMe"))["first_name"] == "Order desk"
    message = await api.send(phone)
    assert message["from"]["first_name"] == "Order desk"
    assert (await phone.screen()).json["bot_description"] == "Takes orders."


# The menu button


async def test_menu_buttons_of_all_and_of_one(api: Api, phone: Phone) -> None:
    button = {"type": "web_app", "text": "Open", "web_app": {"url": "https://example.com/app"}}
    here = {"chat_id": phone.user_id}
    assert await api.ok("getChatMenuButton") == {"type": "commands"}
    assert await api.ok("setChatMenuButton", {**here, "menu_button": button}) is True
    assert await api.ok("getChatMenuButton", here) == button
    assert await api.ok("getChatMenuButton") == {"type": "commands"}
    shown = (await phone.screen()).json["menu_button"]
    assert (shown["type"], shown["text"], shown["url"]) == ("web_app", "Open", "https://example.com/app")
    await api.ok("setChatMenuButton", {"menu_button": {"type": "commands"}})
    await api.ok("setChatMenuButton", here)
    assert (await phone.screen()).json["menu_button"]["type"] == "commands"


@pytest.mark.parametrize(
    ("params", "description"),
    [
        pytest.param({"menu_button": "{"}, "can't parse menu button JSON object", id="bad JSON"),
        pytest.param({"menu_button": []}, MENU + "MenuButton must be an Object", id="array"),
        pytest.param({"menu_button": "null"}, MENU + "MenuButton must be an Object", id="null"),
        pytest.param({"menu_button": {}}, MENU + 'Can\'t find field "type"', id="no type"),
        pytest.param({"menu_button": {"type": "x"}}, MENU + "MenuButton has unsupported type", id="type"),
        pytest.param({"menu_button": {"type": "web_app"}}, MENU + 'Can\'t find field "text"', id="no text"),
        pytest.param(
            {"menu_button": {"type": "web_app", "text": "x"}}, MENU + 'Can\'t find field "web_app"', id="no web_app"
        ),
        pytest.param(
            {"menu_button": {"type": "web_app", "text": "x", "web_app": {}}},
            MENU + 'Can\'t find field "url"',
            id="no url",
        ),
        pytest.param({"chat_id": "junk"}, "invalid chat_id specified", id="junk chat"),
        pytest.param({"chat_id": ""}, "invalid chat_id specified", id="empty chat"),
        pytest.param({"chat_id": -5}, "invalid chat_id specified", id="group"),
        pytest.param({"chat_id": STRANGER}, "user not found", id="nobody"),
        pytest.param(
            {"chat_id": STRANGER, "menu_button": "{"}, "can't parse menu button JSON object", id="button before chat"
        ),
    ],
)
async def test_a_menu_button_that_is_refused(api: Api, params: Json, description: str) -> None:
    await api.refuses("setChatMenuButton", params, description)
    if "menu_button" not in params:
        await api.refuses("getChatMenuButton", params, description)
