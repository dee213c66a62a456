"""What people do with their phones: each action changes the chat and queues the bot's update."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from playground.api_json import message_json
from playground.clips import made_up_clip
from playground.keyboards import kind_of
from playground.model import CLIP_KINDS, ClipFacts, Message
from playground.service import Deed, service_message
from playground.storing import NOTHING_SAID, store_media
from playground.text import FormattedText, TextError, admit_entities, fix_formatted_text, parse_entities
from playground.world import InlineQuery, Tap, World, random_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playground.model import Chat, FileKind, Media, User
    from playground.params import Upload

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_QUESTION, MAX_OPTION = 300, 100
MIN_OPTIONS, MAX_OPTIONS = 2, 12
EDITABLE_SECONDS = 48 * 3600
CONTACT_PREFIX = "+920000"
INLINE_LIFETIME = 60.0


class PhoneError(ValueError):
    """Something that a phone cannot do; `str(error)` is a sentence for whoever drives the phone."""


class Person:
    """One person in one chat."""

    def __init__(self, world: World, chat: Chat, user: User) -> None:
        self._world = world
        self._chat = chat
        self._user = user

    # Sending

    def open(self, payload: str = "") -> Message:
        """Presses START, or follows a deep link with that payload.

        Raises:
            PhoneError: the payload is not 1 to 64 of the letters that a link may hold.
        """
        if payload and (
            len(payload) > 64 or not payload.replace("_", "").replace("-", "").isalnum() or not payload.isascii()
        ):
            raise PhoneError("A deep link's payload is 1 to 64 letters, digits, _ or -.")
        return self.say(f"/start {payload}".strip())

    def say(self, text: str, reply_to: int | None = None, entities: Sequence[object] = ()) -> Message:
        """Types a message, or taps a button of the reply keyboard. `entities` are what the person marked in it."""
        message = self._message(tidy(text, MAX_TEXT, entities=entities), reply_to)
        keyboard = self._chat.reply_keyboard
        if keyboard is not None and keyboard.one_time and any(b["text"] == text for row in keyboard.rows for b in row):
            self._chat.reply_keyboard = None
            self._world.screen_changed(self._chat)
        self._send(message)
        return message

    async def send_file(
        self,
        kind: FileKind,
        upload: Upload | None,
        caption: str = "",
        reply_to: int | None = None,
        facts: ClipFacts = NOTHING_SAID,
    ) -> Message:
        """Sends a photo (compressed, as phones do), a document (as it is) or a clip; without a file, a made-up clip."""
        if upload is None:
            upload = made_up(kind)
        media = await self._media(kind, upload, facts)
        message = self._message(FormattedText(""), reply_to, media)
        message.text = tidy(caption, MAX_CAPTION, allow_empty=True)
        if message.text.text and not message.has_caption:
            raise PhoneError("Telegram's apps write no caption below this.")
        self._send(message)
        return message

    async def send_album(
        self, kind: FileKind, uploads: list[Upload], caption: str = "", reply_to: int | None = None
    ) -> list[Message]:
        """Sends 2 to 10 files as one album: the bot gets an update for each, the caption with the first."""
        if not 2 <= len(uploads) <= 10:
            raise PhoneError("An album has 2 to 10 files.")
        group_id = random_id()
        media = await asyncio.gather(*(self._media(kind, upload) for upload in uploads))
        sent = []
        for number, content in enumerate(media):
            text = tidy(caption if number == 0 else "", MAX_CAPTION, allow_empty=True)
            message = self._message(text, reply_to, content)
            message.media_group_id = group_id
            self._send(message)
            sent.append(message)
        return sent

    def forward(self, from_name: str, text: str = "", message_id: int | None = None) -> Message:
        """Forwards a text of somebody else's, or one of the chat's messages."""
        if message_id is None:
            message = self._message(tidy(text, MAX_TEXT), None)
            origin: dict[str, Any] = {"type": "hidden_user", "sender_user_name": from_name or "Somebody"}
        else:
            source = self._find(message_id)
            if source.service:
                raise PhoneError("What the app says itself cannot be forwarded.")
            message = self._message(source.text, None, source.media)
            message.special = source.special
            origin = source.forward_origin or {"type": "user", "sender_user": source.sender.to_json()}
        message.forward_origin = {**origin, "date": message.date}
        message.editable = False
        self._send(message)
        return message

    def share_contact(self, first_name: str = "", phone_number: str = "") -> Message:
        """Shares the phone's own contact or, with a name or a number, one of somebody who is not on Telegram."""
        if first_name or phone_number:
            return self._say_specially({
                "contact": {"phone_number": phone_number or "+920000000000", "first_name": first_name or "Somebody"}
            })  # fmt: skip
        own: dict[str, Any] = {
            "phone_number": f"{CONTACT_PREFIX}{self._user.id % 10**6:06}",
            "first_name": self._user.first_name,
        }
        if self._user.last_name:
            own["last_name"] = self._user.last_name
        return self._say_specially({"contact": {**own, "user_id": self._user.id}})

    def send_location(self, latitude: float, longitude: float, reply_to: int | None = None) -> Message:
        """Shares a place, as a pin on a map."""
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            raise PhoneError("A latitude is between -90 and 90, a longitude between -180 and 180.")
        return self._say_specially({"location": {"latitude": latitude, "longitude": longitude}}, reply_to)

    def send_poll(self, question: str, options: Sequence[str], reply_to: int | None = None) -> Message:
        """Asks something, with answers to choose from; nobody votes here."""
        if not MIN_OPTIONS <= len(options) <= MAX_OPTIONS:
            raise PhoneError(f"A poll has {MIN_OPTIONS} to {MAX_OPTIONS} options.")
        poll = {
            "id": random_id(),
            "question": tidy(question, MAX_QUESTION).text,
            "options": [
                {"persistent_id": str(number), "text": tidy(option, MAX_OPTION).text, "voter_count": 0}
                for number, option in enumerate(options)
            ],
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": False,
            "allows_revoting": True,
            "members_only": False,
        }
        return self._say_specially({"poll": poll}, reply_to)

    async def do_service(self, kind: str, message_id: int | None = None, seconds: int = 0) -> Message:
        """Does what the app reports with a message of its own: pins something, sets a timer, …"""
        pinned = self._newest() if message_id is None else self._find(message_id)
        message = self._message(FormattedText(""), None)
        message.service, message.special = await service_message(
            kind, Deed(self._world, self._chat, self._user, pinned, seconds)
        )
        message.editable = False
        self._send(message)
        return message

    def _say_specially(self, special: dict[str, Any], reply_to: int | None = None) -> Message:
        message = self._message(FormattedText(""), reply_to)
        message.special = special
        message.editable = False
        self._send(message)
        return message

    def _newest(self) -> Message | None:
        """What a person would pin: the chat's newest message that is not a service message."""
        return next((each for each in reversed(self._chat.messages.values()) if not each.service), None)

    async def _media(self, kind: FileKind, upload: Upload, facts: ClipFacts = NOTHING_SAID) -> Media:
        if not upload.content:
            raise PhoneError("The file is empty.")
        if len(upload.content) > self._world.settings.phone_upload_bytes:
            raise PhoneError("The file is larger than this playground keeps.")
        return await store_media(self._world, kind, upload, facts=facts)

    def _message(self, text: FormattedText, reply_to: int | None, media: Media | None = None) -> Message:
        if self._chat.blocked:
            raise PhoneError("This phone blocked the bot: unblock it first.")
        if self._user.deactivated:
            raise PhoneError("This account is deactivated.")
        if self._chat.upgraded_to is not None:
            raise PhoneError(f"This group is the supergroup {self._chat.upgraded_to} now.")
        replied = None if reply_to is None else self._find(reply_to)
        number, date = self._world.next_message_id(self._chat), self._world.clock.unix()
        return Message(self._chat, number, self._user, date, text, media=media, reply_to=replied)

    def _send(self, message: Message) -> None:
        chat = self._chat
        if chat.force_reply is not None and message.reply_to is chat.force_reply:
            chat.force_reply = None
        is_first = not chat.started
        chat.started = True
        self._world.put_message(message)
        if is_first or message.reply_to is not None:
            self._world.screen_changed(chat)
        if self._reaches_bot(message):
            content = message_json(message, self._world.users)
            self._update("message", content, self._world.settings.message_update_seconds)

    def _reaches_bot(self, message: Message) -> bool:
        """In a group a bot sees what the app says itself, commands, mentions of it and replies to it, or all."""
        chat = self._chat
        if chat.user is not None:
            return True
        if chat.bot_status != "member":
            return False
        if message.service:
            return True
        if chat.bot.reads_all_group_messages or (message.reply_to is not None and message.reply_to.sender is chat.bot):
            return True
        text = message.text.text
        return text.startswith("/") or f"@{chat.bot.username}".lower() in text.lower()

    def _update(self, kind: str, content: dict[str, Any], lifetime: float) -> None:
        self._world.queue_update(self._chat, kind, content, self._user, lifetime)

    def _find(self, message_id: int) -> Message:
        message = self._chat.messages.get(message_id)
        if message is None:
            raise PhoneError(f"There is no message {message_id} in this chat.")
        return message

    # Buttons and inline mode

    def tap(self, message_id: int, row: int, column: int, text: str = "") -> dict[str, Any]:
        """Taps an inline button; what happens depends on its kind. The message may have been deleted just now.

        With `text`, only while the button says that: it may have changed under the finger.
        """
        message = self._chat.just_deleted.get(message_id) or self._find(message_id)
        rows = message.inline_keyboard.rows if message.inline_keyboard is not None else ()
        if not (0 <= row < len(rows) and 0 <= column < len(rows[row])):
            raise PhoneError(f"Message {message_id} has no button in row {row}, column {column}.")
        if self._chat.blocked or self._user.deactivated:
            raise PhoneError("This phone cannot reach the bot.")
        button = rows[row][column]
        if text and button["text"] != text:
            raise PhoneError(f"That button says “{button['text']}” by now.")
        kind = kind_of(button)
        if kind == "callback":
            return {"callback_query_id": self._tap_callback(message, button["callback_data"], (row, column))}
        if kind == "url":
            return {"url": button["url"]}
        if kind == "copy_text":
            return {"copied": button["copy_text"]["text"]}
        if kind == "switch_inline_current":
            return {"inline_query": button["switch_inline_query_current_chat"]}
        if kind == "switch_inline":
            return {"inline_query": button.get("switch_inline_query", "")}
        if kind == "web_app":
            return {"url": button["web_app"]["url"]}
        raise PhoneError("The playground's phones cannot do what this button does.")

    def _tap_callback(self, message: Message, data: str, button: tuple[int, int]) -> str:
        world = self._world
        tap = Tap(random_id(), self._chat, self._user, message, button, world.clock.monotonic())
        world.put_tap(tap)
        if not message.deleted:
            message.waiting[button] = tap.at + world.settings.callback_answer_seconds
            world.message_changed(message)
        world.later(self._give_up(tap))
        query: dict[str, Any] = {"id": tap.id, "from": self._user.to_json()}
        inline_id = next((key for key, known in world.inline_messages.items() if known is message), None)
        if inline_id is not None:
            query["inline_message_id"] = inline_id
        elif message.deleted:
            query["message"] = {"chat": self._chat.to_json(), "message_id": message.id, "date": 0}
        else:
            query["message"] = message_json(message, world.users)
        query["chat_instance"] = str(-abs(hash((self._chat.bot.id, self._chat.id))))
        query["data"] = data
        self._update("callback_query", query, world.settings.callback_update_seconds)
        return tap.id

    async def _give_up(self, tap: Tap) -> None:
        """A phone stops waiting for a bot that does not answer."""
        await self._world.clock.sleep(self._world.settings.callback_answer_seconds)
        if tap.id in self._world.taps:
            self._world.stop_waiting(tap)

    def ask_inline(self, query: str, offset: str = "") -> str:
        """Types the bot's name and a query; the id under which its results will be found."""
        inline = InlineQuery(
            random_id(), self._user, self._chat, query, self._world.clock.monotonic(), asyncio.Event(), []
        )
        self._world.put_inline_query(inline)
        content = {
            "id": inline.id,
            "from": self._user.to_json(),
            "chat_type": "sender",
            "query": query,
            "offset": offset,
        }
        self._update("inline_query", content, INLINE_LIFETIME)
        return inline.id

    def choose_inline(self, inline_query_id: str, result_id: str) -> Message:
        """Sends one of the results that the bot offered."""
        inline = self._world.inline_queries.get(inline_query_id)
        result = next((each for each in inline.results if each["id"] == result_id), None) if inline else None
        if inline is None or result is None:
            raise PhoneError("There is no such result.")
        message = self._message(result["text"], None)
        message.via_bot = self._chat.bot
        message.inline_keyboard = result["markup"]
        self._send(message)
        chosen = {"result_id": result_id, "from": self._user.to_json(), "query": inline.query}
        if message.inline_keyboard is not None:
            chosen["inline_message_id"] = self._world.put_inline_message(message)
        self._update("chosen_inline_result", chosen, INLINE_LIFETIME)
        return message

    # Changing what was sent

    def edit(self, message_id: int, text: str, entities: Sequence[object] = ()) -> Message:
        """Edits an own message's text or caption; the bot hears of it if it is another."""
        return self._edit(self._own(message_id), text, entities)

    def edit_caption(self, message_id: int, caption: str) -> Message:
        """Edits what is written below a file, and nothing else.

        Raises:
            PhoneError: the message is no file, or of a kind without captions.
        """
        message = self._own(message_id)
        if not message.has_caption:
            raise PhoneError("This message has no caption.")
        return self._edit(message, caption)

    def _edit(self, message: Message, text: str, entities: Sequence[object] = ()) -> Message:
        if message.media is not None and not message.has_caption:
            raise PhoneError("This message has nothing to edit.")
        if not message.editable or self._world.clock.unix() - message.date > EDITABLE_SECONDS:
            raise PhoneError("This message can't be edited any more.")
        is_caption = message.media is not None
        new = tidy(text, MAX_CAPTION if is_caption else MAX_TEXT, allow_empty=is_caption, entities=entities)
        if new == message.text:
            return message
        message.text = new
        message.edit_date = self._world.clock.unix()
        self._world.message_changed(message)
        if self._reaches_bot(message):
            lifetime = message.date + self._world.settings.message_update_seconds - self._world.clock.now()
            if lifetime > 0:
                self._update("edited_message", message_json(message, self._world.users), lifetime)
        return message

    def delete(self, message_ids: list[int]) -> None:
        """Deletes messages for both sides; bots are not told."""
        self._world.delete_messages(self._chat, [self._find(message_id) for message_id in message_ids])

    def _own(self, message_id: int) -> Message:
        message = self._find(message_id)
        if message.sender is not self._user:
            raise PhoneError("Only one's own messages can be edited.")
        return message

    # Blocking

    def block(self, *, blocked: bool) -> None:
        """Blocks or unblocks the bot; it is told, as of any change of its membership."""
        if self._chat.blocked == blocked:
            return
        self._chat.blocked = blocked
        self._world.screen_changed(self._chat)
        old, new = ("member", "kicked") if blocked else ("kicked", "member")
        tell_membership(self._world, self._chat, self._user, old, new)


def tell_membership(world: World, chat: Chat, by: User, old: str, new: str) -> None:
    """Queues the update with which a bot learns that it was blocked, unblocked, added or removed."""
    content = {
        "chat": chat.to_json(),
        "from": by.to_json(),
        "date": world.clock.unix(),
        "old_chat_member": _member(chat, old),
        "new_chat_member": _member(chat, new),
    }
    world.queue_update(chat, "my_chat_member", content, by, world.settings.message_update_seconds)


def _member(chat: Chat, status: str) -> dict[str, Any]:
    member: dict[str, Any] = {"user": chat.bot.to_json(), "status": status}
    if status == "kicked":
        member["until_date"] = 0
    return member


def made_up(kind: FileKind) -> Upload:
    """A file where only its kind matters.

    Raises:
        PhoneError: it is a photo or a document, of which there are samples.
    """
    for clip_kind in CLIP_KINDS:
        if clip_kind == kind:
            return made_up_clip(clip_kind)
    raise PhoneError("Give one file, or the name of one sample.")


def tidy(text: str, longest: int, *, allow_empty: bool = False, entities: Sequence[object] = ()) -> FormattedText:
    """A person's text as Telegram's apps send it.

    Raises:
        PhoneError: it is empty, longer than an app would send as one message, or marked with what is no entity.
    """
    try:
        marked = admit_entities(parse_entities(entities))
    except TextError as error:
        raise PhoneError(f"The text is marked wrongly: {error}.") from None
    try:
        tidied = fix_formatted_text(FormattedText(text, marked), allow_empty=allow_empty)
    except TextError as error:
        if marked and text.strip():
            raise PhoneError(f"The text is marked wrongly: {error}.") from None
        raise PhoneError("A message needs a text.") from None
    if len(tidied.text) > longest:
        raise PhoneError(f"The text has {len(tidied.text)} characters; Telegram's apps send at most {longest} at once.")
    return tidied
