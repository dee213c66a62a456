"""A Bot API server that costs next to nothing, in a process of its own: the load, and the clock of what is measured.

It hands out text messages, at most one at a time in each chat, and takes the time until the answer's sendMessage is
here. Every answer is checked: it must be for a chat that waits for one, and say what the update makes the bot say.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import random
import re
import socket
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Literal, cast

import uvloop

from benchmarks.machine import LOAD_CORE, pin

TOKEN = "7000000002:a-load-generator-needs-no-secret"
BOT = b'{"id":7000000002,"is_bot":true,"first_name":"Bench","username":"bench_bot"}'
CHATS = 500
"""In saturation so many updates are under way at once."""
FIRST_CHAT = 100_000
BATCH = 100
POLL_SECONDS = 8.0
"""A poll that finds nothing is answered after so long."""
DRAIN_SECONDS = 60.0

CHAT_ID = re.compile(rb"chat_id\D+(\d+)")
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)

Said = Literal["hello", "/help", "/submit"]
ANSWERS: dict[Said, re.Pattern[bytes]] = {
    "hello": re.compile(rb"hello(?:%20|[+ ])(\d+)"),
    "/help": re.compile(rb"back(?:%20|[+ ])office"),
    "/submit": re.compile(rb"Which(?:%20|[+ ])category"),
}
"""What an answer must contain, as it goes over the wire; the group is the update's number."""


@dataclass(frozen=True, slots=True)
class Saturated:
    """A full batch is always ready. What is answered in the first `settle` seconds does not count."""

    latency: float
    seconds: float
    settle: float = 1.0


@dataclass(frozen=True, slots=True)
class Paced:
    """Updates arrive by a schedule that does not wait for the bot: on average `rate` a second, at random moments."""

    rate: float
    latency: float
    seconds: float


Phase = Saturated | Paced


@dataclass(slots=True)
class Played:
    """What a phase gave: updates finished, in how many seconds, and how long each took from its arrival to its answer.

    `answered` counts from the phase's start, before it settled.
    """

    finished: int = 0
    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    answered: int = 0

    @property
    def rate(self) -> float:
        return self.finished / self.seconds


class HttpConnection(asyncio.Protocol):
    """One connection: requests are cut out of the bytes, the answers are written whole."""

    def __init__(self, api: BotApi) -> None:
        self._api = api
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own are none by inheritance

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self._transport = None
        self._api.forget(self)

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer + data
        while (end := buffer.find(b"\r\n\r\n")) >= 0:
            found = LENGTH.search(buffer, 0, end + 2)
            whole = end + 4 + (int(found[1]) if found else 0)
            if len(buffer) < whole:
                break
            line_end = buffer.index(b"\r\n")
            method = buffer[:line_end].split(b" ")[1].rpartition(b"/")[2].partition(b"?")[0]
            body, buffer = buffer[end + 4 : whole], buffer[whole:]
            self._api.called(method, body, self)
        self._buffer = buffer

    def answer(self, result: bytes) -> None:
        if self._transport is not None:
            self._transport.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                b'{"ok":true,"result":%b}' % (len(result) + 21, result)
            )


class BotApi:
    """The server's state: which chats wait for an answer, and what the present phase does."""

    def __init__(self, said: Said) -> None:
        self._said = said
        self._answer = ANSWERS[said]
        self._free = deque(range(FIRST_CHAT, FIRST_CHAT + CHATS))
        self._under_way: dict[int, tuple[int, float]] = {}
        """Number and arrival of the update that a chat has, by chat."""
        self._due: deque[float] = deque()
        """When the updates arrived that no poll has taken yet; in saturation nobody looks."""
        self._number = 0
        self._poll: HttpConnection | None = None
        self._poll_timer: asyncio.TimerHandle | None = None
        self._latency = 0.0
        self._mode: Literal["still", "saturated", "paced"] = "still"
        self._played = Played()
        self.first_poll: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self.error: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def called(self, method: bytes, body: bytes, connection: HttpConnection) -> None:
        if method == b"sendMessage":
            self._send_message(body, connection)
        elif method == b"getUpdates":
            self._get_updates(connection)
        elif method == b"getMe":
            connection.answer(BOT)
        else:
            connection.answer(b"true")

    def forget(self, connection: HttpConnection) -> None:
        if self._poll is connection:
            self._poll = None

    def _get_updates(self, connection: HttpConnection) -> None:
        if not self.first_poll.done():
            self.first_poll.set_result(time.monotonic())
        if self._poll_timer is not None:
            self._poll_timer.cancel()
        if self._poll is not None:
            self._poll.answer(b"[]")
        self._poll = connection
        self._poll_timer = asyncio.get_running_loop().call_later(POLL_SECONDS, self._end_poll)
        self._hand_out()

    def _end_poll(self) -> None:
        if self._poll is not None:
            self._poll.answer(b"[]")
            self._poll = None

    def _hand_out(self) -> None:
        """Answers the poll that waits, where there is something for it."""
        if self._poll is None:
            return
        now = time.monotonic()
        if self._mode == "saturated":
            if len(self._free) < BATCH:
                return
            arrivals = [now] * BATCH
        elif self._mode == "paced" and self._due and self._free:
            arrivals = [self._due.popleft() for _ in range(min(BATCH, len(self._due), len(self._free)))]
        else:
            return
        connection, self._poll = self._poll, None
        connection.answer(b"[%b]" % b",".join([self._update(arrived) for arrived in arrivals]))

    def _update(self, arrived: float) -> bytes:
        self._number += 1
        number, chat = self._number, self._free.popleft()
        self._under_way[chat] = (number, arrived)
        text = b"hello %d" % number if self._said == "hello" else self._said.encode()
        entities = (
            b""
            if self._said == "hello"
            else (b',"entities":[{"type":"bot_command","offset":0,"length":%d}]' % len(self._said))
        )
        return (
            b'{"update_id":%d,"message":{"message_id":%d,"from":{"id":%d,"is_bot":false,"first_name":"Person",'
            b'"username":"person_%d","language_code":"en"},"chat":{"id":%d,"first_name":"Person",'
            b'"username":"person_%d","type":"private"},"date":%d,"text":"%b"%b}}'
            % (number, number, chat, chat, chat, chat, int(time.time()), text, entities)
        )

    def _send_message(self, body: bytes, connection: HttpConnection) -> None:
        now = time.monotonic()
        found, said = CHAT_ID.search(body), self._answer.search(body)
        chat = int(found[1]) if found else 0
        number, arrived = self._under_way.pop(chat, (0, 0.0))
        if said is None or number == 0 or (said.groups() and int(said[1]) != number):
            self._fail(f"an answer that nobody waits for: {body.decode(errors='replace')}")
            return
        self._played.finished += 1
        self._played.times.append(now - arrived)
        message = b'{"message_id":%d,"from":%b,"chat":{"id":%d,"first_name":"Person","type":"private"},' % (
            number,
            BOT,
            chat,
        ) + b'"date":%d,"text":"hello %d"}' % (int(time.time()), number)
        if self._latency:
            asyncio.get_running_loop().call_later(self._latency, self._answered, connection, chat, message)
        else:
            self._answered(connection, chat, message)

    def _answered(self, connection: HttpConnection, chat: int, message: bytes) -> None:
        connection.answer(message)
        self._free.append(chat)
        self._hand_out()

    def _fail(self, text: str) -> None:
        if not self.error.done():
            self.error.set_exception(RuntimeError(text))

    async def play(self, phase: Phase) -> Played:
        """One phase from its start to its end; after it no update arrives.

        Raises:
            RuntimeError: the bot's answers are wrong, or do not come.
        """
        self._latency = phase.latency
        work = asyncio.ensure_future(self._saturate(phase) if isinstance(phase, Saturated) else self._pace(phase))
        await asyncio.wait((work, self.error), return_when=asyncio.FIRST_COMPLETED)
        if self.error.done():
            work.cancel()
            self.error.result()
        return await work

    async def _saturate(self, phase: Saturated) -> Played:
        self._mode = "saturated"
        settling, _ = self._begin()
        self._hand_out()
        await asyncio.sleep(phase.settle)
        played, started = self._begin()
        await asyncio.sleep(phase.seconds)
        self._mode = "still"
        played.seconds = time.monotonic() - started
        if played.finished == 0:
            raise RuntimeError(f"no update was answered in {phase.settle + phase.seconds:.0f} s")
        # A copy: what is under way still ends.
        return Played(played.finished, played.seconds, list(played.times), settling.finished + played.finished)

    async def _pace(self, phase: Paced) -> Played:
        await self._drain()
        loop = asyncio.get_running_loop()
        self._mode = "paced"
        played, started = self._begin()
        offset = loop.time() - started
        moments = random.Random(phase.rate)
        arrival = started + moments.expovariate(phase.rate)
        while arrival < started + phase.seconds:
            loop.call_at(arrival + offset, self._arrive, arrival)
            arrival += moments.expovariate(phase.rate)
        await asyncio.sleep(phase.seconds)
        await self._drain()
        played.seconds = time.monotonic() - started
        played.answered = played.finished
        self._mode = "still"
        return played

    def _begin(self) -> tuple[Played, float]:
        self._played = Played()
        return self._played, time.monotonic()

    def _arrive(self, arrival: float) -> None:
        self._due.append(arrival)
        self._hand_out()

    async def _drain(self) -> None:
        until = time.monotonic() + DRAIN_SECONDS
        while self._under_way or self._due:
            if time.monotonic() > until:
                raise RuntimeError(f"{len(self._under_way)} updates were not answered in {DRAIN_SECONDS:.0f} s")
            await asyncio.sleep(0.02)


class LoadGenerator:
    """The process, as the one that steers it sees it."""

    def __init__(self, port: int, pipe: Connection) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._pipe = pipe

    def first_poll(self, seconds: float = 60.0) -> float:
        """When the bot first asked for updates, by `time.monotonic`.

        Raises:
            TimeoutError: it did not.
        """
        if not self._pipe.poll(seconds):
            raise TimeoutError("the bot asked for no updates")
        moment = self._pipe.recv()
        assert isinstance(moment, float)
        return moment

    def play(self, phase: Phase) -> Played:
        """
        Raises:
            RuntimeError: the bot's answers are wrong, or do not come.
        """
        self._pipe.send(phase)
        played = self._pipe.recv()
        if isinstance(played, Exception):
            raise played
        assert isinstance(played, Played)
        return played


@contextmanager
def load_generator(said: Said) -> Iterator[LoadGenerator]:
    """For one bot: it has neither seen nor sent anything yet."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(listener, said, theirs, ours), daemon=True)
    process.start()
    theirs.close()
    port = listener.getsockname()[1]
    listener.close()
    try:
        yield LoadGenerator(port, ours)
    finally:
        process.kill()
        process.join()


def _serve(listener: socket.socket, said: Said, pipe: Connection, other_end: Connection) -> None:
    other_end.close()  # so that the pipe ends with the process that steers
    pin(LOAD_CORE)
    gc.disable()  # nothing here refers to itself
    with suppress(EOFError):
        uvloop.run(_obey(listener, said, pipe))


async def _obey(listener: socket.socket, said: Said, pipe: Connection) -> None:
    api = BotApi(said)
    server = await asyncio.get_running_loop().create_server(_connection_of(api), sock=listener)
    async with server:
        pipe.send(await api.first_poll)
        while True:
            phase = await asyncio.to_thread(pipe.recv)
            try:
                pipe.send(await api.play(phase))
            except RuntimeError as error:
                pipe.send(error)


def _connection_of(api: BotApi) -> Callable[[], HttpConnection]:
    return lambda: HttpConnection(api)
