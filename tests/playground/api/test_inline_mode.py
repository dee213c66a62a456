"""answerInlineQuery, and the messages that people send with its results."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from tests.playground.api.raw import Api, button, inline

if TYPE_CHECKING:
    from playground.phone import Json, Phone, PlaygroundClient

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
RESULT = "can't parse inline query result: "
BUTTON = "can't parse inline query results button: "


def article(number: str = "1", text: str = "Chosen", **more: Any) -> Json:
    content = {"message_text": text}
    return {"type": "article", "id": number, "title": f"Title {number}", "input_message_content": content, **more}


async def asked(api: Api, phone: Phone) -> tuple[Json, asyncio.Task[Json]]:
    """A query, and what its phone will be shown."""
    shown = asyncio.create_task(phone.inline("pears", offset="7"))
    while not (updates := await api.updates()):
        await asyncio.sleep(0)
    query: Json = updates[0]["inline_query"]
    return query, shown


async def test_a_query_and_its_results(api: Api, phone: Phone) -> None:
    query, shown = await asked(api, phone)
    assert (query["query"], query["offset"], query["from"]["id"]) == ("pears", "7", phone.user_id)
    results = [article("1", description="The first"), article("2")]
    more = {"button": {"text": "More", "start_parameter": "more"}, "next_offset": "8"}
    assert await api.ok("answerInlineQuery", {"inline_query_id": query["id"], "results": results, **more}) is True
    found = await shown
    assert [(each["id"], each["title"], each["description"]) for each in found["results"]] == [
        ("1", "Title 1", "The first"),
        ("2", "Title 2", ""),
    ]
    assert found["button"] == {"text": "More", "start_parameter": "more"}
    assert found["next_offset"] == "8"
    await api.refuses("answerInlineQuery", {"inline_query_id": query["id"], "results": results}, TOO_OLD)


async def test_a_chosen_result_is_a_message_via_the_bot(api: Api, phone: Phone) -> None:
    query, shown = await asked(api, phone)
    content = {"message_text": "<b>Chosen</b>", "parse_mode": "HTML"}
    results = [article("1", input_message_content=content, reply_markup=inline([button()]))]
    await api.ok("answerInlineQuery", {"inline_query_id": query["id"], "results": results})
    await phone.choose((await shown)["inline_query_id"], "1")
    updates = await api.updates()
    message = next(update["message"] for update in updates if "message" in update)
    assert (message["text"], message["via_bot"]["id"], message["from"]["id"]) == ("Chosen", api.bot.id, phone.user_id)
    chosen = next(update["chosen_inline_result"] for update in updates if "chosen_inline_result" in update)
    assert (chosen["result_id"], chosen["query"]) == ("1", "pears")
    inline_id = chosen["inline_message_id"]
    await phone.tap("Approve")
    tap = (await api.update())["callback_query"]
    assert tap["inline_message_id"] == inline_id
    assert "message" not in tap
    assert await api.ok("editMessageText", {"inline_message_id": inline_id, "text": "Edited"}) is True
    assert (await phone.screen()).last.text == "Edited"


@pytest.mark.parametrize("query_id", ["", "1", "junk"])
async def test_an_unknown_query(api: Api, query_id: str) -> None:
    await api.refuses("answerInlineQuery", {"inline_query_id": query_id, "results": []}, TOO_OLD)


async def test_a_query_waits_thirty_seconds(api: Api, phone: Phone, client: PlaygroundClient) -> None:
    query, shown = await asked(api, phone)
    await client.advance(31)
    await api.refuses("answerInlineQuery", {"inline_query_id": query["id"]}, TOO_OLD)
    shown.cancel()


@pytest.mark.parametrize(
    ("params", "description"),
    [
        pytest.param({"results": "["}, "can't parse JSON encoded inline query results", id="bad JSON"),
        pytest.param({"results": {}}, "expected an Array of inline query results", id="object"),
        pytest.param({"results": [article()] * 51}, "too many inline query results specified", id="51"),
        pytest.param({"results": [article(), article()]}, "RESULT_ID_DUPLICATE", id="the same id twice"),
        pytest.param({"results": [7]}, RESULT + "Inline query result must be an object", id="number"),
        pytest.param({"results": [{}]}, RESULT + 'Can\'t find field "type"', id="no type"),
        pytest.param({"results": [{"type": "article"}]}, RESULT + 'Can\'t find field "id"', id="no id"),
        pytest.param(
            {"results": [{"type": "x", "id": "1"}]},
            RESULT + 'type "x" is unsupported for the inline query result',
            id="type",
        ),
        pytest.param(
            {"results": [{"type": "article", "id": "1"}]}, RESULT + 'Can\'t find field "message_text"', id="no content"
        ),
        pytest.param(
            {"results": [article(input_message_content={})]},
            RESULT + "Input message content is not specified",
            id="empty content",
        ),
        pytest.param(
            {"results": [article(input_message_content={"message_text": "<", "parse_mode": "HTML"})]},
            RESULT + "Can't parse entities: Unclosed start tag at byte offset 0",
            id="formatting",
        ),
        pytest.param(
            {"results": [article(reply_markup=inline([{"text": "A"}]))]},
            RESULT + "Can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
            id="markup",
        ),
        pytest.param(
            {"results": [{**article(), "title": None}]}, RESULT + 'Field "title" must be of type String', id="title"
        ),
        pytest.param({"results": [article(text=" ")]}, "text must be non-empty", id="blank text"),
        pytest.param({"results": [article(text="x" * 4097)]}, "MESSAGE_TOO_LONG", id="long text"),
        pytest.param(
            {"results": [article(reply_markup={"force_reply": True})]}, "inline keyboard expected", id="force_reply"
        ),
        pytest.param(
            {"results": [article(reply_markup=inline([button(data="x" * 65)]))]}, "BUTTON_DATA_INVALID", id="long data"
        ),
        pytest.param({"button": "{"}, "can't parse inline query results button JSON object", id="button: bad JSON"),
        pytest.param({"button": []}, BUTTON + "InlineQueryResultsButton must be an Object", id="button: array"),
        pytest.param({"button": {}}, BUTTON + 'Can\'t find field "text"', id="button: no text"),
        pytest.param(
            {"button": {"text": "x"}},
            BUTTON + "InlineQueryResultsButton must have exactly one optional field",
            id="button: no action",
        ),
        pytest.param(
            {"button": "{", "results": "["},
            "can't parse inline query results button JSON object",
            id="button before results",
        ),
    ],
)
async def test_an_answer_that_is_refused(api: Api, params: Json, description: str) -> None:
    await api.refuses("answerInlineQuery", {"inline_query_id": "1", **params}, description)


async def test_a_type_that_is_not_built_says_so(api: Api) -> None:
    answer = (await api.post("answerInlineQuery", {"results": [{"type": "photo", "id": "1"}]})).json()
    assert answer["error_code"] == 501
    assert "not built" in answer["description"]
