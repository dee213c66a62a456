"""What a bot says of itself: getMe, names, descriptions, commands, the menu button, logOut, close."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from playground.errors import ApiError, bad_request, too_many_requests
from playground.fields import required_integer, required_object, required_string
from playground.methods.call import Call, find_chat, find_user
from playground.model import CommandScope
from playground.params import is_unicode

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from playground.model import Chat

COMMAND = re.compile(r"[a-z0-9_]+\Z")
MAX_COMMANDS = 100
MAX_COMMAND = 32
MAX_COMMAND_DESCRIPTION = 256
LANGUAGE = re.compile(r"[a-z]{2}\Z")
PLAIN_SCOPES = frozenset({"default", "all_private_chats", "all_group_chats", "all_chat_administrators"})
CLOSE_AFTER = 600
"""Seconds after a bot's start within which close answers 429."""


async def get_me(call: Call) -> dict[str, Any]:
    return {
        **call.bot.to_json(),
        "can_join_groups": True,
        "can_read_all_group_messages": call.bot.reads_all_group_messages,
        "supports_inline_queries": call.bot.supports_inline,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def setter(texts_of: str, parameter: str, longest: int) -> Callable[[Call], Awaitable[bool]]:
    """A method that sets one of the profile's texts in a language; an empty text removes it."""

    async def set_text(call: Call) -> bool:
        text = call.params.text(parameter)
        language = _language(call)
        if len(text) > longest:
            raise bad_request(f"{parameter} is too long")
        texts: dict[str, str] = getattr(call.bot.profile, texts_of)
        if text:
            texts[language] = text
        else:
            texts.pop(language, None)
        _tell_phones(call)
        return True

    return set_text


def getter(texts_of: str, parameter: str) -> Callable[[Call], Awaitable[dict[str, str]]]:
    """A method that reads one of the profile's texts."""

    async def get_text(call: Call) -> dict[str, str]:
        texts: dict[str, str] = getattr(call.bot.profile, texts_of)
        return {parameter: texts.get(_language(call), texts.get("", call.bot.name if parameter == "name" else ""))}

    return get_text


def _language(call: Call) -> str:
    language = call.params.raw("language_code")
    if language and not LANGUAGE.match(language):
        raise bad_request("invalid language code specified")
    return language


def _tell_phones(call: Call, only: Chat | None = None) -> None:
    for chat in call.world.chats.values():
        if chat.bot is call.bot and (only is None or only is chat):
            call.world.screen_changed(chat)


async def set_my_commands(call: Call) -> bool:
    read = _read_commands(call)
    scope = _scope(call)
    language = _language(call)
    commands = [_checked(*each) for each in read]
    if len(commands) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not COMMAND.match(command["command"]):
            raise bad_request("BOT_COMMAND_INVALID")
    if commands:
        call.bot.profile.commands[scope, language] = commands
    else:
        call.bot.profile.commands.pop((scope, language), None)
    _tell_phones(call)
    return True


async def get_my_commands(call: Call) -> list[dict[str, str]]:
    scope = _scope(call)
    return call.bot.profile.commands.get((scope, _language(call)), [])


async def delete_my_commands(call: Call) -> bool:
    scope = _scope(call)
    call.bot.profile.commands.pop((scope, _language(call)), None)
    _tell_phones(call)
    return True


def _read_commands(call: Call) -> list[tuple[str, str]]:
    """Commands and their descriptions, as the bot wrote them."""
    commands = call.params.json("commands", "commands JSON object")
    if not call.params.raw("commands"):
        return []
    if not isinstance(commands, list):
        raise bad_request("expected an Array of BotCommand")
    try:
        return [_read_command(each) for each in commands]
    except ApiError as error:
        raise bad_request(f"can't parse BotCommand: {error.message}") from None


def _read_command(command: Any) -> tuple[str, str]:
    if not isinstance(command, dict):
        raise bad_request("expected an Object")
    return required_string(command, "command"), required_string(command, "description")


def _checked(name: str, description: str) -> dict[str, str]:
    """A command as it is stored."""
    if not is_unicode(name):
        raise bad_request("command must be encoded in UTF-8")
    if not is_unicode(description):
        raise bad_request("command description must be encoded in UTF-8")
    name, description = name.strip().removeprefix("/"), description.strip()
    if not name:
        raise bad_request("command must be non-empty")
    if len(name) > MAX_COMMAND:
        raise bad_request(f"command length must not exceed {MAX_COMMAND}")
    if not description:
        raise bad_request("command description must be non-empty")
    if len(description) > MAX_COMMAND_DESCRIPTION:
        raise bad_request(f"command description length must not exceed {MAX_COMMAND_DESCRIPTION}")
    return {"command": name, "description": description}


def _scope(call: Call) -> CommandScope:
    scope = call.params.json("scope", "BotCommandScope JSON object")
    if not call.params.raw("scope"):
        return CommandScope()
    try:
        if not isinstance(scope, dict):
            raise bad_request("BotCommandScope must be an Object")
        kind = required_string(scope, "type")
        if kind in PLAIN_SCOPES:
            return CommandScope(kind)
        if kind not in {"chat", "chat_administrators", "chat_member"}:
            raise bad_request("Unsupported type specified")
        chat_name = required_string(scope, "chat_id")
        if not chat_name:
            raise bad_request("Empty chat_id specified")
        user_id = required_integer(scope, "user_id") if kind == "chat_member" else None
        if user_id is not None and user_id <= 0:
            raise bad_request("Invalid user_id specified")
    except ApiError as error:
        raise bad_request(f"can't parse BotCommandScope: {error.message}") from None
    chat = find_chat(call, "read", chat_name)
    if chat.type == "private" and kind != "chat":
        raise bad_request("can't use specified scope in private chats")
    return CommandScope(kind, chat.id, user_id)


async def set_chat_menu_button(call: Call) -> bool:
    button = _menu_button(call)
    chat = _menu_chat(call)
    chat_id = None if chat is None else chat.id
    if button["type"] == "default" and chat_id is not None:
        call.bot.profile.menu_buttons.pop(chat_id, None)
    else:
        call.bot.profile.menu_buttons[chat_id] = button
    _tell_phones(call, chat)
    return True


async def get_chat_menu_button(call: Call) -> dict[str, Any]:
    chat = _menu_chat(call)
    buttons = call.bot.profile.menu_buttons
    return buttons.get(None if chat is None else chat.id) or buttons.get(None) or {"type": "commands"}


def _menu_chat(call: Call) -> Chat | None:
    if "chat_id" not in call.params.values:
        return None
    user = find_user(call, "chat_id")
    return call.world.private_chat(call.bot, user)


def _menu_button(call: Call) -> dict[str, Any]:
    button = call.params.json("menu_button", "menu button JSON object")
    if not call.params.raw("menu_button"):
        return {"type": "default"}
    try:
        if not isinstance(button, dict):
            raise bad_request("MenuButton must be an Object")
        kind = required_string(button, "type")
        if kind in {"default", "commands"}:
            return {"type": kind}
        if kind != "web_app":
            raise bad_request("MenuButton has unsupported type")
        text = required_string(button, "text")
        url = required_string(required_object(button, "web_app"), "url")
        return {"type": kind, "text": text, "web_app": {"url": url}}
    except ApiError as error:
        raise bad_request(f"can't parse menu button: {error.message}") from None


async def log_out(call: Call) -> bool:
    call.bot.logged_out = True
    return True


async def close(call: Call) -> bool:
    left = call.bot.started_at + CLOSE_AFTER - call.world.clock.monotonic()
    if left > 0:
        raise too_many_requests(int(left) + 1)
    call.bot.started_at = call.world.clock.monotonic()
    return True
