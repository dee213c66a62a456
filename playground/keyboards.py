"""reply_markup: read, checked and cut as the real server does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from playground.errors import ApiError, bad_request
from playground.fields import optional_boolean, optional_string, required_object, required_string
from playground.text.links import LinkError, check_link

MAX_CALLBACK_DATA = 64
"""Bytes."""


@dataclass(frozen=True, slots=True)
class InlineKeyboard:
    """Rows of buttons in their Bot API form, never empty."""

    rows: tuple[tuple[dict[str, Any], ...], ...]

    def to_json(self) -> dict[str, Any]:
        return {"inline_keyboard": self.rows}


@dataclass(frozen=True, slots=True)
class ReplyKeyboard:
    """Buttons below the input field; each with `text` and the `kind` of thing that it sends."""

    rows: tuple[tuple[dict[str, str], ...], ...]
    resize: bool = False
    one_time: bool = False
    persistent: bool = False
    placeholder: str = ""


@dataclass(frozen=True, slots=True)
class RemoveKeyboard:
    pass


@dataclass(frozen=True, slots=True)
class ForceReply:
    placeholder: str = ""


Markup = InlineKeyboard | ReplyKeyboard | RemoveKeyboard | ForceReply


@dataclass(frozen=True, slots=True)
class KeyboardLimits:
    row_buttons: int
    buttons: int
    markup_bytes: int


LOCAL_ROW_BUTTONS = 12
LOCAL_BUTTONS = 300
"""What the server itself cuts, silently, before Telegram counts."""


def read_markup(value: str) -> Markup | None:
    """Reads the parameter `reply_markup`; of several markups the first of keyboard, inline, remove, force counts.

    Raises:
        ApiError: 400, with the real server's words.
    """
    if not value:
        return None
    try:
        markup = orjson.loads(value)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        raise bad_request("Can't parse reply keyboard markup JSON object") from None
    return markup_from(markup)


def markup_from(markup: Any) -> Markup | None:
    if not isinstance(markup, dict):
        raise bad_request("Object expected as reply markup")
    reply_rows = _rows(markup, "keyboard", 'Field "keyboard" must be an Array of Arrays', _reply_button)
    inline_rows = _rows(
        markup,
        "inline_keyboard",
        'Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
        _inline_button,
    )
    remove = [optional_boolean(markup, name) for name in ("hide_keyboard", "remove_keyboard")]
    force = [optional_boolean(markup, name) for name in ("force_reply_keyboard", "force_reply")]
    placeholder = optional_string(markup, "input_field_placeholder")
    if reply_rows:
        shown = _shown_rows(reply_rows)
        return (
            ReplyKeyboard(
                shown,
                resize=optional_boolean(markup, "resize_keyboard"),
                one_time=optional_boolean(markup, "one_time_keyboard"),
                persistent=optional_boolean(markup, "is_persistent"),
                placeholder=placeholder,
            )
            if shown
            else None
        )
    if inline_rows:
        shown = _shown_rows(inline_rows)
        return InlineKeyboard(shown) if shown else None
    if any(remove):
        return RemoveKeyboard()
    if any(force):
        return ForceReply(placeholder)
    return None


def check_markup(markup: Markup | None, limits: KeyboardLimits) -> None:
    """What Telegram's backend refuses, after the server's own checks.

    Raises:
        ApiError: 400, a button's data or address is invalid, or there is too much of them.
    """
    if not isinstance(markup, InlineKeyboard):
        return
    for row in markup.rows:
        for button in row:
            if len(button.get("callback_data", "").encode(errors="surrogateescape")) > MAX_CALLBACK_DATA:
                raise bad_request("BUTTON_DATA_INVALID")
    count = sum(len(row) for row in markup.rows)
    too_wide = any(len(row) > limits.row_buttons for row in markup.rows)
    if too_wide or count > limits.buttons or len(orjson.dumps(markup.to_json())) > limits.markup_bytes:
        raise bad_request("reply markup is too long")


def check_links(markup: Markup | None) -> Markup | None:
    """The markup with its addresses as Telegram writes them.

    Raises:
        ApiError: 400, an address that Telegram does not take.
    """
    if not isinstance(markup, InlineKeyboard) or not any("url" in button for row in markup.rows for button in row):
        return markup
    return InlineKeyboard(tuple(tuple(_with_checked_link(button) for button in row) for row in markup.rows))


def inline_only(markup: Markup | None) -> InlineKeyboard | None:
    """The markup with checked addresses, where only an inline keyboard will do.

    Raises:
        ApiError: 400, it is another markup, or has an address that Telegram does not take.
    """
    markup = check_links(markup)
    if markup is not None and not isinstance(markup, InlineKeyboard):
        raise bad_request("inline keyboard expected")
    return markup


def _with_checked_link(button: dict[str, Any]) -> dict[str, Any]:
    if "url" not in button:
        return button
    try:
        return {**button, "url": check_link(button["url"])}
    except LinkError as error:
        raise bad_request(f"inline keyboard button URL '{button['url']}' is invalid: {error}") from None


def _rows(markup: dict[str, Any], name: str, not_rows: str, read: Any) -> list[list[dict[str, Any]]]:
    rows = markup.get(name, [])
    if not isinstance(rows, list):
        raise bad_request(f'Field "{name}" must be of type Array')
    found = []
    for row in rows:
        if not isinstance(row, list):
            raise bad_request(not_rows)
        found.append([read(button) for button in row])
    return found


def _shown_rows(rows: list[list[dict[str, Any]]]) -> tuple[tuple[dict[str, Any], ...], ...]:
    """Without buttons that have no text, nor those beyond what the server passes on."""
    shown = []
    left = LOCAL_BUTTONS
    for row in rows:
        buttons = tuple(button for button in row if button["text"])[: min(LOCAL_ROW_BUTTONS, left)]
        left -= len(buttons)
        if buttons:
            shown.append(buttons)
    return tuple(shown)


def _reply_button(button: Any) -> dict[str, str]:
    try:
        if isinstance(button, str):
            return {"text": button, "kind": "text"}
        if not isinstance(button, dict):
            raise bad_request("KeyboardButton must be a String or an Object")
        text = required_string(button, "text")
        for kind, names in (
            ("request_contact", ("request_phone_number", "request_contact")),
            ("request_location", ("request_location",)),
        ):
            asked = [optional_boolean(button, name) for name in names]
            if any(asked):
                return {"text": text, "kind": kind}
        for kind in ("request_poll", "web_app", "request_users", "request_user", "request_chat"):
            if kind in button:
                required_object(button, kind)
                return {"text": text, "kind": kind}
    except ApiError as error:
        raise bad_request(f"Can't parse keyboard button: {error.message}") from None
    return {"text": text, "kind": "text"}


def _inline_button(button: Any) -> dict[str, Any]:
    try:
        if not isinstance(button, dict):
            raise bad_request("InlineKeyboardButton must be an Object")
        text = required_string(button, "text")
        action = _inline_action(button)
    except ApiError as error:
        raise bad_request(f"Can't parse inline keyboard button: {error.message}") from None
    style = optional_string(button, "style")
    return {"text": text, **action, **({"style": style} if style else {})}


def _inline_action(button: dict[str, Any]) -> dict[str, Any]:
    """What the button does; of several the first in the server's order."""
    for name in ("url", "callback_data"):
        if value := optional_string(button, name):
            return {name: value}
    if "callback_game" in button:
        return {"callback_game": {}}
    if "pay" in button:
        return {"pay": True}
    if "switch_inline_query" in button:
        return {"switch_inline_query": required_string(button, "switch_inline_query")}
    if "switch_inline_query_chosen_chat" in button:
        chosen = required_object(button, "switch_inline_query_chosen_chat")
        return {"switch_inline_query_chosen_chat": chosen}
    if "switch_inline_query_current_chat" in button:
        return {"switch_inline_query_current_chat": required_string(button, "switch_inline_query_current_chat")}
    if "copy_text" in button:
        return {"copy_text": {"text": required_string(required_object(button, "copy_text"), "text")}}
    if "login_url" in button:
        return {"login_url": {"url": required_string(required_object(button, "login_url"), "url")}}
    if "web_app" in button:
        return {"web_app": {"url": required_string(required_object(button, "web_app"), "url")}}
    raise bad_request("Text buttons are unallowed in the inline keyboard")


def kind_of(button: dict[str, Any]) -> str:
    """What a tap on that inline button does, in the control API's words."""
    for name, kind in (
        ("callback_data", "callback"),
        ("url", "url"),
        ("switch_inline_query", "switch_inline"),
        ("switch_inline_query_chosen_chat", "switch_inline"),
        ("switch_inline_query_current_chat", "switch_inline_current"),
        ("copy_text", "copy_text"),
        ("web_app", "web_app"),
    ):
        if name in button:
            return kind
    return "other"
