"""The control API: JSON over HTTP to drive the phones, watch the chats, order faults and move the clock."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from playground.control import bots, calls, clock, faults, files, groups, phones, users, watching
from playground.control.reading import Handler, NotFoundError
from playground.errors import ApiError
from playground.world import World

ROOT = "/playground/api"


def json_response(content: Any, status: int = HTTPStatus.OK) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")


def control_routes(world: World) -> list[Route]:
    """The routes of one playground."""

    def route(path: str, handler: Handler, *methods: str) -> Route:
        async def endpoint(request: Request) -> Response:
            if not _is_own_origin(request):
                return json_response({"error": "Only the playground's own page may call this."}, HTTPStatus.FORBIDDEN)
            try:
                result = await handler(request, world)
            except NotFoundError as error:
                return json_response({"error": str(error)}, HTTPStatus.NOT_FOUND)
            except ApiError as error:
                return json_response({"error": error.description}, HTTPStatus.BAD_REQUEST)
            except ValueError as error:
                return json_response({"error": str(error)}, HTTPStatus.BAD_REQUEST)
            return result if isinstance(result, Response) else json_response(result)

        return Route(path if path.startswith("/") else f"{ROOT}/{path}", endpoint, methods=list(methods))

    phone = "bots/{bot_id:int}/phones/{user_id:int}"
    routes = [
        route("state", watching.state, "GET"),
        route("events", watching.events, "GET"),
        route("bots", bots.show, "GET"),
        route("bots", bots.add, "POST"),
        route("bots/{bot_id:int}", bots.change, "PATCH"),
        route("users", users.show, "GET"),
        route("users", users.add, "POST"),
        route("users/{user_id:int}", users.change, "PATCH"),
        route("bots/{bot_id:int}/groups", groups.add, "POST"),
        route("bots/{bot_id:int}/groups/{chat_id}", groups.change, "PATCH"),
        route("calls", calls.show, "GET"),
        route("calls", calls.clear, "DELETE"),
        route("clock", clock.show, "GET"),
        route("clock", clock.move, "POST"),
        route("faults", faults.show, "GET"),
        route("faults", faults.order, "POST"),
        route("faults", faults.remove, "DELETE"),
        route("faults/{fault_id:int}", faults.remove, "DELETE"),
        route("samples", files.samples, "GET"),
        route("/playground/files/{key:int}/{name:path}", files.content, "GET"),
        route(f"{phone}/screen", phones.screen, "GET"),
        route(f"{phone}/inline/{{query_id}}", phones.inline_results, "GET"),
    ]
    for name, act in phones.PHONE_CALLS.items():
        routes.append(route(f"{phone}/{name}", phones.phone_call(act), "POST"))
    return routes


def _is_own_origin(request: Request) -> bool:
    """A page of another site that is open in the same browser must not drive the phones."""
    origin = request.headers.get("origin")
    return origin is None or origin.partition("://")[2] == request.headers.get("host")
