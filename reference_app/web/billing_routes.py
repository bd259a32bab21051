"""The billing pages, the three buttons, and the page that Stripe sends the browser back to."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from reference_app.billing import OFFERS, StripeRefused
from reference_app.web.context import App, Fields, SignedIn, wants_json
from reference_app.web.pages import page

router = APIRouter(prefix="/billing")

# Without JavaScript the return page reloads itself this many times before it stops asking.
PATIENCE = 20


@router.get("")
def settings(request: Request, app: App, member: SignedIn) -> Response:
    entitlement = app.billing.entitlement(member.organisation)
    return page(
        request,
        "billing.html",
        member=member,
        entitlement=entitlement,
        offer=OFFERS.get(entitlement.price or ""),
    )


@router.get("/plans")
def plans(request: Request, app: App, member: SignedIn) -> Response:
    entitlement = app.billing.entitlement(member.organisation)
    try:
        amounts = app.billing.amounts()
    except StripeRefused:
        amounts = {}  # of use without figures, too: Checkout shows them before anything is paid
    return page(request, "plans.html", member=member, entitlement=entitlement, amounts=amounts)


@router.get("/return")
def come_back(request: Request, app: App, member: SignedIn) -> Response:
    """Reads, and shows; nothing is granted or taken away for having been here.

    From Checkout without access it says that it waits, whatever `session_id` is: never an offer to
    buy.
    """
    query = request.query_params
    tries = int(query["try"]) if query.get("try", "").isdecimal() else 0
    entitlement = app.billing.returned(member.organisation)
    return page(
        request,
        "return.html",
        member=member,
        entitlement=entitlement,
        from_checkout="session_id" in query,
        tired=tries >= PATIENCE,
        asked="reactivate" in query.get("from", ""),
        reload=request.url.include_query_params(**{"try": tries + 1}).query,
        afresh=request.url.remove_query_params("try").query,
    )


@router.post("/portal")
def portal(request: Request, app: App, member: SignedIn, fields: Fields) -> Response:
    """To Stripe's portal, or the page of it that the field `to` names."""
    opened = app.billing.open_portal(member.user, member.organisation, fields.get("to"))
    return _away(request, opened)


@router.post("/upgrade")
def upgrade(request: Request, app: App, member: SignedIn, fields: Fields) -> Response:
    """To Stripe's Checkout, to buy the price whose lookup key is in the field `plan`."""
    opened = app.billing.upgrade(member.user, member.organisation, fields.get("plan", ""))
    return _away(request, opened)


@router.post("/reactivate")
def reactivate(request: Request, app: App, member: SignedIn) -> Response:
    """Asks Stripe to undo the scheduled cancellation, and goes where the answer will be seen."""
    app.billing.reactivate(member.user, member.organisation)
    if wants_json(request):
        return JSONResponse({"requested": True}, status_code=202)
    return RedirectResponse("/billing/return?from=reactivate", status_code=303)


def _away(request: Request, opened: dict[str, str]) -> Response:
    if wants_json(request):
        return JSONResponse(opened, headers={"Cache-Control": "no-store"})
    return RedirectResponse(opened["url"], status_code=303, headers={"Cache-Control": "no-store"})
