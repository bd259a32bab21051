"""Carom's own API, under `/_carom`: time, webhooks and what was seen, for one account.

Everything here is Carom's; Stripe has no such endpoints. `access` says how the account is named.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, Response

from simulator.control import shapes
from simulator.control.access import AtDesk, Hall, Who, answers
from simulator.control.bodies import Advance, Answered, Recorded, Reset, SetPolicy
from simulator.control.documentation import documentation_page
from simulator.control.wire import json_answer

router = APIRouter(prefix="/_carom", default_response_class=Response)


After = Annotated[int, Query(ge=0, description="How many were seen already.")]
Name = Annotated[str, Path(description="Id of a delivery, `dlv_...`.")]


@router.get("/health", responses={200: {"model": shapes.Health}}, tags=["server"])
async def health() -> Response:
    """Whether the server is up. Needs no key."""
    return json_answer({"status": "ok", "version": version("carom")})


@router.get("/docs", include_in_schema=False)
async def docs(request: Request) -> HTMLResponse:
    return HTMLResponse(documentation_page(request.app.openapi()))


@router.get("/world", responses=answers(shapes.WorldShape), tags=["account"])
async def world(at: AtDesk) -> Response:
    """The account that the key opens, and how it is set."""
    return json_answer(at.shown())


@router.post("/world/reset", responses=answers(shapes.WorldShape), tags=["account"])
async def reset(desks: Hall, who: Who, body: Reset | None = None) -> Response:
    """Throw the account away and open a fresh one for the same key."""
    wanted = body or Reset()
    fresh = await desks.reset(
        who.authorization,
        who.world,
        seed=wanted.seed,
        policy=wanted.policy,
        start=wanted.start,
        public_url=wanted.public_url,
        settings=wanted.settings.model_dump(exclude_none=True) if wanted.settings else None,
    )
    return json_answer(fresh.shown())


@router.post("/policy", responses=answers(shapes.WorldShape), tags=["account"])
async def policy(at: AtDesk, body: SetPolicy) -> Response:
    """When webhooks leave, from now on. What is held stays held until sent or released."""
    at.set_policy(body.policy)
    return json_answer(at.shown())


@router.post("/clock/advance", responses=answers(shapes.Advanced), tags=["account"])
async def advance(at: AtDesk, body: Advance) -> Response:
    """Move a virtual clock; what becomes due on the way happens in order of time.

    Under `prompt`, webhooks and due retries are sent at their instant, and time goes on when they
    were answered. 409 on a real clock.
    """
    happened = await at.advance(body.seconds, body.to)
    return json_answer({"now": at.shown()["now"], "events": happened})


@router.get("/events", responses=answers(shapes.EventPage), tags=["seen"])
async def events(at: AtDesk, after: After = 0) -> Response:
    """Every event of the account, oldest first."""
    found = at.events(after)
    return json_answer({"events": found, "next": after + len(found)})


@router.post("/events", responses=answers(shapes.EventPage), tags=["account"])
async def bring(at: AtDesk, body: Recorded) -> Response:
    """Bring in events that happened elsewhere: the account holds what they show, and its endpoints
    are told of them. All of them or none; nothing else follows from them.
    """
    before = len(at.events(0))
    found = at.bring(body.events)
    return json_answer({"events": found, "next": before + len(found)})


@router.get("/requests", responses=answers(shapes.RequestPage), tags=["seen"])
async def requests(at: AtDesk, after: After = 0) -> Response:
    """The calls that applications made to the Stripe API, oldest first."""
    found = at.requests(after)
    return json_answer({"requests": found, "next": found[-1]["number"] if found else after})


@router.get("/deliveries", responses=answers(shapes.DeliveryPage), tags=["webhooks"])
async def deliveries(
    at: AtDesk, after: After = 0, state: Annotated[shapes.State | None, Query()] = None
) -> Response:
    """Every delivery with its attempts, oldest first; `after` counts deliveries of any state."""
    found = at.deliveries(after)
    shown = [delivery for delivery in found if state in (None, delivery["state"])]
    return json_answer({"deliveries": shown, "next": after + len(found)})


@router.post("/deliveries/release", responses=answers(shapes.Released), tags=["webhooks"])
async def release(at: AtDesk) -> Response:
    """Send all that is held, in order, and wait for the answers."""
    return json_answer({"deliveries": await at.release()})


@router.post("/deliveries/{id}/send", responses=answers(shapes.DeliveryShape), tags=["webhooks"])
async def send(at: AtDesk, id: Name) -> Response:
    """One attempt now, by Carom's own courier; of a delivered one it is a duplicate."""
    return json_answer(await at.send(id))


@router.post("/deliveries/{id}/take", responses=answers(shapes.Taken), tags=["webhooks"])
async def take(at: AtDesk, id: Name) -> Response:
    """One attempt, signed now, for a caller that brings it to the endpoint itself."""
    return json_answer(at.take(id))


@router.post("/deliveries/{id}/answer", responses=answers(shapes.DeliveryShape), tags=["webhooks"])
async def answer(at: AtDesk, id: Name, body: Answered) -> Response:
    """How the attempt that was taken went. A failure schedules the retry, in account time."""
    return json_answer(at.answer(id, body.status, body.error, body.body))
