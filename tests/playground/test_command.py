"""The real command, as a terminal runs it: `python -m playground … -- <a bot>` in a process group of its own."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from playground.phone import PlaygroundClient

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ROOT = Path(__file__).parents[2]
EXAMPLE = (sys.executable, "-m", "playground.example")
STARTS_IN = 30
STOPS_IN = 15
"""Seconds; on a busy machine, Python alone takes some."""


@dataclass
class Command:
    """The command under way."""

    process: asyncio.subprocess.Process

    @property
    def output(self) -> asyncio.StreamReader:
        assert self.process.stdout is not None
        return self.process.stdout

    async def line(self, pattern: str) -> str:
        """The first group of the next line in which the pattern is found."""
        async with asyncio.timeout(STARTS_IN):
            seen = []
            while line := (await self.output.readline()).decode():
                seen.append(line)
                if found := re.search(pattern, line):
                    return found.group(1)
        raise AssertionError(f"{pattern} did not come, but:\n{''.join(seen)}")

    async def rest(self) -> tuple[int, str]:
        """What it still says until its end, and its exit code."""
        async with asyncio.timeout(STOPS_IN):
            said = (await self.output.read()).decode()
            return await self.process.wait(), said


@asynccontextmanager
async def command(*words: str, module: str = "playground", **environment: str) -> AsyncIterator[Command]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *words,
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        yield Command(process)
    finally:
        if process.returncode is None:
            # It has a bot to take with it, so it is asked first.
            process.terminate()
            try:
                await asyncio.wait_for(process.communicate(), 2 * STOPS_IN)
            except TimeoutError:
                process.kill()


async def url_of(running: Command) -> str:
    return await running.line(r"^Open +(http://127\.0\.0\.1:\d+)/playground/$")


@pytest.mark.parametrize("to_all", [True, False], ids=["Ctrl-C", "SIGTERM"])
async def test_the_playground_and_the_example_bot(*, to_all: bool) -> None:
    async with command("--port", "0", "--", *EXAMPLE) as running:
        url = await url_of(running)
        await running.line(r"(Ctrl-C) stops both")
        async with PlaygroundClient(url) as client:
            state = await client.request("GET", "state")
            assert [phone["user"]["name"] for phone in state["phones"]] == ["Ayesha Khan", "Bilal Ahmed"]
            assert (await client.http.get("/playground/")).headers["content-type"].startswith("text/html")
            ayesha, bilal = await client.phones(await client.bot())
            await bilal.open()
            await bilal.wait_for("Hello, Bilal!", timeout=STARTS_IN)
            await ayesha.open()
            await ayesha.wait_for("Hello, Ayesha!")
            await ayesha.say("Can you read this?")
            await ayesha.wait_for("Share this with the others?")
            await ayesha.tap("Share")
            await ayesha.wait_for("Shared with 1 person.")
            await bilal.wait_for("Can you read this?")
            await client.advance(4)  # The bot's last poll would wait for 3 s, as with Telegram.
        if to_all:
            os.killpg(running.process.pid, signal.SIGINT)
        else:
            running.process.send_signal(signal.SIGTERM)
        assert await running.rest() == (0, "")


TELLS_SIGNALS = """
import signal
both = {signal.SIGINT, signal.SIGTERM}
signal.pthread_sigmask(signal.SIG_BLOCK, both)
print("ready", flush=True)
print("got", signal.Signals(signal.sigwait(both)).name)
another = signal.sigtimedwait(both, 0.3)
if another is not None:
    print("got another")
"""


async def test_a_ctrl_c_comes_to_the_bot_once() -> None:
    async with command("--port", "0", "--", sys.executable, "-c", TELLS_SIGNALS) as running:
        await running.line(r"^(ready)$")
        os.killpg(running.process.pid, signal.SIGINT)
        assert await running.rest() == (0, "got SIGINT\n")


async def test_both_are_in_one_process_group() -> None:
    """So that whatever stops the group, stops both: a kill -9 that the playground cannot pass on."""
    script = "import os, signal; print('group', os.getpgrp(), flush=True); signal.pause()"
    async with command("--port", "0", "--", sys.executable, "-c", script) as running:
        assert int(await running.line(r"^group (\d+)$")) == running.process.pid
        os.killpg(running.process.pid, signal.SIGKILL)
        # The end of the output is the end of all who write to it.
        assert (await running.rest())[0] == -signal.SIGKILL


async def test_a_bot_behind_a_script_is_stopped_too() -> None:
    script = f"{sys.executable} -m playground.example; true"
    async with command("--port", "0", "--", "sh", "-c", script) as running:
        url = await url_of(running)
        async with PlaygroundClient(url) as client:
            ayesha, _ = await client.phones(await client.bot())
            await ayesha.open()
            await ayesha.wait_for("Hello, Ayesha!", timeout=STARTS_IN)
            await client.advance(4)
        os.killpg(running.process.pid, signal.SIGINT)
        # The end of the output is the end of all who write to it.
        code, _ = await running.rest()
        assert code == 0


async def test_a_playground_alone() -> None:
    async with command("--port", "0", "--people", "Zoë") as running:
        async with PlaygroundClient(await url_of(running)) as client:
            assert [phone.name for phone in await client.phones(await client.bot())] == ["Zoë"]
        await running.line(r"(Ctrl-C) stops it")
        os.killpg(running.process.pid, signal.SIGINT)
        assert await running.rest() == (0, "")


async def test_a_busy_port_takes_the_next_free_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        port = busy.getsockname()[1]
        async with command("--port", str(port)) as running:
            url = await url_of(running)
            assert port < int(url.rpartition(":")[2]) <= port + 50


@pytest.mark.parametrize("code", [0, 3])
async def test_a_bot_that_ends_by_itself_is_reported(code: int) -> None:
    async with command("--port", "0", "--", sys.executable, "-c", f"raise SystemExit({code})") as running:
        assert await running.line(r"^(The bot ended by itself with exit code \d\.)") == (
            f"The bot ended by itself with exit code {code}."
        )
        assert await running.rest() == (code, "")


async def test_a_bot_that_cannot_be_run_is_reported() -> None:
    async with command("--port", "0", "--", "/nowhere/a-bot") as running:
        await running.line(r"^(Cannot run /nowhere/a-bot: No such file or directory\.)$")
        assert (await running.rest())[0] == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--port", "70000"), r"--port is a number from 0 to 65535"),
        (("--port", "web"), r"argument --port: invalid int value: 'web'"),
        (("--broadcast-rate", "0"), r"--broadcast-rate is a number above 0"),
        (("--frobnicate",), r"unrecognized arguments: --frobnicate"),
        (("--bot", "a token"), r"A bot's token is its number, a colon and at least 24"),
        (("--bot", "7:" + "a" * 30, "--bot", "7:" + "b" * 30), r"There is a bot with the id 7 already\."),
        (("--host", "203.0.113.1", "--port", "0"), r"Cannot listen on 203\.0\.113\.1, port 0: "),
    ],
)
async def test_a_wrong_option_is_told_in_a_sentence(words: tuple[str, ...], says: str) -> None:
    async with command(*words) as running:
        code, said = await running.rest()
    assert re.search(says, said)
    assert code in {1, 2}
    assert "Traceback" not in said


async def test_the_example_bot_tells_what_it_misses() -> None:
    async with command(module="playground.example", TELEGRAM_API_URL="", TELEGRAM_BOT_TOKEN="") as running:
        code, said = await running.rest()
    assert code == 2
    assert said.startswith("The example bot needs TELEGRAM_API_URL and TELEGRAM_BOT_TOKEN")
    assert said.count("\n") == 1


async def test_the_example_bot_tells_of_a_playground_that_is_not_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
    token = "7000000001:playground-needs-no-secret"
    async with command(module="playground.example", TELEGRAM_API_URL=url, TELEGRAM_BOT_TOKEN=token) as running:
        code, said = await running.rest()
    assert code == 1
    assert said.startswith(f"Cannot reach {url}")
    assert token not in said
    assert "Traceback" not in said
