"""What is set in Stripe's dashboard at Stripe, and payments that fail on request."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from simulator.control import shapes
from simulator.control.access import AtDesk, answers
from simulator.control.bodies import AccountSettings, FailPayments
from simulator.control.wire import json_answer

router = APIRouter(prefix="/_carom", default_response_class=Response, tags=["dashboard"])


@router.get("/settings", responses=answers(shapes.SettingsShape))
async def settings(at: AtDesk) -> Response:
    """How the account is set."""
    return json_answer(at.settings())


@router.post("/settings", responses=answers(shapes.SettingsShape))
async def change_settings(at: AtDesk, body: AccountSettings) -> Response:
    """Set the account differently from now on; what is left out stays as it is."""
    return json_answer(at.change_settings(body.model_dump(exclude_none=True)))


@router.get("/payments/fail", responses=answers(shapes.DeclinePage))
async def declines(at: AtDesk) -> Response:
    """The declines that wait for their payments."""
    return json_answer({"declines": at.declines()})


@router.post("/payments/fail", responses=answers(shapes.DeclinePage))
async def fail_payments(at: AtDesk, body: FailPayments) -> Response:
    """Have the next payments declined, whatever their card; after those that are to be already."""
    asked: shapes.DeclineShape = {
        "count": body.count,
        "decline_code": body.decline_code,
        "customer": body.customer,
    }
    return json_answer({"declines": at.fail_payments(asked)})


@router.delete("/payments/fail", responses=answers(shapes.DeclinePage))
async def clear_declines(at: AtDesk) -> Response:
    """Let the cards decide again."""
    return json_answer({"declines": at.clear_declines()})
