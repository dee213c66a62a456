"""`python -m playground`: serves a playground, and runs a bot beside it."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import shlex
import signal
import sys
from collections.abc import Callable

from playground.app import Playground
from playground.server import RunningPlayground
from playground.settings import FloodLimits, Settings

DEMO_TOKEN = "7000000001:playground-needs-no-secret"
DEFAULT_PEOPLE = "Ayesha Khan,Bilal Ahmed"
CTRL_C_SECONDS = 5.0
"""How long a bot may take to end after a Ctrl-C that came to it as well."""
CHILD_STOP_SECONDS = 10.0


def main() -> None:
    arguments = read_arguments(sys.argv[1:])
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        sys.exit(runner.run(serve(arguments)))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    if sys.platform == "win32":
        return None
    import uvloop  # noqa: PLC0415 - there is none for Windows

    return uvloop.new_event_loop


def read_arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m playground",
        description="A Telegram on localhost: a Bot API server, a page with phones, and a bot beside them.",
        epilog="After --, a command that starts a bot: it gets TELEGRAM_API_URL and TELEGRAM_BOT_TOKEN.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: only this machine)")
    parser.add_argument("--port", type=int, default=8081, help="the port, or the next free one (default: 8081)")
    parser.add_argument("--bot", action="append", metavar="TOKEN", help="a bot's token; may be given several times")
    parser.add_argument("--username", help="the user name of the first bot")
    parser.add_argument("--bot-name", help="the first bot's name")
    parser.add_argument("--any-token", action="store_true", help="let any well-formed token be a bot")
    parser.add_argument("--people", default=DEFAULT_PEOPLE, help=f"the phones' owners (default: {DEFAULT_PEOPLE})")
    parser.add_argument(
        "--opened", type=int, default=0, metavar="N", help="the first N people have started the first bot already"
    )
    parser.add_argument("--no-flood-limits", action="store_true", help="let bots send as fast as they can")
    parser.add_argument("--broadcast-rate", type=float, default=30.0, help="messages a second to all chats together")
    parser.add_argument("--strict-webhooks", action="store_true", help="only HTTPS to public addresses, as Telegram")
    parser.add_argument("command", nargs="*", help=argparse.SUPPRESS)
    arguments = parser.parse_args(words)
    if not 0 <= arguments.port <= 65_535:
        parser.error("--port is a number from 0 to 65535")
    if arguments.broadcast_rate <= 0:
        parser.error("--broadcast-rate is a number above 0")
    return arguments


async def serve(arguments: argparse.Namespace) -> int:
    """Serves until a signal comes or the bot ends; the exit code."""
    playground = Playground(
        Settings(
            flood=None if arguments.no_flood_limits else FloodLimits(overall=arguments.broadcast_rate),
            local=not arguments.strict_webhooks,
            any_token=arguments.any_token,
            host=arguments.host,
        )
    )
    tokens = arguments.bot or [DEMO_TOKEN]
    try:
        first_bot = playground.world.add_bot(tokens[0], username=arguments.username, first_name=arguments.bot_name)
        for token in tokens[1:]:
            playground.world.add_bot(token)
        for name in filter(None, map(str.strip, arguments.people.split(","))):
            first_name, _, last_name = name.partition(" ")
            user = playground.world.add_user(first_name, last_name=last_name or None)
            if len(playground.world.users) <= arguments.opened:
                playground.world.private_chat(first_bot, user).started = True
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    loop = asyncio.get_running_loop()
    stop: asyncio.Future[signal.Signals] = loop.create_future()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, _stop, stop, number)
    try:
        async with RunningPlayground(playground, host=arguments.host, port=arguments.port) as running:
            print(f"Open    {running.url}/playground/", flush=True)
            print(f"Bot API {running.url} with the token {tokens[0]}", flush=True)
            if not arguments.command:
                print("Ctrl-C stops it.", flush=True)
                await stop
                return 0
            return await _run_beside(arguments.command, running.url, tokens[0], stop)
    except OSError as error:
        print(f"Cannot listen on {arguments.host}, port {arguments.port}: {error.strerror}.", file=sys.stderr)
        return 1


def _stop(stop: asyncio.Future[signal.Signals], number: signal.Signals) -> None:
    if not stop.done():
        stop.set_result(number)


async def _run_beside(command: list[str], url: str, token: str, stop: asyncio.Future[signal.Signals]) -> int:
    """Runs the bot until it ends or a signal comes; stops it before the server, which it still needs to say goodbye."""
    environment = {**os.environ, "TELEGRAM_API_URL": url, "TELEGRAM_BOT_TOKEN": token}
    print(f"Running {shlex.join(command)}. Ctrl-C stops both.", flush=True)  # before the first line of the bot
    try:
        # In our own process group, so that whatever stops the group, kill -9 too, stops both.
        child = await asyncio.create_subprocess_exec(*command, env=environment)
    except OSError as error:
        print(f"Cannot run {shlex.join(command)}: {error.strerror}.", file=sys.stderr)
        return 1
    ended = asyncio.create_task(child.wait())
    await asyncio.wait((ended, stop), return_when=asyncio.FIRST_COMPLETED)
    if ended.done() and not stop.done():
        code = ended.result()
        print(f"The bot ended by itself with exit code {code}.", file=sys.stderr)
        return code if code >= 0 else 1
    if stop.result() is not signal.SIGINT:
        _send(child, signal.SIGTERM)
    elif not await _ends(ended, CTRL_C_SECONDS):
        # A terminal's Ctrl-C came to the bot too, and a second signal would break off many a bot's goodbye: so this one
        # only follows where the first was meant for us alone.
        _send(child, signal.SIGTERM)
    if not await _ends(ended, CHILD_STOP_SECONDS):
        print(f"The bot did not end within {CHILD_STOP_SECONDS:g} seconds: killed.", file=sys.stderr)
        _send(child, signal.SIGKILL)
        await ended
    return 0


async def _ends(ended: asyncio.Task[int], seconds: float) -> bool:
    await asyncio.wait((ended,), timeout=seconds)
    return ended.done()


def _send(child: asyncio.subprocess.Process, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        child.send_signal(number)


if __name__ == "__main__":
    main()
