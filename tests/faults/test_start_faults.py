"""What stands in the way of a start: said in one line, without the token, and then the bot ends or waits."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.application import RunningBot
from bot.settings import Settings as BotSettings
from bot.startup import StartError
from handlers.registration import register
from playground.app import Playground
from playground.phone import BotAccount, Phone, PlaygroundClient
from playground.server import RunningPlayground
from playground.settings import Settings
from tests.faults.strange_servers import (
    Answer,
    answering,
    json_of_something_else,
    moved_to,
    no_web_server,
    page,
)
from tests.support.ports import free_port
from tests.support.warm import WarmProcess, start

STARTS_IN = 30.0
TOKEN = "4839574812:AAFD39kkdpWt3ywyRZergyOLMaJhac60qcC"
SECRET = TOKEN.partition(":")[2]


@dataclass(frozen=True, slots=True)
class Program:
    """`main.py run` as somebody starts it, with what it writes."""

    process: WarmProcess
    lines: list[str]

    async def reads(self, text: str) -> None:
        """Waits for a line with this text."""
        async with asyncio.timeout(STARTS_IN):
            while not any(text in line for line in self.lines):
                assert self.process.returncode is None, self.lines
                await asyncio.sleep(0.02)

    async def ends(self) -> int:
        async with asyncio.timeout(STARTS_IN):
            return await self.process.wait()


@asynccontextmanager
async def started(
    database_url: str, folder: Path, api_url: str, token: str = TOKEN, **more: str
) -> AsyncIterator[Program]:
    environment = {
        **os.environ,
        "TELEGRAM_BOT_TOKEN": token,
        "TELEGRAM_API_URL": api_url,
        "DATABASE_URL": database_url,
        "DATA_FOLDER": str(folder),
        "JWT_SECRET": "only-for-tests",
        **more,
    }
    process = await start("main.py", "run", env=environment)
    made = Program(process, [])
    reading = asyncio.create_task(_read(made))
    try:
        yield made
    finally:
        if process.returncode is None:
            process.terminate()
        await made.ends()
        await reading


async def _read(program: Program) -> None:
    async for line in program.process.stdout:
        program.lines.append(line.decode().rstrip())


async def refusal(database_url: str, folder: Path, api_url: str, token: str = TOKEN) -> str:
    """What a start that must fail says, in this process."""
    values = {
        "telegram_bot_token": token,
        "telegram_api_url": api_url,
        "database_url": database_url,
        "data_folder": folder,
        "jwt_secret": "only-for-tests",
    }
    with pytest.raises(StartError) as refused:
        async with asyncio.timeout(STARTS_IN):
            await RunningBot(BotSettings.model_validate(values), register).run(asyncio.Event())
    return str(refused.value)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(page("404 Not Found"), id="404"),
        pytest.param(page("200 OK"), id="200"),
        pytest.param(page("403 Forbidden"), id="403"),
        pytest.param(json_of_something_else, id="json"),
        pytest.param(no_web_server, id="ssh"),
    ],
)
async def test_an_address_that_is_no_bot_api_server_is_refused(
    database_url: str, tmp_path: Path, answer: Answer
) -> None:
    async with answering(answer) as url:
        line = await refusal(database_url, tmp_path, url)
    assert line.startswith(f"{url} is no Bot API server: ")
    assert line.endswith("Check TELEGRAM_API_URL.")
    assert SECRET not in line


async def test_an_address_that_has_moved_is_refused(database_url: str, tmp_path: Path) -> None:
    async with opened(0) as (client, _), answering(moved_to(client.url)) as url:
        line = await refusal(database_url, tmp_path, url)
    assert line == f"{url} is no Bot API server: Moved Permanently (301). Check TELEGRAM_API_URL."


@pytest.mark.parametrize("token", [TOKEN, "4839574812:short", "no token at all"])
async def test_a_wrong_token_is_refused(database_url: str, tmp_path: Path, token: str) -> None:
    async with RunningPlayground(Playground(Settings(flood=None))) as served:
        line = await refusal(database_url, tmp_path, served.url, token)
    assert "Check TELEGRAM_BOT_TOKEN" in line
    assert token not in line


async def test_a_path_that_the_server_does_not_know_is_refused(database_url: str, tmp_path: Path) -> None:
    async with RunningPlayground(Playground(Settings(flood=None))) as served:
        line = await refusal(database_url, tmp_path, f"{served.url}/nothing/here")
    assert "TELEGRAM_API_URL" in line
    assert SECRET not in line


async def test_a_refused_start_ends_with_one_line_and_a_code(database_url: str, tmp_path: Path) -> None:
    async with answering(page("404 Not Found")) as url, started(database_url, tmp_path, url) as program:
        assert await program.ends() == 2
    assert program.lines == [f"{url} is no Bot API server: Not Found (404). Check TELEGRAM_API_URL."]


@asynccontextmanager
async def opened(port: int, token: str = TOKEN) -> AsyncIterator[tuple[PlaygroundClient, BotAccount]]:
    async with (
        RunningPlayground(Playground(Settings(flood=None)), port=port) as served,
        PlaygroundClient(served.url) as client,
    ):
        yield client, await client.add_bot(token, username="office_bot")


async def asked_for_help(client: PlaygroundClient, account: BotAccount) -> Phone:
    phone = await client.add_phone(account, "Ayesha")
    await phone.say("/help")
    await phone.wait_for("back office", timeout=STARTS_IN)
    return phone


@pytest.mark.parametrize("is_gateway", [False, True], ids=["nobody listens", "502"])
async def test_a_telegram_that_is_away_is_waited_for(database_url: str, tmp_path: Path, *, is_gateway: bool) -> None:
    port = free_port()
    async with started(database_url, tmp_path, f"http://127.0.0.1:{port}") as program:
        if is_gateway:
            async with answering(page("502 Bad Gateway"), port):
                await program.reads("Bad Gateway (502)")
        else:
            await program.reads("Telegram does not answer")
        async with opened(port) as (client, account):
            await asked_for_help(client, account)
            program.process.terminate()
            assert await program.ends() == 0
    assert sum("does not answer" in line for line in program.lines) == 1, program.lines
    assert not any(SECRET in line for line in program.lines)


async def test_a_telegram_that_asks_to_wait_at_the_start_is_waited_for(database_url: str, tmp_path: Path) -> None:
    async with opened(0) as (client, account):
        for method in ("getMe", "setMyCommands", "getUpdates"):
            await client.order_fault("429", method=method, retry_after=1)
        async with started(database_url, tmp_path, client.url) as program:
            await asked_for_help(client, account)
    assert not any("Traceback" in line for line in program.lines), "\n".join(program.lines)


async def unanswered(client: PlaygroundClient, account: BotAccount) -> Phone:
    """One whose answer Telegram does not take, from the second on."""
    phone = await asked_for_help(client, account)
    await client.order_fault("500", method="sendMessage", times=0)
    await phone.say("/help")
    while not await client.calls(method="sendMessage", failed=1):
        await asyncio.sleep(0.02)
    return phone


def tells_of_revocation(program: Program) -> None:
    assert "revoked" in program.lines[-1]
    assert not any(SECRET in line or "Traceback" in line for line in program.lines), "\n".join(program.lines)


async def test_a_token_that_is_revoked_ends_the_bot(database_url: str, tmp_path: Path) -> None:
    async with opened(0) as (client, account), started(database_url, tmp_path, client.url) as program:
        phone = await asked_for_help(client, account)
        await account.revoke()
        # Its poll still waits for something to happen.
        await phone.say("/help")
        assert await program.ends() == 2
    tells_of_revocation(program)


async def test_a_token_that_is_revoked_ends_a_bot_with_a_webhook(database_url: str, tmp_path: Path) -> None:
    """It does not poll, so the next answer is what finds out."""
    port = str(free_port())
    hook = {"WEBHOOK_URL": f"http://127.0.0.1:{port}", "WEB_PORT": port}
    async with opened(0) as (client, account), started(database_url, tmp_path, client.url, **hook) as program:
        await unanswered(client, account)
        await account.revoke()
        assert await program.ends() == 2
    tells_of_revocation(program)


async def test_an_answer_that_a_revoked_token_held_back_comes_with_the_new_one(
    database_url: str, tmp_path: Path
) -> None:
    """What was decided before is not lost, only said later."""
    async with opened(0) as (client, account):
        async with started(database_url, tmp_path, client.url) as program:
            phone = await unanswered(client, account)
            await account.revoke()
            await phone.say("/cancel")
            assert await program.ends() == 2
        await client.request("DELETE", "faults")
        await client.request("PATCH", f"bots/{account.id}", json={"revoked": False})
        async with started(database_url, tmp_path, client.url):
            await phone.wait_for("back office", timeout=STARTS_IN)
