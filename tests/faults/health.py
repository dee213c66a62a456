"""What the fault tests ask of a bot that runs in this process."""

from __future__ import annotations

from typing import Any

import httpx

from tests.flows.stage import Stage


async def health(stage: Stage) -> tuple[int, dict[str, Any]]:
    """The code and the words of its `/health`, where `web_port` is set."""
    async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
        answer = await client.get(f"http://127.0.0.1:{stage.settings.web_port}/health")
        return answer.status_code, answer.json()
