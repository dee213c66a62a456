"""The HTTP server: the webhook for Telegram, and a health check."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import orjson
import uvicorn
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.updates.poller import ALLOWED_UPDATES
from domain.persistence.db import DATABASE_AWAY

if TYPE_CHECKING:
    from telegram import Bot

    from bot.database.lease import Lease
    from bot.database.transactions import Transactions
    from bot.delivery.attachments import Attachments
    from bot.settings import Settings
    from bot.updates.inbox import Inbox

logger = logging.getLogger(__name__)

PATH = "/telegram"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
MAX_BODY = 1 << 20


class WebServer:
    """Listens where the settings say; without a webhook or a port, nowhere."""

    def __init__(
        self,
        settings: Settings,
        bot: Bot,
        inbox: Inbox,
        transactions: Transactions,
        lease: Lease,
        attachments: Attachments,
    ) -> None:
        self._settings = settings
        self._bot = bot
        self._inbox = inbox
        self._transactions = transactions
        self._lease = lease
        self._attachments = attachments
        self._server: uvicorn.Server | None = None
        self._serving: asyncio.Task[None] | None = None
        given = settings.webhook_secret.get_secret_value()
        self._secret = given or hmac.new(settings.secret(), b"webhook", hashlib.sha256).hexdigest()

    async def start(self) -> None:
        if self._settings.web_port is None and not self._settings.webhook_url:
            return
        routes = [Route(PATH, self._receive, methods=["POST"]), Route("/health", self._health)]
        config = uvicorn.Config(
            Starlette(routes=routes),
            host=self._settings.web_host,
            port=self._settings.web_port or 8080,
            log_level="warning",
            access_log=False,
            lifespan="off",
            ws="none",
        )
        self._server = uvicorn.Server(config)
        # Its own signal handlers would take ours away.
        self._serving = asyncio.create_task(self._server._serve())  # noqa: SLF001
        while not self._server.started and not self._serving.done():
            await asyncio.sleep(0.01)
        if self._serving.done():
            self._serving.result()

    async def close(self) -> None:
        if self._server is not None and self._serving is not None:
            self._server.should_exit = True
            with suppress(asyncio.CancelledError):
                await self._serving

    async def set_webhook(self) -> None:
        """Tells Telegram where to send updates."""
        await self._bot.set_webhook(
            f"{self._settings.webhook_url}{PATH}", secret_token=self._secret, allowed_updates=list(ALLOWED_UPDATES)
        )

    async def _receive(self, request: Request) -> Response:
        """Stores the update, and only then confirms it."""
        if not hmac.compare_digest(request.headers.get(SECRET_HEADER, "").encode(), self._secret.encode()):
            return Response(status_code=403)
        content = await request.body()
        try:
            body: Any = orjson.loads(content)
        except orjson.JSONDecodeError:
            return Response(status_code=400)
        if len(content) > MAX_BODY or not isinstance(body, dict) or not isinstance(body.get("update_id"), int):
            return Response(status_code=400)
        await self._inbox.store([body])
        return Response(status_code=200)

    async def _health(self, _: Request) -> Response:
        try:
            async with asyncio.timeout(2), self._transactions.reading() as session:
                await session.execute(text("SELECT 1"))
        except DATABASE_AWAY:
            return JSONResponse({"status": "waiting", "database": "away"}, status_code=503)
        if self._inbox.problem is not None:
            return JSONResponse({"status": "waiting", "database": self._inbox.problem}, status_code=503)
        # An instance that stands by is well: it receives, and goes on when the leader is gone. So is one that cannot
        # store files: orders are safe, and copies are tried again.
        if not self._lease.is_held:
            # It copies nothing: what it knows of the store is from the time when it led.
            return JSONResponse({"status": "standby", "database": "ok", "files": "ok"})
        return JSONResponse({"status": "ok", "database": "ok", "files": self._attachments.problem or "ok"})
