"""The receipt of a charge: `charge.receipt_url` (docs.stripe.com/receipts)."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from simulator.pages.hooks import Hooks
from simulator.pages.lookup import charge
from simulator.pages.problems import nothing_here
from simulator.pages.rendering import page

router = APIRouter(include_in_schema=False)


@router.get("/receipts/{name}")
async def show(request: Request, name: str) -> Response:
    hooks: Hooks = request.app.state.hooks
    found = charge(hooks.worlds(), name)
    if found is None or not found.obj["paid"]:
        raise nothing_here("receipt")
    return page(
        "receipt.html",
        account_name=found.world.settings.account_name,
        charge=found.obj,
    )
