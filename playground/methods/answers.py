"""answerCallbackQuery and answerInlineQuery."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playground.errors import ApiError, bad_request
from playground.fields import optional_string, required_object, required_string
from playground.keyboards import check_markup, inline_only, markup_from
from playground.methods.call import MAX_TEXT, Call, formatted, tidy
from playground.methods.sending import limits_of
from playground.model import Toast

if TYPE_CHECKING:
    from playground.text import FormattedText

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
MAX_ALERT = 200
"""Code points."""
MAX_INLINE_RESULTS = 50
INLINE_ANSWER_SECONDS = 30.0
INLINE_KINDS = frozenset({
    "article", "audio", "contact", "document", "game", "gif", "location", "mpeg4_gif", "photo", "sticker", "venue",
    "video", "voice",
})  # fmt: skip


async def answer_callback_query(call: Call) -> bool:
    text = call.params.text("text")
    now = call.world.clock.monotonic()
    tap = call.world.taps.get(call.params.raw("callback_query_id"))
    if tap is None or tap.chat.bot is not call.bot or now - tap.at > call.world.settings.callback_answer_seconds:
        raise bad_request(TOO_OLD)
    if len(text) > MAX_ALERT:
        raise bad_request("MESSAGE_TOO_LONG")
    del call.world.taps[tap.id]
    call.world.stop_waiting(tap)
    url = call.params.raw("url") or None
    if text or url:
        message_id = None if tap.message.deleted else tap.message.id
        toast = Toast(message_id, text, call.params.boolean("show_alert"), url, call.world.clock.now())
        call.world.show_toast(tap.chat, toast)
    return True


async def answer_inline_query(call: Call) -> bool:
    button = _button(call)
    results = _results(call)
    query = call.world.inline_queries.get(call.params.raw("inline_query_id"))
    now = call.world.clock.monotonic()
    if query is None or query.chat.bot is not call.bot or now - query.at > INLINE_ANSWER_SECONDS:
        raise bad_request(TOO_OLD)
    if query.answered.is_set():
        raise bad_request(TOO_OLD)
    query.results = results
    query.button = button
    query.next_offset = call.params.raw("next_offset")
    query.answered.set()
    return True


def _button(call: Call) -> dict[str, Any] | None:
    button = call.params.json("button", "inline query results button JSON object")
    if not call.params.raw("button"):
        return None
    try:
        if not isinstance(button, dict):
            raise bad_request("InlineQueryResultsButton must be an Object")
        text = required_string(button, "text")
        if "start_parameter" in button:
            return {"text": text, "start_parameter": required_string(button, "start_parameter")}
        if "web_app" in button:
            return {"text": text, "web_app": {"url": required_string(required_object(button, "web_app"), "url")}}
        raise bad_request("InlineQueryResultsButton must have exactly one optional field")
    except ApiError as error:
        raise bad_request(f"can't parse inline query results button: {error.message}") from None


def _results(call: Call) -> list[dict[str, Any]]:
    results = call.params.json("results", "JSON encoded inline query results")
    if results is None:
        return []
    if not isinstance(results, list):
        raise bad_request("expected an Array of inline query results")
    if len(results) > MAX_INLINE_RESULTS:
        raise bad_request("too many inline query results specified")
    try:
        read = [_read_result(result) for result in results]
    except ApiError as error:
        raise ApiError(error.code, f"can't parse inline query result: {error.message}") from None
    for result in read:
        result["text"] = tidy(result["text"], allow_empty=False)
        result["markup"] = inline_only(result["markup"])
        if len(result["text"].text) > MAX_TEXT:
            raise bad_request("MESSAGE_TOO_LONG")
        check_markup(result["markup"], limits_of(call))
    if len({result["id"] for result in read}) < len(read):
        raise bad_request("RESULT_ID_DUPLICATE")
    return read


def _read_result(result: Any) -> dict[str, Any]:
    """An article as the control API shows it, with the message that it would send."""
    if not isinstance(result, dict):
        raise bad_request("Inline query result must be an object")
    kind = required_string(result, "type").lower()
    result_id = required_string(result, "id")
    if kind not in INLINE_KINDS:
        raise bad_request(f'type "{kind}" is unsupported for the inline query result')
    if kind != "article":
        raise ApiError(501, f'the inline result type "{kind}" is not built in this playground')
    text = _message_content(result)
    markup = markup_from(required_object(result, "reply_markup")) if "reply_markup" in result else None
    title = required_string(result, "title")
    description = optional_string(result, "description")
    return {
        "id": result_id,
        "type": kind,
        "title": title,
        "description": description,
        "text": text,
        "markup": markup,
    }


def _message_content(result: dict[str, Any]) -> FormattedText:
    """The text that a result sends; before `input_message_content` was invented it stood in the result itself."""
    if "input_message_content" in result:
        content = required_object(result, "input_message_content")
        text = optional_string(content, "message_text")
        if not text:
            raise bad_request("Input message content is not specified")
    else:
        content = result
        text = required_string(content, "message_text")
        if not text:
            raise bad_request("Message text is empty")
    return formatted(text, optional_string(content, "parse_mode"), content.get("entities"))
