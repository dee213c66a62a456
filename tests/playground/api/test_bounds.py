"""What a playground keeps is bounded: it may run for days."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playground import world
from playground.settings import Settings
from tests.playground.api.raw import Api, button, inline

if TYPE_CHECKING:
    from playground.app import Playground
    from playground.phone import Phone, PlaygroundClient


@pytest.fixture
def settings() -> Settings:
    return Settings(flood=None, kept_messages=5, kept_calls=4, kept_events=6, kept_file_bytes=1000, update_queue=3)


async def test_the_oldest_updates_are_dropped(api: Api, phone: Phone) -> None:
    for number in range(5):
        await phone.say(str(number))
    assert (await api.ok("getWebhookInfo"))["pending_update_count"] == 3
    assert [update["message"]["text"] for update in await api.updates()] == ["2", "3", "4"]


async def test_the_oldest_messages_are_forgotten(api: Api, phone: Phone) -> None:
    numbers = [await phone.say(str(number)) for number in range(7)]
    assert [message.text for message in (await phone.screen()).messages] == ["2", "3", "4", "5", "6"]
    where = {"chat_id": phone.user_id, "message_id": numbers[0]}
    await api.refuses("deleteMessage", where, "message to delete not found")
    reply = {"chat_id": phone.user_id, "text": "x", "reply_to_message_id": numbers[0]}
    await api.refuses("sendMessage", reply, "message to be replied not found")


async def test_the_oldest_calls_are_forgotten(api: Api, client: PlaygroundClient) -> None:
    for _ in range(6):
        await api.ok("getMe")
    calls = await client.calls()
    assert len(calls) == 4
    numbers = [call["id"] for call in calls]
    assert numbers == list(range(numbers[-1] - 3, numbers[-1] + 1))


async def test_the_oldest_files_are_dropped(api: Api, phone: Phone) -> None:
    found = []
    for number in range(3):
        files = {"document": (f"{number}.bin", bytes([number]) * 400)}
        message = await api.ok("sendDocument", {"chat_id": phone.user_id}, files=files)
        found.append(message["document"]["file_id"])
    gone = "wrong file_id or the file is temporarily unavailable"
    await api.refuses("getFile", {"file_id": found[0]}, gone)
    unusable = "wrong file identifier/HTTP URL specified"
    await api.refuses("sendDocument", {"chat_id": phone.user_id, "document": found[0]}, unusable)
    for identifier in found[1:]:
        path = (await api.ok("getFile", {"file_id": identifier}))["file_path"]
        answer = await api.bot.client.http.get(f"/file/bot{api.bot.token}/{path}")
        assert len(answer.content) == 400


async def test_one_file_is_kept_however_large(api: Api, phone: Phone) -> None:
    files = {"document": ("a.bin", b"x" * 2000)}
    message = await api.ok("sendDocument", {"chat_id": phone.user_id}, files=files)
    assert (await api.ok("getFile", {"file_id": message["document"]["file_id"]}))["file_size"] == 2000


async def test_only_the_newest_events_are_kept(phone: Phone, playground: Playground) -> None:
    for number in range(4):
        await phone.say(str(number))
    events = playground.world.events
    kept = events.after(events.last_id - 6)
    assert kept is not None
    assert len(kept) == 6
    assert events.after(events.last_id - 7) is None
    assert events.after(events.last_id + 1) is None


async def test_taps_and_deleted_keyboards_are_bounded(
    api: Api, phone: Phone, playground: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world, "KEPT_TAPS", 2)
    monkeypatch.setattr(world, "KEPT_DELETED", 2)
    for _ in range(4):
        sent = {"chat_id": phone.user_id, "text": "x", "reply_markup": inline([button()])}
        number = (await api.ok("sendMessage", sent))["message_id"]
        await phone.tap("Approve")
        await phone.delete(number)
    (chat,) = playground.world.chats.values()
    assert len(playground.world.taps) == len(chat.just_deleted) == 2
