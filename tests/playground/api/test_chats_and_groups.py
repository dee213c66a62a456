"""People and groups: starting, deep links, blocking, membership, upgrades, getChat, profile photos."""

from __future__ import annotations

from typing import Any

import pytest

from playground.phone import BotAccount, Json, Phone, PlaygroundClient, PlaygroundError
from tests.playground.api.raw import Api, button, inline

GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


# Starting


async def test_start_is_a_command(api: Api, client: PlaygroundClient, bot: BotAccount) -> None:
    phone = await client.add_phone(bot, "Bilal", language_code="ur")
    assert not (await phone.screen()).json["started"]
    await phone.open()
    assert (await phone.screen()).json["started"]
    message = (await api.update())["message"]
    assert message == {
        "message_id": message["message_id"],
        "from": {"id": phone.user_id, "is_bot": False, "first_name": "Bilal", "language_code": "ur"},
        "chat": {"id": phone.user_id, "first_name": "Bilal", "type": "private"},
        "date": message["date"],
        "text": "/start",
        "entities": [{"offset": 0, "length": 6, "type": "bot_command"}],
    }


@pytest.mark.parametrize("payload", ["x", "order_17-a", "A" * 64])
async def test_a_deep_link_brings_its_payload(api: Api, phone: Phone, payload: str) -> None:
    await phone.open(payload)
    message = (await api.update())["message"]
    assert message["text"] == f"/start {payload}"
    assert message["entities"] == [{"offset": 0, "length": 6, "type": "bot_command"}]


@pytest.mark.parametrize("payload", ["A" * 65, "a b", "a.b", "ü", "a=b", "٣"])
async def test_a_payload_that_no_link_can_hold(phone: Phone, payload: str) -> None:
    with pytest.raises(PlaygroundError, match="1 to 64 letters"):
        await phone.open(payload)


# Blocking


async def test_the_bot_is_told_that_it_was_blocked_and_unblocked(api: Api, phone: Phone) -> None:
    await phone.block()
    await phone.block()
    await phone.unblock()
    blocked, unblocked = [update["my_chat_member"] for update in await api.updates()]
    me = {"id": api.bot.id, "is_bot": True, "first_name": "Example", "username": "example_bot"}
    member = {"user": me, "status": "member"}
    kicked = {"user": me, "status": "kicked", "until_date": 0}
    assert blocked["chat"]["id"] == blocked["from"]["id"] == phone.user_id
    assert (blocked["old_chat_member"], blocked["new_chat_member"]) == (member, kicked)
    assert (unblocked["old_chat_member"], unblocked["new_chat_member"]) == (kicked, member)


async def test_a_phone_that_blocked_the_bot_says_nothing_to_it(api: Api, phone: Phone) -> None:
    await api.send(phone, reply_markup=inline([button()]))
    await phone.block()
    with pytest.raises(PlaygroundError, match="unblock it first"):
        await phone.say("hello?")
    with pytest.raises(PlaygroundError, match="cannot reach the bot"):
        await phone.tap("Approve")


async def test_a_deactivated_person_says_nothing(phone: Phone) -> None:
    await phone.deactivate()
    with pytest.raises(PlaygroundError, match="deactivated"):
        await phone.say("hello?")


# Forwards


async def test_a_forward_of_somebody_hidden(api: Api, phone: Phone) -> None:
    await phone.forward("from elsewhere", from_name="Somebody")
    message = (await api.update())["message"]
    assert message["text"] == "from elsewhere"
    assert message["forward_origin"] == {
        "type": "hidden_user",
        "sender_user_name": "Somebody",
        "date": message["date"],
    }


async def test_a_forward_of_the_bots_own_message(api: Api, phone: Phone) -> None:
    sent = await api.send(phone, "mine")
    await phone.forward(message_id=sent["message_id"])
    message = (await api.update())["message"]
    assert message["forward_origin"]["type"] == "user"
    assert message["forward_origin"]["sender_user"]["id"] == api.bot.id
    assert message["from"]["id"] == phone.user_id


# Groups


async def add_group(api: Api, phone: Phone, kind: str = "supergroup") -> int:
    group = {"title": "The desk", "type": kind, "member_ids": [phone.user_id]}
    made = await api.bot.client.request("POST", f"bots/{api.bot.id}/groups", json=group)
    update = (await api.update())["my_chat_member"]
    assert update["chat"] == {"id": made["id"], "title": "The desk", "type": kind}
    assert update["new_chat_member"]["status"] == "member"
    return int(made["id"])


async def change_group(api: Api, chat_id: int, **change: Any) -> Json:
    changed: Json = await api.bot.client.request("PATCH", f"bots/{api.bot.id}/groups/{chat_id}", json=change)
    return changed


@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_a_group_hears_the_bot_and_the_bot_its_commands(api: Api, phone: Phone, kind: str) -> None:
    chat_id = await add_group(api, phone, kind)
    sent = await api.ok("sendMessage", {"chat_id": chat_id, "text": "hello"})
    assert sent["chat"] == {"id": chat_id, "title": "The desk", "type": kind}
    here = Phone(phone.client, phone.bot, phone.user_id, phone.name, chat_id)
    assert (await here.screen()).last.text == "hello"
    await here.say("not for the bot")
    await here.say("/help")
    await here.say("@Example_Bot please")
    await here.say("a reply", reply_to=sent["message_id"])
    updates = [update["message"] for update in await api.updates()]
    assert [message["text"] for message in updates] == ["/help", "@Example_Bot please", "a reply"]
    assert all(message["chat"]["id"] == chat_id for message in updates)


async def test_a_supergroup_counts_its_own_messages(api: Api, phone: Phone) -> None:
    chat_id = await add_group(api, phone)
    numbers = [(await api.ok("sendMessage", {"chat_id": chat_id, "text": "x"}))["message_id"] for _ in range(2)]
    assert numbers == [1, 2]


@pytest.mark.parametrize("kind", ["group", "supergroup"])
@pytest.mark.parametrize(
    ("status", "description"), [("kicked", "bot was kicked from the"), ("left", "bot is not a member of the")]
)
async def test_a_bot_out_of_the_group(api: Api, phone: Phone, kind: str, status: str, description: str) -> None:
    chat_id = await add_group(api, phone, kind)
    sent = await api.ok("sendMessage", {"chat_id": chat_id, "text": "x"})
    await change_group(api, chat_id, bot=status)
    assert (await api.update())["my_chat_member"]["new_chat_member"]["status"] == status
    where, text = {"chat_id": chat_id, "message_id": sent["message_id"]}, f"{description} {kind} chat"
    for method, params in (
        ("sendMessage", {"text": "x"}),
        ("sendChatAction", {"action": "typing"}),
        ("editMessageText", {**where, "text": "y"}),
        ("deleteMessage", where),
        ("deleteMessages", {"message_ids": [sent["message_id"]]}),
    ):
        await api.refuses(method, {"chat_id": chat_id, **params}, text, code=403)
    if kind == "supergroup":
        await api.refuses("getChat", {"chat_id": chat_id}, text, code=403)
    else:
        assert (await api.ok("getChat", {"chat_id": chat_id}))["id"] == chat_id
    await change_group(api, chat_id, bot="member")
    await api.ok("sendMessage", {"chat_id": chat_id, "text": "back"})


async def test_a_group_that_was_upgraded(api: Api, phone: Phone) -> None:
    chat_id = await add_group(api, phone, "group")
    new_id = int((await change_group(api, chat_id, upgrade=True))["id"])
    description, parameters = "group chat was upgraded to a supergroup chat", {"migrate_to_chat_id": new_id}
    for method, params in (
        ("sendMessage", {"text": "x"}),
        ("sendChatAction", {"action": "typing"}),
        ("deleteMessage", {"message_id": 1}),
    ):
        await api.refuses(method, {"chat_id": chat_id, **params}, description, parameters=parameters)
    await api.refuses("sendMessage", {"chat_id": chat_id, "text": " "}, description, parameters=parameters)
    sent = await api.ok("sendMessage", {"chat_id": new_id, "text": "x"})
    assert sent["chat"]["type"] == "supergroup"
    assert (await api.ok("getChat", {"chat_id": chat_id}))["id"] == chat_id


async def test_a_member_of_a_group_who_never_started_the_bot(
    api: Api, phone: Phone, client: PlaygroundClient, bot: BotAccount
) -> None:
    other = await client.add_phone(bot, "Bilal")
    await other.screen()
    await api.refuses("sendMessage", {"chat_id": other.user_id, "text": "x"}, "chat not found")
    group = {"title": "The desk", "type": "group", "member_ids": [phone.user_id, other.user_id]}
    await client.request("POST", f"bots/{bot.id}/groups", json=group)
    stranger = "bot can't initiate conversation with a user"
    await api.refuses("sendMessage", {"chat_id": other.user_id, "text": "x"}, stranger, code=403)
    assert (await api.ok("getChat", {"chat_id": other.user_id}))["first_name"] == "Bilal"


async def test_messages_of_others_in_a_group_cannot_be_deleted(api: Api, phone: Phone) -> None:
    chat_id = await add_group(api, phone)
    here = Phone(phone.client, phone.bot, phone.user_id, phone.name, chat_id)
    theirs = await here.say("/mine")
    where = {"chat_id": chat_id, "message_id": theirs}
    await api.refuses("deleteMessage", where, "message can't be deleted")
    mine = await api.ok("sendMessage", {"chat_id": chat_id, "text": "x"})
    assert await api.ok("deleteMessage", {**where, "message_id": mine["message_id"]}) is True


async def test_command_scopes_of_groups(api: Api, phone: Phone) -> None:
    chat_id = await add_group(api, phone)
    here = Phone(phone.client, phone.bot, phone.user_id, phone.name, chat_id)
    scopes: list[Json] = [
        {"type": "all_group_chats"},
        {"type": "chat", "chat_id": chat_id},
        {"type": "chat_member", "chat_id": chat_id, "user_id": phone.user_id},
    ]
    for number, scope in enumerate(scopes):
        commands = [{"command": f"c{number}", "description": "x"}]
        await api.ok("setMyCommands", {"scope": scope, "commands": commands})
        assert await api.ok("getMyCommands", {"scope": scope}) == commands
        assert (await here.screen()).commands == [f"c{number}"]
    assert (await phone.screen()).commands == []
    scope = {"type": "chat_administrators", "chat_id": chat_id}
    assert await api.ok("setMyCommands", {"scope": scope, "commands": []}) is True


# getChat and getUserProfilePhotos


async def test_get_chat_of_a_person(api: Api, phone: Phone) -> None:
    chat = await api.ok("getChat", {"chat_id": phone.user_id})
    assert 0 <= chat.pop("accent_color_id") < 7
    assert chat == {
        "id": phone.user_id,
        "first_name": "Ayesha",
        "last_name": "Khan",
        "username": "ayesha",
        "type": "private",
        "active_usernames": ["ayesha"],
        "accepted_gift_types": dict.fromkeys(GIFTS, True),
        "max_reaction_count": 11,
    }


async def test_get_chat_of_somebody_who_is_gone(api: Api, phone: Phone) -> None:
    await phone.block()
    await phone.deactivate()
    assert (await api.ok("getChat", {"chat_id": phone.user_id}))["id"] == phone.user_id


@pytest.mark.parametrize("params", [{}, {"limit": 0}, {"limit": 1000, "offset": -4}, {"limit": "junk"}])
async def test_people_have_no_profile_photos(api: Api, phone: Phone, params: Json) -> None:
    found = await api.ok("getUserProfilePhotos", {"user_id": phone.user_id, **params})
    assert found == {"total_count": 0, "photos": []}


@pytest.mark.parametrize(
    ("params", "description"),
    [
        ({}, "invalid user_id specified"),
        ({"user_id": "junk"}, "invalid user_id specified"),
        ({"user_id": 0}, "invalid user_id specified"),
        ({"user_id": -7}, "invalid user_id specified"),
        ({"user_id": 999_999}, "user not found"),
    ],
)
async def test_profile_photos_of_nobody(api: Api, params: Json, description: str) -> None:
    await api.refuses("getUserProfilePhotos", params, description)
