"""The whole playground as one ASGI app: the Bot API, the control API and the page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from playground.api import BotApi
from playground.control import control_routes, json_response
from playground.errors import ApiError
from playground.files import file_path
from playground.own_address import is_own_address
from playground.settings import Settings
from playground.tokens import token_problem
from playground.world import World

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

PAGE = Path(__file__).parent / "page"
SAMPLES = Path(__file__).parent / "samples"
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; style-src 'self'; script-src 'self'; object-src 'none'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)


class Playground:
    """One playground. Calls of the Bot API go straight to it; the page and the control API through Starlette."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.world = World(settings or Settings())
        self._api = BotApi(self.world)
        self._rest = Starlette(
            routes=[
                Route("/", _to_page),
                Route("/playground", _to_page),
                Route("/playground/", _page),
                *control_routes(self.world),
                Mount("/playground/page", StaticFiles(directory=PAGE)),
                Mount("/playground/samples", StaticFiles(directory=SAMPLES)),
                Route("/file/bot{token}/{path:path}", self._download),
            ],
            exception_handlers={HTTPException: _not_found},
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._is_for_us(scope):
            await _refused(scope)(scope, receive, send)
        elif scope["type"] == "http" and scope["path"].startswith("/bot"):
            await self._api(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        else:
            await self._rest(scope, receive, send)

    def _is_for_us(self, scope: Scope) -> bool:
        host = Headers(scope=scope).get("host", "")
        return is_own_address(host, scope["server"], (self.world.settings.host,))

    async def close(self) -> None:
        await self.world.close()

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _download(self, request: Request) -> Response:
        """A file by the path that getFile gave; only with the bot's token, only while it is kept."""
        bot = self.world.tokens.get(request.path_params["token"])
        if bot is None or bot.revoked:
            problem = ApiError(401, token_problem(request.path_params["token"]) or "Unauthorized")
            return json_response(problem.to_json(), problem.code)
        path = request.path_params["path"]
        number = path.partition("/file_")[2].partition(".")[0]
        stored = self.world.files.get(int(number)) if number.isdigit() else None
        if stored is None or file_path(stored) != path:
            return json_response(ApiError(404, "Not Found").to_json(), 404)
        return FileResponse(self.world.files.path(stored), media_type=stored.mime_type)


def _refused(scope: Scope) -> Response:
    """The answer to a request that was meant for another server, in the words of what it called."""
    text = "This playground answers only under its own address."
    if scope["path"].startswith("/bot"):
        return json_response(ApiError(403, text).to_json(), 403)
    return json_response({"error": text}, 403)


async def _to_page(_: Request) -> Response:
    return RedirectResponse("/playground/")


async def _page(_: Request) -> Response:
    headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY, "X-Content-Type-Options": "nosniff"}
    return FileResponse(PAGE / "index.html", headers=headers)


async def _not_found(_: Request, error: Exception) -> Response:
    """Paths that are no part of anything answer as the Bot API server does."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    text = "Not Found" if status == 404 else "Method Not Allowed"
    return json_response({"ok": False, "error_code": status, "description": text}, status)
