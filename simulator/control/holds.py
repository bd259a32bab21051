"""Yield points on request: answers that are kept back, so that the world goes on before an app
hears what it asked for.
"""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from simulator.control import shapes
from simulator.control.access import AtDesk, answers
from simulator.control.bodies import ReleasedHold, RequestedHold
from simulator.control.wire import json_answer

router = APIRouter(prefix="/_carom", default_response_class=Response, tags=["faults"])


@router.get("/holds", responses=answers(shapes.HoldPage))
async def holds(at: AtDesk) -> Response:
    """The holds that wait for their calls, and the calls that wait for their answers."""
    return json_answer(at.held())


@router.post("/holds", responses=answers(shapes.HoldPage))
async def add_hold(at: AtDesk, body: RequestedHold) -> Response:
    """Keep back the answers to the next calls. The calls execute at once."""
    return json_answer(at.add_hold(body.times, body.method, body.path))


@router.post("/holds/release", responses=answers(shapes.HoldPage))
async def release(at: AtDesk, body: ReleasedHold | None = None) -> Response:
    """Let one answer go, by the number of its call, or all."""
    return json_answer(at.release_held(body.number if body else None))


@router.delete("/holds", responses=answers(shapes.HoldPage))
async def clear_holds(at: AtDesk) -> Response:
    """Hold nothing any more, and let all answers go."""
    return json_answer(at.clear_holds())
