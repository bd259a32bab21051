"""Copies of an account: forks under another name, and snapshots to come back to.

A copy has the objects, the time, the deliveries, the idempotency keys and the request log of the
moment. A delivery that waits to be sent waits in the copy too. Connected accounts are not copied:
those of a copy start empty.
"""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from simulator.control import shapes
from simulator.control.access import Hall, Who, answers
from simulator.control.bodies import Fork, Named
from simulator.control.wire import json_answer

router = APIRouter(prefix="/_carom", default_response_class=Response, tags=["worlds"])


@router.get("/worlds", responses={200: {"model": shapes.Worlds}})
async def worlds(desks: Hall) -> Response:
    """Every world that is open. Needs no key."""
    return json_answer(desks.open_worlds())


@router.post("/world/fork", responses=answers(shapes.WorldShape))
async def fork(desks: Hall, who: Who, body: Fork) -> Response:
    """Copy the account to another key, or another world of a key; what was there is gone."""
    made = await desks.fork(who.authorization, who.world, body.key, body.world)
    return json_answer(made.shown())


@router.post("/world/snapshot", responses=answers(shapes.Snapshots))
async def snapshot(desks: Hall, who: Who, body: Named) -> Response:
    """Keep this moment of the account under a name, in the place of an older one of that name."""
    return json_answer({"snapshots": desks.snapshot(who.authorization, who.world, body.name)})


@router.post("/world/restore", responses=answers(shapes.WorldShape))
async def restore(desks: Hall, who: Who, body: Named) -> Response:
    """Be as the account was when the snapshot was made, as often as you like.

    Attempts under way are abandoned.
    """
    restored = await desks.restore(who.authorization, who.world, body.name)
    return json_answer(restored.shown())
