"""deleteMessage and deleteMessages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playground.phone import Json, Phone, PlaygroundClient
    from tests.playground.api.raw import Api

STRANGER = 999_999
TWO_DAYS = 2 * 86_400
NOT_FOUND = "message to delete not found"


async def sent(api: Api, phone: Phone) -> int:
    """A message of the bot's; its number."""
    return int((await api.send(phone))["message_id"])


async def test_a_message_is_deleted_for_both(api: Api, phone: Phone) -> None:
    mine, theirs = await sent(api, phone), await phone.say("hello")
    for number in (mine, theirs):
        where = {"chat_id": phone.user_id, "message_id": number}
        assert await api.ok("deleteMessage", where) is True
        assert number not in {message.id for message in (await phone.screen()).messages}
        await api.refuses("deleteMessage", where, NOT_FOUND)


@pytest.mark.parametrize(
    ("params", "description"),
    [
        pytest.param({}, "chat identifier is not specified", id="nothing"),
        pytest.param({"message_id": 5}, "chat identifier is not specified", id="no chat"),
        pytest.param({"chat_id": STRANGER}, "message identifier is not specified", id="no message"),
        pytest.param({"chat_id": STRANGER, "message_id": 0}, "message identifier is not specified", id="zero"),
        pytest.param({"chat_id": STRANGER, "message_id": -3}, "message identifier is not specified", id="negative"),
        pytest.param({"chat_id": STRANGER, "message_id": "x"}, "message identifier is not specified", id="junk"),
        pytest.param({"chat_id": STRANGER, "message_id": 5}, "chat not found", id="unknown chat"),
    ],
)
async def test_a_message_that_is_not_named(api: Api, params: Json, description: str) -> None:
    await api.refuses("deleteMessage", params, description)


async def test_a_message_of_two_days_ago_stays(api: Api, phone: Phone, client: PlaygroundClient) -> None:
    number = await sent(api, phone)
    await client.advance(TWO_DAYS - 60)
    assert await api.ok("deleteMessage", {"chat_id": phone.user_id, "message_id": await sent(api, phone)})
    await client.advance(120)
    gone = "message can't be deleted for everyone"
    await api.refuses("deleteMessage", {"chat_id": phone.user_id, "message_id": number}, gone)
    await api.refuses("deleteMessages", {"chat_id": phone.user_id, "message_ids": [number]}, gone)
    assert (await phone.screen()).last.id == number


async def test_several_are_deleted_and_missing_ones_skipped(api: Api, phone: Phone) -> None:
    first, second, kept = [await sent(api, phone) for _ in range(3)]
    numbers: list[Any] = [first, str(second), STRANGER, first]
    assert await api.ok("deleteMessages", {"chat_id": phone.user_id, "message_ids": numbers}) is True
    left = {message.id for message in (await phone.screen()).messages}
    assert kept in left
    assert not left & {first, second}
    assert await api.ok("deleteMessages", {"chat_id": phone.user_id, "message_ids": [STRANGER]}) is True


@pytest.mark.parametrize(
    ("numbers", "description"),
    [
        pytest.param("", "message identifiers are not specified", id="none"),
        pytest.param([], "message identifiers are not specified", id="empty"),
        pytest.param("[", "can't parse message_ids JSON object", id="bad JSON"),
        pytest.param({}, "expected an Array of message identifiers", id="object"),
        pytest.param(7, "expected an Array of message identifiers", id="number"),
        pytest.param(list(range(1, 102)), "too many message identifiers specified", id="101"),
        pytest.param([None], "message identifier must be a Number", id="null in it"),
        pytest.param([True], "message identifier must be a Number", id="boolean in it"),
        pytest.param(["x"], "can't parse message identifier as Number", id="junk in it"),
        pytest.param([1.5], "can't parse message identifier as Number", id="fraction in it"),
        pytest.param([1 << 31], "can't parse message identifier as Number", id="too large in it"),
        pytest.param("[" + "9" * 50 + "]", "can't parse message identifier as Number", id="far too large in it"),
        pytest.param([0], "invalid message identifier specified", id="zero in it"),
        pytest.param([-1], "invalid message identifier specified", id="negative in it"),
    ],
)
async def test_message_ids_that_are_refused(api: Api, numbers: Any, description: str) -> None:
    await api.refuses("deleteMessages", {"chat_id": STRANGER, "message_ids": numbers}, description)


async def test_the_chat_is_looked_for_after_the_ids(api: Api) -> None:
    await api.refuses("deleteMessages", {"message_ids": [1]}, "chat_id is empty")
    await api.refuses("deleteMessages", {"chat_id": STRANGER, "message_ids": list(range(1, 101))}, "chat not found")


async def test_a_person_who_is_gone(api: Api, phone: Phone) -> None:
    number = await sent(api, phone)
    await phone.deactivate()
    for method, which in (("deleteMessage", {"message_id": number}), ("deleteMessages", {"message_ids": [number]})):
        await api.refuses(method, {"chat_id": phone.user_id, **which}, "user is deactivated", code=403)


async def test_what_a_person_deletes_the_bot_is_not_told(api: Api, phone: Phone) -> None:
    number = await sent(api, phone)
    await phone.delete(number)
    assert await api.updates() == []
    where = {"chat_id": phone.user_id, "message_id": number}
    await api.refuses("editMessageText", {**where, "text": "new"}, "message to edit not found")
