"""The Bot API over raw HTTP, and what the tests of its answers share."""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import httpx

    from playground.phone import BotAccount, Json, Phone

PREFIXES = {400: "Bad Request: ", 403: "Forbidden: ", 409: "Conflict: ", 429: "Too Many Requests: "}
Files = dict[str, tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Api:
    """One bot's calls. Answers are compared whole, so that no member is missing and none is too many."""

    bot: BotAccount

    async def post(self, method: str, params: Json | None = None, *, files: Files | None = None) -> httpx.Response:
        """A call with a JSON body, or with a multipart body where there are files."""
        url = f"/bot{self.bot.token}/{method}"
        if files is None:
            return await self.bot.client.http.post(url, json=params or {})
        return await self.bot.client.http.post(url, data=as_form(params or {}), files=files)

    async def ok(self, method: str, params: Json | None = None, *, files: Files | None = None) -> Any:
        """The result of a call that is to succeed."""
        answer = await self.post(method, params, files=files)
        content = answer.json()
        assert content["ok"] is True, content
        assert answer.status_code == 200
        assert set(content) <= {"ok", "result", "description"}
        return content["result"]

    async def refuses(
        self,
        method: str,
        params: Json | None,
        description: str,
        *,
        code: int = 400,
        files: Files | None = None,
        parameters: Json | None = None,
    ) -> None:
        """Makes a call that is to be refused with exactly that text, given without the prefix of its code."""
        assert_refused(await self.post(method, params, files=files), description, code=code, parameters=parameters)

    async def send(self, phone: Phone, text: str = "x", **more: Any) -> Json:
        """A message of the bot's to that person."""
        message: Json = await self.ok("sendMessage", {"chat_id": phone.user_id, "text": text, **more})
        return message

    async def updates(self) -> list[Json]:
        """All updates there are, confirmed. The clock moves on, so that no poll counts as a repeated one."""
        await self.bot.client.advance(4)
        found: list[Json] = await self.ok("getUpdates")
        if found:
            await self.ok("getUpdates", {"offset": found[-1]["update_id"] + 1, "limit": 1})
        return found

    async def update(self) -> Json:
        """The only update there is."""
        (found,) = await self.updates()
        return found


def assert_refused(
    answer: httpx.Response,
    description: str,
    *,
    code: int = 400,
    parameters: Json | None = None,
    prefix: str | None = None,
) -> None:
    if prefix is None:
        prefix = PREFIXES.get(code, "")
    wanted: Json = {"ok": False, "error_code": code, "description": prefix + description}
    if parameters is not None:
        wanted["parameters"] = parameters
    assert answer.json() == wanted
    assert answer.status_code == code
    assert answer.headers["content-type"] == "application/json"


def as_form(params: Json) -> dict[str, str]:
    """Parameters as a form holds them: what is no string as its JSON text."""
    return {name: value if isinstance(value, str) else orjson.dumps(value).decode() for name, value in params.items()}


def inline(*rows: Sequence[Any]) -> Json:
    return {"inline_keyboard": list(rows)}


def button(text: str = "Approve", data: str = "yes") -> Json:
    return {"text": text, "callback_data": data}


def picture(width: int = 40, height: int = 30, kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), (30, 90, 160)).save(out, kind)
    return out.getvalue()


async def until(condition: Callable[[], object]) -> None:
    """Lets the other tasks run until the condition holds."""
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0)
