"""The bot with a webhook: Telegram calls, and who is not Telegram is turned away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from playground.server import free_socket
from tests.flows.stage import Stage, staged


@pytest.fixture
async def stage(database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """A bot that is called instead of polling."""
    with free_socket("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    hook = {"webhook_url": f"http://127.0.0.1:{port}", "web_port": port}
    async with staged(database_url, tmp_path, **hook) as made:
        yield made


async def test_the_main_way_works_by_webhook_and_after_a_restart(stage: Stage) -> None:
    worker = await stage.worker()
    await worker.phone.say("/help")
    await worker.phone.wait_for("/submit")
    await stage.stop()
    await worker.phone.say("/menu")
    await stage.start()
    # Telegram tries again: at once after the first failure, then ever later.
    await stage.playground.advance(300)
    await worker.phone.wait_for("⚙️ More")
    assert not await stage.playground.calls(method="getUpdates")


async def test_only_telegram_is_listened_to(stage: Stage) -> None:
    worker = await stage.worker()
    forged = {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}}}
    async with httpx.AsyncClient(base_url=stage.settings.webhook_url, trust_env=False) as anybody:
        assert (await anybody.post("/telegram", json=forged)).status_code == 403
        wrong = {"X-Telegram-Bot-Api-Secret-Token": "guessed"}
        assert (await anybody.post("/telegram", json=forged, headers=wrong)).status_code == 403
        assert (await anybody.get("/telegram")).status_code == 405
        health = await anybody.get("/health")
        assert health.json() == {"status": "ok", "database": "ok", "files": "ok"}
    await worker.phone.say("/help")
    await worker.phone.wait_for("/submit")
