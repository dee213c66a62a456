"""The Bot API over HTTP: one ASGI endpoint for `/bot<token>/<method>`."""

from __future__ import annotations

import logging
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import orjson
from starlette.datastructures import Headers

from playground.errors import ApiError
from playground.methods import KNOWN_METHODS, METHODS, Call, Done
from playground.methods.receiving import set_webhook
from playground.params import Params, read_params
from playground.tokens import token_problem

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import Receive, Scope, Send

    from playground.faults import Fault
    from playground.methods import Handler
    from playground.model import Bot
    from playground.world import World

logger = logging.getLogger(__name__)

ABORT = "playground.abort"
"""The scope's extension that cuts the connection; see `server.py`."""
SHOWN_PARAMETER = 200
"""Characters of a parameter that the log of calls keeps."""
NO_REPLY_METHODS = frozenset({"setwebhook", "deletewebhook", "close", "logout"})
"""Not to be called in a webhook's answer, nor is any get… method."""


class BotApi:
    """Answers the calls of all bots."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._methods: dict[str, tuple[str, Handler]] = {
            name.lower(): (name, handler) for name, handler in METHODS.items()
        }
        self._methods["setwebhook"] = ("setWebhook", self._set_webhook)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        log = CallLog(self._world)
        try:
            bot, name, params = await self._read(scope, receive, log)
            fault = self._world.faults.meet_call(name, params.raw("chat_id"))
            log.fault = fault.kind if fault else None
            if fault is not None:
                self._world.faults_changed()
                await self._before(fault, scope, receive)
            answer = await self._run(bot, name, params, log)
        except ConnectionAbortedError:
            log.close(ApiError(0, "connection cut"))
            raise
        except _CutError:
            log.close(ApiError(0, "connection cut"))
            return
        except ApiError as error:
            fault = None
            answer = error.to_json()
            log.close(error)
        except Exception as error:
            logger.exception("A call of %s failed", log.method)
            fault = None
            failure = ApiError(500, f"the playground has a bug: {type(error).__name__}")
            answer = failure.to_json()
            log.close(failure)
        else:
            log.close(None)
        await self._send(answer, fault, scope, receive, send)

    async def _read(self, scope: Scope, receive: Receive, log: CallLog) -> tuple[Bot, str, Params]:
        """The bot, the method in lower case and the parameters of a call."""
        if scope["method"] not in {"GET", "POST"}:
            raise ApiError(501, "Not Implemented: unsupported HTTP method")
        token, _, path_method = scope["path"].removeprefix("/bot").partition("/")
        params = await read_params(
            scope["method"],
            scope["query_string"],
            Headers(scope=scope),
            _body(receive),
            upload_bytes=self._world.settings.upload_bytes,
        )
        name = (path_method or params.raw("method")).lower()
        log.begin(self._methods[name][0] if name in self._methods else path_method or name, params)
        bot = self._bot(token)
        log.bot_id = bot.id
        log.chat_id = params.raw("chat_id") or self._chat_of(params)
        return bot, name, params

    def _chat_of(self, params: Params) -> str | None:
        """The chat that a call concerns without naming it: that of the tap, query or message that it answers."""
        if tap := self._world.taps.get(params.raw("callback_query_id")):
            return str(tap.chat.id)
        if query := self._world.inline_queries.get(params.raw("inline_query_id")):
            return str(query.chat.id)
        if message := self._world.inline_messages.get(params.raw("inline_message_id")):
            return str(message.chat.id)
        return None

    def _bot(self, token: str) -> Bot:
        """The bot of a token.

        Raises:
            ApiError: 401, there is none; 400, it logged out.
        """
        bot = self._world.tokens.get(token)
        if bot is None:
            if problem := token_problem(token):
                raise ApiError(401, problem)
            if not self._world.settings.any_token or int(token.split(":", maxsplit=1)[0]) in self._world.bots:
                raise ApiError(401, "Unauthorized")
            bot = self._world.add_bot(token)
        if bot.revoked:
            raise ApiError(401, "Unauthorized")
        if bot.logged_out:
            raise LoggedOutError
        return bot

    async def _run(self, bot: Bot, name: str, params: Params, log: CallLog) -> dict[str, Any]:
        found = self._methods.get(name)
        if found is None:
            if name in KNOWN_METHODS:
                raise ApiError(501, f"the method {log.method} is not built in this playground")
            raise ApiError(404, "Not Found: method not found")
        _, handler = found
        call = Call(self._world, bot, params)
        flood = self._world.floods.get(bot.id)
        if flood is None or name == "getupdates":
            result = await handler(call)
        else:
            async with flood.request():
                result = await handler(call)
        log.is_empty_poll = name == "getupdates" and not result
        if isinstance(result, Done):
            return {"ok": True, "result": result.result, "description": result.description}
        return {"ok": True, "result": result}

    async def _set_webhook(self, call: Call) -> Done:
        return await set_webhook(call, partial(self._run_reply, call.bot))

    async def _run_reply(self, bot: Bot, content: bytes, content_type: str) -> None:
        """Runs the call in a webhook's answer; its result is discarded, a failure is in the log of calls."""

        async def body() -> AsyncIterator[bytes]:
            yield content

        log = CallLog(self._world, bot.id)
        try:
            headers = Headers({"content-type": content_type})
            upload_bytes = self._world.settings.upload_bytes
            params = await read_params("POST", b"", headers, body(), upload_bytes=upload_bytes)
            name = params.raw("method").lower()
            if not name or name.startswith("get") or name in NO_REPLY_METHODS:
                return
            log.begin(self._methods[name][0] if name in self._methods else name, params)
            log.chat_id = params.raw("chat_id") or self._chat_of(params)
            await self._run(bot, name, params, log)
        except ApiError as error:
            log.close(error)
        except Exception as error:
            logger.exception("A call of %s in a webhook's answer failed", log.method)
            log.close(ApiError(500, f"the playground has a bug: {type(error).__name__}"))
        else:
            log.close(None)

    async def _before(self, fault: Fault, scope: Scope, receive: Receive) -> None:
        if fault.kind == "drop":
            await _cut(scope, receive)
        elif fault.kind == "delay":
            await self._world.clock.sleep(fault.seconds)
        elif fault.kind == "429":
            raise ApiError(429, f"retry after {fault.retry_after}", parameters={"retry_after": fault.retry_after})
        elif fault.kind == "500":
            raise ApiError(500, "Internal Server Error")

    async def _send(
        self, answer: dict[str, Any], fault: Fault | None, scope: Scope, receive: Receive, send: Send
    ) -> None:
        content = orjson.dumps(answer)
        if fault is not None and fault.kind == "cut":
            await _cut_quietly(scope, receive)
            return
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
        parameters = answer.get("parameters", {})
        if "retry_after" in parameters:
            headers.append((b"retry-after", str(parameters["retry_after"]).encode()))
        status = answer.get("error_code", HTTPStatus.OK)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if fault is not None and fault.kind == "half":
            await send({"type": "http.response.body", "body": content[: len(content) // 2], "more_body": True})
            await _cut_quietly(scope, receive)
            return
        await send({"type": "http.response.body", "body": content})


class LoggedOutError(ApiError):
    """The bot called logOut: until it logs in again, nothing is answered."""

    def __init__(self) -> None:
        super().__init__(400, "Logged out")

    @property
    def description(self) -> str:
        return self.message


class _CutError(Exception):
    """The connection was cut on purpose; there is nobody to answer."""


async def _cut(scope: Scope, receive: Receive) -> None:
    await _cut_quietly(scope, receive)
    raise _CutError


async def _cut_quietly(scope: Scope, receive: Receive) -> None:
    """Cuts the connection as a broken network does.

    Raises:
        ConnectionAbortedError: there is none, as the app is called in-process; the caller's client sees this.
    """
    extension = scope.get("extensions", {}).get(ABORT)
    if extension is None:
        raise ConnectionAbortedError("the playground cut the connection")
    extension["abort"]()
    while (await receive())["type"] != "http.disconnect":
        pass


async def _body(receive: Receive) -> AsyncIterator[bytes]:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ApiError(400, "the connection was closed")
        if chunk := message.get("body", b""):
            yield chunk
        if not message.get("more_body"):
            return


class CallLog:
    """One line of the log of calls, written when the call is answered."""

    def __init__(self, world: World, bot_id: int | None = None) -> None:
        self._world = world
        self._started = world.clock.monotonic()
        self._params: dict[str, str] = {}
        self.bot_id = bot_id
        self.chat_id: str | None = None
        self.method = ""
        self.fault: str | None = None
        self.is_empty_poll = False

    def begin(self, method: str, params: Params) -> None:
        self.method = method
        shown = {name: _shortened(value) for name, value in params.values.items()}
        if "secret_token" in shown:
            shown["secret_token"] = "…"
        shown.update(
            {name: f"{upload.file_name} ({len(upload.content)} bytes)" for name, upload in params.files.items()}
        )
        self._params = shown

    def close(self, error: ApiError | None) -> None:
        """Writes the line; polls that brought nothing are left out."""
        if self.is_empty_poll and error is None:
            return
        world = self._world
        chat_id = self.chat_id or self._params.get("chat_id")
        line = {
            "id": (world.calls[-1]["id"] if world.calls else 0) + 1,
            "at": world.clock.now(),
            "bot_id": self.bot_id,
            "method": self.method,
            "chat_id": chat_id,
            "ok": error is None,
            "error_code": error.code if error else None,
            "description": error.description if error else None,
            "ms": round((world.clock.monotonic() - self._started) * 1000, 1),
            "params": self._params,
            "fault": self.fault,
        }
        world.calls.append(line)
        world.events.publish("call", self.bot_id, lambda: {"call": line})


def _shortened(value: str) -> str:
    shown = value if len(value) <= SHOWN_PARAMETER else value[:SHOWN_PARAMETER] + "…"
    return shown if shown.isascii() else shown.encode(errors="replace").decode()
