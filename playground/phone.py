"""A playground's Python client: phones to say, tap and read with, as a person would."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import httpx

from playground.samples import sample_upload
from playground.seen import as_seen, marked_links

if TYPE_CHECKING:
    from playground.app import Playground

ROOT = "/playground/api"
WAIT_SECONDS = 10.0
"""How long `wait_for` waits by default."""
POLL_SECONDS = 5.0
WHOLE_CHAT = 1_000_000
"""More messages than a chat has: for a phone on which somebody scrolls up as far as it goes."""
FileSource = str | Path | tuple[str, bytes]
"""A sample's name, a path, or a name and its bytes."""

Json = dict[str, Any]


class PlaygroundError(Exception):
    """The playground refused; `str(error)` is its sentence."""


class NotShownError(AssertionError):
    """What a test looked for is not on the screen; the message says what is."""


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button, and where it is; `raw_text` has the characters that nobody sees too."""

    text: str
    raw_text: str
    kind: str
    url: str | None
    waiting: bool
    message_id: int
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """A message as the phone shows it; `json` has all that the control API tells."""

    json: Json

    @property
    def id(self) -> int:
        return int(self.json["message_id"])

    @property
    def text(self) -> str:
        """What a person reads: without direction marks, and with a no-break space as a space."""
        return as_seen(self.raw_text)

    @property
    def raw_text(self) -> str:
        return str(self.json["text"])

    @property
    def service(self) -> str | None:
        """What the app says itself, as of a pinned message."""
        service: str | None = self.json["service"]
        return None if service is None else as_seen(service)

    @property
    def is_mine(self) -> bool:
        return bool(self.json["outgoing"])

    @property
    def version(self) -> int:
        return int(self.json["version"])

    @property
    def is_edited(self) -> bool:
        return self.json["edit_date"] is not None

    @property
    def media(self) -> Json | None:
        media: Json | None = self.json["media"]
        return media

    @property
    def special(self) -> Json | None:
        """A contact, a location or a poll; `kind` says which."""
        special: Json | None = self.json["special"]
        return special

    @property
    def buttons(self) -> list[Button]:
        return [
            Button(
                as_seen(each["text"]),
                each["text"],
                each["kind"],
                each.get("url"),
                each["waiting"],
                self.id,
                row,
                column,
            )
            for row, buttons in enumerate(self.json["inline_keyboard"])
            for column, each in enumerate(buttons)
        ]

    def __str__(self) -> str:
        lines = [f"{'me' if self.is_mine else self.json['from_name']}: {self.text or self.service or ''}"]
        if self.media is not None:
            lines[0] += f" [{self.media.get('file_name') or self.media['kind']}]"
        if self.special is not None:
            lines[0] += f" [{self.special['kind']}]"
        lines.extend(
            "    " + " ".join(f"[{as_seen(button['text'])}]" for button in row) for row in self.json["inline_keyboard"]
        )
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Screen:
    """A chat as it is shown now; `str(screen)` is readable in a failed test."""

    json: Json

    @property
    def version(self) -> int:
        return int(self.json["version"])

    @property
    def messages(self) -> list[ShownMessage]:
        return [ShownMessage(each) for each in self.json["messages"]]

    @property
    def last(self) -> ShownMessage:
        """The newest message.

        Raises:
            NotShownError: the chat is empty.
        """
        if not self.json["messages"]:
            raise NotShownError("The chat is empty.")
        return ShownMessage(self.json["messages"][-1])

    @property
    def buttons(self) -> list[Button]:
        """All inline buttons, those of the newest message first."""
        return [button for message in reversed(self.messages) for button in message.buttons]

    @property
    def reply_buttons(self) -> list[str]:
        """The buttons below the input field, as a person reads them."""
        return [as_seen(text) for text in self.raw_reply_buttons]

    @property
    def raw_reply_buttons(self) -> list[str]:
        keyboard = self.json["reply_keyboard"]
        return [] if keyboard is None else [button["text"] for row in keyboard["rows"] for button in row]

    @property
    def toast(self) -> Json | None:
        """The newest answer to a tap; its `text` as a person reads it, its `raw_text` as it was sent."""
        toast: Json | None = self.json["toast"]
        return None if toast is None else {**toast, "text": as_seen(toast["text"]), "raw_text": toast["text"]}

    @property
    def commands(self) -> list[str]:
        return [command["command"] for command in self.json["commands"]]

    def __str__(self) -> str:
        lines = [str(message) for message in self.messages]
        if self.reply_buttons:
            lines.append("keyboard: " + " ".join(f"[{text}]" for text in self.reply_buttons))
        if self.toast is not None:
            lines.append(f"{'alert' if self.toast['alert'] else 'toast'}: {self.toast['text']}")
        return "\n".join(lines) or "(an empty chat)"


Wanted = str | Callable[[Screen], object]


class PlaygroundClient:
    """Drives one playground, over HTTP or in-process.

    `async with PlaygroundClient("http://127.0.0.1:8081") as playground: …`
    """

    def __init__(self, url: str, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.url = url.rstrip("/")
        # With certificates of nobody: it is plain HTTP, and the system's take longer to read than a test to run.
        nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.http = httpx.AsyncClient(
            base_url=self.url, transport=transport, timeout=70.0, trust_env=False, verify=nobody
        )

    @classmethod
    def in_process(cls, playground: Playground) -> Self:
        """Calls the app directly, without a server or a port: the fastest way, for tests in one event loop."""
        return cls("http://playground", transport=httpx.ASGITransport(playground))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    async def request(self, method: str, path: str, **options: Any) -> Any:
        """One call of the control API.

        Raises:
            PlaygroundError: it was refused.
        """
        answer = await self.http.request(method, f"{ROOT}/{path}", **options)
        content = answer.json()
        if answer.is_error:
            raise PlaygroundError(content.get("error", answer.text))
        return content

    async def add_bot(self, token: str | None = None, **settings: Any) -> BotAccount:
        """A new bot; `settings` are `username`, `first_name`, `reads_all_group_messages`."""
        made = await self.request("POST", "bots", json={"token": token, **settings})
        return BotAccount(self, made["id"], made["token"], made["username"])

    async def bot(self) -> BotAccount:
        """The first bot there is."""
        made = (await self.request("GET", "bots"))[0]
        return BotAccount(self, made["id"], made["token"], made["username"])

    async def add_phone(self, bot: BotAccount, first_name: str = "Ayesha", **person: Any) -> Phone:
        """A new person's phone, with the chat of that bot."""
        made = await self.request("POST", "users", json={"first_name": first_name, **person})
        return Phone(self, bot, made["id"], made["name"])

    async def phones(self, bot: BotAccount) -> list[Phone]:
        """The phones of all people there are."""
        return [Phone(self, bot, each["id"], each["name"]) for each in await self.request("GET", "users")]

    async def calls(self, **filters: Any) -> list[Json]:
        """The log of Bot API calls; `filters` are `bot_id`, `method`, `chat_id`, `failed`, `after`, `limit`."""
        found: list[Json] = await self.request("GET", "calls", params=filters)
        return found

    async def order_fault(self, kind: str, **fault: Any) -> int:
        """Orders a fault; `fault` as in the README. Its id."""
        return int((await self.request("POST", "faults", json={"kind": kind, **fault}))["id"])

    async def remove_faults(self) -> None:
        await self.request("DELETE", "faults")

    async def advance(self, seconds: float) -> None:
        """Moves the clock, and all waits, forward."""
        await self.request("POST", "clock", json={"advance": seconds})

    async def set_clock(self, unix_time: float, *, freeze: bool | None = None) -> None:
        change: Json = {"set": unix_time}
        if freeze is not None:
            change["freeze"] = freeze
        await self.request("POST", "clock", json=change)


@dataclass(frozen=True, slots=True)
class BotAccount:
    """A bot of the playground, seen from outside."""

    client: PlaygroundClient
    id: int
    token: str
    username: str

    async def call(self, method: str, params: Json | None = None, **more: Any) -> Json:
        """Calls the Bot API as the bot would, with a JSON body: the whole answer, refusals too."""
        answer = await self.client.http.post(f"/bot{self.token}/{method}", json={**(params or {}), **more})
        content: Json = answer.json()
        return content

    async def revoke(self) -> None:
        """Makes the token invalid, as @BotFather does."""
        await self.client.request("PATCH", f"bots/{self.id}", json={"revoked": True})


class Phone:
    """One person's phone with a bot's chat open, or with a group when `chat_id` is given."""

    def __init__(
        self, client: PlaygroundClient, bot: BotAccount, user_id: int, name: str, chat_id: int | None = None
    ) -> None:
        self.client = client
        self.bot = bot
        self.user_id = user_id
        self.name = name
        self.chat_id = chat_id
        self._seen = 0

    @property
    def _path(self) -> str:
        return f"bots/{self.bot.id}/phones/{self.user_id}"

    async def _act(self, action: str, **body: Any) -> Json:
        """One action. What the bot shows after it is what `wait_for` looks at."""
        self._seen = (await self.screen()).version
        return await self._post(action, json={**body, "chat_id": self.chat_id})

    async def _post(self, action: str, **options: Any) -> Json:
        result: Json = await self.client.request("POST", f"{self._path}/{action}", **options)
        return result

    async def open(self, payload: str = "") -> None:
        """Presses START, or follows a deep link `https://t.me/<bot>?start=<payload>`."""
        await self._act("open", payload=payload)

    async def say(
        self,
        text: str,
        *,
        reply_to: int | None = None,
        links: Mapping[str, str] | None = None,
        entities: Sequence[Json] = (),
    ) -> int:
        """Types a message; its number.

        `links` lead from words of it to where they lead; `entities` are marks as the Bot API writes them.

        Raises:
            ValueError: a word of `links` is not in the text.
        """
        marks = [*entities, *marked_links(text, links or {})]
        return await self._send("say", text=text, reply_to=reply_to, entities=marks)

    async def send_photo(self, source: FileSource = "backlink-screenshot.jpg", *, caption: str = "") -> int:
        """Sends a picture, compressed as phones do; its message's number."""
        return (await self._send_files("photo", [source], {"caption": caption}))[0]

    async def send_document(self, source: FileSource, *, caption: str = "") -> int:
        """Sends a file as it is; its message's number."""
        return (await self._send_files("document", [source], {"caption": caption}))[0]

    async def send_album(self, sources: Sequence[FileSource], *, kind: str = "photo", caption: str = "") -> list[int]:
        """Sends 2 to 10 files at once; their messages' numbers."""
        return await self._send_files("album", sources, {"caption": caption, "kind": kind})

    async def send_voice(
        self, source: FileSource | None = None, *, caption: str = "", duration: int = 3, reply_to: int | None = None
    ) -> int:
        """Sends a voice message, a made-up one without `source`; its message's number."""
        return await self._send_clip("voice", source, caption=caption, duration=duration, reply_to=reply_to)

    async def send_audio(
        self,
        source: FileSource | None = None,
        *,
        caption: str = "",
        title: str = "",
        performer: str = "",
        duration: int = 184,
        reply_to: int | None = None,
    ) -> int:
        """Sends a piece of music, a made-up one without `source`; its message's number."""
        about: Json = {"title": title, "performer": performer, "duration": duration}
        return await self._send_clip("audio", source, caption=caption, reply_to=reply_to, **about)

    async def send_video(
        self, source: FileSource | None = None, *, caption: str = "", duration: int = 5, reply_to: int | None = None
    ) -> int:
        """Sends a video, a made-up one without `source`; its message's number."""
        return await self._send_clip("video", source, caption=caption, duration=duration, reply_to=reply_to)

    async def send_video_note(
        self, source: FileSource | None = None, *, duration: int = 4, reply_to: int | None = None
    ) -> int:
        """Sends a round video message, a made-up one without `source`; its message's number."""
        return await self._send_clip("video_note", source, duration=duration, reply_to=reply_to)

    async def send_animation(
        self, source: FileSource | None = None, *, caption: str = "", duration: int = 2, reply_to: int | None = None
    ) -> int:
        """Sends a GIF, which is a video without sound to Telegram; its message's number."""
        return await self._send_clip("animation", source, caption=caption, duration=duration, reply_to=reply_to)

    async def send_sticker(
        self, source: FileSource | None = None, *, emoji: str = "👍", reply_to: int | None = None
    ) -> int:
        """Sends a sticker, a made-up one without `source`; its message's number."""
        return await self._send_clip("sticker", source, emoji=emoji, reply_to=reply_to)

    async def _send_clip(self, kind: str, source: FileSource | None, **about: Any) -> int:
        body = {name: value for name, value in about.items() if value not in {None, ""}}
        if source is None:
            return await self._send(kind, **body)
        return (await self._send_files(kind, [source], body))[0]

    async def send_location(
        self, latitude: float = 24.8607, longitude: float = 67.0011, *, reply_to: int | None = None
    ) -> int:
        """Shares a place; its message's number."""
        return await self._send("location", latitude=latitude, longitude=longitude, reply_to=reply_to)

    async def send_poll(
        self,
        question: str = "Tea or coffee?",
        options: Sequence[str] = ("Tea", "Coffee"),
        *,
        reply_to: int | None = None,
    ) -> int:
        """Asks something with answers to choose from; its message's number."""
        return await self._send("poll", question=question, options=list(options), reply_to=reply_to)

    async def service(self, kind: str = "pinned", *, message_id: int | None = None, seconds: int = 0) -> int:
        """Does what the app itself reports with a message: `pinned` (that message, or the newest), `timer`,
        `timer_off`, `wallpaper`, `color`, `write_access`, or `unknown`, which has no content at all. Its number.
        """
        return await self._send("service", kind=kind, message_id=message_id, seconds=seconds)

    async def _send(self, action: str, **body: Any) -> int:
        return int((await self._act(action, **body))["message_ids"][0])

    async def _send_files(self, action: str, sources: Sequence[FileSource], body: Json) -> list[int]:
        if self.chat_id is not None:
            body["chat_id"] = self.chat_id
        self._seen = (await self.screen()).version
        if all(isinstance(source, str) for source in sources):
            result = await self._post(action, json={**body, "samples": list(sources)})
        else:
            files = [("file", _name_and_bytes(source)) for source in sources]
            result = await self._post(action, data={name: str(value) for name, value in body.items()}, files=files)
        return [int(each) for each in result["message_ids"]]

    async def forward(self, text: str = "", *, from_name: str = "Somebody", message_id: int | None = None) -> int:
        """Forwards a text of somebody else's, or a message of this chat."""
        return await self._send("forward", text=text, from_name=from_name, message_id=message_id)

    async def share_contact(self, first_name: str = "", phone_number: str = "") -> int:
        """Shares the phone's own contact or, with a name or a number, somebody else's; its message's number."""
        return await self._send("contact", first_name=first_name, phone_number=phone_number)

    async def tap(self, text: str, *, message_id: int | None = None) -> Json:
        """Taps the button with that text: the newest message's that has one, or of the message that is named, however
        far up it is, or of the keyboard below.

        Raises:
            NotShownError: no such button is shown now.
        """
        screen = await self.screen(newest=None if message_id is None else WHOLE_CHAT)
        self._seen = screen.version
        text = as_seen(text)
        for button in screen.buttons:
            if button.text == text and message_id in {None, button.message_id}:
                where = {"message_id": button.message_id, "row": button.row, "column": button.column}
                return await self._post("tap", json={**where, "text": button.raw_text, "chat_id": self.chat_id})
        for raw_text in screen.raw_reply_buttons if message_id is None else ():
            if as_seen(raw_text) == text:
                return await self._post("say", json={"text": raw_text, "chat_id": self.chat_id})
        raise NotShownError(f"{self.name} sees no button “{text}”. The screen:\n{screen}")

    async def inline(self, query: str, *, offset: str = "", timeout: float = WAIT_SECONDS) -> Json:
        """Types the bot's name and a query, and waits for the results."""
        made = await self._act("inline", query=query, offset=offset)
        inline_id = made["inline_query_id"]
        found: Json = await self.client.request("GET", f"{self._path}/inline/{inline_id}", params={"timeout": timeout})
        return {"inline_query_id": inline_id, **found}

    async def choose(self, inline_query_id: str, result_id: str) -> None:
        await self._act("choose", inline_query_id=inline_query_id, result_id=result_id)

    async def edit(self, message_id: int, text: str, *, links: Mapping[str, str] | None = None) -> None:
        """Edits an own message's text, or its caption; `links` as in `say`."""
        await self._act("edit", message_id=message_id, text=text, entities=marked_links(text, links or {}))

    async def edit_caption(self, message_id: int, caption: str) -> None:
        """Edits what stands below an own photo, document, video or the like; "" takes it away."""
        await self._act("edit", message_id=message_id, caption=caption)

    async def delete(self, *message_ids: int) -> None:
        await self._act("delete", message_ids=list(message_ids))

    async def block(self) -> None:
        await self._act("block")

    async def unblock(self) -> None:
        await self._act("unblock")

    async def deactivate(self) -> None:
        """Deletes the person's account."""
        await self.client.request("PATCH", f"users/{self.user_id}", json={"deactivated": True})

    async def screen(self, *, since: int | None = None, timeout: float = 0, newest: int | None = None) -> Screen:
        """What is shown now; with `since`, once it is newer than that version, at most `timeout` seconds later.

        `newest`: how many messages, without it 200: who scrolls up sees more.
        """
        params: Json = {"timeout": timeout}
        if since is not None:
            params["since"] = since
        if self.chat_id is not None:
            params["chat_id"] = self.chat_id
        if newest is not None:
            params["newest"] = newest
        return Screen(await self.client.request("GET", f"{self._path}/screen", params=params))

    async def wait_for(self, wanted: Wanted, *, timeout: float = WAIT_SECONDS) -> Screen:
        """Waits until the bot shows `wanted`, and gives the screen.

        A text is looked for in what the bot sent, edited or answered since this phone's last action, so that an old
        message cannot pass for the answer. A function gets the whole screen.

        Raises:
            NotShownError: it did not come within `timeout` seconds.
        """
        deadline = time.monotonic() + timeout
        screen = await self.screen()
        while not self._shows(screen, wanted):
            left = deadline - time.monotonic()
            if left <= 0:
                name = f"“{wanted}”" if isinstance(wanted, str) else "what was waited for"
                raise NotShownError(f"{self.name} does not see {name} after {timeout:g} s. The screen:\n{screen}")
            screen = await self.screen(since=screen.version, timeout=min(left, POLL_SECONDS))
        return screen

    def _shows(self, screen: Screen, wanted: Wanted) -> object:
        if not isinstance(wanted, str):
            return wanted(screen)
        wanted = as_seen(wanted)
        if screen.toast is not None and screen.toast["version"] > self._seen and wanted in screen.toast["text"]:
            return True
        fresh = (each for each in screen.messages if not each.is_mine and each.version > self._seen)
        return any(wanted in each.text or any(button.text == wanted for button in each.buttons) for each in fresh)


def _name_and_bytes(source: FileSource) -> tuple[str, bytes]:
    if isinstance(source, tuple):
        return source
    if isinstance(source, str):
        return source, sample_upload(source).content
    return source.name, source.read_bytes()
