"""The faults that are ordered."""

from __future__ import annotations

from starlette.requests import Request

from playground.control.reading import Body, NotFoundError, json_body
from playground.world import World


async def show(_: Request, world: World) -> list[Body]:
    return world.faults.to_json()


async def order(request: Request, world: World) -> Body:
    fault = world.faults.order(await json_body(request))
    world.faults_changed()
    return fault.to_json()


async def remove(request: Request, world: World) -> Body:
    fault_id = request.path_params.get("fault_id")
    if not world.faults.remove(fault_id) and fault_id is not None:
        raise NotFoundError("There is no such fault.")
    world.faults_changed()
    return {}
