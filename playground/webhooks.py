"""Webhooks: updates handed to the bot's address, in order per lane, tried again until it takes them."""

from __future__ import annotations

import asyncio
import ipaddress
import random
import re
import socket
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import aiohttp

from playground.errors import bad_request
from playground.params import lenient_integer

if TYPE_CHECKING:
    from playground.clock import Clock
    from playground.updates import Update, UpdateQueue

PORTS = frozenset({443, 80, 88, 8443})
MAX_SECRET = 256
SECRET = re.compile(r"[A-Za-z0-9_-]*\Z")
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
DEFAULT_CONNECTIONS = 40
MAX_CONNECTIONS = 100
ANSWER_TIMEOUT = 60.0
"""Seconds in which the bot must answer; also how long an idle connection is kept."""
RETRY_CAP = (60.0, 120.0)
RETRY_AFTER_CAP = 3600
GONE_FOR = 23 * 3600.0
"""A webhook that answers 410 for that many seconds is removed."""

Reply = Callable[[bytes, str], None]
"""Starts the call that an answer's body holds; told the body and its content type."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where a bot wants its updates."""

    url: str
    secret_token: str = ""
    max_connections: int = DEFAULT_CONNECTIONS
    ip_address: str = ""
    has_custom_certificate: bool = False


def check_secret(secret: str) -> None:
    if len(secret) > MAX_SECRET:
        raise bad_request("secret token is too long")
    if not SECRET.match(secret):
        raise bad_request("secret token contains unallowed characters")


async def check_url(url: str, *, local: bool) -> str:
    """The address of the webhook's host, "" where it is not needed.

    Raises:
        ApiError: 400, Telegram would not send there. A local server sends anywhere.
    """
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        port = parts.port
    except ValueError:
        raise bad_request("invalid webhook URL specified") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or any(space in url for space in " \t\n"):
        raise bad_request("invalid webhook URL specified")
    if local:
        return ""
    if parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if (port or 443) not in PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    return await _public_address(parts.hostname)


async def _public_address(host: str) -> str:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, family=socket.AF_INET)
    except OSError:
        raise bad_request("bad webhook: Failed to resolve host: Name or service not known") from None
    address = str(found[0][4][0])
    if not ipaddress.ip_address(address).is_global:
        raise bad_request(f"bad webhook: IP address {address} is reserved")
    return address


class WebhookDelivery:
    """Delivers a bot's updates to its webhook until it is closed."""

    def __init__(
        self, webhook: Webhook, queue: UpdateQueue, clock: Clock, reply: Reply, on_gone: Callable[[], None]
    ) -> None:
        self.webhook = webhook
        self.last_error_date: int | None = None
        self.last_error_message = ""
        self._queue = queue
        self._clock = clock
        self._reply = reply
        self._on_gone = on_gone
        self._gone_since: float | None = None
        self._lanes: dict[tuple[str, int], deque[Update]] = {}
        self._workers: set[asyncio.Task[None]] = set()
        self._connections = asyncio.Semaphore(webhook.max_connections)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=webhook.max_connections, keepalive_timeout=ANSWER_TIMEOUT),
            timeout=aiohttp.ClientTimeout(total=ANSWER_TIMEOUT),
        )

    def start(self) -> None:
        """Begins with what has been waiting."""
        self._queue.on_add = self._add
        for update in self._queue.undelivered():
            self._add(update)

    async def close(self) -> None:
        """Stops; what was not confirmed stays queued."""
        if self._queue.on_add == self._add:
            self._queue.on_add = None
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        await self._session.close()

    def info(self) -> dict[str, Any]:
        """The parts of WebhookInfo that only the delivery knows."""
        if self.last_error_date is None:
            return {}
        return {"last_error_date": self.last_error_date, "last_error_message": self.last_error_message}

    def _add(self, update: Update) -> None:
        lane = self._lanes.get(update.lane)
        if lane is not None:
            lane.append(update)
            return
        self._lanes[update.lane] = deque([update])
        worker = asyncio.create_task(self._run_lane(update.lane))
        self._workers.add(worker)
        worker.add_done_callback(self._workers.discard)

    async def _run_lane(self, lane: tuple[str, int]) -> None:
        updates = self._lanes[lane]
        while updates:
            await self._deliver(updates[0])
            self._queue.confirm(updates.popleft())
        del self._lanes[lane]

    async def _deliver(self, update: Update) -> None:
        """Tries until the update is taken or has expired: at once after the first failure, then ever later."""
        failures = 0
        while self._queue.holds(update) and update.expires_at > self._clock.now():
            pause = await self._post(update)
            if pause is None:
                return
            failures += 1
            backoff = 0.0 if failures == 1 else min(2.0 ** (failures - 1), random.uniform(*RETRY_CAP))
            pause = max(pause, backoff)
            if self._clock.now() + pause >= update.expires_at:
                return
            await self._clock.sleep(pause)

    async def _post(self, update: Update) -> float | None:
        """One try: None where the update was taken, else the seconds that the bot asked to wait, 0 by default."""
        headers = {"Content-Type": "application/json"}
        if self.webhook.secret_token:
            headers[SECRET_HEADER] = self.webhook.secret_token
        url = self.webhook.url if "://" in self.webhook.url else f"http://{self.webhook.url}"
        try:
            async with (
                self._connections,
                self._session.post(url, data=update.body, headers=headers, allow_redirects=False) as answer,
            ):
                content = await answer.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self._failed(_connection_error(error))
            return 0.0
        if HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            self._gone_since = None
            if content:
                self._reply(content, answer.headers.get("Content-Type", ""))
            return None
        self._failed(f"Wrong response from the webhook: {answer.status} {answer.reason}")
        self._note_gone(answer.status)
        asked = lenient_integer(answer.headers.get("Retry-After", ""))
        return float(max(0, min(asked, RETRY_AFTER_CAP)))

    def _failed(self, message: str) -> None:
        self.last_error_date = self._clock.unix()
        self.last_error_message = message

    def _note_gone(self, status: int) -> None:
        if status != HTTPStatus.GONE:
            self._gone_since = None
        elif self._gone_since is None:
            self._gone_since = self._clock.now()
        elif self._clock.now() - self._gone_since > GONE_FOR:
            self._on_gone()


def _connection_error(error: Exception) -> str:
    """What getWebhookInfo says of an answer that never came."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return "Connection refused"
    return "Read timeout expired" if isinstance(error, TimeoutError) else "Connection closed"
