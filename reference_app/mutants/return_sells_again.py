"""Who comes back from paying before the webhook is in is shown what a visitor without a plan is.

Pattern: A1 (redirect beats webhook).
Mechanism: the page that Stripe sends the browser back to asks the app's own table whether there is
a plan, and a browser is often faster than a webhook.
Symptom: a customer who has just paid is offered the plans again, and some of them pay twice.
Breaks: `return-is-navigation`.
Seen in: twentyhq/twenty#9097, twentyhq/twenty#9588, dust-tt/dust#25258.
"""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import Response

from reference_app.settings import Settings
from reference_app.web import billing_routes
from reference_app.web import create_app as create_correct_app
from reference_app.web.context import App, SignedIn
from reference_app.web.pages import page

router = APIRouter()


@router.get("/billing/return")
def come_back(request: Request, app: App, member: SignedIn) -> Response:
    """Takes what has not been heard of for what has not happened."""
    known = app.billing.entitlement(member.organisation)
    if known.access:
        return billing_routes.come_back(request, app, member)
    nothing = replace(known, pending=False)
    return page(request, "billing.html", member=member, entitlement=nothing, offer=None)


def create_app(settings: Settings) -> FastAPI:
    app = create_correct_app(settings)
    app.router.routes[:0] = router.routes
    return app
