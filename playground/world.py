"""The state of a playground, and the few ways in which it changes."""

from __future__ import annotations

import asyncio
import random
from collections import OrderedDict, deque
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from playground.clock import Clock
from playground.events import Events
from playground.faults import Faults
from playground.files import FileStore
from playground.flood import Flood
from playground.model import Bot, Chat, Message, Toast, User
from playground.screens import group_json, screen_json, shown_message, toast_json, user_json
from playground.tokens import new_token, token_problem
from playground.updates import UpdateQueue

if TYPE_CHECKING:
    from playground.settings import Settings
    from playground.updates import Update
    from playground.webhooks import WebhookDelivery

FIRST_USER_ID = 5_000_001
KEPT_TAPS = 10_000
KEPT_DELETED = 100
"""Deleted messages of a chat whose buttons still answer."""
ACTION_SECONDS = 5.0
"""How long a chat action is shown."""


@dataclass(slots=True)
class Tap:
    """A tap on a callback button, waiting to be answered."""

    id: str
    chat: Chat
    user: User
    message: Message
    button: tuple[int, int]
    at: float
    """By the clock's `monotonic()`."""


@dataclass(slots=True)
class InlineQuery:
    """What somebody typed after the bot's name, and the bot's answer."""

    id: str
    user: User
    chat: Chat
    query: str
    at: float
    answered: asyncio.Event
    results: list[dict[str, Any]]
    button: dict[str, Any] | None = None
    next_offset: str = ""


class World:
    """Everything in a playground. All of it lives in one event loop; nothing here waits."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = Clock()
        self.events = Events(settings.kept_events)
        self.faults = Faults()
        self.files = FileStore(settings.kept_file_bytes)
        self.users: dict[int, User] = {}
        self.bots: dict[int, Bot] = {}
        self.tokens: dict[str, Bot] = {}
        self.chats: dict[tuple[int, int], Chat] = {}
        self.deliveries: dict[int, WebhookDelivery] = {}
        self.floods: dict[int, Flood] = {}
        self.inline_messages: OrderedDict[str, Message] = OrderedDict()
        """Messages that people sent through the bots, by the only id that the bot gets of them."""
        self.calls: deque[dict[str, Any]] = deque(maxlen=settings.kept_calls)
        self.taps: OrderedDict[str, Tap] = OrderedDict()
        self.inline_queries: OrderedDict[str, InlineQuery] = OrderedDict()
        self._next_user_id = FIRST_USER_ID
        self._next_group_id = -4_000_001
        self._next_supergroup_id = -1_002_000_000_001
        self._later: set[asyncio.Task[None]] = set()

    def stop(self) -> None:
        """Ends what waits (polls, watching pages), so that the server can close."""
        self.events.close()
        for bot in self.bots.values():
            bot.updates.close()

    async def close(self) -> None:
        for task in self._later:
            task.cancel()
        await asyncio.gather(*self._later, return_exceptions=True)
        for delivery in list(self.deliveries.values()):
            await delivery.close()
        self.files.close()

    # People and bots

    def add_user(
        self,
        first_name: str,
        *,
        last_name: str | None = None,
        username: str | None = None,
        language_code: str = "en",
        user_id: int | None = None,
    ) -> User:
        """A new person.

        Raises:
            ValueError: the id or user name is taken.
        """
        if user_id is None:
            while self._next_user_id in self.users:
                self._next_user_id += 1
            user_id = self._next_user_id
        if user_id in self.users:
            raise ValueError(f"There is a person with the id {user_id} already.")
        if username and any(other.username == username for other in self.users.values()):
            raise ValueError(f"The user name {username} is taken.")
        user = self.users[user_id] = User(user_id, first_name, last_name, username, language_code)
        self.user_changed(user)
        return user

    def user_changed(self, user: User) -> None:
        self.events.publish("user", None, lambda: {"user": user_json(user)})

    def add_bot(self, token: str | None = None, *, username: str | None = None, first_name: str | None = None) -> Bot:
        """A new bot; its token is made where none is given.

        Raises:
            ValueError: the token is malformed, or its bot exists.
        """
        token = token or new_token()
        if token_problem(token):
            raise ValueError("A bot's token is its number, a colon and at least 24 letters, digits, - or _.")
        bot_id = int(token.split(":")[0])
        if bot_id in self.bots:
            raise ValueError(f"There is a bot with the id {bot_id} already.")
        bot = Bot(
            id=bot_id,
            token=token,
            username=username or f"playground_{bot_id}_bot",
            first_name=first_name or "Playground bot",
            updates=UpdateQueue(self.clock, self.settings.update_queue),
            next_message_id=random.randint(1, 1000),
            started_at=self.clock.monotonic(),
        )
        self.bots[bot.id] = self.tokens[token] = bot
        if self.settings.flood is not None:
            self.floods[bot.id] = Flood(self.settings.flood, self.clock)
        return bot

    def private_chat(self, bot: Bot, user: User) -> Chat:
        chat = self.chats.get((bot.id, user.id))
        if chat is None:
            chat = self.chats[bot.id, user.id] = Chat(bot, user.id, "private", user=user)
        return chat

    def add_group(self, bot: Bot, title: str, members: list[User], *, is_supergroup: bool) -> Chat:
        if is_supergroup:
            chat_id, self._next_supergroup_id = self._next_supergroup_id, self._next_supergroup_id - 1
        else:
            chat_id, self._next_group_id = self._next_group_id, self._next_group_id - 1
        chat = Chat(bot, chat_id, "supergroup" if is_supergroup else "group", title=title, members=members)
        chat.next_message_id = 1 if is_supergroup else None
        self.chats[bot.id, chat_id] = chat
        self.group_changed(chat)
        return chat

    def group_changed(self, chat: Chat) -> None:
        self.events.publish("group", chat.bot.id, lambda: {"group": group_json(chat)})

    # Messages

    def next_message_id(self, chat: Chat) -> int:
        if chat.next_message_id is not None:
            chat.next_message_id += 1
            return chat.next_message_id - 1
        chat.bot.next_message_id += 1
        return chat.bot.next_message_id - 1

    def put_message(self, message: Message) -> None:
        """A new message in its chat; the oldest go beyond what is kept."""
        chat = message.chat
        chat.messages[message.id] = message
        while len(chat.messages) > self.settings.kept_messages:
            del chat.messages[next(iter(chat.messages))]
        if chat.action is not None:
            chat.action = None
            self.screen_changed(chat)
        self.message_changed(message)

    def message_changed(self, message: Message) -> None:
        chat = message.chat
        chat.version += 1
        message.version = chat.version
        for viewer in self.viewers(chat):
            self.events.publish("message", chat.bot.id, partial(self._message_event, message, viewer))

    def delete_messages(self, chat: Chat, messages: list[Message]) -> None:
        for message in messages:
            message.deleted = True
            chat.messages.pop(message.id, None)
            if message.inline_keyboard is not None:
                chat.just_deleted[message.id] = message
        while len(chat.just_deleted) > KEPT_DELETED:
            chat.just_deleted.popitem(last=False)
        if chat.force_reply is not None and chat.force_reply.deleted:
            chat.force_reply = None
        chat.version += 1
        ids = [message.id for message in messages]
        for viewer in self.viewers(chat):
            event = {"user_id": viewer.id, "chat_id": chat.id, "message_ids": ids}
            self.events.publish("deleted", chat.bot.id, partial(dict, event))

    def screen_changed(self, chat: Chat) -> None:
        """Something beside the messages: keyboard, action, commands, blocked."""
        chat.version += 1
        for viewer in self.viewers(chat):
            self.events.publish("chat", chat.bot.id, partial(self._screen_event, chat, viewer))

    def show_toast(self, chat: Chat, toast: Toast) -> None:
        chat.toast = toast
        chat.version += 1
        toast.version = chat.version
        for viewer in self.viewers(chat):
            event = {"user_id": viewer.id, "chat_id": chat.id, "toast": toast_json(toast)}
            self.events.publish("toast", chat.bot.id, partial(dict, event))

    @staticmethod
    def viewers(chat: Chat) -> list[User]:
        return [chat.user] if chat.user is not None else chat.members

    def _message_event(self, message: Message, viewer: User) -> dict[str, Any]:
        shown = shown_message(self, message, viewer)
        return {"user_id": viewer.id, "chat_id": message.chat.id, "message": shown}

    def _screen_event(self, chat: Chat, viewer: User) -> dict[str, Any]:
        screen = screen_json(self, chat, viewer, newest=0)
        return {"user_id": viewer.id, "chat_id": chat.id, "screen": screen}

    # Updates

    def queue_update(self, chat: Chat, kind: str, content: dict[str, Any], user: User, lifetime: float) -> None:
        """Queues an update for the chat's bot, or does to it what a fault wants."""
        lane = ("callback", user.id) if kind == "callback_query" else (kind.removeprefix("edited_"), chat.id)
        fault = self.faults.meet_update(kind, chat.id)
        if fault is None:
            chat.bot.updates.add(kind, content, lane, lifetime)
            return
        self.faults_changed()
        if fault.kind == "duplicate":
            update = chat.bot.updates.add(kind, content, lane, lifetime)
            if update is not None:
                self.later(self._repeat(chat.bot, update, fault.seconds))
        else:
            self.later(self._add_late(chat.bot, kind, content, lane, lifetime, fault.seconds))

    async def _repeat(self, bot: Bot, update: Update, seconds: float) -> None:
        await self.clock.sleep(seconds)
        bot.updates.repeat(update)

    async def _add_late(
        self, bot: Bot, kind: str, content: dict[str, Any], lane: tuple[str, int], lifetime: float, seconds: float
    ) -> None:
        await self.clock.sleep(seconds)
        bot.updates.add(kind, content, lane, lifetime)

    def later(self, work: Any) -> None:
        """Runs a coroutine beside everything else, until it is done or the playground closes."""
        task = asyncio.ensure_future(work)
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    def faults_changed(self) -> None:
        self.events.publish("faults", None, lambda: {"faults": self.faults.to_json()})

    # Taps

    def put_tap(self, tap: Tap) -> None:
        self.taps[tap.id] = tap
        while len(self.taps) > KEPT_TAPS:
            self.taps.popitem(last=False)

    def put_inline_query(self, query: InlineQuery) -> None:
        self.inline_queries[query.id] = query
        while len(self.inline_queries) > KEPT_TAPS:
            self.inline_queries.popitem(last=False)

    def put_inline_message(self, message: Message) -> str:
        """The id by which the bot may edit a message that somebody sent through it."""
        inline_id = f"{message.chat.bot.id:x}-{random_id()}"
        self.inline_messages[inline_id] = message
        while len(self.inline_messages) > KEPT_TAPS:
            self.inline_messages.popitem(last=False)
        return inline_id

    def stop_waiting(self, tap: Tap) -> None:
        """The button that was tapped stops waiting."""
        if tap.message.waiting.pop(tap.button, None) is not None and not tap.message.deleted:
            self.message_changed(tap.message)


def random_id() -> str:
    """An id such as callback queries have: a number of 64 bits, written in decimal."""
    return str(random.getrandbits(63))
