"""Faults on request: how the next calls of an account go wrong."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from simulator.control import shapes
from simulator.control.access import AtDesk, answers
from simulator.control.bodies import RequestedFault
from simulator.control.shapes import FaultShape
from simulator.control.wire import json_answer

router = APIRouter(prefix="/_carom", default_response_class=Response, tags=["faults"])


@router.get("/faults", responses=answers(shapes.FaultPage))
async def faults(at: AtDesk) -> Response:
    """The faults that wait for their calls."""
    return json_answer({"faults": at.faults()})


@router.post("/faults", responses=answers(shapes.FaultPage))
async def add_fault(at: AtDesk, body: RequestedFault) -> Response:
    """Have the next calls go wrong, after those that are to already. The log of requests shows it.

    A call meets the first fault that is for its method and path, and no other.
    """
    asked: FaultShape = {
        "kind": body.kind,
        "times": body.times,
        "method": body.method,
        "path": body.path,
        "reason": body.reason,
        "seconds": body.seconds,
    }
    return json_answer({"faults": at.add_fault(asked)})


@router.delete("/faults", responses=answers(shapes.FaultPage))
async def clear_faults(at: AtDesk) -> Response:
    """Let nothing more go wrong."""
    return json_answer({"faults": at.clear_faults()})
