"""`python main.py create-admin`, as a terminal runs it."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL

from tests.flows.stage import PASSWORD, START, Stage, stage_settings, telegram
from tests.support.clock import SetClock
from tests.support.warm import start

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Ended:
    code: int | None
    out: list[str]
    errors: str


async def main(folder: Path, *words: str, **environment: str) -> Ended:
    """Runs it in a test's own folder, so that no `.env` of a developer's is read."""
    inherited = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    process = await start(
        str(ROOT / "main.py"),
        *words,
        cwd=folder,
        env={**inherited, "BCRYPT_ROUNDS": "4", **environment},
        errors_apart=True,
    )
    out, errors = await asyncio.wait_for(process.communicate(), 60)
    return Ended(process.returncode, out.decode().splitlines(), errors.decode())


async def test_the_first_admin_comes_in_by_the_printed_link(empty_url: str, tmp_path: Path) -> None:
    """From a database without a table to an admin's home."""
    async with telegram() as account:
        settings = stage_settings(account.client.url, account, empty_url, tmp_path / "data")
        made = await main(
            tmp_path,
            "create-admin",
            "--email",
            "nadia@example.com",
            "--name",
            "Nadia [bold]",
            TELEGRAM_BOT_TOKEN=account.token,
            TELEGRAM_API_URL=account.client.url,
            DATABASE_URL=empty_url,
            JWT_SECRET=settings.jwt_secret.get_secret_value(),
        )
        assert (made.code, made.errors) == (0, "")
        assert made.out[0].startswith("Nadia [bold] is an admin.")
        link = made.out[-1]
        assert link.startswith("https://t.me/office_bot?start=")

        stage = Stage(account.client, account, settings, SetClock(START))
        await stage.start()
        try:
            phone = await stage.stranger("Nadia")
            await phone.open(link.partition("?start=")[2])
            await phone.wait_for("Role: Admin")
            await phone.tap("✅ Accept")
            await phone.wait_for("You are in")
        finally:
            await stage.stop()


async def test_an_admin_who_lost_every_way_in_gets_a_fresh_link(stage: Stage, tmp_path: Path) -> None:
    admin = await stage.admin("Nadia")
    made = await _beside(stage, tmp_path, "--email", admin.email, "--name", "Whatever")
    assert made.code == 0
    assert made.out[0].startswith("Nadia is an admin.")
    stage.clock.set(START)
    phone = await stage.stranger("Nadia again")
    await phone.open(made.out[-1].partition("?start=")[2])
    await phone.wait_for("Name: Nadia")


async def test_what_cannot_be_is_one_sentence(stage: Stage, tmp_path: Path) -> None:
    worker = await stage.worker("Ayesha")

    async def refused(*words: str) -> str:
        ended = await _beside(stage, tmp_path, *words)
        assert (ended.code, ended.out) == (2, [])
        assert len(ended.errors.splitlines()) == 1
        return ended.errors

    assert "--email takes an address" in await refused("--email", "nadia", "--name", "Nadia")
    assert "--name takes a name" in await refused("--email", "n@example.com", "--name", " ")
    assert "is Ayesha's, who is a worker" in await refused("--email", worker.email, "--name", "Nadia")


async def test_without_a_token_or_telegram_nothing_is_made(tmp_path: Path) -> None:
    words = ("create-admin", "--email", "n@example.com", "--name", "Nadia")
    ended = await main(tmp_path, *words)
    assert (ended.code, ended.out) == (2, [])
    assert "TELEGRAM_BOT_TOKEN is not set" in ended.errors
    away = {"TELEGRAM_BOT_TOKEN": "1:token-of-nobody", "TELEGRAM_API_URL": "http://127.0.0.1:9"}
    ended = await main(tmp_path, *words, **away)
    assert (ended.code, ended.out) == (2, [])
    assert "http://127.0.0.1:9 does not tell it" in ended.errors
    assert "token-of-nobody" not in ended.errors
    assert "Traceback" not in ended.errors
    async with telegram() as account:
        url = account.client.url
        ended = await main(tmp_path, *words, TELEGRAM_BOT_TOKEN="1:token-of-nobody", TELEGRAM_API_URL=url)
    assert (ended.code, ended.out) == (2, [])
    assert "does not know this token" in ended.errors
    assert not (tmp_path / "data").exists()


async def test_a_database_that_is_away_is_one_sentence(tmp_path: Path) -> None:
    nowhere = URL.create("postgresql", "owner", PASSWORD, "127.0.0.1", 9, "bot").render_as_string(hide_password=False)
    async with telegram() as account:
        ended = await main(
            tmp_path,
            *("create-admin", "--email", "n@example.com", "--name", "Nadia"),
            TELEGRAM_BOT_TOKEN=account.token,
            TELEGRAM_API_URL=account.client.url,
            DATABASE_URL=nowhere,
        )
    assert (ended.code, ended.out) == (2, [])
    assert "The database does not answer" in ended.errors
    assert PASSWORD not in ended.errors


async def _beside(stage: Stage, folder: Path, *words: str) -> Ended:
    """Beside the running bot, on its database."""
    settings = stage.settings
    return await main(
        folder,
        "create-admin",
        *words,
        TELEGRAM_BOT_TOKEN=stage.account.token,
        TELEGRAM_API_URL=settings.telegram_api_url,
        DATABASE_URL=settings.database_url,
        JWT_SECRET=settings.jwt_secret.get_secret_value(),
    )
