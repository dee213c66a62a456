"""How many sendMessage calls a second the playground answers: `python -m benchmarks.playground_calls`.

The load comes from a process of its own: plain sockets, requests made beforehand, answers counted by their bytes. The
floor is the same uvicorn answering every request with a constant, in the same run: what the server around it costs.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import statistics
import time
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import uvloop

from benchmarks.tables import spread, table
from playground.app import Playground
from playground.server import Server, free_socket, uvicorn_server
from playground.settings import Settings

if TYPE_CHECKING:
    import socket
    from multiprocessing.synchronize import Event

    from starlette.types import Receive, Scope, Send

TOKEN = "7000000001:playground-needs-no-secret"
CHATS = 100
CONNECTIONS = 16
CALLS = 12_000
ROUNDS = 5
KEYBOARD = (
    '{"inline_keyboard":[[{"text":"Approve","callback_data":"order:1:yes"},'
    '{"text":"Reject","callback_data":"order:1:no"}]]}'
)
TEXTS = {
    "plain text": {"text": "Your order was approved. Open the invoice to see the amounts."},
    "HTML, 2 buttons": {
        "text": "<b>Order 17</b> by <i>Ayesha</i>: 30 submissions, see <code>Link Building</code> &amp; more",
        "parse_mode": "HTML",
        "reply_markup": KEYBOARD,
    },
}
FLOOR = "constant answer (floor)"
HOW = """\
How many calls a second the playground answers: {rounds} rounds of {calls:,} calls on {connections} connections, medians
and (min–max); server and load on a core each. The floor is the same server answering every request with a constant."""


async def constant(scope: Scope, receive: Receive, send: Send) -> None:
    """An ASGI app that does nothing but read a request and answer it."""
    if scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    while (await receive()).get("more_body"):
        pass
    headers = [(b"content-type", b"application/json"), (b"content-length", b"11")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b'{"ok":true}'})


def serve(listener: socket.socket, *, floor: bool) -> None:
    """Runs in a process of its own until it is ended, on the first core where the machine has two."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

    async def run() -> None:
        playground = Playground(Settings(flood=None))
        playground.world.add_bot(TOKEN)
        bot = next(iter(playground.world.bots.values()))
        for number in range(CHATS):
            user = playground.world.add_user(f"Person {number}", user_id=1000 + number)
            playground.world.private_chat(bot, user).started = True
        server: Server = uvicorn_server(playground)
        if floor:
            server.config.app = constant
        await server._serve([listener])  # noqa: SLF001 - a loop of its own needs no signal handlers

    uvloop.run(run())


def requests(fields: dict[str, str]) -> list[bytes]:
    """The calls as they go over the wire, one a chat."""
    made = []
    for number in range(CHATS):
        body = urlencode({"chat_id": 1000 + number, **fields}).encode()
        head = (
            f"POST /bot{TOKEN}/sendMessage HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        made.append(head.encode() + body)
    return made


async def connection(port: int, calls: list[bytes], count: int) -> None:
    """Sends `count` calls one after another and waits for each answer.

    Raises:
        RuntimeError: an answer was not `ok`.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for number in range(count):
        writer.write(calls[number % len(calls)])
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        answer = await reader.readexactly(length)
        if not answer.startswith(b'{"ok":true'):
            raise RuntimeError(answer.decode())
    writer.close()
    await writer.wait_closed()


def rate(port: int, calls: list[bytes]) -> float:
    async def run() -> float:
        started = time.perf_counter()
        await asyncio.gather(*(connection(port, calls, CALLS // CONNECTIONS) for _ in range(CONNECTIONS)))
        return CALLS / (time.perf_counter() - started)

    return uvloop.run(run())


def generator(port: int, fields: dict[str, str], results: multiprocessing.Queue[float], begin: Event) -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    begin.wait()
    results.put(rate(port, requests(fields)))


def measure(fields: dict[str, str], *, floor: bool) -> list[float]:
    """Calls a second of each round; the first, which warms up, is left out."""
    context = multiprocessing.get_context("fork")
    listener = free_socket("127.0.0.1", 0)
    server = context.Process(target=serve, args=(listener,), kwargs={"floor": floor}, daemon=True)
    server.start()
    port = listener.getsockname()[1]
    listener.close()
    found: list[float] = []
    try:
        for _ in range(ROUNDS + 1):
            results: multiprocessing.Queue[float] = context.Queue()
            begin = context.Event()
            load = context.Process(target=generator, args=(port, fields, results, begin))
            load.start()
            begin.set()
            found.append(results.get(timeout=120))
            load.join()
    finally:
        server.terminate()
        server.join()
    return found[1:]


def section() -> str:
    floor = measure(TEXTS["plain text"], floor=True)
    base = statistics.median(floor)
    found = [
        (FLOOR, floor),
        *((f"sendMessage, {name}", measure(fields, floor=False)) for name, fields in TEXTS.items()),
    ]
    rows = [[name, spread(rates), f"{statistics.median(rates) / base:.2f}"] for name, rates in found]
    how = HOW.format(rounds=ROUNDS, calls=CALLS, connections=CONNECTIONS)
    return f"## The playground\n\n{how}\n\n{table(['answer', 'calls a second', 'of the floor'], rows)}"


if __name__ == "__main__":
    print(section())
