"""A playground in a process of its own, with its flood limits on and thousands of chats that are open already."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvloop

from benchmarks.machine import LOAD_CORE, pin
from playground.app import Playground
from playground.server import free_socket, uvicorn_server
from playground.settings import FloodLimits, Settings

if TYPE_CHECKING:
    import socket

TOKEN = "7000000001:playground-needs-no-secret"
BOT_ID = 7_000_000_001
FIRST_CHAT = 100_000
KEPT_CALLS = 100_000


def _serve(listener: socket.socket, chats: int, blocked: int, rate: float) -> None:
    pin(LOAD_CORE)

    async def run() -> None:
        settings = Settings(
            flood=FloodLimits(overall=rate), kept_calls=KEPT_CALLS, kept_messages=50, kept_file_bytes=64 << 20
        )
        playground = Playground(settings)
        bot = playground.world.add_bot(TOKEN)
        for number in range(chats):
            user = playground.world.add_user(f"Worker {number}", user_id=FIRST_CHAT + number)
            chat = playground.world.private_chat(bot, user)
            chat.started = True
            chat.blocked = number >= chats - blocked
        await uvicorn_server(playground)._serve([listener])  # noqa: SLF001 - a loop of its own needs no signal handlers

    uvloop.run(run())


@contextmanager
def crowded_playground(chats: int, blocked: int, rate: float) -> Iterator[str]:
    """Its address. The last `blocked` of the chats have blocked the bot."""
    listener = free_socket("127.0.0.1", 0)
    server = multiprocessing.get_context("fork").Process(
        target=_serve, args=(listener, chats, blocked, rate), daemon=True
    )
    server.start()
    port = listener.getsockname()[1]
    listener.close()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.join()
